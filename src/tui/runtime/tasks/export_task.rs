//! Writing of a text to a new file.

use std::io::{self, Write as _};
use std::path::{Path, PathBuf};
use std::slice;
use std::sync::Arc;

use jiff::Timestamp;

use crate::changes::{Journal, JournalError, entries_markdown};
use crate::config::expand_home;
use crate::model::KeyId;
use crate::private_files;
use crate::tui::message::Message;
use crate::tui::runtime::tasks::task_event::EventSender;

/// A text to write, and the changes that come before it.
pub(super) struct Export {
    /// The new file.
    pub path: PathBuf,
    /// The text.
    pub text: String,
    /// The journal, and the key whose changes come before the text.
    pub changes: Option<(Journal, KeyId)>,
}

/// Starts writing the file; the result is reported.
pub(super) fn start(mut export: Export, events: EventSender) {
    tokio::task::spawn_blocking(move || {
        let requested = export.path.clone();
        export.path = expand_home(&requested);
        let written = write(&export).map_err(|error| Arc::from(error.to_string()));
        // The user may not know the working directory.
        let path = std::path::absolute(&export.path).unwrap_or(export.path);
        events.message(Message::Exported { requested, path, written });
    });
}

fn write(export: &Export) -> io::Result<()> {
    let mut text = match &export.changes {
        // What the key has done is needed even if the journal is damaged.
        Some((journal, key)) => record_of(journal, key).unwrap_or_else(|error| error.to_string()),
        None => String::new(),
    };
    if !text.is_empty() {
        text.push('\n');
    }
    text.push_str(&export.text);
    let mut file = private_files::create_new(&export.path)?;
    file.write_all(text.as_bytes())?;
    file.sync_all()
}

/// Returns the incident record of the changes of a key.
fn record_of(journal: &Journal, key: &KeyId) -> Result<String, JournalError> {
    let mut scan = journal.scan(&mut |_, _| {})?;
    scan.retain_keys(slice::from_ref(key))?;
    let damage = scan.damage().sentence(journal.path().unwrap_or(Path::new("-")));
    let mut record = String::new();
    entries_markdown(&mut scan, damage.as_deref(), Timestamp::now(), |part| {
        record.push_str(part);
        Ok::<_, JournalError>(())
    })?;
    Ok(record)
}
