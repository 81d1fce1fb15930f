//! `keyflip find`: finds the key IDs in any text, and looks up their owners.

mod print;
mod result;

use std::io::Read as _;
use std::sync::Arc;

use futures_util::StreamExt as _;
use futures_util::stream;
use jiff::Timestamp;

use crate::aws::{self, Environment, Session};
use crate::cli;
use crate::commands::error::CommandError;
use crate::commands::exit::Exit;
use crate::commands::find::result::FindResult;
use crate::commands::interrupts::{Interrupts, block_on};
use crate::commands::key_lookup;
use crate::commands::key_lookup::KeyLookupResult;
use crate::commands::messages::find as sentences;
use crate::commands::output;
use crate::commands::read_retry::ReadRetry;
use crate::commands::{CommandContext, open_session};
use crate::model::Profile;
use crate::model::{
    AccountId, ErrorKind, FoundId, IdForm, ServiceError, SessionContext, SessionId, scan_text,
};
use crate::ops::key_lookup::{LookupMiss, by_kind};

/// The maximum number of look-ups at the same time in an account, and of
/// profiles at the same time.
const MAX_CONCURRENT_LOOKUPS: usize = 8;

/// Runs the command.
pub(super) fn run(find: &cli::FindArgs, context: &CommandContext) -> Result<Exit, CommandError> {
    let text = input_text(&find.text).map_err(CommandError::Stdin)?;
    let ids = scan_text(&text).ids;
    // The text may contain secrets.
    drop(text);
    if ids.is_empty() {
        return Err(CommandError::NoKeyIdInText);
    }
    for found in ids.iter().filter(|found| found.form == IdForm::LowerCase) {
        output::eprint_line(&sentences::lower_case_id(&found.id));
    }
    block_on(async |interrupts| Box::pin(find_keys(find, ids, context, interrupts)).await)
}

/// Returns the words, or standard input for `-`.
fn input_text(words: &[String]) -> std::io::Result<String> {
    if words != ["-"] {
        return Ok(words.join(" "));
    }
    let mut bytes = Vec::new();
    std::io::stdin().lock().read_to_end(&mut bytes)?;
    Ok(String::from_utf8_lossy(&bytes).into_owned())
}

async fn find_keys(
    find: &cli::FindArgs,
    ids: Vec<FoundId>,
    context: &CommandContext,
    mut interrupts: Interrupts,
) -> Result<Exit, CommandError> {
    let wanted = ids.iter().any(|found| by_kind(&found.id).is_none());
    let results = if !wanted {
        ids.into_iter().filter_map(resolve_by_kind).collect()
    } else if find.all_profiles {
        interrupts.race(find_in_all_profiles(context, ids)).await??
    } else {
        let session = open_session::open(context).await?;
        let session_context = open_session::identify(context, &session, &mut interrupts).await?;
        let context_label = open_session::context_label(&session_context);
        output::eprint_line(&sentences::looking_in(&context_label));
        let results = interrupts.race(find_in_account(&session, &session_context, ids)).await?;
        add_profiles(results, context).await
    };
    output::write(&print::render(&results, find.format, Timestamp::now()))?;
    let missing = results.iter().any(|result| result.lookup.is_missing());
    Ok(if missing { Exit::Partial } else { Exit::Done })
}

/// Returns the result for an ID that is not looked up.
fn resolve_by_kind(found: FoundId) -> Option<FindResult> {
    let lookup = KeyLookupResult::Miss(by_kind(&found.id)?);
    Some(FindResult { id: found.id, lookup, session_context: None, profiles: Vec::new() })
}

/// Looks up all IDs in the account of the session, in the order of the text.
async fn find_in_account(
    session: &Session,
    session_context: &SessionContext,
    ids: Vec<FoundId>,
) -> Vec<FindResult> {
    let retry = ReadRetry::new();
    let retry = &retry;
    let results = stream::iter(ids).map(|found| async move {
        if let Some(result) = resolve_by_kind(found.clone()) {
            return result;
        }
        let lookup = key_lookup::look_up(session, session_context, &found.id, retry).await;
        FindResult {
            id: found.id,
            lookup,
            session_context: Some(session_context.clone()),
            profiles: Vec::new(),
        }
    });
    results.buffered(MAX_CONCURRENT_LOOKUPS).collect().await
}

