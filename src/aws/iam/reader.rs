//! IAM reads, with responses converted to types of [`crate::model`]. API:
//! <https://docs.aws.amazon.com/IAM/latest/APIReference/API_Operations.html>.

use std::collections::HashMap;
use std::sync::Arc;

use aws_sdk_iam::Client;
use aws_sdk_iam::error::{ProvideErrorMetadata, SdkError};
use aws_sdk_iam::operation::RequestId;
use aws_sdk_iam::primitives::DateTime;
use aws_sdk_iam::types::{AccessKeyMetadata, SummaryKeyType};
use aws_smithy_runtime_api::client::orchestrator::HttpResponse;
use jiff::Timestamp;

use crate::aws::errors::classify::{classify, unreadable_response};
use crate::aws::iam::credential_report;
use crate::aws::iam::session_core::SessionCore;
use crate::aws::messages;
use crate::aws::pagination::{ListPage, all_pages};
use crate::model::{
    AccessKey, AccountId, Arn, CredentialReport, ErrorKind, IamSummary, KeyId, KeyLastUse,
    KeyStatus, Known, LastUse, Marker, ServiceError, User, UserName, escape_hidden,
};

/// Number of entries to request for a page, IAM's maximum.
pub(in crate::aws) const MAX_PAGE_ENTRIES: i32 = 1000;

/// Client of a session for reads. Reads return an error if the service refuses or cannot be
/// reached, or if its response is not usable.
#[derive(Clone)]
pub(crate) struct Reader {
    pub(in crate::aws) client: Client,
    pub(super) core: Arc<SessionCore>,
}

/// All keys of a user, and the ID of the request.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct KeyListing {
    /// Keys in IAM's order.
    pub keys: Vec<AccessKey>,
    /// Request ID of the last page.
    pub request_id: Option<Arc<str>>,
}

/// A page of users, and the marker of the next page.
type UsersPage = (Vec<User>, Option<Marker>);

impl Reader {
    pub(super) fn new(client: Client, core: Arc<SessionCore>) -> Self {
        Self { client, core }
    }

    /// Returns the account that owns a key, in any account (sts:GetAccessKeyInfo).
    ///
    /// # Errors
    /// Returns an error if STS refuses or cannot be reached.
    pub(crate) async fn read_key_account(&self, key: &KeyId) -> Result<AccountId, ServiceError> {
        self.core.read_key_account(key).await
    }

    /// Converts an SDK error, with a hint for this session.
    pub(in crate::aws) fn classify_error<E>(
        &self,
        operation: &'static str,
        error: &SdkError<E, HttpResponse>,
    ) -> ServiceError
    where
        E: ProvideErrorMetadata + std::error::Error + 'static,
    {
        classify(operation, error, &self.core.credentials_cache.facts().error_context)
    }

    /// Returns the alias of the account, if it has one (iam:ListAccountAliases).
    pub(crate) async fn alias(&self) -> Result<Option<Arc<str>>, ServiceError> {
        let response = self.client.list_account_aliases().send().await;
        let response =
            response.map_err(|error| self.classify_error("ListAccountAliases", &error))?;
        Ok(response.account_aliases().first().map(|alias| escape_hidden(alias).into()))
    }

    /// Returns the number of users, and whether root has an access key (iam:GetAccountSummary).
    pub(crate) async fn summary(&self) -> Result<IamSummary, ServiceError> {
        const OPERATION: &str = "GetAccountSummary";
        let response = self.client.get_account_summary().send().await;
        let response = response.map_err(|error| self.classify_error(OPERATION, &error))?;
        let number =
            |key: &SummaryKeyType| response.summary_map().and_then(|map| map.get(key)).copied();
        let users = number(&SummaryKeyType::Users)
            .and_then(|n| usize::try_from(n).ok())
            .ok_or_else(|| unreadable_response(OPERATION, messages::NO_USER_COUNT))?;
        let root_keys = number(&SummaryKeyType::AccountAccessKeysPresent);
        Ok(IamSummary { users, root_has_key: root_keys.map(|number| number > 0) })
    }

