mod hostile;

use std::sync::Arc;
use std::time::Duration;

use jiff::{SignedDuration, Timestamp};

use super::{Free, Inventory, Lane, Order, ReportState, Wanted};
use crate::model::{
    AccessKey, Answer, Arn, ErrorKind, Found, KeyId, KeyStatus, Known, LastUse, Marker, Now, Read, ReportRow,
    ReportedKey, ServiceError, SessionId, User, UserName,
};

const MADE: &str = "2026-11-24T10:00:00Z";

/// An inventory, its time, and the questions that are out.
struct Account {
    inventory: Inventory,
    now: Now,
    out: Vec<(Lane, Read)>,
}

impl Account {
    fn new() -> Self {
        let now = Now { wall: "2026-11-24T14:00:00Z".parse().unwrap(), mono: Duration::from_secs(1) };
        let mut account = Self { inventory: Inventory::default(), now, out: Vec::new() };
        account.answer(Read::Alias, Ok(Found::Alias(None)));
        account
    }

    fn passes(&mut self, millis: u64) {
        self.now.mono += Duration::from_millis(millis);
        self.now.wall += SignedDuration::from_millis(i64::try_from(millis).unwrap());
    }

    /// Asks what to read next, with the screen's lanes.
    fn ask(&mut self, wanted: &Wanted) -> Vec<Read> {
        let free = |lane, most: usize| most - self.inventory.in_flight(lane);
        let free = Free { screen: free(Lane::Screen, 8), sweep: free(Lane::Sweep, 16) };
        let reads = self.inventory.next(wanted, free, self.now);
        self.out.extend(reads.iter().cloned());
        reads.into_iter().map(|(_, read)| read).collect()
    }

    fn answer(&mut self, read: Read, result: Result<Found, ErrorKind>) {
        self.out.retain(|(_, out)| *out != read);
        let asked = self.now.wall;
        self.passes(50);
        let result = result.map_err(|kind| Arc::new(error(kind)));
        let answer = Answer { session: SessionId(1), read, result, asked, at: self.now.wall };
        self.inventory.apply(answer, self.now);
    }

    fn list(&mut self, names: &[&str]) {
        let users = names.iter().map(|name| user(name)).collect();
        self.answer(Read::Users { from: None }, Ok(Found::Users { users, next: None }));
    }

    fn keys(&mut self, owner: &str, keys: Vec<AccessKey>) {
        self.answer(keys_of(owner), Ok(Found::Keys(keys)));
    }

    fn last_use(&self, id: &str) -> Known<LastUse> {
        self.inventory.key(&key_id(id)).unwrap().last_use.clone()
    }
}

fn error(kind: ErrorKind) -> ServiceError {
    ServiceError { kind, operation: "ListAccessKeys", code: None, message: "m".into(), request_id: None, advice: None }
}

fn user(name: &str) -> User {
    User {
        name: UserName::remote(name),
        id: format!("AIDA{name}").into(),
        path: "/".into(),
        arn: Arn::remote(&format!("arn:aws:iam::123456789012:user/{name}")),
        created: Some("2020-01-01T00:00:00Z".parse().unwrap()),
        password_last_used: None,
    }
}

/// An ID of 20 characters that ends so.
fn key_id(end: &str) -> KeyId {
    KeyId::parse(&format!("AKIA{end:Q>16}")).unwrap()
}

fn key(end: &str, created: &str) -> AccessKey {
    AccessKey {
        id: key_id(end),
        user: None,
        status: KeyStatus::Active,
        created: Some(created.parse().unwrap()),
        last_use: Known::NotRead,
    }
}

fn keys_of(name: &str) -> Read {
    Read::Keys { user: Some(UserName::remote(name)) }
}

fn used(at: &str) -> LastUse {
    LastUse::Used { at: at.parse().unwrap(), service: None, region: None }
}

fn report(name: &str, keys: &[(&str, LastUse)]) -> ReportRow {
    let made = MADE.parse().unwrap();
    let keys = keys.iter().map(|(created, last_use)| ReportedKey {
        status: KeyStatus::Active,
        created: Some(created.parse().unwrap()),
        last_use: Known::Reported { value: last_use.clone(), at: made },
    });
    ReportRow {
        user: Some(UserName::remote(name)),
        arn: user(name).arn,
        created: user(name).created,
        password_enabled: Known::NotRead,
        mfa: Known::NotRead,
        keys: keys.collect(),
    }
}

