//! The app: routes messages to the handlers, the panes and the popups, and draws them.
//!
//! [`App::update`] handles one message and [`App::settle`] brings derived state up to date; both
//! request effects as data. There is no I/O, no clock and no terminal here, so a screen can be
//! driven, recorded and replayed without them.

mod actions;
mod draw;
mod events;
mod input;
mod outcomes;
mod paste_detector;
mod popup_stack;
mod ui;

use std::time::Duration;

use ratatui::Frame;
use ratatui::layout::Size;

use crate::model::Now;
use crate::tui::context::{Context, ScreenOptions, Shared, Shutdown};
use crate::tui::effect::Effects;
use crate::tui::message::Message;
use crate::tui::popups::{Component as _, Popup};
use crate::tui::render::Theme;

use ui::Ui;

/// State of the whole screen.
#[derive(Clone, Debug)]
pub(crate) struct App {
    /// Data that panes and popups share.
    pub shared: Shared,
    /// Panes and popups.
    pub ui: Ui,
}

impl App {
    /// Returns the app at the start, with nothing read; requests the effects that open the session.
    pub(crate) fn new(options: ScreenOptions, size: Size, now: Now, effects: &mut Effects) -> Self {
        let mut app = Self { shared: Shared::new(options, size, now), ui: Ui::default() };
        app.ui.start(&mut Context { shared: &mut app.shared, now, effects });
        app
    }

    /// Handles one message.
    pub(crate) fn update(&mut self, message: Message, now: Now, effects: &mut Effects) {
        self.ui.update(message, &mut Context { shared: &mut self.shared, now, effects });
    }

    /// Brings derived state up to date. The event loop calls it after every message that was ready
    /// has been handled.
    pub(crate) fn settle(&mut self, now: Now, effects: &mut Effects) {
        self.ui.settle(&mut Context { shared: &mut self.shared, now, effects });
    }

    /// Returns the next time at which [`Self::settle`] must run without input; always later than
    /// the last settle.
    pub(crate) fn deadline(&self) -> Option<Duration> {
        self.ui.deadline(&self.shared)
    }

    /// Notes that the frame of the present state has reached the terminal.
    pub(crate) fn drawn(&mut self, now: Now) {
        if let Some(popup) = self.ui.popups.top_mut() {
            popup.drawn(now);
        }
    }

    /// Returns the top popup.
    pub(crate) fn popup(&self) -> Option<&Popup> {
        self.ui.popups.top()
    }

    /// Returns whether input that is ready now must be discarded, since the user could not yet see
    /// the popup it would go to.
    pub(crate) fn discards_input(&self) -> bool {
        self.ui.discards_input()
    }

    /// Returns whether the popup must always show its present state: a dialog, or one that takes no
    /// input before it is drawn.
    pub(crate) fn must_be_current(&self) -> bool {
        matches!(self.popup(), Some(Popup::Confirm(_))) || self.discards_input()
    }

    /// Returns whether typed characters wait until it is known whether they are a paste.
    pub(crate) fn holds_input(&self) -> bool {
        self.ui.holds_input()
    }

    /// Returns whether the program may end now.
    pub(crate) fn should_exit(&self) -> bool {
        match self.shared.exit.shutdown {
            Shutdown::None => false,
            Shutdown::WhenIdle => {
                let exit = &self.shared.exit;
                self.shared.change_queue.in_flight().is_empty() && exit.unwritten.is_empty()
            }
            Shutdown::Immediate => true,
        }
    }

    /// Returns whether the program would end now if no file was being written.
    pub(crate) fn waits_for_files(&self) -> bool {
        self.shared.exit.shutdown == Shutdown::WhenIdle
            && self.shared.change_queue.in_flight().is_empty()
            && !self.shared.exit.unwritten.is_empty()
    }

    /// Draws the whole screen.
    pub(crate) fn draw(&self, theme: &Theme, frame: &mut Frame<'_>) {
        self.ui.draw(&self.shared, theme, frame);
    }
}
