//! Finding the owner of a key by its ID, without any list: from the command
//! line, from `f`, and from text pasted anywhere.

use crate::inventory::{Inventory, UserIndex};
use crate::model::{
    AccountId, Answer, ErrorKind, Found, FoundId, KeyId, KeyKind, Known, Lacks, NamedBy, Now, Place, Profile, Read,
    ServiceError, find_ids, owner_not_found, visible,
};
use crate::tui::actions::Action;
use crate::tui::app::{Effect, Phase, State, Tone};
use crate::tui::layout::Pane;

/// So many IDs are looked up at once; further ones are counted.
const MOST: usize = 500;

/// How far the look-up of an ID is, or what came of it.
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum Lookup {
    /// IAM is being asked who owns it.
    AskingIam,
    /// IAM does not tell; STS is being asked whose account it is of.
    AskingSts(Box<ServiceError>),
    /// A key of this account, and its owner.
    Here(UserIndex),
    /// Anything else: a sentence.
    Told(String),
}

/// The look-ups.
#[derive(Clone, Debug, Default)]
pub(crate) struct Finding {
    looked_up: Vec<(KeyId, Lookup)>,
    /// The only ID of a text, or the one chosen of several: what comes of it is
    /// told without a list.
    sought: Option<KeyId>,
    /// Whether it is gone to as well: until the user goes elsewhere.
    follow: bool,
    /// The only ID of a text, when it was of another account.
    foreign: Option<(KeyId, AccountId)>,
}

impl Finding {
    /// What came of an ID so far.
    pub(crate) fn of(&self, id: &KeyId) -> Option<&Lookup> {
        self.looked_up.iter().find(|(known, _)| known == id).map(|(_, lookup)| lookup)
    }

    /// The IDs that were looked up last.
    pub(crate) fn ids(&self) -> Vec<KeyId> {
        self.looked_up.iter().map(|(id, _)| id.clone()).collect()
    }

    /// The questions that are still to be answered: who owns each, and how it
    /// stands.
    pub(super) fn reads(&self, inventory: &Inventory) -> Vec<Read> {
        let question = |(id, lookup): &(KeyId, Lookup)| match lookup {
            Lookup::AskingIam => Some(Read::LastUse { key: id.clone() }),
            Lookup::AskingSts(_) => Some(Read::Account { key: id.clone() }),
            Lookup::Here(owner) => {
                let facts = inventory.at(inventory.owner(id).unwrap_or(*owner));
                (!facts.keys.is_settled()).then(|| Read::Keys { user: facts.sent_name() })
            }
            Lookup::Told(_) => None,
        };
        self.looked_up.iter().filter_map(question).collect()
    }

    /// What is taken along to another account: the only ID of the text, if
    /// it was of that account.
    pub(super) fn carried_over(&mut self) -> Self {
        match self.foreign.take() {
            Some((id, _)) => {
                let mut carried = Self { looked_up: vec![(id.clone(), Lookup::AskingIam)], ..Self::default() };
                carried.seek(id);
                carried
            }
            None => Self::default(),
        }
    }

    /// The account of a key that was looked for and is not of this one.
    pub(super) fn foreign_account(&self) -> Option<AccountId> {
        self.foreign.as_ref().map(|(_, account)| account.clone())
    }

    fn seek(&mut self, id: KeyId) {
        self.sought = Some(id);
        self.follow = true;
    }

    /// Whether a key is gone to as soon as it is on the screen.
    pub(crate) fn follows(&self) -> bool {
        self.follow && self.sought.is_some()
    }

    /// The user has moved on: nothing jumps any more, and what comes of the
    /// key is only told.
    pub(super) fn stop_following(&mut self) {
        self.follow = false;
    }

    fn set(&mut self, id: &KeyId, lookup: Lookup) {
        if let Some((_, known)) = self.looked_up.iter_mut().find(|(known, _)| known == id) {
            *known = lookup;
        }
    }
}

impl State {
    /// Looks up every ID in the text, which is dropped then.
    pub(super) fn find_in(&mut self, text: &str) -> Vec<Effect> {
        let mut ids = find_ids(text);
        if ids.is_empty() {
            let length = text.chars().count();
            self.notices.tell(Tone::Warning, format!("There is no access key ID in these {length} characters."));
            return Vec::new();
        }
        let left_out = ids.len().saturating_sub(MOST);
        ids.truncate(MOST);
        if left_out > 0 {
            let sentence = format!("The first {MOST} key IDs are looked up; {left_out} more were left out.");
            self.notices.tell(Tone::Warning, sentence);
        }
        self.look_up(&ids)
    }

