//! Notifications and errors. Errors stay until they are dismissed.

use std::sync::Arc;

use jiff::Timestamp;

use crate::inventory::UserIndex;
use crate::model::{KeyId, ServiceError};

/// Tone of a notification.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Tone {
    /// Information, or something in progress.
    Info,
    /// Success of an action.
    Success,
    /// Something needs attention.
    Warning,
}

/// Result of the last action.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Notification {
    /// Tone.
    pub tone: Tone,
    /// Sentence.
    pub text: String,
    /// What the sentence is about; it is removed when that ends.
    topic: Option<NotificationTopic>,
}

/// What a notification is about, and ends with.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum NotificationTopic {
    /// Full scan of the account.
    FullScan,
    /// Look-up of the owner of a key.
    LookUp,
    /// Refresh of what is shown.
    Refresh,
    /// Undo that opens once the journal has been read. Any input ends it.
    Undo,
    /// A user whose keys are not read yet.
    UnreadKeys(UserIndex),
    /// Marked keys, until none is marked. Has the number of users whose keys were not read.
    Marks(usize),
}

/// One error.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct ErrorEntry {
    /// Time of the last occurrence.
    pub at: Timestamp,
    /// Sentences on what happened and what to do.
    pub text: String,
    /// Number of occurrences.
    pub times: u32,
    /// What the service said the last time, if the text is of several occurrences.
    pub latest: Option<String>,
    /// What would solve it.
    solution: Option<Solution>,
}

/// What solves an error.
#[derive(Clone, Debug, PartialEq, Eq)]
enum Solution {
    /// A sign-in to this Identity Center session.
    SignIn(Arc<str>),
    /// Opening the session again, after a sign-in to Identity Center if one is named.
    Session(Option<Arc<str>>),
    /// A later change of this key that was sent.
    Change(KeyId),
    /// A later export.
    Export,
}

/// Notifications and errors of the run.
#[derive(Clone, Debug, Default)]
pub(crate) struct Notifications {
    result: Option<Notification>,
    /// Number of results so far.
    results: u64,
    errors: Vec<ErrorEntry>,
    /// Number of errors that were dismissed, oldest first.
    dismissed: usize,
}

/// Maximum number of errors kept; the oldest are dropped. A batch may have an error for each key.
const MAX_ERRORS_KEPT: usize = 1_000;

impl Notifications {
    /// Returns the result of the last action.
    pub(crate) fn result(&self) -> Option<&Notification> {
        self.result.as_ref()
    }

    /// Returns every error kept, oldest first.
    pub(crate) fn errors(&self) -> &[ErrorEntry] {
        &self.errors
    }

    /// Returns the errors that have not been dismissed.
    pub(crate) fn undismissed(&self) -> &[ErrorEntry] {
        self.errors.get(self.dismissed..).unwrap_or(&[])
    }

    /// Shows the result of an action in place of the previous one.
    pub(crate) fn notify(&mut self, tone: Tone, text: impl Into<String>) {
        self.results += 1;
        self.result = Some(Notification { tone, text: text.into(), topic: None });
    }

    /// Shows that something has begun, until it ends.
    pub(crate) fn notify_ongoing(&mut self, topic: NotificationTopic, text: impl Into<String>) {
        self.result =
            Some(Notification { tone: Tone::Info, text: text.into(), topic: Some(topic) });
    }

    /// Returns what the result is about, if that ends by itself.
    pub(crate) fn ongoing(&self) -> Option<NotificationTopic> {
        self.result.as_ref().and_then(|notification| notification.topic)
    }

    /// Removes the result if it is about this.
    pub(crate) fn end_ongoing(&mut self, topic: NotificationTopic) {
        if self.ongoing() == Some(topic) {
            self.clear_result();
        }
    }

    /// Returns the number of results so far, which tells a result from the one before.
    pub(crate) fn results(&self) -> u64 {
        self.results
    }

