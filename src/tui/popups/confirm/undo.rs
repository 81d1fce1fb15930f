//! Undo of the changes of this run of the program.

use crate::model::{ChangeReport, KeyId, Outcome, SessionContext};
use crate::tui::context::{Context, Shared, Tone};
use crate::tui::keymap::Action;
use crate::tui::messages;
use crate::tui::popups::confirm::open::{context_to_change, request_reads, target};
use crate::tui::popups::confirm::{Confirm, DialogTarget};

/// Returns the dialog that undoes the last confirmation in this account that was not undone yet, or
/// reports why there is none. The dialog reads the keys again before it can be confirmed, and closes
/// if a status is no longer the one that the change has set.
pub(crate) fn undo_last(context: &mut Context<'_>) -> Option<Confirm> {
    let (shared, now) = (&mut *context.shared, context.now);
    let last = last_to_undo(shared);
    let Some(first) = last.first() else {
        let sentence = messages::changes::nothing_to_undo(&shared.session.location());
        shared.notifications.notify(Tone::Info, sentence);
        return None;
    };
    let direction = first.change.direction.reversed();
    let keys: Vec<KeyId> =
        last.iter().map(|change_report| change_report.change.key.clone()).collect();
    let session_context = context_to_change(shared, &keys)?;
    let (mut targets, mut skipped) = (Vec::new(), Vec::new());
    for change_report in &last {
        match undo_target(shared, change_report, &session_context) {
            Ok(target) => targets.push(target),
            Err(sentence) => skipped.push(sentence),
        }
    }
    let skipped = (!skipped.is_empty()).then(|| skipped.join(" "));
    if targets.is_empty() {
        shared.notifications.notify(Tone::Warning, skipped.unwrap_or_default());
        return None;
    }
    let session = shared.session.id;
    let mut confirm = Confirm::open(session, session_context, direction, targets, None, now);
    confirm.skipped.message = skipped;
    confirm.check_all();
    request_reads(shared, &confirm);
    Some(confirm)
}

/// Returns the changes of the last confirmation that can be undone.
fn last_to_undo(shared: &Shared) -> Vec<ChangeReport> {
    let can_be = |change_report: &&ChangeReport| {
        shared.session.is_of_this_account(change_report.change.session)
            && matches!(change_report.outcome, Outcome::Verified { .. } | Outcome::Accepted)
            && change_report.change.undoes.is_none()
            && !shared.change_queue.is_undone(change_report)
    };
    let Some(last) = shared.change_queue.done().iter().rev().find(can_be) else {
        return Vec::new();
    };
    let together = |change_report: &&ChangeReport| {
        let (change, last) = (&change_report.change, &last.change);
        change.id == last.id || change.batch.is_some() && change.batch == last.batch
    };
    shared.change_queue.done().iter().filter(together).filter(can_be).cloned().collect()
}

/// Returns the target that undoes a change.
///
/// # Errors
/// Returns a sentence on why the key is left as it is.
fn undo_target(
    shared: &Shared,
    change_report: &ChangeReport,
    session_context: &SessionContext,
) -> Result<DialogTarget, String> {
    let (key, left) = (&change_report.change.key, change_report.change.direction.status());
    if change_report.change.before.as_ref().is_none_or(|before| *before == left) {
        return Err(messages::changes::undo_without_effect(key, &left));
    }
    let Some(mut target) = target(shared, key, session_context) else {
        let refresh = shared.key_for(Action::Refresh);
        return Err(messages::changes::undo_not_listed(key, refresh));
    };
    if target.before != left {
        return Err(messages::changes::undo_changed_since(key, &target.before, &left));
    }
    target.undoes.clone_from(&change_report.journal_id);
    target.undoes.get_or_insert_with(|| format!("change {}", change_report.change.id).into());
    Ok(target)
}
