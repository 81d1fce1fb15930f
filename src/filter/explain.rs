//! The facts of a row that a filter asks for, in words.

use jiff::Timestamp;

use super::term::{KeyTest, Test, row_name};
use super::{Filter, FilterRow, RowKey, RowKeys};
use crate::model::{AccountId, LastUse, format_age, format_date_time};

impl Filter {
    /// Returns what is known of each fact that the filter asks for, as `status Active, last used
    /// 2026-08-02 11:20Z (118d ago)`. The terms themselves are in the filter's text.
    pub(crate) fn facts(&self, row: &FilterRow<'_>, now: Timestamp) -> String {
        let mut facts: Vec<String> = Vec::new();
        let words = self.words.iter().map(|_| Some(format!("user {}", row_name(row))));
        // That a key is not one of those excluded says little.
        let terms = self.terms.iter().filter(|term| !term.negated || !is_name(&term.test));
        for fact in words.chain(terms.map(|term| fact(&term.test, row, now))) {
            if let Some(fact) = fact.filter(|fact| !facts.contains(fact)) {
                facts.push(fact);
            }
        }
        facts.join(", ")
    }
}

fn is_name(test: &Test) -> bool {
    matches!(
        test,
        Test::Account(_)
            | Test::User(_)
            | Test::UserId(_)
            | Test::Path(_)
            | Test::Key(KeyTest::Id(_))
    )
}

fn fact(test: &Test, row: &FilterRow<'_>, now: Timestamp) -> Option<String> {
    match test {
        Test::Account(_) => {
            let name = row.account.name.filter(|name| !name.is_empty());
            let texts = name.into_iter().chain(row.account.id.map(AccountId::as_str));
            let label = texts.collect::<Vec<_>>().join(" ");
            (!label.is_empty()).then(|| format!("account {label}"))
        }
        Test::Key(test) => key_fact(test, row.key?, now),
        Test::Keys { .. } => match row.keys {
            RowKeys::Live(keys) => Some(format!("keys of the user: {}", keys.len())),
            RowKeys::Reported(_) | RowKeys::Unknown => None,
        },
        Test::ActiveKeys { .. } => match row.keys {
            RowKeys::Live(keys) => {
                let active = keys.iter().filter(|key| key.status.is_active()).count();
                Some(format!("active keys of the user: {active}"))
            }
            RowKeys::Reported(_) | RowKeys::Unknown => None,
        },
        Test::User(_) => Some(format!("user {}", row_name(row))),
        Test::UserId(_) => row.user_id.map(|id| format!("user ID {id}")),
        Test::Path(_) => row.path.map(|path| format!("path {path}")),
        Test::Mfa(_) => row.mfa.map(|mfa| format!("MFA {}", if mfa { "yes" } else { "no" })),
        Test::Quarantine(_) => {
            row.quarantined.map(|is| format!("quarantine {}", if is { "yes" } else { "no" }))
        }
        Test::Root(_) | Test::Marked(_) => None,
    }
}

fn key_fact(test: &KeyTest, key: RowKey<'_>, now: Timestamp) -> Option<String> {
    let since = |what: &str, at: Timestamp| {
        format!("{what} {} ({} ago)", format_date_time(at), format_age(now.duration_since(at)))
    };
    match test {
        KeyTest::Status(_) => Some(format!("status {}", key.status())),
        KeyTest::Created(..) => key.created().map(|at| since("created", at)),
        KeyTest::Id(_) => key.id().map(|id| format!("key {id}")),
        KeyTest::Used(..) | KeyTest::NeverUsed | KeyTest::Idle(..) => {
            match key.last_use().value()? {
                LastUse::Used { at, .. } => Some(since("last used", *at)),
                LastUse::Never => Some(key.created().map_or_else(
                    || "never used".to_owned(),
                    |at| since("never used, created", at),
                )),
            }
        }
    }
}
