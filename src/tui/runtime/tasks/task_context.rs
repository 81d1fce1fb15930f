//! What the tasks have in common.

use tokio::task::AbortHandle;

use crate::session_factory::SessionFactory;
use crate::tui::runtime::clock::Clock;
use crate::tui::runtime::tasks::task_event::EventSender;

/// What a task uses. Cheap to clone.
#[derive(Clone)]
pub(crate) struct TaskContext {
    /// Opens sessions.
    pub session_factory: SessionFactory,
    /// Takes the events of the task.
    pub events: EventSender,
    /// The clock.
    pub clock: Clock,
}

/// A task of which only the latest runs.
#[derive(Default)]
pub(super) struct LatestTask(Option<AbortHandle>);

impl LatestTask {
    /// Aborts the task before.
    pub(super) fn replace(&mut self, task: AbortHandle) {
        self.cancel();
        self.0 = Some(task);
    }

    /// Aborts the task.
    pub(super) fn cancel(&mut self) {
        if let Some(task) = self.0.take() {
            task.abort();
        }
    }
}
