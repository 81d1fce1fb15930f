//! Opening of the dialog on the keys that can be changed.

use crate::model::{Direction, KeyChange, KeyId, KeyStatus, NotSentReason, SessionContext};
use crate::tui::context::{Context, Shared, Tone};
use crate::tui::messages;
use crate::tui::messages::lists::SkipReason;
use crate::tui::popups::confirm::{Confirm, DialogTarget, SkippedKeys};

/// Returns the dialog that changes a key to the other status, or reports why there is none.
pub(crate) fn toggle_key(context: &mut Context<'_>, id: &KeyId) -> Option<Confirm> {
    let shared = &mut *context.shared;
    let direction = match shared.inventory.key(id).map(|key| &key.status) {
        Some(KeyStatus::Active) => Direction::Deactivate,
        Some(KeyStatus::Inactive) => Direction::Activate,
        Some(status) => {
            let sentence = messages::lists::not_settable(id, status);
            shared.notifications.notify(Tone::Warning, sentence);
            return None;
        }
        None => {
            let sentence = shared.without_status(id);
            shared.notifications.notify(Tone::Info, sentence);
            return None;
        }
    };
    open(context, std::slice::from_ref(id), direction, SkippedKeys::default())
}

/// Returns the dialog on those of the keys that can be changed, or reports why there is none.
pub(crate) fn change_keys(
    context: &mut Context<'_>,
    keys: &[KeyId],
    direction: Direction,
) -> Option<Confirm> {
    let shared = &mut *context.shared;
    let wanted = direction.status();
    let (mut eligible, mut skipped) = (Vec::new(), Vec::new());
    for id in keys {
        match shared.skip_reason(id, &wanted) {
            None => eligible.push(id.clone()),
            Some(reason) => skipped.push((id.clone(), reason)),
        }
    }
    let message = match (keys, skipped.as_slice()) {
        (_, []) => None,
        ([one], [(_, SkipReason::AlreadySet)]) => Some(messages::lists::already_set(one, &wanted)),
        ([one], [(_, SkipReason::NotSettable)]) => {
            let status = shared.inventory.key(one).map(|key| &key.status);
            status.map(|status| messages::lists::not_settable(one, status))
        }
        ([one], _) => Some(shared.without_status(one)),
        _ => Some(skipped_sentences(keys.len(), &skipped, &wanted)),
    };
    if eligible.is_empty() {
        if let Some(message) = message {
            shared.notifications.notify(Tone::Info, message);
        }
        return None;
    }
    // Keys of unknown status stay marked, since they may still have to be changed.
    let is_known = |reason| {
        matches!(reason, SkipReason::AlreadySet | SkipReason::NotSettable | SkipReason::Deleted)
    };
    let unmark =
        skipped.into_iter().filter(|(_, reason)| is_known(*reason)).map(|(id, _)| id).collect();
    open(context, &eligible, direction, SkippedKeys { message, unmark })
}

/// Returns one sentence for each reason, with the number of keys it applies to.
fn skipped_sentences(all: usize, skipped: &[(KeyId, SkipReason)], wanted: &KeyStatus) -> String {
    let sentences = SkipReason::ALL.iter().filter_map(|reason| {
        let count = skipped.iter().filter(|(_, other)| other == reason).count();
        (count > 0).then(|| messages::lists::skipped(count, all, *reason, wanted))
    });
    sentences.collect::<Vec<_>>().join(" ")
}

/// Returns the dialog on these keys; `skipped` are those that were asked for and left out.
fn open(
    context: &mut Context<'_>,
    keys: &[KeyId],
    direction: Direction,
    skipped: SkippedKeys,
) -> Option<Confirm> {
    let (shared, now) = (&mut *context.shared, context.now);
    let session_context = context_to_change(shared, keys)?;
    let targets: Vec<_> =
        keys.iter().filter_map(|id| target(shared, id, &session_context)).collect();
    if targets.is_empty() {
        return None;
    }
    let reason = shared.options.reason.as_deref();
    let session = shared.session.id;
    let mut confirm = Confirm::open(session, session_context, direction, targets, reason, now);
    confirm.skipped = skipped;
    shared.notifications.clear_result();
    request_reads(shared, &confirm);
    Some(confirm)
}

/// Returns the context in which these keys can be changed now, or reports why they cannot.
pub(super) fn context_to_change(shared: &mut Shared, keys: &[KeyId]) -> Option<SessionContext> {
    if shared.notify_no_session() {
        return None;
    }
    let session_context = shared.session_context().cloned()?;
    let sentence = if session_context.read_only {
        Some(NotSentReason::ReadOnly.to_string())
    } else if let Some(busy) =
        keys.iter().find(|key| shared.change_queue.pending_change(key).is_some())
    {
        Some(messages::changes::still_in_progress(busy))
    } else {
        keys.iter().find_map(|key| shared.owner_not_certain(key))
    };
    match sentence {
        None => Some(session_context),
        Some(sentence) => {
            shared.notifications.notify(Tone::Warning, sentence);
            None
        }
    }
}

/// Returns the target for a key whose status is known.
pub(super) fn target(
    shared: &Shared,
    id: &KeyId,
    session_context: &SessionContext,
) -> Option<DialogTarget> {
    let key = shared.inventory.key(id)?;
    let keys = &shared.inventory.at(shared.inventory.owner(id)?).keys;
    let mut target = DialogTarget::of(key, keys.at()?, keys.live_value()?, session_context);
    target.note = shared.journal_notes.get(id).cloned();
    target.form = shared.lookups.form(id);
    Some(target)
}

/// Requests the reads that the dialog depends on.
pub(super) fn request_reads(shared: &mut Shared, confirm: &Confirm) {
    for read in confirm.reads().into_iter().chain(confirm.last_uses()) {
        shared.inventory.refresh(read);
    }
}

/// Returns a dialog on the changes that were not sent because the journal could not be written: to
/// send them without a journal entry. It is offered once, when no change is in flight, and not while
/// it would interrupt other input (`can_open`); the error says what else to do.
pub(crate) fn offer_unjournaled(context: &mut Context<'_>, can_open: bool) -> Option<Confirm> {
    let (shared, now) = (&mut *context.shared, context.now);
    if !shared.change_queue.in_flight().is_empty() {
        return None;
    }
    let changes = shared.change_queue.take_unjournaled();
    let KeyChange { direction, reason, session, .. } = changes.first().cloned()?;
    let session_context = shared.session_context().cloned()?;
    if !can_open || session != shared.session.id {
        return None;
    }
    let same = |change: &&KeyChange| change.direction == direction;
    let targets = changes.iter().filter(same).filter_map(|change| {
        let mut target = target(shared, &change.key, &session_context)?;
        target.undoes.clone_from(&change.undoes);
        (Some(&target.before) == change.before.as_ref()).then_some(target)
    });
    let targets: Vec<_> = targets.collect();
    if targets.is_empty() {
        return None;
    }
    let confirm =
        Confirm::open(session, session_context, direction, targets, reason.as_deref(), now)
            .unjournaled();
    request_reads(shared, &confirm);
    Some(confirm)
}
