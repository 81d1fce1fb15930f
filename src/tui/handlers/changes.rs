//! Progress and outcomes of changes.

use std::fmt::Display;
use std::sync::Arc;

use crate::model::{
    ChangeReport, Direction, IamRead, KeyChange, KeyStatus, NotSentReason, Now, Outcome,
};
use crate::tui::context::{Context, InFlightChange, Shared, Shutdown, Tone};
use crate::tui::effect::TaskEffect;
use crate::tui::keymap::Action;
use crate::tui::message::{ChangeEvent, ChangePhase};
use crate::tui::messages;

/// Handles progress or an outcome of a change.
pub(crate) fn on_change(context: &mut Context<'_>, event: ChangeEvent) {
    let shared = &mut *context.shared;
    shared.shown_at = context.now;
    match event {
        ChangeEvent::Step { change_id, step } => {
            shared.change_queue.step(change_id, step, context.now.mono);
        }
        ChangeEvent::Done { change_report, sentence } => {
            finish_change(context, *change_report, sentence);
            context.read_journal();
        }
    }
}

/// Notes the outcome of a change and reports it.
fn finish_change(context: &mut Context<'_>, change_report: ChangeReport, sentence: String) {
    let now = context.now.wall;
    let shared = &mut *context.shared;
    apply_to_inventory(shared, &change_report, context.now);
    if shared.exit.shutdown == Shutdown::WhenIdle {
        shared.exit.exit_lines.push(sentence.clone());
    }
    // Two outcomes of one key would contradict each other. One that says nothing of the key's
    // status replaces none: an unknown outcome stays unknown.
    if !matches!(change_report.outcome, Outcome::NotSent(_) | Outcome::Refused(_)) {
        shared.notifications.resolve_change(&change_report.change.key);
    }
    if change_report.outcome.is_applied() {
        shared.marks.remove(&change_report.change.key);
        let sentence = format!("{sentence}{}", messages::changes::other_keys(&change_report));
        shared.notifications.notify(Tone::Success, sentence);
    } else {
        shared.notifications.clear_result();
        let key = &change_report.change.key;
        shared.notifications.report_failed_change(sentence, key, now);
    }
    if let Some(reason) = &change_report.journal_error {
        let sentence = messages::changes::not_in_journal(&change_report.change.key, reason);
        shared.notifications.report_error(sentence, now);
    }
    let change = change_report.change.clone();
    let needs_recovery = shared.change_queue.needs_recovery(&change_report);
    shared.change_queue.finish(change_report, now);
    notify_batch_result(shared, &change);
    if needs_recovery {
        // Reads the key until the call can no longer take effect, and records the result. The
        // session may have been renewed meanwhile.
        let is_here = shared.session.is_of_this_account(change.session);
        let session = if is_here { shared.session.id } else { change.session };
        context.effects.task(TaskEffect::Recover { session });
    }
}

/// Updates the inventory with what the outcome says about the key, and reads its list again.
fn apply_to_inventory(shared: &mut Shared, change_report: &ChangeReport, now: Now) {
    let change = &change_report.change;
    // A session that was left meanwhile may have been of the account shown.
    let inventory = if shared.session.is_of_this_account(change.session) {
        Some(&mut shared.inventory)
    } else {
        shared.inventory_of_mut(change.session)
    };
    let status = reported_status(&change_report.outcome, change.direction.status());
    let is_outdated = match &change_report.outcome {
        Outcome::NotSent(reason) => matches!(reason, NotSentReason::StatusChanged(_)),
        // Even a refused call shows that something is not as it was read.
        _ => true,
    };
    if let Some(inventory) = inventory {
        if let Some(status) = &status {
            inventory.apply_change_report(change_report, status, now.wall);
        }
        if is_outdated {
            inventory.refresh(IamRead::Keys { user: change.user.clone() });
        }
    }
    if let Outcome::NotSent(NotSentReason::Call(error)) = &change_report.outcome
        && change.session == shared.session.id
        && error.kind.ends_session()
    {
        shared.inventory.stop(Arc::clone(error), now.wall);
    }
}

/// Reports the outcome of a batch once it is complete.
fn notify_batch_result(shared: &mut Shared, one: &KeyChange) {
    let Some(ended) = shared.change_queue.finished_batch(one) else { return };
    let failed: Vec<_> =
        ended.iter().filter(|change_report| !change_report.outcome.is_applied()).collect();
    let verified = |by_refusal: bool| {
        let same = |outcome: &Outcome| match outcome {
            Outcome::Verified { refused, .. } => *refused == by_refusal,
            _ => false,
        };
        ended.iter().filter(|change_report| same(&change_report.outcome)).count()
    };
    let mut sessions: Vec<_> = ended.iter().map(|report| report.change.session).collect();
    sessions.sort_unstable();
    sessions.dedup();
    let location = match sessions.as_slice() {
        [_, _, ..] => messages::changes::several_accounts(sessions.len()),
        _ => shared.session.location_of(one.session),
    };
    let sentence = messages::changes::batch(
        verified(false),
        ended.len(),
        &one.direction.status(),
        &location,
        verified(true),
    );
    let (tone, advice) = if failed.is_empty() {
        // An undo cannot be undone, and a session whose key is refused can do nothing more.
        let is_here = sessions.len() == 1 && shared.session.is_of_this_account(one.session);
        let can_undo = one.undoes.is_none() && verified(true) == 0 && is_here;
        let undo = can_undo.then(|| messages::changes::batch_undo(shared.key_for(Action::Undo)));
        (Tone::Success, undo.unwrap_or_default())
    } else if failed.iter().any(|report| shared.marks.contains(&report.change.key)) {
        let again = match one.direction {
            Direction::Deactivate => Action::Deactivate,
            Direction::Activate => Action::Activate,
        };
        let (errors, again) = (shared.key_for(Action::Errors), shared.key_for(again));
        (Tone::Warning, messages::changes::batch_rest_marked(errors, again))
    } else {
        (Tone::Warning, messages::changes::batch_rest(shared.key_for(Action::Errors)))
    };
    shared.notifications.notify(tone, sentence + &advice);
}

/// Returns the status that a change has shown its key to have.
fn reported_status(outcome: &Outcome, wanted: KeyStatus) -> Option<KeyStatus> {
    match outcome {
        Outcome::Verified { .. } => Some(wanted),
        Outcome::Unverified { last_status: still, .. }
        | Outcome::Unknown { last_status: still, .. } => still.clone(),
        Outcome::Accepted | Outcome::Refused(_) | Outcome::NotSent(_) => None,
    }
}

/// Returns a line for each change that was sent; the journal will have its outcome.
pub(crate) fn sent_changes(shared: &Shared) -> Vec<String> {
    confirmed_changes(shared, |step| step != ChangePhase::Waiting)
}

/// Returns a line for each change that was neither journaled nor sent; they are dropped.
pub(crate) fn unsent_changes(shared: &Shared) -> Vec<String> {
    confirmed_changes(shared, |step| step == ChangePhase::Waiting)
}

fn confirmed_changes(shared: &Shared, which: impl Fn(ChangePhase) -> bool) -> Vec<String> {
    let chosen = shared.change_queue.in_flight().iter().filter(|one| which(one.phase));
    let lines = chosen.map(|InFlightChange { change, .. }| {
        let account =
            shared.session.account_of(change.session).map(|account| account as &dyn Display);
        let wanted = change.direction.status();
        messages::changes::unfinished(&change.key, change.user.as_ref(), account, &wanted)
    });
    lines.collect()
}
