//! Header: account, caller, profile and endpoint in as few lines as the width allows.
//!
//! Account and `NOT AWS` are never truncated, and the caller only in its middle, on a screen that
//! would have no room for the result of a change.

use ratatui::Frame;
use ratatui::layout::Rect;
use ratatui::text::Span;
use unicode_width::UnicodeWidthStr as _;

use crate::model::{Endpoint, SessionContext};
use crate::tui::context::{SessionPhase, Shared};
use crate::tui::messages::session as messages;
use crate::tui::render::block::draw_row;
use crate::tui::render::text_wrap::{shorten_middle, wrap_text};
use crate::tui::render::{TextTone, Theme, layout};

/// One part of the header.
#[derive(Clone)]
struct HeaderPart {
    tone: TextTone,
    /// Text. A leading [`SEPARATOR`] is dropped at the beginning of a line.
    text: String,
}

impl HeaderPart {
    fn new(tone: TextTone, text: impl Into<String>) -> Self {
        Self { tone, text: text.into() }
    }
}

/// Separator between two parts on one line.
const SEPARATOR: &str = "· ";

/// Returns the lines of the header, each a row of parts to be joined by spaces: the most detailed
/// form of those that take the fewest lines. Where these are too many, the caller is shortened.
fn header_lines(shared: &Shared) -> Vec<Vec<HeaderPart>> {
    let width = usize::from(shared.size.width).saturating_sub(1);
    let fewest = |columns| {
        let forms = header_forms(shared, columns).into_iter();
        forms.map(|parts| wrap(parts, width)).min_by_key(Vec::len).unwrap_or_default()
    };
    let lines = fewest(None);
    if lines.len() > layout::header_room(shared.size.height) { fewest(Some(width)) } else { lines }
}

/// Returns the forms of the header, with the caller in at most that many columns if they are given.
fn header_forms(shared: &Shared, columns: Option<usize>) -> Vec<Vec<HeaderPart>> {
    let closed = |tone, state: &str| closed_session_lines(shared, (tone, state), columns);
    match &shared.session.phase {
        SessionPhase::Open(session_context) => context_forms(Vec::new(), session_context, columns),
        SessionPhase::Opening(waits) => closed(TextTone::Dim, &format!("{waits}…")),
        SessionPhase::NeedsCode(serial) => {
            closed(TextTone::Alarm, &messages::needs_code_of(serial))
        }
        SessionPhase::Failed => closed(TextTone::Alarm, messages::NO_SESSION),
    }
}

/// Returns the parts for a session that is not open, with the context of what is still shown.
fn closed_session_lines(
    shared: &Shared,
    (tone, state): (TextTone, &str),
    columns: Option<usize>,
) -> Vec<Vec<HeaderPart>> {
    let mut parts = vec![HeaderPart::new(tone, state)];
    if let Some(context) = &shared.session.previous_context {
        return context_forms(parts, context, columns);
    }
    if let Some(endpoint) = &shared.session.endpoint {
        parts.extend(endpoint_part(endpoint));
    }
    if let Some(route) = &shared.session.route {
        parts.push(HeaderPart::new(TextTone::Dim, format!("{SEPARATOR}{route}")));
    }
    parts.insert(0, name());
    vec![parts]
}

fn name() -> HeaderPart {
    HeaderPart::new(TextTone::Key, "keyflip")
}

/// Returns the part for an endpoint that is not AWS's.
fn endpoint_part(endpoint: &Endpoint) -> Option<HeaderPart> {
    let tone = if endpoint.is_demo() { TextTone::Warning } else { TextTone::Alarm };
    Some(HeaderPart::new(tone, endpoint.label()?))
}

/// Returns the forms of a session context, most detailed first, each behind `first`. Every form has
/// the caller's ARN; in that many columns, the middle of what follows the account.
fn context_forms(
    mut first: Vec<HeaderPart>,
    session_context: &SessionContext,
    columns: Option<usize>,
) -> Vec<Vec<HeaderPart>> {
    let arn = &session_context.caller.arn;
    let caller = match columns {
        None => arn.to_string(),
        Some(columns) => shorten_middle(arn.resource(), columns),
    };
    first.extend(endpoint_part(&session_context.endpoint));
    if session_context.tls_unverified {
        first.push(HeaderPart::new(TextTone::Alarm, "CERTIFICATES UNCHECKED"));
    }
    if session_context.read_only {
        first.push(HeaderPart::new(TextTone::Warning, "READ-ONLY"));
    }
    let account = HeaderPart::new(TextTone::Strong, session_context.account_label());
    let arn = HeaderPart::new(TextTone::Plain, format!("{SEPARATOR}{caller}"));
    let source = format!("{SEPARATOR}{}", session_context.source);
    let source = HeaderPart::new(TextTone::Dim, source);
    let form = |name: Option<HeaderPart>, rest: &[&HeaderPart]| -> Vec<HeaderPart> {
        name.into_iter().chain(first.iter().chain(rest.iter().copied()).cloned()).collect()
    };
    vec![
        form(Some(name()), &[&account, &arn, &source]),
        form(None, &[&account, &arn, &source]),
        form(None, &[&source, &account, &arn]),
    ]
}

/// Fills lines with parts; a part longer than a line continues on the next.
fn wrap(parts: Vec<HeaderPart>, width: usize) -> Vec<Vec<HeaderPart>> {
    let width = width.max(10);
    let mut lines: Vec<Vec<HeaderPart>> = vec![Vec::new()];
    let mut used = 0;
    for HeaderPart { tone, text } in parts {
        if used > 0 && used + 1 + text.width() > width {
            lines.push(Vec::new());
            used = 0;
        }
        let text = if used == 0 { text.strip_prefix(SEPARATOR).unwrap_or(&text) } else { &text };
        let pieces = wrap_text(text, if used == 0 { width } else { width - used - 1 });
        for (number, piece) in pieces.into_iter().enumerate() {
            if number > 0 {
                lines.push(Vec::new());
                used = 0;
            }
            used += piece.width() + usize::from(used > 0);
            if let Some(line) = lines.last_mut() {
                line.push(HeaderPart::new(tone, piece));
            }
        }
    }
    lines
}

/// Draws the header.
pub(crate) fn draw_header(shared: &Shared, theme: &Theme, frame: &mut Frame<'_>, area: Rect) {
    for (number, parts) in header_lines(shared).into_iter().enumerate() {
        let mut spans = vec![Span::raw(" ")];
        for HeaderPart { tone, text } in parts {
            spans.push(Span::styled(text, theme.style(tone)));
            spans.push(Span::raw(" "));
        }
        draw_row(spans, theme.plain, frame, area, number);
    }
}

/// Returns the number of rows that the header takes.
pub(crate) fn header_rows(shared: &Shared) -> usize {
    header_lines(shared).len()
}
