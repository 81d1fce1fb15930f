//! Reading a filter: words, quotes, and the table of terms.

use std::fmt;

use jiff::civil::DateTime;
use jiff::tz::Offset;
use jiff::{SignedDuration, Timestamp};

use super::free_text::Needle;
use super::term::{Glob, KeyTest, Op, Side, Term, Test};
use crate::model::{KeyStatus, escape_hidden};

/// Why a filter can't be read.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct FilterError {
    /// Where the word stands, in bytes of the filter.
    pub span: std::ops::Range<usize>,
    /// Where it begins: the character's number, counted from 1.
    pub column: usize,
    /// What is wrong, and what is allowed in its place: one sentence.
    pub sentence: String,
    /// The same in the few words that a line on the screen has room for.
    pub brief: String,
}

impl fmt::Display for FilterError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "column {}: {}", self.column, self.sentence)
    }
}

impl std::error::Error for FilterError {}

/// One term of the language, for errors and help.
#[derive(Clone, Copy, Debug)]
pub(crate) struct TermHelp {
    /// Its name.
    pub name: &'static str,
    /// How it is written.
    pub forms: &'static str,
    /// What it finds.
    pub finds: &'static str,
}

/// Every term of the language.
pub(crate) const TERMS: [TermHelp; 10] = [
    help("status", "status:active, :inactive or :expired", "keys in that status"),
    help("age", "age>90d or age<1h, in s, m, h, d, w or y", "keys made longer ago, or since"),
    help(
        "unused",
        "unused>30d, in s, m, h, d, w or y",
        "keys not used for so long; never used counts from their creation",
    ),
    help(
        "used",
        "used<1d or used>30d, in s, m, h, d, w or y",
        "keys last used within that time, or before it",
    ),
    help(
        "created",
        "created>2h, created>2026-11-01 or created>2026-11-01T09:30Z",
        "keys made after that time (UTC), as IAM itself lists them",
    ),
    help("keys", "keys>1, keys<2 or keys=0", "users by how many keys they have"),
    help("user", "user:ci-*", "users by name; * stands for any text, ? for one character"),
    help("path", "path:/service/", "users whose path begins so"),
    help("mfa", "mfa:yes or mfa:no", "users with or without an MFA device"),
    help("marked", "marked:yes or marked:no", "rows that are marked, or not"),
];

const fn help(name: &'static str, forms: &'static str, finds: &'static str) -> TermHelp {
    TermHelp { name, forms, finds }
}

/// What a filter's text holds.
#[derive(Default)]
pub(super) struct ParsedFilter {
    pub(super) words: Vec<Needle>,
    pub(super) terms: Vec<Term>,
    /// The first word that can't be read; none that can't is in the lists.
    pub(super) error: Option<FilterError>,
}

/// Reads the words of a filter, each on its own.
pub(super) fn parse(text: &str, now: Timestamp) -> ParsedFilter {
    let mut parsed = ParsedFilter::default();
    let mut at = 0;
    while let Some(word) = next_word(text, &mut at) {
        match parse_word(&word, now) {
            Ok(Some(ParsedWord::Text(needle))) => parsed.words.push(needle),
            Ok(Some(ParsedWord::Term(term))) => parsed.terms.push(term),
            Ok(None) => {}
            Err(fault) => parsed.error = parsed.error.or_else(|| Some(word.wrong(text, fault))),
        }
    }
    parsed
}

/// What a word asks for.
enum ParsedWord {
    Text(Needle),
    Term(Term),
}

/// What is wrong with a word: a sentence, and the same in brief.
struct WordError {
    sentence: String,
    brief: String,
}

fn parse_word(word: &Word, now: Timestamp) -> Result<Option<ParsedWord>, WordError> {
    if word.unclosed {
        return Err(WordError {
            sentence: "A quote is opened here: close it with another one.".to_owned(),
            brief: "close the quote".to_owned(),
        });
    }
    let (negated, body) = match word.text.strip_prefix('-') {
        Some(body) if !word.quoted => (true, body),
        _ => (false, &*word.text),
    };
    match (word.quoted, split(body)) {
        (false, Some((name, op, value))) => {
            Ok(Some(ParsedWord::Term(Term { negated, test: term(&name, op, value, now)? })))
        }
        _ if negated => Err(not_negated_error(body)),
        _ => Ok((!body.is_empty()).then(|| ParsedWord::Text(Needle::new(body)))),
    }
}

