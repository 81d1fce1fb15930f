//! Tests of the rules of plans.

use std::collections::HashSet;
use std::sync::Arc;

use jiff::{SignedDuration, Timestamp};
use proptest::prelude::*;

use super::document::MAX_PLAN_BYTES;
use super::*;
use crate::changes::test_fixtures::{change, change_origin, error, intent, key, time};
use crate::changes::{JournalLine, OutcomeKind, OutcomeRecord};
use crate::model::{
    AccountId, Arn, Direction, Endpoint, ErrorKind, KeyChange, KeyId, KeyStatus, Known, LastUse,
    UserName,
};

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
    PlannedKey::of(UserName::from_service(user), &key, "status Active").unwrap()
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
        has_user: true,
        last_use: Ok((None, last_use)),
        at: time("13:00:00"),
    }
}

fn check(plan: &Plan, reading: &KeyReading, taken: &[&str]) -> Result<(), SkipReason> {
    let taken: HashSet<_> = taken.iter().map(|key| id(key)).collect();
    let rules =
        PlanRules { plan, keep_used_within: SignedDuration::from_hours(24), now: time("13:00:00") };
    rules.check(&plan.keys[0], reading, &taken).map(drop)
}

fn json(plan: &Plan) -> serde_json::Value {
    serde_json::to_value(plan).unwrap()
}

fn parse(value: &serde_json::Value) -> Result<Plan, PlanError> {
    Plan::parse(value.to_string().as_bytes())
}

#[test]
fn a_plan_is_read_as_it_was_written() {
    let mut written = plan(vec![
        planned(KEYS[0], "ann", Some(used("11:00:00"))),
        planned(KEYS[1], "bob", Some(LastUse::Never)),
        planned(KEYS[2], "zoe", None),
    ]);
    written.reason = Some("OPS-7".into());
    assert_eq!(parse(&json(&written)).unwrap(), written);
    let uses: Vec<_> = written.keys.iter().map(|key| key.last_use.value()).collect();
    assert_eq!(uses, [Some(used("11:00:00")), Some(LastUse::Never), None]);
}

#[test]
fn a_plan_that_cannot_be_carried_out_as_a_whole_is_refused() {
    let good = json(&plan(vec![planned(KEYS[0], "ann", None), planned(KEYS[1], "ann", None)]));
    assert!(parse(&good).is_ok());
    let mut wrong: Vec<(&str, serde_json::Value, &str)> = vec![
        ("/v", 2.into(), "version 2"),
        ("/id", "x".into(), "not the ID of a plan"),
        ("/account", "acme".into(), "not an account ID"),
        ("/account", "210987654321".into(), "a key of account 123456789012"),
        ("/keys/1/key", KEYS[0].into(), "in it twice"),
        ("/keys/1/key", "ASIAY34FZKBOKMUTVV7A".into(), "not a long-term"),
        ("/keys/1/status", "Inactive".into(), "only active keys"),
        ("/keys/1/key", 7.into(), "invalid type"),
    ];
    for (path, value, expected) in wrong.drain(..) {
        let mut plan = good.clone();
        *plan.pointer_mut(path).unwrap() = value;
        let error = parse(&plan).unwrap_err().to_string();
        assert!(error.contains(expected), "{path}: {error}");
    }
    for path in ["", "/keys/0", "/created_by", "/coverage", "/keys/0/last_use"] {
        let mut plan = good.clone();
        plan.pointer_mut(path).unwrap()["surprise"] = 1.into();
        let error = parse(&plan).unwrap_err().to_string();
        assert!(error.contains("unknown field `surprise`"), "{path}: {error}");
    }
    assert!(matches!(Plan::parse(&vec![b' '; MAX_PLAN_BYTES + 1]), Err(PlanError::TooLarge)));
}

#[test]
fn a_key_that_was_used_or_changed_since_is_skipped() {
    let plan = plan(vec![planned(KEYS[0], "ann", Some(used("11:00:00")))]);
    let active = [(KEYS[0], KeyStatus::Active), (KEYS[1], KeyStatus::Active)];
    assert_eq!(check(&plan, &reading(&active, used("11:00:00")), &[]), Ok(()));
    let since = check(&plan, &reading(&active, used("11:59:00")), &[]);
    assert_eq!(since, Err(SkipReason::UsedSince(time("11:59:00"))));

    let inactive = [(KEYS[0], KeyStatus::Inactive)];
    let changed = check(&plan, &reading(&inactive, used("11:00:00")), &[]);
    assert_eq!(changed, Err(SkipReason::StatusChanged(KeyStatus::Inactive)));
    let deleted = check(&plan, &reading(&active[1..], used("11:00:00")), &[]);
    assert_eq!(deleted, Err(SkipReason::Deleted));

    let good = reading(&active, used("11:00:00"));
    let bob = UserName::from_service("bob");
    let owner = KeyReading { last_use: Ok((Some(bob.clone()), used("11:00:00"))), ..good.clone() };
    assert_eq!(check(&plan, &owner, &[]), Err(SkipReason::OtherOwner(bob)));
    let denied = error(ErrorKind::Denied, "AccessDenied");
    let unread = KeyReading { last_use: Err(Arc::clone(&denied)), ..good.clone() };
    assert_eq!(check(&plan, &unread, &[]), Err(SkipReason::UseUnreadable(Arc::clone(&denied))));
    let unread = KeyReading { listed: Err(Arc::clone(&denied)), ..good.clone() };
    assert_eq!(check(&plan, &unread, &[]), Err(SkipReason::Unreadable(denied)));
    let no_user = KeyReading { has_user: false, ..good };
    assert_eq!(check(&plan, &no_user, &[]), Err(SkipReason::UserDeleted));
}

