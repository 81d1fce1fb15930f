//! What a crash left open, and how it is settled: by reading, under the same
//! account only. Nothing here sends a change, or can.

use std::collections::BTreeSet;
use std::sync::Arc;

use jiff::Timestamp;

use crate::changes::change_context::ChangeContext;
use crate::changes::journal::entry::{ChangeState, JournalEntry, JournalLine};
use crate::changes::journal::outcome::{OutcomeKind, OutcomeRecord};
use crate::changes::journal::{Journal, JournalError, JournalScan};
use crate::model::{AccessKey, ErrorKind, ServiceError};

/// The numbers of the changes without a settled outcome, found by a scan.
#[derive(Debug, Default)]
pub(crate) struct Unsettled(BTreeSet<usize>);

impl Unsettled {
    /// Scans the journal for them.
    ///
    /// # Errors
    /// The journal can't be read.
    pub(crate) fn scan(journal: &Journal) -> Result<(Self, JournalScan), JournalError> {
        let mut unsettled = Self::default();
        let scan = journal.scan(&mut |number, line| unsettled.take(number, line))?;
        Ok((unsettled, scan))
    }

    /// Takes the next line, of the change of that number.
    fn take(&mut self, number: usize, line: &JournalLine) {
        match line {
            JournalLine::Outcome(ending) if ending.kind.is_settled() => self.0.remove(&number),
            JournalLine::Intent(_) | JournalLine::Outcome(_) => self.0.insert(number),
        };
    }

    /// The changes themselves.
    ///
    /// # Errors
    /// The journal can't be read.
    pub(crate) fn entries(
        &self,
        scan: &mut JournalScan,
    ) -> Result<Vec<JournalEntry>, JournalError> {
        self.0.iter().map(|number| scan.entry(*number)).collect()
    }
}

/// The changes without a settled outcome.
#[derive(Clone, Debug, Default, PartialEq)]
pub(crate) struct RecoveryPlan<'a> {
    /// Under way in this or another process: leave them alone.
    pub in_flight: Vec<&'a JournalEntry>,
    /// To be settled by a read of the owner's keys here.
    pub to_settle: Vec<&'a JournalEntry>,
    /// To be settled under another account, caller or endpoint.
    pub elsewhere: Vec<&'a JournalEntry>,
}

impl RecoveryPlan<'_> {
    /// When to plan anew: the earliest deadline of what is under way.
    pub(crate) fn next_run(&self) -> Option<Timestamp> {
        self.in_flight.iter().map(|entry| entry.intent.over_by()).min()
    }
}

/// Sorts the changes that have no settled outcome, as seen from `change_context`.
pub(crate) fn plan_recovery<'a>(
    entries: &'a [JournalEntry],
    change_context: &ChangeContext,
    now: Timestamp,
) -> RecoveryPlan<'a> {
    let mut plan = RecoveryPlan::default();
    for entry in entries {
        match entry.change_state(now) {
            ChangeState::InFlight => plan.in_flight.push(entry),
            ChangeState::Ended(ending) if ending.kind.is_settled() => {}
            _ if can_settle_here(entry, change_context) => plan.to_settle.push(entry),
            _ => plan.elsewhere.push(entry),
        }
    }
    plan
}

/// Without a user name a read tells the caller's own keys, so that only the
/// same caller can ask.
fn can_settle_here(entry: &JournalEntry, change_context: &ChangeContext) -> bool {
    let intent = &entry.intent;
    intent.matches(change_context)
        && (intent.user.is_some()
            || intent.caller.is_none()
            || intent.caller == change_context.caller)
}

/// The line to add to the journal, given what the read of the owner's keys
/// came back with `at` that time. `None` where it decides nothing: the read
/// has failed, or does not list the key and it is not certain that this is
/// the key's account, or it shows something else than was wanted and the
/// change may be under way still (an old status proves nothing). That there is
/// no such user decides nothing either: a user who was renamed has the key
/// still.
pub(crate) fn settle(
    entry: &JournalEntry,
    answer: Result<&[AccessKey], &ServiceError>,
    request_id: Option<Arc<str>>,
    at: Timestamp,
) -> Option<OutcomeRecord> {
    let certain = entry.intent.account.is_some();
    let early = entry.intent.in_flight(at);
    let mut ending = OutcomeRecord::new(&entry.intent.id, OutcomeKind::Settled, at);
    ending.request_ids.extend(request_id);
    let keys = answer.ok()?;
    ending.status_seen =
        keys.iter().find(|key| key.id == entry.intent.key).map(|key| key.status.clone());
    let is_done = ending.status_seen.as_ref() == Some(&entry.intent.direction.status());
    (is_done || !early && (certain || ending.status_seen.is_some())).then_some(ending)
}

