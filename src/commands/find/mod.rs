//! `keyflip find`: finds the key IDs in any text, and looks up their owners.

mod account;
mod all_accounts;
mod any_account;
mod mentions;
mod print;
mod result;

use std::collections::HashSet;
use std::io::Read as _;
use std::sync::Arc;

use futures_util::StreamExt as _;
use futures_util::stream;

use crate::aws::{self, Environment};
use crate::cli;
use crate::commands::error::CommandError;
use crate::commands::exit::Exit;
use crate::commands::find::account::{AccountResults, find_in_account, resolve_by_kind};
use crate::commands::find::print::ResultPrinter;
use crate::commands::find::result::{FindResult, FoundAs};
use crate::commands::interrupts::{Interrupts, block_on};
use crate::commands::key_lookup::{KeyLookupResult, MAX_CONCURRENT_LOOKUPS};
use crate::commands::messages::find as sentences;
use crate::commands::output;
use crate::commands::read_retry::ReadRetry;
use crate::commands::{CommandContext, open_session, reach};
use crate::model::{
    AccountId, ErrorKind, FoundId, Profile, Route, ServiceError, SessionId, TextScan, decode_text,
    scan_text,
};
use crate::ops::key_lookup::messages::{form_warning, too_many_mentions, truncated_id};
use crate::ops::key_lookup::{KeyMention, LookupMiss, by_kind};

/// Runs the command.
pub(super) fn run(find: &cli::FindArgs, context: &CommandContext) -> Result<Exit, CommandError> {
    let text = input_text(&find.text).map_err(CommandError::Stdin)?;
    let scan = scan_text(&text);
    // The text may contain secrets.
    drop(text);
    for start in &scan.truncated {
        output::eprint_line(&truncated_id(start));
    }
    if scan.is_empty() {
        return Err(match scan.truncated.as_slice() {
            [] => CommandError::NoKeyIdInText,
            _ => CommandError::OnlyTruncatedKeyIds,
        });
    }
    for found in &scan.ids {
        if let Some(warning) = form_warning(&found.id, found.form) {
            output::eprint_line(&warning);
        }
    }
    block_on(async |interrupts| Box::pin(find_keys(find, scan, context, interrupts)).await)
}

/// Returns the words, or standard input for `-`.
fn input_text(words: &[String]) -> std::io::Result<String> {
    if words != ["-"] {
        return Ok(words.join(" "));
    }
    let mut bytes = Vec::new();
    std::io::stdin().lock().read_to_end(&mut bytes)?;
    Ok(decode_text(&bytes))
}

async fn find_keys(
    find: &cli::FindArgs,
    scan: TextScan,
    context: &CommandContext,
    mut interrupts: Interrupts,
) -> Result<Exit, CommandError> {
    let (mentions, is_limited) = KeyMention::of_text(&scan);
    if is_limited {
        output::eprint_line(&too_many_mentions());
    }
    let wanted = scan.ids.iter().any(|found| by_kind(&found.id).is_none()) || !mentions.is_empty();
    if context.global.account.is_some() {
        for (is_given, option) in
            [(find.all_profiles, "--all-profiles"), (find.all_accounts, "--all-accounts")]
        {
            if is_given {
                return Err(CommandError::OneAccountOrMany(option));
            }
        }
    }
    let with_accounts = find.any_account.any_account || find.all_accounts;
    let mut printer = ResultPrinter::new(find.format, with_accounts);
    let mut is_partial = is_limited || !scan.truncated.is_empty();
    if !wanted {
        printer.add(scan.ids.iter().filter_map(resolve_by_kind).collect())?;
    } else if find.all_profiles {
        let (found, are_all_read) = interrupts.race(find_in_all_profiles(context, &scan)).await??;
        printer.add(found)?;
        is_partial |= !are_all_read;
    } else if find.all_accounts {
        let work = all_accounts::find(&scan, context, &mut interrupts, &mut printer);
        is_partial |= Box::pin(work).await?;
    } else if find.any_account.any_account {
        let work = any_account::find(find, &scan, context, &mut interrupts);
        printer.add(Box::pin(work).await?)?;
    } else {
        let opened = open_session::open(context, &mut interrupts).await?;
        let session_context = open_session::identify(context, &opened, &mut interrupts).await?;
        let context_label = open_session::context_label(&session_context);
        output::eprint_status(&sentences::looking_in(&context_label));
        let found = find_in_account(&opened.session, &session_context, &scan, false);
        let found = interrupts.race(found).await?.all();
        let found = interrupts.race(add_profiles(found, context, &interrupts.clone())).await?;
        printer.add(found)?;
    }
    // A user or a masked ID beside the ID of a key does not matter.
    is_partial |= printer.finish(!scan.ids.is_empty())?;
    Ok(if is_partial { Exit::Partial } else { Exit::Done })
}

