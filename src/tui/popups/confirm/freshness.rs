//! Refreshes an open dialog: reads old statuses again and adds facts that
//! arrive late. Its targets never change.

use std::collections::{HashMap, HashSet};
use std::time::Duration;

use jiff::SignedDuration;

use crate::inventory::Inventory;
use crate::model::{
    AccessKey, ErrorKind, IamRead, KeyId, Known, LastUse, MissingOwnerOrKey, NamedBy, Now,
    ReadReply, SessionId, UserName, owner_not_certain, owner_not_found,
};
use crate::tui::context::Shared;
use crate::tui::messages::plan as plan_messages;
use crate::tui::messages::session::RENEWED;
use crate::tui::popups::confirm::content::warnings_of;
use crate::tui::popups::confirm::target::ComparedFacts;
use crate::tui::popups::confirm::{Confirm, DialogAccount, DialogTarget, messages};

/// Age at which a status is read again before the dialog arms, and while it is
/// open.
const REFRESH_AFTER: SignedDuration = SignedDuration::from_secs(30);

/// Maximum number of users whose keys are read again while the dialog is open;
/// with more, the reads would never end. Each key is still read right before it
/// is changed.
const MAX_USERS_READ_AGAIN: usize = 20;

/// Maximum number of keys whose last use is read when the dialog opens.
const MAX_LAST_USES_READ: usize = 50;

/// Users whose facts have changed in one account, and the keys that their lists have.
#[derive(Default)]
struct ChangedFacts<'a> {
    users: HashSet<&'a UserName>,
    keys: HashSet<&'a KeyId>,
}

impl<'a> ChangedFacts<'a> {
    /// Returns what has changed since a revision.
    fn since(revision: u64, inventory: &'a Inventory) -> Self {
        let mut changed = Self::default();
        for facts in inventory.changed_since(revision).map(|index| inventory.facts(index)) {
            changed.users.insert(&facts.name);
            changed.keys.extend(facts.live_keys().iter().map(|key| &key.id));
        }
        changed
    }

    /// Returns whether facts about a target may be among them. Those of a key without a known
    /// status or owner can come from any user.
    fn may_concern(&self, target: &DialogTarget) -> bool {
        target.read_at.is_none()
            || target.user.as_ref().is_none_or(|user| self.users.contains(user))
            || self.keys.contains(&target.key)
    }
}

impl Confirm {
    /// Returns the targets about which something may have been read since this was called last; at
    /// first, all.
    pub(super) fn take_outdated(&mut self, shared: &Shared) -> Vec<usize> {
        let before = self.compared.replace(self.present_facts(shared));
        let (Some(before), Some(present)) = (before, &self.compared) else {
            return (0..self.targets.len()).collect();
        };
        if before == *present {
            return Vec::new();
        }
        if before.journal != present.journal {
            return (0..self.targets.len()).collect();
        }
        let changed = |(session, revision): (&SessionId, &u64)| {
            let inventory = shared.inventory_of(*session)?;
            Some((*session, ChangedFacts::since(*revision, inventory)))
        };
        let changed: HashMap<_, _> = before.revisions.iter().filter_map(changed).collect();
        let is_outdated = |target: &DialogTarget| {
            changed.get(&target.session).is_none_or(|changed| changed.may_concern(target))
        };
        let targets = self.targets.iter().enumerate();
        targets.filter(|(_, target)| is_outdated(target)).map(|(at, _)| at).collect()
    }

    /// Returns the versions of the facts that the targets depend on.
    fn present_facts(&self, shared: &Shared) -> ComparedFacts {
        let revision = |account: &DialogAccount| {
            Some((account.session, shared.inventory_of(account.session)?.revision()))
        };
        ComparedFacts {
            revisions: self.accounts.iter().filter_map(revision).collect(),
            journal: shared.journal.answered(),
        }
    }

    /// Records that the targets were made from the present facts.
    pub(super) fn note_current(&mut self, shared: &Shared) {
        self.compared = Some(self.present_facts(shared));
    }