    /// Returns one page of users (iam:ListUsers).
    pub(crate) async fn users(&self, from: Option<&Marker>) -> Result<UsersPage, ServiceError> {
        const OPERATION: &str = "ListUsers";
        let marker = from.map(|marker| marker.0.to_string());
        let response =
            self.client.list_users().max_items(MAX_PAGE_ENTRIES).set_marker(marker).send().await;
        let response = response.map_err(|error| self.classify_error(OPERATION, &error))?;
        let users = response.users().iter().map(user).collect::<Result<_, _>>()?;
        let next = match (response.is_truncated(), response.marker()) {
            (false, _) => None,
            (true, Some(next)) if from.is_none_or(|from| &*from.0 != next) => {
                Some(Marker(next.into()))
            }
            (true, _) => return Err(unreadable_response(OPERATION, messages::NO_NEXT_PAGE)),
        };
        Ok((users, next))
    }

    /// Returns all keys of a user, by default of the caller (iam:ListAccessKeys). An invalid key ID
    /// fails the whole read, since an incomplete list would hide a key.
    pub(crate) async fn keys(&self, user: Option<&UserName>) -> Result<KeyListing, ServiceError> {
        const OPERATION: &str = "ListAccessKeys";
        let pages = all_pages(OPERATION, |marker| async move {
            let name = user.map(|user| user.raw().to_owned());
            let call = self
                .client
                .list_access_keys()
                .set_user_name(name)
                .max_items(MAX_PAGE_ENTRIES)
                .set_marker(marker);
            let response =
                call.send().await.map_err(|error| self.classify_error(OPERATION, &error))?;
            let request_id: Option<Arc<str>> =
                response.request_id().map(|id| escape_hidden(id).into());
            let keys = response.access_key_metadata().iter().map(|key| access_key(key, user));
            Ok(ListPage {
                items: vec![(keys.collect::<Result<Vec<_>, _>>()?, request_id)],
                truncated: response.is_truncated(),
                marker: response.marker().map(str::to_owned),
            })
        })
        .await?;
        let request_id = pages.last().and_then(|(_, request_id)| request_id.clone());
        let keys = distinct_keys(pages.into_iter().flat_map(|(keys, _)| keys))?;
        Ok(KeyListing { keys, request_id })
    }

    /// Returns owner and last use of a key (iam:GetAccessKeyLastUsed). Root's keys have no owner.
    pub(crate) async fn last_use(&self, key: &KeyId) -> Result<KeyLastUse, ServiceError> {
        const OPERATION: &str = "GetAccessKeyLastUsed";
        let response =
            self.client.get_access_key_last_used().access_key_id(key.as_str()).send().await;
        let response = response.map_err(|error| self.classify_error(OPERATION, &error))?;
        let owner =
            response.user_name().filter(|name| !name.is_empty()).map(UserName::from_service);
        // A response without it would say that the key is root's and was never used.
        let last_use = response
            .access_key_last_used()
            .and_then(last_use)
            .ok_or_else(|| unreadable_response(OPERATION, messages::NO_LAST_USE))?;
        Ok(KeyLastUse { owner, last_use })
    }

    /// Starts generating a credential report (iam:GenerateCredentialReport).
    pub(crate) async fn generate_report(&self) -> Result<(), ServiceError> {
        let response = self.client.generate_credential_report().send().await;
        match response.map_err(|error| self.classify_error("GenerateCredentialReport", &error)) {
            // Too many were requested. There may be one.
            Err(error) if error.kind != ErrorKind::QuotaExceeded => Err(error),
            _ => Ok(()),
        }
    }

