//! Reading the whole account: when it begins, and how it is told.

use crate::inventory::{Progress, Stage};
use crate::tui::app::{State, Tone};

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
            self.notices.tell(Tone::Info, "Stopped reading the whole account. What was read stays; R goes on.");
            return;
        }
        self.inventory.sweep(self.filter.filter().asks_for_new_keys());
        if self.inventory.listing_trouble().is_some() {
            self.inventory.go_on_listing();
        }
        self.notices.tell(Tone::Info, "Reading the whole account: R stops that.");
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
                self.notices
                    .tell(Tone::Info, "The filter needs the keys of all users, so they are read: R stops that.");
            }
            (FilterSweep::Begun, false) => {
                self.inventory.stop_sweep();
                self.filter_sweep = FilterSweep::NotNeeded;
            }
            (_, false) => self.filter_sweep = FilterSweep::NotNeeded,
            (_, true) => {}
        }
    }
}

/// How much of the account is known, in a few words; the most important
/// first.
pub(crate) fn coverage_words(state: &State) -> Vec<String> {
    let coverage = state.inventory.coverage();
    let mut words = vec![match coverage.users_in_account {
        Some(all) if !coverage.listed => format!("{} of {all} users", coverage.users),
        _ => format!("{} users", coverage.users),
    }];
    words.push(match state.inventory.progress() {
        Some(progress) => progress_words(progress, state.pauses_sweep()),
        None => format!("keys of {} read", coverage.read),
    });
    if let Some(rate) = state.pace.throttled_per_second(state.settled) {
        words.push(format!("throttled {rate}/s"));
    }
    for (count, word) in [(coverage.denied, "denied"), (coverage.failed, "failed"), (coverage.gone, "gone")] {
        if count > 0 {
            words.push(format!("{count} {word}"));
        }
    }
    words
}

fn progress_words(progress: Progress, paused: bool) -> String {
    let what = match progress.stage {
        Stage::Keys => "keys",
        Stage::LastUses => "last uses",
    };
    let verb = if paused { "paused at" } else { "reading" };
    format!("{verb} {what} {} of {}", progress.done, progress.of)
}
