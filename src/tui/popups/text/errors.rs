//! The errors in full, and the last message.

use crate::model::format_time_of_day;
use crate::tui::context::Shared;
use crate::tui::messages::popups as messages;
use crate::tui::popups::scrolled_text::TextLine;
use crate::tui::render::TextTone;

/// Returns the lines: the last message, which the status bar of a small screen truncates, then the
/// errors, newest first.
pub(super) fn lines(shared: &Shared) -> Vec<TextLine> {
    let mut lines = Vec::new();
    if let Some(notification) = shared.notifications.result() {
        lines.push((TextTone::Dim, messages::LAST_MESSAGE.to_owned()));
        lines.push((TextTone::Plain, notification.text.clone()));
        lines.push((TextTone::Plain, String::new()));
    }
    let errors = shared.notifications.errors();
    for error in errors.iter().rev() {
        let times = messages::repeated(error.times);
        lines.push((TextTone::Dim, format!("{}{times}", format_time_of_day(error.at))));
        lines.push((TextTone::Plain, error.text.clone()));
        lines.extend(error.latest.iter().map(|latest| (TextTone::Dim, messages::latest(latest))));
        lines.push((TextTone::Plain, String::new()));
    }
    if let Some(rate) = shared.throttle_rate.throttled_per_second(shared.settled_at) {
        lines.push((TextTone::Plain, messages::throttled(rate)));
    } else if errors.is_empty() {
        lines.push((TextTone::Plain, messages::NO_ERRORS.to_owned()));
    }
    lines
}
