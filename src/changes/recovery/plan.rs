//! The changes that a crash left unfinished, and what a read of their keys resolves. Only reads in
//! the same account count, and nothing here can send a change.

use std::collections::BTreeSet;
use std::sync::Arc;

use jiff::Timestamp;

use crate::changes::change_origin::ChangeOrigin;
use crate::changes::journal::entry::{ChangeState, JournalEntry, JournalLine, MAX_CHANGE_DURATION};
use crate::changes::journal::for_screen::SCREEN_BYTES;
use crate::changes::journal::outcome::{OutcomeKind, OutcomeRecord};
use crate::changes::journal::{Journal, JournalError, JournalScan};
use crate::model::{AccessKey, ErrorKind, ServiceError};

/// How far back unfinished changes are searched. A recent one is found by each; an old one, which
/// no run in its account has resolved since, costs time in proportion to what was recorded since.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Lookback {
    /// As far as is possible without delay: about 150 changes.
    BeforeChange,
    /// As far as the screen reads the journal: about 5,000 changes.
    ForScreen,
    /// To the beginning.
    All,
}

impl Lookback {
    /// Returns the number of bytes searched at least.
    fn bytes(self) -> u64 {
        match self {
            Self::BeforeChange => 128 * 1024,
            Self::ForScreen => SCREEN_BYTES,
            Self::All => u64::MAX,
        }
    }
}

/// Numbers of the changes without a final outcome, found by a scan.
#[derive(Debug, Default)]
pub(crate) struct UnresolvedChanges(BTreeSet<usize>);

impl UnresolvedChanges {
    /// Scans the journal for unresolved changes, so far back that each one in flight at `now` is
    /// found.
    ///
    /// # Errors
    /// Returns an error if the journal cannot be read.
    pub(crate) fn scan(
        journal: &Journal,
        lookback: Lookback,
        now: Timestamp,
    ) -> Result<(Self, JournalScan), JournalError> {
        let oldest_in_flight = now.checked_sub(MAX_CHANGE_DURATION).unwrap_or(Timestamp::MIN);
        journal.scan_back_to(oldest_in_flight, lookback.bytes(), Self::add_line)
    }

    /// Takes the next line, which belongs to change `number`.
    fn add_line(&mut self, number: usize, line: &JournalLine) {
        match line {
            JournalLine::Outcome(outcome) if outcome.kind.is_final() => self.0.remove(&number),
            JournalLine::Intent(_) | JournalLine::Outcome(_) => self.0.insert(number),
        };
    }

    /// Returns the unresolved changes; each is read when the iterator reaches it.
    pub(crate) fn entries(
        &self,
        scan: &mut JournalScan,
    ) -> impl Iterator<Item = Result<JournalEntry, JournalError>> {
        self.0.iter().map(|number| scan.entry(*number))
    }
}

/// What can be done about a change.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Recoverability {
    /// Nothing is to be done: it has a final outcome.
    Resolved,
    /// It is in flight in this or another process, so not to be touched.
    InFlight,
    /// A read of the owner's keys in this session resolves it.
    Here,
    /// A session of another account, caller or endpoint resolves it.
    Elsewhere,
}

/// Returns what a session in `change_origin` can do about the change.
pub(crate) fn recoverability(
    entry: &JournalEntry,
    change_origin: &ChangeOrigin,
    now: Timestamp,
) -> Recoverability {
    match entry.change_state(now) {
        ChangeState::InFlight => Recoverability::InFlight,
        ChangeState::Ended(outcome) if outcome.kind.is_final() => Recoverability::Resolved,
        _ if can_recover_here(entry, change_origin) => Recoverability::Here,
        _ => Recoverability::Elsewhere,
    }
}

/// Returns whether a session in `change_origin` can resolve the change. Without a user name
/// ListAccessKeys returns the caller's own keys, so only the same caller can.
fn can_recover_here(entry: &JournalEntry, change_origin: &ChangeOrigin) -> bool {
    let intent = &entry.intent;
    intent.matches(change_origin)
        && (intent.user.is_some()
            || intent.caller.is_none()
            || intent.caller == change_origin.caller)
}

/// Returns the outcome to add to the journal after a read of the owner's keys at the time `at`.
///
/// Returns `None` if the read resolves nothing: it failed (a missing user may have been renamed and
/// still has the key); it does not list the key, and this may not be the key's account; or it does
/// not show the wanted status so soon after the change that the list may be out of date.
pub(crate) fn outcome_of_read(
    entry: &JournalEntry,
    reply: Result<&[AccessKey], &ServiceError>,
    request_id: Option<Arc<str>>,
    at: Timestamp,
) -> Option<OutcomeRecord> {
    let is_account_certain = entry.intent.account.is_some();
    let is_early = entry.may_not_show(at);
    let mut record = OutcomeRecord::new(&entry.intent.id, OutcomeKind::Settled, at);
    record.request_ids.extend(request_id.map(Into::into));
    let keys = reply.ok()?;
    record.status_seen =
        keys.iter().find(|key| key.id == entry.intent.key).map(|key| key.status.clone());
    let is_done = record.status_seen.as_ref() == Some(&entry.intent.direction.status());
    let is_conclusive = is_account_certain || record.status_seen.is_some();
    (is_done || !is_early && is_conclusive).then_some(record)
}

