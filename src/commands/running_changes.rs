//! Changes in flight, and what an interrupt does to them: those whose intent is not in the journal yet
//! are not sent, the outcomes of the others are waited for, and a second interrupt ends the wait.

use std::time::Duration;

use jiff::Timestamp;
use tokio::sync::watch;
use tokio::time::sleep;

use crate::aws::Writer;
use crate::changes::{self, ChangeProgress, ChangeRequest, Journal};
use crate::commands::interrupts::{ActivityGuard, Interrupts};
use crate::model::{ChangeReport, NotSentReason, Outcome, ServiceError};

/// Time after a second interrupt in which outcomes may still arrive.
const SHUTDOWN_TIMEOUT: Duration = Duration::from_secs(2);

/// The changes in flight of a command.
#[derive(Clone)]
pub(super) struct RunningChanges {
    interrupts: Interrupts,
    /// Number of changes with an intent in the journal and no outcome yet.
    recorded: watch::Sender<usize>,
}

/// The end of a change.
pub(super) enum ChangeEnd {
    /// It has ended.
    Ended(Box<ChangeReport>),
    /// It was interrupted before its intent was written, so nothing was sent.
    NotStarted,
    /// The wait for it was interrupted. Its intent is in the journal, so the next start reads the key
    /// and records the outcome.
    Abandoned,
}

/// A change with an intent in the journal, as long as it runs.
struct Recorded {
    number: watch::Sender<usize>,
    _in_flight: ActivityGuard,
}

impl Recorded {
    fn begin(number: &watch::Sender<usize>) -> Self {
        number.send_modify(|number| *number += 1);
        Self { number: number.clone(), _in_flight: ActivityGuard::change() }
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
                () = wait_is_over(&mut during) => return ChangeEnd::Abandoned,
            };
            match report.outcome {
                Outcome::NotSent(NotSentReason::Interrupted) => ChangeEnd::NotStarted,
                _ => ChangeEnd::Ended(Box::new(report)),
            }
        }
    }

    /// Waits for an interrupt, and until a change is in flight whose outcome has to be waited for.
    pub(super) async fn wait_for_interrupted(&mut self) {
        self.interrupts.wait().await;
        // The sender lives as long as this.
        let _ = self.recorded.subscribe().wait_for(|number| *number > 0).await;
    }
}

/// Waits for the second interrupt, and for outcomes that come right after it.
async fn wait_is_over(interrupts: &mut Interrupts) {
    interrupts.wait_again().await;
    sleep(SHUTDOWN_TIMEOUT).await;
}
