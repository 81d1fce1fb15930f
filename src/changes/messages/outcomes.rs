//! The result of a change, in sentences: as it ends, and as the journal reports it later.

use std::fmt::{self, Write as _};

use jiff::Timestamp;

use super::key_and_owner;
use crate::changes::change_origin::ChangeOrigin;
use crate::changes::journal::entry::{ChangeState, Intent, JournalEntry};
use crate::changes::journal::outcome::{OutcomeKind, OutcomeRecord};
use crate::changes::os_identity::has_ended;
use crate::model::{
    ChangeReport, KeyStatus, NotSentReason, Outcome, ServiceError, format_time_of_day, format_utc,
};

// --- Sentences that several outcomes share ---

/// Added where nobody has checked that it was AWS who replied.
const CERTIFICATES_UNCHECKED: &str =
    " TLS certificates were not checked, so the endpoint may not be AWS.";

/// Added to an accepted change without verification.
const ACCEPTED_UNVERIFIED: &str = "It is unverified: the key was not read afterwards.";

/// Advice after an outcome that IAM did not confirm.
const READ_AGAIN: &str = "Read the key again before you rely on it.";

/// Returns the reason why an accepted change is unverified, to follow "but".
fn unverified_reason(last_status: Option<&KeyStatus>, error: Option<&ServiceError>) -> String {
    match (last_status, error) {
        (Some(status), None) => format!("still reported {status} when the time limit passed."),
        (Some(status), Some(error)) => {
            format!("last reported {status}, and the key could not be read after that. {error}")
        }
        (None, Some(error)) => format!("the key could not be read. {error}"),
        (None, None) => "did not list the key when it was read.".to_owned(),
    }
}

/// Returns what the reads after a change without a clear response have shown.
fn last_read_sentence(last_status: Option<&KeyStatus>) -> String {
    match last_status {
        Some(status) => {
            format!("The last read showed {status}, which may have been out of date.")
        }
        None => "No read has shown its status since.".to_owned(),
    }
}

// --- A change that has just ended ---

impl ChangeReport {
    /// Returns what happened, to which key, in which account, and what to do next. Request
    /// IDs are left to the journal and the JSON output.
    pub(crate) fn sentence(&self, change_origin: &ChangeOrigin) -> String {
        let change = &self.change;
        let key = key_and_owner(&change.key, change.user.as_ref());
        let (account, wanted) = (change_origin.label(), change.direction.status());
        let mut text = match &self.outcome {
            Outcome::Verified { took, refused, .. } => {
                let seconds = took.as_secs_f64();
                if *refused {
                    format!(
                        "IAM now refuses {key} in {account} (verified in {seconds:.1} s). It is \
                         the key that signs this session: continue with other credentials."
                    )
                } else {
                    format!("IAM reports {key} {wanted} in {account} (verified in {seconds:.1} s).")
                }
            }
            Outcome::Accepted => format!(
                "IAM accepted the change of {key} to {wanted} in {account}. {ACCEPTED_UNVERIFIED}"
            ),
            Outcome::Unverified { last_status, error } => format!(
                "IAM accepted the change of {key} to {wanted} in {account}, but {} {READ_AGAIN}",
                unverified_reason(last_status.as_ref(), error.as_deref())
            ),
            Outcome::Unknown { error, last_status } => {
                // Its advice may be to try again, which comes after a read at most.
                let error = ServiceError { hint: None, ..ServiceError::clone(error) };
                let last_read = last_read_sentence(last_status.as_ref());
                format!(
                    "Outcome unknown: {key} in {account} may or may not be {wanted}. {error} \
                     {last_read} {READ_AGAIN}"
                )
            }
            Outcome::Refused(error) => format!(
                "IAM refused to {} {key} in {account}; it is unchanged. {error}",
                change.direction.infinitive()
            ),
            Outcome::NotSent(why) => match (why, &change.before) {
                (NotSentReason::StatusChanged(_), Some(before)) => {
                    format!("Nothing was sent: {key} in {account} was {before} when read. {why}")
                }
                // It may be changing right now.
                (NotSentReason::InFlight(_), _) => {
                    format!("Nothing was sent for {key} in {account}. {why}")
                }
                _ => format!("Nothing was sent: {key} in {account} is unchanged. {why}"),
            },
        };
        if change_origin.unverified_tls {
            text.push_str(CERTIFICATES_UNCHECKED);
        }
        if let Some(why) = &self.journal_error {
            let _ = write!(text, " The journal does not have this outcome: keep this line. {why}");
        }
        text
    }
}

