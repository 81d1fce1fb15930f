//! One way into one account: credentials, clients, and who one is there.

use std::collections::BTreeSet;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, OnceLock};

use aws_credential_types::provider::SharedCredentialsProvider;

use crate::aws::clients::{Parts, Use};
use crate::aws::errors::{NotSigned, sort, unreadable};
use crate::aws::files::Files;
use crate::aws::profiles::check_known;
use crate::aws::purse::Purse;
use crate::aws::reader::Reader;
use crate::aws::settings::{Basis, Connect, SettingsError};
use crate::aws::target::Target;
use crate::aws::traffic::{Counter, Traffic};
use crate::aws::transport;
use crate::aws::writer::Writer;
use crate::model::{AccountId, Arn, Caller, Endpoint, KeyId, KeyKind, Place, Secret, ServiceError, SessionId, Signing};

/// An opened session. Cheap to clone; clients are made when they are first
/// used, and share their credentials and connections.
#[derive(Clone)]
pub(crate) struct Session(Arc<Inner>);

struct Inner {
    parts: Parts,
    purse: Arc<Purse>,
    credentials: SharedCredentialsProvider,
    read_only: AtomicBool,
    known_keys: BTreeSet<KeyId>,
    sweep: Client,
    screen: Client,
    writes: Client,
    /// For the screen, and for proving a change.
    sts: [OnceLock<aws_sdk_sts::Client>; 2],
}

/// A client of IAM that is made on first use.
#[derive(Default)]
struct Client {
    iam: OnceLock<aws_sdk_iam::Client>,
    counter: Counter,
}

/// Opens a session: reads the profile files and makes ready to call.
/// Nothing is sent, and no credentials are asked for yet.
///
/// # Errors
/// A profile that does not exist, a file that can't be read, an endpoint
/// that is no URL, a certificate bundle that is none.
pub(crate) async fn open(connect: &Connect, id: SessionId) -> Result<Session, SettingsError> {
    let environment = connect.environment();
    let files = match environment {
        Some(environment) => Files::read(environment).await?,
        None => Files::default(),
    };
    let named = connect.profile.clone().or_else(|| environment?.first(&["AWS_PROFILE", "AWS_DEFAULT_PROFILE"]));
    if let Some(profile) = &named {
        check_known(&files, profile)?;
    }
    let target = Target::resolve(connect, &files, named.as_deref())?;
    let http = transport::client(&target)?;
    let parts = Parts { session: id, target, http };
    let known_keys = known_keys(connect, &files);
    let profile = named.unwrap_or_else(|| "default".to_owned());
    let purse = Arc::new(Purse::new(connect.clone(), profile, files, parts.clone()));
    Ok(Session(Arc::new(Inner {
        parts,
        credentials: SharedCredentialsProvider::from(Arc::clone(&purse) as Arc<_>),
        purse,
        read_only: AtomicBool::new(connect.read_only),
        known_keys,
        sweep: Client::default(),
        screen: Client::default(),
        writes: Client::default(),
        sts: [OnceLock::new(), OnceLock::new()],
    })))
}

/// The key IDs in files and environment: any of them may stand behind the
/// session.
fn known_keys(connect: &Connect, files: &Files) -> BTreeSet<KeyId> {
    let own = match &connect.basis {
        Basis::Nothing { access_key, .. } => Some(access_key.clone()),
        Basis::Surroundings(environment) => environment.get("AWS_ACCESS_KEY_ID"),
    };
    files.key_ids.iter().map(String::as_str).chain(own.as_deref()).filter_map(long_term).collect()
}

/// The ID, unless it is a temporary key's, which UpdateAccessKey can't touch.
fn long_term(id: &str) -> Option<KeyId> {
    KeyId::parse(id.trim()).ok().filter(|id| id.kind() != KeyKind::Temporary)
}

impl Session {
    /// Which session it is.
    pub(crate) fn id(&self) -> SessionId {
        self.0.parts.session
    }

    /// Where the calls go.
    pub(crate) fn endpoint(&self) -> Endpoint {
        self.0.parts.target.endpoint()
    }

    /// How often a call is made at most.
    pub(crate) fn attempts(&self) -> u32 {
        self.0.parts.target.attempts
    }

    /// Makes the session read-only from here on: it hands out no writer.
    pub(crate) fn take_writer_away(&self) {
        self.0.read_only.store(true, Ordering::Relaxed);
    }

    /// Asks STS who signs. One call; the alias is a read of its own.
    ///
    /// # Errors
    /// No credentials, or STS's refusal.
    pub(crate) async fn identify(&self) -> Result<Place, ServiceError> {
        let caller = self.caller(Use::Screen).await?;
        let facts = self.0.purse.facts();
        Ok(Place {
            caller,
            alias: None,
            profile: facts.circumstances.profile,
            source: facts.words,
            endpoint: self.endpoint(),
            signing_keys: self.signing_keys(),
            signer: self.signer(),
            read_only: self.0.read_only.load(Ordering::Relaxed),
            unverified: self.0.parts.target.no_verify_ssl,
        })
    }

    /// The profile that leads to the credentials, once there are any.
    pub(crate) fn profile(&self) -> Option<Arc<str>> {
        self.0.purse.facts().circumstances.profile
    }

    /// Every long-term key ID that may stand behind the session, once there
    /// are credentials: see [`Place::signing_keys`].
    fn signing_keys(&self) -> Arc<[KeyId]> {
        let mut keys = self.0.known_keys.clone();
        keys.extend(self.0.purse.facts().keys.iter().filter_map(|id| long_term(id)));
        keys.into_iter().collect()
    }