    /// Returns the sentence to close the dialog with if the inventory of an account contradicts one
    /// of these targets, or if its session was left.
    pub(super) fn contradicted_by(&self, targets: &[usize], shared: &Shared) -> Option<String> {
        targets.iter().map(|at| &self.targets[*at]).find_map(|target| {
            let Some(inventory) = shared.inventory_of(target.session) else {
                return Some(RENEWED.to_owned());
            };
            let asked_about = target.user.as_ref().and_then(|user| inventory.index(user));
            let owner = inventory.owner(&target.key);
            let listed = owner.filter(|owner| inventory.facts(*owner).key(&target.key).is_some());
            let index = listed.or(asked_about).or(owner)?;
            let owner = inventory.facts(index);
            let (key, account) = (&target.key, || self.account_label(target));
            if matches!(owner.keys, Known::Vanished { .. }) {
                let (missing, unchanged) = (MissingOwnerOrKey::User, messages::UNCHANGED);
                return Some(owner_not_found(
                    key,
                    &owner.name,
                    &account(),
                    NamedBy::Iam,
                    missing,
                    unchanged,
                ));
            }
            if let (None, Some(error)) = (target.read_at, &target.unconfirmed) {
                return Some(messages::status_unread(key, &account(), error));
            }
            owner.keys.live_value()?;
            if let Some(users) = inventory.contested_owners(key) {
                let sentence = owner_not_certain(key, &users, &account());
                return Some(format!("{sentence} {}", messages::UNCHANGED));
            }
            if asked_about.is_some_and(|asked_about| asked_about != index) {
                return Some(messages::owner_changed(key, &owner.name, &account()));
            }
            let Some(listed) = owner.key(key) else {
                return Some(messages::key_deleted(key, &account()));
            };
            if listed.status == target.before {
                return None;
            }
            Some(match &target.uncertain {
                Some(uncertain) => {
                    messages::effect_of_uncertain(key, &account(), uncertain, &listed.status)
                }
                None => messages::status_changed(key, &account(), &listed.status, &target.before),
            })
        })
    }

    /// Disarms the dialog if a status is too old, until it is read again.
    /// Returns the reads for that, each once.
    pub(super) fn expire(&mut self, now: Now) -> Vec<(SessionId, IamRead)> {
        self.opened = self.opened.min(now.wall);
        let mut reads = Vec::new();
        let mut next: Option<SignedDuration> = None;
        self.expires = None;
        if self.was_drawn() && self.totals.users > MAX_USERS_READ_AGAIN {
            return reads;
        }
        for target in &self.targets {
            let age = now.wall.duration_since(target.checked);
            // A time in the future means that the clock was set back.
            if (SignedDuration::ZERO..REFRESH_AFTER).contains(&age) {
                let left = REFRESH_AFTER - age;
                next = Some(next.map_or(left, |next| next.min(left)));
            } else if self.checking.len() < self.totals.users
                && self.checking.insert(target.owner())
            {
                reads.push((target.session, IamRead::Keys { user: target.user.clone() }));
            }
        }
        self.expires =
            next.and_then(|left| Duration::try_from(left).ok()).map(|left| now.mono + left);
        self.update_stage();
        reads
    }

    /// Handles the reply to a read that the dialog waits for.
    pub(crate) fn note_reply(&mut self, answer: &ReadReply) {
        let IamRead::Keys { user } = &answer.read else { return };
        if answer.asked_at < self.opened {
            return;
        }
        // A throttled read is sent again.
        if answer.result.as_ref().is_err_and(|error| error.kind == ErrorKind::Throttled) {
            return;
        }
        self.checking.remove(&(answer.session, user.clone()));
        for at in 0..self.targets.len() {
            let target = &mut self.targets[at];
            if target.session != answer.session || target.user != *user {
                continue;
            }
            target.checked = answer.at;
            match &answer.result {
                Ok(_) => (target.read_at, target.unconfirmed) = (Some(answer.at), None),
                Err(error) => {
                    target.unconfirmed = Some(error.to_string());
                    self.show_again(at);
                }
            }
        }
        self.update_stage();
    }