/// Adds the profiles and the names of the accounts of foreign keys.
async fn add_profiles(
    mut results: Vec<FindResult>,
    context: &CommandContext,
    interrupts: &Interrupts,
) -> Vec<FindResult> {
    let foreign = results.iter().filter_map(|result| foreign_account(&result.lookup).cloned());
    let foreign: HashSet<_> = foreign.collect();
    if let Some(names) = reach::account_names(context, interrupts, foreign.clone()).await {
        for result in &mut results {
            any_account::name(result, &names);
        }
    }
    if foreign.is_empty() || context.global.demo {
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

/// Looks up everything in the accounts of all profiles, and returns whether each could be asked. Does
/// not ask for MFA codes: a profile that needs one fails.
///
/// # Errors
/// Returns an error if there is no profile.
async fn find_in_all_profiles(
    context: &CommandContext,
    scan: &TextScan,
) -> Result<(Vec<FindResult>, bool), CommandError> {
    open_session::warn_if_tls_unverified(context);
    let profiles = aws::list_profiles(&Environment::Process).await?;
    if profiles.is_empty() {
        return Err(CommandError::NoProfiles);
    }
    let numbered = (1..).map(SessionId).zip(profiles);
    let searches = stream::iter(numbered)
        .map(|(session, profile)| find_in_profile(context, session, profile, scan));
    let all: Vec<Option<AccountResults>> =
        searches.buffered(MAX_CONCURRENT_LOOKUPS).collect().await;
    let are_all_read = all.iter().all(Option::is_some);
    let (mut ids, mut mentions) = (Vec::new(), Vec::new());
    for results in all.into_iter().flatten() {
        ids.extend(results.ids);
        mentions.extend(results.mentions);
    }
    let best = scan.ids.iter().filter_map(|found| {
        let of_id = ids.extract_if(.., |result| *result.subject == *found.id.as_str());
        let best = of_id.reduce(|best, result| {
            let is_better = result.lookup.specificity() > best.lookup.specificity();
            if is_better { result } else { best }
        });
        let is_mention = || mentions.iter().any(|it| it.origin.is_user(found.id.as_str()));
        best.or_else(|| (!is_mention()).then(|| skipped_lookup(found)))
    });
    let best: Vec<_> = best.collect();
    Ok((best.into_iter().chain(best_mentions(mentions)).collect(), are_all_read))
}

/// Returns the mentions that were found, and one result for each that no profile has found.
fn best_mentions(mentions: Vec<FindResult>) -> Vec<FindResult> {
    let (mut best, misses): (Vec<_>, Vec<_>) =
        mentions.into_iter().partition(|result| result.lookup.is_found());
    // Several profiles may lead to one account.
    let mut known = HashSet::new();
    best.retain(|result: &FindResult| known.insert(Arc::clone(&result.subject)));
    for miss in misses {
        if !best.iter().any(|known| known.origin == miss.origin) {
            best.push(miss);
        }
    }
    best
}

/// Looks up everything with a profile, and prints the number of keys found. Returns
/// `None` if no session can be opened.
async fn find_in_profile(
    context: &CommandContext,
    id: SessionId,
    profile: Profile,
    scan: &TextScan,
) -> Option<AccountResults> {
    let name = &profile.name;
    let opened = async {
        let session =
            context.session_factory.open(id, Some(&Route::Profile(Arc::clone(name)))).await?;
        let session_context = ReadRetry::new()
            .retry(async || context.session_factory.identify(&session).await)
            .await
            .map_err(|error| match session.awaits_mfa_code() {
                Some(_) => {
                    ServiceError { hint: Some(sentences::mfa_not_asked(name).into()), ..error }
                }
                None => error,
            })?;
        Ok((session, session_context))
    };
    let (session, session_context) = match opened.await {
        Ok(opened) => opened,
        Err(error) => {
            let error: ServiceError = error;
            output::eprint_line(&sentences::profile_failed(name, &error));
            return None;
        }
    };
    let mut results = find_in_account(&session, &session_context, scan, false).await;
    let all = || results.ids.iter().chain(&results.mentions);
    let found = all().filter(|result| result.lookup.is_found()).count();
    let was_denied = all().any(|result| {
        matches!(
            result.lookup,
            KeyLookupResult::Miss(LookupMiss::NotPermitted(_) | LookupMiss::Refused(..))
        )
    });
    let context_label = open_session::context_label(&session_context);
    let looked = sentences::profile_looked(name, &context_label, found, was_denied);
    output::eprint_summary(&looked, !was_denied);
    for result in results.ids.iter_mut().chain(&mut results.mentions) {
        if result.lookup.is_found() {
            result.profiles = vec![Arc::clone(name)];
        }
    }
    Some(results)
}

/// Returns the other account that a key belongs to, if it does.
fn foreign_account(lookup: &KeyLookupResult) -> Option<&AccountId> {
    match lookup {
        KeyLookupResult::Miss(LookupMiss::OtherAccount { account, .. }) => Some(account),
        _ => None,
    }
}

/// Returns the result for an ID that no profile could look up.
fn skipped_lookup(found: &FoundId) -> FindResult {
    let miss = by_kind(&found.id).unwrap_or_else(|| match found.id.account() {
        Some(account) => LookupMiss::OtherAccount { account, confirmed: false },
        None => LookupMiss::Failed(Arc::new(no_profile_error())),
    });
    let lookup = KeyLookupResult::Miss(miss);
    FindResult::new(found.id.as_str().into(), FoundAs::Id(found.form), lookup)
}

fn no_profile_error() -> ServiceError {
    ServiceError::new(ErrorKind::Other, "GetAccessKeyLastUsed", sentences::NO_PROFILE_ASKED)
}
