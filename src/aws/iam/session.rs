//! Session: credentials, clients and caller for one account.

use std::fmt;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, OnceLock};

use aws_credential_types::provider::SharedCredentialsProvider;

use crate::aws::client_role::ClientRole;
use crate::aws::cloudtrail::history::EventHistory;
use crate::aws::cloudtrail::history::no_cloudtrail_endpoint;
use crate::aws::connect_options::SettingsError;
use crate::aws::credentials::cache::CredentialsCache;
use crate::aws::credentials::origin::{BaseCredentials, CredentialOrigin};
use crate::aws::credentials::profile_chain::{CredentialSource, RoleConfig};
use crate::aws::http::call_stats::CallStats;
use crate::aws::iam::reader::Reader;
use crate::aws::iam::session_core::{LazyClient, SessionCore};
use crate::aws::iam::writer::Writer;
use crate::aws::regions::{self, region_partition};
use crate::aws::sdk_clients::ClientFactory;
use crate::model::{
    AccountId, Caller, Endpoint, KeyId, Region, Route, Secret, SelfLockoutRisk, ServiceError,
    SessionContext, SessionId, UserName,
};

/// An open session. Cheap to clone. Clients are created on first use and share credentials and
/// connections.
#[derive(Clone)]
pub(crate) struct Session(Arc<SessionCore>);

impl fmt::Debug for Session {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:?}", self.id())
    }
}

impl Session {
    /// Creates a session. `known_keys` are sorted.
    pub(in crate::aws) fn new(
        route: Option<Route>,
        credentials_cache: Arc<CredentialsCache>,
        client_factory: ClientFactory,
        known_keys: Arc<[KeyId]>,
        read_only: bool,
    ) -> Self {
        Self(Arc::new(SessionCore {
            route,
            client_factory,
            credentials: SharedCredentialsProvider::from(Arc::clone(&credentials_cache) as Arc<_>),
            credentials_cache,
            read_only: AtomicBool::new(read_only),
            known_keys,
            full_scan_client: LazyClient::default(),
            screen_client: LazyClient::default(),
            write_client: LazyClient::default(),
            sts: [OnceLock::new(), OnceLock::new()],
            event_history: OnceLock::new(),
        }))
    }

    /// Opens a session for a known source of credentials. Nothing is sent. No long-term key signs
    /// it.
    pub(in crate::aws) fn for_origin(
        route: Route,
        origin: CredentialOrigin,
        client_factory: ClientFactory,
        read_only: bool,
    ) -> Self {
        let cache = CredentialsCache::for_origin(origin, None, client_factory.clone());
        Self::new(Some(route), Arc::new(cache), client_factory, Arc::default(), read_only)
    }

    /// Opens a session with a role that this session's credentials assume. Nothing is sent. Both
    /// share the credentials, so an MFA code is asked for once.
    pub(crate) fn assume(
        &self,
        id: SessionId,
        route: &Route,
        arn: &str,
        external_id: Option<&str>,
        read_only: bool,
    ) -> Self {
        let shared = &self.0.credentials_cache;
        let origin = CredentialOrigin {
            base: BaseCredentials::Shared,
            roles: vec![RoleConfig {
                arn: arn.to_owned(),
                external_id: external_id.map(str::to_owned),
                ..RoleConfig::default()
            }],
            source: shared.facts().error_context.source.unwrap_or(CredentialSource::Static),
            profile: None,
            description: route.to_string().into(),
        };
        let client_factory = ClientFactory { session: id, ..self.0.client_factory.clone() };
        let cache =
            CredentialsCache::for_origin(origin, Some(Arc::clone(shared)), client_factory.clone());
        let known_keys = Arc::clone(&self.0.known_keys);
        Self::new(Some(route.clone()), Arc::new(cache), client_factory, known_keys, read_only)
    }

    /// Returns the session's ID.
    pub(crate) fn id(&self) -> SessionId {
        self.0.client_factory.session
    }

    /// Returns the endpoint for display.
    pub(crate) fn endpoint(&self) -> Endpoint {
        self.0.client_factory.config.endpoint()
    }

