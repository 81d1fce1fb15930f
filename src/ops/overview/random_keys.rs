//! Random keys of users, and their rows of the credential report, for tests.

use std::time::Duration;

use jiff::{SignedDuration, Timestamp};
use proptest::prelude::*;

use crate::model::{Arn, KeyStatus, Known, LastUse, Now, ReportRow, ReportedKey, User, UserName};

pub(crate) fn now() -> Now {
    Now { wall: "2026-11-24T14:02:11Z".parse().unwrap(), mono: Duration::from_secs(1) }
}

/// A key as an account has it.
#[derive(Clone, Debug)]
pub(crate) struct OwnedKey {
    pub(crate) status: KeyStatus,
    pub(crate) created: Option<Timestamp>,
    /// The last use, if it can be read.
    pub(crate) last_use: Option<LastUse>,
}

/// Returns a time whose age is often exactly a limit of a bar.
fn time() -> impl Strategy<Value = Timestamp> {
    let days = prop::sample::select(vec![0_i64, 1, 7, 30, 90, 180, 365, 366, 3_000]);
    (days, -1_i64..=1).prop_map(|(days, seconds)| {
        now().wall - SignedDuration::from_hours(24 * days) - SignedDuration::from_secs(seconds)
    })
}

pub(crate) fn owned_key() -> impl Strategy<Value = OwnedKey> {
    let used = |at| LastUse::Used { at, service: None, region: None };
    let last_use = prop_oneof![
        Just(None),
        Just(Some(LastUse::Never)),
        time().prop_map(move |at| Some(used(at))),
        time().prop_map(move |at| Some(used(at))),
    ];
    let status = prop_oneof![
        4 => Just(KeyStatus::Active),
        1 => Just(KeyStatus::Inactive),
        1 => Just(KeyStatus::Expired),
    ];
    (status, prop::option::weighted(0.9, time()), last_use)
        .prop_map(|(status, created, last_use)| OwnedKey { status, created, last_use })
}

pub(crate) fn name(number: usize) -> UserName {
    UserName::from_service(&format!("user-{number}"))
}

pub(crate) fn user(number: usize) -> User {
    User {
        name: name(number),
        id: format!("AIDA{number}").into(),
        path: "/".into(),
        arn: Arn::from_service("arn:aws:iam::123456789012:user/x"),
        created: None,
        password_last_used: None,
    }
}

/// Returns a user's row of a report that is an hour old; `None` is root.
pub(crate) fn row(user: Option<UserName>, keys: &[OwnedKey], mfa: Option<bool>) -> ReportRow {
    let at = now().wall - SignedDuration::from_hours(1);
    let keys = keys.iter().zip(1..).map(|(key, slot)| ReportedKey {
        slot,
        status: key.status.clone(),
        created: key.created,
        last_use: key
            .last_use
            .clone()
            .map_or(Known::NotRead, |value| Known::Reported { value, at }),
    });
    ReportRow {
        number: 1,
        user,
        arn: Arn::from_service("arn:aws:iam::123456789012:user/x"),
        created: None,
        password_enabled: Known::NotRead,
        password_last_use: Known::NotRead,
        password_changed: None,
        mfa: mfa.map(|value| Known::Reported { value, at }).unwrap_or_default(),
        keys: keys.collect(),
    }
}
