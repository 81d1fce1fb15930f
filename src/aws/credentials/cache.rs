//! Cache of a session's credentials: resolved on first use, once for all clients, and again when
//! they expire.
//!
//! The SDK's cache is not used: it resolves once for each client, and after a failure it only
//! reports "initialization error already taken".

use std::fmt;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, PoisonError};
use std::time::{Duration, SystemTime};

use aws_credential_types::Credentials;
use aws_credential_types::provider::error::CredentialsError;
use aws_credential_types::provider::{self, ProvideCredentials, future};

use crate::aws::config_files::AwsConfigFiles;
use crate::aws::connect_options::ConnectOptions;
use crate::aws::credentials::assume_role::assume_role;
use crate::aws::credentials::failure::{
    mfa_code_needed, provider_failure, role_refused, settings_failure, source_failure, sso_failure,
    usable,
};
use crate::aws::credentials::origin::{BaseCredentials, CredentialOrigin, no_source_found};
use crate::aws::credentials::profile_chain::{CredentialSource, RoleConfig};
use crate::aws::credentials::source;
use crate::aws::errors::classify::{CredentialSourceError, unreachable_or_failed};
use crate::aws::errors::hints::ErrorContext;
use crate::aws::iam::caller;
use crate::aws::iam::caller::KeyCaller;
use crate::aws::messages;
use crate::aws::sdk_clients::ClientFactory;
use crate::model::{Caller, ErrorKind, Secret, ServiceError, hide_secret_key};

/// Remaining lifetime below which credentials are renewed before use.
const EXPIRY_MARGIN: Duration = Duration::from_secs(10);

/// Limit for a source. A credential process may wait for its user.
const SOURCE_TIMEOUT: Duration = Duration::from_mins(1);

/// Cache of the credentials of one session.
pub(in crate::aws) struct CredentialsCache {
    source: OriginSource,
    /// Cache of the session whose credentials are the first of this one.
    shared: Option<Arc<CredentialsCache>>,
    client_factory: ClientFactory,
    state: tokio::sync::Mutex<CacheState>,
    /// Number of finished attempts to get credentials.
    attempts: AtomicU64,
    code: std::sync::Mutex<MfaCodeState>,
    facts: std::sync::Mutex<CredentialFacts>,
}

/// Where the source of the credentials is found.
enum OriginSource {
    /// In the options and the files.
    Settings(ConnectOptions, String),
    /// It is known.
    Known(CredentialOrigin),
}

#[derive(Default)]
struct CacheState {
    /// Files as read when the session was opened, for the first attempt.
    files: Option<Arc<AwsConfigFiles>>,
    origin: Option<CredentialOrigin>,
    cached: Option<Credentials>,
    failure: Option<CredentialSourceError>,
    /// Set once the credentials belong to another principal. Nothing is signed after that.
    ended: Option<CredentialSourceError>,
}

/// State of the MFA code: given, or needed.
#[derive(Default)]
struct MfaCodeState {
    given: Option<Secret>,
    awaited: Option<Arc<str>>,
    /// Whether AssumeRole failed with the last code given.
    refused: bool,
}

/// Facts about the credentials, without secrets.
#[derive(Clone, Debug, Default)]
pub(in crate::aws) struct CredentialFacts {
    /// Facts that hints depend on.
    pub error_context: ErrorContext,
    /// Source of the credentials for display, such as `prod, SSO`.
    pub description: Arc<str>,
    /// Access key IDs of the chain, from the source's to the one that signs.
    pub keys: Vec<Arc<str>>,
    /// Caller, once STS has named it.
    pub key_caller: Option<KeyCaller>,
    /// Number of times that another access key has started to sign.
    pub renewals: u64,
    /// `true` once the credentials belong to another principal.
    pub has_ended: bool,
}

impl CredentialsCache {
    /// Creates an empty cache for the profile. `files` are those that the session was opened with.
    pub(in crate::aws) fn new(
        connect: ConnectOptions,
        profile: String,
        files: Arc<AwsConfigFiles>,
        client_factory: ClientFactory,
    ) -> Self {
        let code = connect.mfa_code.clone();
        let source = OriginSource::Settings(connect, profile);
        let state = CacheState { files: Some(files), ..CacheState::default() };
        Self { state: state.into(), ..Self::empty(source, code, client_factory) }
    }

    /// Creates an empty cache for a known source. [`BaseCredentials::Shared`] are those of
    /// `shared`.
    pub(in crate::aws) fn for_origin(
        origin: CredentialOrigin,
        shared: Option<Arc<Self>>,
        client_factory: ClientFactory,
    ) -> Self {
        Self { shared, ..Self::empty(OriginSource::Known(origin), None, client_factory) }
    }

    fn empty(source: OriginSource, given: Option<Secret>, client_factory: ClientFactory) -> Self {
        let facts = CredentialFacts {
            error_context: ErrorContext::for_endpoint(&client_factory.config.endpoint()),
            ..CredentialFacts::default()
        };
        Self {
            source,
            shared: None,
            client_factory,
            state: tokio::sync::Mutex::default(),
            attempts: AtomicU64::new(0),
            code: std::sync::Mutex::new(MfaCodeState { given, ..MfaCodeState::default() }),
            facts: std::sync::Mutex::new(facts),
        }
    }

