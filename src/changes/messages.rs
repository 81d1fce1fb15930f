//! What came of a change, in the sentences that the screen, the commands and
//! the incident record share.

use std::fmt::{self, Write as _};

use jiff::Timestamp;

use super::change_context::ChangeContext;
use super::journal::entry::{ChangeState, Intent, JournalEntry, key_and_owner};
use super::journal::outcome::{OutcomeKind, OutcomeRecord};
use crate::model::{ChangeReport, KeyStatus, NotSent, Outcome, ServiceError};

/// What follows where nobody has checked that it was AWS who answered.
const UNVERIFIED: &str = " Certificates were not checked.";

impl ChangeReport {
    /// What happened, to which key, in which account, and what to do now.
    pub(crate) fn sentence(&self, change_context: &ChangeContext) -> String {
        let change = &self.change;
        let (key, session_context) =
            (key_and_owner(&change.key, change.user.as_ref()), change_context.label());
        let (wanted, requests) = (change.direction.status(), self.requests());
        let mut text = match &self.outcome {
            Outcome::Verified { took, refused, .. } => {
                let took = format!(
                    "{:.1} s{}",
                    took.as_secs_f64(),
                    requests.map(|ids| format!(", {ids}")).unwrap_or_default()
                );
                match refused {
                    false => format!("IAM reports {key} {wanted} in {session_context} ({took})."),
                    true => format!(
                        "IAM now refuses {key} in {session_context} ({took}). It signed this session, which can do nothing more."
                    ),
                }
            }
            Outcome::Accepted => format!(
                "IAM accepted the change of {key} to {wanted} in {session_context}{}. It is not proved: nothing was read afterwards.",
                in_brackets(requests)
            ),
            Outcome::Unverified { last_status: still, error } => format!(
                "IAM accepted the change of {key} to {wanted} in {session_context}{}, but {} Read the key again before you rely on it.",
                in_brackets(requests),
                unverified_reason(still.as_ref(), error.as_deref())
            ),
            Outcome::Unknown { error, last_status: still } => format!(
                "It is not known whether {key} is now {wanted} in {session_context}{}. {error} {} Read the key again before you \
                 rely on it.",
                in_brackets(requests),
                last_read_sentence(still.as_ref())
            ),
            Outcome::Refused(error) => {
                format!(
                    "{key} in {session_context} is as it was: setting it to {wanted} was refused. {error}"
                )
            }
            Outcome::NotSent(why @ NotSent::StatusChanged(_)) => {
                format!(
                    "Nothing was sent for {key} in {session_context}, which was {}. {why}",
                    shown_before(change.before.as_ref())
                )
            }
            Outcome::NotSent(why) => {
                format!("{key} in {session_context} is as it was: nothing was sent. {why}")
            }
        };
        if change_context.unverified_tls {
            text.push_str(UNVERIFIED);
        }
        if let Some(why) = &self.journal_error {
            let _ = write!(text, " This outcome is not in the journal, so keep this line. {why}");
        }
        text
    }

    fn requests(&self) -> Option<String> {
        match &self.request_ids[..] {
            [] => None,
            [one] => Some(format!("request {one}")),
            several => Some(format!("requests {}", several.join(", "))),
        }
    }
}

fn in_brackets(text: Option<String>) -> String {
    text.map(|text| format!(" ({text})")).unwrap_or_default()
}

/// Why an accepted change is not proved.
fn unverified_reason(still: Option<&KeyStatus>, error: Option<&ServiceError>) -> String {
    match (still, error) {
        (Some(still), None) => {
            format!("it still reported {still} when the time for the proof was up.")
        }
        (Some(still), Some(error)) => {
            format!(
                "it reported {still} when it was last asked, and could not be asked again. {error}"
            )
        }
        (None, Some(error)) => format!("the key could not be read. {error}"),
        (None, None) => "it did not list the key when it was asked.".to_owned(),
    }
}

fn last_read_sentence(still: Option<&KeyStatus>) -> String {
    match still {
        Some(still) => {
            format!("When it was last read, IAM reported {still}, which may have been out of date.")
        }
        None => "No read has shown its status since.".to_owned(),
    }
}

impl fmt::Display for NotSent {
    /// Why nothing was sent, and what to do about it.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Journal(why) => write!(
                f,
                "{why} Mend that, or name another file with --journal PATH; --journal - writes the journal to standard \
                 error."
            ),
            Self::InFlight(why) => write!(f, "{why} Read the key again then."),
            Self::ReadOnly => f.write_str(
                "This session is read-only: open it without --read-only, and with a profile and account that the \
                 configuration lets change keys.",
            ),
            Self::StatusChanged(Some(status)) => {
                write!(f, "IAM reports it {status} now: somebody else has changed it. Look at it again.")
            }
            Self::StatusChanged(None) => f.write_str("Its owner's list does not have it any more. Look at it again."),
            Self::Call(error) => error.fmt(f),
        }
    }
}

