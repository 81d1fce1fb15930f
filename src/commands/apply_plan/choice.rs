//! Chooses the keys of a plan to change, for the confirmation.

use std::collections::HashSet;

use crate::aws::Reader;
use crate::commands::exit::Exit;
use crate::commands::messages::plan as messages;
use crate::commands::messages::plan::ApplyCounts;
use crate::commands::output;
use crate::commands::plan::read_keys;
use crate::commands::read_retry::ReadRetry;
use crate::commands::set_status::{
    BatchReport, ChangeTarget, KeyOutcome, KeyResult, ReportAccount,
};
use crate::model::{KeyId, KeyStatus, SelfLockoutRisk};
use crate::ops::plan::{CurrentKey, KeyCheck, Plan, PlanRules, PlanSkipReason, PlannedKey};

/// The keys of a plan, by whether they may be changed.
#[derive(Default)]
pub(super) struct ChosenKeys<'a> {
    /// Those to change, in the order of the changes.
    pub(super) targets: Vec<ChangeTarget>,
    /// Those of them that an interrupted run may have changed.
    pub(super) interrupted: HashSet<KeyId>,
    /// Those that are skipped.
    skipped: Vec<(&'a PlannedKey, PlanSkipReason)>,
}

impl<'a> ChosenKeys<'a> {
    fn add(&mut self, entry: &'a PlannedKey, check: KeyCheck) {
        match check {
            Ok(current) => {
                if let Some(at) = current.interrupted {
                    self.interrupted.insert(entry.key.clone());
                    let (key, user) = (entry.key.as_str(), entry.user.as_str());
                    output::eprint_line(&messages::interrupted(key, user, at));
                }
                self.targets.push(change_target(entry, current));
            }
            Err(skip) => self.skipped.push((entry, skip)),
        }
    }
}

/// Reads the keys that the journal does not say are done, and checks each. The keys before a key
/// count as inactive, as they will be once its turn comes.
pub(super) async fn choose_keys<'a>(
    plan: &'a Plan,
    rules: PlanRules<'_>,
    reader: &Reader,
    retry: &ReadRetry,
) -> ChosenKeys<'a> {
    let (mut chosen, mut unread) = (ChosenKeys::default(), Vec::new());
    for entry in &plan.keys {
        match rules.skip_by_journal(&entry.key) {
            Some(skip) => chosen.add(entry, Err(skip)),
            None => unread.push(entry),
        }
    }
    let readings = read_keys(unread, reader, retry).await;
    for (entry, _, check) in rules.check_all(readings, HashSet::new()) {
        chosen.add(entry, check);
    }
    chosen
}

/// Returns the key to change, as it was just read.
fn change_target(entry: &PlannedKey, current: CurrentKey) -> ChangeTarget {
    ChangeTarget {
        key: entry.key.clone(),
        user: Some(entry.user.clone()),
        before: KeyStatus::Active,
        read: Some(current.at),
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
        if counts.applied_before > 0 {
            output::eprint_status(&messages::applied_before(counts.applied_before));
        }
    }
}

/// Adds a skipped key to the results and the counts.
pub(super) fn report_skip(
    entry: &PlannedKey,
    skip: &PlanSkipReason,
    results: &mut BatchReport,
    counts: &mut ApplyCounts,
    account: &ReportAccount,
) {
    let sentence = messages::skipped(entry.key.as_str(), entry.user.as_str(), skip);
    let result = |exit| KeyResult {
        key: entry.key.clone(),
        user: Some(entry.user.clone()),
        before: None,
        outcome: KeyOutcome::Skipped(skip.label()),
        sentence,
        why: None,
        exit,
    };
    if matches!(skip, PlanSkipReason::AlreadyApplied(_)) {
        counts.applied_before += 1;
        return results.add_unprinted(result(Exit::Done), account.clone());
    }
    *match skip {
        PlanSkipReason::InFlight(_) | PlanSkipReason::OtherInFlight(..) => &mut counts.in_progress,
        _ if skip.is_unread() => &mut counts.failed,
        _ => &mut counts.skipped,
    } += 1;
    counts.unknown += usize::from(matches!(skip, PlanSkipReason::Interrupted(_)));
    results.add(result(Exit::Partial), account.clone());
}
