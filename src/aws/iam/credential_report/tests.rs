//! Tests of parsing the credential report.

use super::*;
use crate::model::AccountId;
use proptest::prelude::*;

const HEADER: &str = "user,arn,user_creation_time,password_enabled,password_last_used,mfa_active,\
    access_key_1_active,access_key_1_last_rotated,access_key_1_last_used_date,access_key_1_last_used_region,\
    access_key_1_last_used_service,access_key_2_active,access_key_2_last_rotated,access_key_2_last_used_date";

const COLUMNS: usize = 14;

fn report(text: &str) -> Result<CredentialReport, ReportError> {
    parse_report(text.as_bytes(), "2026-11-24T10:00:00Z".parse().unwrap())
}

/// A row of a user with an active key.
fn row(user: &str) -> String {
    format!(
        "{user},arn:aws:iam::1:user/x,2021-01-01T00:00:00Z,false,N/A,false,\
         true,2022-01-01T00:00:00+00:00,N/A,N/A,N/A,false,N/A,N/A\n"
    )
}

/// Returns the users whose rows were read.
fn users(report: &CredentialReport) -> Vec<&str> {
    report.rows.iter().filter_map(|row| row.user.as_ref()).map(UserName::as_str).collect()
}

#[test]
fn root_users_and_keys_are_read_by_column_name() {
    let text = format!(
        "{HEADER}\n\
         <root_account>,arn:aws:iam::1:root,2020-01-01T00:00:00+00:00,not_supported,no_information,true,\
         false,N/A,N/A,N/A,N/A,false,N/A,N/A\n\
         ann,arn:aws:iam::1:user/ann,2021-01-01T00:00:00Z,false,N/A,false,\
         true,2022-01-01T00:00:00+00:00,2023-01-01T00:00:00+00:00,us-east-1,s3,false,2022-06-01T00:00:00+00:00,N/A\n"
    );
    let CredentialReport { rows, odd, .. } = report(&text).unwrap();
    assert_eq!(odd, []);
    assert_eq!((rows[0].user.is_none(), rows[0].keys.len()), (true, 0));
    assert_eq!((rows[0].password_enabled.value(), rows[0].mfa.value()), (None, Some(&true)));
    let [first, second] = rows[1].keys.as_slice() else { panic!("two keys") };
    assert_eq!((&first.status, &second.status), (&KeyStatus::Active, &KeyStatus::Inactive));
    assert!(
        matches!(first.last_use.value(), Some(LastUse::Used { service: Some(s), .. }) if &**s == "s3")
    );
    assert_eq!(second.last_use.value(), Some(&LastUse::Never));
}

#[test]
fn times_of_a_key_that_are_later_than_the_report_are_not_known() {
    let text = format!(
        "{HEADER}\n\
         ann,arn:aws:iam::1:user/ann,2021-01-01T00:00:00Z,false,N/A,false,\
         false,2026-11-24T10:05:01Z,2026-11-24T10:05:01Z,us-east-1,s3,\
         true,2026-11-24T10:05:00Z,2026-11-24T10:05:00Z\n"
    );
    let CredentialReport { rows, odd, .. } = report(&text).unwrap();
    assert_eq!(odd, []);
    let [late, known] = rows[0].keys.as_slice() else { panic!("two keys") };
    assert_eq!((late.created, &late.last_use), (None, &Known::NotRead));
    assert!(known.created.is_some() && known.last_use.value().is_some());
}

#[test]
fn a_report_without_the_key_columns_is_unreadable() {
    assert_eq!(
        report("user,arn\nann,x\n").unwrap_err().to_string(),
        "the report has no column access_key_1_active"
    );
    for text in ["", "\n", "<html>"] {
        assert_eq!(report(text), Err(ReportError::ColumnMissing("user".into())));
    }
}

#[test]
fn an_odd_row_costs_that_row_only_and_is_named() {
    let (first, last) = (row("ann"), row("zoe"));
    let cases = [
        ("bob,arn:aws:iam::1:user/bob,2021-01-01T00:00:00Z,false\n", "row 2 (bob) is cut short"),
        ("bo\n", "row 2 is cut short"),
        ("\"bob,true\n", "row 2 is cut short"),
        (
            &row("bob").replace("true,2022", "yes,2022"),
            "row 2 (bob) has no valid value in access_key_1_active",
        ),
        (
            &row("bob").replace("2022-01-01T00:00:00+00:00", "2022-0"),
            "row 2 (bob) has no valid value in access_key_1_last_rotated",
        ),
        (
            &row("bob").replace("false,N/A,N/A\n", ",N/A,N/A\n"),
            "row 2 (bob) has no valid value in access_key_2_active",
        ),
        (&row(""), "row 2 has no valid value in user"),
    ];
    for (odd, named) in cases {
        let report = report(&format!("{HEADER}\r\n{first}{odd}\r\n{last}")).unwrap();
        assert_eq!(users(&report), ["ann", "zoe"], "{odd}");
        let odd: Vec<_> = report.odd.iter().map(ToString::to_string).collect();
        assert_eq!(odd, [named]);
    }
    let mut binary = format!("{HEADER}\n{first}").into_bytes();
    binary.extend(b"b\xffb,x\n");
    binary.extend(last.as_bytes());
    let report = parse_report(&binary, Timestamp::UNIX_EPOCH).unwrap();
    assert_eq!(users(&report), ["ann", "zoe"]);
    assert_eq!(report.odd[0].to_string(), "row 2 is not UTF-8 text");
}