/// Adds the profiles of the accounts of foreign keys.
async fn add_profiles(mut results: Vec<FindResult>, context: &CommandContext) -> Vec<FindResult> {
    let foreign = results.iter().any(|result| foreign_account(&result.lookup).is_some());
    if !foreign || context.global.demo {
        return results;
    }
    // If the files cannot be read, the result has no profiles.
    let profiles = aws::list_profiles(&Environment::Process).await.unwrap_or_default();
    for result in &mut results {
        let Some(account) = foreign_account(&result.lookup) else { continue };
        let leads_there = |profile: &&Profile| profile.likely_account() == Some(account);
        result.profiles =
            profiles.iter().filter(leads_there).map(|profile| Arc::clone(&profile.name)).collect();
    }
    results
}

/// Looks up all IDs in the accounts of all profiles. Does not ask for MFA codes:
/// a profile that needs one fails.
///
/// # Errors
/// Returns an error if there is no profile.
async fn find_in_all_profiles(
    context: &CommandContext,
    ids: Vec<FoundId>,
) -> Result<Vec<FindResult>, CommandError> {
    open_session::warn_if_tls_unverified(context);
    let profiles = aws::list_profiles(&Environment::Process).await?;
    if profiles.is_empty() {
        return Err(CommandError::NoProfiles);
    }
    let numbered = (1..).map(SessionId).zip(profiles);
    let searches = stream::iter(numbered)
        .map(|(session, profile)| find_in_profile(context, session, profile, &ids));
    let all: Vec<Vec<FindResult>> = searches.buffered(MAX_CONCURRENT_LOOKUPS).collect().await;
    let mut best: Vec<Option<FindResult>> = ids.iter().map(|_| None).collect();
    for results in all {
        for (best, result) in best.iter_mut().zip(results) {
            if best
                .as_ref()
                .is_none_or(|best| result.lookup.specificity() > best.lookup.specificity())
            {
                *best = Some(result);
            }
        }
    }
    let nowhere = |(best, found): (Option<FindResult>, FoundId)| {
        best.unwrap_or_else(|| skipped_lookup(found))
    };
    Ok(best.into_iter().zip(ids).map(nowhere).collect())
}

/// Looks up all IDs with a profile, and prints the number of keys found. Returns
/// no results if no session can be opened.
async fn find_in_profile(
    context: &CommandContext,
    id: SessionId,
    profile: Profile,
    ids: &[FoundId],
) -> Vec<FindResult> {
    let name = &profile.name;
    let opened = async {
        let session = context.session_factory.open(id, Some(name)).await?;
        let session_context = ReadRetry::new()
            .retry(async || context.session_factory.identify(&session).await)
            .await?;
        Ok((session, session_context))
    };
    let (session, session_context) = match opened.await {
        Ok(opened) => opened,
        Err(error) => {
            let error: ServiceError = error;
            output::eprint_line(&sentences::profile_failed(name, &error));
            return Vec::new();
        }
    };
    let mut results = find_in_account(&session, &session_context, ids.to_vec()).await;
    let found = results.iter().filter(|result| result.lookup.is_found()).count();
    let was_denied = results.iter().any(|result| {
        matches!(
            result.lookup,
            KeyLookupResult::Miss(LookupMiss::NotPermitted(_) | LookupMiss::Refused(..))
        )
    });
    let context_label = open_session::context_label(&session_context);
    output::eprint_line(&sentences::profile_looked(name, &context_label, found, was_denied));
    for result in &mut results {
        if result.lookup.is_found() {
            result.profiles = vec![Arc::clone(name)];
        }
    }
    results
}

/// Returns the other account that a key belongs to, if it does.
fn foreign_account(lookup: &KeyLookupResult) -> Option<&AccountId> {
    match lookup {
        KeyLookupResult::Miss(LookupMiss::OtherAccount { account, .. }) => Some(account),
        _ => None,
    }
}

/// Returns the result for an ID that no profile could look up.
fn skipped_lookup(found: FoundId) -> FindResult {
    let miss = by_kind(&found.id).unwrap_or_else(|| match found.id.account() {
        Some(account) => LookupMiss::OtherAccount { account, confirmed: false },
        None => LookupMiss::Failed(Arc::new(no_profile_error())),
    });
    let lookup = KeyLookupResult::Miss(miss);
    FindResult { id: found.id, lookup, session_context: None, profiles: Vec::new() }
}

fn no_profile_error() -> ServiceError {
    ServiceError::new(ErrorKind::Other, "GetAccessKeyLastUsed", sentences::NO_PROFILE_ASKED)
}
