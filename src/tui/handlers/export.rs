//! Results of exports.

use std::path::Path;
use std::sync::Arc;

use crate::tui::context::{Context, Tone};
use crate::tui::messages::export as messages;

/// Reports that a file was written, or why not.
pub(crate) fn on_exported(context: &mut Context<'_>, path: &Path, written: Result<(), Arc<str>>) {
    let shared = &mut *context.shared;
    shared.shown_at = context.now;
    match written {
        Ok(()) => shared.notifications.notify(Tone::Success, messages::exported(path)),
        Err(error) => {
            let sentence = messages::not_exported(path, &error);
            shared.notifications.report_error(sentence, context.now.wall);
        }
    }
}
