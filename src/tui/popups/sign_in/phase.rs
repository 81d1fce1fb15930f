//! Phases of a sign-in.

use std::time::Duration;

use crate::ops::sign_in::SignInPrompt;

/// Phase of a sign-in.
#[derive(Clone, Debug)]
pub(super) enum Phase {
    /// The user has not decided yet.
    Offered,
    /// The code is being requested.
    Starting,
    /// The code waits for its approval.
    Waiting(Box<Waiting>),
    /// The sign-in has failed, for this reason.
    Failed(String),
}

/// A code that waits for its approval.
#[derive(Clone, Debug)]
pub(super) struct Waiting {
    /// The code and its page.
    pub prompt: SignInPrompt,
    /// End of the code.
    pub end: Duration,
    /// Whether the browser of this machine was started.
    pub browser: bool,
    /// Sentence on the last call if it had no answer.
    pub unanswered: Option<String>,
}

impl Waiting {
    /// Returns the whole seconds until the code expires, rounded up.
    pub(super) fn seconds_left(&self, now: Duration) -> u64 {
        let left = self.end.saturating_sub(now);
        left.as_secs() + u64::from(left.subsec_nanos() > 0)
    }
}
