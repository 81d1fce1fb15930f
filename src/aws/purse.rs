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

use crate::aws::advice::Circumstances;
use crate::aws::assume::assume;
use crate::aws::chain::{Role, Source};
use crate::aws::clients::Parts;
use crate::aws::errors::{NotSigned, find, innermost};
use crate::aws::files::Files;
use crate::aws::identity::{self, Identity};
use crate::aws::providers::{self, Base, Origin};
use crate::aws::settings::{Connect, SettingsError};
use crate::model::{Caller, ErrorKind, Secret, ServiceError, visible};

/// Credentials that end sooner than this are renewed before they are used.
const MARGIN: Duration = Duration::from_secs(10);

/// How long a source may take: a credential process may ask its user.
const PATIENCE: Duration = Duration::from_mins(1);

/// The holder. One for each session.
pub(super) struct Purse {
    connect: Connect,
    profile: String,
    parts: Parts,
    state: tokio::sync::Mutex<State>,
    /// How many attempts at credentials have ended.
    attempts: AtomicU64,
    code: std::sync::Mutex<Code>,
    facts: std::sync::Mutex<Facts>,
}

#[derive(Default)]
struct State {
    /// The files as read when the session was opened, for the first attempt.
    files: Option<Files>,
    origin: Option<Origin>,
    held: Option<Credentials>,
    failure: Option<NotSigned>,
    /// The credentials became somebody else's: nothing is signed any more.
    ended: Option<NotSigned>,
}

/// The code of an MFA device: given, or waited for.
#[derive(Default)]
struct Code {
    given: Option<Secret>,
    awaited: Option<Arc<str>>,
    /// Whether the last one that was given did not do.
    refused: bool,
}

/// What is known of the credentials without their secrets.
#[derive(Clone, Debug, Default)]
pub(super) struct Facts {
    /// What errors need to know.
    pub circumstances: Circumstances,
    /// Where they came from, in a few words.
    pub words: Arc<str>,
    /// The key IDs of the chain: from the source's to the one that signs.
    pub keys: Vec<Arc<str>>,
    /// Who signs, once that was asked.
    pub identity: Option<Identity>,
    /// How often another access key has taken over.
    pub renewals: u64,
}

impl Purse {
    /// A purse for the profile; `files` are those read at the opening.
    pub(super) fn new(connect: Connect, profile: String, files: Files, parts: Parts) -> Self {
        let facts = Facts { circumstances: Circumstances::at(&parts.target.endpoint()), ..Facts::default() };
        let code = Code { given: connect.mfa_code.clone(), ..Code::default() };
        Self {
            connect,
            profile,
            parts,
            state: tokio::sync::Mutex::new(State { files: Some(files), ..State::default() }),
            attempts: AtomicU64::new(0),
            code: std::sync::Mutex::new(code),
            facts: std::sync::Mutex::new(facts),
        }
    }

    /// What is known of the credentials by now.
    pub(super) fn facts(&self) -> Facts {
        self.facts.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }

    /// The MFA device whose code is needed before anything can be signed.
    pub(super) fn awaited_code(&self) -> Option<Arc<str>> {
        self.code.lock().unwrap_or_else(PoisonError::into_inner).awaited.clone()
    }

    /// Whether a code was given, and the role could not be assumed with it.
    pub(super) fn refused_code(&self) -> bool {
        self.code.lock().unwrap_or_else(PoisonError::into_inner).refused
    }

    /// Gives the code, for the next attempt.
    pub(super) fn give_code(&self, secret: Secret) {
        *self.code.lock().unwrap_or_else(PoisonError::into_inner) = Code { given: Some(secret), ..Code::default() };
    }

