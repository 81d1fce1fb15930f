//! Reading of a plan from a file.

use std::path::PathBuf;
use std::sync::Arc;

use crate::config::expand_home;
use crate::ops::plan::Plan;
use crate::tui::message::Message;
use crate::tui::runtime::tasks::task_event::EventSender;

/// Starts reading the file; the result is reported.
pub(super) fn start(path: PathBuf, events: EventSender) {
    tokio::task::spawn_blocking(move || {
        let read = Plan::read_file(&expand_home(&path));
        events.message(Message::Plan(path, read.map(Box::new).map_err(Arc::new)));
    });
}
