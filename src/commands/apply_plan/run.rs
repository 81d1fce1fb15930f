//! Makes the changes of a plan: a few at once, with pauses, until too many fail in a row.

use std::cell::RefCell;
use std::collections::{HashMap, HashSet};
use std::sync::Arc;
use std::time::Duration;

use jiff::{SignedDuration, Timestamp};

use crate::aws::Reader;
use crate::changes::JournalError;
use crate::commands::apply_plan::choice::report_skip;
use crate::commands::exit::Exit;
use crate::commands::interrupts::Interrupts;
use crate::commands::messages::plan as messages;
use crate::commands::messages::plan::ApplyCounts;
use crate::commands::output;
use crate::commands::plan::{PlanJournal, read_key};
use crate::commands::read_retry::ReadRetry;
use crate::commands::running_changes::{ChangeEnd, RunningChanges, run_changes};
use crate::commands::set_status::{
    AccountBatch, BatchReport, ChangeSettings, KeyOutcome, KeyResult, run_one,
};
use crate::model::{
    ChangeEffect, ChangeReport, Direction, KeyChange, KeyId, NotSentReason, Outcome,
};
use crate::ops::plan::{Plan, PlanRules, PlanSkipReason, PlannedKey};

/// The limits of a run.
#[derive(Clone, Copy, Debug)]
pub(super) struct ApplyLimits {
    /// A user's last active key that was used within this time is kept.
    pub(super) keep_used_within: SignedDuration,
    /// The number of failures in a row after which the run stops.
    pub(super) max_failures: u32,
    /// The time between two starts.
    pub(super) pause: Duration,
}

/// The confirmed changes of a plan.
pub(super) struct ApplyRun<'a> {
    /// The plan.
    pub(super) plan: &'a Plan,
    /// The account, with the keys that were confirmed.
    pub(super) account: AccountBatch,
    /// The journal and the timeouts.
    pub(super) settings: ChangeSettings,
    /// What the journal says of the plan.
    pub(super) plan_journal: PlanJournal,
    /// The keys that an interrupted run may have changed, as they were confirmed.
    pub(super) interrupted: HashSet<KeyId>,
    /// The limits.
    pub(super) limits: ApplyLimits,
    /// The reason, for the journal.
    pub(super) reason: Option<Arc<str>>,
    /// Reads the keys right before each change.
    pub(super) reader: Reader,
    /// Repeats reads that fail.
    pub(super) retry: ReadRetry,
}

/// How the turn of a key ended.
enum TurnEnd {
    /// A change was sent, or an attempt was made.
    Changed(Box<ChangeReport>),
    /// The key may no longer be changed.
    Skipped(PlanSkipReason),
    /// The run was stopped before anything was sent.
    Stopped,
    /// The change was sent, and a second interrupt ended the wait for its outcome, which comes by
    /// this time.
    Abandoned(Box<KeyChange>, Timestamp),
    /// The journal could not be read, so nothing was sent.
    NoJournal(JournalError),
}

/// The state of a run, which the turns of its keys share.
#[derive(Default)]
struct RunState {
    /// Keys of which a change is in flight or was sent.
    taken: HashSet<KeyId>,
    /// Whether nothing more is sent.
    is_stopped: bool,
    /// Failures since the last success.
    failures: u32,
}

