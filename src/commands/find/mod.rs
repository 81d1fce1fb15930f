//! `keyflip find`: finds the key IDs in any text, and looks up their owners.

mod account;
mod all_accounts;
mod all_profiles;
mod any_account;
mod key_search;
mod mention_search;
mod mentions;
mod print;
mod profile_groups;
mod profile_search;
mod result;

use std::collections::HashSet;
use std::io::Read as _;
use std::sync::Arc;

use crate::cli;
use crate::commands::error::CommandError;
use crate::commands::exit::Exit;
use crate::commands::find::account::{find_in_account, first_reads, resolve_by_kind};
use crate::commands::find::print::ResultPrinter;
use crate::commands::find::result::FindResult;
use crate::commands::interrupts::{Interrupts, block_on};
use crate::commands::key_lookup::KeyLookupResult;
use crate::commands::key_lookup::LookupProgress;
use crate::commands::messages::find as sentences;
use crate::commands::output;
use crate::commands::read_retry::ReadRetry;
use crate::commands::{CommandContext, open_session, reach};
use crate::model::{AccountId, KeyKind, Profile, TextScan, decode_text, scan_text};
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
        if find.format != cli::Format::Table {
            let with_accounts = find.any_account.any_account || find.all_accounts;
            ResultPrinter::new(find.format, with_accounts).finish(false)?;
        }
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
    // A user ID stands for the keys of the user.
    let has_ids = scan.ids.iter().any(|found| found.id.kind() != KeyKind::UserId);
    let wanted = scan.ids.iter().any(|found| by_kind(&found.id).is_none()) || !mentions.is_empty();
    if context.global.account.is_some() {
        for (is_given, option) in
            [(find.all_profiles, "--all-profiles"), (find.all_accounts, "--all-accounts")]
        {
            if is_given {
                return Err(CommandError::ConflictingAccountOptions(option));
            }
        }
    }
    let with_accounts = find.any_account.any_account || find.all_accounts;
    let mut printer = ResultPrinter::new(find.format, with_accounts);
    let mut is_partial = is_limited || !scan.truncated.is_empty();
    if !wanted {
        printer.add(scan.ids.iter().filter_map(resolve_by_kind).collect())?;
    } else if find.all_profiles {
        let (found, are_all_read) =
            interrupts.race(Box::pin(all_profiles::find(context, &scan))).await??;
        printer.add(found)?;
        is_partial |= !are_all_read;
    } else if find.all_accounts {
        let work = all_accounts::find(&scan, context, &mut interrupts, &mut printer);
        match Box::pin(work).await {
            Ok(is_incomplete) => is_partial |= is_incomplete,
            Err(error) => {
                printer.finish_early()?;
                if matches!(error, CommandError::Interrupted) {
                    output::eprint_line(sentences::INTERRUPTED_IN_ACCOUNTS);
                }
                return Err(error);
            }
        }
    } else if find.any_account.any_account {
        let work = any_account::find(find, &scan, context, &mut interrupts);
        printer.add(Box::pin(work).await?)?;
    } else {
        let opened = open_session::open(context, &mut interrupts).await?;
        let retry = ReadRetry::new();
        let read = async || first_reads(&opened.session, &scan, &retry).await;
        let (session_context, owners) =
            open_session::identify_and_read(context, &opened, &mut interrupts, &retry, read)
                .await?;
        let context_label = open_session::context_label(&session_context);
        output::eprint_status(&sentences::looking_in(&context_label));
        let found = find_in_account(
            &opened.session,
            &session_context,
            &scan,
            owners,
            &retry,
            LookupProgress::Shown,
        );
        let found = interrupts.race(found).await?.all();
        let found = interrupts.race(add_profiles(found, context, &interrupts.clone())).await?;
        printer.add(found)?;
    }
    // A user or a masked ID beside the ID of a key does not matter.
    is_partial |= printer.finish(has_ids)?;
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
    let config = context.session_factory.shared_config().await;
    let profiles = config.map(|config| config.profiles()).unwrap_or_default();
    for result in &mut results {
        let Some(account) = foreign_account(&result.lookup) else { continue };
        let leads_there = |profile: &&Profile| profile.likely_account() == Some(account);
        result.profiles =
            profiles.iter().filter(leads_there).map(|profile| Arc::clone(&profile.name)).collect();
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
