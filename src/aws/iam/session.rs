//! One way into one account: credentials, clients, and who one is there.

use std::collections::BTreeSet;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, OnceLock};

use aws_credential_types::provider::SharedCredentialsProvider;

use crate::aws::config_files::ConfigFiles;
use crate::aws::connect_options::{ConfigSource, ConnectOptions, SettingsError};
use crate::aws::credentials::cache::CredentialsCache;
use crate::aws::endpoint_config::EndpointConfig;
use crate::aws::errors::classify::{classify, unreadable_response};
use crate::aws::http::call_stats::{CallCounter, CallStats};
use crate::aws::http::client;
use crate::aws::iam::identity;
use crate::aws::iam::identity::Identity;
use crate::aws::iam::reader::Reader;
use crate::aws::iam::writer::Writer;
use crate::aws::profiles::check_profile_exists;
use crate::aws::sdk_clients::{ClientFactory, ClientRole};
use crate::model::{
    AccountId, Caller, Endpoint, ErrorKind, KeyChange, KeyId, KeyKind, Secret, SelfLockoutRisk,
    ServiceError, SessionContext, SessionId, UserName,
};

/// An opened session. Cheap to clone; clients are made when they are first
/// used, and share their credentials and connections.
#[derive(Clone)]
pub(crate) struct Session(Arc<SessionInner>);

struct SessionInner {
    client_factory: ClientFactory,
    credentials_cache: Arc<CredentialsCache>,
    credentials: SharedCredentialsProvider,
    read_only: AtomicBool,
    known_keys: BTreeSet<KeyId>,
    full_scan_client: LazyClient,
    screen_client: LazyClient,
    write_client: LazyClient,
    /// For the screen, and for proving a change.
    sts: [OnceLock<aws_sdk_sts::Client>; 2],
}

/// A client of IAM that is made on first use.
#[derive(Default)]
struct LazyClient {
    iam: OnceLock<aws_sdk_iam::Client>,
    counter: CallCounter,
}

/// Opens a session: reads the profile files and makes ready to call.
/// Nothing is sent, and no credentials are asked for yet.
///
/// # Errors
/// A profile that does not exist, a file that can't be read, an endpoint
/// that is no URL, a certificate bundle that is none.
pub(crate) async fn open(
    connect: &ConnectOptions,
    id: SessionId,
) -> Result<Session, SettingsError> {
    let environment = connect.environment();
    let files = match environment {
        Some(environment) => ConfigFiles::read(environment).await?,
        None => ConfigFiles::default(),
    };
    let named = connect
        .profile
        .clone()
        .or_else(|| environment?.first(&["AWS_PROFILE", "AWS_DEFAULT_PROFILE"]));
    if let Some(profile) = &named {
        check_profile_exists(&files, profile)?;
    }
    let target = EndpointConfig::resolve(connect, &files, named.as_deref())?;
    let http = client::build(&target)?;
    let client_factory = ClientFactory { session: id, target, http };
    let known_keys = known_keys(connect, &files);
    let profile = named.unwrap_or_else(|| "default".to_owned());
    let credentials_cache =
        Arc::new(CredentialsCache::new(connect.clone(), profile, files, client_factory.clone()));
    Ok(Session(Arc::new(SessionInner {
        client_factory,
        credentials: SharedCredentialsProvider::from(Arc::clone(&credentials_cache) as Arc<_>),
        credentials_cache,
        read_only: AtomicBool::new(connect.read_only),
        known_keys,
        full_scan_client: LazyClient::default(),
        screen_client: LazyClient::default(),
        write_client: LazyClient::default(),
        sts: [OnceLock::new(), OnceLock::new()],
    })))
}

/// The key IDs in files and environment: any of them may stand behind the
/// session.
fn known_keys(connect: &ConnectOptions, files: &ConfigFiles) -> BTreeSet<KeyId> {
    let own = match &connect.config_source {
        ConfigSource::Isolated { access_key, .. } => Some(access_key.clone()),
        ConfigSource::Environment(environment) => environment.get("AWS_ACCESS_KEY_ID"),
    };
    files
        .key_ids
        .iter()
        .map(String::as_str)
        .chain(own.as_deref())
        .filter_map(long_term_key_id)
        .collect()
}

/// The ID, unless it is a temporary key's, which UpdateAccessKey can't touch.
fn long_term_key_id(id: &str) -> Option<KeyId> {
    KeyId::parse(id.trim()).ok().filter(|id| id.kind() != KeyKind::Temporary)
}

impl Session {
    /// Which session it is.
    pub(crate) fn id(&self) -> SessionId {
        self.0.client_factory.session
    }