/// Whether the answer says only that there is no user of the change's name.
pub(crate) fn lacks_user(entry: &JournalEntry, error: &ServiceError) -> bool {
    entry.intent.user.is_some() && error.kind == ErrorKind::NotFound
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::changes::test_fixtures::{KEY, change, change_context, entry, error, key, time};
    use crate::model::{AccountId, Endpoint, KeyChange, KeyId, KeyStatus};

    /// An ID of the older generation, which tells no account.
    const OLD_ID: &str = "AKIAIOSFODNN7EXAMPLE";

    fn unidentified(id: &str) -> JournalEntry {
        let change = KeyChange { key: KeyId::parse(id).unwrap(), ..change() };
        let mut entry = entry(&change, "10:00:00", None);
        (entry.intent.account, entry.intent.caller) = (None, None);
        entry
    }

    #[test]
    fn open_changes_are_settled_after_their_deadline_and_under_their_account() {
        let (open, recent) =
            (entry(&change(), "10:00:00", None), entry(&change(), "13:59:30", None));
        let (verified, unknown) = [OutcomeKind::Verified, OutcomeKind::Unknown]
            .map(|verdict| entry(&change(), "11:00:00", Some(verdict)))
            .into();
        let (mut foreign, mut demo) = (open.clone(), open.clone());
        foreign.intent.account = Some(AccountId::from_number(1));
        demo.intent.endpoint = Endpoint::Custom("http://127.0.0.1:4000".into());
        let entries = [
            open.clone(),
            recent.clone(),
            verified,
            unknown.clone(),
            foreign.clone(),
            demo.clone(),
        ];
        let plan = plan_recovery(&entries, &change_context(), time("14:00:00"));
        assert_eq!(
            (&plan.in_flight[..], plan.next_run()),
            (&[&recent][..], Some(recent.intent.deadline))
        );
        assert_eq!(plan.to_settle, [&open, &unknown]);
        assert_eq!(plan.elsewhere, [&foreign, &demo]);
    }

    #[test]
    fn the_callers_own_keys_are_asked_for_by_the_same_caller_only() {
        let own = entry(&KeyChange { user: None, ..change() }, "10:00:00", None);
        let mut other = own.clone();
        other.intent.caller =
            Some(crate::model::Arn::from_service("arn:aws:iam::123456789012:root"));
        let entries = [own.clone(), other.clone()];
        let plan = plan_recovery(&entries, &change_context(), time("14:00:00"));
        assert_eq!((plan.to_settle, plan.elsewhere), (vec![&own], vec![&other]));
    }

    #[test]
    fn an_unread_account_is_told_by_the_key_or_else_by_the_profile() {
        let here = [unidentified(KEY), unidentified(OLD_ID)];
        let mut elsewhere = [unidentified("AKIAYVP4CIPPERUVIFXG"), unidentified(OLD_ID)];
        elsewhere[1].intent.profile = Some("dev".into());
        assert_eq!(plan_recovery(&here, &change_context(), time("14:00:00")).to_settle.len(), 2);
        assert_eq!(
            plan_recovery(&elsewhere, &change_context(), time("14:00:00")).elsewhere.len(),
            2
        );
    }

    #[test]
    fn a_read_that_lists_the_key_settles_it_either_way() {
        let open = entry(&change(), "10:00:00", None);
        for status in [KeyStatus::Inactive, KeyStatus::Active] {
            let keys = [key(KEY, status.clone())];
            let ending = settle(&open, Ok(&keys), Some("req".into()), time("14:00:00")).unwrap();
            assert_eq!(
                (ending.kind, ending.status_seen.as_ref()),
                (OutcomeKind::Settled, Some(&status))
            );
            let mut settled = open.clone();
            settled.outcomes.push(ending);
            assert_eq!(settled.is_applied(), status == KeyStatus::Inactive);
            assert_eq!(
                plan_recovery(&[settled], &change_context(), time("14:00:01")),
                RecoveryPlan::default()
            );
        }
    }

    #[test]
    fn so_soon_after_the_call_only_the_wanted_status_settles() {
        let unknown = entry(&change(), "13:59:30", Some(OutcomeKind::Unknown));
        let (old, new) = ([key(KEY, KeyStatus::Active)], [key(KEY, KeyStatus::Inactive)]);
        let settled = |answer, at| settle(&unknown, answer, None, time(at)).is_some();
        for answer in [Ok(&old[..]), Ok(&[])] {
            assert!(!settled(answer, "13:59:40") && settled(answer, "14:10:00"), "{answer:?}");
        }
        assert!(settled(Ok(&new), "13:59:40"));
    }

    #[test]
    fn a_key_that_is_not_there_settles_only_what_was_surely_here() {
        let known = entry(&change(), "10:00:00", None);
        let ending = settle(&known, Ok(&[]), None, time("14:00:00"));
        assert!(ending.is_some_and(|ending| ending.status_seen.is_none()));
        assert_eq!(settle(&unidentified(OLD_ID), Ok(&[]), None, time("14:00:00")), None);
        for (kind, code) in
            [(ErrorKind::Denied, "AccessDenied"), (ErrorKind::NotFound, "NoSuchEntity")]
        {
            let failed = error(kind, code);
            assert_eq!(
                settle(&known, Err(&failed), None, time("14:00:00")),
                None,
                "a failed read decides nothing"
            );
        }
    }
}
