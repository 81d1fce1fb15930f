//! What a session and its clients share.

use std::sync::atomic::AtomicBool;
use std::sync::{Arc, OnceLock};

use aws_credential_types::provider::SharedCredentialsProvider;

use crate::aws::client_role::ClientRole;
use crate::aws::cloudtrail::history::EventHistory;
use crate::aws::credentials::cache::CredentialsCache;
use crate::aws::errors::classify::{classify, unreadable_response};
use crate::aws::http::call_stats::CallCounter;
use crate::aws::iam::caller;
use crate::aws::iam::caller::KeyCaller;
use crate::aws::messages;
use crate::aws::sdk_clients::ClientFactory;
use crate::model::{
    AccountId, Caller, ErrorKind, KeyChange, KeyId, KeyKind, Route, SelfLockoutRisk, ServiceError,
    UserName,
};

/// What a session and its clients share: credentials, SDK clients and the caller.
pub(super) struct SessionCore {
    /// Route into the account; `None` for the current credentials.
    pub(super) route: Option<Route>,
    pub(super) client_factory: ClientFactory,
    pub(super) credentials_cache: Arc<CredentialsCache>,
    pub(super) credentials: SharedCredentialsProvider,
    pub(super) read_only: AtomicBool,
    /// Long-term keys of files and environment, sorted.
    pub(super) known_keys: Arc<[KeyId]>,
    pub(super) full_scan_client: LazyClient,
    pub(super) screen_client: LazyClient,
    pub(super) write_client: LazyClient,
    /// STS clients for the screen and for verifying a change.
    pub(super) sts: [OnceLock<aws_sdk_sts::Client>; 2],
    /// Clients of CloudTrail.
    pub(super) event_history: OnceLock<EventHistory>,
}

/// An IAM client that is created on first use.
#[derive(Default)]
pub(super) struct LazyClient {
    pub(super) iam: OnceLock<aws_sdk_iam::Client>,
    pub(super) counter: CallCounter,
}

impl SessionCore {
    /// Returns every long-term key that may have issued the session, see
    /// [`crate::model::SessionContext::signing_keys`].
    pub(super) fn signing_keys(&self) -> Arc<[KeyId]> {
        let facts = self.credentials_cache.facts();
        let signing = facts.keys.iter().filter_map(|id| long_term_key_id(id));
        let added: Vec<_> =
            signing.filter(|key| self.known_keys.binary_search(key).is_err()).collect();
        if added.is_empty() {
            return Arc::clone(&self.known_keys);
        }
        let mut keys: Vec<_> = self.known_keys.iter().cloned().chain(added).collect();
        keys.sort_unstable();
        keys.dedup();
        keys.into()
    }

    /// Returns the risk that deactivating the key of `owner` locks out this session.
    pub(super) fn lockout_risk(&self, key: &KeyId, owner: Option<&UserName>) -> SelfLockoutRisk {
        let (signer, keys) = (self.signer(), self.signing_keys());
        match self.credentials_cache.facts().key_caller {
            Some(KeyCaller { caller, .. }) => {
                caller.lockout_risk(key, owner, signer.as_ref(), &keys)
            }
            None => SelfLockoutRisk::for_key(key, signer.as_ref(), &keys),
        }
    }

