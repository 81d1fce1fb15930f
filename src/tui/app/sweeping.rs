//! Reading the whole account: when it begins, and how it is told.

use std::time::Duration;

use crate::inventory::Stage;
use crate::tui::actions::Action;
use crate::tui::app::{State, Tone, Underway};

/// What a filter has to do with the sweep.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) enum FilterSweep {
    /// The filter in force needs none.
    #[default]
    NotNeeded,
    /// The filter began it.
    Begun,
    /// The filter needs one, and the user has stopped it or had begun it.
    LeftAlone,
}

impl State {
    /// `R`: begins to read the whole account, or stops.
    pub(super) fn toggle_sweep(&mut self) {
        if self.filter_sweep == FilterSweep::Begun {
            self.filter_sweep = FilterSweep::LeftAlone;
        }
        if self.inventory.sweeping() {
            self.inventory.stop_sweep();
            let key = self.key_for(Action::Sweep);
            let sentence = format!("Stopped reading the whole account. What was read stays; {key} goes on.");
            self.notices.tell(Tone::Info, sentence);
            return;
        }
        self.inventory.sweep(self.filter.filter().asks_for_new_keys());
        if self.inventory.listing_trouble().is_some() {
            self.inventory.go_on_listing();
        }
        let sentence = format!("Reading the whole account: {} stops that.", self.key_for(Action::Sweep));
        self.notices.tell_of(Underway::Sweep, sentence);
    }

    /// Takes back what is told of something that has ended meanwhile.
    pub(super) fn settle_notices(&mut self) {
        match self.notices.underway() {
            Some(Underway::Sweep) if !self.inventory.sweeping() => {
                self.notices.clear_result();
                if self.inventory.coverage().is_whole() {
                    self.notices.tell(Tone::Info, "The whole account has been read.");
                }
            }
            Some(Underway::ReadingAgain) if !self.inventory.is_asking_again() => self.notices.clear_result(),
            _ => {}
        }
    }

    /// A filter that only live keys can answer has them read, and gives that
    /// up when it goes.
    pub(super) fn settle_sweep(&mut self) {
        let filter = self.filter.filter();
        let needed = filter.needs_live_keys();
        match (self.filter_sweep, needed) {
            (FilterSweep::NotNeeded, true) if self.inventory.coverage().is_whole() => {
                self.filter_sweep = FilterSweep::LeftAlone;
            }
            (FilterSweep::NotNeeded, true) => {
                let was_on = self.inventory.sweeping();
                self.inventory.sweep(filter.asks_for_new_keys());
                self.filter_sweep = if was_on { FilterSweep::LeftAlone } else { FilterSweep::Begun };
                let key = self.key_for(Action::Sweep);
                let sentence = format!("The filter needs the keys of all users, so they are read: {key} stops that.");
                self.notices.tell_of(Underway::Sweep, sentence);
            }
            (FilterSweep::Begun, false) => {
                self.inventory.stop_sweep();
                self.filter_sweep = FilterSweep::NotNeeded;
            }
            (_, false) => self.filter_sweep = FilterSweep::NotNeeded,
            (_, true) => {}
        }
    }

    /// How far the sweep is, in a few words; `None` where there is none.
    pub(super) fn progress_words(&self) -> Option<String> {
        let progress = self.inventory.progress()?;
        let what = match progress.stage {
            Stage::Keys => "keys",
            Stage::LastUses => "last uses",
        };
        let paused = self.pauses_sweep();
        let verb = if paused { "paused at" } else { "reading" };
        let left = progress.left.filter(|_| !paused);
        let left = left.map(|left| format!(", about {} left", in_words(left))).unwrap_or_default();
        Some(format!("{verb} {what} {} of {}{left}", progress.done, progress.of))
    }
}

/// A length of time as it is guessed: in steps of ten seconds, or in minutes.
fn in_words(left: Duration) -> String {
    match left.as_secs() {
        seconds @ ..90 => format!("{} s", seconds.div_ceil(10).max(1) * 10),
        seconds => format!("{} min", seconds.div_ceil(60)),
    }
}