/// A word of a filter, its quotes taken off.
struct Word {
    text: String,
    /// Whether it begins with a quote: then it is text, whatever it holds.
    quoted: bool,
    /// Whether a quote in it is never closed.
    unclosed: bool,
    span: std::ops::Range<usize>,
}

impl Word {
    fn wrong(&self, filter: &str, WordError { sentence, brief }: WordError) -> FilterError {
        let column = filter[..self.span.start].chars().count() + 1;
        FilterError { span: self.span.clone(), column, sentence, brief }
    }
}

/// The next word from `at` on, which is moved behind it.
fn next_word(filter: &str, at: &mut usize) -> Option<Word> {
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

/// Name in lower case, operator and value, where the word is a term. An equals
/// sign may stand in a user's name, so it makes a term of known names only.
fn split(word: &str) -> Option<(String, Op, &str)> {
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
    WordError {
        sentence: format!(
            "Only a term can be negated: to leave out names, write -user:{example}*."
        ),
        brief: format!("to leave out names, write -user:{example}*"),
    }
}

fn term(name: &str, op: Op, value: &str, now: Timestamp) -> Result<Test, WordError> {
    let Some(known) = TERMS.iter().find(|term| term.name == name) else {
        let names = TERMS.map(|term| term.name);
        let (last, others) = names.split_last().unwrap_or((&"", &[]));
        let name = escape_hidden(name);
        let others = others.join(", ");
        return Err(WordError {
            sentence: format!(
                "There is no term “{name}”: use {others} or {last}, or put text in double quotes."
            ),
            brief: format!("there is no term “{name}”"),
        });
    };
    test(name, op, value, now).ok_or_else(|| WordError {
        sentence: format!("The term “{name}” is written {}.", known.forms),
        brief: format!("write {}", known.forms),
    })
}

/// What the term asks; `None` where operator or value do not fit its name.
fn test(name: &str, op: Op, value: &str, now: Timestamp) -> Option<Test> {
    use Side::{After, Before};
    let more = match op {
        Op::More | Op::AtLeast => Some(true),
        Op::Less | Op::AtMost => Some(false),
        Op::Is => None,
    };
    // "Longer ago than" is "before", so a length of time turns the sign round.
    let by_length = |test: fn(Side, Timestamp) -> KeyTest| {
        let side = if more? { Before } else { After };
        Some(Test::Key(test(side, parse_time_back(value, now)?)))
    };
    match name {
        "age" => by_length(KeyTest::Created),
        "unused" => by_length(KeyTest::Idle),
        "used" => by_length(KeyTest::Used),
        "created" => {
            let time = parse_time_back(value, now).or_else(|| parse_time(value))?;
            Some(Test::Key(KeyTest::Created(if more? { After } else { Before }, time)))
        }
        "keys" => Some(Test::Keys { op, count: value.parse().ok()? }),
        _ if op != Op::Is || value.is_empty() => None,
        "status" => status(value).map(|status| Test::Key(KeyTest::Status(status))),
        "user" => Some(Test::User(Glob::new(value))),
        "path" => value.starts_with('/').then(|| Test::Path(value.into())),
        "mfa" => yes_or_no(value).map(Test::Mfa),
        "marked" => yes_or_no(value).map(Test::Marked),
        _ => None,
    }
}

fn status(value: &str) -> Option<KeyStatus> {
    let all = [KeyStatus::Active, KeyStatus::Inactive, KeyStatus::Expired];
    all.into_iter().find(|status| status.as_str().eq_ignore_ascii_case(value))
}

fn yes_or_no(value: &str) -> Option<bool> {
    match &*value.to_ascii_lowercase() {
        "yes" => Some(true),
        "no" => Some(false),
        _ => None,
    }
}

/// The time that lies the given length back: `90d`, `36h`. A length that
/// reaches behind the calendar means its beginning.
fn parse_time_back(value: &str, now: Timestamp) -> Option<Timestamp> {
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

/// A date or a time, in UTC where it names no zone.
fn parse_time(value: &str) -> Option<Timestamp> {
    let civil = || Offset::UTC.to_timestamp(value.parse::<DateTime>().ok()?).ok();
    value.parse().ok().or_else(civil)
}
