//! The one call, written down before and after, and its failure in the words
//! of the AWS CLI.

use std::sync::Arc;

use jiff::Timestamp;

use super::told::{Fault, Format, Said};
use super::{Refusal, Request};
use crate::aws::{self, Environment, Session, Writer};
use crate::changes::{self, Order, Site};
use crate::commands::interrupts::{Interrupts, block_on};
use crate::commands::out::Exit;
use crate::commands::{Context, context, place};
use crate::model::{Caller, Endpoint, ErrorKind, KeyChange, NotSent, Outcome, Proof, Receipt, ServiceError, SessionId};

const SESSION: SessionId = SessionId(1);

/// Makes the call.
pub(super) fn run(request: Request) -> Exit {
    match context(&request.global) {
        Ok(context) => block_on(async |interrupts| Box::pin(call(request, &context, interrupts)).await),
        Err(exit) => exit,
    }
}

/// Says what is wrong with the words, or with their profile where that comes
/// first.
pub(super) fn refuse(refusal: &Refusal) -> Exit {
    let refused = || Exit::refused(refusal.code, &refusal.stderr);
    let Some(global) = &refusal.global else { return refused() };
    match context(global) {
        Ok(context) => block_on(async |_| match missing_profile(&context).await {
            Some(profile) => tell(Format::default(), &no_profile(&profile)),
            None => refused(),
        }),
        Err(exit) => exit,
    }
}

async fn call(request: Request, context: &Context, mut interrupts: Interrupts) -> Exit {
    let format = request.format;
    let Prepared { session, writer, site, caller } = match prepare(context, &mut interrupts).await {
        Ok(prepared) => prepared,
        Err(Obstacle::Interrupted(exit)) => return exit,
        Err(Obstacle::Error(error)) => return tell(format, &unprepared(&error, context).await),
    };
    let Some(writer) = writer else { return tell(format, &general(&NotSent::ReadOnly.to_string())) };
    let journal = match context.journal() {
        Ok(journal) => journal,
        Err(error) => return tell(format, &general(&error.to_string())),
    };
    place::warn_of_journal(&journal);
    let change = change(request, context, &session, caller);
    let order = Order { change, site: site.clone(), limits: context.opener.limits() };
    // From here on an interrupt waits for the outcome: the intent is written.
    let receipt = changes::carry_out(&writer, &journal, order, Timestamp::now, |_| {}).await;
    let exit = end(&receipt, &site, session.attempts(), format);
    if interrupts.came() { Exit::Interrupted } else { exit }
}

/// What the call is made with.
struct Prepared {
    session: Session,
    writer: Option<Writer>,
    site: Site,
    /// Who signs, where that was asked.
    caller: Option<Caller>,
}

/// Why the call can't be made.
enum Obstacle {
    Interrupted(Exit),
    Error(ServiceError),
}

impl From<Exit> for Obstacle {
    fn from(exit: Exit) -> Self {
        Self::Interrupted(exit)
    }
}

impl From<ServiceError> for Obstacle {
    fn from(error: ServiceError) -> Self {
        Self::Error(error)
    }
}

/// Opens the session and resolves the credentials. Nothing is sent, unless
/// there are rules for accounts.
async fn prepare(context: &Context, interrupts: &mut Interrupts) -> Result<Prepared, Obstacle> {
    place::warn(context);
    let session = interrupts.or(context.opener.open(SESSION, None)).await??;
    let account = place::with_code(&session, interrupts, async || session.signing_account().await).await??;
    let (site, caller, read_only) = if context.settings.minds_accounts() {
        // A rule is asked of the account that STS names, and of no other.
        let place = interrupts.or(context.opener.identify(&session)).await??;
        (Site::from(&place), Some(place.caller), place.read_only)
    } else {
        let unverified_tls = context.global.no_verify_ssl;
        let site = Site { account, unverified_tls, ..Site::unidentified(session.profile(), session.endpoint()) };
        let nobody = crate::model::AccountId::remote("");
        let rule = context.settings.read_only_by(site.profile.as_deref(), &nobody);
        (site, None, rule.is_some())
    };
    let writer = session.writer().filter(|_| !read_only);
    Ok(Prepared { session, writer, site, caller })
}

fn change(request: Request, context: &Context, session: &Session, caller: Option<Caller>) -> KeyChange {
    let signing = session.signing(&request.key, request.user.as_ref());
    KeyChange {
        ticket: 1,
        session: SESSION,
        key: request.key,
        user: request.user,
        before: None,
        read: None,
        caller,
        signing,
        direction: request.direction,
        reason: context.global.reason.as_deref().map(Arc::from),
        proof: if request.prove { signing.proof(request.direction) } else { Proof::None },
        undoes: None,
    }
}