    fn look_up(&mut self, ids: &[FoundId]) -> Vec<Effect> {
        let begin = |found: &FoundId| (found.id.clone(), begin(found));
        self.finding = Finding { looked_up: ids.iter().map(begin).collect(), ..Finding::default() };
        if let [only] = ids {
            self.finding.seek(only.id.clone());
            self.overlay = None;
            let folded = if only.folded { ", which the text has in lower case" } else { "" };
            self.notices.tell(Tone::Info, format!("Looking for the owner of {}{folded}.", only.id));
            self.tell_sought();
        } else {
            self.show_found();
        }
        // One that is being opened answers by itself.
        if !matches!(self.session.phase, Phase::Opening(_)) {
            self.tell_no_session();
        }
        if self.profiles.is_none() { vec![Effect::ListProfiles] } else { Vec::new() }
    }

    /// Goes to the key, if it is one of this account: at once where it is
    /// read, so that the next command is for it.
    pub(super) fn go_to_found(&mut self, id: &KeyId, now: Now) {
        match self.finding.of(id) {
            Some(Lookup::Here(_)) => {
                self.overlay = None;
                self.finding.seek(id.clone());
                self.settle_lists(now);
            }
            Some(Lookup::Told(sentence)) => self.notices.tell(Tone::Warning, sentence.clone()),
            _ => {}
        }
    }

    /// Takes in the answer to a look-up. To be called when the inventory has
    /// taken it in.
    pub(super) fn take_lookup(&mut self, answer: &Answer) {
        let (Read::LastUse { key } | Read::Account { key }) = &answer.read else { return };
        let Some(before) = self.finding.of(key).cloned() else { return };
        let lookup = match (&before, &answer.result) {
            (_, Err(error)) if error.kind == ErrorKind::Throttled || error.kind.ends_session() => return,
            (Lookup::AskingIam, Ok(Found::LastUse { .. })) => match self.inventory.owner(key) {
                Some(index) => Lookup::Here(index),
                None => Lookup::Told(format!(
                    "{key} is a key of this account's root user. Only root itself can switch it: sign in as root."
                )),
            },
            // Its owner's list has shown it, whoever may not ask for its use.
            (Lookup::AskingIam, Err(error))
                if error.kind != ErrorKind::NotFound
                    && let Some(index) = self.inventory.owner(key) =>
            {
                Lookup::Here(index)
            }
            (Lookup::AskingIam, Err(error)) if matches!(error.kind, ErrorKind::Denied | ErrorKind::NotFound) => {
                Lookup::AskingSts(Box::new(ServiceError::clone(error)))
            }
            (Lookup::AskingIam, Err(error)) => Lookup::Told(format!("{key} could not be looked up. {error}")),
            (Lookup::AskingSts(iam), result) => {
                let confirmed = match result {
                    Ok(Found::Account(account)) => Some(account.clone()),
                    _ => None,
                };
                Lookup::Told(self.not_here(key, iam, confirmed))
            }
            _ => return,
        };
        self.finding.set(key, lookup);
        self.tell_sought();
    }

    /// What to say of a key whose owner IAM does not tell.
    fn not_here(&mut self, key: &KeyId, iam: &ServiceError, confirmed: Option<AccountId>) -> String {
        let ours = self.session.place().map(|place| place.caller.account.clone());
        let here = self.session.place().map(Place::account_label).unwrap_or_default();
        let sure = confirmed.is_some();
        match confirmed.or_else(|| key.account()) {
            Some(account) if Some(&account) == ours.as_ref() && iam.kind == ErrorKind::Denied => format!(
                "{key} is of this account, {here}, but IAM does not tell whose it is: either it was deleted, or you may \
                 not call iam:GetAccessKeyLastUsed. IAM's answer: {}",
                iam.message
            ),
            Some(account) if Some(&account) == ours.as_ref() => {
                let odd = key.odd_length().map(|odd| format!(" {odd}")).unwrap_or_default();
                format!("{key} was of this account, {here}, and is there no more: it was deleted.{odd}")
            }
            Some(account) => {
                if self.finding.sought.as_ref() == Some(key) {
                    self.finding.foreign = Some((key.clone(), account.clone()));
                }
                let how = if sure { "" } else { ", as its letters say (AWS did not confirm it)" };
                format!(
                    "{key} is not here: it is of account {account}{how}, and this is {here}. {}",
                    self.ways_to(&account)
                )
            }
            None => format!(
                "{key} is not known here, in {here}, and nothing tells of which account it is. {}IAM's answer: {}",
                key.odd_length().map(|odd| format!("{odd} ")).unwrap_or_default(),
                iam.message
            ),
        }
    }

