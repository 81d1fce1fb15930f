//! Full scans.

use super::*;

#[test]
fn a_throttled_full_scan_reads_every_user_once() {
    let (mut account, names) = listed(300);
    account.inventory.start_full_scan(false);
    let (mut asked, mut answered, mut most) = (0, Vec::new(), 0);
    while account.inventory.is_scanning() {
        account.ask(&ReadWishes::default());
        most = most.max(account.out.len());
        account.passes(300);
        let Some((_, read)) = account.out.first().cloned() else { continue };
        asked += 1;
        match read.clone() {
            IamRead::Keys { .. } if asked % 3 == 0 => {
                account.answer(read, Err(ErrorKind::Throttled));
            }
            IamRead::Keys { user } => {
                answered.push(user.unwrap().to_string());
                account.answer(
                    read,
                    Ok(ReadData::Keys(vec![key(
                        &format!("{}", answered.len()).replace('0', "A"),
                        MADE,
                    )])),
                );
            }
            read => account.answer(read, Err(ErrorKind::Denied)),
        }
    }
    answered.sort();
    assert_eq!((answered, most), (names, 16));
    let coverage = account.inventory.coverage();
    assert!(coverage.is_complete());
}

#[test]
fn a_second_full_scan_reads_everything_again() {
    let (mut account, names) = listed(60);
    account.inventory.start_full_scan(false);
    for name in &names {
        account.ask(&ReadWishes::default());
        account.keys(name, Vec::new());
    }
    account.ask(&ReadWishes::default());
    assert!(!account.inventory.is_scanning());
    account.inventory.start_full_scan(false);
    account.list(&names.iter().map(String::as_str).collect::<Vec<_>>());
    assert_eq!(
        account.ask(&ReadWishes::default()).len(),
        16,
        "{:?}",
        account.inventory.scan_progress()
    );
    account.inventory.stop_full_scan();
    account.keys(&names[0], Vec::new());
    assert_eq!(account.ask(&ReadWishes::default()), []);
}

#[test]
fn a_full_scan_for_new_keys_starts_with_new_users() {
    let mut account = Account::new();
    let user =
        |name: &str, created: &str| User { created: Some(created.parse().unwrap()), ..user(name) };
    let mut users = vec![user("old", "2020-01-01T00:00:00Z"), user("new", "2026-01-01T00:00:00Z")];
    users.extend(names(60).iter().map(|name| user(name, "2022-01-01T00:00:00Z")));
    account.answer(IamRead::Users { from: None }, Ok(ReadData::Users { users, next: None }));
    account.inventory.start_full_scan(true);
    let asked = account.ask(&ReadWishes::default());
    assert_eq!(asked[0], keys_of("new"));
    assert!(!asked.contains(&keys_of("old")));
}