/// Says what went wrong, if anything did.
fn end(receipt: &Receipt, site: &Site, most: u32, format: Format) -> Exit {
    let failed = |error| failed(error, (receipt.attempts, most), site);
    let whole = Said::Sentence(receipt.sentence(site));
    let fault = match &receipt.outcome {
        Outcome::Accepted | Outcome::Proved { .. } => None,
        Outcome::Refused(error) | Outcome::NotSent(NotSent::Call(error)) => Some(failed(error)),
        Outcome::Unknown { error, .. } if error.code.is_some() => Some(failed(error)),
        Outcome::NotSent(why) => Some(general(&why.to_string())),
        Outcome::Unknown { .. } => Some(Fault(Exit::Failed.code(), whole.clone())),
        Outcome::NotProved { .. } => Some(Fault(Exit::Partly.code(), whole.clone())),
    };
    let exit = fault.as_ref().map_or(Exit::Done, |fault| tell(format, fault));
    // The AWS CLI has no words for these; the call's own exit code stands.
    let looked_in_vain = matches!(receipt.outcome, Outcome::Unknown { .. }) && receipt.change.proof != Proof::None;
    let has_more = looked_in_vain || receipt.unwritten.is_some();
    if has_more && fault.is_none_or(|fault| fault.1 != whole) {
        let _ = tell(format, &Fault(Exit::Failed.code(), whole));
    }
    exit
}

/// A failed call, and how many attempts were made at it of how many allowed.
fn failed(error: &ServiceError, (attempts, most): (u32, u32), site: &Site) -> Fault {
    let said = match (&error.code, &site.endpoint) {
        (Some(code), _) => {
            let gave_up = error.kind.may_pass() && attempts >= most;
            let retries = if gave_up { format!(" (reached max retries: {})", attempts - 1) } else { String::new() };
            Said::Service(
                code.to_string(),
                format!("{} operation{retries}", error.operation),
                error.message.to_string(),
            )
        }
        (None, Endpoint::NotAws(url)) if error.kind == ErrorKind::Unreachable => {
            let root = if url.matches('/').count() < 3 { "/" } else { "" };
            Said::Sentence(format!("Could not connect to the endpoint URL: \"{url}{root}\""))
        }
        _ if error.kind.is_unsigned() => return no_credentials(error),
        _ => Said::Sentence(error.to_string()),
    };
    Fault(place::exit_of(error).code(), said)
}

/// To the AWS CLI only credentials that are nowhere are missing ones; a source
/// that gave none is an error like any other.
fn no_credentials(error: &ServiceError) -> Fault {
    if error.kind != ErrorKind::NoCredentials {
        return general(&with_advice(error));
    }
    let message = if *error.message == *aws::NOTHING_FOUND {
        "Unable to locate credentials. You can configure credentials by running \"aws login\".".to_owned()
    } else {
        with_advice(error)
    };
    Fault(Exit::NoCredentials.code(), Said::Own("NoCredentials", message))
}

/// No session could be opened, or it has nothing to sign with.
async fn unprepared(error: &ServiceError, context: &Context) -> Fault {
    if error.kind == ErrorKind::Settings
        && let Some(profile) = missing_profile(context).await
    {
        return no_profile(&profile);
    }
    let said = match error.kind {
        kind if kind.is_unsigned() => return no_credentials(error),
        ErrorKind::Settings => Said::Sentence(with_advice(error)),
        _ => Said::Sentence(error.to_string()),
    };
    Fault(place::exit_of(error).code(), said)
}

fn with_advice(error: &ServiceError) -> String {
    let advice = error.advice.as_deref().map(|advice| format!(" {advice}")).unwrap_or_default();
    format!("{}{advice}", error.message)
}

/// The profile in force, if the files do not have it.
async fn missing_profile(context: &Context) -> Option<String> {
    let named = context.settings.profile.value.clone();
    let named = named.or_else(|| Environment::Process.get("AWS_DEFAULT_PROFILE"))?;
    let profiles = aws::profiles(&Environment::Process).await.ok()?;
    (!profiles.iter().any(|profile| *profile.name == *named)).then(|| crate::model::visible(&named).into_owned())
}

fn no_profile(profile: &str) -> Fault {
    general(&format!("The config profile ({profile}) could not be found"))
}

fn general(sentence: &str) -> Fault {
    Fault(Exit::Failed.code(), Said::Sentence(sentence.to_owned()))
}

fn tell(format: Format, fault: &Fault) -> Exit {
    Exit::refused(fault.0, &format.tell(fault))
}
