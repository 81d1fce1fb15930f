//! UpdateAccessKey, the only write, and the reads that find and verify its key.

use std::sync::Arc;

use aws_sdk_iam::operation::RequestId;
use aws_sdk_iam::types::StatusType;

use crate::aws::http::call_stats::AttemptTracker;
use crate::aws::iam::reader::{KeyListing, Reader};
use crate::model::{
    Caller, Direction, KeyChange, KeyId, KeyLastUse, ServiceError, UserName, escape_hidden,
};

/// Client for changes, with short timeouts and its own retry partition.
#[derive(Clone)]
pub(crate) struct Writer {
    reader: Reader,
}

/// Result of one UpdateAccessKey call.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct UpdateResult {
    /// Success, or the error.
    pub result: Result<(), ServiceError>,
    /// ID of the last request.
    pub request_id: Option<Arc<str>>,
    /// Number of requests sent, including retries; 0 if nothing was sent.
    pub attempts: u32,
    /// Whether an attempt had no clear response. Then the key may have changed even if a retry
    /// was refused or could not connect.
    pub had_ambiguous_attempt: bool,
}

impl Writer {
    pub(super) fn new(reader: Reader) -> Self {
        Self { reader }
    }

    /// Calls UpdateAccessKey, unless `SessionCore::check` fails. Without a user, IAM takes the user
    /// whose key signs:
    /// <https://docs.aws.amazon.com/IAM/latest/APIReference/API_UpdateAccessKey.html>.
    pub(crate) async fn update_access_key(&self, change: &KeyChange) -> UpdateResult {
        const OPERATION: &str = "UpdateAccessKey";
        let status = match change.direction {
            Direction::Activate => StatusType::Active,
            Direction::Deactivate => StatusType::Inactive,
        };
        let ready = async {
            let core = &self.reader.core;
            core.ensure_credentials(OPERATION).await?;
            core.check(change).await
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
        let response = call.customize().interceptor(attempts.clone()).send().await;
        let (result, request_id) = match response {
            Ok(response) => (Ok(()), response.request_id().map(|id| escape_hidden(id).into())),
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

    /// Returns the keys of a user, for the status of a key before and after a change.
    ///
    /// # Errors
    /// Returns an error if IAM refuses or cannot be reached.
    pub(crate) async fn keys(&self, user: Option<&UserName>) -> Result<KeyListing, ServiceError> {
        self.reader.keys(user).await
    }

    /// Returns owner and last use of a key.
    ///
    /// # Errors
    /// Returns an error if IAM refuses or cannot be reached.
    pub(crate) async fn last_use(&self, key: &KeyId) -> Result<KeyLastUse, ServiceError> {
        self.reader.last_use(key).await
    }

    /// Asks STS for the caller, to verify that a deactivated key is refused.
    ///
    /// # Errors
    /// Returns an error if STS refuses or cannot be reached.
    pub(crate) async fn caller(&self) -> Result<Caller, ServiceError> {
        self.reader.core.caller().await
    }
}
