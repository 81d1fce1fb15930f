use std::sync::Arc;

use jiff::Timestamp;

use super::*;
use crate::model::{
    AccessKey, AccountId, ErrorKind, KeyId, KeyStatus, Known, LastUse, ReadFailure, ReportedKey,
    ServiceError, UserName,
};

pub(super) fn now() -> Timestamp {
    "2026-11-20T12:00:00Z".parse().unwrap()
}

fn at(text: &str) -> Timestamp {
    text.parse().unwrap()
}

fn key(id: &str, status: KeyStatus, created: &str, last_use: Known<LastUse>) -> AccessKey {
    AccessKey {
        id: KeyId::parse(id).unwrap(),
        user: None,
        status,
        created: Some(at(created)),
        last_use,
    }
}

fn used(time: &str) -> Known<LastUse> {
    Known::live(LastUse::Used { at: at(time), service: None, region: None }, now())
}

fn never() -> Known<LastUse> {
    Known::live(LastUse::Never, now())
}

pub(super) fn user_row<'a>(user: &'a UserName, keys: RowKeys<'a>) -> FilterRow<'a> {
    FilterRow {
        account: RowAccount::default(),
        user: Some(user),
        user_id: Some("AIDARZPUZDIKFYHOWX26"),
        path: Some("/service/billing/"),
        mfa: Some(false),
        quarantined: Some(true),
        keys,
        key: None,
        marked: false,
    }
}

pub(super) fn answer(filter: &str, row: &FilterRow<'_>) -> Match {
    Filter::parse(filter, now()).unwrap().matches(row, &mut Searcher::default())
}

fn yes(filter: &str, row: &FilterRow<'_>) -> bool {
    answer(filter, row).is_yes()
}

fn error(filter: &str) -> String {
    Filter::parse(filter, now()).unwrap_err().to_string()
}

const OLD: &str = "AKIARZPUZDIKFYHOWX26";
const NEW: &str = "AKIARZPUZDIKJ3TBYUFZ";

pub(super) fn two_keys() -> [AccessKey; 2] {
    [
        key(OLD, KeyStatus::Inactive, "2025-01-01T00:00:00Z", never()),
        key(NEW, KeyStatus::Active, "2026-11-20T11:00:00Z", used("2026-11-20T11:57:00Z")),
    ]
}

#[test]
fn each_filter_term_matches_what_it_says() {
    let (user, keys) = (UserName::from_service("CI-deploy-0007"), two_keys());
    let row = user_row(&user, RowKeys::Live(&keys));
    for filter in [
        "status:active",
        "status=INACTIVE",
        "STATUS:Active MFA:No AGE<2H",
        "age>90d",
        "age<2h",
        "unused>30d",
        "used<1d",
        "used<=1d",
        "used:never",
        "created>2h",
        "created>2026-11-01T09:30Z",
        "created>2026-11-20",
        "created<2026-01-01",
        "keys>1",
        "keys=2",
        "keys<=2",
        "active=1",
        "active<2",
        "quarantine:yes",
        "root:no",
        "user:ci-*",
        "user:*DEPLOY-000?",
        "key:AKIA*WX26",
        "key:akia????????????wx26",
        "user-id:AIDARZPUZDIKFYHOWX26",
        "path:/service/",
        "mfa:no",
        "marked:no",
        "-status:expired",
        "-keys=0",
        "-user:ci",
        "  ",
    ] {
        assert!(yes(filter, &row), "{filter}");
    }
    for filter in [
        "status:expired",
        "used>1d",
        "created>30m",
        "age>2y",
        "keys>2",
        "active>1",
        "quarantine:no",
        "root:yes",
        "user-id:AIDARZPUZDIKFYHOWX27",
        "key:AKIA*WX27",
        "key:WX26",
        "path:/Service/",
        "mfa:yes",
    ] {
        assert_eq!(answer(filter, &row), Match::No, "{filter}");
    }
}

