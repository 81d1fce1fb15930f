//! The steps of a user who changes keys, and the outcomes of the changes.

use std::time::Duration;

use super::fake_accounts::{ERRORS, failure};
use super::runner::ModelScreen;
use crate::model::{
    ChangeInFlight, ChangeReport, JournalError, KeyChange, KeyId, KeyStatus, NotSentReason,
    Outcome, UserName, Verification,
};
use crate::tui::context::Tone;
use crate::tui::message::{ChangeEvent, ChangePhase, Message, RecoveryEvent};
use crate::tui::panes::View;
use crate::tui::popups::Popup;
use crate::tui::tests::journal_steps::record;
use crate::tui::tests::{ONE, TWO_A, press};

impl ModelScreen {
    /// Closes any popup, leaves the overview and reads the account.
    fn reset_view(&mut self) {
        self.press_keys(&["esc", "esc", "esc", "esc", "esc", "esc"]);
        self.settle();
        if self.app.ui.panes.view == View::Overview {
            self.press_keys(&["v"]);
        }
        self.open_if_closed();
        self.press_keys(&["r"]);
        self.open_if_closed();
        self.reply_to_all();
    }

    /// Changes a key or several, or undoes a change.
    pub(super) fn change(&mut self, n: usize, m: u32) {
        self.open_dialog(n, m);
        self.confirm_dialog(m);
    }

    /// Changes keys after the dialog was open for a minute or two. Sometimes someone
    /// else changes a key meanwhile, or another key starts to sign.
    pub(super) fn change_late(&mut self, n: usize, m: u32) {
        self.open_dialog(n, m);
        self.reply_to_all();
        if n.is_multiple_of(3) {
            self.accounts.change_by_someone_else(n, m, self.now.wall);
        }
        for _ in 0..=n % 4 {
            self.wait(29_000 + u64::from(m) % 5_000);
            self.reply_to_all();
        }
        if n.is_multiple_of(5) {
            self.renew_credentials(n, m);
        }
        let stayed_open = self.shown.is_some();
        let before = self.expected_calls.confirmations();
        self.confirm_dialog(m);
        self.settle();
        self.stats.late_confirmations +=
            usize::from(stayed_open && self.expected_calls.confirmations() > before);
    }

    /// Opens the dialog for a change.
    fn open_dialog(&mut self, n: usize, m: u32) {
        self.reset_view();
        for _ in 0..n % 5 {
            self.press_keys(&["j"]);
        }
        self.wait(200);
        self.reply_to_all();
        match m % 4 {
            0 => self.press_keys(&["tab", "t"]),
            1 => self.press_keys(&["u"]),
            2 => self.press_keys(&["ctrl-a", "space", "d"]),
            _ => self.press_keys(&["t"]),
        }
    }

    /// Waits until the dialog is armed, and confirms it.
    pub(super) fn confirm_dialog(&mut self, m: u32) {
        let typed = match self.app.popup() {
            Some(Popup::Confirm(confirm)) => {
                confirm.typed.as_ref().map(|typed| typed.expected.clone())
            }
            _ => return,
        };
        self.settle();
        self.reply_to_all();
        for _ in 0..20 {
            if matches!(self.app.popup(), Some(Popup::Confirm(confirm)) if confirm.has_unseen_targets())
            {
                self.press_keys(&["pagedown"]);
            }
        }
        self.wait(300);
        match typed {
            None => self.type_char('y'),
            Some(expected) => {
                expected.chars().for_each(|c| self.type_char(c));
                self.batch.push(press("enter"));
            }
        }
        if m.is_multiple_of(5) {
            // A double key press.
            self.settle();
            self.batch.push(press("y"));
        }
    }

    /// Watches the changed keys for a minute or two while someone uses them.
    pub(super) fn watch_changed_keys(&mut self, n: usize) {
        self.reset_view();
        if !self.app.shared.watch.is_on() {
            self.press_keys(&["w"]);
        }
        let changed = self
            .app
            .shared
            .change_queue
            .done()
            .iter()
            .map(|change_report| change_report.change.key.clone())
            .next_back();
        if let Some(key) = changed.and_then(|key| self.accounts.key_mut(&key)) {
            key.used = Some(self.now.wall);
        }
        self.wait([61_000, 130_000][n % 2]);
        self.reply_to_all();
    }

    /// Advances a change in flight.
    pub(super) fn advance_change(&mut self, n: usize, m: u32) {
        let Some(change) = self.sent_change(n) else { return };
        let step = if m.is_multiple_of(2) { ChangePhase::Sent } else { ChangePhase::Verifying };
        self.batch.push(Message::Change(ChangeEvent::Step { change_id: change.id, step }));
    }

