//! What is read of an account: each call of IAM's, answered in our words.

use std::sync::Arc;

use aws_sdk_iam::Client;
use aws_sdk_iam::error::{ProvideErrorMetadata, SdkError};
use aws_sdk_iam::operation::RequestId;
use aws_sdk_iam::primitives::DateTime;
use aws_sdk_iam::types::{AccessKeyMetadata, SummaryKeyType};
use aws_smithy_runtime_api::client::orchestrator::HttpResponse;
use jiff::Timestamp;

use crate::aws::credentials::cache::CredentialsCache;
use crate::aws::errors::classify::{classify, unreadable_response};
use crate::aws::iam::credential_report;
use crate::aws::iam::pagination::{ListPage, all_pages};
use crate::aws::iam::session::Session;
use crate::model::{
    AccessKey, AccountId, Arn, KeyId, KeyStatus, Known, LastUse, Marker, ReportRow, ServiceError,
    User, UserName, escape_hidden,
};

/// How many entries a page may hold: the most that IAM gives.
pub(in crate::aws) const MAX_PAGE_ENTRIES: i32 = 1000;

/// One of a session's clients, for reading.
#[derive(Clone)]
pub(crate) struct Reader {
    pub(in crate::aws) client: Client,
    pub(in crate::aws) credentials_cache: Arc<CredentialsCache>,
    session: Session,
}

/// All keys of a user, and the request that told.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct KeyListing {
    /// The keys, in IAM's order.
    pub keys: Vec<AccessKey>,
    /// The ID of the last page's request.
    pub request_id: Option<Arc<str>>,
}

/// A page of users, and where the next begins.
type UsersPage = (Vec<User>, Option<Marker>);

impl Reader {
    pub(in crate::aws) fn new(
        client: Client,
        credentials_cache: Arc<CredentialsCache>,
        session: Session,
    ) -> Self {
        Self { client, credentials_cache, session }
    }

    /// sts:GetAccessKeyInfo: the account that owns the ID, whichever it is.
    ///
    /// # Errors
    /// STS's refusal, or no answer.
    pub(crate) async fn account_of(&self, key: &KeyId) -> Result<AccountId, ServiceError> {
        self.session.account_of(key).await
    }

    /// Sorts a failure, with what the session knows of itself.
    pub(in crate::aws) fn classify_error<E>(
        &self,
        operation: &'static str,
        error: &SdkError<E, HttpResponse>,
    ) -> ServiceError
    where
        E: ProvideErrorMetadata + std::error::Error + 'static,
    {
        classify(operation, error, &self.credentials_cache.facts().error_context)
    }

    /// iam:ListAccountAliases: the alias, if the account has one.
    ///
    /// # Errors
    /// IAM's refusal, or no answer; so for all reads.
    pub(crate) async fn alias(&self) -> Result<Option<Arc<str>>, ServiceError> {
        let answer = self.client.list_account_aliases().send().await;
        let answer = answer.map_err(|error| self.classify_error("ListAccountAliases", &error))?;
        Ok(answer.account_aliases().first().map(|alias| escape_hidden(alias).into()))
    }

    /// iam:GetAccountSummary: how many users there are, and whether root has
    /// an access key.
    pub(crate) async fn summary(&self) -> Result<(u32, bool), ServiceError> {
        const OPERATION: &str = "GetAccountSummary";
        let answer = self.client.get_account_summary().send().await;
        let answer = answer.map_err(|error| self.classify_error(OPERATION, &error))?;
        let number =
            |key: &SummaryKeyType| answer.summary_map().and_then(|map| map.get(key)).copied();
        let users = number(&SummaryKeyType::Users).and_then(|n| u32::try_from(n).ok()).ok_or_else(
            || unreadable_response(OPERATION, "the summary does not count the users"),
        )?;
        Ok((users, number(&SummaryKeyType::AccountAccessKeysPresent).is_some_and(|n| n > 0)))
    }

    /// One page of iam:ListUsers.
    pub(crate) async fn users(&self, from: Option<&Marker>) -> Result<UsersPage, ServiceError> {
        const OPERATION: &str = "ListUsers";
        let marker = from.map(|marker| marker.0.to_string());
        let answer =
            self.client.list_users().max_items(MAX_PAGE_ENTRIES).set_marker(marker).send().await;
        let answer = answer.map_err(|error| self.classify_error(OPERATION, &error))?;
        let users = answer.users().iter().map(user).collect();
        let next = match (answer.is_truncated(), answer.marker()) {
            (false, _) => None,
            (true, Some(next)) if from.is_none_or(|from| &*from.0 != next) => {
                Some(Marker(next.into()))
            }
            (true, _) => {
                return Err(unreadable_response(
                    OPERATION,
                    "the list has more pages and does not say where they begin",
                ));
            }
        };
        Ok((users, next))
    }