#[test]
fn terms_about_keys_apply_to_the_same_key() {
    let (user, keys) = (UserName::from_service("a"), two_keys());
    let row = user_row(&user, RowKeys::Live(&keys));
    assert!(yes("status:inactive unused>30d", &row));
    assert_eq!(answer("status:active unused>30d", &row), Match::No);
    assert_eq!(answer("-status:active", &row), Match::No);
    let old = FilterRow { key: Some(RowKey::Live(&keys[0])), ..row };
    assert!(yes("-status:active unused>30d keys=2", &old));
}

#[test]
fn unread_data_matches_neither_a_term_nor_its_negation() {
    let user = UserName::from_service("a");
    let row =
        FilterRow { path: None, mfa: None, quarantined: None, ..user_row(&user, RowKeys::Unknown) };
    for term in [
        "status:active",
        "age>1d",
        "unused>1d",
        "used<1d",
        "created>1d",
        "keys=0",
        "path:/",
        "mfa:no",
    ] {
        assert_eq!(answer(term, &row), Match::Unknown, "{term}");
        assert_eq!(answer(&format!("-{term}"), &row), Match::Unknown, "-{term}");
    }
    assert_eq!(answer("mfa:no user:b", &row), Match::No, "one false term settles it");
}

#[test]
fn a_denied_last_use_is_not_never_used() {
    let error = ServiceError::new(ErrorKind::Denied, "GetAccessKeyLastUsed", "no");
    let denied = Known::Denied(ReadFailure { error: Arc::new(error), at: now() });
    let keys = [key(OLD, KeyStatus::Active, "2025-01-01T00:00:00Z", denied)];
    let user = UserName::from_service("a");
    let row = user_row(&user, RowKeys::Live(&keys));
    assert_eq!(answer("unused>30d", &row), Match::Unknown);
    assert_eq!(answer("-used<1d status:active", &row), Match::Unknown);
    assert_eq!(answer("-used<1d status:inactive", &row), Match::No);
}

#[test]
fn the_report_cannot_decide_terms_about_new_keys() {
    let user = UserName::from_service("a");
    let old = ReportedKey {
        slot: 1,
        status: KeyStatus::Active,
        created: Some(at("2025-01-01T00:00:00Z")),
        last_use: never(),
    };
    let keys = [old.clone(), old];
    let row = user_row(&user, RowKeys::Reported(&keys));
    assert!(yes("status:active age>90d unused>90d keys>1", &row));
    assert_eq!(answer("keys=2", &row), Match::Unknown, "the report has no place for a third");
    assert_eq!(answer("keys<2", &row), Match::No);
    assert_eq!(answer("key:AKIA*WX26", &row), Match::Unknown, "the report has no IDs");
    for reported in [row, user_row(&user, RowKeys::Reported(&[]))] {
        assert_eq!(answer("created>2h", &reported), Match::Unknown);
        assert_eq!(answer("-age<2h", &reported), Match::Unknown);
    }
    assert!(yes("keys=0", &user_row(&user, RowKeys::Reported(&[]))));
}

#[test]
fn text_matches_names_fuzzily_and_ids_partially() {
    let (user, keys) = (UserName::from_service("svc-billing-0042"), two_keys());
    let row = user_row(&user, RowKeys::Live(&keys));
    for filter in ["svcbil", "BILLING 42", "YUFZ", "akiarzpuzdikj", "\"svc-\"", OLD] {
        assert!(yes(filter, &row), "{filter}");
    }
    for filter in ["zebra", "RZP26", "\"status:active\""] {
        assert_eq!(answer(filter, &row), Match::No, "{filter}");
    }
    let (short, long) = (UserName::from_service("ci"), UserName::from_service("ci-ci-ci"));
    let mut rows = [&long, &short]
        .map(|user| (answer("CI", &user_row(user, RowKeys::Unknown)), user.as_str()));
    rows.sort_by_key(|(found, _)| match found {
        Match::Yes(rank) => std::cmp::Reverse(Some(*rank)),
        _ => std::cmp::Reverse(None),
    });
    assert_eq!(rows[0].1, "ci");
}

