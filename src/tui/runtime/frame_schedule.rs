//! Schedule of the frames: input is drawn at once, data that arrives by itself at most 15 times a
//! second.

use std::time::Duration;

use crate::tui::app::App;
use crate::tui::message::Message;

/// Shortest time between two frames that nothing but data has asked for: 15 a second.
const DATA_FRAME_INTERVAL: Duration = Duration::from_micros(66_667);

/// When the next frame is due.
#[derive(Debug)]
pub(crate) struct FrameSchedule {
    /// Frame that the messages since the last one ask for.
    urgency: Option<Urgency>,
    /// Monotonic time of the last frame that only data had asked for.
    last_data_frame: Option<Duration>,
    /// The popup in the last frame.
    popup: PopupState,
    /// Whether it held typed characters back when last asked.
    held_input: bool,
}

/// Urgency of a frame.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Urgency {
    /// With the next frame for data.
    NextDataFrame,
    /// At once.
    Immediate,
}

/// What a frame depends on of the top popup.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
struct PopupState {
    is_open: bool,
    must_be_current: bool,
}

impl FrameSchedule {
    /// Returns a schedule whose first frame is due.
    pub(crate) fn new() -> Self {
        let (urgency, popup) = (Some(Urgency::Immediate), PopupState::default());
        Self { urgency, last_data_frame: None, popup, held_input: false }
    }

    /// Notes a message that the app is about to handle.
    pub(crate) fn note(&mut self, message: &Message) {
        let urgency = if is_data(message) { Urgency::NextDataFrame } else { Urgency::Immediate };
        self.urgency = self.urgency.max(Some(urgency));
    }

    /// Returns whether to draw the app now. If so, it counts as drawn.
    pub(crate) fn take_due(&mut self, app: &App, now: Duration) -> bool {
        // What a dialog asks, and whether it can be confirmed, must be on the screen at once.
        let popup =
            PopupState { is_open: app.popup().is_some(), must_be_current: app.must_be_current() };
        let held_input = std::mem::replace(&mut self.held_input, app.holds_input());
        let is_urgent = popup.must_be_current || popup != self.popup || held_input;
        let is_due = match self.urgency {
            None => false,
            Some(Urgency::Immediate) => true,
            Some(Urgency::NextDataFrame) => {
                is_urgent || self.next_data_frame().is_none_or(|next| next <= now)
            }
        };
        if is_due {
            if self.urgency.take() == Some(Urgency::NextDataFrame) {
                self.last_data_frame = Some(now);
            }
            self.popup = popup;
        }
        is_due
    }

    /// Returns the monotonic time of the frame that data wait for; `None` if all is drawn.
    pub(crate) fn deadline(&self) -> Option<Duration> {
        self.urgency.and(self.next_data_frame())
    }

    fn next_data_frame(&self) -> Option<Duration> {
        self.last_data_frame.map(|last| last + DATA_FRAME_INTERVAL)
    }
}

/// Returns whether a message is data that arrives by itself, or the passing of time, and not an act
/// of the user, a step of a change or of a session.
fn is_data(message: &Message) -> bool {
    match message {
        Message::Reply(_)
        | Message::Throttled(..)
        | Message::Organization { .. }
        | Message::Activity { .. }
        | Message::WatchedActivity(..)
        | Message::Profiles(_)
        | Message::Accounts(_)
        | Message::Routes { .. }
        | Message::Deadline => true,
        Message::Input(_)
        | Message::Change(_)
        | Message::Session(..)
        | Message::Recovery(..)
        | Message::SignIn { .. }
        | Message::OtherOpened(..)
        | Message::Journal(..)
        | Message::Plan(..)
        | Message::Exported { .. }
        | Message::ViewLoaded(..)
        | Message::ViewsFailed(_)
        | Message::Signal(_) => false,
    }
}
