//! GetAccountSummary.

use std::collections::BTreeSet;

use crate::demo::account::xml::Xml;
use crate::demo::account::{Account, MAX_KEYS_PER_USER};

/// IAM's quota of users per account.
const USERS_QUOTA: usize = 5_000;

/// Writes the summary map, as far as the demo has its entries.
pub(crate) fn fill(account: &Account, xml: &mut Xml) {
    let users = || account.users.values();
    let groups: BTreeSet<_> = users().flat_map(|user| &user.groups).collect();
    let devices = users().map(|user| user.mfa.len()).sum::<usize>();
    let root = &account.root;
    let entries = [
        ("AccessKeysPerUserQuota", MAX_KEYS_PER_USER),
        ("AccountAccessKeysPresent", root.keys.len().min(1)),
        ("AccountMFAEnabled", usize::from(root.mfa.is_some())),
        ("AccountPasswordPresent", 1),
        ("AccountSigningCertificatesPresent", 0),
        ("Groups", groups.len()),
        ("MFADevices", devices),
        ("MFADevicesInUse", devices),
        ("Roles", account.roles.len()),
        ("SigningCertificatesPerUserQuota", 2),
        ("Users", account.users.len()),
        ("UsersQuota", USERS_QUOTA),
    ];
    xml.group("SummaryMap", |xml| {
        for (key, value) in entries {
            xml.group("entry", |xml| {
                xml.leaf("key", key);
                xml.leaf("value", &value.to_string());
            });
        }
    });
}