    /// Where the calls go.
    pub(crate) fn endpoint(&self) -> Endpoint {
        self.0.client_factory.target.endpoint()
    }

    /// How often a call is made at most.
    pub(crate) fn max_attempts(&self) -> u32 {
        self.0.client_factory.target.max_attempts
    }

    /// Makes the session read-only from here on: it hands out no writer.
    pub(crate) fn make_read_only(&self) {
        self.0.read_only.store(true, Ordering::Relaxed);
    }

    /// Asks STS who signs. One call; the alias is a read of its own.
    ///
    /// # Errors
    /// No credentials, or STS's refusal.
    pub(crate) async fn identify(&self) -> Result<SessionContext, ServiceError> {
        let caller = self.0.credentials_cache.identify().await?;
        Ok(self.place_of(caller))
    }

    /// Where the session is by now, once it was asked who signs: after a
    /// renewal of the credentials other keys may stand behind it.
    pub(crate) fn session_context(&self) -> Option<SessionContext> {
        self.0.credentials_cache.facts().identity.map(|identity| self.place_of(identity.caller))
    }

    /// How often another access key has taken over the signing. Each time it is
    /// the same principal's; otherwise the session ends.
    pub(crate) fn renewals(&self) -> u64 {
        self.0.credentials_cache.facts().renewals
    }

    fn place_of(&self, caller: Caller) -> SessionContext {
        let facts = self.0.credentials_cache.facts();
        SessionContext {
            caller,
            alias: None,
            profile: facts.error_context.profile,
            source: facts.description,
            endpoint: self.endpoint(),
            signing_keys: self.signing_keys(),
            signer: self.signer(),
            read_only: self.0.read_only.load(Ordering::Relaxed),
            tls_unverified: self.0.client_factory.target.no_verify_ssl,
        }
    }

    /// The profile that leads to the credentials, once there are any.
    pub(crate) fn profile(&self) -> Option<Arc<str>> {
        self.0.credentials_cache.facts().error_context.profile
    }

    /// Every long-term key ID that may stand behind the session, once there
    /// are credentials: see [`SessionContext::signing_keys`].
    fn signing_keys(&self) -> Arc<[KeyId]> {
        let mut keys = self.0.known_keys.clone();
        keys.extend(
            self.0.credentials_cache.facts().keys.iter().filter_map(|id| long_term_key_id(id)),
        );
        keys.into_iter().collect()
    }

    /// What part the key of that owner has in the signing, once there are
    /// credentials.
    pub(crate) fn lockout_risk(&self, key: &KeyId, owner: Option<&UserName>) -> SelfLockoutRisk {
        let (signer, keys) = (self.signer(), self.signing_keys());
        match self.0.credentials_cache.facts().identity {
            Some(Identity { caller, .. }) => caller.signing(key, owner, signer.as_ref(), &keys),
            None => SelfLockoutRisk::of(key, signer.as_ref(), &keys),
        }
    }

    /// Whether the change may be sent by this session as it is now.
    ///
    /// # Errors
    /// It was confirmed for another caller, the key has taken a part in the
    /// signing that was not shown, or it is of another account.
    pub(in crate::aws) async fn check(&self, change: &KeyChange) -> Result<(), ServiceError> {
        let caller = self.0.credentials_cache.facts().identity.map(|identity| identity.caller);
        let key = &change.key;
        if let Some(confirmed) = &change.caller
            && !caller.as_ref().is_some_and(|caller| caller.is_same_principal(confirmed))
        {
            return Err(withheld(format!(
                "it was confirmed to be sent as {}, who does not sign here",
                confirmed.arn
            )));
        }
        if self.lockout_risk(key, change.user.as_ref()) > change.signing {
            let why = format!(
                "{key} may now sign this session, which was not so when the change was confirmed"
            );
            return Err(withheld(why));
        }
        let Some(caller) = caller else { return Ok(()) };
        match key.account().filter(|account| *account != caller.account) {
            // What letters tell is not documented: AWS itself has the last word.
            Some(theirs)
                if !self.account_of(key).await.is_ok_and(|account| account == caller.account) =>
            {
                Err(withheld(format!(
                    "{key} is of account {theirs}, and this session is in {}",
                    caller.account
                )))
            }
            _ => Ok(()),
        }
    }

    /// The long-term key that signs the calls, once there are credentials: see
    /// [`SessionContext::signer`].
    fn signer(&self) -> Option<KeyId> {
        self.0.credentials_cache.facts().keys.last().and_then(|id| long_term_key_id(id))
    }

