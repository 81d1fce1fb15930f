//! Parser of filters: words, quotes, and the table of terms.

use std::fmt;

use jiff::civil::DateTime;
use jiff::tz::Offset;
use jiff::{SignedDuration, Timestamp};

use super::free_text::Needle;
use super::messages::{WordError, not_a_negated_term, unclosed_quote, unknown_term, wrong_form};
use super::term::{Glob, KeyTest, Op, Term, Test, TimeSide};
use super::term_help::TERMS;
use crate::model::KeyStatus;

/// A filter that cannot be parsed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct FilterError {
    /// The range of the word in the filter, in bytes.
    pub span: std::ops::Range<usize>,
    /// The column where it begins, in characters, counted from 1.
    pub column: usize,
    /// What is wrong and what to write instead, in one sentence.
    pub sentence: String,
    /// The same in a few words, for the filter line.
    pub brief: String,
}

impl fmt::Display for FilterError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "column {}: {}", self.column, self.sentence)
    }
}

impl std::error::Error for FilterError {}

/// Result of parsing a filter.
#[derive(Default)]
pub(super) struct ParsedFilter {
    pub(super) words: Vec<Needle>,
    pub(super) terms: Vec<Term>,
    /// The first word that cannot be parsed. Such words are in neither list.
    pub(super) error: Option<FilterError>,
}

/// Parses the words of a filter, each independently.
pub(super) fn parse(text: &str, now: Timestamp) -> ParsedFilter {
    let mut parsed = ParsedFilter::default();
    let mut at = 0;
    while let Some(word) = next_word(text, &mut at) {
        match parse_word(&word, now) {
            Ok(Some(ParsedWord::Text(needle))) => parsed.words.push(needle),
            Ok(Some(ParsedWord::Term(term))) => parsed.terms.push(term),
            Ok(None) => {}
            Err(error) => parsed.error = parsed.error.or_else(|| Some(word.error(text, error))),
        }
    }
    parsed
}

/// A parsed word.
enum ParsedWord {
    Text(Needle),
    Term(Term),
}

fn parse_word(word: &Word, now: Timestamp) -> Result<Option<ParsedWord>, WordError> {
    if word.unclosed {
        return Err(unclosed_quote());
    }
    let (negated, body) = match word.text.strip_prefix('-') {
        Some(body) if !word.quoted => (true, body),
        _ => (false, &*word.text),
    };
    match (word.quoted, split_term(body)) {
        (false, Some((name, op, value))) => {
            Ok(Some(ParsedWord::Term(Term { negated, test: parse_term(&name, op, value, now)? })))
        }
        _ if negated => Err(not_negated_error(body)),
        _ => Ok((!body.is_empty()).then(|| ParsedWord::Text(Needle::new(body)))),
    }
}

/// A word of a filter, without its quotes.
pub(super) struct Word {
    text: String,
    /// Whether it begins with a quote and so is free text.
    quoted: bool,
    /// Whether a quote in it is never closed.
    unclosed: bool,
    pub(super) span: std::ops::Range<usize>,
}

impl Word {
    pub(super) fn error(
        &self,
        filter: &str,
        WordError { sentence, brief }: WordError,
    ) -> FilterError {
        let column = filter[..self.span.start].chars().count() + 1;
        FilterError { span: self.span.clone(), column, sentence, brief }
    }
}

/// Returns the next word from `at` on, and moves `at` to its end.
pub(super) fn next_word(filter: &str, at: &mut usize) -> Option<Word> {
    let rest = filter[*at..].trim_start();
    let start = filter.len() - rest.len();
    let mut word = Word {
        text: String::new(),
        quoted: rest.starts_with('"'),
        unclosed: false,
        span: start..filter.len(),
    };
    for (offset, c) in rest.char_indices() {
        match c {
            '"' => word.unclosed = !word.unclosed,
            c if c.is_whitespace() && !word.unclosed => {
                word.span.end = start + offset;
                break;
            }
            c => word.text.push(c),
        }
    }
    *at = word.span.end;
    (!rest.is_empty()).then_some(word)
}

/// Returns name in lower case, operator and value if the word is a term. User names can have an
/// equals sign, so it makes a term only of known names.
fn split_term(word: &str) -> Option<(String, Op, &str)> {
    let at = word.find([':', '=', '<', '>'])?;
    let (name, rest) = word.split_at(at);
    let name = name.to_lowercase();
    if rest.starts_with('=') && !TERMS.iter().any(|term| term.name == name) {
        return None;
    }
    let ops = [
        (">=", Op::AtLeast),
        ("<=", Op::AtMost),
        (">", Op::More),
        ("<", Op::Less),
        (":", Op::Is),
        ("=", Op::Is),
    ];
    let (op, value) =
        ops.into_iter().find_map(|(sign, op)| Some((op, rest.strip_prefix(sign)?)))?;
    Some((name, op, value))
}

