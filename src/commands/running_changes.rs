//! Changes in flight, and what an interrupt does to them: those whose intent is not in the journal
//! yet are not sent, the outcomes of the others are waited for, and a second interrupt ends the
//! wait.

use std::time::Duration;

use futures_util::StreamExt as _;
use futures_util::stream::FuturesUnordered;
use jiff::Timestamp;
use tokio::sync::watch;
use tokio::time::{Instant, sleep, sleep_until};

use crate::aws::Writer;
use crate::changes::{self, ChangeProgress, ChangeRequest, Journal};
use crate::commands::error::CommandError;
use crate::commands::interrupts::{Interrupts, ProcessGuard};
use crate::commands::messages::change as messages;
use crate::commands::output;
use crate::commands::progress::ProgressLine;
use crate::model::{ChangeReport, KeyChange, NotSentReason, Outcome, ServiceError, SessionId};
use crate::ops::change_batch::ChangeBatch;

/// Time after a second interrupt in which outcomes may still arrive.
const SHUTDOWN_TIMEOUT: Duration = Duration::from_secs(2);

/// The changes in flight of a command.
#[derive(Clone)]
pub(super) struct RunningChanges {
    interrupts: Interrupts,
    /// Number of changes with an intent in the journal and no outcome yet.
    recorded: watch::Sender<usize>,
}

/// Says that nothing was sent if a command that changes keys ends with an interrupt: one that comes
/// later is no error, and each key has its outcome.
pub(super) fn report_interrupt(error: &CommandError) {
    if matches!(error, CommandError::Interrupted) {
        output::eprint_line(messages::INTERRUPTED_BEFORE_CHANGES);
    }
}

/// The end of a change.
pub(super) enum ChangeEnd {
    /// It has ended.
    Ended(Box<ChangeReport>),
    /// It was interrupted before its intent was written, so nothing was sent.
    NotStarted,
    /// The wait for it was interrupted. Its intent is in the journal, so a start after this time,
    /// by which it has ended, reads the key and records the outcome.
    Abandoned(Timestamp),
}

/// A change with an intent in the journal, as long as it runs.
struct Recorded {
    number: watch::Sender<usize>,
    _in_flight: ProcessGuard,
}

impl Recorded {
    fn begin(number: &watch::Sender<usize>) -> Self {
        number.send_modify(|number| *number += 1);
        Self { number: number.clone(), _in_flight: ProcessGuard::change() }
    }
}

impl Drop for Recorded {
    fn drop(&mut self) {
        self.number.send_modify(|number| *number -= 1);
    }
}

impl RunningChanges {
    /// No change is in flight.
    pub(super) fn new(interrupts: &Interrupts) -> Self {
        Self { interrupts: interrupts.clone(), recorded: watch::Sender::default() }
    }

    /// Makes one change. Once it is polled, it is carried out to its end, even if it is dropped.
    pub(super) fn run(
        &self,
        writer: Writer,
        journal: Journal,
        request: ChangeRequest,
    ) -> impl Future<Output = ChangeEnd> + use<> {
        let (mut before, mut during) = (self.interrupts.clone(), self.interrupts.clone());
        let (change, recorded) = (request.change.clone(), self.recorded.clone());
        let longest = request.limits.max_duration(change.verification);
        let ends_by = Timestamp::now().checked_add(longest).unwrap_or(Timestamp::MAX);
        let work = async move {
            let mut in_journal = None;
            let progress = |step| {
                if let ChangeProgress::Intended(_) = step {
                    in_journal = Some(Recorded::begin(&recorded));
                }
            };
            let interrupted = before.wait();
            changes::execute(&writer, &journal, request, Timestamp::now, interrupted, progress)
                .await
        };
        async move {
            let report = tokio::select! {
                biased;
                ended = tokio::spawn(work) => ended.unwrap_or_else(|_| {
                    let error = ServiceError::internal("UpdateAccessKey");
                    ChangeReport::with_unknown_outcome(change, error)
                }),
                () = wait_is_over(&mut during) => return ChangeEnd::Abandoned(ends_by),
            };
            match report.outcome {
                Outcome::NotSent(NotSentReason::Interrupted) => ChangeEnd::NotStarted,
                _ => ChangeEnd::Ended(Box::new(report)),
            }
        }
    }