impl ApplyRun<'_> {
    /// Makes the changes and adds the outcomes to `results` and `counts`. After an interrupt or too
    /// many failures, waits for those in flight and sends no others.
    pub(super) async fn apply(
        &self,
        interrupts: &Interrupts,
        results: &mut BatchReport,
        counts: &mut ApplyCounts,
    ) {
        let (state, running) = (RefCell::new(RunState::default()), RunningChanges::new(interrupts));
        let not_started = run_changes(
            self.changes(),
            self.limits.pause,
            &running,
            || state.borrow().is_stopped,
            |change, entry| {
                state.borrow_mut().taken.insert(change.key.clone());
                self.turn(change, entry, &state, interrupts.clone(), &running)
            },
            |entry, end| self.note(entry, end, &state, results, counts),
        )
        .await;
        if state.borrow().failures >= self.limits.max_failures {
            output::eprint_line(&messages::stopped(self.limits.max_failures));
        }
        for entry in not_started {
            self.note_unreached(entry, results, counts);
        }
    }

    /// Returns the changes of the confirmed keys, each with its entry of the plan.
    fn changes(&self) -> impl Iterator<Item = (KeyChange, &PlannedKey)> {
        let account = &self.account;
        let is_batch = account.targets.len() > 1;
        let entries: HashMap<_, _> = self.plan.keys.iter().map(|it| (&it.key, it)).collect();
        (1..).zip(&account.targets).filter_map(move |(number, target)| {
            let entry = *entries.get(&target.key)?;
            let caller = &account.session_context.caller;
            let reason = self.reason.clone();
            let mut change =
                target.change(number, account.session, caller, Direction::Deactivate, reason);
            change.batch = is_batch.then_some(1);
            change.plan = Some(self.plan.id.clone().into());
            Some((change, entry))
        })
    }

    /// Reads the key and the journal once more, and changes the key if it may still be changed.
    async fn turn(
        &self,
        change: KeyChange,
        entry: &PlannedKey,
        state: &RefCell<RunState>,
        mut interrupts: Interrupts,
        running: &RunningChanges,
    ) -> TurnEnd {
        let reading = Box::pin(read_key(entry, &self.reader, &self.retry));
        let Ok(reading) = interrupts.race(reading).await else { return TurnEnd::Stopped };
        if let Err(error) = self.plan_journal.read_on().await {
            return TurnEnd::NoJournal(error);
        }
        if interrupts.is_set() || state.borrow().is_stopped {
            return TurnEnd::Stopped;
        }
        let current = self.plan_journal.with(|history| {
            let rules = PlanRules {
                plan: self.plan,
                history,
                session_context: &self.account.session_context,
                keep_used_within: self.limits.keep_used_within,
                retry_interrupted: self.interrupted.contains(&entry.key),
                now: Timestamp::now(),
            };
            rules.check(entry, &reading, &state.borrow().taken)
        });
        match current {
            Err(skip) => TurnEnd::Skipped(skip),
            Ok(current) => {
                let change = KeyChange { read: Some(current.at), ..change };
                match run_one(&self.account, &self.settings, change.clone(), running).await {
                    ChangeEnd::Ended(report) => TurnEnd::Changed(report),
                    ChangeEnd::NotStarted => TurnEnd::Stopped,
                    ChangeEnd::Abandoned(ends_by) => TurnEnd::Abandoned(Box::new(change), ends_by),
                }
            }
        }
    }

    /// Adds the end of a turn to the results, and stops the run after too many failures.
    fn note(
        &self,
        entry: &PlannedKey,
        end: TurnEnd,
        state: &RefCell<RunState>,
        results: &mut BatchReport,
        counts: &mut ApplyCounts,
    ) {
        let mut state = state.borrow_mut();
        match end {
            TurnEnd::Changed(report) => {
                let effect = report.outcome.effect();
                if effect == ChangeEffect::Done {
                    counts.applied += 1;
                    state.failures = 0;
                } else if is_change_by_others(&report.outcome) {
                    // That is no failure of the account.
                    counts.in_progress += 1;
                } else {
                    counts.failed += 1;
                    counts.unknown += usize::from(effect == ChangeEffect::Unknown);
                    state.failures += 1;
                }
                if effect == ChangeEffect::Nothing {
                    state.taken.remove(&entry.key);
                }
                results.add_report(*report, &self.account.session_context);
            }
            TurnEnd::Skipped(skip) => {
                state.taken.remove(&entry.key);
                let account = self.account.report_account();
                report_skip(entry, &skip, results, counts, &account);
                if skip.is_unread() {
                    state.failures += 1;
                }
            }
            TurnEnd::Stopped => {
                state.taken.remove(&entry.key);
                self.note_unreached(entry, results, counts);
            }
            TurnEnd::Abandoned(change, ends_by) => {
                counts.failed += 1;
                counts.unknown += 1;
                results.add_abandoned(&change, ends_by, self.account.report_account());
            }
            TurnEnd::NoJournal(error) => {
                state.is_stopped = true;
                output::eprint_error(&error.into());
                self.note_unreached(entry, results, counts);
            }
        }
        state.is_stopped |= state.failures >= self.limits.max_failures;
    }

    fn note_unreached(
        &self,
        entry: &PlannedKey,
        results: &mut BatchReport,
        counts: &mut ApplyCounts,
    ) {
        counts.not_reached += 1;
        let result = KeyResult {
            key: entry.key.clone(),
            user: Some(entry.user.clone()),
            before: None,
            outcome: KeyOutcome::NotReached,
            sentence: messages::not_reached(entry.key.as_str(), entry.user.as_str()),
            why: None,
            exit: Exit::Partial,
        };
        results.add_unprinted(result, self.account.report_account());
    }
}

/// Returns whether the change was not sent because of one by someone else.
fn is_change_by_others(outcome: &Outcome) -> bool {
    let Outcome::NotSent(reason) = outcome else { return false };
    matches!(reason, NotSentReason::InFlight(_) | NotSentReason::StatusChanged(_))
}
