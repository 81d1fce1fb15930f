//! Tests of the rules of plans. Those of the document and of the exceptions are in `document`.

mod document;

use std::collections::HashSet;
use std::sync::Arc;

use jiff::SignedDuration;
use proptest::prelude::*;

use super::*;
use crate::changes::test_fixtures::{change, change_origin, error, intent, key, time};
use crate::changes::{JournalLine, OutcomeKind, OutcomeRecord};
use crate::model::{
    AccountId, Arn, Caller, Direction, Endpoint, ErrorKind, KeyChange, KeyId, KeyLastUse,
    KeyStatus, Known, LastUse, SessionContext, UserName,
};

const OPERATOR: &str = "AKIARZPUZDIKDEMOOPER";
const KEYS: [&str; 3] = ["AKIARZPUZDIKFYHOWX26", "AKIARZPUZDIKJ3TBYUFZ", "AKIARZPUZDIKNHN4FYRQ"];

fn id(text: &str) -> KeyId {
    KeyId::parse(text).unwrap()
}

fn used(at: &str) -> LastUse {
    LastUse::Used { at: time(at), service: Some("s3".into()), region: Some("eu-west-1".into()) }
}

fn planned(key_id: &str, user: &str, last_use: Option<LastUse>) -> PlannedKey {
    let last_use = last_use.map_or(Known::NotRead, |used| Known::live(used, time("12:00:00")));
    let key = crate::model::AccessKey { last_use, ..key(key_id, KeyStatus::Active) };
    PlannedKey::from_key(UserName::from_service(user), &key, "status Active").unwrap()
}

fn plan(keys: Vec<PlannedKey>) -> Plan {
    let author = Author { os_user: "ann".into(), sudo_user: None, host: "bastion".into() };
    let caller = Arn::from_service("arn:aws:iam::123456789012:user/operator");
    let place = (AccountId::from_number(123_456_789_012), caller, Endpoint::Aws);
    let id = "20261124T120000Z-p1a2n".into();
    let mut plan = Plan::new(id, time("12:00:00"), author, place);
    plan.keys = keys;
    plan
}

fn reading(listed: &[(&str, KeyStatus)], last_use: LastUse) -> KeyReading {
    KeyReading {
        listed: Ok(listed.iter().map(|(key, status)| (id(key), status.clone())).collect()),
        last_use: Ok(KeyLastUse { owner: None, last_use }),
        at: time("13:00:00"),
    }
}

/// The session of an operator who owns none of the keys.
fn session_context() -> SessionContext {
    let arn = Arn::from_service("arn:aws:iam::123456789012:user/operator");
    SessionContext {
        caller: Caller { account: AccountId::from_number(123_456_789_012), arn },
        alias: None,
        profile: None,
        route: None,
        source: "environment".into(),
        endpoint: Endpoint::Aws,
        tls_unverified: false,
        signer: Some(id(OPERATOR)),
        signing_keys: [].into(),
        read_only: false,
    }
}

