//! The file of exceptions: keys and users that a plan leaves out.

use crate::filter::matches_pattern;
use crate::model::{
    EscapedText, ISSUED_ID_LENGTH, KeyId, KeyKind, UserName, begins_like_key, escape_hidden,
    hide_secret_keys,
};

/// The longest name of a user, in characters.
const MAX_NAME_CHARS: usize = 128;

/// Letters and digits from which a text that begins like a key ID in lower case counts as one.
const MIN_MANGLED_CHARS: usize = 16;

/// A line of the file.
#[derive(Clone, Debug, PartialEq)]
struct Exception {
    /// Its number, counted from 1.
    line: usize,
    /// A key ID, a user name, or a pattern of user names.
    pattern: String,
    /// The key, if it is a key ID.
    key: Option<KeyId>,
    /// The comment beside it, else the one above.
    reason: Option<EscapedText>,
    /// Whether a key has matched.
    is_used: bool,
}

/// Keys and users that a plan leaves out.
#[derive(Clone, Debug, Default, PartialEq)]
pub(crate) struct Exceptions(Vec<Exception>);

/// A line that is neither a key ID nor a pattern of user names.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct ExceptionError {
    /// The line, counted from 1.
    pub line: usize,
    /// Its text.
    pub text: EscapedText,
}

impl std::error::Error for ExceptionError {}

impl Exceptions {
    /// Parses a file: one key ID, user name or pattern (`ci-*`) in each line. A comment after `#`
    /// is the reason; one on a line of its own is that of the lines below, up to an empty line.
    ///
    /// # Errors
    /// Returns the first line that is none of these.
    pub(crate) fn parse(text: &str) -> Result<Self, ExceptionError> {
        let (mut exceptions, mut above) = (Vec::new(), None);
        for (line, text) in (1..).zip(text.lines()) {
            let (pattern, comment) = match text.split_once('#') {
                Some((pattern, comment)) => (pattern.trim(), comment.trim()),
                None => (text.trim(), ""),
            };
            let comment = hide_secret_keys(comment);
            let comment = (!comment.is_empty()).then(|| EscapedText::from(&*comment));
            if pattern.is_empty() {
                // A comment line heads the lines below; an empty one ends that.
                above = comment;
                continue;
            }
            let key = KeyId::parse(pattern).ok().filter(|key| {
                key.kind() == KeyKind::LongTerm && key.as_str().len() == ISSUED_ID_LENGTH
            });
            if !is_pattern(pattern) || key.is_none() && is_like_key_id(pattern) {
                return Err(ExceptionError { line, text: escape_hidden(pattern).as_ref().into() });
            }
            let (pattern, reason) = (pattern.to_owned(), comment.or_else(|| above.clone()));
            exceptions.push(Exception { line, pattern, key, reason, is_used: false });
        }
        Ok(Self(exceptions))
    }

    /// Returns the first exception that a key falls under: its text, and the reason. Notes that it
    /// and all others that match are used.
    pub(crate) fn find(
        &mut self,
        user: &UserName,
        key: &KeyId,
    ) -> Option<(EscapedText, Option<EscapedText>)> {
        let mut found = None;
        for exception in &mut self.0 {
            let matches = match &exception.key {
                Some(excepted) => excepted == key,
                None => matches_pattern(&exception.pattern, user.raw()),
            };
            if matches {
                exception.is_used = true;
                found = found.or_else(|| {
                    Some((exception.pattern.as_str().into(), exception.reason.clone()))
                });
            }
        }
        found
    }

    /// Returns the lines that no key has matched: their numbers and texts.
    pub(crate) fn unused(&self) -> impl Iterator<Item = (usize, &str)> {
        self.0.iter().filter(|it| !it.is_used).map(|it| (it.line, it.pattern.as_str()))
    }
}

/// Returns whether a text was meant to be a key ID: as a pattern of user names it would keep
/// nothing.
fn is_like_key_id(text: &str) -> bool {
    let is_id = text.chars().all(|c| c.is_ascii_alphanumeric() || "*?.-".contains(c));
    // Names such as asia-deploy have lower case, and few are as long as an ID.
    let is_upper = !text.chars().any(|c| c.is_ascii_lowercase());
    let letters = text.chars().filter(char::is_ascii_alphanumeric).count();
    begins_like_key(text)
        && is_id
        && (is_upper || letters >= MIN_MANGLED_CHARS && !text.contains('-'))
}

/// Returns whether a text can be a user name, a pattern of names, or a key ID.
fn is_pattern(text: &str) -> bool {
    text.chars().count() <= MAX_NAME_CHARS
        && text.chars().all(|c| c.is_ascii_alphanumeric() || "_+=,.@-*?".contains(c))
}