    fn ways_to(&self, account: &AccountId) -> String {
        let profiles: &[Profile] = self.profiles.as_deref().unwrap_or(&[]);
        let names: Vec<_> = profiles
            .iter()
            .filter(|profile| profile.likely_account() == Some(account))
            .map(|profile| visible(&profile.name).into_owned())
            .collect();
        if names.is_empty() {
            "No profile of your AWS configuration is known to lead there.".to_owned()
        } else {
            format!("These profiles lead there: {} (p changes the profile).", names.join(", "))
        }
    }

    /// Tells what came of the ID that is sought, where there is no key to go to.
    fn tell_sought(&mut self) {
        let told = self.finding.sought.as_ref().and_then(|sought| self.finding.of(sought));
        let Some(Lookup::Told(sentence)) = told.cloned() else { return };
        self.finding.sought = None;
        self.notices.clear_result();
        self.notices.tell(Tone::Warning, sentence);
    }

    /// Goes to the key that was found, as far as it is on the screen by now; or
    /// only tells whose it is, where the user has gone elsewhere meanwhile.
    pub(super) fn settle_seek(&mut self, now: Now) {
        let Some(key) = self.finding.sought.clone() else { return };
        let Some(Lookup::Here(owner)) = self.finding.of(&key).cloned() else { return };
        let owner = self.inventory.owner(&key).unwrap_or(owner);
        if self.finding.follows() && !self.go_to_owner(owner, now) {
            return;
        }
        let facts = self.inventory.at(owner);
        let name = facts.name.clone();
        if facts.key(&key).is_some() {
            if self.finding.follows() {
                self.sync_keys();
                self.keys.select(&key);
                self.focus = Pane::Keys;
                self.notices.tell(Tone::Info, format!("{key} is a key of {name}."));
            } else {
                let find = self.key_for(Action::Find);
                let sentence = format!("{key} is a key of {name}: {find}, and enter twice, goes to it.");
                self.notices.tell(Tone::Info, sentence);
            }
            self.finding.sought = None;
        } else if let Known::Denied(trouble) | Known::Failed(trouble) = &facts.keys {
            let sentence = format!("{key} is a key of {name}, but its status could not be read. {}", trouble.error);
            self.finding.sought = None;
            self.notices.tell(Tone::Warning, sentence);
        } else if facts.keys.is_settled() {
            let sentence = self.owner_not_found(&key, owner);
            self.finding.sought = None;
            self.notices.tell(Tone::Warning, sentence);
        }
    }

    /// What to say of a key that its owner's list does not show, or whose
    /// owner IAM does not know.
    pub(crate) fn owner_not_found(&self, key: &KeyId, owner: UserIndex) -> String {
        let facts = self.inventory.at(owner);
        let lacks = if facts.is_gone() { Lacks::User } else { Lacks::Key };
        let account = self.session.place().map(Place::account_label).unwrap_or_default();
        let (again, all) = (self.key_for(Action::Refresh), self.key_for(Action::Sweep));
        let next = format!("{again} reads again, {all} reads the keys of all users.");
        owner_not_found(key, &facts.name, &account, NamedBy::Iam, lacks, &next)
    }

    /// Selects that user; tells whether the list shows one to select. A filter
    /// that hides the user gives way: what was asked for last wins.
    fn go_to_owner(&mut self, owner: UserIndex, now: Now) -> bool {
        self.leave_all_keys(now);
        if self.users.selected() == Some(owner) || self.users.select(owner, now) {
            return true;
        }
        if self.filter.is_active() {
            self.filter.clear();
            self.settle_rows(now);
        }
        self.users.select(owner, now)
    }
}

/// What can be said of an ID without asking anybody.
fn begin(found: &FoundId) -> Lookup {
    let id = &found.id;
    match found.kind {
        KeyKind::LongTerm | KeyKind::Other if !id.as_str().starts_with("AROA") => Lookup::AskingIam,
        KeyKind::Temporary => Lookup::Told(format!(
            "{id} is a temporary key: nobody can switch it off. Find out who made it (CloudTrail, or the long-term key \
             behind it), switch that key off, and deny its older sessions (Y shows the commands)."
        )),
        KeyKind::UserId => Lookup::Told(format!(
            "{id} is the unique ID of an IAM user, not a key. Filter the users to find the one, and look at the keys."
        )),
        KeyKind::LongTerm | KeyKind::Other => {
            Lookup::Told(format!("{id} is the unique ID of a role, not a key: a role has no keys to switch."))
        }
    }
}