    /// The credentials: held ones, or new ones if those have ended. Callers
    /// that wait for an attempt share its failure.
    ///
    /// # Errors
    /// Why there are none.
    pub(super) async fn credentials(&self) -> Result<Credentials, NotSigned> {
        let before = self.attempts.load(Ordering::Acquire);
        let mut state = self.state.lock().await;
        if let Some(ended) = &state.ended {
            return Err(ended.clone());
        }
        if let Some(held) = state.held.as_ref().filter(|held| lasts(held)) {
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
                state.held = Some(credentials.clone());
                state.failure = None;
            }
            Err(failure) => {
                let ended = (failure.kind == ErrorKind::CallerChanged).then(|| failure.clone());
                *state = State { failure: Some(failure.clone()), ended, ..State::default() };
            }
        }
        result
    }

    /// Who signs. One call.
    ///
    /// # Errors
    /// No credentials, or STS's refusal.
    pub(super) async fn identify(&self) -> Result<Caller, ServiceError> {
        let credentials = self.credentials().await.map_err(|error| error.of("GetCallerIdentity"))?;
        let circumstances = self.facts().circumstances;
        let asked = identity::identify(&self.parts, credentials, &circumstances).await?;
        let mut caller = asked.caller.clone();
        self.note(|facts| match &facts.identity {
            // The credentials were renewed meanwhile, and asked about then.
            Some(known) if known.key != asked.key => caller = known.caller.clone(),
            _ => facts.identity = Some(asked),
        });
        Ok(caller)
    }

    /// Lets new credentials sign only after STS has said that they are of the
    /// same principal as those before.
    async fn check_renewed(&self, credentials: &Credentials) -> Result<(), NotSigned> {
        let Facts { circumstances, keys, identity, .. } = self.facts();
        let Some(former) = keys.last().filter(|former| ***former != *credentials.access_key_id()) else {
            return Ok(());
        };
        let renewed = identity::identify(&self.parts, credentials.clone(), &circumstances).await;
        let renewed = renewed.map_err(|error| NotSigned {
            kind: if error.kind == ErrorKind::Unreachable { error.kind } else { ErrorKind::Unsigned },
            message: format!("It could not be checked whose the renewed credentials are. {error}").into(),
            advice: "Nothing is signed with them before that.".into(),
        })?;
        identity::check(&renewed.caller, identity.as_ref(), former)?;
        self.note(|facts| {
            facts.identity = Some(renewed);
            facts.renewals += 1;
        });
        Ok(())
    }

    async fn attempt(&self, state: &mut State) -> Result<Credentials, NotSigned> {
        if state.origin.is_none() {
            let files = match (state.files.take(), self.connect.environment()) {
                (Some(files), _) => files,
                (None, Some(environment)) => Files::read(environment).await.map_err(unusable)?,
                (None, None) => Files::default(),
            };
            state.origin = Some(providers::find(&self.connect, &files, &self.profile, &self.parts)?);
        }
        let Some(origin) = &state.origin else { return Err(providers::nothing_found()) };
        self.note(|facts| {
            facts.circumstances.profile.clone_from(&origin.profile);
            facts.circumstances.source = Some(origin.source);
            facts.words = Arc::clone(&origin.words);
        });
        let mut credentials = first(origin, &self.parts).await?;
        let mut keys = vec![credentials.access_key_id().into()];
        for role in &origin.roles {
            credentials = self.assume(credentials, role).await?;
            keys.push(credentials.access_key_id().into());
        }
        self.check_renewed(&credentials).await?;
        self.note(|facts| {
            let by_itself = matches!(origin.source, Source::Static | Source::Environment | Source::Process);
            facts.circumstances.temporary =
                credentials.session_token().is_some() && by_itself && origin.roles.is_empty();
            facts.keys = keys;
        });
        Ok(credentials)
    }

    fn note(&self, change: impl FnOnce(&mut Facts)) {
        change(&mut self.facts.lock().unwrap_or_else(PoisonError::into_inner));
    }

    async fn assume(&self, base: Credentials, role: &Role) -> Result<Credentials, NotSigned> {
        let code = match &role.mfa_serial {
            None => None,
            Some(serial) => Some(self.take_code(serial).ok_or_else(|| code_needed(role, serial))?),
        };
        let assumed = assume(&self.parts, base, role, code.as_ref()).await;
        assumed.map_err(|error| {
            if let Some(serial) = &role.mfa_serial {
                self.await_code(serial, true);
            }
            refused_role(role, &error)
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
        (code.awaited, code.refused) = (Some(visible(serial).into()), refused);
    }
}

impl ProvideCredentials for Purse {
    fn provide_credentials<'a>(&'a self) -> future::ProvideCredentials<'a>
    where
        Self: 'a,
    {
        future::ProvideCredentials::new(async move {
            let credentials: provider::Result = self.credentials().await.map_err(CredentialsError::provider_error);
            credentials
        })
    }
}

