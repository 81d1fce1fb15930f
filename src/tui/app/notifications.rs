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
pub(crate) struct Notification {
    /// How it is meant.
    pub tone: Tone,
    /// A sentence.
    pub text: String,
    /// What it tells of, where it is true only as long as that goes on.
    activity: Option<Activity>,
}

/// Something that goes on and ends by itself.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Activity {
    /// The whole account is being read.
    FullScan,
    /// What is shown is being read again.
    Refresh,
}

/// One thing that went wrong.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct ErrorEntry {
    /// When it was noticed.
    pub at: Timestamp,
    /// What happened and what to do, in full.
    pub text: String,
    /// How often the same thing has happened.
    pub times: u32,
}

/// All that is told.
#[derive(Clone, Debug, Default)]
pub(crate) struct Notifications {
    result: Option<Notification>,
    errors: Vec<ErrorEntry>,
    /// How many of the failures have been dismissed.
    dismissed: usize,
}

/// So many failures are kept, the latest: more than a batch of keys has, of
/// which each may be refused in its own words.
const MAX_ERRORS_KEPT: usize = 1_000;

impl Notifications {
    /// The result of the last action.
    pub(crate) fn result(&self) -> Option<&Notification> {
        self.result.as_ref()
    }

    /// Every failure that is kept, oldest first.
    pub(crate) fn errors(&self) -> &[ErrorEntry] {
        &self.errors
    }

    /// The failures that have not been dismissed.
    pub(crate) fn undismissed(&self) -> &[ErrorEntry] {
        self.errors.get(self.dismissed..).unwrap_or(&[])
    }

    /// Tells the result of an action; it takes the place of the one before.
    pub(crate) fn notify(&mut self, tone: Tone, text: impl Into<String>) {
        self.result = Some(Notification { tone, text: text.into(), activity: None });
    }

    /// Tells of something that has begun, and is no longer true once it ends.
    pub(crate) fn notify_activity(&mut self, activity: Activity, text: impl Into<String>) {
        self.result =
            Some(Notification { tone: Tone::Info, text: text.into(), activity: Some(activity) });
    }

    /// What the result says to be going on.
    pub(crate) fn activity(&self) -> Option<Activity> {
        self.result.as_ref().and_then(|notice| notice.activity)
    }

    /// Takes the result off the screen.
    pub(crate) fn clear_result(&mut self) {
        self.result = None;
    }

    /// Tells of something that went wrong. The same thing again is counted,
    /// not repeated, and is the latest.
    pub(crate) fn report_error(&mut self, text: impl Into<String>, at: Timestamp) {
        let text = text.into();
        let before = self.undismissed().iter().position(|failure| failure.text == text);
        let times = before.map_or(0, |session_context| {
            self.errors.remove(self.dismissed + session_context).times
        }) + 1;
        self.errors.push(ErrorEntry { at, text, times });
        if self.errors.len() > MAX_ERRORS_KEPT {
            self.errors.remove(0);
            self.dismissed = self.dismissed.saturating_sub(1);
        }
    }

    /// Dismisses all failures so far; tells whether there were any.
    pub(crate) fn dismiss(&mut self) -> bool {
        let standing = !self.undismissed().is_empty();
        self.dismissed = self.errors.len();
        standing
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn texts(notifications: &Notifications) -> Vec<&str> {
        notifications.undismissed().iter().map(|failure| failure.text.as_str()).collect()
    }

    #[test]
    fn a_failure_that_comes_again_is_counted_and_is_the_latest() {
        let mut notifications = Notifications::default();
        for text in ["A", "B", "A"] {
            notifications.report_error(text, Timestamp::UNIX_EPOCH);
        }
        assert_eq!(texts(&notifications), ["B", "A"]);
        assert_eq!(notifications.errors()[1].times, 2);
        notifications.dismiss();
        notifications.report_error("A", Timestamp::UNIX_EPOCH);
        assert_eq!((texts(&notifications), notifications.errors().len()), (vec!["A"], 3));
    }

    #[test]
    fn however_many_failures_come_the_latest_are_kept() {
        let mut notifications = Notifications::default();
        for number in 0..3 * MAX_ERRORS_KEPT {
            notifications.report_error(number.to_string(), Timestamp::UNIX_EPOCH);
            if number == MAX_ERRORS_KEPT / 2 {
                notifications.dismiss();
            }
        }
        assert_eq!(notifications.errors().len(), MAX_ERRORS_KEPT);
        assert_eq!(
            texts(&notifications).first(),
            Some(&(2 * MAX_ERRORS_KEPT).to_string().as_str())
        );
    }
}