impl fmt::Display for NotSentReason {
    /// Writes why nothing was sent, and what to do about it.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Journal(why) => write!(
                f,
                "{why} Fix that, or name another file with --journal PATH; --journal - writes the \
                 journal to standard error."
            ),
            Self::InFlight(why) => write!(f, "{why} Read the key again after that."),
            Self::Interrupted => f.write_str("keyflip was interrupted before."),
            Self::ReadOnly => f.write_str(
                "This session is read-only. To change keys, start keyflip without --read-only, with \
                 a profile and account that the configuration does not make read-only.",
            ),
            Self::StatusChanged(Some(status)) => write!(
                f,
                "IAM reports it {status} now: it was changed since. Check the key before you try \
                 again."
            ),
            Self::StatusChanged(None) => f.write_str(
                "IAM no longer lists it for that user: the key was deleted, or the user renamed. \
                 Look it up again.",
            ),
            Self::Call(error) => error.fmt(f),
        }
    }
}

// --- A change as the journal has it ---

impl Intent {
    /// Returns the key and its owner: `AKIA… of svc-billing-0042`.
    pub(crate) fn key_and_owner(&self) -> String {
        key_and_owner(&self.key, self.user.as_ref())
    }

    /// Returns the account, the route and the endpoint as they were recorded.
    pub(crate) fn location_label(&self) -> String {
        let change_origin = ChangeOrigin {
            account: self.account.clone(),
            alias: None,
            caller: None,
            profile: self.profile.clone().map(Into::into),
            route: self.route.clone().map(Into::into),
            endpoint: self.endpoint.clone(),
            unverified_tls: self.unverified_tls,
        };
        change_origin.label()
    }

    /// Returns both statuses: `Active → Inactive`.
    pub(crate) fn transition(&self) -> String {
        let before = self.before.as_ref().map_or("not read", KeyStatus::as_str);
        format!("{before} → {}", self.direction.status())
    }
}

impl JournalEntry {
    /// Returns the state of the change in one to three words. Scripts read it as `state`.
    pub(crate) fn state_label(&self, now: Timestamp) -> String {
        match self.change_state(now) {
            ChangeState::InFlight => "in progress".to_owned(),
            ChangeState::Unfinished => OutcomeKind::Unknown.as_str().to_owned(),
            ChangeState::Ended(outcome) => match (outcome.kind, &outcome.status_seen) {
                (OutcomeKind::Settled, Some(seen)) => format!("settled: {seen}"),
                (OutcomeKind::Settled, None) if outcome.error.is_some() => {
                    "user not found".to_owned()
                }
                (OutcomeKind::Settled, None) => "settled: not found".to_owned(),
                (kind, _) => kind.as_str().to_owned(),
            },
        }
    }

    /// Returns the result of the change as far as the journal has it.
    pub(crate) fn sentence(&self, now: Timestamp) -> String {
        let Intent { pid, host, .. } = &self.intent;
        let mut text = match self.change_state(now) {
            ChangeState::InFlight if has_ended(host, *pid) => format!(
                "Outcome unknown: process {pid} on {host} ended. Its call may take effect until {}.",
                format_time_of_day(self.intent.effective_deadline())
            ),
            ChangeState::InFlight => format!(
                "Process {pid} on {host} is making this change; it ends by {} at the latest.",
                format_utc(self.intent.effective_deadline())
            ),
            ChangeState::Unfinished => format!(
                "Outcome unknown: process {pid} on {host} ended before it recorded the outcome. \
                 Only a read of the key can settle it."
            ),
            ChangeState::Ended(outcome) => outcome.sentence(&self.intent),
        };
        if self.intent.unverified_tls {
            text.push_str(CERTIFICATES_UNCHECKED);
        }
        text
    }
}

