mod contradictory_replies;
mod full_scan;
mod sort_order;

use std::sync::Arc;
use std::time::Duration;

use jiff::{SignedDuration, Timestamp};

use super::{
    Inventory, Lane, LaneSlots, ReadWishes, ReportState, SortBy, SortDirection, SortOrder,
};
use crate::model::{
    AccessKey, Arn, CredentialReport, ErrorKind, IamRead, KeyId, KeyLastUse, KeyStatus, Known,
    LastUse, Marker, Now, ReadData, ReadReply, ReportRow, ReportedKey, ServiceError, SessionId,
    User, UserName,
};

const MADE: &str = "2026-11-24T10:00:00Z";

/// An inventory, its time, and the reads in flight.
struct Account {
    inventory: Inventory,
    now: Now,
    out: Vec<(Lane, IamRead)>,
}

impl Account {
    fn new() -> Self {
        let now =
            Now { wall: "2026-11-24T14:00:00Z".parse().unwrap(), mono: Duration::from_secs(1) };
        let mut account = Self { inventory: Inventory::default(), now, out: Vec::new() };
        account.answer(IamRead::Alias, Ok(ReadData::Alias(None)));
        account
    }

    fn passes(&mut self, millis: u64) {
        self.now.mono += Duration::from_millis(millis);
        self.now.wall += SignedDuration::from_millis(i64::try_from(millis).unwrap());
    }

    /// Returns the next reads, with the lanes of the screen.
    fn ask(&mut self, wanted: &ReadWishes) -> Vec<IamRead> {
        let free = |lane, most: usize| most - self.inventory.in_flight(lane);
        let free = LaneSlots { screen: free(Lane::Screen, 8), full_scan: free(Lane::FullScan, 16) };
        let reads = self.inventory.take_next_reads(wanted, free, self.now);
        self.out.extend(reads.iter().cloned());
        reads.into_iter().map(|(_, read)| read).collect()
    }

    fn answer(&mut self, read: IamRead, result: Result<ReadData, ErrorKind>) {
        self.out.retain(|(_, out)| *out != read);
        let asked = self.now.wall;
        self.passes(50);
        let result = result.map_err(|kind| Arc::new(error(kind)));
        let answer =
            ReadReply { session: SessionId(1), read, result, asked_at: asked, at: self.now.wall };
        self.inventory.apply(answer, self.now);
    }

    fn list(&mut self, names: &[&str]) {
        let users = names.iter().map(|name| user(name)).collect();
        self.answer(IamRead::Users { from: None }, Ok(ReadData::Users { users, next: None }));
    }

    fn keys(&mut self, owner: &str, keys: Vec<AccessKey>) {
        self.answer(keys_of(owner), Ok(ReadData::Keys(keys)));
    }

    fn last_use(&self, id: &str) -> Known<LastUse> {
        self.inventory.key(&key_id(id)).unwrap().last_use.clone()
    }
}

fn error(kind: ErrorKind) -> ServiceError {
    ServiceError::new(kind, "ListAccessKeys", "m")
}

fn user(name: &str) -> User {
    User {
        name: UserName::from_service(name),
        id: format!("AIDA{name}").into(),
        path: "/".into(),
        arn: Arn::from_service(&format!("arn:aws:iam::123456789012:user/{name}")),
        created: Some("2020-01-01T00:00:00Z".parse().unwrap()),
        password_last_used: None,
    }
}

/// Returns an ID of 20 characters with that end.
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

fn keys_of(name: &str) -> IamRead {
    IamRead::Keys { user: Some(UserName::from_service(name)) }
}

fn used(at: &str) -> LastUse {
    LastUse::Used { at: at.parse().unwrap(), service: None, region: None }
}