    /// Returns the partition of the session's region: `aws`, `aws-cn`.
    pub(crate) fn partition(&self) -> &'static str {
        region_partition(&self.0.client_factory.config.region)
    }

    /// Returns whether a Region belongs to the session's partition, by the form of its name.
    pub(crate) fn is_in_partition(&self, region: &Region) -> bool {
        region_partition(region.as_str()) == self.partition()
    }

    /// Returns the Region whose event history has the events of IAM: `us-east-1`.
    pub(crate) fn event_region(&self) -> Region {
        regions::event_region(self.partition())
    }

    /// Returns all Regions of the session's partition: first that of [`Self::event_region`], then
    /// those that every account has. The account may not have enabled the others.
    pub(crate) fn all_regions(&self) -> Vec<Region> {
        regions::all_regions(self.partition())
    }

    /// Returns the maximum number of attempts of a call.
    pub(crate) fn max_attempts(&self) -> u32 {
        self.0.client_factory.config.max_attempts
    }

    /// Returns the error of a setting of retries that is ignored, since it is invalid.
    pub(crate) fn invalid_retry_setting(&self) -> Option<SettingsError> {
        self.0.client_factory.config.invalid_retry_setting.clone()
    }

    /// Makes the session read-only for good: [`Self::writer`] returns `None` from now on.
    pub(crate) fn make_read_only(&self) {
        self.0.read_only.store(true, Ordering::Relaxed);
    }

    /// Asks STS for the caller and returns the session's context, without the account alias. One
    /// call.
    ///
    /// # Errors
    /// Returns an error if there are no credentials, or if STS refuses or cannot be reached.
    pub(crate) async fn identify(&self) -> Result<SessionContext, ServiceError> {
        let caller = self.0.credentials_cache.identify().await?;
        Ok(self.context_for(caller))
    }

    /// Returns the current context; `None` before [`Self::identify`]. Renewed credentials can add
    /// signing keys to it.
    pub(crate) fn session_context(&self) -> Option<SessionContext> {
        self.0.credentials_cache.facts().key_caller.map(|known| self.context_for(known.caller))
    }

    /// Returns whether the credentials now belong to another principal: nothing else is signed.
    pub(crate) fn has_ended(&self) -> bool {
        self.0.credentials_cache.facts().has_ended
    }

    /// Returns the number of times that another access key of the same principal has started to
    /// sign. A key of another principal ends the session.
    pub(crate) fn renewals(&self) -> u64 {
        self.0.credentials_cache.facts().renewals
    }

    fn context_for(&self, caller: Caller) -> SessionContext {
        let facts = self.0.credentials_cache.facts();
        SessionContext {
            caller,
            alias: None,
            profile: facts.error_context.profile,
            source: facts.description,
            route: self.0.route.clone(),
            endpoint: self.endpoint(),
            signing_keys: self.0.signing_keys(),
            signer: self.0.signer(),
            read_only: self.0.read_only.load(Ordering::Relaxed),
            tls_unverified: self.0.client_factory.config.no_verify_ssl,
        }
    }

    /// Returns the profile of the credentials; `None` without a profile or before they are
    /// resolved.
    pub(crate) fn profile(&self) -> Option<Arc<str>> {
        self.0.credentials_cache.facts().error_context.profile
    }

    /// Returns the risk that deactivating the key of `owner` locks out this session.
    pub(crate) fn lockout_risk(&self, key: &KeyId, owner: Option<&UserName>) -> SelfLockoutRisk {
        self.0.lockout_risk(key, owner)
    }

    /// Decodes the account from the signing key's ID, for the journal entry of a command that makes
    /// only one call. `AWS_ACCOUNT_ID` and the profile's settings may name another account.
    ///
    /// # Errors
    /// Returns an error if there are no credentials.
    pub(crate) async fn signing_account(&self) -> Result<Option<AccountId>, ServiceError> {
        let credentials = self.0.credentials_cache.credentials().await;
        let credentials = credentials.map_err(|error| error.for_operation("UpdateAccessKey"))?;
        Ok(KeyId::parse(credentials.access_key_id()).ok().and_then(|key| key.account()))
    }

    /// Returns the client for what the screen shows.
    pub(crate) fn screen_reader(&self) -> Reader {
        self.reader(ClientRole::Screen)
    }

    /// Returns the client for a full scan. It does not retry throttled reads; the inventory's rate
    /// limiter does.
    pub(crate) fn scan_reader(&self) -> Reader {
        self.reader(ClientRole::FullScan)
    }

    /// Returns CloudTrail's event history. All clones share clients and pace.
    ///
    /// # Errors
    /// Returns an error if another service's endpoint is not AWS's and CloudTrail has none: AWS
    /// would be asked about a key that is not there.
    pub(crate) fn event_history(&self) -> Result<EventHistory, ServiceError> {
        if let Some(url) = self.0.client_factory.config.not_aws_without_cloudtrail() {
            return Err(no_cloudtrail_endpoint(url));
        }
        let make = || {
            let core = &self.0;
            let cache = Arc::clone(&core.credentials_cache);
            EventHistory::new(core.client_factory.clone(), core.credentials.clone(), cache)
        };
        Ok(self.0.event_history.get_or_init(make).clone())
    }

    /// Returns the client for changes; `None` if the session is read-only.
    pub(crate) fn writer(&self) -> Option<Writer> {
        (!self.0.read_only.load(Ordering::Relaxed))
            .then(|| Writer::new(self.reader(ClientRole::Write)))
    }

    /// Returns the sums over all IAM clients.
    pub(crate) fn call_stats(&self) -> CallStats {
        let clients = [&self.0.full_scan_client, &self.0.screen_client, &self.0.write_client];
        clients.into_iter().map(|client| client.counter.stats()).fold(
            CallStats::default(),
            |sum, one| CallStats {
                calls: sum.calls + one.calls,
                throttled: sum.throttled + one.throttled,
            },
        )
    }

    /// Returns the serial number of the MFA device whose code is needed. It is set once a call has
    /// failed without the code.
    pub(crate) fn awaits_mfa_code(&self) -> Option<Arc<str>> {
        self.0.credentials_cache.awaited_code()
    }

    /// Returns whether AssumeRole failed with the code given. The error of the call says why.
    pub(crate) fn refused_mfa_code(&self) -> bool {
        self.0.credentials_cache.refused_code()
    }

    /// Sets the MFA code, which the next call uses.
    pub(crate) fn submit_mfa_code(&self, code: Secret) {
        self.0.credentials_cache.give_code(code);
    }

    fn reader(&self, client_role: ClientRole) -> Reader {
        let client = match client_role {
            ClientRole::FullScan => &self.0.full_scan_client,
            ClientRole::Screen => &self.0.screen_client,
            ClientRole::Write => &self.0.write_client,
        };
        let make =
            || self.0.client_factory.iam(client_role, self.0.credentials.clone(), &client.counter);
        Reader::new(client.iam.get_or_init(make).clone(), Arc::clone(&self.0))
    }
}