impl OutcomeRecord {
    /// Returns the outcome of the change that `intent` announced.
    pub(crate) fn sentence(&self, intent: &Intent) -> String {
        let wanted = intent.direction.status();
        let verified_at =
            self.verified_at.map(|at| format!(" at {}", format_utc(at))).unwrap_or_default();
        let error =
            self.error.as_ref().map(|failure| format!(" {}", failure.sentence)).unwrap_or_default();
        let seen = self.status_seen.as_ref();
        match self.kind {
            OutcomeKind::Verified => format!("IAM reported {wanted}{verified_at}."),
            OutcomeKind::VerifiedByRefusal => format!("IAM refused the key{verified_at}."),
            OutcomeKind::Accepted => {
                format!("IAM accepted the change to {wanted}. {ACCEPTED_UNVERIFIED}")
            }
            OutcomeKind::Unverified => match seen {
                Some(seen) => format!(
                    "IAM accepted the change to {wanted}, but still reported {seen} when the time \
                     limit passed.{error}"
                ),
                None => format!(
                    "IAM accepted the change to {wanted}, but no read showed it within the time \
                     limit.{error}"
                ),
            },
            OutcomeKind::Unknown => format!(
                "Outcome unknown: IAM may or may not have set {wanted}.{error} {}",
                last_read_sentence(seen)
            ),
            OutcomeKind::Refused => format!("IAM refused the change; the key is unchanged.{error}"),
            OutcomeKind::NotSent => format!("Nothing was sent; the key is unchanged.{error}"),
            OutcomeKind::Settled => self.settled_sentence(&wanted),
        }
    }

    fn settled_sentence(&self, wanted: &KeyStatus) -> String {
        let at = format_utc(self.time);
        match &self.status_seen {
            Some(seen) if seen == wanted => {
                format!("A later read settled it: IAM reported {seen} at {at}.")
            }
            Some(seen) => format!(
                "A later read settled it: IAM reported {seen} at {at}, so the change was not made, \
                 or was reversed."
            ),
            // Written by older versions, which took a missing user for a deleted key.
            None if self.error.is_some() => format!(
                "At {at} IAM had no such user (renamed or deleted?), so the status of the key is \
                 unknown."
            ),
            None => format!("A later read settled it: IAM no longer listed the key at {at}."),
        }
    }
}

#[cfg(test)]
mod tests {
    use std::io;
    use std::sync::Arc;
    use std::time::Duration;

    use super::*;
    use crate::changes::test_fixtures::{change, change_origin, entry, error, time};
    use crate::model::{Endpoint, ErrorKind, JournalError};

    fn change_report(outcome: Outcome) -> ChangeReport {
        let request_ids = vec!["3f1".into(), "3f2".into()];
        ChangeReport {
            outcome,
            request_ids,
            ..ChangeReport::not_sent(change(), NotSentReason::ReadOnly)
        }
    }

