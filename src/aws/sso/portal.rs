//! Calls of the portal. They are not signed; a token opens them. All are paced, throttled ones are
//! repeated, and a token that is refused before its time is refreshed once.

use std::collections::HashSet;
use std::error::Error;
use std::sync::Arc;
use std::time::{Duration, SystemTime};

use aws_credential_types::Credentials;
use aws_sdk_sso::Client;
use aws_sdk_sso::error::{ProvideErrorMetadata, SdkError};
use aws_sdk_sso::types::AccountInfo;
use aws_smithy_runtime_api::client::orchestrator::HttpResponse;
use tokio::time::Instant;

use crate::aws::errors::classify::unreadable_response;
use crate::aws::messages;
use crate::aws::operations::{GET_ROLE_CREDENTIALS, LIST_ACCOUNT_ROLES, LIST_ACCOUNTS};
use crate::aws::pacer::Pacer;
use crate::aws::pagination::{ListPage, all_pages};
use crate::aws::sdk_clients::ClientFactory;
use crate::aws::sso::error::{SsoError, call_error, is_not_assigned};
use crate::aws::sso::session::{SsoRole, SsoSession};
use crate::model::{AccountId, ErrorKind, ListedAccount, Secret, ServiceError, escape_hidden};

/// Largest page that the portal gives.
const PAGE_SIZE: i32 = 100;

/// Limit for repeating a throttled call.
const THROTTLED_LIMIT: Duration = Duration::from_secs(45);

/// Pace of the calls of this process, whichever session they belong to: 19.2 per second. The portal
/// allows 20 for all its operations together:
/// <https://docs.aws.amazon.com/singlesignon/latest/userguide/limits.html>.
static PACER: Pacer = Pacer::new(Duration::from_millis(52), Duration::from_secs(1));

/// A page of accounts, and the token of the next page.
pub(in crate::aws) type AccountPage = (Vec<ListedAccount>, Option<String>);

impl SsoSession {
    /// Lists the accounts of the user, at most 100 per call:
    /// <https://docs.aws.amazon.com/singlesignon/latest/PortalAPIReference/API_ListAccounts.html>.
    ///
    /// # Errors
    /// Returns an error if there is no valid token, or if the portal refuses or cannot be reached.
    pub(in crate::aws) async fn accounts(
        &self,
        client_factory: &ClientFactory,
        page: Option<&str>,
    ) -> Result<AccountPage, SsoError> {
        let response = self.call(LIST_ACCOUNTS, client_factory, |client, token| {
            let call = client.list_accounts().access_token(token.reveal()).max_results(PAGE_SIZE);
            call.set_next_token(page.map(str::to_owned)).send()
        });
        let response = response.await?;
        let listed = |info: &AccountInfo| {
            Some(ListedAccount {
                id: AccountId::from_service(info.account_id()?),
                name: info.account_name().filter(|name| !name.is_empty()).map(shown),
                email: info.email_address().map(shown),
                session: self.label().into(),
            })
        };
        let next = next_page(response.next_token());
        let accounts = response.account_list.as_deref();
        // An empty page may leave the list out.
        let accounts = accounts.or(next.is_some().then_some(&[]));
        let accounts = accounts.ok_or_else(|| no_list(LIST_ACCOUNTS))?;
        Ok((accounts.iter().filter_map(listed).collect(), next))
    }

    /// Lists the names of the roles that the user has in an account:
    /// <https://docs.aws.amazon.com/singlesignon/latest/PortalAPIReference/API_ListAccountRoles.html>.
    ///
    /// # Errors
    /// Returns an error if there is no valid token, or if the portal refuses or cannot be reached.
    pub(in crate::aws) async fn roles(
        &self,
        client_factory: &ClientFactory,
        account: &AccountId,
    ) -> Result<Vec<String>, SsoError> {
        let mut roles = all_pages(LIST_ACCOUNT_ROLES, |page| async move {
            let response = self.call(LIST_ACCOUNT_ROLES, client_factory, |client, token| {
                let call = client.list_account_roles().access_token(token.reveal());
                let call = call.account_id(account.as_str()).max_results(PAGE_SIZE);
                call.set_next_token(page.clone()).send()
            });
            let response = response.await?;
            let marker = next_page(response.next_token());
            let listed = response.role_list.or(marker.is_some().then(Vec::new));
            let listed = listed.ok_or_else(|| no_list(LIST_ACCOUNT_ROLES))?;
            let items = listed.into_iter().filter_map(|role| role.role_name).collect();
            Ok::<_, SsoError>(ListPage { items, truncated: marker.is_some(), marker })
        })
        .await?;
        let mut known = HashSet::new();
        roles.retain(|role| known.insert(role.clone()));
        Ok(roles)
    }