fn shown_before(before: Option<&KeyStatus>) -> &str {
    before.map_or("not read", KeyStatus::as_str)
}

impl Intent {
    /// The account and the endpoint, as they were written down.
    pub(crate) fn location_label(&self) -> String {
        let change_context = ChangeContext {
            account: self.account.clone(),
            alias: None,
            caller: None,
            profile: self.profile.clone(),
            endpoint: self.endpoint.clone(),
            unverified_tls: self.unverified_tls,
        };
        change_context.label()
    }

    /// From which status to which: `Active → Inactive`.
    pub(crate) fn transition(&self) -> String {
        let before = self.before.as_ref().map_or("not read", KeyStatus::as_str);
        format!("{before} → {}", self.direction.status())
    }
}

impl JournalEntry {
    /// How far the change has come, in one word or two.
    pub(crate) fn state_label(&self, now: Timestamp) -> String {
        match self.change_state(now) {
            ChangeState::InFlight => "in flight".to_owned(),
            ChangeState::Unfinished => "open".to_owned(),
            ChangeState::Ended(ending) => match (ending.kind, &ending.status_seen) {
                (OutcomeKind::Settled, Some(seen)) => format!("settled: {seen}"),
                (OutcomeKind::Settled, None) if ending.error.is_some() => {
                    "user not found".to_owned()
                }
                (OutcomeKind::Settled, None) => "settled: not found".to_owned(),
                (verdict, _) => verdict.as_str().to_owned(),
            },
        }
    }

    /// What came of it, as far as the journal tells.
    pub(crate) fn sentence(&self, now: Timestamp) -> String {
        let Intent { pid, host, .. } = &self.intent;
        let mut text = match self.change_state(now) {
            ChangeState::InFlight => format!(
                "Process {pid} on {host} has this change under way; it is over by {} at the latest.",
                format_utc(self.intent.over_by())
            ),
            ChangeState::Unfinished => format!(
                "The process {pid} on {host} has ended before it could write the outcome: whether the call was sent \
                 and carried out is not known until the key is read."
            ),
            ChangeState::Ended(ending) => ending.sentence(&self.intent),
        };
        if self.intent.unverified_tls {
            text.push_str(UNVERIFIED);
        }
        text
    }
}

impl OutcomeRecord {
    /// What came of the change that `intent` announced.
    pub(crate) fn sentence(&self, intent: &Intent) -> String {
        let wanted = intent.direction.status();
        let verified =
            self.verified_at.map(|at| format!(" at {}", format_utc(at))).unwrap_or_default();
        let error =
            self.error.as_ref().map(|failure| format!(" {}", failure.sentence)).unwrap_or_default();
        let seen = self.status_seen.as_ref();
        match self.kind {
            OutcomeKind::Verified => format!("IAM reported {wanted}{verified}."),
            OutcomeKind::VerifiedByRefusal => format!("IAM refused the key{verified}."),
            OutcomeKind::Accepted => {
                format!("IAM accepted {wanted}; nothing was read to prove it.")
            }
            OutcomeKind::Unverified => match seen {
                Some(seen) => format!(
                    "IAM accepted {wanted}, but still reported {seen} in the time allowed.{error}"
                ),
                None => format!(
                    "IAM accepted {wanted}, but no read has shown it in the time allowed.{error}"
                ),
            },
            OutcomeKind::Unknown => format!(
                "It is not known whether IAM set {wanted}.{error} {}",
                last_read_sentence(seen)
            ),
            OutcomeKind::Refused => format!("IAM refused; the key was left as it was.{error}"),
            OutcomeKind::NotSent => format!("Nothing was sent; the key was left as it was.{error}"),
            OutcomeKind::Settled => {
                let at = format_utc(self.time);
                match seen {
                    Some(seen) if *seen == wanted => {
                        format!("A later read settled it: IAM reported {seen} at {at}.")
                    }
                    Some(seen) => format!(
                        "A later read settled it: IAM reported {seen} at {at}, so the change was not made, or not kept."
                    ),
                    // Written by versions that took it for the end of the key.
                    None if self.error.is_some() => {
                        format!(
                            "At {at} IAM knew no such user (renamed or deleted?), so how the key stands is not known."
                        )
                    }
                    None => {
                        format!("A later read settled it: at {at} IAM no longer listed the key.")
                    }
                }
            }
        }
    }
}