    /// Fetches the credentials that the operation is to be signed with, if they
    /// are not at hand: a source may take longer than a call, whose limits
    /// would end it and begin it anew.
    ///
    /// # Errors
    /// There are none: nothing was sent.
    pub(in crate::aws) async fn ensure_credentials(
        &self,
        operation: &'static str,
    ) -> Result<(), ServiceError> {
        self.0.credentials_cache.credentials().await.map(drop).map_err(|error| error.of(operation))
    }

    /// sts:GetCallerIdentity, through the client for changes: whether the
    /// session's signature is still accepted.
    pub(in crate::aws) async fn caller(&self) -> Result<Caller, ServiceError> {
        self.ensure_credentials("GetCallerIdentity").await?;
        identity::caller(
            self.sts(ClientRole::Write),
            &self.0.credentials_cache.facts().error_context,
        )
        .await
    }

    /// The account that the signing key's ID carries. Not asked of AWS: good for
    /// a journal entry of a command that sends nothing but its one call. (What
    /// `AWS_ACCOUNT_ID` or a profile says of the account may be of another.)
    ///
    /// # Errors
    /// No credentials.
    pub(crate) async fn signing_account(&self) -> Result<Option<AccountId>, ServiceError> {
        let credentials =
            self.0.credentials_cache.credentials().await.map_err(|error| error.of("The call"))?;
        Ok(KeyId::parse(credentials.access_key_id()).ok().and_then(|key| key.account()))
    }

    /// sts:GetAccessKeyInfo: the account that owns the ID, whichever it is.
    ///
    /// # Errors
    /// STS's refusal, or no answer.
    pub(in crate::aws) async fn account_of(&self, key: &KeyId) -> Result<AccountId, ServiceError> {
        const OPERATION: &str = "GetAccessKeyInfo";
        let answer = self
            .sts(ClientRole::Screen)
            .get_access_key_info()
            .access_key_id(key.as_str())
            .send()
            .await;
        let answer = answer.map_err(|error| {
            classify(OPERATION, &error, &self.0.credentials_cache.facts().error_context)
        })?;
        answer
            .account()
            .map(AccountId::from_service)
            .ok_or_else(|| unreadable_response(OPERATION, "STS's answer names no account"))
    }

    /// The client for what the screen shows now.
    pub(crate) fn screen_reader(&self) -> Reader {
        self.reader(ClientRole::Screen)
    }

    /// The client for going through the whole account, which hands throttled
    /// reads back: the inventory sets the pace.
    pub(crate) fn scan_reader(&self) -> Reader {
        self.reader(ClientRole::FullScan)
    }

    /// The client for changes; a read-only session has none.
    pub(crate) fn writer(&self) -> Option<Writer> {
        (!self.0.read_only.load(Ordering::Relaxed))
            .then(|| Writer::new(self.reader(ClientRole::Write), self.clone()))
    }

    /// What all clients of IAM have sent, and how much of it was throttled.
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

    /// The MFA device whose code is needed before anything can be signed.
    /// Set once a call has failed for want of it.
    pub(crate) fn awaits_mfa_code(&self) -> Option<Arc<str>> {
        self.0.credentials_cache.awaited_code()
    }

    /// Whether a code was given, and the role could not be assumed with it:
    /// then the failed call's error says why.
    pub(crate) fn refused_mfa_code(&self) -> bool {
        self.0.credentials_cache.refused_code()
    }

    /// Gives the code of the MFA device; the next call uses it.
    pub(crate) fn give_mfa_code(&self, code: Secret) {
        self.0.credentials_cache.give_code(code);
    }

    fn reader(&self, purpose: ClientRole) -> Reader {
        let client = match purpose {
            ClientRole::FullScan => &self.0.full_scan_client,
            ClientRole::Screen => &self.0.screen_client,
            ClientRole::Write => &self.0.write_client,
        };
        let make =
            || self.0.client_factory.iam(purpose, self.0.credentials.clone(), &client.counter);
        Reader::new(
            client.iam.get_or_init(make).clone(),
            Arc::clone(&self.0.credentials_cache),
            self.clone(),
        )
    }

    fn sts(&self, purpose: ClientRole) -> &aws_sdk_sts::Client {
        let client = &self.0.sts[usize::from(purpose == ClientRole::Write)];
        client.get_or_init(|| self.0.client_factory.sts(purpose, Some(self.0.credentials.clone())))
    }
}

/// A change that is not sent, since it is not what was confirmed any more.
fn withheld(why: String) -> ServiceError {
    ServiceError {
        kind: ErrorKind::Withheld,
        operation: "UpdateAccessKey",
        code: None,
        message: why.into(),
        request_id: None,
        hint: Some("Look at the key again before you repeat the change.".into()),
    }
}
