//! The one write, and the reads that find its key and prove it.

use std::sync::Arc;

use aws_sdk_iam::operation::RequestId;
use aws_sdk_iam::types::StatusType;

use crate::aws::http::call_stats::AttemptTracker;
use crate::aws::iam::reader::{KeyListing, Reader};
use crate::aws::iam::session::Session;
use crate::model::{
    Caller, Direction, KeyChange, KeyId, LastUse, ServiceError, UserName, escape_hidden,
};

/// The client for changes. Its timeouts are short and its retries its own.
#[derive(Clone)]
pub(crate) struct Writer {
    reader: Reader,
    session: Session,
}

/// What became of one UpdateAccessKey.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct UpdateResult {
    /// IAM's answer.
    pub result: Result<(), ServiceError>,
    /// The ID of the last request.
    pub request_id: Option<Arc<str>>,
    /// How often it was sent, retries counted; zero if it never left.
    pub attempts: u32,
    /// Whether an attempt had no clear answer. A retry that is then refused,
    /// or reaches nobody, does not say that the key is as it was.
    pub had_ambiguous_attempt: bool,
}

impl Writer {
    pub(in crate::aws) fn new(reader: Reader, session: Session) -> Self {
        Self { reader, session }
    }

    /// iam:UpdateAccessKey, unless the session is by now another caller's than
    /// the change was confirmed for. Without a user, IAM takes the one whose
    /// key signs.
    pub(crate) async fn update_access_key(&self, change: &KeyChange) -> UpdateResult {
        const OPERATION: &str = "UpdateAccessKey";
        let status = match change.direction {
            Direction::Activate => StatusType::Active,
            Direction::Deactivate => StatusType::Inactive,
        };
        let ready = async {
            self.session.ensure_credentials(OPERATION).await?;
            self.session.check(change).await
        };
        if let Err(error) = ready.await {
            return UpdateResult {
                result: Err(error),
                request_id: None,
                attempts: 0,
                had_ambiguous_attempt: false,
            };
        }
        let attempts = AttemptTracker::default();
        let call = self
            .reader
            .client
            .update_access_key()
            .access_key_id(change.key.as_str())
            .status(status);
        let call = call.set_user_name(change.user.as_ref().map(|user| user.raw().to_owned()));
        let answer = call.customize().interceptor(attempts.clone()).send().await;
        let (result, request_id) = match answer {
            Ok(answer) => (Ok(()), answer.request_id().map(|id| escape_hidden(id).into())),
            Err(error) => {
                let error = self.reader.classify_error(OPERATION, &error);
                let request_id = error.request_id.clone();
                (Err(error), request_id)
            }
        };
        UpdateResult {
            result,
            request_id,
            attempts: attempts.sent(),
            had_ambiguous_attempt: attempts.had_ambiguous_attempt(),
        }
    }

    /// iam:ListAccessKeys, to find a key's status before a change and after.
    ///
    /// # Errors
    /// IAM's refusal, or no answer; so for all reads.
    pub(crate) async fn keys(&self, user: Option<&UserName>) -> Result<KeyListing, ServiceError> {
        self.reader.keys(user).await
    }

    /// iam:GetAccessKeyLastUsed, to find a key's owner.
    pub(crate) async fn last_use(
        &self,
        key: &KeyId,
    ) -> Result<(Option<UserName>, LastUse), ServiceError> {
        self.reader.last_use(key).await
    }

    /// sts:GetCallerIdentity, to prove that a key is refused.
    pub(crate) async fn caller(&self) -> Result<Caller, ServiceError> {
        self.session.caller().await
    }
}