impl fmt::Debug for Purse {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Purse")
    }
}

fn lasts(credentials: &Credentials) -> bool {
    credentials.expiry().is_none_or(|end| end > SystemTime::now() + MARGIN)
}

/// The first credentials of the chain.
async fn first(origin: &Origin, parts: &Parts) -> Result<Credentials, NotSigned> {
    let provider = match &origin.base {
        Base::Fixed(credentials) => return Ok(credentials.clone()),
        Base::Provider(provider) => provider,
        Base::WebIdentity(identity) => return identity.exchange(parts).await,
    };
    match tokio::time::timeout(PATIENCE, provider.provide_credentials()).await {
        Ok(Ok(credentials)) => Ok(credentials),
        Ok(Err(error)) => Err(not_provided(origin, &error)),
        Err(_) => Err(NotSigned {
            kind: ErrorKind::Unsigned,
            message: format!("The credentials of {} did not come within {} s.", origin.words, PATIENCE.as_secs())
                .into(),
            advice: providers::advice(origin).into(),
        }),
    }
}

fn not_provided(origin: &Origin, error: &CredentialsError) -> NotSigned {
    if find::<hyper_util::client::legacy::Error>(Some(error)).is_some_and(hyper_util::client::legacy::Error::is_connect)
        && origin.source != Source::Instance
    {
        return NotSigned {
            kind: ErrorKind::Unreachable,
            message: format!(
                "The source of the credentials ({}) can't be reached: {}.",
                origin.words,
                innermost(Some(error))
            )
            .into(),
            advice: "Check the network and the proxy settings (HTTPS_PROXY, NO_PROXY).".into(),
        };
    }
    if origin.source == Source::Instance && origin.profile.is_none() {
        return providers::nothing_found();
    }
    let why = match origin.source {
        Source::Process => process_failure(error),
        Source::Sso if is_missing_file(error) => "there is no cached SSO token".to_owned(),
        _ => innermost(Some(error)),
    };
    NotSigned {
        kind: ErrorKind::Unsigned,
        message: format!("No credentials from {}: {}.", origin.words, why.trim_end_matches('.')).into(),
        advice: providers::advice(origin).into(),
    }
}

/// Whether the failure is that a file is not there.
fn is_missing_file(error: &CredentialsError) -> bool {
    find::<std::io::Error>(Some(error)).is_some_and(|error| error.kind() == std::io::ErrorKind::NotFound)
}

/// A process may write anything to its standard error, secrets included, and
/// the SDK quotes it. Only the exit status goes on.
fn process_failure(error: &CredentialsError) -> String {
    let text = innermost(Some(error));
    match text.split_once(" Stderr:") {
        Some((status, _)) if status.contains("exited with") => status.to_owned(),
        _ => "it wrote nothing that can be read as credentials".to_owned(),
    }
}

fn code_needed(role: &Role, serial: &str) -> NotSigned {
    NotSigned {
        kind: ErrorKind::Unsigned,
        message: format!(
            "The role of profile {} needs the code of the MFA device {}.",
            visible(&role.profile),
            visible(serial)
        )
        .into(),
        advice: "Type the code when asked, or give it with --mfa-code.".into(),
    }
}

/// Nothing of the call in hand was sent, whatever became of AssumeRole.
fn refused_role(role: &Role, error: &ServiceError) -> NotSigned {
    let kind = if error.kind == ErrorKind::Unreachable { ErrorKind::Unreachable } else { ErrorKind::Unsigned };
    let code = error.code.as_deref().map(|code| format!("{code}, ")).unwrap_or_default();
    NotSigned {
        kind,
        message: format!(
            "The role {} of profile {} could not be assumed: {code}{}.",
            visible(&role.arn),
            visible(&role.profile),
            error.message.trim_end_matches('.')
        )
        .into(),
        advice: error.advice.clone().unwrap_or_else(|| "Check the profile.".into()),
    }
}

fn unusable(error: SettingsError) -> NotSigned {
    NotSigned { kind: ErrorKind::Unsigned, message: error.message, advice: error.advice }
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
