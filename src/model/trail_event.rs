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
    /// could not be read. It may have hidden characters.
    pub record: Option<Arc<str>>,
    /// Why the record could not be read. What only the record has is then not known: whether the
    /// call failed, where it came from, and what it issued.
    pub unread_record: Option<UnreadRecord>,
    /// The texts above, except for the record, in lower case and one a line. Empty until
    /// [`Self::index`].
    pub search_text: Box<str>,
}

/// Why the record of an event could not be read.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum UnreadRecord {
    /// CloudTrail has sent none.
    Missing,
    /// It is not a JSON object.
    NotJson,
}

/// What became of a call.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum CallOutcome<'a> {
    /// AWS has carried it out.
    Done,
    /// AWS has refused it, or it failed, with this error code.
    Failed(&'a EscapedText),
    /// The record, which has the error code, could not be read.
    NotKnown,
}

impl CallOutcome<'_> {
    /// Returns the name, as a column and an export show it.
    pub(crate) fn as_str(self) -> &'static str {
        match self {
            Self::Done => "done",
            Self::Failed(_) => "failed",
            Self::NotKnown => "not known",
        }
    }
}

impl TrailEvent {
    /// Returns what became of the call.
    pub(crate) fn outcome(&self) -> CallOutcome<'_> {
        match (&self.error_code, self.unread_record) {
            (Some(code), _) => CallOutcome::Failed(code),
            (None, None) => CallOutcome::Done,
            (None, Some(_)) => CallOutcome::NotKnown,
        }
    }

    /// Prepares the event for searches: a filter looks through thousands at each keystroke.
    pub(crate) fn index(&mut self) {
        let optional = [
            &self.source_ip,
            &self.user_agent,
            &self.principal,
            &self.error_code,
            &self.error_message,
            &self.target,
        ];
        let optional = optional.into_iter().flatten().map(|text| &**text);
        let issued = self.issued.as_ref().map(|issued| issued.key.as_str());
        let texts = [&*self.name, &*self.service, self.region.as_str(), &*self.id].into_iter();
        let texts: Vec<_> = texts.chain(optional).chain(issued).collect();
        self.search_text = texts.join("\n").to_lowercase().into();
    }
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