fn found_report(rows: Vec<ReportRow>) -> Found {
    Found::Report { rows, made: MADE.parse().unwrap() }
}

fn screen(selected: &str, in_view: &[&str]) -> Wanted {
    Wanted {
        selected: Some(UserName::remote(selected)),
        detail: Some(UserName::remote(selected)),
        in_view: in_view.iter().map(|name| UserName::remote(name)).collect(),
        users: true,
        report: true,
        spare_calls: true,
        ..Wanted::default()
    }
}

fn names(count: usize) -> Vec<String> {
    (0..count).map(|n| format!("user-{n:04}")).collect()
}

/// An account whose users are listed, and nothing else is wanted.
fn listed(count: usize) -> (Account, Vec<String>) {
    let mut account = Account::new();
    let names = names(count);
    account.list(&names.iter().map(String::as_str).collect::<Vec<_>>());
    (account, names)
}

#[test]
fn list_and_report_come_first_and_beside_each_other() {
    let mut account = Account::new();
    let wanted = screen("a", &["a", "b"]);
    let first = account.ask(&wanted);
    assert_eq!(first, [Read::Users { from: None }, Read::MakeReport, Read::Summary]);
    account.answer(Read::MakeReport, Ok(Found::ReportUnderway));
    let page = Found::Users { users: vec![user("a"), user("b")], next: Some(Marker("m".into())) };
    account.answer(Read::Users { from: None }, Ok(page));
    let next = account.ask(&wanted);
    assert_eq!(next, [keys_of("a"), Read::Users { from: Some(Marker("m".into())) }, Read::Report]);
    account.answer(Read::Report, Ok(found_report(vec![report("a", &[]), report("c", &[])])));
    assert_eq!(account.ask(&wanted), [], "rows wait for the list");
    let page = Found::Users { users: vec![user("c")], next: None };
    account.answer(Read::Users { from: Some(Marker("m".into())) }, Ok(page));
    assert_eq!(account.inventory.coverage().reported, 2);
    assert!(account.ask(&wanted).contains(&keys_of("b")));
}

#[test]
fn rows_do_not_wait_for_a_report_that_is_still_being_made() {
    let wanted = screen("a", &["a", "b"]);
    let mut account = Account::new();
    account.ask(&wanted);
    account.answer(Read::MakeReport, Ok(Found::ReportUnderway));
    let mut users = vec!["a", "b"];
    let others = names(50);
    users.extend(others.iter().map(String::as_str));
    account.list(&users);
    account.ask(&wanted);
    account.answer(Read::Report, Err(ErrorKind::NotReady));
    account.ask(&wanted);
    assert!(account.out.contains(&(Lane::Screen, keys_of("b"))), "{:?}", account.out);
}

#[test]
fn a_key_has_the_reports_last_use_until_its_own_is_read() {
    let mut account = Account::new();
    account.list(&["a"]);
    let row = report("a", &[("2024-01-01T00:00:00Z", used("2024-02-01T00:00:00Z")), (MADE, LastUse::Never)]);
    account.answer(Read::Report, Ok(found_report(vec![row])));
    account.keys("a", vec![key("1", "2024-01-01T00:00:00Z"), key("2", MADE), key("3", "2026-11-24T13:00:00Z")]);
    assert!(matches!(account.last_use("1"), Known::Reported { value: LastUse::Used { .. }, .. }));
    assert!(matches!(account.last_use("2"), Known::Reported { value: LastUse::Never, .. }));
    assert_eq!(account.last_use("3"), Known::NotRead);
    let read = Read::LastUse { key: key_id("1") };
    let found = Found::LastUse { owner: Some(UserName::remote("a")), last_use: used("2026-11-24T13:00:00Z") };
    account.answer(read, Ok(found));
    let row = report("a", &[("2024-01-01T00:00:00Z", LastUse::Never)]);
    account.answer(Read::Report, Ok(found_report(vec![row])));
    assert_eq!(account.last_use("1").live_value(), Some(&used("2026-11-24T13:00:00Z")));
}

