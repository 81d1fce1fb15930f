//! Tests of the tasks.

use tokio::sync::mpsc::{UnboundedReceiver, unbounded_channel};

use super::*;
use crate::cli::GlobalArgs;
use crate::config::Settings;
use crate::model::{Direction, KeyId, ListedAccount, Outcome, SelfLockoutRisk, Verification};
use crate::session_factory::SessionFactory;
use crate::tui::message::ChangeEvent;
use crate::tui::runtime::clock::Clock;
use crate::tui::tests::session_context;

/// Returns a runner without sessions, and the events of its tasks.
fn runner() -> (TaskRunner, UnboundedReceiver<TaskEvent>) {
    let global = GlobalArgs { config: Some("/dev/null".into()), ..GlobalArgs::default() };
    let session_factory = SessionFactory::new(&global, Settings::load(&global).unwrap());
    let journals = Journals { written: Journal::memory(), unjournaled: Journal::memory() };
    let (sender, arrived) = unbounded_channel();
    let (events, clock) = (EventSender(sender), Clock::start());
    let context = TaskContext { session_factory, events, clock };
    (TaskRunner::new(Handle::current(), journals, context), arrived)
}

#[tokio::test]
async fn the_lists_of_the_organization_name_the_accounts_too() {
    let (mut runner, _) = runner();
    let page = vec![ListedAccount {
        id: session_context().caller.account,
        name: Some("from-directory".into()),
        email: None,
        session: "corp".into(),
    }];
    let event = OrganizationEvent::Listed(page);
    runner.on_event(TaskEvent::Message(Box::new(Message::Organization { load: 1, event })));
    assert_eq!(runner.named(&session_context()).alias.as_deref(), Some("from-directory"));
}

#[tokio::test]
async fn a_change_whose_session_is_closed_is_reported_as_not_sent() {
    let (mut runner, mut arrived) = runner();
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
    runner.start_all(vec![TaskEffect::Change(change)]);
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

#[tokio::test]
async fn a_request_for_the_journal_of_a_closed_session_is_answered() {
    let (mut runner, mut arrived) = runner();
    let session = SessionId(9);
    runner.start_all(vec![TaskEffect::ReadJournal { session, request: 4, plan: None }]);
    let Ok(TaskEvent::Message(message)) = arrived.try_recv() else { panic!("no message") };
    let Message::Journal(_, reading) = *message else { panic!("{message:?}") };
    assert!(reading.request == 4 && reading.error().is_some(), "{reading:?}");
}