    /// Waits for an interrupt, and until a change is in flight whose outcome has to be waited for.
    async fn wait_for_interrupted(&mut self) {
        self.interrupts.wait().await;
        // The sender lives as long as this.
        let _ = self.recorded.subscribe().wait_for(|number| *number > 0).await;
    }
}

/// The next event of a run.
enum RunEvent<T, E> {
    /// A change of this session has ended.
    Ended(T, SessionId, E),
    /// The next change may start.
    Due,
    /// There was an interrupt.
    Interrupted,
    /// Outcomes have to be waited for after an interrupt.
    Waiting,
}

/// Makes changes in the order of their risk, with `pause` between two starts, each by `start`, and
/// passes each end to `ended`. After an interrupt, and once `is_stopped`, waits for those in flight
/// and starts no others. Returns those that were not started.
pub(super) async fn run_changes<T: Clone, F: Future>(
    changes: impl IntoIterator<Item = (KeyChange, T)>,
    pause: Duration,
    running: &RunningChanges,
    is_stopped: impl Fn() -> bool,
    start: impl Fn(KeyChange, T) -> F,
    mut ended: impl FnMut(T, F::Output),
) -> Vec<T> {
    let mut schedule = ChangeBatch::default();
    for (change, item) in changes {
        schedule.add(&change.clone(), (change, item));
    }
    let (mut in_flight, mut next_start) = (FuturesUnordered::new(), Instant::now());
    let (mut interrupted, mut is_interrupted) = (running.interrupts.clone(), false);
    let (mut waiting, mut is_announced) = (running.clone(), false);
    let progress = ProgressLine::new();
    // One that is ready, but has to wait for the end of the pause.
    let mut ready = None;
    loop {
        let may_start = !running.interrupts.is_set() && !is_stopped();
        if may_start && ready.is_none() {
            ready = schedule.start_next();
        }
        let is_due = may_start && ready.is_some();
        if in_flight.is_empty() && !is_due {
            break;
        }
        let number = in_flight.len();
        let next = async {
            tokio::select! {
                biased;
                Some((item, session, end)) = in_flight.next() => RunEvent::Ended(item, session, end),
                () = waiting.wait_for_interrupted(), if !is_announced => RunEvent::Waiting,
                () = interrupted.wait(), if !is_interrupted => RunEvent::Interrupted,
                () = sleep_until(next_start), if is_due => RunEvent::Due,
            }
        };
        let text = || match number {
            0 => String::new(),
            number => messages::changes_in_progress(number, progress.elapsed()),
        };
        let next = progress.during(next, text).await;
        progress.clear();
        match next {
            RunEvent::Ended(item, session, end) => {
                schedule.end_one(session);
                ended(item, end);
            }
            RunEvent::Due => {
                if let Some((change, item)) = ready.take() {
                    let session = change.session;
                    let end = start(change, item.clone());
                    in_flight.push(async move { (item, session, end.await) });
                }
                next_start = Instant::now() + pause;
            }
            RunEvent::Interrupted => is_interrupted = true,
            RunEvent::Waiting => {
                is_announced = true;
                output::eprint_line(messages::WAITING_FOR_OUTCOMES);
            }
        }
    }
    ready.into_iter().chain(schedule.into_waiting()).map(|(_, item)| item).collect()
}

/// Waits for the second interrupt, and for outcomes that come right after it.
async fn wait_is_over(interrupts: &mut Interrupts) {
    interrupts.wait_again().await;
    sleep(SHUTDOWN_TIMEOUT).await;
}
