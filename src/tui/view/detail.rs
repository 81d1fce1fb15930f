//! The selected user's detail: each part as it is known.

use ratatui::Frame;
use ratatui::layout::Rect;
use ratatui::style::Style;
use ratatui::text::Span;

use crate::inventory::UserFacts;
use crate::model::{Known, Part, User, date_and_time};
use crate::tui::app::{State, wrap};
use crate::tui::view::frame::{pane, row, title};
use crate::tui::view::theme::Theme;

/// Columns for a part's name.
const LABEL: usize = 13;

/// Draws the selected user's detail.
pub(crate) fn draw(state: &State, theme: &Theme, frame: &mut Frame<'_>, area: Rect) {
    let inside = pane(title("User", "", theme), false, theme, frame, area);
    let Some(index) = state.users.selected() else { return };
    let facts = state.inventory.at(index);
    let width = usize::from(inside.width).saturating_sub(LABEL + 2);
    let mut line = 0;
    for (label, text, style) in facts_of(facts, theme) {
        for (number, piece) in wrap(&text, width.max(10)).into_iter().enumerate() {
            let label = if number == 0 { label } else { "" };
            let spans = vec![Span::styled(format!(" {label:LABEL$}"), theme.dim), Span::styled(piece, style)];
            row(spans, theme.plain, frame, inside, line);
            line += 1;
        }
    }
}

type Fact = (&'static str, String, Style);

fn facts_of(facts: &UserFacts, theme: &Theme) -> Vec<Fact> {
    let mut lines = Vec::new();
    if let Some(policies) = facts.quarantine().value().filter(|policies| !policies.is_empty()) {
        let text = format!(
            "{}: AWS knows that a key of this user has leaked. The policy denies the user most writes, \
             UpdateAccessKey among them.",
            policies.join(", ")
        );
        lines.push(("QUARANTINED", text, theme.error));
    }
    lines.extend(identity(facts, theme));
    lines.push(known("Console", &facts.detail.console, theme, |since| match since {
        Some(since) => format!("password since {}", date_and_time(*since)),
        None => "no password".to_owned(),
    }));
    for (label, part) in [
        ("MFA", Part::Mfa),
        ("Groups", Part::Groups),
        ("Policies", Part::AttachedPolicies),
        ("Inline", Part::InlinePolicies),
    ] {
        lines.push(known(label, facts.detail.names(part), theme, |names| listed(names)));
    }
    lines.push(known("Boundary", &facts.detail.profile, theme, |(boundary, _)| {
        boundary.as_ref().map_or_else(|| "none".to_owned(), ToString::to_string)
    }));
    lines.push(known("Tags", &facts.detail.profile, theme, |(_, tags)| {
        let tags: Vec<_> = tags.iter().map(|(key, value)| format!("{key}={value}").into()).collect();
        listed(&tags)
    }));
    for (label, part) in [("Services", Part::ServiceCredentials), ("Certificates", Part::Certificates)] {
        lines.push(known(label, facts.detail.names(part), theme, |names| listed(names)));
    }
    lines
}

fn identity(facts: &UserFacts, theme: &Theme) -> Vec<Fact> {
    let user = |label, show: fn(&User) -> String| known(label, &facts.user, theme, show);
    vec![
        user("ARN", |user| user.arn.to_string()),
        user("Created", |user| user.created.map(date_and_time).unwrap_or_default()),
        user("Sign-in", |user| {
            user.password_last_used.map_or_else(|| "none that IAM knows of".to_owned(), date_and_time)
        }),
    ]
}

fn listed(names: &[std::sync::Arc<str>]) -> String {
    if names.is_empty() { "none".to_owned() } else { names.join(", ") }
}

fn known<T>(label: &'static str, known: &Known<T>, theme: &Theme, show: impl Fn(&T) -> String) -> Fact {
    match known {
        Known::Live { value, .. } | Known::Reported { value, .. } => (label, show(value), theme.plain),
        Known::NotRead => (label, theme.glyphs.unknown.to_owned(), theme.dim),
        Known::Denied(_) => (label, "not permitted".to_owned(), theme.warning),
        Known::Vanished { .. } => (label, "gone".to_owned(), theme.dim),
        Known::Failed(trouble) => (label, format!("could not be read: {}", trouble.error), theme.warning),
    }
}
