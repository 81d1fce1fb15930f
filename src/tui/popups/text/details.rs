//! Details of a key or a user.

use std::fmt;

use crate::inventory::UserFacts;
use crate::model::{AccessKey, KeyId, UserName, format_age, format_date_time, format_time_of_day};
use crate::tui::context::Shared;
use crate::tui::messages::popups as messages;
use crate::tui::panes::user_facts;
use crate::tui::popups::confirm::last_use_text;

/// Columns of the labels.
const LABEL_COLUMNS: usize = 14;

/// Subject of the details.
#[derive(Clone, Debug)]
pub(super) enum Subject {
    /// A key and its user.
    Key(KeyId),
    /// A user without keys.
    User(UserName),
}

impl Subject {
    /// Returns the title of the popup.
    pub(super) fn title(&self) -> String {
        match self {
            Self::Key(id) => messages::key_title(id),
            Self::User(user) => messages::user_title(user),
        }
    }

    /// Returns the text that is copied to the clipboard on request.
    pub(super) fn text_to_copy(&self) -> Option<String> {
        match self {
            Self::Key(id) => Some(id.to_string()),
            Self::User(_) => None,
        }
    }
}

/// Returns the details, if the subject is known.
pub(super) fn lines(subject: &Subject, shared: &Shared) -> Option<Vec<String>> {
    let inventory = &shared.inventory;
    let (facts, mut lines) = match subject {
        Subject::Key(id) => {
            let facts = inventory.facts(inventory.owner(id)?);
            let mut lines = key_lines(facts, facts.key(id)?, shared);
            lines.extend(shared.journal.notes.get(id).cloned());
            (facts, lines)
        }
        Subject::User(user) => (inventory.user(user)?, Vec::new()),
    };
    if !facts.is_root {
        lines.push(String::new());
        lines.extend(user_facts(facts).iter().map(|fact| labelled(fact.label, &fact.text)));
    }
    Some(lines)
}

fn labelled(label: &str, text: &impl fmt::Display) -> String {
    format!("{label:LABEL_COLUMNS$}{text}")
}

fn key_lines(facts: &UserFacts, key: &AccessKey, shared: &Shared) -> Vec<String> {
    let now = shared.shown_at.wall;
    let status = match (shared.change_queue.uncertain_status(&key.id), facts.keys.at()) {
        (Some(uncertain), _) => {
            let since = format_time_of_day(uncertain.since);
            messages::uncertain_status(&uncertain.wanted, &since)
        }
        (None, Some(at)) => format!("{}, read at {}", key.status, format_time_of_day(at)),
        (None, None) => key.status.to_string(),
    };
    let mut lines = vec![labelled("Owner", &facts.name), labelled("Status", &status)];
    if let Some(created) = key.created {
        let old = format_age(now.duration_since(created));
        lines.push(labelled("Created", &format_args!("{}, {old} old", format_date_time(created))));
    }
    lines.push(labelled("Last used", &last_use_text(&key.last_use, now)));
    let others: Vec<_> = facts.live_keys().iter().filter(|other| other.id != key.id).collect();
    for other in others {
        let used = last_use_text(&other.last_use, now);
        lines.push(labelled(
            "Other key",
            &format_args!("{} {}, last used {used}", other.id, other.status),
        ));
    }
    lines
}