    /// Checks that a change may still be sent as confirmed.
    ///
    /// # Errors
    /// Returns an error if it was confirmed for another caller, if the lockout risk has grown
    /// since, or if the key belongs to another account, or appears to and STS cannot confirm it.
    pub(super) async fn check(&self, change: &KeyChange) -> Result<(), ServiceError> {
        let known = self.credentials_cache.facts().key_caller;
        let without_sts = known.as_ref().is_some_and(|known| known.without_sts);
        let caller = known.map(|known| known.caller);
        let key = &change.key;
        if let Some(confirmed) = &change.caller
            && !caller.as_ref().is_some_and(|caller| caller.is_same_principal(confirmed))
        {
            return Err(withheld_error(messages::other_caller(&confirmed.arn)));
        }
        let risk = self.lockout_risk(key, change.user.as_ref());
        if risk > change.lockout_risk {
            return Err(withheld_error(messages::may_now_sign(key, risk)));
        }
        let Some(caller) = caller else { return Ok(()) };
        match key.account().filter(|account| *account != caller.account) {
            None => Ok(()),
            // AWS does not document the account in a key ID, so STS decides.
            Some(owner) => match self.read_key_account(key).await {
                Ok(account) if account == caller.account => Ok(()),
                Ok(account) => {
                    Err(withheld_error(messages::other_account(key, &account, &caller.account)))
                }
                // The IDs of a service other than AWS that has no STS name no account. A proxy
                // in front of AWS may lack STS only now, and must not disable the check.
                Err(error) if error.kind == ErrorKind::Unsupported && without_sts => Ok(()),
                Err(error) => {
                    Err(withheld_error(messages::account_not_confirmed(key, &owner, &error)))
                }
            },
        }
    }

    /// Returns the long-term key that signs the calls, see
    /// [`crate::model::SessionContext::signer`].
    pub(super) fn signer(&self) -> Option<KeyId> {
        self.credentials_cache.facts().keys.last().and_then(|id| long_term_key_id(id))
    }

    /// Resolves the credentials for an operation, if necessary. A source may take longer than the
    /// limits of a call, which would abort and retry it.
    ///
    /// # Errors
    /// Returns an error if there are no credentials. Nothing was sent then.
    pub(super) async fn ensure_credentials(
        &self,
        operation: &'static str,
    ) -> Result<(), ServiceError> {
        let credentials = self.credentials_cache.credentials().await;
        credentials.map(drop).map_err(|error| error.for_operation(operation))
    }

    /// Calls GetCallerIdentity through the client for changes, to check that AWS still accepts the
    /// session's signature.
    ///
    /// # Errors
    /// Returns an error if there are no credentials, or if STS refuses or cannot be reached.
    pub(super) async fn caller(&self) -> Result<Caller, ServiceError> {
        self.ensure_credentials("GetCallerIdentity").await?;
        caller::get_caller(
            self.sts(ClientRole::Write),
            &self.credentials_cache.facts().error_context,
        )
        .await
    }

    /// Returns the account that owns a key, in any account:
    /// <https://docs.aws.amazon.com/STS/latest/APIReference/API_GetAccessKeyInfo.html>.
    ///
    /// # Errors
    /// Returns an error if STS refuses or cannot be reached.
    pub(super) async fn read_key_account(&self, key: &KeyId) -> Result<AccountId, ServiceError> {
        const OPERATION: &str = "GetAccessKeyInfo";
        let response = self
            .sts(ClientRole::Screen)
            .get_access_key_info()
            .access_key_id(key.as_str())
            .send()
            .await;
        let response = response.map_err(|error| {
            classify(OPERATION, &error, &self.credentials_cache.facts().error_context)
        })?;
        response
            .account()
            .map(AccountId::from_service)
            .ok_or_else(|| unreadable_response(OPERATION, messages::NO_ACCOUNT))
    }

    fn sts(&self, client_role: ClientRole) -> &aws_sdk_sts::Client {
        let client = &self.sts[usize::from(client_role == ClientRole::Write)];
        client.get_or_init(|| self.client_factory.sts(client_role, Some(self.credentials.clone())))
    }
}

/// Returns the ID unless it is a temporary key's, which UpdateAccessKey cannot change.
pub(in crate::aws) fn long_term_key_id(id: &str) -> Option<KeyId> {
    KeyId::parse(id.trim()).ok().filter(|id| id.kind() != KeyKind::Temporary)
}

/// Returns the error for a change that is not sent because it no longer matches what was confirmed.
fn withheld_error(reason: String) -> ServiceError {
    ServiceError::new(ErrorKind::Withheld, "UpdateAccessKey", reason)
        .with_hint(messages::CHECK_KEY_AGAIN)
}
