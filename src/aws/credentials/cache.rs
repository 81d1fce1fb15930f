//! Holds a session's credentials: resolved on first use, once for all
//! clients, and again when they have ended. The SDK's own cache gives each
//! client credentials of its own, and after a failure keeps saying
//! "initialization error already taken".

use std::fmt;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, PoisonError};
use std::time::{Duration, SystemTime};

use aws_credential_types::Credentials;
use aws_credential_types::provider::error::CredentialsError;
use aws_credential_types::provider::{self, ProvideCredentials, future};

use crate::aws::config_files::ConfigFiles;
use crate::aws::connect_options::{ConnectOptions, SettingsError};
use crate::aws::credentials::assume_role::assume_role;
use crate::aws::credentials::profile_chain::{CredentialSource, RoleConfig};
use crate::aws::credentials::source;
use crate::aws::credentials::source::{BaseCredentials, CredentialOrigin};
use crate::aws::errors::classify::{CredentialSourceError, find_cause, root_cause};
use crate::aws::errors::hints::ErrorContext;
use crate::aws::iam::identity;
use crate::aws::iam::identity::Identity;
use crate::aws::sdk_clients::ClientFactory;
use crate::model::{Caller, ErrorKind, Secret, ServiceError, escape_hidden};

/// Credentials that end sooner than this are renewed before they are used.
const EXPIRY_MARGIN: Duration = Duration::from_secs(10);

/// How long a source may take: a credential process may ask its user.
const SOURCE_TIMEOUT: Duration = Duration::from_mins(1);

/// The holder. One for each session.
pub(in crate::aws) struct CredentialsCache {
    connect: ConnectOptions,
    profile: String,
    client_factory: ClientFactory,
    state: tokio::sync::Mutex<CacheState>,
    /// How many attempts at credentials have ended.
    attempts: AtomicU64,
    code: std::sync::Mutex<MfaCodeState>,
    facts: std::sync::Mutex<CredentialFacts>,
}

#[derive(Default)]
struct CacheState {
    /// The files as read when the session was opened, for the first attempt.
    files: Option<ConfigFiles>,
    origin: Option<CredentialOrigin>,
    cached: Option<Credentials>,
    failure: Option<CredentialSourceError>,
    /// The credentials became somebody else's: nothing is signed any more.
    ended: Option<CredentialSourceError>,
}

/// The code of an MFA device: given, or waited for.
#[derive(Default)]
struct MfaCodeState {
    given: Option<Secret>,
    awaited: Option<Arc<str>>,
    /// Whether the last one that was given did not do.
    refused: bool,
}

/// What is known of the credentials without their secrets.
#[derive(Clone, Debug, Default)]
pub(in crate::aws) struct CredentialFacts {
    /// What errors need to know.
    pub error_context: ErrorContext,
    /// Where they came from, in a few words.
    pub description: Arc<str>,
    /// The key IDs of the chain: from the source's to the one that signs.
    pub keys: Vec<Arc<str>>,
    /// Who signs, once that was asked.
    pub identity: Option<Identity>,
    /// How often another access key has taken over.
    pub renewals: u64,
}

impl CredentialsCache {
    /// A purse for the profile; `files` are those read at the opening.
    pub(in crate::aws) fn new(
        connect: ConnectOptions,
        profile: String,
        files: ConfigFiles,
        client_factory: ClientFactory,
    ) -> Self {
        let facts = CredentialFacts {
            error_context: ErrorContext::for_endpoint(&client_factory.target.endpoint()),
            ..CredentialFacts::default()
        };
        let code = MfaCodeState { given: connect.mfa_code.clone(), ..MfaCodeState::default() };
        Self {
            connect,
            profile,
            client_factory,
            state: tokio::sync::Mutex::new(CacheState {
                files: Some(files),
                ..CacheState::default()
            }),
            attempts: AtomicU64::new(0),
            code: std::sync::Mutex::new(code),
            facts: std::sync::Mutex::new(facts),
        }
    }

    /// What is known of the credentials by now.
    pub(in crate::aws) fn facts(&self) -> CredentialFacts {
        self.facts.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }

    /// The MFA device whose code is needed before anything can be signed.
    pub(in crate::aws) fn awaited_code(&self) -> Option<Arc<str>> {
        self.code.lock().unwrap_or_else(PoisonError::into_inner).awaited.clone()
    }

    /// Whether a code was given, and the role could not be assumed with it.
    pub(in crate::aws) fn refused_code(&self) -> bool {
        self.code.lock().unwrap_or_else(PoisonError::into_inner).refused
    }

    /// Gives the code, for the next attempt.
    pub(in crate::aws) fn give_code(&self, secret: Secret) {
        *self.code.lock().unwrap_or_else(PoisonError::into_inner) =
            MfaCodeState { given: Some(secret), ..MfaCodeState::default() };
    }

