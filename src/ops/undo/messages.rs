//! Why a change cannot be undone, in sentences.

use std::fmt;
use std::sync::Arc;

use crate::changes::Intent;
use crate::model::{
    ChangeInFlight, MissingOwnerOrKey, NamedBy, UserName, format_time_of_day, owner_not_found,
};
use crate::ops::undo::refusal::UndoRefusal;

/// Number of matching change IDs that a sentence lists.
const MAX_IDS_LISTED: usize = 10;

const NOTHING: &str =
    "There is no change to undo in this account: the journal has none, or all are undone.";

const NOTHING_RECENT: &str = "There is no change to undo in this account among the latest ones. \
     To search the whole journal, run keyflip undo.";

const PRIOR_STATUS_UNKNOWN: &str =
    "cannot be undone: the journal does not have the status that the key had before";

const KEY_NOT_LISTED: &str = "was not undone: IAM no longer lists the key for that user (key \
     deleted, or user renamed?). Nothing was sent";

impl fmt::Display for UndoRefusal {
    /// Writes which change it is about, why it is not undone, and what to do next.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (intent, why) = match self {
            Self::Nothing => return f.write_str(NOTHING),
            Self::NothingRecent => return f.write_str(NOTHING_RECENT),
            Self::NothingOf(key) => {
                return write!(
                    f,
                    "There is no change of {key} to undo in this account: the journal has none, or \
                     all are undone."
                );
            }
            Self::NothingOfPlan(plan) => {
                return write!(
                    f,
                    "There is no change of plan {plan} to undo in this account: the journal has \
                     none, or all are undone."
                );
            }
            Self::NoSuchChange(id) => {
                return write!(
                    f,
                    "No change in the journal has the ID {id}. List them with keyflip journal."
                );
            }
            Self::Ambiguous(id, ids) => return f.write_str(&ambiguous(id, ids)),
            Self::Elsewhere(intent) => (intent, elsewhere(intent)),
            Self::InFlight(intent, change) => (intent, in_flight(change)),
            Self::ChangedNothing(intent) => {
                (intent, "changed nothing, so there is nothing to undo".to_owned())
            }
            Self::AlreadyUndone(intent, by) => {
                (intent, format!("is already undone, by change {by}"))
            }
            Self::Superseded(intent, later) => (intent, superseded_by(later)),
            Self::PriorStatusUnknown(intent) => (intent, PRIOR_STATUS_UNKNOWN.to_owned()),
            Self::CannotSet(intent, former) => (
                intent,
                format!(
                    "cannot be undone: the key was {former} before, and IAM cannot set that status"
                ),
            ),
            Self::StatusChanged(intent, now) => (
                intent,
                format!(
                    "was not undone: it left the key {}, but IAM now reports {now}, so someone \
                     else changed it. Nothing was sent",
                    intent.direction.status()
                ),
            ),
            Self::NotInEffect(intent, now) => (
                intent,
                format!(
                    "was not verified, and IAM reports {now} now, so there is nothing to undo. Nothing \
                     was sent"
                ),
            ),
            Self::KeyNotListed(intent) => (intent, KEY_NOT_LISTED.to_owned()),
            Self::NoSuchUser(intent, user) => (intent, no_such_user(intent, user)),
        };
        let (key, transition) = (intent.key_and_owner(), intent.transition());
        write!(f, "Change {} ({key}, {transition}) {why}.", intent.id)
    }
}

/// Returns the sentence that several changes match an ID.
fn ambiguous(id: &str, ids: &[Arc<str>]) -> String {
    let more = if ids.len() > MAX_IDS_LISTED { ", …" } else { "" };
    let listed = ids[..ids.len().min(MAX_IDS_LISTED)].join(", ");
    format!("{} changes match {id}: {listed}{more}. Give more of the ID.", ids.len())
}

/// Returns why a change made in another account or at another endpoint is not undone.
fn elsewhere(intent: &Intent) -> String {
    let advice = match intent.likely_account().filter(|_| intent.route.is_some()) {
        Some(account) => format!("Enter that account with --account {account}"),
        None => "Use the profile it was made with".to_owned(),
    };
    format!(
        "was made in {}, but this session is in another account or at another endpoint. {advice}",
        intent.location_label()
    )
}

/// Returns why a change of a user who does not exist is not undone.
fn no_such_user(intent: &Intent, user: &UserName) -> String {
    let why = owner_not_found(
        &intent.key,
        user,
        &intent.location_label(),
        NamedBy::Journal,
        MissingOwnerOrKey::User,
        &format!("Nothing was sent; keyflip find {} shows its owner now", intent.key),
    );
    format!("was not undone: {why}")
}

/// Returns why a change that may be in flight is not undone.
fn in_flight(change: &ChangeInFlight) -> String {
    let ChangeInFlight { pid, host, .. } = change;
    let ends_by = format_time_of_day(change.ends_by);
    if change.has_ended {
        return format!(
            "was not undone: process {pid} on {host} ended. Its call may take effect until {ends_by}; \
             try again after that"
        );
    }
    format!(
        "was not undone: process {pid} on {host} is making it; it ends by {ends_by} at the latest. Try \
         again after that"
    )
}

/// Returns why a change is not undone after a later one of the same key.
fn superseded_by(later: &Intent) -> String {
    let of_plan = later.plan.as_ref().map(|plan| format!(" of plan {plan}")).unwrap_or_default();
    let (id, transition) = (&later.id, later.transition());
    format!("was not undone: change {id}{of_plan} is later ({transition}). Nothing was sent")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::changes::test_fixtures::{change, intent};
    use crate::model::Direction;

    #[test]
    fn a_change_of_an_ended_process_may_be_undone_later() {
        let change = |has_ended| ChangeInFlight {
            id: "20261124T140000Z-1".into(),
            direction: Direction::Deactivate,
            pid: 7,
            has_ended,
            host: "ops1".into(),
            os_user: "ann".to_owned(),
            ends_by: "2026-11-24T14:03:00Z".parse().unwrap(),
        };
        let ended = in_flight(&change(true));
        assert!(
            ended.contains("process 7 on ops1 ended. Its call may take effect until 14:03:00Z")
        );
        let running = in_flight(&change(false));
        assert!(running.contains("is making it; it ends by 14:03:00Z at the latest"), "{running}");
    }

    #[test]
    fn a_change_made_elsewhere_says_how_to_get_there() {
        let mut intent = intent(&change(), "10:00:00");
        let refusal =
            |intent: &Intent| UndoRefusal::Elsewhere(Box::new(intent.clone())).to_string();
        assert!(refusal(&intent).ends_with("Use the profile it was made with."));
        intent.route = Some("via corp · IncidentResponder".into());
        let routed = refusal(&intent);
        assert!(
            routed.contains("was made in 123456789012 via corp · IncidentResponder, but")
                && routed.ends_with("Enter that account with --account 123456789012."),
            "{routed}"
        );
    }
}
