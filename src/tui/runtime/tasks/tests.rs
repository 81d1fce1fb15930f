//! Tests of the tasks.

use tokio::sync::mpsc::unbounded_channel;

use super::*;
use crate::cli::GlobalArgs;
use crate::config::Settings;
use crate::model::{Direction, KeyId, Outcome, SelfLockoutRisk, Verification};
use crate::session_factory::SessionFactory;
use crate::tui::message::ChangeEvent;
use crate::tui::runtime::clock::Clock;

#[tokio::test]
async fn a_change_whose_session_is_closed_is_reported_as_not_sent() {
    let global = GlobalArgs { config: Some("/dev/null".into()), ..GlobalArgs::default() };
    let session_factory = SessionFactory::new(&global, Settings::load(&global).unwrap());
    let journals = Journals { written: Journal::memory(), unjournaled: Journal::memory() };
    let (sender, mut arrived) = unbounded_channel();
    let change = KeyChange {
        id: 3,
        session: SessionId(9),
        key: KeyId::parse("AKIARZPUZDIKFYHOWX26").unwrap(),
        user: None,
        before: None,
        read: None,
        caller: None,
        lockout_risk: SelfLockoutRisk::None,
        direction: Direction::Deactivate,
        undoes: None,
        batch: None,
        plan: None,
        reason: None,
        verification: Verification::ByRead,
    };
    let workers = Handle::current();
    let (events, clock) = (EventSender(sender), Clock::start());
    let context = TaskContext { session_factory, events, clock };
    TaskRunner::new(workers, journals, context).start_all(vec![TaskEffect::Change(change)]);
    let Ok(TaskEvent::Message(message)) = arrived.try_recv() else { panic!("no message") };
    let Message::Change(ChangeEvent::Done { change_report, sentence }) = *message else {
        panic!("{message:?}")
    };
    assert!(
        change_report.change.id == 3 && matches!(change_report.outcome, Outcome::NotSent(_)),
        "{change_report:?}"
    );
    assert!(sentence.contains("AKIARZPUZDIKFYHOWX26 is unchanged"), "{sentence}");
}
