//! Properties of filters.

use proptest::prelude::*;

use super::tests::{answer, now, two_keys, user_row};
use super::*;
use crate::model::UserName;

/// Generates filters from pieces, which are valid more often than random letters.
fn filters() -> impl Strategy<Value = String> {
    let piece = prop::sample::select(vec![
        "-",
        "status",
        "active",
        "age",
        "unused",
        "used",
        "created",
        "keys",
        "user",
        "path",
        "mfa",
        "marked",
        ":",
        "=",
        ">",
        "<",
        ">=",
        "90d",
        "1",
        "2026-11-01",
        "yes",
        "/",
        "*",
        "?",
        "\"",
        " ",
        "é",
        "svc",
        "AKIARZ",
        "99999999999999999999y",
    ]);
    prop::collection::vec(piece, 0..12).prop_map(|pieces| pieces.concat())
}

fn terms() -> impl Strategy<Value = &'static str> {
    prop::sample::select(vec![
        "status:active",
        "age>90d",
        "age<2h",
        "unused>30d",
        "used<1d",
        "created>2h",
        "created<2h",
        "keys>1",
        "keys=2",
        "key:AKIA*26",
        "user:ci-*",
        "user-id:AIDARZPUZDIKFYHOWX26",
        "path:/service/",
        "mfa:yes",
        "active>1",
        "active=0",
        "used:never",
        "used>=1d",
        "age<=1d",
        "quarantine:yes",
        "root:yes",
        "marked:no",
        "account:acme*",
        "account:123456789012",
    ])
}

proptest! {
    #[test]
    fn parsing_never_panics_and_errors_lie_within_the_filter(text in prop_oneof![filters(), any::<String>()]) {
        let user = UserName::from_service("svc");
        match Filter::parse(&text, now()) {
            Ok(filter) => {
                filter.matches(&user_row(&user, RowKeys::Unknown), &mut Searcher::default());
            }
            Err(error) => prop_assert!(text.get(error.span).is_some() && error.column >= 1),
        }
    }

    #[test]
    fn a_term_and_its_negation_never_both_match(
        term in terms(), keys in 0..4_usize, path in any::<bool>(), mfa in any::<Option<bool>>(), one in any::<bool>(),
    ) {
        let (user, live) = (UserName::from_service("ci-x"), two_keys());
        let keys = [RowKeys::Unknown, RowKeys::Live(&[]), RowKeys::Live(&live), RowKeys::Reported(&[])][keys];
        let key = one.then_some(RowKey::Live(&live[0]));
        let account = RowAccount { id: None, name: path.then_some("acme") };
        let row = FilterRow { account, user: Some(&user), path: path.then_some("/service/"), user_id: None, mfa, quarantined: mfa, keys, key, marked: one };
        let (plain, negated) = (answer(term, &row), answer(&format!("-{term}"), &row));
        prop_assert!(!(plain.is_yes() && negated.is_yes()));
        prop_assert_eq!(plain == Match::Unknown, negated == Match::Unknown);
    }

    #[test]
    fn a_pattern_matches_the_text_it_was_built_from(
        parts in prop::collection::vec("[a-c]{0,3}", 1..4), between in "[a-c]{0,3}",
    ) {
        prop_assert!(term::Glob::new(&parts.join("*")).matches(&parts.join(&between)));
    }
}
