//! What the program tells: the result of the last action, and errors, which
//! stay until the user has dismissed them.

use jiff::Timestamp;

/// How a notice is meant.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Tone {
    /// Something is under way, or was found out.
    Info,
    /// Something was done.
    Success,
    /// Something needs attention.
    Warning,
}

/// The result of the last action.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Notice {
    /// How it is meant.
    pub tone: Tone,
    /// A sentence.
    pub text: String,
    /// What it tells of, where it is true only as long as that goes on.
    underway: Option<Underway>,
}

/// Something that goes on and ends by itself.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Underway {
    /// The whole account is being read.
    Sweep,
    /// What is shown is being read again.
    ReadingAgain,
}

/// One thing that went wrong.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Failure {
    /// When it was noticed.
    pub at: Timestamp,
    /// What happened and what to do, in full.
    pub text: String,
    /// How often the same thing has happened.
    pub times: u32,
}

/// All that is told.
#[derive(Clone, Debug, Default)]
pub(crate) struct Notices {
    result: Option<Notice>,
    failures: Vec<Failure>,
    /// How many of the failures have been dismissed.
    dismissed: usize,
}

/// So many failures are kept, the latest: more than a batch of keys has, of
/// which each may be refused in its own words.
const KEPT: usize = 1_000;

impl Notices {
    /// The result of the last action.
    pub(crate) fn result(&self) -> Option<&Notice> {
        self.result.as_ref()
    }

    /// Every failure that is kept, oldest first.
    pub(crate) fn failures(&self) -> &[Failure] {
        &self.failures
    }

    /// The failures that have not been dismissed.
    pub(crate) fn standing(&self) -> &[Failure] {
        self.failures.get(self.dismissed..).unwrap_or(&[])
    }

    /// Tells the result of an action; it takes the place of the one before.
    pub(crate) fn tell(&mut self, tone: Tone, text: impl Into<String>) {
        self.result = Some(Notice { tone, text: text.into(), underway: None });
    }

    /// Tells of something that has begun, and is no longer true once it ends.
    pub(crate) fn tell_of(&mut self, underway: Underway, text: impl Into<String>) {
        self.result = Some(Notice { tone: Tone::Info, text: text.into(), underway: Some(underway) });
    }

    /// What the result says to be going on.
    pub(crate) fn underway(&self) -> Option<Underway> {
        self.result.as_ref().and_then(|notice| notice.underway)
    }

    /// Takes the result off the screen.
    pub(crate) fn clear_result(&mut self) {
        self.result = None;
    }

    /// Tells of something that went wrong. The same thing again is counted,
    /// not repeated, and is the latest.
    pub(crate) fn fail(&mut self, text: impl Into<String>, at: Timestamp) {
        let text = text.into();
        let before = self.standing().iter().position(|failure| failure.text == text);
        let times = before.map_or(0, |place| self.failures.remove(self.dismissed + place).times) + 1;
        self.failures.push(Failure { at, text, times });
        if self.failures.len() > KEPT {
            self.failures.remove(0);
            self.dismissed = self.dismissed.saturating_sub(1);
        }
    }

    /// Dismisses all failures so far; tells whether there were any.
    pub(crate) fn dismiss(&mut self) -> bool {
        let standing = !self.standing().is_empty();
        self.dismissed = self.failures.len();
        standing
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn texts(notices: &Notices) -> Vec<&str> {
        notices.standing().iter().map(|failure| failure.text.as_str()).collect()
    }

    #[test]
    fn a_failure_that_comes_again_is_counted_and_is_the_latest() {
        let mut notices = Notices::default();
        for text in ["A", "B", "A"] {
            notices.fail(text, Timestamp::UNIX_EPOCH);
        }
        assert_eq!(texts(&notices), ["B", "A"]);
        assert_eq!(notices.failures()[1].times, 2);
        notices.dismiss();
        notices.fail("A", Timestamp::UNIX_EPOCH);
        assert_eq!((texts(&notices), notices.failures().len()), (vec!["A"], 3));
    }

    #[test]
    fn however_many_failures_come_the_latest_are_kept() {
        let mut notices = Notices::default();
        for number in 0..3 * KEPT {
            notices.fail(number.to_string(), Timestamp::UNIX_EPOCH);
            if number == KEPT / 2 {
                notices.dismiss();
            }
        }
        assert_eq!(notices.failures().len(), KEPT);
        assert_eq!(texts(&notices).first(), Some(&(2 * KEPT).to_string().as_str()));
    }
}