    /// Makes a call at its turn. Repeats it while it is throttled, and once if the token is refused
    /// but can be refreshed.
    async fn call<T, E, F>(
        &self,
        operation: &'static str,
        client_factory: &ClientFactory,
        send: impl Fn(Client, Secret) -> F,
    ) -> Result<T, SsoError>
    where
        E: ProvideErrorMetadata + Error + 'static,
        F: Future<Output = Result<T, SdkError<E, HttpResponse>>>,
    {
        let client = self.portal_client(client_factory);
        let limit = Instant::now() + THROTTLED_LIMIT;
        let mut refused = None;
        loop {
            let token = self.token(client_factory, refused.as_ref()).await?;
            let start = PACER.wait().await;
            let error = match send(client.clone(), token.clone()).await {
                Ok(response) => {
                    PACER.record_reply(start, false);
                    return Ok(response);
                }
                Err(error) => error,
            };
            let classified = call_error(operation, &error, std::slice::from_ref(&token));
            let is_throttled = classified.kind == ErrorKind::Throttled;
            PACER.record_reply(start, is_throttled);
            let response = error.raw_response();
            if is_throttled && Instant::now() < limit {
                continue;
            }
            if response.is_some_and(|response| response.status().as_u16() == 401) {
                if refused.is_some() {
                    return Err(SsoError::Refused);
                }
                refused = Some(token);
                continue;
            }
            return Err(match response {
                Some(response) if is_not_assigned(response) => SsoError::NotAssigned(classified),
                _ => SsoError::Call(classified),
            });
        }
    }
}

impl SsoRole {
    /// Gets the credentials of the role:
    /// <https://docs.aws.amazon.com/singlesignon/latest/PortalAPIReference/API_GetRoleCredentials.html>.
    ///
    /// # Errors
    /// Returns an error if there is no valid token, or if the portal refuses or cannot be reached.
    pub(in crate::aws) async fn credentials(
        &self,
        client_factory: &ClientFactory,
    ) -> Result<Credentials, SsoError> {
        let response = self.session.call(GET_ROLE_CREDENTIALS, client_factory, |client, token| {
            let call = client.get_role_credentials().access_token(token.reveal());
            call.account_id(&self.account).role_name(&self.role).send()
        });
        let response = response.await?;
        let incomplete = || {
            let reason = messages::NO_CREDENTIALS_IN_RESPONSE;
            SsoError::Call(unreadable_response(GET_ROLE_CREDENTIALS, reason))
        };
        let issued = response.role_credentials.ok_or_else(incomplete)?;
        let mut credentials = Credentials::builder()
            .access_key_id(issued.access_key_id.ok_or_else(incomplete)?)
            .secret_access_key(issued.secret_access_key.ok_or_else(incomplete)?)
            .account_id(self.account.as_str())
            .provider_name(GET_ROLE_CREDENTIALS);
        credentials.set_session_token(issued.session_token);
        let expiry = u64::try_from(issued.expiration).map_err(|_| incomplete())?;
        credentials.set_expiry(Some(SystemTime::UNIX_EPOCH + Duration::from_millis(expiry)));
        Ok(credentials.build())
    }
}

/// Returns a text of the service with hidden characters escaped.
fn shown(text: &str) -> Arc<str> {
    escape_hidden(text).as_ref().into()
}

/// Returns the token of the next page, if there is one.
fn next_page(token: Option<&str>) -> Option<String> {
    token.filter(|token| !token.is_empty()).map(str::to_owned)
}

/// Returns the error for a page without a list. A page without entries has an empty one.
fn no_list(operation: &'static str) -> ServiceError {
    unreadable_response(operation, messages::FOREIGN_RESPONSE)
}
