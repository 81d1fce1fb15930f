//! Users and accounts that a text names beside a key.

use std::collections::HashSet;
use std::sync::{Arc, LazyLock};

use regex_lite::Regex;

use super::super::{Arn, UserName};

/// Maximum length of the ARN of a user, with a path of 512 and a name of 64 characters.
const MAX_ARN_LENGTH: usize = 640;

/// Maximum number of bytes in which users and accounts are looked for.
const MAX_SEARCHED: usize = 256 * 1024;

/// Maximum number of ARNs that are returned.
pub(super) const MAX_ARNS: usize = 500;

/// Maximum number of accounts, and of words that may be names of users, that are returned.
const MAX_NAMES: usize = 20;

/// Bytes on each side of a masked ID in which its account is looked for.
const BYTES_OF_LINE: usize = 1000;

/// An account ID with its 12 digits, or with the first eight masked as in AWS's mails, after the
/// word `account`; or the account of an ARN.
static ACCOUNT: LazyLock<Option<Regex>> = LazyLock::new(|| {
    const PATTERN: &str = r"(?i:account(?:[ _-]?(?:id|number|no))?)\W{0,6}(?P<id>\d{12}|\d{4}-\d{4}-\d{4})\b|arn:[a-z-]+:[a-z0-9-]*:[a-z0-9-]*:(?P<arn>\d{12}):|(?i:account)[^\n\d*#]{0,30}[*•xX#]{4}-?[*•xX#]{4}-?(?P<end>\d{4})\b";
    Regex::new(PATTERN).ok()
});

/// A name after the word `user`. Names have these characters:
/// <https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_iam-quotas.html#reference_iam-quotas-names>.
static USER_NAME: LazyLock<Option<Regex>> = LazyLock::new(|| {
    const PATTERN: &str =
        r#"(?i:\buser(?:[ _-]?name)?\b)[\s:="'“”*`(\[]{1,5}(?P<name>[A-Za-z0-9_+=,.@-]{1,64})"#;
    Regex::new(PATTERN).ok()
});

/// Returns the ARNs of IAM users in the text.
pub(super) fn user_arns(text: &str) -> Vec<Arn> {
    let mut seen = HashSet::new();
    let mut arns = Vec::new();
    for (at, _) in text.match_indices("arn:aws") {
        let rest = &text[at..text.floor_char_boundary(at + MAX_ARN_LENGTH)];
        let is_part = |c: char| c.is_ascii_alphanumeric() || ":/+=,.@_-".contains(c);
        let end = rest.find(|c: char| !is_part(c)).unwrap_or(rest.len());
        let word = rest[..end].trim_end_matches([',', '.', ':', '-', '=', '/']);
        if arns.len() < MAX_ARNS
            && seen.insert(word)
            && let Ok(arn) = word.parse::<Arn>()
            && arn.user_name().is_some()
        {
            arns.push(arn);
        }
    }
    arns
}

/// Returns the part of the text on the line of a position.
pub(super) fn line_at(text: &str, at: usize) -> &str {
    let start = text.floor_char_boundary(at.saturating_sub(BYTES_OF_LINE));
    let end = text.ceil_char_boundary(at + BYTES_OF_LINE);
    let line_start = text[start..at].rfind('\n').map_or(start, |line_end| start + line_end + 1);
    let line_end = text[at..end].find('\n').map_or(end, |line_end| at + line_end);
    &text[line_start..line_end]
}

/// Returns the beginning of a text, in which users and accounts are looked for.
fn beginning(text: &str) -> &str {
    &text[..text.floor_char_boundary(MAX_SEARCHED)]
}

/// Returns the accounts that the text names: all 12 digits, or the last four of a masked one.
pub(super) fn accounts(text: &str) -> Vec<Arc<str>> {
    let mut accounts: Vec<Arc<str>> = Vec::new();
    for captures in ACCOUNT.iter().flat_map(|pattern| pattern.captures_iter(beginning(text))) {
        let group = ["id", "arn", "end"].into_iter().find_map(|name| captures.name(name));
        let digits: Arc<str> = group.map_or("", |group| group.as_str()).replace('-', "").into();
        if accounts.len() < MAX_NAMES && !digits.is_empty() && !accounts.contains(&digits) {
            accounts.push(digits);
        }
    }
    accounts
}

/// Returns the words after `user`, which may be names of users.
pub(super) fn user_names(text: &str) -> Vec<UserName> {
    let mut names: Vec<UserName> = Vec::new();
    for captures in USER_NAME.iter().flat_map(|pattern| pattern.captures_iter(beginning(text))) {
        let name = captures.name("name").map_or("", |name| name.as_str());
        let name = UserName::from_service(name.trim_end_matches(['.', ',', '-']));
        if names.len() < MAX_NAMES && !name.as_str().is_empty() && !names.contains(&name) {
            names.push(name);
        }
    }
    names
}
