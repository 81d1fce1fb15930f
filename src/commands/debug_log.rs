//! `--debug`: what happens, in a file. Only this program's own words go
//! there: the SDK's would hold whole requests.

use std::io;
use std::path::{Path, PathBuf};
use std::sync::Mutex;

use tracing::level_filters::LevelFilter;
use tracing_subscriber::filter::Targets;
use tracing_subscriber::layer::SubscriberExt as _;

use crate::changes::Journal;
use crate::cli::GlobalArgs;
use crate::commands::output::Exit;
use crate::private_files;

/// Begins the log, if one is asked for.
///
/// # Errors
/// It can't be written; that has been said.
pub(super) fn start(global: &GlobalArgs) -> Result<(), Exit> {
    let Some(file) = &global.debug else { return Ok(()) };
    let path = match file {
        Some(path) => path.clone(),
        None => default_path().ok_or_else(|| {
            Exit::failed("There is no home directory to keep the debug log in: name a file with --debug=FILE.")
        })?,
    };
    let shown = crate::model::escape_hidden(&path.to_string_lossy()).into_owned();
    let file = open(&path).map_err(|error| {
        Exit::failed(&format!("The debug log {shown} can't be written: {error}."))
    })?;
    let own = Targets::new().with_target(env!("CARGO_CRATE_NAME"), LevelFilter::TRACE);
    let lines = tracing_subscriber::fmt::layer().with_ansi(false).with_writer(Mutex::new(file));
    let log = tracing_subscriber::registry().with(own).with(lines);
    // A second one in the same process would be refused: the first goes on.
    let _ = tracing::subscriber::set_global_default(log);
    tracing::info!(version = crate::cli::VERSION, pid = std::process::id(), "keyflip begins");
    Ok(())
}

/// Beside the journal's usual place.
fn default_path() -> Option<PathBuf> {
    Some(Journal::default_path().ok()?.with_file_name("debug.log"))
}

fn open(path: &Path) -> io::Result<std::fs::File> {
    private_files::make_private_directories(private_files::parent(path))?;
    private_files::append(path)
}