/// A time for people, in UTC: `2026-11-24 14:02:11Z`.
pub(crate) fn format_utc(time: Timestamp) -> String {
    time.strftime("%Y-%m-%d %H:%M:%SZ").to_string()
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::*;
    use crate::changes::test_fixtures::{change, change_context, entry, error, time};
    use crate::model::{Endpoint, ErrorKind};

    fn change_report(outcome: Outcome) -> ChangeReport {
        let request_ids = vec!["3f1".into(), "3f2".into()];
        ChangeReport { outcome, request_ids, ..ChangeReport::not_sent(change(), NotSent::ReadOnly) }
    }

    #[test]
    fn each_outcome_is_told_with_key_user_and_account() {
        let verified = |refused| Outcome::Verified {
            at: time("14:02:11"),
            took: Duration::from_millis(412),
            refused,
        };
        let lost = error(ErrorKind::ConnectionLost, "");
        let mut journal_error = change_report(Outcome::Accepted);
        journal_error.journal_error = Some("The journal /j can't be written: no space.".into());
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
            change_report(Outcome::NotSent(NotSent::Journal(
                "The journal /j can't be written: no space.".into(),
            ))),
            change_report(Outcome::NotSent(NotSent::ReadOnly)),
            change_report(Outcome::NotSent(NotSent::StatusChanged(Some(KeyStatus::Inactive)))),
            change_report(Outcome::NotSent(NotSent::Call(error(ErrorKind::Unreachable, "")))),
        ]
        .iter()
        .map(|change_report| change_report.sentence(&change_context()))
        .collect();
        for sentence in &sentences {
            assert!(sentence.contains("AKIARZPUZDIKFYHOWX26 of svc-billing-0042"), "{sentence}");
            assert!(sentence.contains("acme-prod 123456789012"), "{sentence}");
        }
        insta::assert_snapshot!(sentences.join("\n"), @r#"
        IAM reports AKIARZPUZDIKFYHOWX26 of svc-billing-0042 Inactive in acme-prod 123456789012 (0.4 s, requests 3f1, 3f2).
        IAM now refuses AKIARZPUZDIKFYHOWX26 of svc-billing-0042 in acme-prod 123456789012 (0.4 s, requests 3f1, 3f2). It signed this session, which can do nothing more.
        IAM accepted the change of AKIARZPUZDIKFYHOWX26 of svc-billing-0042 to Inactive in acme-prod 123456789012 (requests 3f1, 3f2). It is not proved: nothing was read afterwards. This outcome is not in the journal, so keep this line. The journal /j can't be written: no space.
        IAM accepted the change of AKIARZPUZDIKFYHOWX26 of svc-billing-0042 to Inactive in acme-prod 123456789012 (requests 3f1, 3f2), but it still reported Active when the time for the proof was up. Read the key again before you rely on it.
        IAM accepted the change of AKIARZPUZDIKFYHOWX26 of svc-billing-0042 to Inactive in acme-prod 123456789012 (requests 3f1, 3f2), but the key could not be read. UpdateAccessKey was answered with AccessDenied: it went wrong. Read the key again before you rely on it.
        IAM accepted the change of AKIARZPUZDIKFYHOWX26 of svc-billing-0042 to Inactive in acme-prod 123456789012 (requests 3f1, 3f2), but it did not list the key when it was asked. Read the key again before you rely on it.
        It is not known whether AKIARZPUZDIKFYHOWX26 of svc-billing-0042 is now Inactive in acme-prod 123456789012 (requests 3f1, 3f2). UpdateAccessKey lost its connection: it went wrong. When it was last read, IAM reported Active, which may have been out of date. Read the key again before you rely on it.
        AKIARZPUZDIKFYHOWX26 of svc-billing-0042 in acme-prod 123456789012 is as it was: setting it to Inactive was refused. UpdateAccessKey was answered with AccessDenied: it went wrong.
        AKIARZPUZDIKFYHOWX26 of svc-billing-0042 in acme-prod 123456789012 is as it was: nothing was sent. The journal /j can't be written: no space. Mend that, or name another file with --journal PATH; --journal - writes the journal to standard error.
        AKIARZPUZDIKFYHOWX26 of svc-billing-0042 in acme-prod 123456789012 is as it was: nothing was sent. This session is read-only: open it without --read-only, and with a profile and account that the configuration lets change keys.
        Nothing was sent for AKIARZPUZDIKFYHOWX26 of svc-billing-0042 in acme-prod 123456789012, which was Active. IAM reports it Inactive now: somebody else has changed it. Look at it again.
        AKIARZPUZDIKFYHOWX26 of svc-billing-0042 in acme-prod 123456789012 is as it was: nothing was sent. UpdateAccessKey reached nobody: it went wrong.
        "#);
    }

    #[test]
    fn an_endpoint_that_is_not_awss_and_an_unread_account_are_said() {
        let elsewhere = Endpoint::Custom("http://127.0.0.1:4000".into());
        let sentence = change_report(Outcome::Accepted)
            .sentence(&ChangeContext::unidentified(Some("prod".into()), elsewhere));
        assert!(
            sentence
                .contains("in the account of profile prod (its number was not read), NOT AWS http://127.0.0.1:4000"),
            "{sentence}"
        );
    }

    #[test]
    fn an_open_change_is_in_flight_first_and_then_not_known() {
        let entry = entry(&change(), "14:02:11", None);
        assert_eq!(
            (entry.state_label(time("14:03:00")), entry.state_label(time("14:04:00"))),
            ("in flight".into(), "open".into())
        );
        assert!(entry.sentence(time("14:04:00")).contains("is not known until the key is read"));
    }
}
