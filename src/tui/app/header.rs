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
    /// A warning that must be seen: `NOT AWS`, `READ-ONLY`, certificates unchecked.
    Alarm,
}

/// One part of the header.
pub(crate) type Part = (HeaderTone, String);

/// The header's lines, each a row of parts with a space between them.
pub(crate) fn header_lines(state: &State) -> Vec<Vec<Part>> {
    let width = usize::from(state.size.0);
    let parts = match &state.session.phase {
        Phase::Open(place) => place_parts(place, width),
        Phase::Opening(waits) => not_open(state, HeaderTone::Dim, &format!("{waits}…")),
        Phase::NeedsCode(serial) => not_open(state, HeaderTone::Alarm, &format!("needs the code of {serial}")),
        Phase::Failed(_) => not_open(state, HeaderTone::Alarm, "no session"),
    };
    let name = (HeaderTone::Name, "keyflip".to_owned());
    wrap(std::iter::once(name).chain(parts), usize::from(state.size.0).saturating_sub(2))
}

/// A session that is not open: how far it is, and where what is still shown
/// was read.
fn not_open(state: &State, tone: HeaderTone, how: &str) -> Vec<Part> {
    let mut parts = vec![(tone, how.to_owned())];
    if let Some(before) = &state.session.before {
        parts.extend(place_parts(before, usize::from(state.size.0)));
    } else if let Some(profile) = &state.session.profile {
        parts.push((HeaderTone::Dim, format!("· profile {profile}")));
    }
    parts
}

fn place_parts(place: &Place, width: usize) -> Vec<Part> {
    let caller = &place.caller.arn;
    let mut parts = Vec::new();
    if let Some(not_aws) = place.not_aws() {
        parts.push((HeaderTone::Alarm, not_aws));
    }
    if place.unverified {
        parts.push((HeaderTone::Alarm, "CERTIFICATES UNCHECKED".to_owned()));
    }
    if place.read_only {
        parts.push((HeaderTone::Alarm, "READ-ONLY".to_owned()));
    }
    parts.push((HeaderTone::Place, place.account_label()));
    if width >= 80 {
        parts.push((HeaderTone::Place, format!("· {}", caller.short())));
        parts.push((HeaderTone::Dim, format!("({caller})")));
    } else {
        parts.push((HeaderTone::Place, format!("· {caller}")));
    }
    parts.push((HeaderTone::Dim, format!("· {}", place.source)));
    parts
}

/// Fills lines with parts; one that is longer than a line goes on in the next.
fn wrap(parts: impl Iterator<Item = Part>, width: usize) -> Vec<Vec<Part>> {
    let width = width.max(10);
    let mut lines: Vec<Vec<Part>> = vec![Vec::new()];
    let mut used = 0;
    for (tone, text) in parts {
        let mut rest = text.as_str();
        loop {
            let room = width.saturating_sub(used + usize::from(used > 0));
            if rest.width() <= room {
                break;
            }
            if used > 0 {
                lines.push(Vec::new());
                used = 0;
                continue;
            }
            let cut = rest.char_indices().map(|(at, _)| at).take_while(|at| rest[..*at].width() <= width).last();
            let (head, tail) = rest.split_at(cut.filter(|at| *at > 0).unwrap_or(rest.len()));
            if let Some(line) = lines.last_mut() {
                line.push((tone, head.to_owned()));
            }
            lines.push(Vec::new());
            rest = tail;
        }
        used += rest.width() + usize::from(used > 0);
        if let Some(line) = lines.last_mut() {
            line.push((tone, rest.to_owned()));
        }
    }
    lines
}