    /// Returns the credential report (iam:GetCredentialReport). If there is none any more, requests
    /// it anew.
    ///
    /// # Errors
    /// Returns an error of the kind `NotReady` until there is a report.
    pub(crate) async fn report(&self) -> Result<CredentialReport, ServiceError> {
        const OPERATION: &str = "GetCredentialReport";
        let response = self.client.get_credential_report().send().await;
        let response = match response.map_err(|error| self.classify_error(OPERATION, &error)) {
            Ok(response) => response,
            Err(error) => {
                // It can expire between the two calls. One that is being generated has another
                // code.
                if matches!(error.code.as_deref(), Some("ReportExpired" | "ReportNotPresent")) {
                    self.generate_report().await?;
                }
                return Err(error);
            }
        };
        let generated = response
            .generated_time()
            .and_then(timestamp)
            .ok_or_else(|| unreadable_response(OPERATION, messages::NO_REPORT_TIME))?;
        let content = response.content().map(AsRef::as_ref).unwrap_or_default();
        credential_report::parse_report(content, generated)
            .map_err(|error| unreadable_response(OPERATION, error.to_string()))
    }
}

/// Returns the last use; `None` if it is missing. IAM reports that there was none by `N/A` as the
/// service, without a date
/// (<https://docs.aws.amazon.com/IAM/latest/APIReference/API_AccessKeyLastUsed.html>).
fn last_use(used: &aws_sdk_iam::types::AccessKeyLastUsed) -> Option<LastUse> {
    match used.last_used_date() {
        None => (used.service_name() == "N/A").then_some(LastUse::Never),
        Some(at) => Some(LastUse::Used {
            at: timestamp(at)?,
            service: non_empty(used.service_name()),
            region: non_empty(used.region()),
        }),
    }
}

/// # Errors
/// Returns an error for a user without a name: requests without one are about the caller.
fn user(user: &aws_sdk_iam::types::User) -> Result<User, ServiceError> {
    if user.user_name().is_empty() {
        return Err(unreadable_response("ListUsers", messages::NO_USER_NAME));
    }
    Ok(User {
        name: UserName::from_service(user.user_name()),
        id: escape_hidden(user.user_id()).into(),
        path: escape_hidden(user.path()).into(),
        arn: Arn::from_service(user.arn()),
        created: timestamp(user.create_date()),
        password_last_used: user.password_last_used().and_then(timestamp),
    })
}

/// Leaves out keys that are listed again, as on pages that overlap.
///
/// # Errors
/// Returns an error if a key is listed with two statuses: neither can be trusted.
fn distinct_keys(listed: impl Iterator<Item = AccessKey>) -> Result<Vec<AccessKey>, ServiceError> {
    let mut statuses: HashMap<KeyId, KeyStatus> = HashMap::new();
    let mut keys = Vec::new();
    for key in listed {
        match statuses.get(&key.id) {
            None => {
                statuses.insert(key.id.clone(), key.status.clone());
                keys.push(key);
            }
            Some(status) if *status == key.status => {}
            Some(_) => {
                let problem = messages::key_with_two_statuses(&key.id);
                return Err(unreadable_response("ListAccessKeys", problem));
            }
        }
    }
    Ok(keys)
}

/// Converts a key of ListAccessKeys. Root's keys have no user.
fn access_key(
    key: &AccessKeyMetadata,
    asked: Option<&UserName>,
) -> Result<AccessKey, ServiceError> {
    const OPERATION: &str = "ListAccessKeys";
    let id = key.access_key_id().unwrap_or_default();
    let id = KeyId::parse(id)
        .map_err(|reason| unreadable_response(OPERATION, messages::bad_key_id(id, &reason)))?;
    let status =
        key.status().ok_or_else(|| unreadable_response(OPERATION, messages::no_status(&id)))?;
    Ok(AccessKey {
        id,
        user: key
            .user_name()
            .filter(|name| !name.is_empty())
            .map(UserName::from_service)
            .or_else(|| asked.cloned()),
        status: KeyStatus::from_service(status.as_str()),
        created: key.create_date().and_then(timestamp),
        last_use: Known::NotRead,
    })
}

/// Converts an SDK time; `None` beyond the year 9999.
pub(in crate::aws) fn timestamp(time: &DateTime) -> Option<Timestamp> {
    Timestamp::new(time.secs(), i32::try_from(time.subsec_nanos()).ok()?).ok()
}

/// Returns the text, escaped, unless it is empty or `N/A`.
fn non_empty(text: &str) -> Option<Arc<str>> {
    (!text.is_empty() && text != "N/A").then(|| escape_hidden(text).into())
}