    /// Returns the facts known so far.
    pub(in crate::aws) fn facts(&self) -> CredentialFacts {
        self.facts.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }

    /// Returns the serial number of the MFA device whose code is needed before anything can be
    /// signed.
    pub(in crate::aws) fn awaited_code(&self) -> Option<Arc<str>> {
        let own = self.code.lock().unwrap_or_else(PoisonError::into_inner).awaited.clone();
        own.or_else(|| self.shared.as_ref()?.awaited_code())
    }

    /// Returns whether a code was given and AssumeRole failed with it.
    pub(in crate::aws) fn refused_code(&self) -> bool {
        self.code.lock().unwrap_or_else(PoisonError::into_inner).refused
            || self.shared.as_ref().is_some_and(|shared| shared.refused_code())
    }

    /// Sets the code for the next attempt.
    pub(in crate::aws) fn give_code(&self, secret: Secret) {
        // One code serves all sessions that share the credentials.
        if let Some(shared) = self.shared.as_ref().filter(|shared| shared.awaited_code().is_some())
        {
            return shared.give_code(secret);
        }
        *self.code.lock().unwrap_or_else(PoisonError::into_inner) =
            MfaCodeState { given: Some(secret), ..MfaCodeState::default() };
    }

    /// Returns the cached credentials, or new ones if those expire within 10 seconds. Concurrent
    /// callers share one attempt and its error.
    ///
    /// # Errors
    /// Returns an error if there are no credentials, or if they belong to another principal than
    /// before.
    pub(in crate::aws) async fn credentials(&self) -> Result<Credentials, CredentialSourceError> {
        let before = self.attempts.load(Ordering::Acquire);
        let mut state = self.state.lock().await;
        if let Some(ended) = &state.ended {
            return Err(ended.clone());
        }
        if let Some(held) = state.cached.as_ref().filter(|held| is_fresh(held)) {
            return Ok(held.clone());
        }
        if self.attempts.load(Ordering::Acquire) != before
            && let Some(failure) = &state.failure
        {
            return Err(failure.clone());
        }
        let result = self.attempt(&mut state).await;
        self.attempts.fetch_add(1, Ordering::Release);
        match &result {
            Ok(credentials) => {
                state.cached = Some(credentials.clone());
                state.failure = None;
            }
            Err(failure) => {
                let ended = (failure.kind == ErrorKind::CallerChanged).then(|| failure.clone());
                self.update_facts(|facts| facts.has_ended = ended.is_some());
                *state =
                    CacheState { failure: Some(failure.clone()), ended, ..CacheState::default() };
            }
        }
        result
    }

    /// Asks STS for the caller. One call, or none if AssumeRole has named it.
    ///
    /// # Errors
    /// Returns an error if there are no credentials, or if STS refuses or cannot be reached.
    pub(in crate::aws) async fn identify(&self) -> Result<Caller, ServiceError> {
        let credentials =
            self.credentials().await.map_err(|error| error.for_operation("GetCallerIdentity"))?;
        let CredentialFacts { error_context, key_caller, .. } = self.facts();
        if let Some(known) = key_caller.filter(|known| *known.key == *credentials.access_key_id()) {
            return Ok(known.caller);
        }
        let asked =
            caller::caller_of_key(&self.client_factory, credentials, &error_context).await?;
        let mut caller = asked.caller.clone();
        self.update_facts(|facts| match &facts.key_caller {
            // The credentials were renewed meanwhile, which has identified the caller.
            Some(known) if known.key != asked.key => caller = known.caller.clone(),
            _ => facts.key_caller = Some(asked),
        });
        Ok(caller)
    }

    /// Checks with STS that renewed credentials belong to the same principal as before.
    async fn check_renewed(&self, credentials: &Credentials) -> Result<(), CredentialSourceError> {
        let CredentialFacts { error_context, keys, key_caller, .. } = self.facts();
        let Some(former) = keys.last().filter(|former| ***former != *credentials.access_key_id())
        else {
            return Ok(());
        };
        let renewed =
            caller::caller_of_key(&self.client_factory, credentials.clone(), &error_context).await;
        let renewed = renewed.map_err(|error| {
            CredentialSourceError::new(
                unreachable_or_failed(error.kind),
                messages::renewal_unverified(&error),
                messages::RENEWAL_NOT_USED,
            )
        })?;
        caller::check_same_principal(&renewed.caller, key_caller.as_ref(), former)?;
        self.update_facts(|facts| {
            facts.key_caller = Some(renewed);
            facts.renewals += 1;
        });
        Ok(())
    }

