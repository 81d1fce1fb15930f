//! What came of a change, in the sentences that the screen, the commands and
//! the incident record share.

use std::fmt::{self, Write as _};

use jiff::Timestamp;

use super::ending::{Ending, Verdict};
use super::entry::{Entry, Intent, Standing, subject};
use super::site::Site;
use crate::model::{KeyStatus, NotSent, Outcome, Receipt, ServiceError};

/// What follows where nobody has checked that it was AWS who answered.
const UNVERIFIED: &str = " Certificates were not checked.";

impl Receipt {
    /// What happened, to which key, in which account, and what to do now.
    pub(crate) fn sentence(&self, site: &Site) -> String {
        let change = &self.change;
        let (key, place) = (subject(&change.key, change.user.as_ref()), site.label());
        let (wanted, requests) = (change.direction.status(), self.requests());
        let mut text = match &self.outcome {
            Outcome::Proved { took, refused, .. } => {
                let took = format!(
                    "{:.1} s{}",
                    took.as_secs_f64(),
                    requests.map(|ids| format!(", {ids}")).unwrap_or_default()
                );
                match refused {
                    false => format!("IAM reports {key} {wanted} in {place} ({took})."),
                    true => format!(
                        "IAM now refuses {key} in {place} ({took}). It signed this session, which can do nothing more."
                    ),
                }
            }
            Outcome::Accepted => format!(
                "IAM accepted the change of {key} to {wanted} in {place}{}. It is not proved: nothing was read afterwards.",
                bracketed(requests)
            ),
            Outcome::NotProved { still, error } => format!(
                "IAM accepted the change of {key} to {wanted} in {place}{}, but {} Read the key again before you rely on it.",
                bracketed(requests),
                not_shown(still.as_ref(), error.as_deref())
            ),
            Outcome::Unknown { error, still } => format!(
                "It is not known whether {key} is now {wanted} in {place}{}. {error} {} Read the key again before you \
                 rely on it.",
                bracketed(requests),
                last_read(still.as_ref())
            ),
            Outcome::Refused(error) => {
                format!("{key} in {place} is as it was: setting it to {wanted} was refused. {error}")
            }
            Outcome::NotSent(why @ NotSent::StatusChanged(_)) => {
                format!(
                    "Nothing was sent for {key} in {place}, which was {}. {why}",
                    shown_before(change.before.as_ref())
                )
            }
            Outcome::NotSent(why) => format!("{key} in {place} is as it was: nothing was sent. {why}"),
        };
        if site.unverified_tls {
            text.push_str(UNVERIFIED);
        }
        if let Some(why) = &self.unwritten {
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

fn bracketed(text: Option<String>) -> String {
    text.map(|text| format!(" ({text})")).unwrap_or_default()
}

/// Why an accepted change is not proved.
fn not_shown(still: Option<&KeyStatus>, error: Option<&ServiceError>) -> String {
    match (still, error) {
        (Some(still), None) => format!("it still reported {still} when the time for the proof was up."),
        (Some(still), Some(error)) => {
            format!("it reported {still} when it was last asked, and could not be asked again. {error}")
        }
        (None, Some(error)) => format!("the key could not be read. {error}"),
        (None, None) => "it did not list the key when it was asked.".to_owned(),
    }
}

fn last_read(still: Option<&KeyStatus>) -> String {
    match still {
        Some(still) => format!("When it was last read, IAM reported {still}, which may have been out of date."),
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
    pub(crate) fn place(&self) -> String {
        let site = Site {
            account: self.account.clone(),
            alias: None,
            caller: None,
            profile: self.profile.clone(),
            endpoint: self.endpoint.clone(),
            unverified_tls: self.unverified_tls,
        };
        site.label()
    }

    /// From which status to which: `Active → Inactive`.
    pub(crate) fn transition(&self) -> String {
        let before = self.before.as_ref().map_or("not read", KeyStatus::as_str);
        format!("{before} → {}", self.direction.status())
    }
}

impl Entry {
    /// How far the change has come, in one word or two.
    pub(crate) fn state(&self, now: Timestamp) -> String {
        match self.standing(now) {
            Standing::InFlight => "in flight".to_owned(),
            Standing::Open => "open".to_owned(),
            Standing::Ended(ending) => match (ending.verdict, &ending.status_seen) {
                (Verdict::Settled, Some(seen)) => format!("settled: {seen}"),
                (Verdict::Settled, None) if ending.error.is_some() => "user not found".to_owned(),
                (Verdict::Settled, None) => "settled: not found".to_owned(),
                (verdict, _) => verdict.as_str().to_owned(),
            },
        }
    }

    /// What came of it, as far as the journal tells.
    pub(crate) fn sentence(&self, now: Timestamp) -> String {
        let Intent { pid, host, .. } = &self.intent;
        let mut text = match self.standing(now) {
            Standing::InFlight => format!(
                "Process {pid} on {host} has this change under way; it is over by {} at the latest.",
                shown(self.intent.over_by())
            ),
            Standing::Open => format!(
                "The process {pid} on {host} has ended before it could write the outcome: whether the call was sent \
                 and carried out is not known until the key is read."
            ),
            Standing::Ended(ending) => ending.sentence(&self.intent),
        };
        if self.intent.unverified_tls {
            text.push_str(UNVERIFIED);
        }
        text
    }
}

impl Ending {
    /// What came of the change that `intent` announced.
    pub(crate) fn sentence(&self, intent: &Intent) -> String {
        let wanted = intent.direction.status();
        let proved = self.proved_at.map(|at| format!(" at {}", shown(at))).unwrap_or_default();
        let error = self.error.as_ref().map(|failure| format!(" {}", failure.sentence)).unwrap_or_default();
        let seen = self.status_seen.as_ref();
        match self.verdict {
            Verdict::Proved => format!("IAM reported {wanted}{proved}."),
            Verdict::ProvedByRefusal => format!("IAM refused the key{proved}."),
            Verdict::Accepted => format!("IAM accepted {wanted}; nothing was read to prove it."),
            Verdict::NotProved => match seen {
                Some(seen) => format!("IAM accepted {wanted}, but still reported {seen} in the time allowed.{error}"),
                None => format!("IAM accepted {wanted}, but no read has shown it in the time allowed.{error}"),
            },
            Verdict::Unknown => format!("It is not known whether IAM set {wanted}.{error} {}", last_read(seen)),
            Verdict::Refused => format!("IAM refused; the key was left as it was.{error}"),
            Verdict::NotSent => format!("Nothing was sent; the key was left as it was.{error}"),
            Verdict::Settled => {
                let at = shown(self.time);
                match seen {
                    Some(seen) if *seen == wanted => format!("A later read settled it: IAM reported {seen} at {at}."),
                    Some(seen) => format!(
                        "A later read settled it: IAM reported {seen} at {at}, so the change was not made, or not kept."
                    ),
                    // Written by versions that took it for the end of the key.
                    None if self.error.is_some() => {
                        format!(
                            "At {at} IAM knew no such user (renamed or deleted?), so how the key stands is not known."
                        )
                    }
                    None => format!("A later read settled it: at {at} IAM no longer listed the key."),
                }
            }
        }
    }
}

/// A time for people, in UTC: `2026-11-24 14:02:11Z`.
pub(crate) fn shown(time: Timestamp) -> String {
    time.strftime("%Y-%m-%d %H:%M:%SZ").to_string()
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::*;
    use crate::changes::samples::{change, entry, error, site, time};
    use crate::model::{Endpoint, ErrorKind};

    fn receipt(outcome: Outcome) -> Receipt {
        let request_ids = vec!["3f1".into(), "3f2".into()];
        Receipt { outcome, request_ids, ..Receipt::not_sent(change(), NotSent::ReadOnly) }
    }

    #[test]
    fn each_outcome_is_told_with_key_user_and_account() {
        let proved = |refused| Outcome::Proved { at: time("14:02:11"), took: Duration::from_millis(412), refused };
        let lost = error(ErrorKind::Lost, "");
        let mut unwritten = receipt(Outcome::Accepted);
        unwritten.unwritten = Some("The journal /j can't be written: no space.".into());
        let sentences: Vec<_> = [
            receipt(proved(false)),
            receipt(proved(true)),
            unwritten,
            receipt(Outcome::NotProved { still: Some(KeyStatus::Active), error: None }),
            receipt(Outcome::NotProved { still: None, error: Some(error(ErrorKind::Denied, "AccessDenied")) }),
            receipt(Outcome::NotProved { still: None, error: None }),
            receipt(Outcome::Unknown { error: lost.clone(), still: Some(KeyStatus::Active) }),
            receipt(Outcome::Refused(error(ErrorKind::Denied, "AccessDenied"))),
            receipt(Outcome::NotSent(NotSent::Journal("The journal /j can't be written: no space.".into()))),
            receipt(Outcome::NotSent(NotSent::ReadOnly)),
            receipt(Outcome::NotSent(NotSent::StatusChanged(Some(KeyStatus::Inactive)))),
            receipt(Outcome::NotSent(NotSent::Call(error(ErrorKind::Unreachable, "")))),
        ]
        .iter()
        .map(|receipt| receipt.sentence(&site()))
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
        let elsewhere = Endpoint::NotAws("http://127.0.0.1:4000".into());
        let sentence = receipt(Outcome::Accepted).sentence(&Site::unidentified(Some("prod".into()), elsewhere));
        assert!(
            sentence
                .contains("in the account of profile prod (its number was not read), NOT AWS http://127.0.0.1:4000"),
            "{sentence}"
        );
    }

    #[test]
    fn an_open_change_is_in_flight_first_and_then_not_known() {
        let entry = entry(&change(), "14:02:11", None);
        assert_eq!((entry.state(time("14:03:00")), entry.state(time("14:04:00"))), ("in flight".into(), "open".into()));
        assert!(entry.sentence(time("14:04:00")).contains("is not known until the key is read"));
    }
}
