//! Keys that a text names without their IDs: by a masked ID, or by their user.

use std::sync::Arc;

use crate::model::{AccountId, Arn, KeyId, KeyKind, MaskedId, TextScan};

/// Maximum number of mentions of a text that are looked for.
pub(crate) const MAX_MENTIONS: usize = 100;

/// A key that a text names without its ID.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct KeyMention {
    /// What names it.
    pub kind: MentionKind,
    /// Accounts that the text names for it, or that its ID encodes: all 12 digits, or the last
    /// four.
    accounts: Arc<[Arc<str>]>,
}

/// What names a key.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum MentionKind {
    /// A masked ID.
    Masked(MaskedId),
    /// The ARN of its user.
    User(Arn),
    /// The unique ID of its user.
    UserId(KeyId),
}

impl KeyMention {
    /// Returns the mentions in a text, and whether there are more than [`MAX_MENTIONS`]. Users do
    /// not matter if the text has the whole ID of a key.
    pub(crate) fn of_text(scan: &TextScan) -> (Vec<Self>, bool) {
        let masked = scan.masked.iter().map(|masked| Self {
            kind: MentionKind::Masked(masked.id.clone()),
            accounts: Arc::clone(&masked.accounts),
        });
        let account = |account: Option<AccountId>| {
            account.iter().map(|account| account.as_str().into()).collect()
        };
        let users = scan.users.iter().map(|arn| Self {
            kind: MentionKind::User(arn.clone()),
            accounts: account(arn.account()),
        });
        let user_ids = scan.ids.iter().map(|found| &found.id);
        let user_ids = user_ids.filter(|id| id.kind() == KeyKind::UserId && !scan.has_keys());
        let user_ids = user_ids.map(|id| Self {
            kind: MentionKind::UserId(id.clone()),
            accounts: account(id.account()),
        });
        let mut mentions: Vec<_> = masked.chain(users).chain(user_ids).collect();
        let is_limited = scan.is_limited || mentions.len() > MAX_MENTIONS;
        mentions.truncate(MAX_MENTIONS);
        (mentions, is_limited)
    }

    /// Copies it from the scan of its text to another scan.
    pub(crate) fn copy(&self, from: &TextScan, to: &mut TextScan) {
        match &self.kind {
            MentionKind::Masked(id) => {
                to.masked.extend(from.masked.iter().find(|masked| masked.id == *id).cloned());
            }
            MentionKind::User(arn) => to.users.push(arn.clone()),
            MentionKind::UserId(id) => {
                to.ids.extend(from.ids.iter().find(|found| found.id == *id).cloned());
            }
        }
    }

    /// Returns the masked ID, the ARN or the unique ID.
    pub(crate) fn label(&self) -> String {
        match &self.kind {
            MentionKind::Masked(id) => id.to_string(),
            MentionKind::User(arn) => arn.to_string(),
            MentionKind::UserId(id) => id.to_string(),
        }
    }

    /// Returns the filter that finds it.
    pub(crate) fn filter(&self) -> String {
        match &self.kind {
            MentionKind::Masked(id) => format!("key:{}", id.pattern()),
            MentionKind::User(arn) => format!("user:{}", arn.user_name().unwrap_or_default()),
            MentionKind::UserId(id) => format!("user-id:{id}"),
        }
    }

    /// Returns the account, if the text names only one and with all its digits.
    pub(crate) fn account(&self) -> Option<AccountId> {
        match &*self.accounts {
            [only] if only.len() == 12 => Some(AccountId::from_service(only)),
            _ => None,
        }
    }

    /// Returns the accounts that the text names, if `here` is none of them.
    pub(crate) fn other_accounts(&self, here: &AccountId) -> Option<String> {
        let is_known = here.is_known();
        let here = here.as_str();
        let is_here = self.accounts.iter().any(|account| here.ends_with(&**account));
        (is_known && !is_here && !self.accounts.is_empty()).then(|| self.accounts_label())
    }

    /// Returns the accounts that the text names: `111122223333 or …4444`. Empty if it names none.
    pub(crate) fn accounts_label(&self) -> String {
        let shown = self.accounts.iter().map(|account| {
            if account.len() < 12 { format!("…{account}") } else { account.to_string() }
        });
        shown.collect::<Vec<_>>().join(" or ")
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::scan_text;

    fn elsewhere(text: &str) -> Vec<(String, Option<String>)> {
        let here = AccountId::from_service("123456789012");
        let (mentions, is_limited) = KeyMention::of_text(&scan_text(text));
        assert!(!is_limited, "{text}");
        mentions.iter().map(|it| (it.filter(), it.other_accounts(&here))).collect()
    }

    #[test]
    fn each_masked_id_has_the_account_of_its_line() {
        let report = "account 111122223333 key AKIA************ZZZZ\n\
                      account 123456789012 key AKIA************WX26\n";
        let expected = [
            ("key:AKIA*ZZZZ".to_owned(), Some("111122223333".to_owned())),
            ("key:AKIA*WX26".to_owned(), None),
        ];
        assert_eq!(elsewhere(report), expected);
        let mail = "Account: 111122223333\nand account 444455556666\n\nKey AKIA************WX26\n";
        assert_eq!(elsewhere(mail)[0].1.as_deref(), Some("111122223333 or 444455556666"));
        for text in ["Card ****-****-1234, key AKIA************WX26", "AKIA************2345"] {
            assert_eq!(elsewhere(text)[0].1, None, "{text}");
        }
    }

    #[test]
    fn a_masked_id_has_the_accounts_of_all_its_lines() {
        let report = "account 111122223333 key AKIA************WX26\n\
                      account 123456789012 key AKIA************WX26\n";
        assert_eq!(elsewhere(report), [("key:AKIA*WX26".to_owned(), None)]);
    }

    #[test]
    fn more_mentions_than_the_limit_are_noticed() {
        let line = |at: usize| format!("arn:aws:iam::123456789012:user/{at}\n");
        let text: String = (0..=MAX_MENTIONS).map(line).collect();
        let (mentions, is_limited) = KeyMention::of_text(&scan_text(&text));
        assert_eq!((mentions.len(), is_limited), (MAX_MENTIONS, true));
    }

    #[test]
    fn nothing_that_swallows_text_hides_the_account() {
        for between in ["â€\u{9d}", "<!-- ", "\u{1b}]0;", "\u{1b}P", "\\u001b]"] {
            let text = format!("see {between} account 999988887777 key AKIA************WX26");
            assert_eq!(elsewhere(&text)[0].1.as_deref(), Some("999988887777"), "{between:?}");
        }
        let quoted = "Content-Transfer-Encoding: quoted-printable\n\nkey AKIA=2A=2A=2A=2A=2A=\n\
                      =2AWX26 of acc=\nount 999988887777\n";
        assert_eq!(elsewhere(quoted)[0].1.as_deref(), Some("999988887777"));
    }

    #[test]
    fn users_do_not_matter_beside_a_whole_key_id() {
        let arn = "arn:aws:iam::123456789012:user/ann";
        assert_eq!(elsewhere(&format!("{arn} AIDARZPUZDIKFYHOWX26")).len(), 2);
        assert!(elsewhere(&format!("{arn} AIDARZPUZDIKFYHOWX26 AKIARZPUZDIKFYHOWX26")).is_empty());
        let foreign = elsewhere("AIDAYVP4CIPPERUVIFXG");
        assert_eq!(foreign[0].1.as_deref(), Some("595918472158"));
    }
}
