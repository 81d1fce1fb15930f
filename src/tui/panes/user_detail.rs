//! Details of a user other than keys, for the detail pane and the popup of a key.

use std::sync::Arc;

use ratatui::Frame;
use ratatui::layout::Rect;
use ratatui::text::Span;

use crate::inventory::{UserFacts, UserIndex};
use crate::model::{Known, User, format_date_time};
use crate::tui::context::Shared;
use crate::tui::keymap::Action;
use crate::tui::messages::popups as messages;
use crate::tui::messages::shared::NOT_READ;
use crate::tui::render::block::{draw_pane, draw_row, title};
use crate::tui::render::text_wrap::wrap_text;
use crate::tui::render::{TextTone, Theme};

/// Columns of a label.
const LABEL_COLUMNS: usize = 13;

/// One fact on a user.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct DetailFact {
    /// Label.
    pub label: &'static str,
    /// Value, or why it is not known.
    pub text: String,
    /// Style.
    pub tone: TextTone,
    /// Whether it has not been read yet; the pane shows a sign in place of the text.
    pub is_unread: bool,
}

/// Returns what is known of a user.
pub(crate) fn user_facts(facts: &UserFacts) -> Vec<DetailFact> {
    if facts.is_root {
        let text = messages::NOT_READ_FOR_ROOT.to_owned();
        return vec![DetailFact { label: "Details", text, tone: TextTone::Dim, is_unread: false }];
    }
    let mut lines = Vec::new();
    if let Some(policies) = facts.quarantine().value().filter(|policies| !policies.is_empty()) {
        let text = messages::quarantined(&policies.join(", "));
        let tone = TextTone::Error;
        lines.push(DetailFact { label: "QUARANTINED", text, tone, is_unread: false });
    }
    lines.extend(identity(facts));
    lines.push(known_fact("Console", &facts.detail.console, |since| match since {
        Some(since) => format!("password since {}", format_date_time(*since)),
        None => "no password".to_owned(),
    }));
    for (label, names) in [
        ("MFA", &facts.detail.mfa),
        ("Groups", &facts.detail.groups),
        ("Policies", &facts.detail.attached_policies),
        ("Inline", &facts.detail.inline_policies),
    ] {
        let mut fact = known_fact(label, names, |names| joined(names));
        if names.value().is_some_and(|names| names.iter().any(|name| is_administrator(name))) {
            fact.tone = TextTone::Warning;
        }
        lines.push(fact);
    }
    lines.push(known_fact("Boundary", &facts.detail.boundary_and_tags, |(boundary, _)| {
        boundary.as_ref().map_or_else(|| "none".to_owned(), ToString::to_string)
    }));
    lines.push(known_fact("Tags", &facts.detail.boundary_and_tags, |(_, tags)| {
        let tags: Vec<_> =
            tags.iter().map(|(key, value)| format!("{key}={value}").into()).collect();
        joined(&tags)
    }));
    for (label, names) in [
        ("Services", &facts.detail.service_credentials),
        ("Certificates", &facts.detail.certificates),
    ] {
        lines.push(known_fact(label, names, |names| joined(names)));
    }
    lines
}

/// Returns whether a policy is one of AWS's that allow everything in IAM, by its name or ARN.
fn is_administrator(policy: &str) -> bool {
    ["AdministratorAccess", "IAMFullAccess"].iter().any(|name| policy.ends_with(name))
}

fn identity(facts: &UserFacts) -> Vec<DetailFact> {
    let user = |label, show: fn(&User) -> String| known_fact(label, &facts.user, show);
    vec![
        user("ARN", |user| user.arn.to_string()),
        user("User created", |user| user.created.map(format_date_time).unwrap_or_default()),
        user("Sign-in", |user| {
            user.password_last_used.map_or_else(|| "none recorded".to_owned(), format_date_time)
        }),
    ]
}

fn joined(names: &[Arc<str>]) -> String {
    if names.is_empty() { "none".to_owned() } else { names.join(", ") }
}

fn known_fact<T>(label: &'static str, known: &Known<T>, show: impl Fn(&T) -> String) -> DetailFact {
    let (text, tone) = match known {
        Known::Live { value, .. } | Known::Reported { value, .. } => (show(value), TextTone::Plain),
        Known::NotRead => (NOT_READ.to_owned(), TextTone::Dim),
        Known::Denied(_) => (messages::FACT_DENIED.to_owned(), TextTone::Warning),
        Known::Vanished { .. } => (messages::FACT_DELETED.to_owned(), TextTone::Dim),
        Known::Failed(failure) => (messages::fact_unreadable(&failure.error), TextTone::Warning),
    };
    DetailFact { label, text, tone, is_unread: matches!(known, Known::NotRead) }
}

/// Draws the details of a user; if they do not fit, says how to see the rest.
pub(super) fn draw(
    user: Option<UserIndex>,
    shared: &Shared,
    theme: &Theme,
    frame: &mut Frame<'_>,
    area: Rect,
) {
    let inside = draw_pane(title("User", "", theme), false, theme, frame, area);
    let Some(index) = user else { return };
    let width = usize::from(inside.width).saturating_sub(LABEL_COLUMNS + 2).max(10);
    let mut lines = Vec::new();
    for fact in user_facts(shared.inventory.facts(index)) {
        let text = if fact.is_unread { theme.glyphs.unknown } else { &fact.text };
        let style = theme.style(fact.tone);
        for (number, piece) in wrap_text(text, width).into_iter().enumerate() {
            let label = if number == 0 { fact.label } else { "" };
            lines.push(vec![
                Span::styled(format!(" {label:LABEL_COLUMNS$}"), theme.dim),
                Span::styled(piece, style),
            ]);
        }
    }
    let height = usize::from(inside.height);
    if lines.len() > height {
        lines.truncate(height.saturating_sub(1));
        let more = messages::rest_of_details(shared.key_for(Action::Open));
        let more = format!(" {:LABEL_COLUMNS$}{more}", theme.glyphs.ellipsis);
        lines.push(vec![Span::styled(more, theme.dim)]);
    }
    for (number, spans) in lines.into_iter().enumerate() {
        draw_row(spans, theme.plain, frame, inside, number);
    }
}
