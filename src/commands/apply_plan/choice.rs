//! Chooses the keys of a plan to change, for the confirmation.

use std::collections::HashMap;

use futures_util::StreamExt as _;
use futures_util::stream;
use jiff::{SignedDuration, Timestamp};

use crate::aws::Reader;
use crate::commands::exit::Exit;
use crate::commands::messages::plan as messages;
use crate::commands::messages::plan::ApplyCounts;
use crate::commands::output;
use crate::commands::plan::read_key;
use crate::commands::read_retry::ReadRetry;
use crate::commands::set_status::{BatchReport, ChangeTarget, ReportAccount, UnchangedKey};
use crate::model::{KeyId, KeyStatus, SelfLockoutRisk, SessionContext};
use crate::ops::plan::{
    AppliedState, CurrentKey, KeyReading, Plan, PlanRules, PlannedKey, SkipReason,
};

/// The number of keys that are read at once.
const MAX_CONCURRENT_READS: usize = 8;

/// The keys of a plan, by whether they may be changed.
pub(super) struct ChosenKeys<'a> {
    /// Those to change, in the order of the changes.
    pub(super) targets: Vec<ChangeTarget>,
    /// Those that are skipped.
    skipped: Vec<(&'a PlannedKey, SkipReason)>,
}

/// Reads the keys that the journal does not say are done, and checks each. The keys before a key
/// count as inactive, as they will be once its turn comes.
pub(super) async fn choose_keys<'a>(
    plan: &'a Plan,
    states: &HashMap<KeyId, AppliedState>,
    keep_used_within: SignedDuration,
    session_context: &SessionContext,
    reader: &Reader,
    retry: &ReadRetry,
) -> ChosenKeys<'a> {
    let by_journal = |entry: &PlannedKey| states.get(&entry.key)?.skip_reason(None);
    let reads = stream::iter(plan.in_order())
        .map(|entry| async move {
            match by_journal(entry) {
                Some(skip) => (entry, Err(skip)),
                None => (entry, Ok(read_key(entry, reader, retry).await)),
            }
        })
        .buffered(MAX_CONCURRENT_READS);
    let read: Vec<(&PlannedKey, Result<KeyReading, SkipReason>)> = reads.collect().await;
    let rules = PlanRules { plan, keep_used_within, now: Timestamp::now() };
    let mut chosen = ChosenKeys { targets: Vec::new(), skipped: Vec::new() };
    for (entry, checked) in rules.choose(session_context, states, read) {
        match checked {
            Ok(current) => chosen.targets.push(change_target(entry, current)),
            Err(skip) => chosen.skipped.push((entry, skip)),
        }
    }
    chosen
}

/// Returns the key to change, as it was just read.
pub(super) fn change_target(entry: &PlannedKey, current: CurrentKey) -> ChangeTarget {
    ChangeTarget {
        key: entry.key.clone(),
        user: Some(entry.user.clone()),
        before: KeyStatus::Active,
        read: current.at,
        last_use: Some(current.last_use),
        others: current.others,
        lockout_risk: SelfLockoutRisk::None,
        undoes: None,
    }
}

impl ChosenKeys<'_> {
    /// Adds the skipped keys to the results and the counts. Those that this plan has deactivated
    /// before are counted in one sentence.
    pub(super) fn report(
        &self,
        results: &mut BatchReport,
        counts: &mut ApplyCounts,
        account: &ReportAccount,
    ) {
        for (entry, skip) in &self.skipped {
            report_skip(entry, skip, results, counts, account);
        }
        if counts.before > 0 {
            output::eprint_status(&messages::applied_before(counts.before));
        }
    }
}

/// Adds a skipped key to the results and the counts.
pub(super) fn report_skip(
    entry: &PlannedKey,
    skip: &SkipReason,
    results: &mut BatchReport,
    counts: &mut ApplyCounts,
    account: &ReportAccount,
) {
    let sentence = messages::skipped(entry.key.as_str(), entry.user.as_str(), skip);
    let unchanged = |exit| UnchangedKey {
        key: &entry.key,
        user: &entry.user,
        outcome: skip.label(),
        sentence: &sentence,
        exit,
    };
    match skip {
        SkipReason::AlreadyApplied(_) => {
            counts.before += 1;
            results.add_unprinted(&unchanged(Exit::Done), account);
        }
        SkipReason::InFlight(_) => {
            counts.left += 1;
            results.add_other(&unchanged(Exit::Partial), account);
        }
        SkipReason::Unreadable(_) | SkipReason::UseUnreadable(_) => {
            counts.failed += 1;
            results.add_other(&unchanged(Exit::Partial), account);
        }
        _ => {
            counts.skipped += 1;
            results.add_other(&unchanged(Exit::Partial), account);
        }
    }
}
