//! The known facts of one user.

use std::sync::Arc;

use jiff::Timestamp;

use crate::model::{
    AccessKey, Arn, KeyId, KeyStatus, Known, LastUse, ReadData, ReportRow, ServiceError, User,
    UserDetailPart, UserName,
};

/// Prefix of the policies that AWS attaches to the user of a leaked key:
/// <https://docs.aws.amazon.com/aws-managed-policy/latest/reference/AWSCompromisedKeyQuarantineV3.html>.
const QUARANTINE_POLICY_PREFIX: &str = "AWSCompromisedKeyQuarantine";

/// The known facts of one user.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct UserFacts {
    /// The name, the key in the inventory.
    pub name: UserName,
    /// Whether it is the account's root user, whom ListUsers does not return.
    pub is_root: bool,
    /// The user in the list of users.
    pub user: Known<User>,
    /// The keys, in IAM's order. Each carries its own last use.
    pub keys: Known<Vec<AccessKey>>,
    /// The user's row in the credential report, and when that was generated.
    pub report: Option<(ReportRow, Timestamp)>,
    /// Further facts.
    pub detail: UserDetail,
    /// Number of the last listing with the user, if one had it.
    pub(super) seen_in: Option<u32>,
    /// Number of the full scan that last read the keys; 0 for none.
    pub(super) scanned_in: u32,
}

/// A user's permissions boundary and tags.
type BoundaryAndTags = (Option<Arn>, Vec<(Arc<str>, Arc<str>)>);

/// A part of a user's detail that is a list of names.
type KnownNames = Known<Vec<Arc<str>>>;

/// The parts of a user's detail, each read separately.
#[derive(Clone, Debug, Default, PartialEq)]
pub(crate) struct UserDetail {
    /// The permissions boundary and the tags.
    pub boundary_and_tags: Known<BoundaryAndTags>,
    /// When the console password was created; `None` if there is none.
    pub console: Known<Option<Timestamp>>,
    /// The names of the groups.
    pub groups: KnownNames,
    /// The names of the attached policies.
    pub attached_policies: KnownNames,
    /// The names of the inline policies.
    pub inline_policies: KnownNames,
    /// The serial numbers of the MFA devices.
    pub mfa: KnownNames,
    /// The names of the service-specific credentials.
    pub service_credentials: KnownNames,
    /// The IDs of the signing certificates.
    pub certificates: KnownNames,
}

impl UserDetail {
    /// Returns a part that is a list of names, to change it; `None` for the others.
    fn names_mut(&mut self, part: UserDetailPart) -> Option<&mut KnownNames> {
        match part {
            UserDetailPart::BoundaryAndTags | UserDetailPart::Console => None,
            UserDetailPart::Groups => Some(&mut self.groups),
            UserDetailPart::AttachedPolicies => Some(&mut self.attached_policies),
            UserDetailPart::InlinePolicies => Some(&mut self.inline_policies),
            UserDetailPart::Mfa => Some(&mut self.mfa),
            UserDetailPart::ServiceCredentials => Some(&mut self.service_credentials),
            UserDetailPart::Certificates => Some(&mut self.certificates),
        }
    }

    /// Returns whether the service has replied to a read of the part.
    pub(crate) fn has_reply(&self, part: UserDetailPart) -> bool {
        match part {
            UserDetailPart::BoundaryAndTags => self.boundary_and_tags.has_reply(),
            UserDetailPart::Console => self.console.has_reply(),
            UserDetailPart::Groups => self.groups.has_reply(),
            UserDetailPart::AttachedPolicies => self.attached_policies.has_reply(),
            UserDetailPart::InlinePolicies => self.inline_policies.has_reply(),
            UserDetailPart::Mfa => self.mfa.has_reply(),
            UserDetailPart::ServiceCredentials => self.service_credentials.has_reply(),
            UserDetailPart::Certificates => self.certificates.has_reply(),
        }
    }

