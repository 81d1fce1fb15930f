//! `find --any-account`: looks each key up in the account that its ID names.

use std::collections::HashSet;
use std::sync::Arc;

use futures_util::{StreamExt as _, stream};

use crate::aws::Session;
use crate::cli;
use crate::commands::error::CommandError;
use crate::commands::find::account::{AccountResults, find_in_account, resolve_by_kind};
use crate::commands::find::result::{FindResult, FoundAs};
use crate::commands::interrupts::Interrupts;
use crate::commands::key_accounts::{KeyAccounts, Place, check_number};
use crate::commands::key_lookup::{KeyLookupResult, MentionMiss};
use crate::commands::messages::{change, find as sentences};
use crate::commands::output;
use crate::commands::reach::{AccountNames, CommandReach};
use crate::commands::{CommandContext, open_session};
use crate::model::{KeyKind, ServiceError, TextScan};
use crate::ops::key_lookup::{KeyMention, LookupMiss, MentionKind, by_kind};
use crate::ops::reach::{Opened, run_accounts};

/// Maximum number of accounts that are asked at the same time.
const MAX_CONCURRENT_ACCOUNTS: usize = 16;

/// What a text names, by the place where to look for it.
pub(super) struct PlacedScans {
    /// What is looked for in one account.
    pub(super) placed: Vec<(Place, TextScan)>,
    /// What may be in any account.
    pub(super) unplaced: TextScan,
}

/// Looks up everything: each ID in the account that it names, the rest in the account of the
/// credentials in force.
///
/// # Errors
/// Returns an error if the settings are invalid, if there are too many accounts, or after an
/// interrupt.
pub(super) async fn find(
    find: &cli::FindArgs,
    scan: &TextScan,
    context: &CommandContext,
    interrupts: &mut Interrupts,
) -> Result<Vec<FindResult>, CommandError> {
    let opened = open_session::open(context, interrupts).await?;
    let reach = CommandReach::load(context, interrupts).await?;
    let accounts = async { KeyAccounts::new(context, &reach, &opened).await.split(scan).await };
    let PlacedScans { mut placed, unplaced } = interrupts.race(accounts).await?;
    if !unplaced.is_empty() {
        match placed.iter_mut().find(|(place, _)| *place == Place::InForce) {
            Some((_, own)) => merge(own, unplaced),
            None => placed.push((Place::InForce, unplaced)),
        }
    }
    check_number(placed.len(), find.any_account.max_accounts)?;
    let found = interrupts.race(find_in_places(placed, &opened.session, &reach, context)).await?;
    let results = in_text_order(scan, found);
    interrupts.race(with_names(results, &reach)).await.map_err(CommandError::from)
}

/// Adds what another scan has.
fn merge(scan: &mut TextScan, other: TextScan) {
    scan.ids.extend(other.ids);
    scan.masked.extend(other.masked);
    scan.users.extend(other.users);
}

impl KeyAccounts<'_> {
    /// Splits what a text names by the account where it is.
    pub(super) async fn split(&self, scan: &TextScan) -> PlacedScans {
        let rest = || TextScan { user_names: scan.user_names.clone(), ..TextScan::default() };
        let mut scans = PlacedScans { placed: Vec::new(), unplaced: rest() };
        let mut add = |place: Option<Place>, add: &dyn Fn(&mut TextScan)| {
            let Some(place) = place else { return add(&mut scans.unplaced) };
            if let Some((_, scan)) = scans.placed.iter_mut().find(|(known, _)| *known == place) {
                return add(scan);
            }
            let mut scan = rest();
            add(&mut scan);
            scans.placed.push((place, scan));
        };
        let keys = scan.ids.iter().filter(|found| by_kind(&found.id).is_none());
        let places = self.places(keys.map(|found| found.id.clone()).collect()).await;
        for (key, place) in places {
            let found = scan.ids.iter().find(|found| found.id == key);
            add(place, &|scan| scan.ids.extend(found.cloned()));
        }
        let place = |mention: &KeyMention| mention.account().map(|account| self.place(account));
        for mention in KeyMention::of_text(scan).0 {
            match &mention.kind {
                MentionKind::Masked(id) => {
                    let masked = scan.masked.iter().find(|masked| masked.id == *id);
                    add(place(&mention), &|scan| scan.masked.extend(masked.cloned()));
                }
                MentionKind::User(arn) => {
                    add(place(&mention), &|scan| scan.users.push(arn.clone()));
                }
                MentionKind::UserId(id) => {
                    let found = scan.ids.iter().find(|found| found.id == *id);
                    add(place(&mention), &|scan| scan.ids.extend(found.cloned()));
                }
            }
        }
        scans
    }
}