    async fn attempt(&self, state: &mut CacheState) -> Result<Credentials, CredentialSourceError> {
        let origin = match (&self.source, &mut state.origin) {
            (OriginSource::Known(origin), _) => origin,
            (OriginSource::Settings(..), Some(found)) => &*found,
            (OriginSource::Settings(connect, profile), none) => {
                let files = match (state.files.take(), connect.environment()) {
                    (Some(files), _) => files,
                    (None, Some(environment)) => Arc::new(
                        AwsConfigFiles::read(environment).await.map_err(settings_failure)?.0,
                    ),
                    (None, None) => Arc::default(),
                };
                let found = source::find_origin(connect, &files, profile, &self.client_factory)?;
                &*none.insert(found)
            }
        };
        self.update_facts(|facts| {
            facts.error_context.profile.clone_from(&origin.profile);
            facts.error_context.source = Some(origin.source);
            facts.description = Arc::clone(&origin.description);
        });
        let mut credentials =
            base_credentials(origin, self.shared.as_deref(), &self.client_factory).await?;
        credentials = usable(origin, credentials)?;
        let mut keys = match &self.shared {
            Some(shared) => shared.facts().keys,
            None => vec![credentials.access_key_id().into()],
        };
        let mut assumed = None;
        for role in &origin.roles {
            (credentials, assumed) = self.assume(credentials, role).await?;
            credentials = usable(origin, credentials)?;
            keys.push(credentials.access_key_id().into());
        }
        self.check_renewed(&credentials).await?;
        self.update_facts(|facts| {
            // STS has named the caller with the credentials of a role.
            if let (None, Some(caller)) = (&facts.key_caller, assumed) {
                let key = credentials.access_key_id().into();
                facts.key_caller = Some(KeyCaller { key, caller, without_sts: false });
            }
            let is_given = matches!(
                origin.source,
                CredentialSource::Static
                    | CredentialSource::Environment
                    | CredentialSource::Process
            );
            facts.error_context = facts.error_context.clone().signed_with(&credentials);
            facts.error_context.temporary =
                credentials.session_token().is_some() && is_given && origin.roles.is_empty();
            facts.keys = keys;
        });
        Ok(credentials)
    }

    fn update_facts(&self, change: impl FnOnce(&mut CredentialFacts)) {
        change(&mut self.facts.lock().unwrap_or_else(PoisonError::into_inner));
    }

    async fn assume(
        &self,
        base: Credentials,
        role: &RoleConfig,
    ) -> Result<(Credentials, Option<Caller>), CredentialSourceError> {
        let code = match &role.mfa_serial {
            None => None,
            Some(serial) => {
                Some(self.take_code(serial).ok_or_else(|| mfa_code_needed(role, serial))?)
            }
        };
        let assumed = assume_role(&self.client_factory, base, role, code.as_ref()).await;
        assumed.map_err(|error| {
            if let Some(serial) = &role.mfa_serial {
                self.require_code(serial, true);
            }
            role_refused(role, &error)
        })
    }

    /// Takes the code, since AWS accepts each code only once. Without one, notes that it is needed.
    fn take_code(&self, serial: &str) -> Option<Secret> {
        let given = self.code.lock().unwrap_or_else(PoisonError::into_inner).given.take();
        if given.is_none() {
            self.require_code(serial, false);
        }
        given
    }

    fn require_code(&self, serial: &str, refused: bool) {
        let mut code = self.code.lock().unwrap_or_else(PoisonError::into_inner);
        (code.awaited, code.refused) = (Some(hide_secret_key(serial).into()), refused);
    }
}

impl ProvideCredentials for CredentialsCache {
    fn provide_credentials<'a>(&'a self) -> future::ProvideCredentials<'a>
    where
        Self: 'a,
    {
        future::ProvideCredentials::new(async move {
            let credentials: provider::Result =
                self.credentials().await.map_err(CredentialsError::provider_error);
            credentials
        })
    }
}

impl fmt::Debug for CredentialsCache {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("CredentialsCache")
    }
}

fn is_fresh(credentials: &Credentials) -> bool {
    credentials.expiry().is_none_or(|end| end > SystemTime::now() + EXPIRY_MARGIN)
}

/// Returns the first credentials of the chain.
async fn base_credentials(
    origin: &CredentialOrigin,
    shared: Option<&CredentialsCache>,
    client_factory: &ClientFactory,
) -> Result<Credentials, CredentialSourceError> {
    let credentials = async {
        match &origin.base {
            BaseCredentials::Fixed(credentials) => Ok(credentials.clone()),
            BaseCredentials::WebIdentity(identity) => identity.exchange(client_factory).await,
            BaseCredentials::Process(process) => {
                process.run().await.map_err(|error| source_failure(origin, &error))
            }
            BaseCredentials::Shared => match shared {
                Some(shared) => Box::pin(shared.credentials()).await,
                None => Err(no_source_found()),
            },
            BaseCredentials::Sso(role) => {
                let issued = role.credentials(client_factory).await;
                issued.map_err(|error| sso_failure(origin, role, &error))
            }
            BaseCredentials::Provider(provider) => provider
                .provide_credentials()
                .await
                .map_err(|error| provider_failure(origin, &error)),
        }
    };
    tokio::time::timeout(SOURCE_TIMEOUT, credentials).await.unwrap_or_else(|_| {
        Err(CredentialSourceError::failed(
            messages::source_timed_out(&origin.description, SOURCE_TIMEOUT.as_secs()),
            CredentialOrigin::hint(origin),
        ))
    })
}