    /// Returns the reads of last uses that are not known from IAM itself yet, and those of planned
    /// keys, which may have been used since the plan was checked.
    pub(super) fn last_uses(&self) -> Vec<(SessionId, IamRead)> {
        let unread =
            |known: &Known<LastUse>| matches!(known, Known::NotRead | Known::Reported { .. });
        let others = self.targets.iter().filter(|target| target.plan.is_none());
        let others = others.filter(|target| unread(&target.last_use)).take(MAX_LAST_USES_READ);
        let keys = self.planned_targets().chain(others);
        keys.map(|target| (target.session, IamRead::LastUse { key: target.key.clone() })).collect()
    }

    /// Updates the facts about these targets other than their status. A new warning disarms the
    /// dialog until it has been drawn.
    pub(super) fn refresh(&mut self, targets: &[usize], shared: &Shared) {
        let now = shared.shown_at.wall;
        for at in targets.iter().copied() {
            let target = &self.targets[at];
            let Some(inventory) = shared.inventory_of(target.session) else { continue };
            let note = shared.journal.notes.get(&target.key);
            if !target.differs(inventory, note) {
                continue;
            }
            let known = warnings_of(self, target, now);
            self.targets[at].refresh(inventory, note.cloned());
            let present = warnings_of(self, &self.targets[at], now);
            if present.iter().any(|warning| !known.contains(warning)) {
                self.show_again(at);
            }
        }
    }

    /// Returns the targets that a plan changes.
    fn planned_targets(&self) -> impl Iterator<Item = &DialogTarget> {
        self.targets.iter().filter(|target| target.plan.is_some())
    }

    /// Returns whether facts that the plan depends on are being read again.
    pub(super) fn is_checking_plan(&self, shared: &Shared) -> bool {
        let Some(plan) = &shared.plan else { return false };
        let is_unread = |target: &DialogTarget| !plan.has_use_since(&target.key, self.opened);
        self.totals.planned > 0
            && (shared.journal.is_reading() || self.planned_targets().any(is_unread))
    }

    /// Returns the sentence to close the dialog with if the plan may no longer change one of its
    /// keys, or if the journal, which may say so, cannot be read.
    pub(super) fn contradicted_by_plan(&self, shared: &Shared) -> Option<String> {
        let plan = shared.plan.as_ref().filter(|_| self.totals.planned > 0)?;
        if let Some(error) = plan.journal_error() {
            return Some(plan_messages::journal_unreadable_now(error));
        }
        let (target, skip) = self
            .planned_targets()
            .find_map(|target| Some((target, plan.skip_reason(&target.key)?)))?;
        let account = self.account_label(target);
        Some(plan_messages::contradicted(target.key.as_str(), &account, skip))
    }

    /// Notes that a popup covers the dialog, so that no key confirms before it was drawn again.
    pub(super) fn cover(&mut self) {
        self.first_frame = None;
        self.update_stage();
    }

    /// Requires the target to be drawn again before a key can confirm.
    pub(super) fn show_again(&mut self, at: usize) {
        self.first_frame = None;
        self.seen = self.seen.min(at);
        // One further down is reached by scrolling; the list does not jump ahead.
        self.first_target = self.first_target.min(at);
        self.update_stage();
    }
}

impl DialogTarget {
    /// Returns whether the note, or a fact of the inventory other than the status, is another one.
    fn differs(&self, inventory: &Inventory, note: Option<&String>) -> bool {
        if self.note.as_ref() != note {
            return true;
        }
        let Some((key, keys)) = self.listed(inventory) else { return false };
        let others = keys.iter().filter(|other| other.id != self.key);
        let is_same =
            others.map(|it| (&it.id, &it.status)).eq(self.others.iter().map(|it| (&it.0, &it.1)));
        !is_same || self.last_use != key.last_use || self.created != key.created
    }

    /// Takes the note, and the facts other than the status from the inventory.
    fn refresh(&mut self, inventory: &Inventory, note: Option<String>) {
        self.note = note;
        let Some((key, keys)) = self.listed(inventory) else { return };
        self.last_use.clone_from(&key.last_use);
        self.created = key.created;
        self.others = Self::others_of(keys, &self.key);
    }

    /// Returns the key, and all keys of its owner, if the owner's list has it.
    fn listed<'a>(&self, inventory: &'a Inventory) -> Option<(&'a AccessKey, &'a [AccessKey])> {
        let owner = inventory.facts(inventory.owner(&self.key)?);
        Some((owner.key(&self.key)?, owner.live_keys()))
    }
}