#[test]
fn keys_made_in_one_second_and_users_made_again_are_not_taken_for_the_reports() {
    let mut account = Account::new();
    account.keys("a", vec![key("1", MADE), key("2", MADE)]);
    let other = ReportRow { created: Some(MADE.parse().unwrap()), ..report("b", &[]) };
    account.answer(Read::Report, Ok(found_report(vec![report("a", &[(MADE, LastUse::Never)]), other])));
    account.list(&["a", "b"]);
    assert_eq!((account.last_use("1"), account.last_use("2")), (Known::NotRead, Known::NotRead));
    assert_eq!(account.inventory.coverage().reported, 0);
}

#[test]
fn a_sweep_asks_for_every_user_once_however_often_it_is_throttled() {
    let (mut account, names) = listed(300);
    account.inventory.sweep(false);
    let (mut asked, mut answered, mut most) = (0, Vec::new(), 0);
    while account.inventory.sweeping() {
        account.ask(&Wanted::default());
        most = most.max(account.out.len());
        account.passes(300);
        let Some((_, read)) = account.out.first().cloned() else { continue };
        asked += 1;
        match read.clone() {
            Read::Keys { .. } if asked % 3 == 0 => account.answer(read, Err(ErrorKind::Throttled)),
            Read::Keys { user } => {
                answered.push(user.unwrap().to_string());
                account
                    .answer(read, Ok(Found::Keys(vec![key(&format!("{}", answered.len()).replace('0', "A"), MADE)])));
            }
            read => account.answer(read, Err(ErrorKind::Denied)),
        }
    }
    answered.sort();
    assert_eq!((answered, most), (names, 16));
    let coverage = account.inventory.coverage();
    assert!(coverage.is_whole());
}

#[test]
fn a_second_sweep_reads_everything_again_and_a_stopped_one_asks_for_nothing() {
    let (mut account, names) = listed(60);
    account.inventory.sweep(false);
    for name in &names {
        account.ask(&Wanted::default());
        account.keys(name, Vec::new());
    }
    account.ask(&Wanted::default());
    assert!(!account.inventory.sweeping());
    account.inventory.sweep(false);
    account.list(&names.iter().map(String::as_str).collect::<Vec<_>>());
    assert_eq!(account.ask(&Wanted::default()).len(), 16, "{:?}", account.inventory.progress());
    account.inventory.stop_sweep();
    account.keys(&names[0], Vec::new());
    assert_eq!(account.ask(&Wanted::default()), []);
}

#[test]
fn a_sweep_for_new_keys_begins_with_the_newest_users() {
    let mut account = Account::new();
    let made = |name: &str, created: &str| User { created: Some(created.parse().unwrap()), ..user(name) };
    let mut users = vec![made("old", "2020-01-01T00:00:00Z"), made("new", "2026-01-01T00:00:00Z")];
    users.extend(names(60).iter().map(|name| made(name, "2022-01-01T00:00:00Z")));
    account.answer(Read::Users { from: None }, Ok(Found::Users { users, next: None }));
    account.inventory.sweep(true);
    let asked = account.ask(&Wanted::default());
    assert_eq!(asked[0], keys_of("new"));
    assert!(!asked.contains(&keys_of("old")));
}

#[test]
fn a_question_asked_again_is_not_lost_to_throttling() {
    let mut account = Account::new();
    account.keys("a", Vec::new());
    account.inventory.ask_again(keys_of("a"));
    assert!(account.ask(&Wanted::default()).contains(&keys_of("a")));
    account.answer(keys_of("a"), Err(ErrorKind::Throttled));
    assert_eq!(account.ask(&Wanted::default()), []);
    account.passes(300);
    assert!(account.ask(&Wanted::default()).contains(&keys_of("a")));
}

#[test]
fn the_count_follows_every_change() {
    let mut account = Account::new();
    account.list(&["a", "b", "c", "d", "e"]);
    account.keys("a", vec![key("1", MADE), key("2", MADE)]);
    account.answer(keys_of("b"), Err(ErrorKind::Denied));
    account.answer(keys_of("c"), Err(ErrorKind::NotFound));
    account.answer(keys_of("d"), Err(ErrorKind::TimedOut));
    account.answer(Read::Report, Ok(found_report(vec![report("e", &[])])));
    let coverage = account.inventory.coverage();
    let counts = [coverage.users, coverage.read, coverage.denied, coverage.gone, coverage.failed, coverage.reported];
    assert_eq!((counts, coverage.keys), ([4, 1, 1, 1, 1, 1], 2));
    account.keys("a", vec![key("1", MADE)]);
    account.passes(1);
    account.inventory.list_again();
    account.list(&["b"]);
    let coverage = account.inventory.coverage();
    assert_eq!((coverage.users, coverage.gone, coverage.keys), (1, 4, 1));
}