#[test]
fn a_row_with_the_user_of_another_is_not_used() {
    let ann = row("ann");
    let odd = |text: String| {
        let report = report(&text).unwrap();
        let odd = report.odd.iter().map(ToString::to_string).collect::<Vec<_>>();
        (users(&report).join(" "), odd.join("; "), report.unread_users())
    };
    let same = odd(format!("{HEADER}\n{ann}{}{ann}", row("zoe")));
    assert_eq!(same, ("ann zoe".into(), "row 3 (ann) has the user of another row".into(), 0));
    let other = ann.replace("true,2022", "false,2022");
    let differ = odd(format!("{HEADER}\n{ann}{other}{}", row("zoe")));
    let both = "row 1 (ann) has the user of another row; row 2 (ann) has the user of another row";
    assert_eq!(differ, ("zoe".into(), both.into(), 1));
}

#[test]
fn rows_of_another_account_are_set_aside() {
    let in_account =
        |user: &str, account: &str| row(user).replace("::1:", &format!("::{account}:"));
    let (ours, others) = ("123456789012", "210987654321");
    let rows = [in_account("ann", ours), in_account("eve", others), in_account("zoe", ours)];
    let mut report = report(&format!("{HEADER}\n{}", rows.concat())).unwrap();
    report.set_aside_other_accounts(&AccountId::parse(ours).unwrap());
    assert_eq!(users(&report), ["ann", "zoe"]);
    assert_eq!(report.odd[0].to_string(), "row 2 (eve) is of another account");
    assert_eq!((report.odd.len(), report.unread_users()), (1, 0));
}

#[test]
fn the_last_row_may_be_cut_at_any_place() {
    let whole = format!("{HEADER}\n{}{}", row("ann"), row("zoe"));
    for length in whole.len() - row("zoe").len() + 1..whole.len() - "N/A\n".len() {
        let report = report(&whole[..length]).unwrap();
        assert_eq!(users(&report), ["ann"], "{length}");
        assert_eq!((report.odd.len(), report.odd[0].number), (1, 2));
    }
}

#[test]
fn more_columns_and_quoted_names_are_fine() {
    let more = row("ann").replace('\n', ",new,newer\n");
    let report = report(&format!("{HEADER}\n{more}{}", row("\"b,o\""))).unwrap();
    assert_eq!(users(&report), ["ann", "b,o"]);
    assert_eq!(report.odd, []);
}

proptest! {
    #[test]
    fn invalid_reports_never_panic(junk in proptest::collection::vec(any::<u8>(), 0..200)) {
        let _ = parse_report(&junk, Timestamp::UNIX_EPOCH);
        let mut text = HEADER.as_bytes().to_vec();
        text.push(b'\n');
        text.extend(&junk);
        let _ = parse_report(&text, Timestamp::UNIX_EPOCH);
    }

    #[test]
    fn every_row_is_read_or_named(
        rows in proptest::collection::vec(
            proptest::collection::vec("(true|FALSE|false|N/A|2022-01-01T00:00:00Z|[ -~é\\u{202e}]{1,8})", 1..=COLUMNS), 0..4,
        ),
        well_formed in any::<bool>(),
    ) {
        let mut text = format!("{HEADER}\n").into_bytes();
        let (mut keys, mut odd) = (Vec::new(), Vec::new());
        for (number, mut row) in (1..).zip(rows) {
            // A repeated user is another case.
            row[0] = format!("user-{number}");
            if well_formed && row.len() == COLUMNS {
                (row[6], row[11]) = ("true".to_owned(), "false".to_owned());
                (row[7], row[12]) = ("N/A".to_owned(), "N/A".to_owned());
            }
            let mut line = csv::Writer::from_writer(Vec::new());
            line.write_record(&row).unwrap();
            text.extend(line.into_inner().unwrap());
            let key = |active: &str, created: &str| {
                let is_time = created.parse::<Timestamp>().is_ok();
                (is_time || created == "N/A").then_some(parse_bool(active)? || is_time)
            };
            let both = (row.len() == COLUMNS)
                .then(|| key(&row[6], &row[7]).zip(key(&row[11], &row[12])))
                .flatten();
            match both {
                Some((first, second)) => keys.push(usize::from(first) + usize::from(second)),
                None => odd.push(number),
            }
        }
        let report = parse_report(&text, Timestamp::UNIX_EPOCH).unwrap();
        prop_assert_eq!(report.rows.iter().map(|row| row.keys.len()).collect::<Vec<_>>(), keys);
        prop_assert_eq!(report.odd.iter().map(|row| row.number).collect::<Vec<_>>(), odd);
    }
}
