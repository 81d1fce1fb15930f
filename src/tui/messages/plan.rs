//! Sentences about a plan that is opened on the screen.

use std::collections::BTreeMap;
use std::fmt::Display;

use crate::model::{Endpoint, UserName, counted};
use crate::ops::plan::{Plan, PlanSkipReason, PlannedKey};

/// Title of the input for a file.
pub(crate) const PROMPT_TITLE: &str = "Open a plan";

/// Text above the input for a file.
pub(crate) fn prompt(is_open: bool) -> String {
    let again = if is_open { " Enter alone shows the plan that is open." } else { "" };
    format!("File that keyflip plan has written. Its keys are read and marked.{again}")
}

/// The file could not be read, or is not a plan.
pub(crate) fn not_opened(path: &str, error: &dyn Display) -> String {
    format!("Could not open {path}: {error}. Nothing was changed.")
}

/// The plan is of another account than the one shown.
pub(crate) fn of_other_account(plan: &Plan, here: &str) -> String {
    let name = plan.account_name.as_deref().map(|name| format!("{name} ")).unwrap_or_default();
    let account = format!("{name}{}", plan.account);
    format!(
        "Plan {} belongs to account {account}, not to {here}. It opens with that account.",
        plan.id
    )
}

/// The plan is of another endpoint.
pub(crate) fn of_other_endpoint(plan: &Plan, here: &Endpoint) -> String {
    format!(
        "Plan {} was made at endpoint {}, and this session calls {}. No key is marked.",
        plan.id,
        String::from(plan.endpoint.clone()),
        String::from(here.clone())
    )
}

/// Title of the list: the plan, and how far its keys are read.
pub(crate) fn title(plan: &Plan) -> String {
    format!("Plan {} · {}", plan.id, counted(plan.keys.len(), "key"))
}

/// Beside the title: how many keys were read so far.
pub(crate) fn progress(read: usize) -> String {
    format!("{read} read")
}

/// Beside the title: how many keys are marked.
pub(crate) fn marked(marked: usize) -> String {
    format!("{marked} marked")
}

/// The key is being read.
pub(crate) const READING: &str = "reading…";

/// Under the list, before the keys are read: what the plan is.
pub(crate) fn summary(plan: &Plan) -> String {
    let reason = plan.reason.as_deref().map(|reason| format!(" Reason: {reason}."));
    format!("Filter: {}.{}", plan.filter, reason.unwrap_or_default())
}

/// A dialog on keys of a plan was closed: without the journal, they cannot be checked.
pub(crate) fn journal_unreadable_now(error: &str) -> String {
    format!("Nothing was changed, since the journal could not be read to check the plan. {error}")
}

/// Under the list: no key can be checked without the journal.
pub(crate) fn journal_unreadable(error: &str) -> String {
    format!("No key is marked, since the journal could not be read. {error}")
}

/// Under the list: why the selected key is not marked.
pub(crate) fn not_marked(entry: &PlannedKey, skip: &PlanSkipReason) -> String {
    format!("{} of {} is not marked: it {skip}.", entry.key, entry.user)
}

/// All keys were checked: how many are marked, and why the rest is not.
pub(crate) fn checked<'a>(
    marked: usize,
    plan: &Plan,
    account: &str,
    skipped: impl Iterator<Item = &'a PlanSkipReason>,
    deactivate: &str,
) -> String {
    let mut counts: BTreeMap<&str, usize> = BTreeMap::new();
    for skip in skipped {
        *counts.entry(skip.label()).or_default() += 1;
    }
    let of = match plan.keys.len() {
        all if all == marked => format!("{} of the plan in {account}", counted(all, "key")),
        all => format!("{marked} of {} of the plan in {account}", counted(all, "key")),
    };
    let next = match marked {
        0 => String::new(),
        _ => format!(" {deactivate} deactivates the marked keys."),
    };
    if counts.is_empty() {
        return format!("Marked {of}.{next}");
    }
    let counts: Vec<_> = counts.iter().map(|(label, count)| format!("{count} {label}")).collect();
    format!("Marked {of}. Not marked: {}.{next}", counts.join(", "))
}

/// Keys that were marked may no longer be changed by the plan; the first has this reason.
pub(crate) fn withdrawn(
    keys: usize,
    first: &str,
    user: &UserName,
    skip: &PlanSkipReason,
) -> String {
    let more = match keys {
        1 => String::new(),
        keys => format!(" {} more are no longer marked either.", keys - 1),
    };
    format!("{first} of {user} {skip}. It is no longer marked.{more}")
}

/// A key in an open dialog may no longer be changed by the plan.
pub(crate) fn contradicted(key: &str, account: &str, skip: &PlanSkipReason) -> String {
    format!("{key} in {account} {skip}. Nothing was changed.")
}
