//! Replies that contradict one another, and lists without an end.

use super::*;

fn owner(account: &Account, id: &str) -> String {
    let index = account.inventory.owner(&key_id(id)).unwrap();
    account.inventory.facts(index).name.to_string()
}

fn rivals(account: &Account, id: &str) -> Vec<String> {
    account
        .inventory
        .contested_owners(&key_id(id))
        .unwrap_or_default()
        .iter()
        .map(ToString::to_string)
        .collect()
}

/// Answers all reads until there are none; every user has the same key. Returns the reads.
fn read_all(account: &mut Account, owner: &str) -> Vec<IamRead> {
    let mut asked = Vec::new();
    loop {
        let reads = account.ask(&screen("a", &["a", "b"]));
        if reads.is_empty() {
            return asked;
        }
        for read in reads {
            let answer = match &read {
                IamRead::Keys { .. } => Ok(ReadData::Keys(vec![key("1", MADE)])),
                IamRead::LastUse { .. } => Ok(ReadData::LastUse(KeyLastUse {
                    owner: Some(UserName::from_service(owner)),
                    last_use: LastUse::Never,
                })),
                _ => Err(ErrorKind::Denied),
            };
            account.answer(read.clone(), answer);
            asked.push(read);
        }
        assert!(asked.len() < 1_000, "it never ends");
    }
}

#[test]
fn a_key_listed_for_two_users_is_looked_up_once() {
    for named in ["a", "b", "another user"] {
        let mut account = Account::new();
        account.answer(IamRead::GenerateReport, Err(ErrorKind::Denied));
        account.answer(IamRead::Summary, Err(ErrorKind::Denied));
        account.list(&["a", "b"]);
        let asked = read_all(&mut account, named);
        let uses = asked.iter().filter(|read| matches!(read, IamRead::LastUse { .. })).count();
        assert_eq!(
            (uses, rivals(&account, "1")),
            (1, vec!["a".to_owned(), "b".to_owned()]),
            "{named}"
        );
        assert_eq!(
            account.inventory.users().count(),
            2,
            "the name that only the last use has is not added"
        );
        let contested = account.inventory.contested_keys();
        assert_eq!(contested.len(), 1);
        for (_, facts) in account.inventory.users() {
            assert_eq!(
                facts.key(&key_id("1")).unwrap().last_use.live_value(),
                Some(&LastUse::Never)
            );
        }
        let before = owner(&account, "1");
        for name in ["a", "b", "a"] {
            account.keys(name, vec![key("1", MADE)]);
            assert_eq!(owner(&account, "1"), before, "the owner stays");
        }
    }
}

#[test]
fn a_key_moves_to_the_only_user_who_lists_it() {
    let mut account = Account::new();
    account.list(&["old", "new"]);
    account.keys("old", vec![key("1", MADE)]);
    account.keys("new", vec![key("1", MADE)]);
    assert_eq!((owner(&account, "1"), rivals(&account, "1").len()), ("old".to_owned(), 2));
    account.answer(keys_of("old"), Err(ErrorKind::NotFound));
    assert_eq!((owner(&account, "1"), rivals(&account, "1").len()), ("new".to_owned(), 0));
    assert!(account.inventory.key(&key_id("1")).is_some());
    // And where the first list was gone before the second came.
    account.keys("old2", vec![key("2", MADE)]);
    account.keys("old2", Vec::new());
    account.keys("new", vec![key("1", MADE), key("2", MADE)]);
    assert_eq!((owner(&account, "2"), rivals(&account, "2").len()), ("new".to_owned(), 0));
    let places: Vec<_> = account
        .inventory
        .keys()
        .map(|(_, owner, _)| account.inventory.facts(owner).name.clone())
        .collect();
    assert_eq!(places, ["new", "new"].map(UserName::from_service));
}

#[test]
fn a_user_who_is_no_longer_listed_loses_the_key() {
    let mut account = Account::new();
    account.list(&["old"]);
    account.keys("old", vec![key("1", MADE)]);
    account.passes(1);
    account.inventory.restart_listing();
    account.keys("new", vec![key("1", MADE)]);
    assert_eq!(owner(&account, "1"), "old");
    account.list(&["new"]);
    assert_eq!((owner(&account, "1"), rivals(&account, "1").len()), ("new".to_owned(), 0));
}

