//! Reads the keys of an account that match a filter, from IAM alone, with what is not known.

use std::sync::Arc;

use jiff::Timestamp;

use crate::aws::Session;
use crate::commands::error::CommandError;
use crate::commands::exit::Exit;
use crate::commands::interrupts::Interrupts;
use crate::commands::list::run::{ListRun, empty_inventory};
use crate::commands::list::scan::ListScan;
use crate::commands::list::search::FoundKey;
use crate::commands::progress::ProgressLine;
use crate::filter::{Filter, Match, Searcher};
use crate::inventory::{Inventory, UserFacts};
use crate::model::{KeyId, Known, SessionContext, UserName};
use crate::ops::plan::PlanCoverage;

/// The keys that match a filter, and how much of the account was read.
pub(in crate::commands) struct MatchingKeys {
    /// The keys, each with the facts that the filter asks for.
    pub(in crate::commands) keys: Vec<(FoundKey, String)>,
    /// Keys that may match, but could not be checked.
    pub(in crate::commands) undecided: Vec<FoundKey>,
    /// Users whose keys could not be read.
    pub(in crate::commands) unread_users: Vec<UserName>,
    /// How much of the account was read.
    pub(in crate::commands) coverage: PlanCoverage,
    /// The account's alias, if it was read.
    pub(in crate::commands) alias: Option<Arc<str>>,
    /// What was read and what failed, in sentences.
    pub(in crate::commands) lines: Vec<String>,
    /// The exit code.
    pub(in crate::commands) exit: Exit,
}

/// Reads the keys that match a filter, with the last use of each.
///
/// # Errors
/// Returns an error after an interrupt.
pub(in crate::commands) async fn read_matching_keys(
    session: Session,
    session_context: &SessionContext,
    filter: &Filter,
    mut interrupts: Interrupts,
) -> Result<MatchingKeys, CommandError> {
    let mut inventory = empty_inventory(session_context);
    let (scan, progress) = (ListScan::with_last_uses(filter), ProgressLine::new());
    let mut run = ListRun::new(session, &mut inventory, scan, progress);
    let read = interrupts.race(run.read(|_, _| Ok(()))).await;
    run.progress.clear();
    read??;
    // A last use that is not known leaves out no key: the plan says so, and it is read again before
    // the key is changed.
    let (counts, summary) = (run.scan.counts.clone(), run.summary(session_context, false));
    let coverage = PlanCoverage {
        complete: run.is_complete(),
        users: run.inventory.coverage().users,
        read: counts.read,
        excluded: counts.excluded,
        denied: counts.denied,
        failed: counts.failed,
        not_read: run.scan.remaining_users(),
        undecided: counts.undecided,
    };
    let (keys, undecided) = matching(&inventory, filter, Timestamp::now());
    let is_unread = |facts: &UserFacts| matches!(facts.keys, Known::Denied(_) | Known::Failed(_));
    let unread = inventory.users().map(|(_, facts)| facts).filter(|facts| is_unread(facts));
    Ok(MatchingKeys {
        keys,
        undecided,
        unread_users: unread.map(|facts| facts.name.clone()).collect(),
        coverage,
        alias: inventory.alias().value().cloned().flatten(),
        exit: summary.exit,
        lines: summary.into_lines(),
    })
}

/// Returns the keys that match, and those that may. A key that is listed for several users is in
/// neither, since the summary names it.
fn matching(
    inventory: &Inventory,
    filter: &Filter,
    now: Timestamp,
) -> (Vec<(FoundKey, String)>, Vec<FoundKey>) {
    let contested = inventory.contested_keys();
    let contested: Vec<KeyId> = contested.iter().map(|(key, _)| key.clone()).collect();
    let (mut searcher, account) = (Searcher::default(), inventory.row_account());
    let (mut keys, mut undecided) = (Vec::new(), Vec::new());
    for (_, facts) in inventory.users() {
        for key in facts.live_keys().iter().filter(|key| !contested.contains(&key.id)) {
            let row = facts.key_row(account, key, false);
            let found = FoundKey::new(facts, key);
            match filter.matches(&row, &mut searcher) {
                Match::Yes(_) => keys.push((found, filter.facts(&row, now))),
                Match::Unknown => undecided.push(found),
                Match::No => {}
            }
        }
    }
    (keys, undecided)
}
