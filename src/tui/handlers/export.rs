//! Results of exports.

use std::path::Path;
use std::sync::Arc;

use crate::tui::context::{Context, Tone};
use crate::tui::messages::export as messages;

/// Reports that a file was written, or why not. A prompt that is open for it (`is_asked`) offers
/// another name; else the error stays until an export succeeds.
pub(crate) fn on_exported(
    context: &mut Context<'_>,
    requested: &Path,
    path: &Path,
    written: Result<(), Arc<str>>,
    is_asked: bool,
) {
    let (shared, now) = (&mut *context.shared, context.now.wall);
    shared.shown_at = context.now;
    let unwritten = &mut shared.exit.unwritten;
    if let Some(at) = unwritten.iter().position(|file| file == requested) {
        unwritten.remove(at);
    }
    match written {
        Ok(()) => {
            shared.notifications.resolve_export();
            shared.notifications.notify(Tone::Success, messages::exported(path));
        }
        Err(error) => {
            let sentence = messages::not_exported(path, &error);
            if is_asked {
                shared.notifications.notify(Tone::Warning, sentence.clone());
                shared.notifications.log_error(sentence, None, now);
            } else {
                shared.notifications.report_failed_export(sentence, now);
            }
        }
    }
}