#[test]
fn cyclic_pages_of_users_are_an_error() {
    let mut account = Account::new();
    let page =
        |next: &str| ReadData::Users { users: vec![user("a")], next: Some(Marker(next.into())) };
    let from = |from: &str| IamRead::Users { from: Some(Marker(from.into())) };
    account.answer(IamRead::Users { from: None }, Ok(page("A")));
    account.answer(from("A"), Ok(page("B")));
    assert!(account.inventory.listing_failure().is_none());
    account.answer(from("B"), Ok(page("A")));
    let error = account.inventory.listing_failure().unwrap().error.to_string();
    assert!(error.contains("leads back to an earlier one"), "{error}");
    let wanted = ReadWishes { users: true, ..ReadWishes::default() };
    assert!(!account.ask(&wanted).iter().any(|read| matches!(read, IamRead::Users { .. })));
    assert!(
        !account.inventory.coverage().is_list_complete,
        "a truncated list does not count as complete"
    );
}

#[test]
fn endless_empty_pages_are_an_error() {
    let mut account = Account::new();
    let (mut from, mut pages) = (None, 0);
    while account.inventory.listing_failure().is_none() {
        pages += 1;
        assert!(pages < 1_000, "it never ends");
        let next = Some(Marker(pages.to_string().into()));
        account.answer(
            IamRead::Users { from },
            Ok(ReadData::Users { users: Vec::new(), next: next.clone() }),
        );
        from = next;
    }
    assert!(!account.inventory.is_listing_complete());
}

#[test]
fn a_list_with_new_users_on_each_page_is_read_to_its_end() {
    let mut account = Account::new();
    let mut from = None;
    for page in 1..=300 {
        let next = (page < 300).then(|| Marker(page.to_string().into()));
        let users = vec![user(&format!("user-{page}"))];
        account.answer(IamRead::Users { from }, Ok(ReadData::Users { users, next: next.clone() }));
        from = next;
    }
    let coverage = account.inventory.coverage();
    assert_eq!((coverage.users, coverage.is_list_complete), (300, true));
}

#[test]
fn a_report_that_is_never_ready_is_abandoned() {
    let mut account = Account::new();
    let wanted = ReadWishes { report: true, ..ReadWishes::default() };
    account.list(&["a"]);
    account.keys("a", Vec::new());
    let mut polls = 0;
    loop {
        account.passes(5_000);
        let reads = account.ask(&wanted);
        let Some(read) = reads.first().cloned() else { break };
        polls += 1;
        assert!(polls < 1_000, "it never ends");
        let answer = match read {
            IamRead::GenerateReport => Ok(ReadData::ReportPending),
            _ => Err(ErrorKind::NotReady),
        };
        account.answer(read, answer);
    }
    assert!(polls > 30, "{polls}");
    assert!(matches!(account.inventory.report(), ReportState::Unavailable(_)));
    assert_eq!(account.inventory.next_read_at(account.now.mono), None);
}

#[test]
fn endless_throttling_is_measured() {
    let mut account = Account::new();
    account.list(&["a"]);
    let wanted = screen("a", &["a"]);
    for _ in 0..200 {
        for read in account.ask(&wanted) {
            account.answer(read, Err(ErrorKind::Throttled));
        }
        account.passes(1_000);
    }
    assert!(account.inventory.throttled_for(account.now.mono) > Duration::from_secs(190));
}

#[test]
fn times_that_are_later_than_the_reading_are_not_known() {
    let mut account = Account::new();
    account.list(&["ann"]);
    let (read, late) = ("2026-11-24T14:00:00Z", "2026-11-24T14:06:00Z");
    account.keys("ann", vec![key("EARLY", read), key("LATE", late)]);
    let created = |account: &Account, id| account.inventory.key(&key_id(id)).unwrap().created;
    assert_eq!(created(&account, "EARLY"), Some(read.parse().unwrap()));
    assert_eq!(created(&account, "LATE"), None);
    for (id, at) in [("EARLY", read), ("LATE", late)] {
        let last_use =
            KeyLastUse { owner: Some(UserName::from_service("ann")), last_use: used(at) };
        let read = IamRead::LastUse { key: key_id(id) };
        account.answer(read, Ok(ReadData::LastUse(last_use)));
    }
    assert!(account.last_use("EARLY").live_value().is_some());
    let Known::Failed(failure) = account.last_use("LATE") else { panic!("the use is not known") };
    let sentence = failure.error.to_string();
    assert!(sentence.contains("2026-11-24 14:06:00Z, is in the future"), "{sentence}");
}