fn report(name: &str, keys: &[(&str, LastUse)]) -> ReportRow {
    let generated = MADE.parse().unwrap();
    let keys = keys.iter().map(|(created, last_use)| ReportedKey {
        slot: 1,
        status: KeyStatus::Active,
        created: Some(created.parse().unwrap()),
        last_use: Known::Reported { value: last_use.clone(), at: generated },
    });
    ReportRow {
        number: 1,
        user: Some(UserName::from_service(name)),
        arn: user(name).arn,
        created: user(name).created,
        password_enabled: Known::NotRead,
        password_last_use: Known::NotRead,
        password_changed: None,
        mfa: Known::NotRead,
        keys: keys.collect(),
    }
}

fn found_report(rows: Vec<ReportRow>) -> ReadData {
    ReadData::Report(CredentialReport {
        rows,
        odd: Vec::new(),
        generated: MADE.parse().unwrap(),
        sha256: [0; 32],
    })
}

fn screen(selected: &str, in_view: &[&str]) -> ReadWishes {
    ReadWishes {
        selected: Some(UserName::from_service(selected)),
        detail: Some(UserName::from_service(selected)),
        in_view: in_view.iter().map(|name| UserName::from_service(name)).collect(),
        users: true,
        report: true,
        spare_calls: true,
        ..ReadWishes::default()
    }
}

fn names(count: usize) -> Vec<String> {
    (0..count).map(|n| format!("user-{n:04}")).collect()
}

/// Returns an account whose users are listed.
fn listed(count: usize) -> (Account, Vec<String>) {
    let mut account = Account::new();
    let names = names(count);
    account.list(&names.iter().map(String::as_str).collect::<Vec<_>>());
    (account, names)
}

#[test]
fn the_user_list_and_the_report_are_read_first() {
    let mut account = Account::new();
    let wanted = screen("a", &["a", "b"]);
    let first = account.ask(&wanted);
    assert_eq!(first, [IamRead::Users { from: None }, IamRead::GenerateReport, IamRead::Summary]);
    account.answer(IamRead::GenerateReport, Ok(ReadData::ReportPending));
    let page =
        ReadData::Users { users: vec![user("a"), user("b")], next: Some(Marker("m".into())) };
    account.answer(IamRead::Users { from: None }, Ok(page));
    let next = account.ask(&wanted);
    assert_eq!(
        next,
        [keys_of("a"), IamRead::Users { from: Some(Marker("m".into())) }, IamRead::Report]
    );
    account.answer(IamRead::Report, Ok(found_report(vec![report("a", &[]), report("c", &[])])));
    assert_eq!(account.ask(&wanted), [], "rows wait for the list");
    let page = ReadData::Users { users: vec![user("c")], next: None };
    account.answer(IamRead::Users { from: Some(Marker("m".into())) }, Ok(page));
    assert_eq!(account.inventory.coverage().reported, 2);
    assert!(account.ask(&wanted).contains(&keys_of("b")));
}

#[test]
fn rows_do_not_wait_for_the_report() {
    let wanted = screen("a", &["a", "b"]);
    let mut account = Account::new();
    account.ask(&wanted);
    account.answer(IamRead::GenerateReport, Ok(ReadData::ReportPending));
    let mut users = vec!["a", "b"];
    let others = names(50);
    users.extend(others.iter().map(String::as_str));
    account.list(&users);
    account.ask(&wanted);
    account.answer(IamRead::Report, Err(ErrorKind::NotReady));
    account.ask(&wanted);
    assert!(account.out.contains(&(Lane::Screen, keys_of("b"))), "{:?}", account.out);
}

