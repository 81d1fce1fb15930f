//! A random account in memory, with what IAM answers.

use std::sync::Arc;

use jiff::{SignedDuration, Timestamp};
use proptest::prelude::*;

use crate::inventory::Inventory;
use crate::model::{
    AccessKey, CredentialReport, ErrorKind, IamRead, IamSummary, KeyId, KeyLastUse, KeyStatus,
    Known, LastUse, Marker, ReadData, ReadReply, ServiceError, SessionId, UserDetailPart, UserName,
};
use crate::ops::overview::random_keys::{OwnedKey, name, now, owned_key, row, user};

/// An account: what IAM answers.
#[derive(Clone, Debug)]
pub(super) struct Account {
    pub(super) owners: Vec<Owner>,
    /// Keys of root, if the caller is root.
    pub(super) root: Option<Vec<OwnedKey>>,
    /// Keys of root in the credential report.
    pub(super) reported_root: Option<Vec<OwnedKey>>,
    pub(super) root_has_key: Reply<bool>,
    pub(super) is_report_denied: bool,
    /// Whether the second page of users is denied.
    pub(super) is_list_cut: bool,
}

#[derive(Clone, Debug)]
pub(super) struct Owner {
    pub(super) keys: Vec<OwnedKey>,
    /// Whether ListAccessKeys of this user has the first key of the user before as well.
    pub(super) has_key_of_other: bool,
    pub(super) listing: Listing,
    pub(super) key_list: Reply<()>,
    pub(super) is_reported: bool,
    pub(super) reported_mfa: Option<bool>,
    pub(super) mfa: Reply<bool>,
    pub(super) quarantine: Reply<bool>,
}

/// Whether the list of users has a user.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Listing {
    Listed,
    /// An earlier list had it, and its keys were listed then.
    DeletedSince,
}

/// The reply to a read.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Reply<T> {
    Data(T),
    Error(ErrorKind),
}

fn reply<T: Clone + std::fmt::Debug>(
    data: impl Strategy<Value = T>,
) -> impl Strategy<Value = Reply<T>> {
    let errors = vec![ErrorKind::Denied, ErrorKind::Unreadable, ErrorKind::NotFound];
    prop_oneof![
        4 => data.prop_map(Reply::Data),
        1 => prop::sample::select(errors).prop_map(Reply::Error),
    ]
}

fn owner() -> impl Strategy<Value = Owner> {
    let listing = prop_oneof![6 => Just(Listing::Listed), 1 => Just(Listing::DeletedSince)];
    (
        prop::collection::vec(owned_key(), 0..3),
        prop::bool::weighted(0.25),
        listing,
        (reply(Just(())), reply(any::<bool>()), reply(any::<bool>())),
        any::<(bool, Option<bool>)>(),
    )
        .prop_map(|(keys, has_key_of_other, listing, replies, (is_reported, reported_mfa))| {
            let (key_list, mfa, quarantine) = replies;
            Owner {
                keys,
                has_key_of_other,
                listing,
                key_list,
                is_reported,
                reported_mfa,
                mfa,
                quarantine,
            }
        })
}

pub(super) fn account() -> impl Strategy<Value = Account> {
    let root = || prop::option::of(prop::collection::vec(owned_key(), 0..3));
    let denied = || prop::bool::weighted(0.2);
    (
        prop::collection::vec(owner(), 0..10),
        root(),
        root(),
        reply(any::<bool>()),
        denied(),
        denied(),
    )
        .prop_map(
            |(owners, root, reported_root, root_has_key, is_report_denied, is_list_cut)| Account {
                owners,
                root,
                reported_root,
                root_has_key,
                is_report_denied,
                is_list_cut,
            },
        )
}

fn key(owner: usize, number: usize, key: &OwnedKey) -> AccessKey {
    AccessKey {
        id: KeyId::parse(&format!("AKIA{owner:0>8}{number:0>8}")).unwrap(),
        user: None,
        status: key.status.clone(),
        created: key.created,
        last_use: Known::NotRead,
    }
}

fn keys(owner: usize, keys: &[OwnedKey]) -> Vec<AccessKey> {
    keys.iter().enumerate().map(|(number, owned)| key(owner, number, owned)).collect()
}

impl Account {
    /// Returns the reply to a read.
    pub(super) fn answer(&self, read: &IamRead) -> Reply<ReadData> {
        let names = |reply: Reply<bool>, name: &str| match reply {
            Reply::Data(true) => Reply::Data(ReadData::Names(vec![name.into()])),
            Reply::Data(false) => Reply::Data(ReadData::Names(Vec::new())),
            Reply::Error(kind) => Reply::Error(kind),
        };
        match read {
            IamRead::Alias => Reply::Data(ReadData::Alias(None)),
            IamRead::Summary => match self.root_has_key {
                Reply::Data(root_has_key) => {
                    let users = self.owners.len();
                    Reply::Data(ReadData::Summary(IamSummary {
                        users,
                        root_has_key: Some(root_has_key),
                    }))
                }
                Reply::Error(kind) => Reply::Error(kind),
            },
            IamRead::Users { from } => self.page(from.as_ref()),
            IamRead::Keys { user: None } => {
                Reply::Data(ReadData::Keys(keys(99, self.root.as_deref().unwrap_or_default())))
            }
            IamRead::Keys { user: Some(user) } => {
                let number = self.number(user);
                match self.owners[number].key_list {
                    Reply::Data(()) => Reply::Data(ReadData::Keys(self.keys(number))),
                    Reply::Error(kind) => Reply::Error(kind),
                }
            }
            IamRead::LastUse { key } => match self.last_use(key) {
                Some(last_use) => {
                    Reply::Data(ReadData::LastUse(KeyLastUse { owner: None, last_use }))
                }
                None => Reply::Error(ErrorKind::Denied),
            },
            IamRead::Detail { user, part: UserDetailPart::Mfa } => {
                names(self.owners[self.number(user)].mfa, "device")
            }
            IamRead::Detail { user, part: UserDetailPart::AttachedPolicies } => {
                names(self.owners[self.number(user)].quarantine, "AWSCompromisedKeyQuarantineV3")
            }
            IamRead::GenerateReport if self.is_report_denied => Reply::Error(ErrorKind::Denied),
            IamRead::GenerateReport => Reply::Data(ReadData::ReportPending),
            IamRead::Report => Reply::Data(ReadData::Report(self.report())),
            IamRead::Account { .. } | IamRead::Detail { .. } => panic!("{read:?}"),
        }
    }

