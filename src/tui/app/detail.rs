//! What is known of a user beside the keys, part by part: for the pane where
//! there is room for one, and for the window of a key.

use std::sync::Arc;

use crate::inventory::UserFacts;
use crate::model::{Known, Part, User, date_and_time};

/// How a fact is meant.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum FactTone {
    /// As it is.
    Plain,
    /// Not read by now: the text is for where no sign of it can be drawn.
    Unread,
    /// Of somebody who is gone.
    Dim,
    /// Could not be read.
    Warning,
    /// A danger.
    Alarm,
}

/// One fact.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Fact {
    /// What it is about.
    pub label: &'static str,
    /// What is known.
    pub text: String,
    /// How it is meant.
    pub tone: FactTone,
}

/// What is known of the user.
pub(crate) fn user_facts(facts: &UserFacts) -> Vec<Fact> {
    let mut lines = Vec::new();
    if let Some(policies) = facts.quarantine().value().filter(|policies| !policies.is_empty()) {
        let text = format!(
            "{}: AWS knows that a key of this user has leaked. The policy denies the user most writes, \
             UpdateAccessKey among them.",
            policies.join(", ")
        );
        lines.push(Fact { label: "QUARANTINED", text, tone: FactTone::Alarm });
    }
    lines.extend(identity(facts));
    lines.push(known("Console", &facts.detail.console, |since| match since {
        Some(since) => format!("password since {}", date_and_time(*since)),
        None => "no password".to_owned(),
    }));
    for (label, part) in [
        ("MFA", Part::Mfa),
        ("Groups", Part::Groups),
        ("Policies", Part::AttachedPolicies),
        ("Inline", Part::InlinePolicies),
    ] {
        lines.push(known(label, facts.detail.names(part), |names| listed(names)));
    }
    lines.push(known("Boundary", &facts.detail.profile, |(boundary, _)| {
        boundary.as_ref().map_or_else(|| "none".to_owned(), ToString::to_string)
    }));
    lines.push(known("Tags", &facts.detail.profile, |(_, tags)| {
        let tags: Vec<_> = tags.iter().map(|(key, value)| format!("{key}={value}").into()).collect();
        listed(&tags)
    }));
    for (label, part) in [("Services", Part::ServiceCredentials), ("Certificates", Part::Certificates)] {
        lines.push(known(label, facts.detail.names(part), |names| listed(names)));
    }
    lines
}

fn identity(facts: &UserFacts) -> Vec<Fact> {
    let user = |label, show: fn(&User) -> String| known(label, &facts.user, show);
    vec![
        user("ARN", |user| user.arn.to_string()),
        user("Created", |user| user.created.map(date_and_time).unwrap_or_default()),
        user("Sign-in", |user| {
            user.password_last_used.map_or_else(|| "none that IAM knows of".to_owned(), date_and_time)
        }),
    ]
}

fn listed(names: &[Arc<str>]) -> String {
    if names.is_empty() { "none".to_owned() } else { names.join(", ") }
}

fn known<T>(label: &'static str, known: &Known<T>, show: impl Fn(&T) -> String) -> Fact {
    let (text, tone) = match known {
        Known::Live { value, .. } | Known::Reported { value, .. } => (show(value), FactTone::Plain),
        Known::NotRead => ("not read yet".to_owned(), FactTone::Unread),
        Known::Denied(_) => ("not permitted".to_owned(), FactTone::Warning),
        Known::Vanished { .. } => ("gone".to_owned(), FactTone::Dim),
        Known::Failed(trouble) => (format!("could not be read: {}", trouble.error), FactTone::Warning),
    };
    Fact { label, text, tone }
}
