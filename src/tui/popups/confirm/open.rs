//! Opening of the dialog on the keys that can be changed.

use std::collections::BTreeSet;

use crate::model::{
    Direction, KeyChange, KeyId, KeyStatus, NotSentReason, SessionContext, SkipReason,
};
use crate::tui::context::{Context, Shared, Tone};
use crate::tui::messages;
use crate::tui::popups::confirm::{Confirm, DialogAccount, DialogTarget, SkippedKeys};

/// Returns the dialog that changes a key to the other status, or reports why there is none.
pub(crate) fn toggle_key(context: &mut Context<'_>, id: &KeyId) -> Option<Confirm> {
    let shared = &mut *context.shared;
    let inventory = shared.account_of_key(id).inventory;
    let direction = match inventory.key(id).map(|key| &key.status) {
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
            let status = shared.account_of_key(one).inventory.key(one).map(|key| &key.status);
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
    let (keys, skipped) = without_blocked_accounts(shared, keys, skipped);
    let accounts = accounts_to_change(shared, &keys)?;
    let mut targets: Vec<_> =
        keys.iter().filter_map(|id| target(shared, id, direction, &accounts)).collect();
    if targets.is_empty() {
        return None;
    }
    let plan = shared.plan.as_ref().filter(|_| direction == Direction::Deactivate);
    if let Some(plan) = plan {
        for target in &mut targets {
            target.plan = plan.id_for(&target.key);
        }
    }
    // The reason of a plan is not that of other keys.
    let are_planned = targets.iter().all(|target| target.plan.is_some());
    let planned = plan.filter(|_| are_planned).and_then(|plan| plan.plan().reason.as_deref());
    let reason = shared.options.reason.as_deref().or(planned);
    let mut confirm = Confirm::new(accounts, direction, targets, reason, now);
    confirm.skipped = skipped;
    confirm.note_current(shared);
    shared.notifications.clear_result();
    request_reads(shared, &confirm);
    if confirm.totals.planned > 0 {
        // Another process may have applied or undone the plan since.
        context.read_journal();
    }
    Some(confirm)
}

/// Leaves out keys of accounts that cannot be changed, where the keys are of several accounts: one
/// account stops no other. If all are left out, returns all, for the reason to be reported.
fn without_blocked_accounts(
    shared: &Shared,
    keys: &[KeyId],
    mut skipped: SkippedKeys,
) -> (Vec<KeyId>, SkippedKeys) {
    let sessions: BTreeSet<_> = keys.iter().map(|id| shared.account_of_key(id).session).collect();
    if sessions.len() < 2 {
        return (keys.to_vec(), skipped);
    }
    let is_blocked = |id: &&KeyId| {
        let context = shared.account_of_key(id).session_context;
        context.is_none_or(|context| context.read_only)
    };
    let blocked: Vec<_> = keys.iter().filter(is_blocked).collect();
    if blocked.is_empty() || blocked.len() == keys.len() {
        return (keys.to_vec(), skipped);
    }
    let account = |id: &&KeyId| {
        let context = shared.account_of_key(id).session_context;
        let listed = || id.account().map(|account| shared.accounts.label(&account));
        context.map(SessionContext::account_label).or_else(listed)
    };
    let accounts: BTreeSet<_> = blocked.iter().filter_map(account).collect();
    let accounts: Vec<_> = accounts.into_iter().collect();
    let sentence = messages::accounts::left_out(blocked.len(), &accounts);
    let message = skipped.message.take().into_iter().chain([sentence]);
    skipped.message = Some(message.collect::<Vec<_>>().join(" "));
    let left = keys.iter().filter(|id| !is_blocked(id)).cloned().collect();
    (left, skipped)
}

/// Returns the accounts in which these keys can be changed now, or reports why they cannot.
pub(super) fn accounts_to_change(
    shared: &mut Shared,
    keys: &[KeyId],
) -> Option<Vec<DialogAccount>> {
    let mut accounts: Vec<DialogAccount> = Vec::new();
    for key in keys {
        let account = shared.account_of_key(key);
        let session = account.session;
        if accounts.iter().any(|known| known.session == session) {
            continue;
        }
        let context = account.session_context.cloned();
        let problem = shared.session_problem().filter(|_| session == shared.session.id);
        if let Some(problem) = problem {
            shared.notifications.notify(Tone::Warning, problem);
            return None;
        }
        let Some(context) = context else {
            let sentence = messages::accounts::SESSION_ENDED;
            shared.notifications.notify(Tone::Warning, sentence);
            return None;
        };
        accounts.push(DialogAccount { session, session_context: context });
    }
    let read_only = accounts.iter().find(|account| account.session_context.read_only);
    let sentence = if let Some(account) = read_only {
        let reason = NotSentReason::ReadOnly.to_string();
        Some(match accounts.len() {
            1 => reason,
            _ => format!("{}: {reason}", account.session_context.account_label()),
        })
    } else if let Some(busy) =
        keys.iter().find(|key| shared.change_queue.pending_change(key).is_some())
    {
        Some(messages::changes::still_in_progress(busy))
    } else {
        keys.iter().find_map(|key| shared.owner_not_certain(key))
    };
    match sentence {
        None => Some(accounts),
        Some(sentence) => {
            shared.notifications.notify(Tone::Warning, sentence);
            None
        }
    }
}

/// Returns the target for a key whose status is known, in one of these accounts.
pub(super) fn target(
    shared: &Shared,
    id: &KeyId,
    direction: Direction,
    accounts: &[DialogAccount],
) -> Option<DialogTarget> {
    let of_key = shared.account_of_key(id);
    let account = accounts.iter().find(|account| account.session == of_key.session)?;
    // Looked up once: a dialog may have thousands of keys.
    let facts = of_key.inventory.facts(of_key.inventory.owner(id)?);
    let (key, keys) = (facts.key(id)?, &facts.keys);
    let mut target = DialogTarget::from_key(key, keys.at()?, keys.live_value()?, account);
    if let Some(risk) = shared.lockout_risk(account.session, id, target.user.as_ref()) {
        target.lockout_risk = risk;
    }
    target.note = shared.journal.notes.get(id).cloned();
    target.form = shared.lookups.form(id);
    if let Some(uncertain) = shared.change_queue.uncertain_status(id) {
        target.require_read(uncertain.clone(), &direction.status());
    }
    Some(target)
}

/// Requests the reads that the dialog depends on.
pub(super) fn request_reads(shared: &mut Shared, confirm: &Confirm) {
    for (session, read) in confirm.reads().into_iter().chain(confirm.last_uses()) {
        shared.refresh_in(session, read);
    }
}

/// Returns a dialog on the changes that were not sent because the journal could not be written: to
/// send them without a journal entry. Each is offered once, when no change is in flight, and not
/// while the dialog would interrupt other input (`can_open`); the error says what else to do. Those
/// of another account or direction than the first are offered later.
pub(crate) fn offer_unjournaled(context: &mut Context<'_>, can_open: bool) -> Option<Confirm> {
    let (shared, now) = (&mut *context.shared, context.now);
    if !can_open || !shared.change_queue.in_flight().is_empty() {
        return None;
    }
    let stopped = shared.change_queue.stopped_by_journal().iter();
    let mut offered = stopped.filter_map(|change| unjournaled_target(shared, change)).peekable();
    let (first, account, _) = offered.peek()?.clone();
    let (direction, session, reason) = (first.direction, first.session, first.reason.clone());
    let same =
        offered.filter(|(change, ..)| change.direction == direction && change.session == session);
    let targets: Vec<_> = same.map(|(.., target)| target).collect();
    let keys: BTreeSet<_> = targets.iter().map(|target| target.key.clone()).collect();
    let accounts = vec![account];
    let confirm = Confirm::new(accounts, direction, targets, reason.as_deref(), now).unjournaled();
    shared.change_queue.note_offered(|key| keys.contains(key));
    request_reads(shared, &confirm);
    Some(confirm)
}

/// Returns a change that was not sent, with the account and the target of its dialog; `None` if its
/// session is not open, or if its key has another status now.
fn unjournaled_target<'a>(
    shared: &Shared,
    change: &'a KeyChange,
) -> Option<(&'a KeyChange, DialogAccount, DialogTarget)> {
    let session = change.session;
    let session_context = shared.context_of(session)?.clone();
    let account = DialogAccount { session, session_context };
    let mut target = target(shared, &change.key, change.direction, std::slice::from_ref(&account))?;
    target.undoes.clone_from(&change.undoes);
    target.plan.clone_from(&change.plan);
    (Some(&target.before) == change.before.as_ref()).then_some((change, account, target))
}
