//! Who and where one is, in as few lines as the width allows. Account, caller
//! and `NOT AWS` are never cut.

use unicode_width::UnicodeWidthStr as _;

use crate::model::{SessionContext, escape_hidden};
use crate::tui::app::{SessionPhase, State};
use crate::tui::messages::session as messages;

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
pub(crate) type HeaderPart = (HeaderTone, String);

/// What stands between two parts of one line.
const SEPARATOR: &str = "· ";

/// The header's lines, each a row of parts with a space between them: the
/// fullest form of those that take the fewest lines.
pub(crate) fn header_lines(state: &State) -> Vec<Vec<HeaderPart>> {
    let width = usize::from(state.size.0).saturating_sub(1);
    let forms = match &state.session.phase {
        SessionPhase::Open(session_context) => context_forms(Vec::new(), session_context),
        SessionPhase::Opening(waits) => {
            closed_session_lines(state, HeaderTone::Dim, &format!("{waits}…"))
        }
        SessionPhase::NeedsCode(serial) => {
            closed_session_lines(state, HeaderTone::Alarm, &messages::needs_code_of(serial))
        }
        SessionPhase::Failed => {
            closed_session_lines(state, HeaderTone::Alarm, messages::NO_SESSION)
        }
    };
    forms.into_iter().map(|parts| wrap(parts, width)).min_by_key(Vec::len).unwrap_or_default()
}

/// A session that is not open: how far it is, and where what is still shown
/// was read.
fn closed_session_lines(state: &State, tone: HeaderTone, how: &str) -> Vec<Vec<HeaderPart>> {
    let mut parts = vec![(tone, how.to_owned())];
    if let Some(before) = &state.session.before {
        return context_forms(parts, before);
    }
    if let Some(profile) = &state.session.profile {
        parts.push((HeaderTone::Dim, format!("{SEPARATOR}profile {}", escape_hidden(profile))));
    }
    parts.insert(0, name());
    vec![parts]
}

fn name() -> HeaderPart {
    (HeaderTone::Name, "keyflip".to_owned())
}

/// Ways to say where one is behind what comes first, the fullest first. The
/// caller's ARN is in each.
fn context_forms(
    mut first: Vec<HeaderPart>,
    session_context: &SessionContext,
) -> Vec<Vec<HeaderPart>> {
    let caller = &session_context.caller.arn;
    if let Some(not_aws) = session_context.not_aws_label() {
        first.push((HeaderTone::Alarm, not_aws));
    }
    if session_context.tls_unverified {
        first.push((HeaderTone::Alarm, "CERTIFICATES UNCHECKED".to_owned()));
    }
    if session_context.read_only {
        first.push((HeaderTone::Alarm, "READ-ONLY".to_owned()));
    }
    let account = (HeaderTone::Place, session_context.account_label());
    let short = (HeaderTone::Place, format!("{SEPARATOR}{}", caller.short_name()));
    let arn_beside = (HeaderTone::Dim, format!("({caller})"));
    let arn = (HeaderTone::Place, format!("{SEPARATOR}{caller}"));
    let source = (HeaderTone::Dim, format!("{SEPARATOR}{}", session_context.source));
    let form = |name: Option<HeaderPart>, rest: &[&HeaderPart]| -> Vec<HeaderPart> {
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
fn wrap(parts: Vec<HeaderPart>, width: usize) -> Vec<Vec<HeaderPart>> {
    let width = width.max(10);
    let mut lines: Vec<Vec<HeaderPart>> = vec![Vec::new()];
    let mut used = 0;
    for (tone, text) in parts {
        if used > 0 && used + 1 + text.width() > width {
            lines.push(Vec::new());
            used = 0;
        }
        let text = if used == 0 { text.strip_prefix(SEPARATOR).unwrap_or(&text) } else { &text };
        let pieces = super::wrap_text(text, if used == 0 { width } else { width - used - 1 });
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