    /// Applies the data of a read of the part. Data of the wrong kind is ignored.
    pub(super) fn apply(&mut self, part: UserDetailPart, data: ReadData, at: Timestamp) {
        match (part, data) {
            (UserDetailPart::BoundaryAndTags, ReadData::BoundaryAndTags { boundary, tags }) => {
                self.boundary_and_tags = Known::live((boundary, tags), at);
            }
            (UserDetailPart::Console, ReadData::Console(created)) => {
                self.console = Known::live(created, at);
            }
            (part, ReadData::Names(names)) => {
                if let Some(known) = self.names_mut(part) {
                    *known = Known::live(names, at);
                }
            }
            _ => {}
        }
    }

    /// Applies a failed read of the part.
    pub(super) fn fail(&mut self, part: UserDetailPart, error: &Arc<ServiceError>, at: Timestamp) {
        match part {
            UserDetailPart::BoundaryAndTags => self.boundary_and_tags.fail(error, at),
            UserDetailPart::Console => self.console.fail(error, at),
            _ => {
                if let Some(known) = self.names_mut(part) {
                    known.fail(error, at);
                }
            }
        }
    }
}

/// Returns the latest use, if all are known.
fn latest<'a>(uses: impl Iterator<Item = &'a Known<LastUse>>) -> Option<LastUse> {
    let known: Option<Vec<_>> = uses.map(Known::value).collect();
    Some(known?.into_iter().max_by_key(|last_use| last_use.at()).cloned().unwrap_or(LastUse::Never))
}

impl UserFacts {
    /// Returns a user of whom only the name is known.
    pub(super) fn named(name: UserName) -> Self {
        Self {
            name,
            is_root: false,
            user: Known::NotRead,
            keys: Known::NotRead,
            report: None,
            detail: UserDetail::default(),
            seen_in: None,
            scanned_in: 0,
        }
    }

    /// Applies the user from a list. One who was deleted and created again under the same name is
    /// another user, of whom nothing is known yet.
    pub(super) fn apply_user(&mut self, user: User, at: Timestamp, round: u32) {
        if self.user.value().is_some_and(|known| known.id != user.id) {
            *self = Self::named(user.name.clone());
        }
        self.name = user.name.clone();
        self.user = Known::live(user, at);
        self.seen_in = Some(round);
    }

    /// Returns the name for requests; `None` for root, for whom none is sent.
    pub(crate) fn sent_name(&self) -> Option<UserName> {
        (!self.is_root).then(|| self.name.clone())
    }

    /// Returns the key with that ID, if the live list has it. A deleted user has none.
    pub(crate) fn key(&self, id: &KeyId) -> Option<&AccessKey> {
        self.live_keys().iter().find(|key| key.id == *id)
    }

    /// Returns the keys of the live list; empty without one, and for a deleted user.
    pub(crate) fn live_keys(&self) -> &[AccessKey] {
        match &self.keys {
            Known::Live { value, .. } if !self.is_deleted() => value,
            _ => &[],
        }
    }

    /// Returns whether the user is deleted.
    pub(crate) fn is_deleted(&self) -> bool {
        matches!(self.user, Known::Vanished { .. }) || matches!(self.keys, Known::Vanished { .. })
    }

    /// Returns the row of the credential report, and when that was generated, if its keys stand for
    /// a list that was not read or could not be.
    pub(crate) fn report_for_keys(&self) -> Option<&(ReportRow, Timestamp)> {
        match &self.keys {
            Known::NotRead | Known::Denied(_) | Known::Failed(_) => self.report.as_ref(),
            Known::Live { .. } | Known::Reported { .. } | Known::Vanished { .. } => None,
        }
    }

    /// Returns the statuses of the keys, live if possible, else from the report.
    pub(crate) fn key_statuses(&self) -> Known<Vec<KeyStatus>> {
        match self.report_for_keys() {
            Some((row, at)) => Known::Reported {
                value: row.keys.iter().map(|key| key.status.clone()).collect(),
                at: *at,
            },
            None => self.keys.map(|keys| keys.iter().map(|key| key.status.clone()).collect()),
        }
    }