/// Calls `work` with rules that keep the last active key for a day.
fn with_rules<T>(
    plan: &Plan,
    history: &PlanHistory,
    retry_interrupted: bool,
    work: impl FnOnce(&PlanRules<'_>) -> T,
) -> T {
    work(&PlanRules {
        plan,
        history,
        session_context: &session_context(),
        keep_used_within: SignedDuration::from_hours(24),
        retry_interrupted,
        now: time("13:00:00"),
    })
}

/// Checks the first key of a plan.
fn check_with(
    plan: &Plan,
    history: &PlanHistory,
    reading: &KeyReading,
    taken: &[&str],
) -> Result<(), PlanSkipReason> {
    let taken: HashSet<_> = taken.iter().map(|key| id(key)).collect();
    with_rules(plan, history, false, |rules| rules.check(&plan.keys[0], reading, &taken).map(drop))
}

/// Checks the first key of a plan that is not in the journal.
fn check(plan: &Plan, reading: &KeyReading, taken: &[&str]) -> Result<(), PlanSkipReason> {
    check_with(plan, &PlanHistory::new(plan, change_origin()), reading, taken)
}

#[test]
fn a_key_that_was_used_or_changed_since_is_skipped() {
    let plan = plan(vec![planned(KEYS[0], "ann", Some(used("11:00:00")))]);
    let active = [(KEYS[0], KeyStatus::Active), (KEYS[1], KeyStatus::Active)];
    assert_eq!(check(&plan, &reading(&active, used("11:00:00")), &[]), Ok(()));
    let since = check(&plan, &reading(&active, used("11:59:00")), &[]);
    assert_eq!(since, Err(PlanSkipReason::UsedSince(time("11:59:00"))));

    let inactive = [(KEYS[0], KeyStatus::Inactive)];
    let changed = check(&plan, &reading(&inactive, used("11:00:00")), &[]);
    assert_eq!(changed, Err(PlanSkipReason::StatusChanged(KeyStatus::Inactive)));
    let deleted = check(&plan, &reading(&active[1..], used("11:00:00")), &[]);
    assert_eq!(deleted, Err(PlanSkipReason::Deleted));

    let good = reading(&active, used("11:00:00"));
    let bob = UserName::from_service("bob");
    let owner = KeyReading {
        last_use: Ok(KeyLastUse { owner: Some(bob.clone()), last_use: used("11:00:00") }),
        ..good.clone()
    };
    assert_eq!(check(&plan, &owner, &[]), Err(PlanSkipReason::OtherOwner(bob)));
    let denied = error(ErrorKind::Denied, "AccessDenied");
    let unread = KeyReading { last_use: Err(Arc::clone(&denied)), ..good.clone() };
    assert_eq!(check(&plan, &unread, &[]), Err(PlanSkipReason::UseUnreadable(Arc::clone(&denied))));
    let unread = KeyReading { listed: Err(Arc::clone(&denied)), ..good.clone() };
    assert_eq!(check(&plan, &unread, &[]), Err(PlanSkipReason::Unreadable(denied)));
    let no_user = KeyReading { listed: Err(error(ErrorKind::NotFound, "NoSuchEntity")), ..good };
    assert_eq!(check(&plan, &no_user, &[]), Err(PlanSkipReason::UserDeleted));
}

#[test]
fn a_use_that_the_plan_does_not_know_counts_from_its_making() {
    let active = [(KEYS[0], KeyStatus::Active), (KEYS[1], KeyStatus::Active)];
    let unknown = plan(vec![planned(KEYS[0], "ann", None)]);
    assert_eq!(check(&unknown, &reading(&active, used("11:59:00")), &[]), Ok(()));
    let since = check(&unknown, &reading(&active, used("12:01:00")), &[]);
    assert_eq!(since, Err(PlanSkipReason::UsedSince(time("12:01:00"))));
    let never = plan(vec![planned(KEYS[0], "ann", Some(LastUse::Never))]);
    assert_eq!(check(&never, &reading(&active, LastUse::Never), &[]), Ok(()));
    // IAM reports a use hours later: it may have been before the plan was made.
    let late = check(&never, &reading(&active, used("11:00:00")), &[]);
    assert_eq!(late, Err(PlanSkipReason::UsedSince(time("11:00:00"))));
}

#[test]
fn the_last_active_key_is_kept_if_it_was_used_lately() {
    let plan = plan(vec![planned(KEYS[0], "ann", Some(used("11:00:00")))]);
    let alone = [(KEYS[0], KeyStatus::Active), (KEYS[1], KeyStatus::Inactive)];
    let kept = Err(PlanSkipReason::LastActive(time("11:00:00")));
    assert_eq!(check(&plan, &reading(&alone, used("11:00:00")), &[]), kept);
    let both = [(KEYS[0], KeyStatus::Active), (KEYS[1], KeyStatus::Active)];
    assert_eq!(check(&plan, &reading(&both, used("11:00:00")), &[KEYS[1]]), kept);
    assert_eq!(check(&plan, &reading(&both, used("11:00:00")), &[]), Ok(()));
    let old = LastUse::Used {
        at: time("11:00:00") - SignedDuration::from_hours(24 * 200),
        service: None,
        region: None,
    };
    assert_eq!(check(&plan, &reading(&alone, old), &[]), Ok(()));
    assert_eq!(check(&plan, &reading(&alone, LastUse::Never), &[]), Ok(()));
}

/// A change of a key: its direction, and the outcome and the status of a later read, if any.
type PlanChange<'a> = (&'a str, Direction, Option<(OutcomeKind, Option<KeyStatus>)>);