    /// The credentials: held ones, or new ones if those have ended. Callers
    /// that wait for an attempt share its failure.
    ///
    /// # Errors
    /// Why there are none.
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
                *state =
                    CacheState { failure: Some(failure.clone()), ended, ..CacheState::default() };
            }
        }
        result
    }

    /// Who signs. One call.
    ///
    /// # Errors
    /// No credentials, or STS's refusal.
    pub(in crate::aws) async fn identify(&self) -> Result<Caller, ServiceError> {
        let credentials =
            self.credentials().await.map_err(|error| error.of("GetCallerIdentity"))?;
        let error_context = self.facts().error_context;
        let asked = identity::identify(&self.client_factory, credentials, &error_context).await?;
        let mut caller = asked.caller.clone();
        self.update_facts(|facts| match &facts.identity {
            // The credentials were renewed meanwhile, and asked about then.
            Some(known) if known.key != asked.key => caller = known.caller.clone(),
            _ => facts.identity = Some(asked),
        });
        Ok(caller)
    }

    /// Lets new credentials sign only after STS has said that they are of the
    /// same principal as those before.
    async fn check_renewed(&self, credentials: &Credentials) -> Result<(), CredentialSourceError> {
        let CredentialFacts { error_context, keys, identity, .. } = self.facts();
        let Some(former) = keys.last().filter(|former| ***former != *credentials.access_key_id())
        else {
            return Ok(());
        };
        let renewed =
            identity::identify(&self.client_factory, credentials.clone(), &error_context).await;
        let renewed = renewed.map_err(|error| CredentialSourceError {
            kind: if error.kind == ErrorKind::Unreachable {
                error.kind
            } else {
                ErrorKind::CredentialSourceFailed
            },
            message: format!("It could not be checked whose the renewed credentials are. {error}")
                .into(),
            hint: "Nothing is signed with them before that.".into(),
        })?;
        identity::check_same_identity(&renewed.caller, identity.as_ref(), former)?;
        self.update_facts(|facts| {
            facts.identity = Some(renewed);
            facts.renewals += 1;
        });
        Ok(())
    }

    async fn attempt(&self, state: &mut CacheState) -> Result<Credentials, CredentialSourceError> {
        if state.origin.is_none() {
            let files = match (state.files.take(), self.connect.environment()) {
                (Some(files), _) => files,
                (None, Some(environment)) => {
                    ConfigFiles::read(environment).await.map_err(settings_failure)?
                }
                (None, None) => ConfigFiles::default(),
            };
            state.origin = Some(source::find_origin(
                &self.connect,
                &files,
                &self.profile,
                &self.client_factory,
            )?);
        }
        let Some(origin) = &state.origin else { return Err(source::no_source_found()) };
        self.update_facts(|facts| {
            facts.error_context.profile.clone_from(&origin.profile);
            facts.error_context.source = Some(origin.source);
            facts.description = Arc::clone(&origin.description);
        });
        let mut credentials = base_credentials(origin, &self.client_factory).await?;
        let mut keys = vec![credentials.access_key_id().into()];
        for role in &origin.roles {
            credentials = self.assume(credentials, role).await?;
            keys.push(credentials.access_key_id().into());
        }
        self.check_renewed(&credentials).await?;
        self.update_facts(|facts| {
            let by_itself = matches!(
                origin.source,
                CredentialSource::Static
                    | CredentialSource::Environment
                    | CredentialSource::Process
            );
            facts.error_context.temporary =
                credentials.session_token().is_some() && by_itself && origin.roles.is_empty();
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
    ) -> Result<Credentials, CredentialSourceError> {
        let code = match &role.mfa_serial {
            None => None,
            Some(serial) => {
                Some(self.take_code(serial).ok_or_else(|| mfa_code_needed(role, serial))?)
            }
        };
        let assumed = assume_role(&self.client_factory, base, role, code.as_ref()).await;
        assumed.map_err(|error| {
            if let Some(serial) = &role.mfa_serial {
                self.await_code(serial, true);
            }
            role_refused(role, &error)
        })
    }

    /// A code is good for one call.
    fn take_code(&self, serial: &str) -> Option<Secret> {
        let given = self.code.lock().unwrap_or_else(PoisonError::into_inner).given.take();
        if given.is_none() {
            self.await_code(serial, false);
        }
        given
    }

    fn await_code(&self, serial: &str, refused: bool) {
        let mut code = self.code.lock().unwrap_or_else(PoisonError::into_inner);
        (code.awaited, code.refused) = (Some(escape_hidden(serial).into()), refused);
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
        f.write_str("Purse")
    }
}

fn is_fresh(credentials: &Credentials) -> bool {
    credentials.expiry().is_none_or(|end| end > SystemTime::now() + EXPIRY_MARGIN)
}

/// The first credentials of the chain.
async fn base_credentials(
    origin: &CredentialOrigin,
    client_factory: &ClientFactory,
) -> Result<Credentials, CredentialSourceError> {
    let provider = match &origin.base {
        BaseCredentials::Fixed(credentials) => return Ok(credentials.clone()),
        BaseCredentials::Provider(provider) => provider,
        BaseCredentials::WebIdentity(identity) => return identity.exchange(client_factory).await,
    };
    match tokio::time::timeout(SOURCE_TIMEOUT, provider.provide_credentials()).await {
        Ok(Ok(credentials)) => Ok(credentials),
        Ok(Err(error)) => Err(provider_failure(origin, &error)),
        Err(_) => Err(CredentialSourceError {
            kind: ErrorKind::CredentialSourceFailed,
            message: format!(
                "The credentials of {} did not come within {} s.",
                origin.description,
                SOURCE_TIMEOUT.as_secs()
            )
            .into(),
            hint: source::origin_hint(origin).into(),
        }),
    }
}

fn provider_failure(origin: &CredentialOrigin, error: &CredentialsError) -> CredentialSourceError {
    if find_cause::<hyper_util::client::legacy::Error>(Some(error))
        .is_some_and(hyper_util::client::legacy::Error::is_connect)
        && origin.source != CredentialSource::Instance
    {
        return CredentialSourceError {
            kind: ErrorKind::Unreachable,
            message: format!(
                "The source of the credentials ({}) can't be reached: {}.",
                origin.description,
                root_cause(Some(error))
            )
            .into(),
            hint: "Check the network and the proxy settings (HTTPS_PROXY, NO_PROXY).".into(),
        };
    }
    if origin.source == CredentialSource::Instance && origin.profile.is_none() {
        return source::no_source_found();
    }
    let why = match origin.source {
        CredentialSource::Process => process_failure(error),
        CredentialSource::Sso if is_missing_file(error) => {
            "there is no cached SSO token".to_owned()
        }
        _ => root_cause(Some(error)),
    };
    CredentialSourceError {
        kind: ErrorKind::CredentialSourceFailed,
        message: format!(
            "No credentials from {}: {}.",
            origin.description,
            why.trim_end_matches('.')
        )
        .into(),
        hint: source::origin_hint(origin).into(),
    }
}

/// Whether the failure is that a file is not there.
fn is_missing_file(error: &CredentialsError) -> bool {
    find_cause::<std::io::Error>(Some(error))
        .is_some_and(|error| error.kind() == std::io::ErrorKind::NotFound)
}

/// A process may write anything to its standard error, secrets included, and
/// the SDK quotes it. Only the exit status goes on.
fn process_failure(error: &CredentialsError) -> String {
    let text = root_cause(Some(error));
    match text.split_once(" Stderr:") {
        Some((status, _)) if status.contains("exited with") => status.to_owned(),
        _ => "it wrote nothing that can be read as credentials".to_owned(),
    }
}

fn mfa_code_needed(role: &RoleConfig, serial: &str) -> CredentialSourceError {
    CredentialSourceError {
        kind: ErrorKind::CredentialSourceFailed,
        message: format!(
            "The role of profile {} needs the code of the MFA device {}.",
            escape_hidden(&role.profile),
            escape_hidden(serial)
        )
        .into(),
        hint: "Type the code when asked, or give it with --mfa-code.".into(),
    }
}

/// Nothing of the call in hand was sent, whatever became of AssumeRole.
fn role_refused(role: &RoleConfig, error: &ServiceError) -> CredentialSourceError {
    let kind = if error.kind == ErrorKind::Unreachable {
        ErrorKind::Unreachable
    } else {
        ErrorKind::CredentialSourceFailed
    };
    let code = error.code.as_deref().map(|code| format!("{code}, ")).unwrap_or_default();
    CredentialSourceError {
        kind,
        message: format!(
            "The role {} of profile {} could not be assumed: {code}{}.",
            escape_hidden(&role.arn),
            escape_hidden(&role.profile),
            error.message.trim_end_matches('.')
        )
        .into(),
        hint: error.hint.clone().unwrap_or_else(|| "Check the profile.".into()),
    }
}

fn settings_failure(error: SettingsError) -> CredentialSourceError {
    CredentialSourceError {
        kind: ErrorKind::CredentialSourceFailed,
        message: error.message,
        hint: error.hint,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_a_credential_process_writes_to_its_standard_error_is_not_shown() {
        let error = CredentialsError::provider_error(
            "Error retrieving credentials: external process exited with code exit status: 1. Stderr: wJalrXUtnFEMI",
        );
        let shown = process_failure(&error);
        assert!(shown.contains("exit status: 1") && !shown.contains("wJalr"), "{shown}");
    }
}
