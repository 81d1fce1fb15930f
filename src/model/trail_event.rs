//! Events of CloudTrail's event history.

use std::sync::Arc;

use jiff::Timestamp;

use super::{EscapedText, KeyId, Region};

/// An event of CloudTrail's event history: one call of a management operation. The texts have no
/// hidden characters and at most a few hundred characters each, except for the record. See
/// <https://docs.aws.amazon.com/awscloudtrail/latest/userguide/cloudtrail-event-reference-record-contents.html>.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct TrailEvent {
    /// ID of the event, unique within the account.
    pub id: EscapedText,
    /// Time of the call, in seconds.
    pub time: Timestamp,
    /// Region whose event history has the event.
    pub region: Region,
    /// Service that was called, without the DNS suffix: `iam`, `s3`.
    pub service: EscapedText,
    /// Name of the operation: `CreateUser`.
    pub name: EscapedText,
    /// IP address of the caller, or the name of the AWS service that called.
    pub source_ip: Option<EscapedText>,
    /// User agent of the caller.
    pub user_agent: Option<EscapedText>,
    /// ARN of the principal that signed the call.
    pub principal: Option<EscapedText>,
    /// Error code, if the call was refused: `AccessDenied`.
    pub error_code: Option<EscapedText>,
    /// Message of the error.
    pub error_message: Option<EscapedText>,
    /// Whether the operation only reads; `None` if the event does not say.
    pub read_only: Option<bool>,
    /// What the call was about, from its parameters: the name of a user, role, function or bucket.
    pub target: Option<EscapedText>,
    /// Credentials that the reply contained.
    pub issued: Option<IssuedCredentials>,
    /// The whole record as JSON, as CloudTrail returned it; `None` if it was too long to keep or
    /// was not there. It may have hidden characters.
    pub record: Option<Arc<str>>,
}

/// Credentials that a call has issued: a long-term key, or those of a session.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct IssuedCredentials {
    /// ID of the access key.
    pub key: KeyId,
    /// End of the session; `None` for a long-term key, or if the event does not say.
    pub expires: Option<Timestamp>,
    /// Whom they belong to: the name of a user, or the ARN of a role session.
    pub owner: Option<EscapedText>,
}