#[test]
fn in_the_order_for_an_incident_the_newest_key_comes_first_and_the_unknown_last() {
    let mut account = Account::new();
    account.list(&["a", "b", "c", "d"]);
    account.keys("b", vec![key("1", "2020-01-01T00:00:00Z")]);
    account.keys("c", vec![key("2", "2026-01-01T00:00:00Z"), key("3", "2019-01-01T00:00:00Z")]);
    account.keys("d", Vec::new());
    let name = |index| account.inventory.at(index).name.to_string();
    let sorted = |reverse| account.inventory.sorted(Order::Incident, reverse, account.now.wall);
    assert_eq!(sorted(false).into_iter().map(name).collect::<Vec<_>>(), ["c", "b", "d", "a"]);
    assert_eq!(sorted(true).into_iter().map(name).collect::<Vec<_>>(), ["d", "b", "c", "a"]);
    let keys = account.inventory.sorted_keys(Order::Incident, false, account.now.wall);
    let ids: Vec<_> = keys.into_iter().map(|index| account.inventory.key_at(index).1.clone()).collect();
    assert_eq!(ids, [key_id("2"), key_id("1"), key_id("3")]);
}

#[test]
fn in_the_order_for_hygiene_what_is_long_unused_comes_first() {
    let mut account = Account::new();
    account.list(&["fresh", "never", "off", "stale", "two", "unknown"]);
    let mut give = |name: &str, keys: &[(&str, KeyStatus, Option<LastUse>)]| {
        let listed = keys.iter().map(|(end, status, _)| AccessKey { status: status.clone(), ..key(end, MADE) });
        account.keys(name, listed.collect());
        for (end, _, last_use) in keys {
            let Some(last_use) = last_use.clone() else { continue };
            let owner = Some(UserName::remote(name));
            account.answer(Read::LastUse { key: key_id(end) }, Ok(Found::LastUse { owner, last_use }));
        }
    };
    let recently = || Some(used("2026-11-20T00:00:00Z"));
    give("fresh", &[("1", KeyStatus::Active, recently())]);
    give("never", &[("2", KeyStatus::Active, Some(LastUse::Never))]);
    give("off", &[("3", KeyStatus::Inactive, None)]);
    give("stale", &[("4", KeyStatus::Active, Some(used("2026-01-01T00:00:00Z")))]);
    give("two", &[("5", KeyStatus::Active, recently()), ("6", KeyStatus::Active, recently())]);
    give("unknown", &[("7", KeyStatus::Active, None)]);
    let sorted = account.inventory.sorted(Order::Hygiene, false, account.now.wall);
    let names: Vec<_> = sorted.into_iter().map(|index| account.inventory.at(index).name.to_string()).collect();
    assert_eq!(names, ["stale", "never", "two", "fresh", "off", "unknown"]);
    let now: Timestamp = account.now.wall;
    let keys = account.inventory.sorted_keys(Order::Hygiene, false, now);
    let ids: Vec<_> = keys.into_iter().map(|index| account.inventory.key_at(index).1.clone()).collect();
    assert_eq!(ids, ["4", "2", "5", "6", "1", "3", "7"].map(key_id));
}

#[test]
fn answers_are_taken_in_although_the_clock_was_set_back_and_late_ones_are_not() {
    let mut account = Account::new();
    account.list(&["ann"]);
    account.keys("ann", vec![key("1", MADE)]);
    let inactive = || vec![AccessKey { status: KeyStatus::Inactive, ..key("1", MADE) }];
    let status = |account: &Account| account.inventory.key(&key_id("1")).unwrap().status.clone();
    let late = account.now.wall - SignedDuration::from_secs(1);
    let answer = Answer {
        session: SessionId(1),
        read: keys_of("ann"),
        result: Ok(Found::Keys(inactive())),
        asked: late,
        at: late,
    };
    account.inventory.apply(answer, account.now);
    assert_eq!(status(&account), KeyStatus::Active);
    account.now.wall -= SignedDuration::from_hours(1);
    account.keys("ann", inactive());
    assert_eq!(status(&account), KeyStatus::Inactive);
}
