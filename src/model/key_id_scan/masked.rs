//! IDs of which a text shows only a part, as scanners and AWS print them.

use std::fmt;
use std::sync::{Arc, LazyLock};

use regex_lite::Regex;

use super::super::{ISSUED_ID_LENGTH, KeyId};

/// Texts that stand in every masked ID, or directly before it.
const SIGNS_OF_MASKED_IDS: [&str; 12] = [
    "AKIA",
    "ASIA",
    "****",
    "••••",
    "●●●●",
    "████",
    "####",
    "xxxx",
    "XXXX",
    "▓▓▓▓",
    "nding",
    "nds ",
];

/// Bytes before a sign that may belong to a masked ID: `access key … ending in`.
const BYTES_BEFORE_SIGN: usize = 100;

/// Bytes after a sign that may belong to a masked ID.
const BYTES_AFTER_SIGN: usize = 120;

/// Maximum number of bytes that are searched.
const MAX_SEARCHED: usize = 256 * 1024;

/// An ID with hidden characters, such as `AKIA************WX26`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct MaskedId {
    start: Arc<str>,
    end: Arc<str>,
}

/// Patterns of masked IDs. Each has the groups `start` and `end`, or one of them.
static PATTERNS: LazyLock<Vec<Regex>> = LazyLock::new(|| {
    // Signs that stand for one hidden character, or for several.
    const SIGNS: &str = r"(?:[*•●∗·█▓▒░#?◦⋆✱＊]{2,}|[x×]{3,}|X{5,}|_{3,}|-{3,}|\.{2,}|…+|[<\[({](?i:redacted|masked|hidden|removed|truncated|snip|\.{3}|…)[>\])}])";
    let patterns = [
        format!(r"(?P<start>A[KS]IA[A-Z2-7]*?)(?:{SIGNS})+(?P<end>[A-Z2-7]*)"),
        // AWS's mail about exposed keys.
        r"[*•●xX#]{4}-[*•●xX#]{4}-(?P<end>[A-Z2-7]{4})\b".to_owned(),
        r"(?P<mask>[*•●∗█▓▒░#＊]{4,})(?P<end>[A-Z2-7]{4,16})\b".to_owned(),
        // In groups.
        r"(?P<start>A[KS]IA(?: [A-Z2-7]{4}){0,3})(?P<mask>(?: [*•●∗█▓▒░#＊xX]{2,4}){1,8})(?P<end>(?: [A-Z2-7]{4}){1,3})\b"
            .to_owned(),
        r"(?P<start>A[KS]IA[A-Z2-7]{4,12})(?P<one>[*•●∗＊])(?P<end>[A-Z2-7]{2,8})\b".to_owned(),
        r"(?i:access.?key[^\n]{0,60}?\b(?:ending|ends)\s+(?:in|with)\W{1,3})(?P<end>[A-Z2-7]{4,16})\b"
            .to_owned(),
    ];
    patterns.iter().filter_map(|pattern| Regex::new(pattern).ok()).collect()
});

/// The label of a secret at the end of a text: `secret_key     `, `SecretAccessKey": "`.
static SECRET_LABEL: LazyLock<Option<Regex>> = LazyLock::new(|| {
    const PATTERN: &str = r"(?i)(?:secret|password|token)\w*\W*(?:access\W*)?(?:key\W*)?(?:(?:(?:ending|ends)\s+(?:in|with)|is)\W*)?$";
    Regex::new(PATTERN).ok()
});

/// Length from which the beginning of an ID alone is looked for. Up to 12 characters are those of
/// the account, which all its keys have.
const MIN_START_LENGTH: usize = 14;

/// Maximum number of masked IDs, and of beginnings, that are returned.
const MAX_FOUND: usize = 100;

/// Masked IDs, and the beginnings of IDs that are too short to look for.
#[derive(Debug, Default)]
pub(super) struct MaskedIds {
    /// Masked IDs, each with its positions in the text.
    pub(super) masked: Vec<(MaskedId, Vec<usize>)>,
    /// Beginnings whose rest is hidden or cut off.
    pub(super) truncated: Vec<Arc<str>>,
    /// Whether there may be more: a limit was reached.
    pub(super) is_limited: bool,
}

