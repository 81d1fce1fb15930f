//! Details of a user other than keys, for the detail pane and the popup of a key.

use std::sync::Arc;

use crate::inventory::UserFacts;
use crate::model::{Known, User, UserDetailPart, format_date_time};
use crate::tui::messages::popups as messages;

/// Style of a fact.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum FactTone {
    /// Known.
    Plain,
    /// Not read yet; the pane shows a sign in place of the text.
    Unread,
    /// Deleted.
    Dim,
    /// Could not be read.
    Warning,
    /// Alarming.
    Alarm,
}

/// One fact on a user.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct DetailFact {
    /// Label.
    pub label: &'static str,
    /// Value, or why it is not known.
    pub text: String,
    /// Style.
    pub tone: FactTone,
}

/// Returns what is known of a user.
pub(crate) fn user_facts(facts: &UserFacts) -> Vec<DetailFact> {
    let mut lines = Vec::new();
    if let Some(policies) = facts.quarantine().value().filter(|policies| !policies.is_empty()) {
        let text = messages::quarantined(&policies.join(", "));
        lines.push(DetailFact { label: "QUARANTINED", text, tone: FactTone::Alarm });
    }
    lines.extend(identity(facts));
    lines.push(known_fact("Console", &facts.detail.console, |since| match since {
        Some(since) => format!("password since {}", format_date_time(*since)),
        None => "no password".to_owned(),
    }));
    for (label, part) in [
        ("MFA", UserDetailPart::Mfa),
        ("Groups", UserDetailPart::Groups),
        ("Policies", UserDetailPart::AttachedPolicies),
        ("Inline", UserDetailPart::InlinePolicies),
    ] {
        lines.push(known_fact(label, facts.detail.names(part), |names| joined(names)));
    }
    lines.push(known_fact("Boundary", &facts.detail.boundary_and_tags, |(boundary, _)| {
        boundary.as_ref().map_or_else(|| "none".to_owned(), ToString::to_string)
    }));
    lines.push(known_fact("Tags", &facts.detail.boundary_and_tags, |(_, tags)| {
        let tags: Vec<_> =
            tags.iter().map(|(key, value)| format!("{key}={value}").into()).collect();
        joined(&tags)
    }));
    for (label, part) in [
        ("Services", UserDetailPart::ServiceCredentials),
        ("Certificates", UserDetailPart::Certificates),
    ] {
        lines.push(known_fact(label, facts.detail.names(part), |names| joined(names)));
    }
    lines
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
        Known::Live { value, .. } | Known::Reported { value, .. } => (show(value), FactTone::Plain),
        Known::NotRead => (messages::FACT_NOT_READ.to_owned(), FactTone::Unread),
        Known::Denied(_) => (messages::FACT_DENIED.to_owned(), FactTone::Warning),
        Known::Vanished { .. } => (messages::FACT_DELETED.to_owned(), FactTone::Dim),
        Known::Failed(failure) => (messages::fact_unreadable(&failure.error), FactTone::Warning),
    };
    DetailFact { label, text, tone }
}
