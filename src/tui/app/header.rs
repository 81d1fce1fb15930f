//! Who and where one is, in as few lines as the width allows. Account, caller
//! and `NOT AWS` are never cut.

use unicode_width::UnicodeWidthStr as _;

use crate::model::Place;
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
    /// A warning that must be seen: `NOT AWS`, `READ-ONLY`.
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
    let name = (HeaderTone::Name, "keyflip".to_owned());
    let parts = match &state.session.phase {
        Phase::Open(place) => {
            let forms = place_forms(place, &name).map(|parts| wrap(parts, width));
            return forms.into_iter().min_by_key(Vec::len).unwrap_or_default();
        }
        Phase::Opening(waits) => {
            let profile = state.session.profile.as_deref().map(|profile| format!(" · profile {profile}"));
            (HeaderTone::Dim, format!("{waits}…{}", profile.unwrap_or_default()))
        }
        Phase::Failed(_) => (HeaderTone::Alarm, "no session".to_owned()),
    };
    wrap(vec![name, parts], width)
}

/// Ways to say where one is, the fullest first. The caller's ARN is in each.
fn place_forms(place: &Place, name: &Part) -> [Vec<Part>; 4] {
    let caller = &place.caller.arn;
    let mut alarms = Vec::new();
    if let Some(not_aws) = place.not_aws() {
        alarms.push((HeaderTone::Alarm, not_aws));
    }
    if place.read_only {
        alarms.push((HeaderTone::Alarm, "READ-ONLY".to_owned()));
    }
    let account = (HeaderTone::Place, place.account_label());
    let short = (HeaderTone::Place, format!("{DOT}{}", caller.short()));
    let arn_beside = (HeaderTone::Dim, format!("({caller})"));
    let arn = (HeaderTone::Place, format!("{DOT}{caller}"));
    let source = (HeaderTone::Dim, format!("{DOT}{}", place.source));
    let with_name = |rest: &[&Part]| -> Vec<Part> {
        std::iter::once(name).chain(&alarms).chain(rest.iter().copied()).cloned().collect()
    };
    let nameless = |mut parts: Vec<Part>| parts.split_off(1);
    [
        with_name(&[&account, &short, &arn_beside, &source]),
        with_name(&[&account, &arn, &source]),
        nameless(with_name(&[&account, &arn, &source])),
        nameless(with_name(&[&source, &account, &arn])),
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
