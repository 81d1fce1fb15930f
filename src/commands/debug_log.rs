//! `--debug`: writes a log file. It has only the events of this program, since
//! those of the SDK contain whole requests.

use std::io;
use std::path::{Path, PathBuf};
use std::sync::Mutex;

use tracing::level_filters::LevelFilter;
use tracing_subscriber::filter::Targets;
use tracing_subscriber::layer::SubscriberExt as _;

use crate::changes::Journal;
use crate::cli::GlobalArgs;
use crate::commands::error::CommandError;
use crate::model::escape_path;
use crate::private_files;

/// Starts the debug log if `--debug` is given.
///
/// # Errors
/// Returns an error if the file cannot be opened.
pub(super) fn start(global: &GlobalArgs) -> Result<(), CommandError> {
    let Some(file) = &global.debug else { return Ok(()) };
    let path = match file {
        Some(path) => path.clone(),
        None => default_path().ok_or(CommandError::NoDebugLogDirectory)?,
    };
    let shown = || escape_path(&path);
    let file = open(&path).map_err(|error| CommandError::DebugLog(shown(), error))?;
    let own = Targets::new().with_target(env!("CARGO_CRATE_NAME"), LevelFilter::TRACE);
    let lines = tracing_subscriber::fmt::layer().with_ansi(false).with_writer(Mutex::new(file));
    let log = tracing_subscriber::registry().with(own).with(lines);
    // Fails only if this process has a log already, which is then used.
    let _ = tracing::subscriber::set_global_default(log);
    tracing::info!(version = crate::cli::VERSION, pid = std::process::id(), "keyflip begins");
    Ok(())
}

/// Returns the default path: in the directory of the default journal.
fn default_path() -> Option<PathBuf> {
    Some(Journal::default_path().ok()?.with_file_name("debug.log"))
}

fn open(path: &Path) -> io::Result<std::fs::File> {
    private_files::make_private_directories(private_files::parent(path))?;
    private_files::append(path)
}