    /// Removes the result if it is a plain one: what it is about is no longer shown.
    pub(crate) fn clear_plain_result(&mut self) {
        self.result.take_if(|result| result.tone == Tone::Info && result.topic.is_none());
    }

    /// Removes the result.
    pub(crate) fn clear_result(&mut self) {
        self.result = None;
    }

    /// Adds an error. A repeated error is counted, and becomes the latest.
    pub(crate) fn report_error(&mut self, text: impl Into<String>, at: Timestamp) {
        self.report(text.into(), None, at);
    }

    fn report(&mut self, text: String, solution: Option<Solution>, at: Timestamp) {
        let before = self.undismissed().iter().position(|failure| failure.text == text);
        let times =
            before.map_or(0, |position| self.errors.remove(self.dismissed + position).times) + 1;
        self.errors.push(ErrorEntry { at, text, times, latest: None, solution });
        self.drop_oldest();
    }

    /// Returns whether the list of errors has one with this text, dismissed or not.
    pub(crate) fn has_error(&self, text: &str) -> bool {
        self.errors.iter().any(|error| error.text == text)
    }

    /// Makes an error that has not been dismissed the latest, if there is one with this text.
    pub(crate) fn show_first(&mut self, text: &str) {
        let Some(shown) = self.errors.get_mut(self.dismissed..) else { return };
        if let Some(at) = shown.iter().position(|error| error.text == text)
            && let Some(rest) = shown.get_mut(at..)
        {
            rest.rotate_left(1);
        }
    }

    /// Adds an error that is shown elsewhere, so that only the list of errors has it. A repeated
    /// one is counted. `latest` is what the service said, if that differs from time to time.
    pub(crate) fn log_error(
        &mut self,
        text: impl Into<String>,
        latest: Option<String>,
        at: Timestamp,
    ) {
        let text = text.into();
        let before = self.errors[..self.dismissed].iter().position(|failure| failure.text == text);
        if let Some(known) = before {
            let known = &mut self.errors[known];
            (known.at, known.times, known.latest) = (at, known.times + 1, latest);
            return;
        }
        self.errors
            .insert(self.dismissed, ErrorEntry { at, text, times: 1, latest, solution: None });
        self.dismissed += 1;
        self.drop_oldest();
    }

    fn drop_oldest(&mut self) {
        if self.errors.len() > MAX_ERRORS_KEPT {
            self.errors.remove(0);
            self.dismissed = self.dismissed.saturating_sub(1);
        }
    }

    /// Adds an error like [`Self::report_error`], which a sign-in solves if `error` says so.
    pub(crate) fn report_failed_call(
        &mut self,
        text: impl Into<String>,
        error: &ServiceError,
        at: Timestamp,
    ) {
        self.report(text.into(), error.sign_in.clone().map(Solution::SignIn), at);
    }

    /// Dismisses the errors that a sign-in to that session solves. The list of errors keeps them.
    pub(crate) fn resolve_sign_in(&mut self, session: &str) {
        self.resolve(|solution| match solution {
            Solution::SignIn(name) | Solution::Session(Some(name)) => &**name == session,
            Solution::Session(None) | Solution::Change(_) | Solution::Export => false,
        });
    }

    /// Adds the error of a session that could not be opened or has ended. A sign-in may help, by
    /// `error`.
    pub(crate) fn report_failed_session(
        &mut self,
        text: impl Into<String>,
        error: Option<&ServiceError>,
        at: Timestamp,
    ) {
        let sign_in = error.and_then(|error| error.sign_in.clone());
        self.report(text.into(), Some(Solution::Session(sign_in)), at);
    }

    /// Dismisses the errors of the session, which is opened again. The list of errors keeps them.
    pub(crate) fn resolve_session(&mut self) {
        self.resolve(|solution| matches!(solution, Solution::Session(_)));
    }