    fn number(&self, user: &UserName) -> usize {
        (0..self.owners.len()).find(|number| name(*number) == *user).unwrap()
    }

    /// Returns a page of users: the first half, then the second.
    fn page(&self, from: Option<&Marker>) -> Reply<ReadData> {
        let listed = (0..self.owners.len())
            .filter(|number| self.owners[*number].listing == Listing::Listed)
            .map(user);
        let mut users: Vec<_> = listed.collect();
        let second = users.split_off(users.len() / 2);
        match from {
            None => Reply::Data(ReadData::Users { users, next: Some(Marker("second".into())) }),
            Some(_) if self.is_list_cut => Reply::Error(ErrorKind::Denied),
            Some(_) => Reply::Data(ReadData::Users { users: second, next: None }),
        }
    }

    fn keys(&self, number: usize) -> Vec<AccessKey> {
        let owner = &self.owners[number];
        let mut keys = keys(number, &owner.keys);
        let other = number.checked_sub(1).filter(|_| owner.has_key_of_other);
        let other = other.and_then(|other| Some((other, self.owners[other].keys.first()?)));
        keys.extend(other.map(|(other, owned)| key(other, 0, owned)));
        keys
    }

    fn last_use(&self, id: &KeyId) -> Option<LastUse> {
        let root = self.root.iter().map(|keys| (99, keys));
        let owned = self.owners.iter().enumerate().map(|(number, owner)| (number, &owner.keys));
        let mut all = owned.chain(root).flat_map(|(number, keys)| {
            keys.iter().enumerate().map(move |(at, owned)| (key(number, at, owned).id, owned))
        });
        all.find(|(known, _)| known == id).and_then(|(_, owned)| owned.last_use.clone())
    }

    fn report(&self) -> CredentialReport {
        let reported = self.owners.iter().enumerate().filter(|(_, owner)| owner.is_reported);
        let users = reported
            .map(|(number, owner)| row(Some(name(number)), &owner.keys, owner.reported_mfa));
        let root = self.reported_root.iter().map(|keys| row(None, keys, Some(true)));
        let rows = root.chain(users).collect();
        let generated = now().wall - SignedDuration::from_hours(1);
        CredentialReport { rows, odd: Vec::new(), generated, sha256: [0; 32] }
    }

    /// Returns an inventory with the users who were deleted since an earlier list.
    pub(super) fn earlier(&self) -> Inventory {
        let mut inventory = Inventory::default();
        if self.root.is_some() {
            inventory.add_root();
        }
        let at = now().wall - SignedDuration::from_hours(2);
        let deleted: Vec<_> = (0..self.owners.len())
            .filter(|number| self.owners[*number].listing == Listing::DeletedSince)
            .collect();
        if deleted.is_empty() {
            return inventory;
        }
        let users = deleted.iter().map(|number| user(*number)).collect();
        apply(
            &mut inventory,
            IamRead::Users { from: None },
            Reply::Data(ReadData::Users { users, next: None }),
            at,
        );
        for number in deleted {
            let keys = Reply::Data(ReadData::Keys(self.keys(number)));
            apply(&mut inventory, IamRead::Keys { user: Some(name(number)) }, keys, at);
        }
        inventory.restart_listing();
        inventory
    }
}

pub(super) fn apply(
    inventory: &mut Inventory,
    read: IamRead,
    reply: Reply<ReadData>,
    at: Timestamp,
) {
    let result = match reply {
        Reply::Data(found) => Ok(found),
        Reply::Error(kind) => Err(Arc::new(ServiceError::new(kind, "Call", "refused"))),
    };
    let reply = ReadReply { session: SessionId(1), read, result, asked_at: at, at };
    inventory.apply(reply, now());
}

fn active_key() -> OwnedKey {
    let last_use = Some(LastUse::Never);
    OwnedKey { status: KeyStatus::Active, created: Some(now().wall), last_use }
}

/// Returns an account of users with one active key each, of whom every third is quarantined and
/// every second has an MFA device. There is no report.
pub(super) fn readable(users: usize) -> Account {
    let owner = |number: usize| Owner {
        keys: vec![active_key()],
        has_key_of_other: false,
        listing: Listing::Listed,
        key_list: Reply::Data(()),
        is_reported: false,
        reported_mfa: None,
        mfa: Reply::Data(number.is_multiple_of(2)),
        quarantine: Reply::Data(number.is_multiple_of(3)),
    };
    Account {
        owners: (0..users).map(owner).collect(),
        root: None,
        reported_root: None,
        root_has_key: Reply::Data(false),
        is_report_denied: true,
        is_list_cut: false,
    }
}
