//! The journal as the screen shows it: one account's changes, latest first,
//! and what is to be said of a key that was switched off for a reason.

use std::path::Path;

use jiff::Timestamp;

use crate::changes::words::shown;
use crate::changes::{Entry, Journal, Site};
use crate::model::{Direction, KeyId, visible};

/// So many changes are shown; the file itself has all of them.
const MOST: usize = 500;

/// The lines to show of a site's changes, and a sentence for each key whose
/// last change switched it off for a reason that was written down.
pub(crate) fn for_screen(journal: &Journal, site: &Site, now: Timestamp) -> (Vec<String>, Vec<(KeyId, String)>) {
    let history = match journal.read() {
        Ok(history) => history,
        Err(error) => return (vec![error.to_string()], Vec::new()),
    };
    let ours: Vec<&Entry> = history.entries.iter().filter(|entry| entry.intent.concerns(site)).collect();
    let mut lines: Vec<String> = ours.iter().rev().take(MOST).flat_map(|entry| told(entry, now)).collect();
    if ours.is_empty() {
        lines.push(format!("Nothing has been changed in {} yet.", site.label()));
    }
    let path = journal.path().map(Path::to_path_buf).unwrap_or_default();
    lines.extend(history.damage.sentence(&path));
    if journal.path().is_some() {
        lines.push(format!("The file is {}.", visible(&path.to_string_lossy())));
    }
    (lines, notes(&ours))
}

fn told(entry: &Entry, now: Timestamp) -> Vec<String> {
    let intent = &entry.intent;
    let mut lines = vec![format!("{}  {}  {}", shown(intent.time), intent.subject(), intent.transition())];
    if let Some(reason) = &intent.reason {
        lines.push(format!("  Reason: {}", visible(reason)));
    }
    lines.push(format!("  {}", entry.sentence(now)));
    lines.push(format!("  {} by {} on {}", intent.id, visible(&intent.os_user), visible(&intent.host)));
    lines.push(String::new());
    lines
}

fn notes(ours: &[&Entry]) -> Vec<(KeyId, String)> {
    let mut notes: Vec<(KeyId, String)> = Vec::new();
    for entry in ours.iter().filter(|entry| entry.is_done()) {
        let intent = &entry.intent;
        notes.retain(|(key, _)| *key != intent.key);
        if let (Direction::Deactivate, Some(reason)) = (intent.direction, &intent.reason) {
            let sentence = format!(
                "It was switched off at {} by {}, for this reason: {}",
                shown(intent.time),
                visible(&intent.os_user),
                visible(reason)
            );
            notes.push((intent.key.clone(), sentence));
        }
    }
    notes
}