    /// Adds the error of a change that was not made, or of which that is not known.
    pub(crate) fn report_failed_change(
        &mut self,
        text: impl Into<String>,
        key: &KeyId,
        at: Timestamp,
    ) {
        self.report(text.into(), Some(Solution::Change(key.clone())), at);
    }

    /// Dismisses the errors of former changes of this key. The list of errors keeps them.
    pub(crate) fn resolve_change(&mut self, key: &KeyId) {
        self.resolve(|solution| matches!(solution, Solution::Change(of) if of == key));
    }

    /// Adds the error of a file that was not written.
    pub(crate) fn report_failed_export(&mut self, text: impl Into<String>, at: Timestamp) {
        self.report(text.into(), Some(Solution::Export), at);
    }

    /// Dismisses the errors of former exports. The list of errors keeps them.
    pub(crate) fn resolve_export(&mut self) {
        self.resolve(|solution| matches!(solution, Solution::Export));
    }

    fn resolve(&mut self, is_solution: impl Fn(&Solution) -> bool) {
        let is_solved = |error: &ErrorEntry| error.solution.as_ref().is_some_and(&is_solution);
        if let Some(shown) = self.errors.get_mut(self.dismissed..) {
            shown.sort_by_key(|error| !is_solved(error));
            self.dismissed += shown.iter().filter(|error| is_solved(error)).count();
        }
    }

    /// Dismisses all errors so far; returns whether there were any.
    pub(crate) fn dismiss(&mut self) -> bool {
        let had_any = !self.undismissed().is_empty();
        self.dismissed = self.errors.len();
        had_any
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::ErrorKind;

    fn texts(notifications: &Notifications) -> Vec<&str> {
        notifications.undismissed().iter().map(|failure| failure.text.as_str()).collect()
    }

    #[test]
    fn a_repeated_failure_is_counted_and_becomes_the_latest() {
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
    fn a_recorded_failure_is_kept_but_not_shown() {
        let mut notifications = Notifications::default();
        notifications.report_error("A", Timestamp::UNIX_EPOCH);
        for text in ["B", "C", "B"] {
            notifications.log_error(text, None, Timestamp::UNIX_EPOCH);
        }
        assert_eq!(texts(&notifications), ["A"]);
        let kept: Vec<_> =
            notifications.errors().iter().map(|error| (error.text.as_str(), error.times)).collect();
        assert_eq!(kept, [("B", 2), ("C", 1), ("A", 1)]);
    }

    #[test]
    fn failures_that_a_sign_in_has_solved_are_kept_but_no_longer_shown() {
        let mut notifications = Notifications::default();
        let failed = |session: &str| {
            let kind = ErrorKind::CredentialSourceFailed;
            ServiceError::new(kind, "ListUsers", "no token").with_sign_in(session)
        };
        for (text, session) in [("A", "corp"), ("B", "other"), ("C", "corp")] {
            notifications.report_failed_call(text, &failed(session), Timestamp::UNIX_EPOCH);
        }
        notifications.report_error("D", Timestamp::UNIX_EPOCH);
        notifications.resolve_sign_in("corp");
        notifications.resolve_sign_in("corp");
        notifications.resolve_sign_in("third");
        assert_eq!(texts(&notifications), ["B", "D"]);
        assert_eq!(notifications.errors().len(), 4);
    }

    #[test]
    fn the_latest_outcome_of_a_key_replaces_the_former_ones() {
        let mut notifications = Notifications::default();
        let key = |id| KeyId::parse(id).unwrap();
        let (one, other) = (key("AKIARZPUZDIKFYHOWX26"), key("AKIARZPUZDIKJ3TBYUFZ"));
        notifications.report_failed_change("A", &one, Timestamp::UNIX_EPOCH);
        notifications.report_failed_change("B", &other, Timestamp::UNIX_EPOCH);
        notifications.resolve_change(&one);
        assert_eq!((texts(&notifications), notifications.errors().len()), (vec!["B"], 2));
    }

    #[test]
    fn only_the_latest_failures_are_kept() {
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
