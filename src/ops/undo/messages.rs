//! Why a change cannot be undone, in sentences.

use std::fmt;

use crate::changes::Intent;
use crate::model::{MissingOwnerOrKey, NamedBy, owner_not_found};
use crate::ops::undo::refusal::UndoRefusal;

/// Number of matching change IDs that a sentence lists.
const MAX_IDS_LISTED: usize = 10;

const NOTHING: &str =
    "There is no change to undo in this account: the journal has none, or all are undone.";

const NOTHING_RECENT: &str = "There is no change to undo in this account among the latest ones. \
     To search the whole journal, run keyflip undo.";

impl fmt::Display for UndoRefusal {
    /// Writes which change it is about, why it is not undone, and what to do next.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (intent, why) = match self {
            Self::Nothing => return f.write_str(NOTHING),
            Self::NothingRecent => return f.write_str(NOTHING_RECENT),
            Self::NothingOf(key) => {
                return write!(
                    f,
                    "There is no change of {key} to undo in this account: the journal has none, \
                     or all are undone."
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
            Self::Ambiguous(id, ids) => {
                let more = if ids.len() > MAX_IDS_LISTED { ", …" } else { "" };
                let listed = ids[..ids.len().min(MAX_IDS_LISTED)].join(", ");
                return write!(
                    f,
                    "{} changes match {id}: {listed}{more}. Give more of the ID.",
                    ids.len()
                );
            }
            Self::Elsewhere(intent) => (
                intent,
                format!(
                    "was made in {}, but this session is in another account or at another \
                     endpoint. Use the profile it was made with",
                    intent.location_label()
                ),
            ),
            Self::InFlight(intent) => {
                (intent, "is still in progress. Wait for its outcome, then undo it".to_owned())
            }
            Self::ChangedNothing(intent) => {
                (intent, "changed nothing, so there is nothing to undo".to_owned())
            }
            Self::AlreadyUndone(intent, by) => {
                (intent, format!("is already undone, by change {by}"))
            }
            Self::Superseded(intent, later) => (intent, superseded_by(later)),
            Self::PriorStatusUnknown(intent) => (
                intent,
                "cannot be undone: the journal does not have the status that the key had before"
                    .to_owned(),
            ),
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
                    "has an unknown outcome, and IAM reports {now} now, so there is nothing to \
                     undo. Nothing was sent"
                ),
            ),
            Self::KeyNotListed(intent) => (
                intent,
                "was not undone: IAM no longer lists the key for that user (key deleted, or user \
                 renamed?). Nothing was sent"
                    .to_owned(),
            ),
            Self::NoSuchUser(intent, user) => {
                let why = owner_not_found(
                    &intent.key,
                    user,
                    &intent.location_label(),
                    NamedBy::Journal,
                    MissingOwnerOrKey::User,
                    &format!("Nothing was sent; keyflip find {} shows its owner now", intent.key),
                );
                (intent, format!("was not undone: {why}"))
            }
        };
        write!(
            f,
            "Change {} ({}, {}) {why}.",
            intent.id,
            intent.key_and_owner(),
            intent.transition()
        )
    }
}

/// Returns why a change is not undone after a later one of the same key.
fn superseded_by(later: &Intent) -> String {
    let of_plan = later.plan.as_ref().map(|plan| format!(" of plan {plan}")).unwrap_or_default();
    let (id, transition) = (&later.id, later.transition());
    format!("was not undone: change {id}{of_plan} is later ({transition}). Nothing was sent")
}