/// Returns the journal of a plan with these changes, begun at 12:00:00, 12:01:00, and so on.
/// Activations undo the change before.
fn journal(plan: &Plan, changes: &[PlanChange<'_>]) -> PlanHistory {
    journal_of(plan, Some(&plan.id), changes)
}

/// The same of changes that another plan has made, or none.
fn journal_of(plan: &Plan, made_by: Option<&str>, changes: &[PlanChange<'_>]) -> PlanHistory {
    let mut history = PlanHistory::new(plan, change_origin());
    let mut last = None;
    for (number, (key, direction, outcome)) in changes.iter().enumerate() {
        let undoes = (*direction == Direction::Activate).then(|| last.clone()).flatten();
        let plan = made_by.filter(|_| undoes.is_none()).map(Arc::from);
        let change = KeyChange { key: id(key), direction: *direction, undoes, plan, ..change() };
        let intent = intent(&change, &format!("12:0{number}:00"));
        last = Some(Arc::from(&*intent.id));
        let outcome = outcome.as_ref().map(|(kind, status_seen)| OutcomeRecord {
            status_seen: status_seen.clone(),
            ..OutcomeRecord::new(&intent.id, *kind, intent.time)
        });
        history.add_line(&JournalLine::Intent(intent));
        if let Some(outcome) = outcome {
            history.add_line(&JournalLine::Outcome(outcome));
        }
    }
    history
}

const VERIFIED: Option<(OutcomeKind, Option<KeyStatus>)> = Some((OutcomeKind::Verified, None));
const REFUSED: Option<(OutcomeKind, Option<KeyStatus>)> = Some((OutcomeKind::Refused, None));

/// What recovery records after a crash if the key is active.
const FOUND_ACTIVE: Option<(OutcomeKind, Option<KeyStatus>)> =
    Some((OutcomeKind::Settled, Some(KeyStatus::Active)));

#[test]
fn what_the_journal_says_is_done_is_not_done_again() {
    use Direction::{Activate, Deactivate};
    let plan = plan(vec![planned(KEYS[0], "ann", Some(LastUse::Never))]);
    let at = time("12:00:00");
    let listed = |status| reading(&[(KEYS[0], status)], LastUse::Never);
    let (active, inactive) = (listed(KeyStatus::Active), listed(KeyStatus::Inactive));
    let denied = error(ErrorKind::Denied, "AccessDenied");
    let unread = KeyReading { listed: Err(Arc::clone(&denied)), ..active.clone() };
    let first = |direction, outcome| (KEYS[0], direction, outcome);
    for (changes, reading, expected) in [
        (vec![], &active, None),
        (vec![first(Deactivate, VERIFIED)], &inactive, Some(PlanSkipReason::AlreadyApplied(at))),
        (vec![first(Deactivate, VERIFIED)], &active, Some(PlanSkipReason::ActivatedAgain(at))),
        (
            vec![first(Deactivate, VERIFIED)],
            &unread,
            Some(PlanSkipReason::AppliedUnread(at, Arc::clone(&denied))),
        ),
        (vec![first(Deactivate, REFUSED)], &active, None),
        (
            vec![first(Deactivate, VERIFIED), first(Deactivate, REFUSED)],
            &inactive,
            Some(PlanSkipReason::AlreadyApplied(at)),
        ),
        (
            vec![first(Deactivate, VERIFIED), first(Activate, VERIFIED)],
            &active,
            Some(PlanSkipReason::Undone(time("12:01:00"))),
        ),
        (
            vec![first(Deactivate, VERIFIED), first(Activate, VERIFIED)],
            &unread,
            Some(PlanSkipReason::UndoneUnread(time("12:01:00"), Arc::clone(&denied))),
        ),
        (
            vec![first(Deactivate, VERIFIED), first(Activate, REFUSED)],
            &inactive,
            Some(PlanSkipReason::AlreadyApplied(at)),
        ),
        (vec![first(Deactivate, None)], &inactive, Some(PlanSkipReason::AlreadyApplied(at))),
        // It may have been made, and reversed by someone.
        (vec![first(Deactivate, None)], &active, Some(PlanSkipReason::Interrupted(at))),
        (vec![first(Deactivate, FOUND_ACTIVE)], &active, Some(PlanSkipReason::Interrupted(at))),
    ] {
        let history = journal(&plan, &changes);
        assert_eq!(check_with(&plan, &history, reading, &[]).err(), expected, "{changes:?}");
    }
}

#[test]
fn a_change_in_flight_is_left_alone() {
    let plan = plan(vec![planned(KEYS[0], "ann", Some(LastUse::Never))]);
    let history = journal(&plan, &[(KEYS[0], Direction::Deactivate, None)]);
    let now = time("12:00:01");
    let state = history.state_of(&id(KEYS[0]), now);
    assert!(matches!(state, Some(history::AppliedState::InFlight(_))), "{state:?}");
    with_rules(&plan, &history, true, |rules| {
        let rules = PlanRules { now, ..*rules };
        let active = reading(&[(KEYS[0], KeyStatus::Active)], LastUse::Never);
        let skip = rules.check(&plan.keys[0], &active, &HashSet::new()).unwrap_err();
        assert!(matches!(skip, PlanSkipReason::InFlight(_)), "{skip:?}");
        assert_eq!(rules.skip_by_journal(&id(KEYS[0])), Some(skip));
    });
    let applied = journal(&plan, &[(KEYS[0], Direction::Deactivate, VERIFIED)]);
    let skip = with_rules(&plan, &applied, true, |rules| rules.skip_by_journal(&id(KEYS[0])));
    assert_eq!(skip, None, "only a read says whether it still is inactive");
}

#[test]
fn a_key_that_an_interrupted_run_may_have_changed_is_taken_only_if_that_is_confirmed() {
    let plan = plan(vec![planned(KEYS[0], "ann", Some(LastUse::Never))]);
    let history = journal(&plan, &[(KEYS[0], Direction::Deactivate, FOUND_ACTIVE)]);
    let active = reading(&[(KEYS[0], KeyStatus::Active)], LastUse::Never);
    let check = |retry| {
        with_rules(&plan, &history, retry, |rules| {
            rules.check(&plan.keys[0], &active, &HashSet::new())
        })
    };
    assert_eq!(check(false), Err(PlanSkipReason::Interrupted(time("12:00:00"))));
    assert_eq!(check(true).unwrap().interrupted, Some(time("12:00:00")));
}

#[test]
fn another_key_in_the_middle_of_a_change_does_not_count_as_active() {
    let used_lately = used("11:00:00");
    let plan = plan(vec![planned(KEYS[0], "ann", Some(used_lately.clone()))]);
    let both = [(KEYS[0], KeyStatus::Active), (KEYS[1], KeyStatus::Active)];
    let reading = |at: &str| KeyReading { at: time(at), ..reading(&both, used_lately.clone()) };
    let deactivated = |outcome| (KEYS[1], Direction::Deactivate, outcome);
    let last = Err(PlanSkipReason::LastActive(time("11:00:00")));
    // Whoever changes the other key: this plan, another one, or nobody's plan.
    for made_by in [Some(&*plan.id), Some("20261124T000000Z-o4h3r"), None] {
        let check = |changes: &[PlanChange<'_>], at: &str| {
            let history = journal_of(&plan, made_by, changes);
            with_rules(&plan, &history, false, |rules| {
                let rules = PlanRules { now: time(at), ..*rules };
                rules.check(&plan.keys[0], &reading(at), &HashSet::new()).map(drop)
            })
        };
        let in_flight = check(&[deactivated(None)], "12:00:01");
        assert!(
            matches!(&in_flight, Err(PlanSkipReason::OtherInFlight(key, _)) if *key == id(KEYS[1])),
            "{made_by:?}: {in_flight:?}"
        );
        // Right after a change a list may still show the old status.
        assert_eq!(check(&[deactivated(VERIFIED)], "12:00:30"), last);
        assert_eq!(check(&[deactivated(Some((OutcomeKind::Unknown, None)))], "12:09:00"), last);
        // Later it shows that someone has activated the key.
        assert_eq!(check(&[deactivated(VERIFIED)], "12:30:00"), Ok(()));
        assert_eq!(check(&[deactivated(REFUSED)], "12:00:30"), Ok(()));
        let undone = [deactivated(VERIFIED), (KEYS[1], Direction::Activate, VERIFIED)];
        assert_eq!(check(&undone, "12:02:00"), Ok(()));
    }
}

#[test]
fn a_key_that_was_just_created_is_kept_like_one_that_was_just_used() {
    let active = [(KEYS[0], KeyStatus::Active)];
    let mut plan = plan(vec![planned(KEYS[0], "ann", Some(LastUse::Never))]);
    plan.keys[0].created = Some(time("12:59:00"));
    let kept = check(&plan, &reading(&active, LastUse::Never), &[]);
    assert_eq!(kept, Err(PlanSkipReason::LastActiveNew(time("12:59:00"))));
    plan.keys[0].created = Some(time("12:59:00") - SignedDuration::from_hours(48));
    assert_eq!(check(&plan, &reading(&active, LastUse::Never), &[]), Ok(()));
}

#[test]
fn the_key_that_signs_is_not_taken() {
    let plan = plan(vec![planned(OPERATOR, "operator", Some(LastUse::Never))]);
    let reading = reading(&[(OPERATOR, KeyStatus::Active)], LastUse::Never);
    assert_eq!(check(&plan, &reading, &[]), Err(PlanSkipReason::SignsSession));
}

proptest! {
    /// Applies a plan to a user with three keys, whose last uses the plan may not know. The keys
    /// are not the same as when the plan was created: only what was read counts.
    #[test]
    fn no_user_loses_the_last_key_that_was_used_or_created_lately(
        keys in prop::collection::vec(
            (any::<bool>(), any::<bool>(), prop::option::of(0_i64..48), any::<bool>(), 0_i64..96),
            3,
        ),
    ) {
        let hours = |ago: i64| time("11:00:00") - SignedDuration::from_hours(ago);
        let use_of = |ago: &Option<i64>| match ago {
            Some(ago) => LastUse::Used { at: hours(*ago), service: None, region: None },
            None => LastUse::Never,
        };
        let status = |active| if active { KeyStatus::Active } else { KeyStatus::Inactive };
        let listed: Vec<_> =
            KEYS.iter().zip(&keys).map(|(key, (active, ..))| (*key, status(*active))).collect();
        let entries = KEYS.iter().zip(&keys).filter(|(_, (_, is_planned, ..))| *is_planned);
        let entries = entries.map(|(key, (_, _, ago, is_known, created))| {
            let mut entry = planned(key, "ann", is_known.then(|| use_of(ago)));
            entry.created = Some(hours(*created));
            entry
        });
        let plan = plan(entries.collect());
        let history = PlanHistory::new(&plan, change_origin());
        let readings = plan.keys.iter().map(|entry| {
            let at = KEYS.iter().position(|key| entry.key == id(key)).unwrap();
            (entry, reading(&listed, use_of(&keys[at].2)))
        });
        let checked = with_rules(&plan, &history, false, |rules| {
            rules.check_all(readings.collect(), HashSet::new())
        });
        let taken: HashSet<_> = checked
            .iter()
            .filter(|(_, _, check)| check.is_ok())
            .map(|(entry, ..)| entry.key.clone())
            .collect();
        // The last use or, without one, the creation of each key, in hours before 13:00.
        let since = |at: usize| keys[at].2.unwrap_or(keys[at].4) + 2;
        let is_active = |at: usize| keys[at].0 && !taken.contains(&id(KEYS[at]));
        let used_lately = (0..3).filter(|at| keys[*at].0 && keys[*at].2.is_some() && since(*at) <= 24);
        let lately = (0..3).any(|at| keys[at].0 && since(at) <= 24);
        prop_assert!(!lately || (0..3).any(is_active), "{keys:?} {taken:?}");
        // Of those used lately, the last one is kept unless another key stays active.
        if let Some(last) = used_lately.min_by_key(|at| since(*at)) {
            prop_assert!(
                is_active(last) || (0..3).any(|at| at != last && is_active(at)),
                "{keys:?} {taken:?}"
            );
        }
        for (at, (active, is_planned, ..)) in keys.iter().enumerate() {
            if *active && *is_planned && since(at) > 24 {
                prop_assert!(!is_active(at), "{keys:?}: {at} was not used lately");
            }
            prop_assert!(*is_planned || !taken.contains(&id(KEYS[at])));
        }
    }
}
