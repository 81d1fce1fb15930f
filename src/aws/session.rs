//! One way into one account: credentials, clients, and who one is there.

use std::collections::BTreeSet;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, OnceLock};

use aws_credential_types::provider::SharedCredentialsProvider;

use crate::aws::clients::{Parts, Use};
use crate::aws::errors::{sort, unreadable};
use crate::aws::files::Files;
use crate::aws::identity::{self, Identity};
use crate::aws::profiles::check_known;
use crate::aws::purse::Purse;
use crate::aws::reader::Reader;
use crate::aws::settings::{Basis, Connect, SettingsError};
use crate::aws::target::Target;
use crate::aws::traffic::{Counter, Traffic};
use crate::aws::transport;
use crate::aws::writer::Writer;
use crate::model::{
    AccountId, Caller, Endpoint, ErrorKind, KeyChange, KeyId, KeyKind, Place, Secret, ServiceError, SessionId, Signing,
    UserName,
};

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
        let caller = self.0.purse.identify().await?;
        Ok(self.place_of(caller))
    }

    /// Where the session is by now, once it was asked who signs: after a
    /// renewal of the credentials other keys may stand behind it.
    pub(crate) fn place(&self) -> Option<Place> {
        self.0.purse.facts().identity.map(|identity| self.place_of(identity.caller))
    }

    /// How often another access key has taken over the signing. Each time it is
    /// the same principal's; otherwise the session ends.
    pub(crate) fn renewals(&self) -> u64 {
        self.0.purse.facts().renewals
    }

    fn place_of(&self, caller: Caller) -> Place {
        let facts = self.0.purse.facts();
        Place {
            caller,
            alias: None,
            profile: facts.circumstances.profile,
            source: facts.words,
            endpoint: self.endpoint(),
            signing_keys: self.signing_keys(),
            signer: self.signer(),
            read_only: self.0.read_only.load(Ordering::Relaxed),
            unverified: self.0.parts.target.no_verify_ssl,
        }
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

    /// What part the key of that owner has in the signing, once there are
    /// credentials.
    pub(crate) fn signing(&self, key: &KeyId, owner: Option<&UserName>) -> Signing {
        let (signer, keys) = (self.signer(), self.signing_keys());
        match self.0.purse.facts().identity {
            Some(Identity { caller, .. }) => caller.signing(key, owner, signer.as_ref(), &keys),
            None => Signing::of(key, signer.as_ref(), &keys),
        }
    }

    /// Whether the change may be sent by this session as it is now.
    ///
    /// # Errors
    /// It was confirmed for another caller, the key has taken a part in the
    /// signing that was not shown, or it is of another account.
    pub(super) async fn check(&self, change: &KeyChange) -> Result<(), ServiceError> {
        let caller = self.0.purse.facts().identity.map(|identity| identity.caller);
        let key = &change.key;
        if let Some(confirmed) = &change.caller
            && !caller.as_ref().is_some_and(|caller| caller.is_same_principal(confirmed))
        {
            return Err(withheld(format!("it was confirmed to be sent as {}, who does not sign here", confirmed.arn)));
        }
        if self.signing(key, change.user.as_ref()) > change.signing {
            let why = format!("{key} may now sign this session, which was not so when the change was confirmed");
            return Err(withheld(why));
        }
        let Some(caller) = caller else { return Ok(()) };
        match key.account().filter(|account| *account != caller.account) {
            // What letters tell is not documented: AWS itself has the last word.
            Some(theirs) if !self.account_of(key).await.is_ok_and(|account| account == caller.account) => {
                Err(withheld(format!("{key} is of account {theirs}, and this session is in {}", caller.account)))
            }
            _ => Ok(()),
        }
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
        self.0.purse.credentials().await.map(drop).map_err(|error| error.of(operation))
    }

    /// sts:GetCallerIdentity, through the client for changes: whether the
    /// session's signature is still accepted.
    pub(super) async fn caller(&self) -> Result<Caller, ServiceError> {
        self.sign("GetCallerIdentity").await?;
        identity::caller(self.sts(Use::Writes), &self.0.purse.facts().circumstances).await
    }

    /// The account that the signing key's ID carries. Not asked of AWS: good for
    /// a journal entry of a command that sends nothing but its one call. (What
    /// `AWS_ACCOUNT_ID` or a profile says of the account may be of another.)
    ///
    /// # Errors
    /// No credentials.
    pub(crate) async fn signing_account(&self) -> Result<Option<AccountId>, ServiceError> {
        let credentials = self.0.purse.credentials().await.map_err(|error| error.of("The call"))?;
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

/// A change that is not sent, since it is not what was confirmed any more.
fn withheld(why: String) -> ServiceError {
    ServiceError {
        kind: ErrorKind::Withheld,
        operation: "UpdateAccessKey",
        code: None,
        message: why.into(),
        request_id: None,
        advice: Some("Look at the key again before you repeat the change.".into()),
    }
}