#[test]
fn a_key_shows_the_reports_last_use_until_its_own_is_read() {
    let mut account = Account::new();
    account.list(&["a"]);
    let row = report(
        "a",
        &[("2024-01-01T00:00:00Z", used("2024-02-01T00:00:00Z")), (MADE, LastUse::Never)],
    );
    account.answer(IamRead::Report, Ok(found_report(vec![row])));
    account.keys(
        "a",
        vec![key("1", "2024-01-01T00:00:00Z"), key("2", MADE), key("3", "2026-11-24T13:00:00Z")],
    );
    assert!(matches!(account.last_use("1"), Known::Reported { value: LastUse::Used { .. }, .. }));
    assert!(matches!(account.last_use("2"), Known::Reported { value: LastUse::Never, .. }));
    assert_eq!(account.last_use("3"), Known::NotRead);
    let read = IamRead::LastUse { key: key_id("1") };
    let found = ReadData::LastUse(KeyLastUse {
        owner: Some(UserName::from_service("a")),
        last_use: used("2026-11-24T13:00:00Z"),
    });
    account.answer(read, Ok(found));
    let row = report("a", &[("2024-01-01T00:00:00Z", LastUse::Never)]);
    account.answer(IamRead::Report, Ok(found_report(vec![row])));
    assert_eq!(account.last_use("1").live_value(), Some(&used("2026-11-24T13:00:00Z")));
}

#[test]
fn ambiguous_keys_and_recreated_users_ignore_the_report() {
    let mut account = Account::new();
    account.keys("a", vec![key("1", MADE), key("2", MADE)]);
    let other = ReportRow { created: Some(MADE.parse().unwrap()), ..report("b", &[]) };
    account.answer(
        IamRead::Report,
        Ok(found_report(vec![report("a", &[(MADE, LastUse::Never)]), other])),
    );
    account.list(&["a", "b"]);
    assert_eq!((account.last_use("1"), account.last_use("2")), (Known::NotRead, Known::NotRead));
    assert_eq!(account.inventory.coverage().reported, 0);
}

#[test]
fn a_repeated_request_survives_throttling() {
    let mut account = Account::new();
    account.keys("a", Vec::new());
    account.inventory.refresh(keys_of("a"));
    assert!(account.ask(&ReadWishes::default()).contains(&keys_of("a")));
    account.answer(keys_of("a"), Err(ErrorKind::Throttled));
    assert_eq!(account.ask(&ReadWishes::default()), []);
    account.passes(300);
    assert!(account.ask(&ReadWishes::default()).contains(&keys_of("a")));
}

#[test]
fn the_count_follows_every_change() {
    let mut account = Account::new();
    account.list(&["a", "b", "c", "d", "e"]);
    account.keys("a", vec![key("1", MADE), key("2", MADE)]);
    account.answer(keys_of("b"), Err(ErrorKind::Denied));
    account.answer(keys_of("c"), Err(ErrorKind::NotFound));
    account.answer(keys_of("d"), Err(ErrorKind::TimedOut));
    account.answer(IamRead::Report, Ok(found_report(vec![report("e", &[])])));
    let coverage = account.inventory.coverage();
    let counts = [
        coverage.users,
        coverage.read,
        coverage.denied,
        coverage.deleted,
        coverage.failed,
        coverage.reported,
    ];
    assert_eq!((counts, coverage.keys), ([4, 1, 1, 1, 1, 1], 2));
    account.keys("a", vec![key("1", MADE)]);
    account.passes(1);
    account.inventory.restart_listing();
    account.list(&["b"]);
    let coverage = account.inventory.coverage();
    assert_eq!((coverage.users, coverage.deleted, coverage.keys), (1, 4, 0));
}

#[test]
fn replies_are_accepted_after_the_clock_is_set_back() {
    let mut account = Account::new();
    account.list(&["ann"]);
    account.keys("ann", vec![key("1", MADE)]);
    let inactive = || vec![AccessKey { status: KeyStatus::Inactive, ..key("1", MADE) }];
    let status = |account: &Account| account.inventory.key(&key_id("1")).unwrap().status.clone();
    let late = account.now.wall - SignedDuration::from_secs(1);
    let answer = ReadReply {
        session: SessionId(1),
        read: keys_of("ann"),
        result: Ok(ReadData::Keys(inactive())),
        asked_at: late,
        at: late,
    };
    account.inventory.apply(answer, account.now);
    assert_eq!(status(&account), KeyStatus::Active);
    account.now.wall -= SignedDuration::from_hours(1);
    account.keys("ann", inactive());
    assert_eq!(status(&account), KeyStatus::Inactive);
}