    #[test]
    fn each_outcome_names_key_user_and_account() {
        let verified = |refused| Outcome::Verified {
            at: time("14:02:11"),
            took: Duration::from_millis(412),
            refused,
        };
        let lost = error(ErrorKind::ConnectionLost, "");
        let no_space = || Arc::new(JournalError::Write("/j".into(), io::Error::other("no space")));
        let mut journal_error = change_report(Outcome::Accepted);
        journal_error.journal_error = Some(no_space());
        let sentences: Vec<_> = [
            change_report(verified(false)),
            change_report(verified(true)),
            journal_error,
            change_report(Outcome::Unverified {
                last_status: Some(KeyStatus::Active),
                error: None,
            }),
            change_report(Outcome::Unverified {
                last_status: None,
                error: Some(error(ErrorKind::Denied, "AccessDenied")),
            }),
            change_report(Outcome::Unverified { last_status: None, error: None }),
            change_report(Outcome::Unknown {
                error: lost.clone(),
                last_status: Some(KeyStatus::Active),
            }),
            change_report(Outcome::Refused(error(ErrorKind::Denied, "AccessDenied"))),
            change_report(Outcome::NotSent(NotSentReason::Journal(no_space()))),
            change_report(Outcome::NotSent(NotSentReason::ReadOnly)),
            change_report(Outcome::NotSent(NotSentReason::StatusChanged(Some(
                KeyStatus::Inactive,
            )))),
            change_report(Outcome::NotSent(NotSentReason::Call(error(ErrorKind::Unreachable, "")))),
        ]
        .iter()
        .map(|change_report| change_report.sentence(&change_origin()))
        .collect();
        for sentence in &sentences {
            assert!(sentence.contains("AKIARZPUZDIKFYHOWX26 of svc-billing-0042"), "{sentence}");
            assert!(sentence.contains("acme-prod 123456789012"), "{sentence}");
        }
        insta::assert_snapshot!(sentences.join("\n"), @r#"
        IAM reports AKIARZPUZDIKFYHOWX26 of svc-billing-0042 Inactive in acme-prod 123456789012 (verified in 0.4 s).
        IAM now refuses AKIARZPUZDIKFYHOWX26 of svc-billing-0042 in acme-prod 123456789012 (verified in 0.4 s). It is the key that signs this session: continue with other credentials.
        IAM accepted the change of AKIARZPUZDIKFYHOWX26 of svc-billing-0042 to Inactive in acme-prod 123456789012. It is unverified: the key was not read afterwards. The journal does not have this outcome: keep this line. Could not write the journal /j: no space.
        IAM accepted the change of AKIARZPUZDIKFYHOWX26 of svc-billing-0042 to Inactive in acme-prod 123456789012, but still reported Active when the time limit passed. Read the key again before you rely on it.
        IAM accepted the change of AKIARZPUZDIKFYHOWX26 of svc-billing-0042 to Inactive in acme-prod 123456789012, but the key could not be read. UpdateAccessKey failed with AccessDenied: it went wrong. Read the key again before you rely on it.
        IAM accepted the change of AKIARZPUZDIKFYHOWX26 of svc-billing-0042 to Inactive in acme-prod 123456789012, but did not list the key when it was read. Read the key again before you rely on it.
        Outcome unknown: AKIARZPUZDIKFYHOWX26 of svc-billing-0042 in acme-prod 123456789012 may or may not be Inactive. UpdateAccessKey lost the connection: it went wrong. The last read showed Active, which may have been out of date. Read the key again before you rely on it.
        IAM refused to deactivate AKIARZPUZDIKFYHOWX26 of svc-billing-0042 in acme-prod 123456789012; it is unchanged. UpdateAccessKey failed with AccessDenied: it went wrong.
        Nothing was sent: AKIARZPUZDIKFYHOWX26 of svc-billing-0042 in acme-prod 123456789012 is unchanged. Could not write the journal /j: no space. Fix that, or name another file with --journal PATH; --journal - writes the journal to standard error.
        Nothing was sent: AKIARZPUZDIKFYHOWX26 of svc-billing-0042 in acme-prod 123456789012 is unchanged. This session is read-only. To change keys, start keyflip without --read-only, with a profile and account that the configuration does not make read-only.
        Nothing was sent: AKIARZPUZDIKFYHOWX26 of svc-billing-0042 in acme-prod 123456789012 was Active when read. IAM reports it Inactive now: it was changed since. Check the key before you try again.
        Nothing was sent: AKIARZPUZDIKFYHOWX26 of svc-billing-0042 in acme-prod 123456789012 is unchanged. UpdateAccessKey could not connect: it went wrong.
        "#);
    }

    #[test]
    fn a_key_that_another_process_is_changing_is_not_called_unchanged() {
        let other = (&entry(&change(), "14:02:11", None).intent).into();
        let not_sent = Outcome::NotSent(NotSentReason::InFlight(Box::new(other)));
        let sentence = change_report(not_sent).sentence(&change_origin());
        let expected = "Nothing was sent for AKIARZPUZDIKFYHOWX26 of svc-billing-0042 in acme-prod 123456789012. ";
        assert!(sentence.starts_with(expected), "{sentence}");
    }

    #[test]
    fn foreign_endpoints_and_unread_accounts_are_named() {
        let elsewhere = Endpoint::Custom("http://127.0.0.1:4000".into());
        let sentence = change_report(Outcome::Accepted)
            .sentence(&ChangeOrigin::unidentified(Some("prod".into()), elsewhere));
        assert!(
            sentence
                .contains("in the account of profile prod (account ID not read), NOT AWS http://127.0.0.1:4000"),
            "{sentence}"
        );
    }

    #[test]
    fn a_change_without_an_outcome_is_first_in_progress_then_unknown() {
        let entry = entry(&change(), "14:02:11", None);
        assert_eq!(
            (entry.state_label(time("14:03:00")), entry.state_label(time("14:04:00"))),
            ("in progress".into(), "unknown".into())
        );
        assert!(entry.sentence(time("14:04:00")).contains("Only a read of the key can settle it"));
    }
}
