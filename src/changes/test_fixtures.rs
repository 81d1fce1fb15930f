//! The change that the tests of `changes` use.

use std::sync::Arc;

use jiff::Timestamp;

use super::change_origin::ChangeOrigin;
use super::journal::entry::{Intent, JournalEntry};
use super::journal::outcome::{OutcomeKind, OutcomeRecord};
use super::verify::ChangeLimits;
use crate::model::{
    AccessKey, AccountId, Arn, Direction, Endpoint, ErrorKind, KeyChange, KeyId, KeyStatus, Known,
    SelfLockoutRisk, ServiceError, SessionId, UserName, Verification,
};

pub(crate) const KEY: &str = "AKIARZPUZDIKFYHOWX26";

pub(crate) fn time(text: &str) -> Timestamp {
    format!("2026-11-24T{text}Z").parse().unwrap()
}

pub(crate) fn change() -> KeyChange {
    KeyChange {
        id: 1,
        session: SessionId(1),
        key: KeyId::parse(KEY).unwrap(),
        user: Some(UserName::from_service("svc-billing-0042")),
        before: Some(KeyStatus::Active),
        read: None,
        caller: None,
        lockout_risk: SelfLockoutRisk::None,
        direction: Direction::Deactivate,
        reason: Some("leaked in build log".into()),
        verification: Verification::ByRead,
        undoes: None,
        batch: None,
        plan: None,
    }
}

pub(crate) fn change_origin() -> ChangeOrigin {
    ChangeOrigin {
        account: Some(AccountId::from_number(123_456_789_012)),
        alias: Some("acme-prod".into()),
        caller: Some(Arn::from_service("arn:aws:iam::123456789012:user/operator")),
        profile: Some("prod".into()),
        route: None,
        endpoint: Endpoint::Aws,
        unverified_tls: false,
    }
}

pub(crate) fn intent(change: &KeyChange, at: &str) -> Intent {
    Intent::new(
        change,
        &change_origin(),
        time(at),
        ChangeLimits::default().max_duration(change.verification),
    )
}

/// Returns a change started at that time, with an outcome of that kind if one is given.
pub(crate) fn entry(change: &KeyChange, at: &str, kind: Option<OutcomeKind>) -> JournalEntry {
    let intent = intent(change, at);
    let outcomes =
        kind.map(|kind| OutcomeRecord::new(&intent.id, kind, intent.time)).into_iter().collect();
    JournalEntry { intent, outcomes }
}

pub(crate) fn key(id: &str, status: KeyStatus) -> AccessKey {
    let user = Some(UserName::from_service("svc-billing-0042"));
    AccessKey {
        id: KeyId::parse(id).unwrap(),
        user,
        status,
        created: None,
        last_use: Known::NotRead,
    }
}

pub(crate) fn error(kind: ErrorKind, code: &str) -> Arc<ServiceError> {
    Arc::new(ServiceError {
        kind,
        operation: "UpdateAccessKey",
        code: (!code.is_empty()).then(|| code.into()),
        message: "it went wrong".into(),
        request_id: Some("req-error".into()),
        hint: None,
        sign_in: None,
        proxy: None,
    })
}
