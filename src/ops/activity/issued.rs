//! Credentials that the calls of a key have issued.

use std::fmt;

use jiff::Timestamp;

use crate::model::{EscapedText, KeyId, KeyKind, Region, TrailEvent, format_utc};

/// Credentials that a call has issued. Deactivating the key does not end them.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Issued {
    /// ID of the access key.
    pub key: KeyId,
    /// Kind of the credentials.
    pub kind: IssuedKind,
    /// Name of the call: `AssumeRole`.
    pub call: EscapedText,
    /// Time of the call.
    pub time: Timestamp,
    /// Region of the call.
    pub region: Region,
    /// Whom they belong to: the name of a user, or the ARN of a role session.
    pub owner: Option<EscapedText>,
    /// End of the session; `None` for a long-term key, or if the event does not say.
    pub expires: Option<Timestamp>,
}

/// Kind of issued credentials.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum IssuedKind {
    /// A long-term access key.
    AccessKey,
    /// A session of the user, by GetSessionToken.
    Session,
    /// A federated session, by GetFederationToken. It survives the deactivation of the key.
    FederatedSession,
    /// A session of a role.
    RoleSession,
    /// Other temporary credentials.
    Temporary,
}

/// Whether issued credentials can still be in use.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum IssuedStatus {
    /// A long-term key: until it is deactivated or deleted.
    LongTerm,
    /// Until that time.
    LiveUntil(Timestamp),
    /// The session has ended.
    Ended(Timestamp),
    /// The event does not say when the session ends.
    EndUnknown,
}

impl Issued {
    /// Returns the credentials that the reply to the call contained.
    pub(super) fn from_event(event: &TrailEvent) -> Option<Self> {
        let issued = event.issued.as_ref()?;
        let kind = match (&*event.name, issued.key.kind()) {
            (_, KeyKind::LongTerm) | ("CreateAccessKey", _) => IssuedKind::AccessKey,
            ("GetSessionToken", _) => IssuedKind::Session,
            ("GetFederationToken", _) => IssuedKind::FederatedSession,
            (name, _) if name.starts_with("AssumeRole") => IssuedKind::RoleSession,
            _ => IssuedKind::Temporary,
        };
        Some(Self {
            key: issued.key.clone(),
            kind,
            call: event.name.clone(),
            time: event.time,
            region: event.region.clone(),
            owner: issued.owner.clone(),
            expires: issued.expires,
        })
    }

    /// Returns whether the credentials can still be in use.
    pub(crate) fn status(&self, now: Timestamp) -> IssuedStatus {
        match (self.kind, self.expires) {
            (IssuedKind::AccessKey, _) => IssuedStatus::LongTerm,
            (_, Some(end)) if end > now => IssuedStatus::LiveUntil(end),
            (_, Some(end)) => IssuedStatus::Ended(end),
            (_, None) => IssuedStatus::EndUnknown,
        }
    }
}

impl IssuedKind {
    /// Returns the name, as a column and an export show it.
    pub(crate) fn as_str(self) -> &'static str {
        match self {
            Self::AccessKey => "access key",
            Self::Session => "session",
            Self::FederatedSession => "federated session",
            Self::RoleSession => "role session",
            Self::Temporary => "temporary credentials",
        }
    }
}

impl fmt::Display for IssuedKind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.as_str())
    }
}

impl fmt::Display for IssuedStatus {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let text = match self {
            Self::LongTerm => "long-term".to_owned(),
            Self::LiveUntil(end) => format!("live until {}", format_utc(*end)),
            Self::Ended(end) => format!("ended {}", format_utc(*end)),
            Self::EndUnknown => "end unknown".to_owned(),
        };
        f.pad(&text)
    }
}