    /// All pages of iam:ListAccessKeys; without a user, the caller's own
    /// keys. An ID that is none fails the whole read: half a list would hide
    /// a key.
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
            let answer =
                call.send().await.map_err(|error| self.classify_error(OPERATION, &error))?;
            let request_id: Option<Arc<str>> =
                answer.request_id().map(|id| escape_hidden(id).into());
            let keys = answer.access_key_metadata().iter().map(|key| access_key(key, user));
            Ok(ListPage {
                items: vec![(keys.collect::<Result<Vec<_>, _>>()?, request_id)],
                truncated: answer.is_truncated(),
                marker: answer.marker().map(str::to_owned),
            })
        })
        .await?;
        let request_id = pages.last().and_then(|(_, request_id)| request_id.clone());
        let keys = pages.into_iter().flat_map(|(keys, _)| keys).collect();
        Ok(KeyListing { keys, request_id })
    }

    /// iam:GetAccessKeyLastUsed: the owner and the last use. Without an
    /// owner the key is root's.
    pub(crate) async fn last_use(
        &self,
        key: &KeyId,
    ) -> Result<(Option<UserName>, LastUse), ServiceError> {
        let answer =
            self.client.get_access_key_last_used().access_key_id(key.as_str()).send().await;
        let answer = answer.map_err(|error| self.classify_error("GetAccessKeyLastUsed", &error))?;
        let owner = answer.user_name().filter(|name| !name.is_empty()).map(UserName::from_service);
        let used = answer.access_key_last_used();
        let last_use = match used.and_then(|used| used.last_used_date()).and_then(timestamp) {
            None => LastUse::Never,
            Some(at) => LastUse::Used {
                at,
                service: used.and_then(|used| non_empty(used.service_name())),
                region: used.and_then(|used| non_empty(used.region())),
            },
        };
        Ok((owner, last_use))
    }

    /// iam:GenerateCredentialReport: asks for a report to be made.
    pub(crate) async fn generate_report(&self) -> Result<(), ServiceError> {
        let answer = self.client.generate_credential_report().send().await;
        answer.map(drop).map_err(|error| self.classify_error("GenerateCredentialReport", &error))
    }

    /// iam:GetCredentialReport: its rows, and when it was made.
    pub(crate) async fn report(&self) -> Result<(Vec<ReportRow>, Timestamp), ServiceError> {
        const OPERATION: &str = "GetCredentialReport";
        let answer = self.client.get_credential_report().send().await;
        let answer = answer.map_err(|error| self.classify_error(OPERATION, &error))?;
        let made = answer.generated_time().and_then(timestamp);
        let made = made.ok_or_else(|| {
            unreadable_response(OPERATION, "the report does not say when it was made")
        })?;
        let content = answer.content().map(AsRef::as_ref).unwrap_or_default();
        let rows = credential_report::parse_report(content, made)
            .map_err(|what| unreadable_response(OPERATION, what))?;
        Ok((rows, made))
    }
}

fn user(user: &aws_sdk_iam::types::User) -> User {
    User {
        name: UserName::from_service(user.user_name()),
        id: escape_hidden(user.user_id()).into(),
        path: escape_hidden(user.path()).into(),
        arn: Arn::from_service(user.arn()),
        created: timestamp(user.create_date()),
        password_last_used: user.password_last_used().and_then(timestamp),
    }
}

/// A key as ListAccessKeys tells it. Root's keys come without a user.
fn access_key(
    key: &AccessKeyMetadata,
    asked: Option<&UserName>,
) -> Result<AccessKey, ServiceError> {
    const OPERATION: &str = "ListAccessKeys";
    let id = key.access_key_id().unwrap_or_default();
    let id = KeyId::parse(id).map_err(|why| {
        unreadable_response(OPERATION, format!("the list holds “{}”, but {why}", escape_hidden(id)))
    })?;
    let status = key.status().ok_or_else(|| {
        unreadable_response(OPERATION, format!("the list gives no status of {id}"))
    })?;
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

/// The SDK's time as ours; `None` beyond the year 9999.
pub(in crate::aws) fn timestamp(time: &DateTime) -> Option<Timestamp> {
    Timestamp::new(time.secs(), i32::try_from(time.subsec_nanos()).ok()?).ok()
}

/// What IAM tells, unless it is its word for nothing.
fn non_empty(text: &str) -> Option<Arc<str>> {
    (!text.is_empty() && text != "N/A").then(|| escape_hidden(text).into())
}