    /// What part the key has in the signing, once there are credentials.
    pub(crate) fn signing(&self, key: &KeyId) -> Signing {
        Signing::of(key, self.signer().as_ref(), &self.signing_keys())
    }

    /// The long-term key that signs the calls, once there are credentials: see
    /// [`Place::signer`].
    fn signer(&self) -> Option<KeyId> {
        self.0.purse.facts().keys.last().and_then(|id| long_term(id))
    }

    /// Fetches the credentials that the operation is to be signed with, if they
    /// are not at hand: a source may take longer than a call, whose limits
    /// would end it and begin it anew.
    ///
    /// # Errors
    /// There are none: nothing was sent.
    pub(super) async fn sign(&self, operation: &'static str) -> Result<(), ServiceError> {
        self.0.purse.credentials().await.map(drop).map_err(|error| not_signed(operation, &error))
    }

    /// sts:GetCallerIdentity, through the client for that purpose.
    pub(super) async fn caller(&self, purpose: Use) -> Result<Caller, ServiceError> {
        const OPERATION: &str = "GetCallerIdentity";
        self.sign(OPERATION).await?;
        let answer = self.sts(purpose).get_caller_identity().send().await;
        let answer = answer.map_err(|error| sort(OPERATION, &error, &self.0.purse.facts().circumstances))?;
        match (answer.account(), answer.arn()) {
            (Some(account), Some(arn)) => Ok(Caller { account: AccountId::remote(account), arn: Arn::remote(arn) }),
            _ => Err(unreadable(OPERATION, "STS's answer names no caller")),
        }
    }

    /// The account that the signing key's ID carries. Not asked of AWS: good for
    /// a journal entry of a command that sends nothing but its one call. (What
    /// `AWS_ACCOUNT_ID` or a profile says of the account may be of another.)
    ///
    /// # Errors
    /// No credentials.
    pub(crate) async fn signing_account(&self) -> Result<Option<AccountId>, ServiceError> {
        let credentials = self.0.purse.credentials().await.map_err(|error| not_signed("The call", &error))?;
        Ok(KeyId::parse(credentials.access_key_id()).ok().and_then(|key| key.account()))
    }

    /// sts:GetAccessKeyInfo: the account that owns the ID, whichever it is.
    ///
    /// # Errors
    /// STS's refusal, or no answer.
    pub(super) async fn account_of(&self, key: &KeyId) -> Result<AccountId, ServiceError> {
        const OPERATION: &str = "GetAccessKeyInfo";
        let answer = self.sts(Use::Screen).get_access_key_info().access_key_id(key.as_str()).send().await;
        let answer = answer.map_err(|error| sort(OPERATION, &error, &self.0.purse.facts().circumstances))?;
        answer.account().map(AccountId::remote).ok_or_else(|| unreadable(OPERATION, "STS's answer names no account"))
    }

    /// The client for what the screen shows now.
    pub(crate) fn screen(&self) -> Reader {
        self.reader(Use::Screen)
    }

    /// The client for going through the whole account, which hands throttled
    /// reads back: the inventory sets the pace.
    pub(crate) fn sweep(&self) -> Reader {
        self.reader(Use::Sweep)
    }

    /// The client for changes; a read-only session has none.
    pub(crate) fn writer(&self) -> Option<Writer> {
        (!self.0.read_only.load(Ordering::Relaxed)).then(|| Writer::new(self.reader(Use::Writes), self.clone()))
    }

    /// What all clients of IAM have sent, and how much of it was throttled.
    pub(crate) fn traffic(&self) -> Traffic {
        let clients = [&self.0.sweep, &self.0.screen, &self.0.writes];
        clients.into_iter().map(|client| client.counter.traffic()).fold(Traffic::default(), |sum, one| Traffic {
            calls: sum.calls + one.calls,
            throttled: sum.throttled + one.throttled,
        })
    }

    /// The MFA device whose code is needed before anything can be signed.
    /// Set once a call has failed for want of it.
    pub(crate) fn awaits_mfa_code(&self) -> Option<Arc<str>> {
        self.0.purse.awaited_code()
    }

    /// Whether a code was given, and the role could not be assumed with it:
    /// then the failed call's error says why.
    pub(crate) fn refused_mfa_code(&self) -> bool {
        self.0.purse.refused_code()
    }

    /// Gives the code of the MFA device; the next call uses it.
    pub(crate) fn give_mfa_code(&self, code: Secret) {
        self.0.purse.give_code(code);
    }

    fn reader(&self, purpose: Use) -> Reader {
        let client = match purpose {
            Use::Sweep => &self.0.sweep,
            Use::Screen => &self.0.screen,
            Use::Writes => &self.0.writes,
        };
        let make = || self.0.parts.iam(purpose, self.0.credentials.clone(), &client.counter);
        Reader::new(client.iam.get_or_init(make).clone(), Arc::clone(&self.0.purse), self.clone())
    }

    fn sts(&self, purpose: Use) -> &aws_sdk_sts::Client {
        let client = &self.0.sts[usize::from(purpose == Use::Writes)];
        client.get_or_init(|| self.0.parts.sts(purpose, Some(self.0.credentials.clone())))
    }
}

fn not_signed(operation: &'static str, error: &NotSigned) -> ServiceError {
    ServiceError {
        kind: error.kind,
        operation,
        code: None,
        message: Arc::clone(&error.message),
        request_id: None,
        advice: Some(Arc::clone(&error.advice)),
    }
}
