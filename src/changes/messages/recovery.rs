//! Changes that a crash left unfinished, in sentences.

use jiff::Timestamp;

use crate::changes::journal::entry::JournalEntry;
use crate::changes::journal::outcome::OutcomeKind;
use crate::changes::recovery::plan::lacks_user;
use crate::changes::recovery::run::RecoveryFinding;
use crate::model::{MissingOwnerOrKey, NamedBy, ServiceError, format_utc, owner_not_found};

impl RecoveryFinding {
    /// Returns which unfinished change it is, and its outcome as far as it is known.
    pub(crate) fn sentence(&self, now: Timestamp) -> String {
        match self {
            Self::InFlight(entry) => format!(
                "{} {} keyflip reads the result after that.",
                unfinished_change(entry),
                entry.sentence(now)
            ),
            Self::Reading(entry) => {
                format!("{} {} Reading it now…", unfinished_change(entry), entry.sentence(now))
            }
            Self::Resolved { entry, journal_error } => {
                let journal_error = journal_error
                    .as_ref()
                    .map(|why| format!(" The journal does not have this outcome: {why}"));
                format!(
                    "{} {}{}",
                    unfinished_change(entry),
                    entry.sentence(now),
                    journal_error.unwrap_or_default()
                )
            }
            Self::Unresolved(entry, error) => format!(
                "{} {} {}",
                unfinished_change(entry),
                if is_accepted(entry) {
                    "IAM accepted it, but no read has shown it yet."
                } else {
                    "Its outcome is still unknown."
                },
                unresolved_reason(entry, error.as_deref(), now)
            ),
        }
    }
}

/// Returns whether IAM accepted the change, and no read has shown it.
fn is_accepted(entry: &JournalEntry) -> bool {
    entry.outcomes.last().is_some_and(|outcome| outcome.kind == OutcomeKind::Unverified)
}

/// Returns which change it is about: `Unfinished change of 2026-11-24 14:02:11Z: AKIA… of
/// ann to Inactive in 123456789012.`
fn unfinished_change(entry: &JournalEntry) -> String {
    let intent = &entry.intent;
    format!(
        "{} change of {}: {} to {} in {}.",
        if is_accepted(entry) { "Unverified" } else { "Unfinished" },
        format_utc(intent.time),
        intent.key_and_owner(),
        intent.direction.status(),
        intent.location_label()
    )
}

/// Returns why a read has not settled the change; `error` is the read's own failure.
fn unresolved_reason(entry: &JournalEntry, error: Option<&ServiceError>, now: Timestamp) -> String {
    let intent = &entry.intent;
    match (error, &intent.user) {
        (Some(error), Some(user)) if lacks_user(entry, error) => owner_not_found(
            &intent.key,
            user,
            &intent.location_label(),
            NamedBy::Journal,
            MissingOwnerOrKey::User,
            &format!("keyflip find {} shows its owner now.", intent.key),
        ),
        (Some(error), _) => error.to_string(),
        (None, _) if entry.may_not_show(now) => format!(
            "IAM does not report it {} yet. So soon after the call, that may be out of date: \
             a read after {} decides.",
            intent.direction.status(),
            format_utc(entry.shown_from())
        ),
        (None, _) => format!(
            "IAM does not list the key for that user, but the journal does not say in which \
             account the change was made. Look the key up with keyflip find {}.",
            intent.key
        ),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::changes::test_fixtures::{change, entry, time};

    #[test]
    fn a_change_that_iam_accepted_is_not_of_unknown_outcome() {
        let sentence = |kind| {
            let entry = entry(&change(), "11:59:00", Some(kind));
            RecoveryFinding::Unresolved(entry, None).sentence(time("12:30:00"))
        };
        let accepted = sentence(OutcomeKind::Unverified);
        assert!(accepted.starts_with("Unverified change of "), "{accepted}");
        assert!(accepted.contains("IAM accepted it, but no read has shown it yet."), "{accepted}");
        let unknown = sentence(OutcomeKind::Unknown);
        assert!(unknown.starts_with("Unfinished change of "), "{unknown}");
        assert!(unknown.contains("Its outcome is still unknown."), "{unknown}");
    }
}
