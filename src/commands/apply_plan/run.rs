//! Makes the changes of a plan: a few at once, with pauses, until too many fail in a row.

use std::cell::RefCell;
use std::collections::{HashMap, HashSet};
use std::sync::Arc;
use std::time::Duration;

use futures_util::StreamExt as _;
use futures_util::stream::FuturesUnordered;
use jiff::{SignedDuration, Timestamp};
use tokio::time::{Instant, sleep_until};

use crate::aws::Reader;
use crate::changes::JournalError;
use crate::commands::apply_plan::choice::{change_target, report_skip};
use crate::commands::exit::Exit;
use crate::commands::interrupts::Interrupts;
use crate::commands::messages::change::WAITING_FOR_OUTCOMES;
use crate::commands::messages::plan as messages;
use crate::commands::messages::plan::ApplyCounts;
use crate::commands::output;
use crate::commands::plan::{PlanJournal, read_key};
use crate::commands::read_retry::ReadRetry;
use crate::commands::running_changes::{ChangeEnd, RunningChanges};
use crate::commands::set_status::{AccountBatch, BatchReport, ChangeSettings, KeyResult, run_one};
use crate::model::{ChangeReport, Direction, KeyChange, KeyId, NotSentReason, Outcome};
use crate::ops::change_batch::ChangeBatch;
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
    /// The change was sent, and a second interrupt ended the wait for its outcome.
    Abandoned(Box<KeyChange>),
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
        let mut schedule = ChangeBatch::default();
        for (change, entry) in self.changes() {
            schedule.add(&change.clone(), (change, entry));
        }
        let (state, running) = (RefCell::new(RunState::default()), RunningChanges::new(interrupts));
        let (mut turns, mut next_start) = (FuturesUnordered::new(), Instant::now());
        let (mut interrupted, mut is_interrupted) = (interrupts.clone(), false);
        let (mut waiting, mut is_announced) = (running.clone(), false);
        // One that is ready, but has to wait for the end of the pause.
        let mut ready = None;
        loop {
            let is_stopped = interrupts.is_set() || state.borrow().is_stopped;
            if !is_stopped && ready.is_none() {
                ready = schedule.start_next();
            }
            if (is_stopped || ready.is_none()) && turns.is_empty() {
                break;
            }
            tokio::select! {
                Some((entry, session, end)) = turns.next(), if !turns.is_empty() => {
                    schedule.end_one(session);
                    self.note(entry, end, &state, results, counts);
                }
                () = sleep_until(next_start), if ready.is_some() && !is_stopped => {
                    if let Some((change, entry)) = ready.take() {
                        let session = change.session;
                        state.borrow_mut().taken.insert(change.key.clone());
                        let turn = self.turn(change, entry, &state, interrupts.clone(), &running);
                        turns.push(async move { (entry, session, turn.await) });
                    }
                    next_start = Instant::now() + self.limits.pause;
                }
                () = interrupted.wait(), if !is_interrupted => is_interrupted = true,
                () = waiting.wait_for_interrupted(), if !is_announced => {
                    is_announced = true;
                    output::eprint_line(WAITING_FOR_OUTCOMES);
                }
            }
        }
        if state.borrow().failures >= self.limits.max_failures {
            output::eprint_line(&messages::stopped(self.limits.max_failures));
        }
        for (_, entry) in ready.into_iter().chain(schedule.into_waiting()) {
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
                let read = change_target(entry, current).read;
                let change = KeyChange { read, ..change };
                match run_one(&self.account, &self.settings, change.clone(), running).await {
                    ChangeEnd::Ended(report) => TurnEnd::Changed(report),
                    ChangeEnd::NotStarted => TurnEnd::Stopped,
                    ChangeEnd::Abandoned => TurnEnd::Abandoned(Box::new(change)),
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
                results.add_report(&report, &self.account.session_context);
                if report.outcome.is_applied() {
                    counts.applied += 1;
                    state.failures = 0;
                    return;
                }
                // Someone else is changing that key, which is no failure of the account.
                let is_change_by_others = is_change_by_others(&report.outcome);
                if is_change_by_others {
                    counts.in_progress += 1;
                } else {
                    counts.failed += 1;
                    counts.unknown += usize::from(has_unknown_effect(&report.outcome));
                    state.failures += 1;
                }
                if is_unchanged(&report.outcome) {
                    state.taken.remove(&entry.key);
                }
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
            TurnEnd::Abandoned(change) => {
                counts.failed += 1;
                counts.unknown += 1;
                results.add_abandoned(&change, &self.account.report_account());
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
            outcome: "not reached",
            sentence: messages::not_reached(entry.key.as_str(), entry.user.as_str()),
            why: None,
            exit: Exit::Partial,
        };
        results.add_unprinted(&result, &self.account.report_account());
    }
}

/// Returns whether the key may have been changed, or not.
fn has_unknown_effect(outcome: &Outcome) -> bool {
    matches!(outcome, Outcome::Unverified { .. } | Outcome::Unknown { .. })
}

/// Returns whether the key is certainly unchanged.
fn is_unchanged(outcome: &Outcome) -> bool {
    matches!(outcome, Outcome::Refused(_) | Outcome::NotSent(_))
}

/// Returns whether the change was not sent because of one by someone else.
fn is_change_by_others(outcome: &Outcome) -> bool {
    let Outcome::NotSent(reason) = outcome else { return false };
    matches!(reason, NotSentReason::InFlight(_) | NotSentReason::StatusChanged(_))
}