/// Returns whether the error only says that the change's user does not exist.
pub(crate) fn lacks_user(entry: &JournalEntry, error: &ServiceError) -> bool {
    entry.intent.user.is_some() && error.kind == ErrorKind::NotFound
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::changes::test_fixtures::{KEY, change, change_origin, entry, error, key, time};
    use crate::model::{AccountId, Endpoint, KeyChange, KeyId, KeyStatus};

    /// An ID of the older generation, which encodes no account.
    const OLD_ID: &str = "AKIAIOSFODNN7EXAMPLE";

    fn unidentified(id: &str) -> JournalEntry {
        let change = KeyChange { key: KeyId::parse(id).unwrap(), ..change() };
        let mut entry = entry(&change, "10:00:00", None);
        (entry.intent.account, entry.intent.caller) = (None, None);
        entry
    }

    /// Returns what a session in the sample account can do at 14:00.
    fn at_two(entry: &JournalEntry) -> Recoverability {
        recoverability(entry, &change_origin(), time("14:00:00"))
    }

    #[test]
    fn open_changes_are_resolved_after_their_deadline() {
        let (open, recent) =
            (entry(&change(), "10:00:00", None), entry(&change(), "13:59:30", None));
        let (verified, unknown) = [OutcomeKind::Verified, OutcomeKind::Unknown]
            .map(|kind| entry(&change(), "11:00:00", Some(kind)))
            .into();
        let (mut foreign, mut demo) = (open.clone(), open.clone());
        foreign.intent.account = Some(AccountId::from_number(1));
        demo.intent.endpoint = Endpoint::Custom("http://127.0.0.1:4000".into());
        let cases = [
            (open, Recoverability::Here),
            (recent, Recoverability::InFlight),
            (verified, Recoverability::Resolved),
            (unknown, Recoverability::Here),
            (foreign, Recoverability::Elsewhere),
            (demo, Recoverability::Elsewhere),
        ];
        for (entry, expected) in cases {
            assert_eq!(at_two(&entry), expected, "{entry:?}");
        }
    }

    #[test]
    fn own_keys_are_looked_up_only_by_the_same_caller() {
        let own = entry(&KeyChange { user: None, ..change() }, "10:00:00", None);
        let mut other = own.clone();
        other.intent.caller =
            Some(crate::model::Arn::from_service("arn:aws:iam::123456789012:root"));
        assert_eq!(
            [own, other].map(|entry| at_two(&entry)),
            [Recoverability::Here, Recoverability::Elsewhere]
        );
    }

    #[test]
    fn an_unread_account_comes_from_the_key_or_the_profile() {
        let here = [unidentified(KEY), unidentified(OLD_ID)];
        let mut elsewhere = [unidentified("AKIAYVP4CIPPERUVIFXG"), unidentified(OLD_ID)];
        elsewhere[1].intent.profile = Some("dev".into());
        assert_eq!(here.map(|entry| at_two(&entry)), [Recoverability::Here; 2]);
        assert_eq!(elsewhere.map(|entry| at_two(&entry)), [Recoverability::Elsewhere; 2]);
    }

    #[test]
    fn a_read_that_lists_the_key_resolves_the_change() {
        let open = entry(&change(), "10:00:00", None);
        for status in [KeyStatus::Inactive, KeyStatus::Active] {
            let keys = [key(KEY, status.clone())];
            let ending =
                outcome_of_read(&open, Ok(&keys), Some("req".into()), time("14:00:00")).unwrap();
            assert_eq!(
                (ending.kind, ending.status_seen.as_ref()),
                (OutcomeKind::Settled, Some(&status))
            );
            let mut settled = open.clone();
            settled.outcomes.push(ending);
            assert_eq!(settled.is_applied(), status == KeyStatus::Inactive);
            assert_eq!(at_two(&settled), Recoverability::Resolved);
        }
    }

    #[test]
    fn soon_after_the_call_only_the_target_status_resolves() {
        let unknown = entry(&change(), "13:59:30", Some(OutcomeKind::Unknown));
        let (old, new) = ([key(KEY, KeyStatus::Active)], [key(KEY, KeyStatus::Inactive)]);
        let settled = |answer, at| outcome_of_read(&unknown, answer, None, time(at)).is_some();
        for answer in [Ok(&old[..]), Ok(&[])] {
            assert!(!settled(answer, "14:09:00"), "a list may lag for ten minutes");
            assert!(!settled(answer, "13:59:40") && settled(answer, "14:10:00"), "{answer:?}");
        }
        assert!(settled(Ok(&new), "13:59:40"));
    }

    #[test]
    fn a_missing_key_resolves_only_changes_of_this_account() {
        let known = entry(&change(), "10:00:00", None);
        let ending = outcome_of_read(&known, Ok(&[]), None, time("14:00:00"));
        assert!(ending.is_some_and(|ending| ending.status_seen.is_none()));
        assert_eq!(outcome_of_read(&unidentified(OLD_ID), Ok(&[]), None, time("14:00:00")), None);
        for (kind, code) in
            [(ErrorKind::Denied, "AccessDenied"), (ErrorKind::NotFound, "NoSuchEntity")]
        {
            let failed = error(kind, code);
            assert_eq!(
                outcome_of_read(&known, Err(&failed), None, time("14:00:00")),
                None,
                "a failed read decides nothing"
            );
        }
    }
}
