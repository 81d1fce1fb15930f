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

/// So many failures are kept; older ones that were dismissed make room.
const KEPT: usize = 200;

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
    /// not repeated.
    pub(crate) fn fail(&mut self, text: impl Into<String>, at: Timestamp) {
        let text = text.into();
        if let Some(place) = self.failures.iter().skip(self.dismissed).position(|failure| failure.text == text) {
            let failure = &mut self.failures[self.dismissed + place];
            failure.times += 1;
            failure.at = at;
            return;
        }
        self.failures.push(Failure { at, text, times: 1 });
        if self.failures.len() > KEPT && self.dismissed > 0 {
            self.failures.remove(0);
            self.dismissed -= 1;
        }
    }

    /// Dismisses all failures so far; tells whether there were any.
    pub(crate) fn dismiss(&mut self) -> bool {
        let standing = !self.standing().is_empty();
        self.dismissed = self.failures.len();
        standing
    }
}