/// Looks in the accounts. The results are in the order of the accounts.
pub(super) async fn find_in_places(
    placed: Vec<(Place, TextScan)>,
    session: &Session,
    reach: &CommandReach,
    context: &CommandContext,
) -> Vec<AccountResults> {
    let numbered: Vec<_> = (0_usize..).zip(placed).collect();
    let entered = run_accounts(stream::iter(numbered), |(number, (place, scan))| async move {
        let opened = match &place {
            Place::InForce => reach
                .identify_in_force(context, session)
                .await
                .map(|it| Opened { session: session.clone(), session_context: it }),
            Place::Account(account) => reach.enter(account).await,
        };
        (number, place, scan, opened)
    });
    let results = entered.map(|(number, place, scan, opened)| async move {
        let results = match opened {
            Ok(Opened { session, session_context }) => {
                let label = open_session::context_label(&session_context);
                output::eprint_line(&sentences::looking_in(&label));
                Box::pin(find_in_account(&session, &session_context, &scan, false)).await
            }
            Err(error) => not_entered(&place, &scan, error),
        };
        (number, results)
    });
    let mut results: Vec<_> = results.buffer_unordered(MAX_CONCURRENT_ACCOUNTS).collect().await;
    results.sort_by_key(|(number, _)| *number);
    results.into_iter().map(|(_, results)| results).collect()
}

/// Returns the results for an account that was not entered.
fn not_entered(place: &Place, scan: &TextScan, error: CommandError) -> AccountResults {
    let error = Arc::new(match error {
        CommandError::Service(error) => error,
        // An interrupt ends the command before its results are printed.
        _ => ServiceError::internal("Opening the session"),
    });
    let label: Arc<str> = place
        .account()
        .map_or_else(|| change::ACCOUNT_IN_FORCE.to_owned(), ToString::to_string)
        .into();
    let result = |subject: &str, origin, lookup| FindResult {
        label: Some(Arc::clone(&label)),
        account: place.account().cloned(),
        ..FindResult::new(subject.into(), origin, lookup)
    };
    let keys = scan.ids.iter().filter(|found| found.id.kind() != KeyKind::UserId);
    let ids = keys.map(|found| {
        let lookup = KeyLookupResult::Miss(LookupMiss::Failed(Arc::clone(&error)));
        result(found.id.as_str(), FoundAs::Id(found.form), lookup)
    });
    let mentions = KeyMention::of_text(scan).0.into_iter().map(|mention| {
        let lookup = KeyLookupResult::Mention(MentionMiss::Failed(Arc::clone(&error)));
        result(&mention.label(), FoundAs::of(&mention), lookup)
    });
    AccountResults { ids: ids.collect(), mentions: mentions.collect() }
}

/// Returns the results in the order of the text, with those of IDs that are not looked up.
pub(super) fn in_text_order(scan: &TextScan, found: Vec<AccountResults>) -> Vec<FindResult> {
    let (mut ids, mut mentions) = (Vec::new(), Vec::new());
    for results in found {
        ids.extend(results.ids);
        mentions.extend(results.mentions);
    }
    let mentioned: HashSet<_> = mentions.iter().map(|it: &FindResult| it.origin.clone()).collect();
    let in_order = scan.ids.iter().filter_map(|id| {
        let at = ids.iter().position(|result: &FindResult| *result.subject == *id.id.as_str());
        let is_mention = FoundAs::User(id.id.as_str().into());
        match at {
            Some(at) => Some(ids.swap_remove(at)),
            None if mentioned.contains(&is_mention) => None,
            None => resolve_by_kind(id),
        }
    });
    let mut results: Vec<_> = in_order.collect();
    let known: HashSet<_> = results.iter().map(|result| Arc::clone(&result.subject)).collect();
    mentions.retain(|result| !known.contains(&result.subject));
    results.extend(mentions);
    results
}

/// Adds the names of the accounts in Identity Center.
async fn with_names(mut results: Vec<FindResult>, reach: &CommandReach) -> Vec<FindResult> {
    let names = reach.names(results.iter().filter_map(FindResult::account_id).collect());
    names.wait().await;
    for result in &mut results {
        name(result, &names);
    }
    results
}

/// Adds the name of the account of a result.
pub(super) fn name(result: &mut FindResult, names: &AccountNames) {
    result.account_name = result.account_id().and_then(|account| names.get(&account));
    if let Some(session_context) = &mut result.session_context {
        let alias = session_context.alias.take();
        session_context.alias = alias.or_else(|| names.get(&session_context.caller.account));
    }
}