    /// Returns when the keys were created, live if possible, else from the report.
    pub(crate) fn key_ages(&self) -> Known<Vec<Timestamp>> {
        match self.report_for_keys() {
            Some((row, at)) => Known::Reported {
                value: row.keys.iter().filter_map(|key| key.created).collect(),
                at: *at,
            },
            None => self.keys.map(|keys| keys.iter().filter_map(|key| key.created).collect()),
        }
    }

    /// Returns the most recent use of any key. For listed keys it is known only if that of each is,
    /// and live only if that of each is live; without a list it is the report's.
    pub(crate) fn latest_use(&self) -> Known<LastUse> {
        if let Known::Live { value: keys, at, .. } = &self.keys {
            return match (latest(keys.iter().map(|key| &key.last_use)), self.reported_at()) {
                (Some(value), Some(at)) => Known::Reported { value, at },
                (Some(value), None) => Known::live(value, *at),
                (None, _) => self.first_unread_use(),
            };
        }
        match &self.report {
            Some((row, at)) => {
                let last_use = latest(row.keys.iter().map(|key| &key.last_use));
                last_use.map_or(Known::NotRead, |value| Known::Reported { value, at: *at })
            }
            None => self.first_unread_use(),
        }
    }

    /// Returns why the last use of the keys is not known: the state of the first such key, or that
    /// of the list.
    fn first_unread_use(&self) -> Known<LastUse> {
        match &self.keys {
            Known::Live { value, .. } => value
                .iter()
                .map(|key| &key.last_use)
                .find(|last_use| last_use.value().is_none())
                .cloned()
                .unwrap_or_default(),
            other => other.map(|_| LastUse::Never),
        }
    }

    /// Returns whether an MFA device is enabled, from the detail, else from the report.
    pub(crate) fn mfa(&self) -> Known<bool> {
        match (&self.detail.mfa, &self.report) {
            (Known::Live { value, at, .. }, _) => Known::live(!value.is_empty(), *at),
            (_, Some((row, _))) => row.mfa.clone(),
            (other, None) => other.map(|devices| !devices.is_empty()),
        }
    }

    /// Returns whether a quarantine policy is attached to the user; `None` if that is not known. To
    /// root, no policy can be attached.
    pub(crate) fn is_quarantined(&self) -> Option<bool> {
        if self.is_root {
            return Some(false);
        }
        let policies = self.detail.attached_policies.value()?;
        Some(policies.iter().any(|name| name.starts_with(QUARANTINE_POLICY_PREFIX)))
    }

    /// Returns the quarantine policies attached to the user.
    pub(crate) fn quarantine(&self) -> Known<Vec<Arc<str>>> {
        self.detail.attached_policies.map(|names| {
            names
                .iter()
                .filter(|name| name.starts_with(QUARANTINE_POLICY_PREFIX))
                .cloned()
                .collect()
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn data(part: UserDetailPart) -> ReadData {
        match part {
            UserDetailPart::BoundaryAndTags => {
                ReadData::BoundaryAndTags { boundary: None, tags: Vec::new() }
            }
            UserDetailPart::Console => ReadData::Console(None),
            _ => ReadData::Names(vec!["one".into()]),
        }
    }

    #[test]
    fn a_reply_of_the_wrong_kind_changes_no_part() {
        let at = "2026-08-01T00:00:00Z".parse().unwrap();
        for part in UserDetailPart::ALL {
            let mut right = UserDetail::default();
            right.apply(part, data(part), at);
            let read = UserDetailPart::ALL.into_iter().filter(|part| right.has_reply(*part));
            assert!(read.eq([part]), "{right:?}");
            for other in UserDetailPart::ALL {
                let (mut wrong, data) = (UserDetail::default(), data(other));
                if std::mem::discriminant(&data) != std::mem::discriminant(&self::data(part)) {
                    wrong.apply(part, data, at);
                    assert_eq!(wrong, UserDetail::default(), "{part:?} with that of {other:?}");
                }
            }
        }
    }
}