    fn sent_change(&self, n: usize) -> Option<KeyChange> {
        let sent = &self.expected_calls.sent;
        (!sent.is_empty()).then(|| sent[n % sent.len()].clone())
    }

    /// Finishes a change in flight.
    pub(super) fn finish_change(&mut self, n: usize, m: u32) {
        let Some(change) = self.sent_change(n) else { return };
        self.settle();
        let (outcome, applied) = self.choose_outcome(&change, m);
        if applied && let Some(key) = self.accounts.key_mut(&change.key) {
            key.previous_status = std::mem::replace(&mut key.status, change.direction.status());
        }
        self.expected_calls.receive(&change);
        self.stats.foreign_reports += usize::from(change.session != self.app.shared.session.id);
        let siblings =
            if m.is_multiple_of(3) { self.accounts.siblings(&change.key) } else { Vec::new() };
        let unjournaled = self.expected_calls.is_unjournaled(change.id);
        let mut change_report = Box::new(ChangeReport {
            change,
            outcome,
            request_ids: vec!["r".into()],
            attempts: 1,
            journal_id: None,
            siblings,
            journal_error: m.is_multiple_of(9).then(|| JournalError::Thread.into()),
        });
        if !unjournaled {
            let origin = &self.origins[&change_report.change.session];
            record(&self.journal, &mut change_report, origin, self.now.wall);
        }
        let sentence = format!("Outcome of change {}.", change_report.change.id);
        self.batch.push(Message::Change(ChangeEvent::Done {
            change_report: change_report.clone(),
            sentence: sentence.clone(),
        }));
        let starts = self.stats.starts;
        self.settle();
        if self.stats.starts != starts {
            return; // the app waited for this report to quit
        }
        let reported =
            self.app.shared.notifications.errors().iter().any(|failure| failure.text == sentence);
        assert!(
            change_report.outcome.is_applied() || reported,
            "an outcome is not reported: {change_report:?}"
        );
    }

    /// Returns an outcome, and true if the change was applied.
    fn choose_outcome(&self, change: &KeyChange, m: u32) -> (Outcome, bool) {
        let error = failure(ERRORS[usize::try_from(m / 16).unwrap() % ERRORS.len()]);
        let last_status: Option<KeyStatus> = change.before.clone().filter(|_| m.is_multiple_of(2));
        match m % 16 {
            0..=6 => {
                let refused = change.verification == Verification::ByRefusal;
                (
                    Outcome::Verified {
                        at: self.now.wall,
                        took: Duration::from_millis(400),
                        refused,
                    },
                    true,
                )
            }
            7 => (Outcome::Accepted, true),
            8 => (Outcome::Unverified { last_status, error: Some(error) }, true),
            9 => (Outcome::Unknown { last_status, error }, true),
            10 => (Outcome::Unknown { last_status, error }, false),
            11 => (Outcome::Refused(error), false),
            12 => {
                let other = ChangeInFlight {
                    id: "20261124T140211Z-1".into(),
                    direction: change.direction,
                    pid: 1,
                    has_ended: false,
                    host: "host".into(),
                    os_user: "ann".to_owned(),
                    ends_by: self.now.wall,
                };
                (Outcome::NotSent(NotSentReason::InFlight(Box::new(other))), false)
            }
            13 => (Outcome::NotSent(NotSentReason::Call(error)), false),
            _ => (Outcome::NotSent(NotSentReason::Journal(JournalError::Thread.into())), false),
        }
    }

    /// Sends a recovery event, for this session or another.
    pub(super) fn send_recovery_event(&mut self, n: usize, m: u32) {
        let event = match m % 4 {
            0 => RecoveryEvent::Notification(Tone::Info, "Found.".into()),
            1 => RecoveryEvent::Failed("Left open.".into()),
            2 => RecoveryEvent::Unsettled {
                key: KeyId::parse([ONE, TWO_A, TWO_A][n % 3]).unwrap(),
                sentence: "Still unknown.".into(),
            },
            _ => RecoveryEvent::Settled {
                key: KeyId::parse([ONE, TWO_A, ONE][n % 3]).unwrap(),
                user: Some(UserName::from_service(["alice", "bob", "nobody"][n % 3])),
            },
        };
        let mut session = self.app.shared.session.id;
        session.0 += u32::from(n.is_multiple_of(4));
        self.batch.push(Message::Recovery(session, event));
    }
}