#[test]
fn a_key_id_is_unknown_where_keys_were_not_read() {
    let user = UserName::from_service("a");
    let row = user_row(&user, RowKeys::Unknown);
    assert_eq!(answer("AKIARZ", &row), Match::Unknown);
    assert_eq!(answer("billing", &row), Match::No);
    assert!(Filter::parse(OLD, now()).unwrap().needs_live_keys());
    assert!(Filter::parse("key:AKIA*WX26", now()).unwrap().needs_live_keys());
}

#[test]
fn the_root_user_is_found_by_its_name() {
    let row = FilterRow {
        account: RowAccount::default(),
        user: None,
        user_id: None,
        path: Some("/"),
        mfa: None,
        quarantined: None,
        keys: RowKeys::Unknown,
        key: None,
        marked: true,
    };
    assert!(yes("root marked:yes root:yes", &row) && yes("user:root", &row));
}

#[test]
fn an_error_names_its_position_and_the_allowed_values() {
    assert_eq!(
        error("svc status:on"),
        "column 5: Write the term “status” as status:active, :inactive or :expired."
    );
    assert_eq!(
        error("éé color:red"),
        "column 4: Unknown term “color”. Use status, age, unused, used, created, keys, active, \
         key, user, user-id, path, mfa, quarantine, root, account or marked, or put text in double \
         quotes."
    );
    assert_eq!(
        error("statsu:active"),
        "column 1: Unknown term “statsu”; did you mean “status”? Use status, age, unused, used, \
         created, keys, active, key, user, user-id, path, mfa, quarantine, root, account or marked, or \
         put text in double quotes."
    );
    assert_eq!(error("\"open"), "column 1: A quote is not closed: add a closing one.");
    assert_eq!(
        error("-prod"),
        "column 1: Only terms can be negated: to exclude names, write -user:prod*."
    );
    for filter in [
        "age>",
        "age:90d",
        "age>90",
        "age>-1d",
        "keys>x",
        "used<2026-11-01",
        "path:service",
        "mfa:",
        "-",
        "a>b",
    ] {
        let span = Filter::parse(filter, now()).unwrap_err().span;
        assert_eq!(span, 0..filter.len(), "{filter}");
    }
    assert!(Filter::parse("team=ops", now()).is_ok(), "an equals sign may stand in a name");
    assert!(
        Filter::parse("age>999999999999999999d", now()).is_ok(),
        "before the calendar is its beginning"
    );
}

#[test]
fn an_invalid_term_is_ignored_and_the_others_apply() {
    let read = |text: &str| Filter::parse_words(text, now());
    for wrong in ["mfa:maybe", "-prod", "\"open", "age>"] {
        let (filter, error) = read(&format!("svc status:active {wrong}"));
        assert_eq!(
            (Some(filter), error.is_some()),
            (Filter::parse("svc status:active", now()).ok(), true),
            "{wrong}"
        );
    }
    let (filter, error) = read("mfa:maybe");
    assert_eq!(
        (filter.is_empty(), &*error.unwrap().brief),
        (true, "wrong term, write mfa:yes or mfa:no")
    );
}

#[test]
fn a_filter_reports_the_data_it_depends_on() {
    let needs = |text| {
        let filter = Filter::parse(text, now()).unwrap();
        (filter.needs_live_keys(), filter.needs_last_use(), filter.needs_mfa())
    };
    assert_eq!(needs("svc user:a path:/"), (false, false, false));
    assert_eq!(needs("status:active"), (false, false, false));
    assert_eq!(needs("-created>2h"), (true, false, false));
    assert_eq!(needs("unused>30d mfa:no"), (false, true, true));
}

#[test]
fn the_account_of_a_row_is_named_as_far_as_it_is_known() {
    let (user, id) = (UserName::from_service("ann"), AccountId::from_service("123456789012"));
    let filter = Filter::parse("account:acme", now()).unwrap();
    for (id, name, facts) in [
        (Some(&id), Some("acme"), "account acme 123456789012"),
        (Some(&id), Some(""), "account 123456789012"),
        (Some(&id), None, "account 123456789012"),
        (None, Some("acme"), "account acme"),
        (None, None, ""),
    ] {
        let account = RowAccount { id, name };
        let row = FilterRow { account, ..user_row(&user, RowKeys::Unknown) };
        assert_eq!(filter.facts(&row, now()), facts);
    }
}