#[test]
fn a_use_that_the_plan_does_not_know_counts_from_its_making() {
    let active = [(KEYS[0], KeyStatus::Active), (KEYS[1], KeyStatus::Active)];
    let unknown = plan(vec![planned(KEYS[0], "ann", None)]);
    assert_eq!(check(&unknown, &reading(&active, used("11:59:00")), &[]), Ok(()));
    let since = check(&unknown, &reading(&active, used("12:01:00")), &[]);
    assert_eq!(since, Err(SkipReason::UsedSince(time("12:01:00"))));
    let never = plan(vec![planned(KEYS[0], "ann", Some(LastUse::Never))]);
    assert_eq!(check(&never, &reading(&active, LastUse::Never), &[]), Ok(()));
    // IAM reports a use hours later: it may have been before the plan was made.
    let late = check(&never, &reading(&active, used("11:00:00")), &[]);
    assert_eq!(late, Err(SkipReason::UsedSince(time("11:00:00"))));
}

#[test]
fn the_last_active_key_is_kept_if_it_was_used_lately() {
    let plan = plan(vec![planned(KEYS[0], "ann", Some(used("11:00:00")))]);
    let alone = [(KEYS[0], KeyStatus::Active), (KEYS[1], KeyStatus::Inactive)];
    let kept = Err(SkipReason::LastActive(time("11:00:00")));
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

#[test]
fn exceptions_are_keys_names_and_patterns_with_their_reasons() {
    let text = format!(
        "# deployments, ask ops\nci-*\nbackup  # restore drill\n\n{}\nnobody # gone\n",
        KEYS[0]
    );
    let mut exceptions = Exceptions::parse(&text).unwrap();
    let mut find = |user: &str, key: &str| {
        let found = exceptions.find(&UserName::from_service(user), &id(key));
        found.map(|(pattern, reason)| (pattern.to_string(), reason.map(|it| it.to_string())))
    };
    let found =
        |pattern: &str, reason: Option<&str>| Some((pattern.to_owned(), reason.map(str::to_owned)));
    assert_eq!(find("CI-deploy", KEYS[1]), found("ci-*", Some("deployments, ask ops")));
    assert_eq!(find("backup", KEYS[1]), found("backup", Some("restore drill")));
    assert_eq!(find("ann", KEYS[0]), found(KEYS[0], None));
    assert_eq!(find("ann", KEYS[1]), None);
    assert_eq!(exceptions.unused().collect::<Vec<_>>(), [(6, "nobody")]);
    let error = Exceptions::parse("ann\nbob, zoe/x\n").unwrap_err();
    assert_eq!((error.line, &*error.text), (2, "bob, zoe/x"));
}

/// Returns the journal's states of a key after changes with these directions and outcomes.
fn states(changes: &[(Direction, Option<OutcomeKind>)], now: &str) -> Option<AppliedState> {
    let (plan, origin) = (plan(vec![planned(KEYS[0], "ann", None)]), change_origin());
    let mut history = PlanHistory::new(&plan, &origin);
    let mut last = None;
    for (number, (direction, kind)) in changes.iter().enumerate() {
        let undoes = (*direction == Direction::Activate).then(|| last.clone()).flatten();
        let plan = undoes.is_none().then(|| Arc::from(&*plan.id));
        let change = KeyChange { direction: *direction, undoes, plan, ..change() };
        let intent = intent(&change, &format!("12:0{number}:00"));
        last = Some(Arc::from(&*intent.id));
        let outcome = kind.map(|kind| OutcomeRecord::new(&intent.id, kind, intent.time));
        history.add_line(number, &JournalLine::Intent(intent));
        if let Some(outcome) = outcome {
            history.add_line(number, &JournalLine::Outcome(outcome));
        }
    }
    history.states(time(now)).get(&id(KEYS[0])).copied()
}

#[test]
fn the_journal_says_which_keys_are_done() {
    use Direction::{Activate, Deactivate};
    let verified = Some(OutcomeKind::Verified);
    let done = Some(AppliedState::Applied(time("12:00:00")));
    assert_eq!(states(&[], "12:00:30"), None);
    assert_eq!(states(&[(Deactivate, verified)], "12:00:30"), done);
    assert_eq!(states(&[(Deactivate, Some(OutcomeKind::Refused))], "12:00:30"), None);
    let retried = [(Deactivate, verified), (Deactivate, Some(OutcomeKind::NotSent))];
    assert_eq!(states(&retried, "12:01:30"), done);
    let undone = [(Deactivate, verified), (Activate, verified)];
    assert_eq!(states(&undone, "12:01:30"), Some(AppliedState::Undone(time("12:01:00"))));
    let refused = [(Deactivate, verified), (Activate, Some(OutcomeKind::Refused))];
    assert_eq!(states(&refused, "12:01:30"), done);
    let open = states(&[(Deactivate, None)], "12:00:01");
    assert!(matches!(open, Some(AppliedState::InFlight(_))), "{open:?}");
    let left = Some(AppliedState::Unknown(time("12:00:00")));
    assert_eq!(states(&[(Deactivate, None)], "15:00:00"), left);
}

#[test]
fn what_the_journal_says_is_done_is_not_done_again() {
    let at = time("12:00:00");
    let (active, inactive) = (KeyStatus::Active, KeyStatus::Inactive);
    let applied = AppliedState::Applied(at);
    assert_eq!(applied.skip_reason(None), Some(SkipReason::AlreadyApplied(at)));
    assert_eq!(applied.skip_reason(Some(&inactive)), Some(SkipReason::AlreadyApplied(at)));
    assert_eq!(applied.skip_reason(Some(&active)), Some(SkipReason::ActivatedAgain(at)));
    let undone = AppliedState::Undone(at);
    assert_eq!(undone.skip_reason(Some(&active)), Some(SkipReason::Undone(at)));
    let unknown = AppliedState::Unknown(at);
    assert_eq!(unknown.skip_reason(Some(&active)), None);
    assert_eq!(unknown.skip_reason(Some(&inactive)), Some(SkipReason::AlreadyApplied(at)));
}

proptest! {
    /// Applies a plan over users with up to three keys, in the plan's order, with the keys taken so
    /// far counted as inactive.
    #[test]
    fn no_user_loses_the_last_key_that_was_used_lately(
        keys in prop::collection::vec((any::<bool>(), any::<bool>(), 0_i64..48), 3),
    ) {
        let hours = |ago: i64| time("13:00:00") - SignedDuration::from_hours(ago);
        let use_of = |ago: i64| LastUse::Used { at: hours(ago), service: None, region: None };
        let listed: Vec<_> = KEYS
            .iter()
            .zip(&keys)
            .map(|(key, (active, ..))| {
                (*key, if *active { KeyStatus::Active } else { KeyStatus::Inactive })
            })
            .collect();
        let entries = KEYS.iter().zip(&keys).filter(|(_, (_, is_planned, _))| *is_planned);
        let entries = entries.map(|(key, (_, _, ago))| planned(key, "ann", Some(use_of(*ago))));
        let plan = plan(entries.collect());
        let rules = PlanRules {
            plan: &plan,
            keep_used_within: SignedDuration::from_hours(24),
            now: time("13:00:00"),
        };
        let mut taken = HashSet::new();
        for entry in plan.in_order() {
            let reading = reading(&listed, entry.last_use.value().unwrap());
            if rules.check(entry, &reading, &taken).is_ok() {
                taken.insert(entry.key.clone());
            }
        }
        let is_active = |at: usize| keys[at].0 && !taken.contains(&id(KEYS[at]));
        let had_recent = (0..3).any(|at| keys[at].0 && keys[at].2 <= 24);
        let has_active = (0..3).any(is_active);
        prop_assert!(!had_recent || has_active, "{keys:?} {taken:?}");
        for (at, (active, is_planned, ago)) in keys.iter().enumerate() {
            if *active && *is_planned && *ago > 24 {
                prop_assert!(!is_active(at), "{keys:?}: {at} was not used lately");
            }
            prop_assert!(*is_planned || !taken.contains(&id(KEYS[at])));
        }
    }

    #[test]
    fn no_text_makes_the_parser_fail_otherwise_than_with_a_sentence(text in ".{0,200}", cut in 0_usize..2_000) {
        let _ = Plan::parse(text.as_bytes()).map_err(|error| error.to_string());
        let written = json(&plan(vec![planned(KEYS[0], "ann", None)])).to_string();
        let cut = cut.min(written.len() - 1);
        prop_assert!(Plan::parse(&written.as_bytes()[..cut]).is_err());
        let _ = Exceptions::parse(&text).map_err(|error| error.to_string());
    }
}

#[test]
fn times_of_plans_are_whole_seconds() {
    let plan = plan(Vec::new());
    let created: Timestamp = "2026-11-24T12:00:00.75Z".parse().unwrap();
    let made =
        Plan::new(plan.id, created, plan.created_by, (plan.account, plan.caller, plan.endpoint));
    assert_eq!(made.created, time("12:00:00"));
}
