//! Who and where one is, in as few lines as the width allows. Account, caller
//! and `NOT AWS` are never cut.

use unicode_width::UnicodeWidthStr as _;

use crate::model::{Place, visible};
use crate::tui::app::{Phase, State};

/// How a part of the header is meant.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum HeaderTone {
    /// The program's name.
    Name,
    /// Where one is.
    Place,
    /// Further words.
    Dim,
    /// A warning that must be seen: `NOT AWS`, `READ-ONLY`, certificates unchecked.
    Alarm,
}

/// One part of the header. What begins with a dot leaves it away at the
/// beginning of a line.
pub(crate) type Part = (HeaderTone, String);

/// What stands between two parts of one line.
const DOT: &str = "· ";

/// The header's lines, each a row of parts with a space between them: the
/// fullest form of those that take the fewest lines.
pub(crate) fn header_lines(state: &State) -> Vec<Vec<Part>> {
    let width = usize::from(state.size.0).saturating_sub(1);
    let forms = match &state.session.phase {
        Phase::Open(place) => place_forms(Vec::new(), place),
        Phase::Opening(waits) => not_open(state, HeaderTone::Dim, &format!("{waits}…")),
        Phase::NeedsCode(serial) => not_open(state, HeaderTone::Alarm, &format!("needs the code of {serial}")),
        Phase::Failed => not_open(state, HeaderTone::Alarm, "no session"),
    };
    forms.into_iter().map(|parts| wrap(parts, width)).min_by_key(Vec::len).unwrap_or_default()
}

/// A session that is not open: how far it is, and where what is still shown
/// was read.
fn not_open(state: &State, tone: HeaderTone, how: &str) -> Vec<Vec<Part>> {
    let mut parts = vec![(tone, how.to_owned())];
    if let Some(before) = &state.session.before {
        return place_forms(parts, before);
    }
    if let Some(profile) = &state.session.profile {
        parts.push((HeaderTone::Dim, format!("{DOT}profile {}", visible(profile))));
    }
    parts.insert(0, name());
    vec![parts]
}

fn name() -> Part {
    (HeaderTone::Name, "keyflip".to_owned())
}

/// Ways to say where one is behind what comes first, the fullest first. The
/// caller's ARN is in each.
fn place_forms(mut first: Vec<Part>, place: &Place) -> Vec<Vec<Part>> {
    let caller = &place.caller.arn;
    if let Some(not_aws) = place.not_aws() {
        first.push((HeaderTone::Alarm, not_aws));
    }
    if place.unverified {
        first.push((HeaderTone::Alarm, "CERTIFICATES UNCHECKED".to_owned()));
    }
    if place.read_only {
        first.push((HeaderTone::Alarm, "READ-ONLY".to_owned()));
    }
    let account = (HeaderTone::Place, place.account_label());
    let short = (HeaderTone::Place, format!("{DOT}{}", caller.short()));
    let arn_beside = (HeaderTone::Dim, format!("({caller})"));
    let arn = (HeaderTone::Place, format!("{DOT}{caller}"));
    let source = (HeaderTone::Dim, format!("{DOT}{}", place.source));
    let form = |name: Option<Part>, rest: &[&Part]| -> Vec<Part> {
        name.into_iter().chain(first.iter().chain(rest.iter().copied()).cloned()).collect()
    };
    vec![
        form(Some(name()), &[&account, &short, &arn_beside, &source]),
        form(Some(name()), &[&account, &arn, &source]),
        form(None, &[&account, &arn, &source]),
        form(None, &[&source, &account, &arn]),
    ]
}

/// Fills lines with parts; one that is longer than a line goes on in the next.
fn wrap(parts: Vec<Part>, width: usize) -> Vec<Vec<Part>> {
    let width = width.max(10);
    let mut lines: Vec<Vec<Part>> = vec![Vec::new()];
    let mut used = 0;
    for (tone, text) in parts {
        if used > 0 && used + 1 + text.width() > width {
            lines.push(Vec::new());
            used = 0;
        }
        let text = if used == 0 { text.strip_prefix(DOT).unwrap_or(&text) } else { &text };
        let pieces = super::wrap(text, if used == 0 { width } else { width - used - 1 });
        for (number, piece) in pieces.into_iter().enumerate() {
            if number > 0 {
                lines.push(Vec::new());
                used = 0;
            }
            used += piece.width() + usize::from(used > 0);
            if let Some(line) = lines.last_mut() {
                line.push((tone, piece));
            }
        }
    }
    lines
}