/// Returns the masked IDs in the text.
pub(super) fn find_masked(text: &str) -> MaskedIds {
    let (parts, is_limited) = parts_with_signs(text);
    let mut ids = MaskedIds { is_limited, ..MaskedIds::default() };
    for (offset, part) in parts {
        for captures in PATTERNS.iter().flat_map(|pattern| pattern.captures_iter(part)) {
            if ids.masked.len() + ids.truncated.len() >= MAX_FOUND {
                ids.is_limited = true;
                return ids;
            }
            let group = |name| captures.name(name).map_or("", |group| group.as_str());
            let part_of_id = |name| Arc::from(group(name).replace(' ', ""));
            let masked = MaskedId { start: part_of_id("start"), end: part_of_id("end") };
            let mask = captures.name("mask").map(|mask| mask.as_str().chars());
            let hidden = mask.map(|mask| mask.filter(|c| *c != ' ').count());
            let shown = masked.start.len() + masked.end.len();
            let is_length_right = hidden.is_none_or(|hidden| hidden + shown == ISSUED_ID_LENGTH);
            // Four digits without a length are more likely those of an account.
            let is_account = hidden.is_none()
                && masked.start.is_empty()
                && masked.end.bytes().all(|b| b.is_ascii_digit());
            let Some(all) = captures.get(0) else { continue };
            // No ID has these digits: what is before them is not the end of one.
            if !masked.end.is_empty() && part[all.end()..].starts_with(['0', '1', '8', '9']) {
                continue;
            }
            // Markdown's italics have a second one.
            if captures.name("one").is_some_and(|one| part[all.end()..].starts_with(one.as_str())) {
                continue;
            }
            if masked.start.is_empty() && is_labelled_secret(&text[..offset + all.start()]) {
                continue;
            }
            let (at, is_cut_off) = (all.start(), all.as_str().ends_with(['.', '…']));
            if masked.end.is_empty() && (is_cut_off || masked.start.len() < MIN_START_LENGTH) {
                if masked.start.len() > ISSUED_ID_LENGTH / 3 {
                    ids.truncated.push(masked.start);
                }
            } else if masked.is_useful() && is_length_right && !is_account {
                ids.add(masked, offset + at);
            }
        }
    }
    ids
}

/// Returns whether a text ends with the label of a secret key, a password or a token, as `aws
/// configure list` and forms print them.
fn is_labelled_secret(before: &str) -> bool {
    let start = before.floor_char_boundary(before.len().saturating_sub(BYTES_BEFORE_SIGN));
    let line = before[start..].rsplit('\n').next().unwrap_or_default();
    SECRET_LABEL.as_ref().is_some_and(|label| label.is_match(line))
}

impl MaskedIds {
    /// Adds a masked ID, unless a known one shows more.
    fn add(&mut self, masked: MaskedId, at: usize) {
        match self.masked.iter_mut().find(|(known, _)| known.covers(&masked)) {
            Some((known, positions)) if *known == masked => {
                if positions.len() < MAX_FOUND {
                    positions.push(at);
                }
            }
            Some(_) => {}
            None => self.masked.push((masked, vec![at])),
        }
    }
}

/// Returns the parts of the text around the signs of masked IDs, with their positions, up to
/// [`MAX_SEARCHED`] bytes, and whether there are more. The patterns would be slow on a long text.
fn parts_with_signs(text: &str) -> (Vec<(usize, &str)>, bool) {
    let positions = SIGNS_OF_MASKED_IDS.iter().flat_map(|sign| text.match_indices(sign));
    let mut ranges: Vec<_> = positions
        .map(|(at, _)| {
            let start = text.floor_char_boundary(at.saturating_sub(BYTES_BEFORE_SIGN));
            (start, text.ceil_char_boundary(at + BYTES_AFTER_SIGN))
        })
        .collect();
    ranges.sort_unstable();
    let mut merged: Vec<(usize, usize)> = Vec::new();
    for (start, end) in ranges {
        match merged.last_mut() {
            Some((_, last)) if start <= *last => *last = end.max(*last),
            _ => merged.push((start, end)),
        }
    }
    let mut left = MAX_SEARCHED;
    let mut is_limited = false;
    let mut parts = Vec::new();
    for (start, end) in merged {
        let length = left.min(end - start);
        left -= length;
        is_limited |= length < end - start;
        if length > 0 {
            parts.push((start, &text[start..text.floor_char_boundary(start + length)]));
        }
    }
    (parts, is_limited)
}

impl MaskedId {
    /// Returns whether the visible characters are enough to look for, and not a whole ID.
    fn is_useful(&self) -> bool {
        let body = self.start.len().saturating_sub(4) + self.end.len();
        body >= 3 && self.start.len() + self.end.len() < ISSUED_ID_LENGTH
    }

    /// Returns whether the other one shows nothing more.
    fn covers(&self, other: &Self) -> bool {
        self.start.starts_with(&*other.start) && self.end.ends_with(&*other.end)
    }

    /// Returns whether the visible characters begin with these.
    pub(super) fn begins_with(&self, start: &str) -> bool {
        self.start.starts_with(start)
    }

    /// Returns whether it may be this ID.
    pub(crate) fn matches(&self, id: &KeyId) -> bool {
        id.as_str().starts_with(&*self.start) && id.as_str().ends_with(&*self.end)
    }

    /// Returns the ID as a pattern of the filter language, in which `*` is any text.
    pub(crate) fn pattern(&self) -> String {
        format!("{}*{}", self.start, self.end)
    }
}

impl fmt::Display for MaskedId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let shown = self.start.len() + self.end.len();
        let mask = "*".repeat(ISSUED_ID_LENGTH.saturating_sub(shown));
        write!(f, "{}{mask}{}", self.start, self.end)
    }
}