fn not_negated_error(word: &str) -> WordError {
    let names = |word: &str| word.chars().all(|c| c.is_alphanumeric() || "_+,.@-".contains(c));
    let example = if !word.is_empty() && names(word) { word } else { "ci-" };
    not_a_negated_term(example)
}

fn parse_term(name: &str, op: Op, value: &str, now: Timestamp) -> Result<Test, WordError> {
    let Some(known) = TERMS.iter().find(|term| term.name == name) else {
        return Err(unknown_term(name));
    };
    parse_test(name, op, value, now).ok_or_else(|| wrong_form(name, known.forms))
}

/// Returns the test of a term; `None` if operator or value do not fit its name.
fn parse_test(name: &str, op: Op, value: &str, now: Timestamp) -> Option<Test> {
    // "Longer ago than" means "before", so a duration reverses the sign.
    let by_length = |test: fn(TimeSide, Timestamp) -> KeyTest| {
        Some(Test::Key(test(op.reversed().side()?, parse_relative_time(value, now)?)))
    };
    match name {
        "age" => by_length(KeyTest::Created),
        "unused" => by_length(KeyTest::Idle),
        "used" if op == Op::Is && value.eq_ignore_ascii_case("never") => {
            Some(Test::Key(KeyTest::NeverUsed))
        }
        "used" => by_length(KeyTest::Used),
        "created" => {
            let time = parse_point_in_time(value, now)?;
            Some(Test::Key(KeyTest::Created(op.side()?, time)))
        }
        "keys" => Some(Test::Keys { op, count: value.parse().ok()? }),
        "active" => Some(Test::ActiveKeys { op, count: value.parse().ok()? }),
        _ if op != Op::Is || value.is_empty() => None,
        "status" => parse_status(value).map(|status| Test::Key(KeyTest::Status(status))),
        "user" => Some(Test::User(Glob::new(value))),
        "key" => Some(Test::Key(KeyTest::Id(Glob::new(value)))),
        "account" => Some(Test::Account(Glob::new(value))),
        "user-id" => Some(Test::UserId(value.into())),
        "path" => value.starts_with('/').then(|| Test::Path(value.into())),
        "mfa" => parse_yes_no(value).map(Test::Mfa),
        "quarantine" => parse_yes_no(value).map(Test::Quarantine),
        "root" => parse_yes_no(value).map(Test::Root),
        "marked" => parse_yes_no(value).map(Test::Marked),
        _ => None,
    }
}

fn parse_status(value: &str) -> Option<KeyStatus> {
    let all = [KeyStatus::Active, KeyStatus::Inactive, KeyStatus::Expired];
    all.into_iter().find(|status| status.as_str().eq_ignore_ascii_case(value))
}

fn parse_yes_no(value: &str) -> Option<bool> {
    match &*value.to_ascii_lowercase() {
        "yes" => Some(true),
        "no" => Some(false),
        _ => None,
    }
}

/// Parses a time as terms about times have it: a length before now, a date or a time.
pub(crate) fn parse_point_in_time(text: &str, now: Timestamp) -> Option<Timestamp> {
    parse_relative_time(text, now).or_else(|| parse_time(text))
}

/// Returns the time that is the given duration ago: `90d`, `36h`. A duration beyond the calendar
/// gives its beginning.
fn parse_relative_time(value: &str, now: Timestamp) -> Option<Timestamp> {
    let unit = value.chars().next_back()?;
    let number = value.strip_suffix(unit)?;
    if !number.bytes().all(|b| b.is_ascii_digit()) {
        return None;
    }
    let seconds: i64 = match unit.to_ascii_lowercase() {
        's' => 1,
        'm' => 60,
        'h' => 3600,
        'd' => 86_400,
        'w' => 7 * 86_400,
        'y' => 365 * 86_400,
        _ => return None,
    };
    let length = number.parse::<i64>().ok()?.saturating_mul(seconds);
    Some(now.checked_sub(SignedDuration::from_secs(length)).unwrap_or(Timestamp::MIN))
}

/// Parses a date or a time, in UTC unless it names a zone.
fn parse_time(value: &str) -> Option<Timestamp> {
    let civil = || Offset::UTC.to_timestamp(value.parse::<DateTime>().ok()?).ok();
    value.parse().ok().or_else(civil)
}
