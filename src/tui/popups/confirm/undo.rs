//! Undo of what the journal says was changed last in the account.

use crate::changes::JournalEntry;
use crate::model::{IamRead, KeyId, KeyStatus, Now};
use crate::ops::undo::{ChangesElsewhere, UndoRefusal, check_undo};
use crate::tui::context::{Context, NotificationTopic, Shared, Tone};
use crate::tui::keymap::Action;
use crate::tui::messages;
use crate::tui::popups::confirm::open::{accounts_to_change, request_reads, target};
use crate::tui::popups::confirm::{Confirm, DialogAccount, DialogTarget};

/// Returns the dialog that undoes the changes confirmed last in this account, or reports why there
/// is none. The dialog reads the keys again before it can be confirmed, and closes if a status is
/// no longer the one that the change has set.
pub(crate) fn undo_last(context: &mut Context<'_>) -> Option<Confirm> {
    let (shared, now) = (&mut *context.shared, context.now);
    let entries = match changes_to_undo(shared) {
        Ok(entries) => entries,
        Err(obstacle) => {
            let sentence = obstacle.sentence(shared);
            match obstacle {
                UndoObstacle::ReadingJournal => {
                    shared.notifications.notify_ongoing(NotificationTopic::Undo, sentence);
                }
                _ => shared.notifications.notify(Tone::Info, sentence),
            }
            return None;
        }
    };
    let keys: Vec<KeyId> = entries.iter().map(|entry| entry.intent.key.clone()).collect();
    let accounts = accounts_to_change(shared, &keys)?;
    let account = accounts.first()?;
    let (mut targets, mut skipped) = (Vec::new(), Vec::new());
    for entry in &entries {
        match undo_target(shared, entry, account, now) {
            Ok(target) => targets.push(target),
            Err(obstacle) => {
                skipped.push(obstacle.sentence(shared));
                // What was read before may be out of date by now.
                if entry.intent.user.is_some() {
                    shared.inventory.refresh(IamRead::Keys { user: entry.intent.user.clone() });
                }
            }
        }
    }
    for ChangesElsewhere { account, keys } in &shared.journal.elsewhere {
        let (accounts, undo) = (shared.key_for(Action::Accounts), shared.key_for(Action::Undo));
        skipped.push(messages::changes::undo_elsewhere_too(account, *keys, accounts, undo));
    }
    let skipped = (!skipped.is_empty()).then(|| skipped.join(" "));
    // The changes chosen have one direction.
    let direction = entries.first()?.intent.direction.reversed();
    if targets.is_empty() {
        shared.notifications.notify(Tone::Warning, skipped.unwrap_or_default());
        return None;
    }
    let mut confirm = Confirm::new(accounts, direction, targets, None, now);
    confirm.skipped.message = skipped;
    confirm.check_all();
    shared.notifications.clear_result();
    request_reads(shared, &confirm);
    Some(confirm)
}

/// Reason why nothing is undone, or why a key is left as it is.
enum UndoObstacle {
    /// A change of this key is still in progress.
    ChangeInProgress(KeyId),
    /// The last change is not in the journal. It has set this status.
    NotInJournal(KeyId, KeyStatus),
    /// The journal is being read.
    ReadingJournal,
    /// The journal could not be read.
    UnreadableJournal,
    /// The journal does not have the owner of this key.
    UnknownOwner(KeyId),
    /// The change cannot be undone.
    Refusal(UndoRefusal),
}

impl UndoObstacle {
    /// Returns what to tell the user, with the keys to press next.
    fn sentence(&self, shared: &Shared) -> String {
        match self {
            Self::ChangeInProgress(key) => messages::changes::still_in_progress(key),
            Self::NotInJournal(key, status) => {
                let toggle = shared.key_for(Action::Toggle);
                messages::changes::undo_unjournaled(key, status, toggle)
            }
            Self::ReadingJournal => messages::changes::UNDO_READS_JOURNAL.to_owned(),
            Self::UnreadableJournal => {
                messages::changes::undo_without_journal(shared.key_for(Action::Journal))
            }
            Self::UnknownOwner(key) => {
                messages::changes::undo_owner_unknown(key, shared.key_for(Action::Find))
            }
            Self::Refusal(refusal) => refusal.to_string(),
        }
    }
}

impl From<UndoRefusal> for UndoObstacle {
    fn from(refusal: UndoRefusal) -> Self {
        Self::Refusal(refusal)
    }
}

/// Returns the changes to undo, by the journal.
///
/// # Errors
/// Returns an error if there are none, or if the journal cannot say.
fn changes_to_undo(shared: &Shared) -> Result<Vec<JournalEntry>, UndoObstacle> {
    let (queue, session) = (&shared.change_queue, &shared.session);
    let mut in_flight = queue.in_flight().iter().map(|one| &one.change);
    if let Some(change) = in_flight.find(|change| session.is_of_this_account(change.session)) {
        return Err(UndoObstacle::ChangeInProgress(change.key.clone()));
    }
    let last = shared.applied_changes().next_back();
    if let Some(change) = last.filter(|change| queue.is_unjournaled(change)) {
        let (key, status) = (change.key.clone(), change.direction.status());
        return Err(UndoObstacle::NotInJournal(key, status));
    }
    if shared.journal.is_reading() {
        return Err(UndoObstacle::ReadingJournal);
    }
    let choice = shared.journal.undo.as_ref().ok_or(UndoObstacle::UnreadableJournal)?;
    Ok(choice.clone()?)
}

/// Returns the target that undoes a change.
///
/// # Errors
/// Returns an error if the key is left as it is.
fn undo_target(
    shared: &Shared,
    entry: &JournalEntry,
    account: &DialogAccount,
    now: Now,
) -> Result<DialogTarget, UndoObstacle> {
    let intent = &entry.intent;
    let direction = intent.direction.reversed();
    let mut target = match target(shared, &intent.key, direction, std::slice::from_ref(account)) {
        Some(target) => target,
        None => unread_target(shared, entry, account)?,
    };
    let undo = check_undo(entry, Some(&target.before), None, now.wall)?;
    target.undoes = Some(undo.undoes.into());
    Ok(target)
}

/// Returns the target for a key that is in no list read so far.
///
/// # Errors
/// Returns an error if it was deleted, or if its owner is not known.
fn unread_target(
    shared: &Shared,
    entry: &JournalEntry,
    account: &DialogAccount,
) -> Result<DialogTarget, UndoObstacle> {
    let intent = &entry.intent;
    let Some(user) = &intent.user else {
        return Err(UndoObstacle::UnknownOwner(intent.key.clone()));
    };
    match shared.inventory.user(user) {
        Some(facts) if facts.is_deleted() => {
            Err(UndoRefusal::NoSuchUser(Box::new(intent.clone()), user.clone()).into())
        }
        Some(facts) if facts.keys.live_value().is_some() => {
            Err(UndoRefusal::KeyNotListed(Box::new(intent.clone())).into())
        }
        _ => {
            let mut target = DialogTarget::of_entry(intent, account);
            target.note = shared.journal.notes.get(&intent.key).cloned();
            Ok(target)
        }
    }
}
