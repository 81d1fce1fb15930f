//! IDs in the words of a text.

use super::super::{ISSUED_ID_LENGTH, KeyId, KeyKind, begins_like_key};

/// Minimum length of the beginning of an ID. Shorter words are no evidence of one.
const MIN_TRUNCATED_LENGTH: usize = 8;

/// Length from which the beginning of an ID needs no digit to be told from a word.
const CERTAIN_TRUNCATED_LENGTH: usize = 12;

/// Run of `X` that stands for hidden characters.
const MASK_OF_X: &str = "XXXXX";

/// Something in a word that looks like an ID.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Found<'a> {
    /// An ID.
    Id(&'a str),
    /// A key ID in lower case, converted to capital letters.
    LowerCase(String),
    /// An ID with other capital letters or digits directly after it.
    Glued(&'a str),
    /// An ID of another length than AWS's. Other services with the IAM API may issue such.
    Unusual(&'a str),
    /// The beginning of an ID.
    Truncated(&'a str),
}

/// Returns whatever looks like an ID in the words of the text.
pub(super) fn find_words(text: &str) -> Vec<Found<'_>> {
    let mut found = Vec::new();
    // Anything not ASCII ends a word, so that all slices are between characters.
    for word in text.split(|c: char| !c.is_ascii_alphanumeric()) {
        if is_lowercase_id(word) {
            found.push(Found::LowerCase(word.to_ascii_uppercase()));
            continue;
        }
        for run in word.split(|c: char| c.is_ascii_lowercase()) {
            find_in_run(run, run.len() == word.len(), &mut found);
        }
    }
    found
}

/// Returns the text as an ID if it is a single word without a known prefix and without lower-case
/// letters.
pub(super) fn lone_word(text: &str) -> Option<KeyId> {
    let word = text.trim();
    let is_other =
        !has_known_prefix(word.as_bytes()) && !word.contains(|c: char| c.is_ascii_lowercase());
    is_other.then(|| KeyId::parse(word).ok()).flatten()
}

/// Finds the IDs in a run of capital letters and digits. `is_word` if it is a whole word.
fn find_in_run<'a>(run: &'a str, is_word: bool, found: &mut Vec<Found<'a>>) {
    let bytes = run.as_bytes();
    let (known, mut at) = (found.len(), 0);
    while at + ISSUED_ID_LENGTH <= bytes.len() {
        let ends = KeyKind::of(&bytes[at..]).lengths().iter().map(|length| at + length);
        let is_end =
            |end: &usize| *end == bytes.len() || bytes.get(*end..).is_some_and(has_known_prefix);
        if let Some(end) = ends.into_iter().find(is_end) {
            if !run[at..end].contains(MASK_OF_X) && !is_asian(&run[at..end]) {
                found.push(Found::Id(&run[at..end]));
            }
            at = end;
        } else {
            at += 1;
        }
    }
    if found.len() > known || run.contains(MASK_OF_X) {
        return;
    }
    let glued = (0..bytes.len().saturating_sub(ISSUED_ID_LENGTH))
        .filter_map(|at| run.get(at..at + KeyKind::of(&bytes[at..]).lengths().first()?))
        .find(|id| is_issued_form(id) && has_digit(id));
    if let Some(id) = glued {
        found.push(Found::Glued(id));
    } else if bytes.len() > ISSUED_ID_LENGTH {
        found.extend(run.find("AKIA").map(|at| Found::Unusual(&run[at..])));
    } else if is_word && is_truncated(run) {
        found.push(Found::Truncated(run));
    } else {
        let is_long_enough = |at: &usize| bytes.len() - at >= MIN_TRUNCATED_LENGTH;
        let start = run.find("AKIA").filter(is_long_enough).map(|at| &run[at..]);
        found.extend(start.filter(|start| is_truncated(start)).map(Found::Truncated));
    }
}

/// Returns whether the text may be the beginning of an ID.
fn is_truncated(text: &str) -> bool {
    let is_key = KeyKind::of(text).is_access_key();
    let is_long = text.len() >= CERTAIN_TRUNCATED_LENGTH && !is_asian(text);
    let is_certain = has_digit(text) || is_long;
    is_key && text.len() >= MIN_TRUNCATED_LENGTH && is_issued_form(text) && is_certain
}

/// Returns whether the text is more likely the name of something in Asia than a temporary key.
fn is_asian(text: &str) -> bool {
    text.get(..4).is_some_and(|prefix| prefix.eq_ignore_ascii_case("ASIA")) && !has_digit(text)
}

/// Returns whether the text begins with the prefix of an ID.
pub(super) fn has_known_prefix(bytes: &[u8]) -> bool {
    KeyKind::of(bytes) != KeyKind::Other
}

/// Returns whether the text begins like an ID and has the length of one.
pub(super) fn has_issued_length(id: &str) -> bool {
    KeyKind::of(id).lengths().contains(&id.len())
}

/// Returns whether the text has only the characters of IDs that AWS issues, those of base32.
pub(super) fn is_issued_form(text: &str) -> bool {
    text.bytes().all(|b| matches!(b, b'A'..=b'Z' | b'2'..=b'7'))
}

/// Returns whether the text has a digit. Words in capital letters have none, and nearly all IDs do.
pub(super) fn has_digit(text: &str) -> bool {
    text.bytes().any(|b| b.is_ascii_digit())
}

/// Returns whether the word is a key ID in lower or mixed case.
fn is_lowercase_id(word: &str) -> bool {
    word.len() == ISSUED_ID_LENGTH
        && word.bytes().any(|b| b.is_ascii_lowercase())
        && begins_like_key(word)
        && !is_asian(word)
        && !word.to_ascii_uppercase().contains(MASK_OF_X)
}
