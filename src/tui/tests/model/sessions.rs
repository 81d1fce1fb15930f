//! Sessions that open, fail, need a code, end, and are replaced.

use std::sync::Arc;

use super::fake_accounts::{ACCOUNTS, ERRORS, failure};
use super::runner::{ModelScreen, OpenSession};
use crate::changes::ChangeOrigin;
use crate::model::{ErrorKind, Profile, SessionId};
use crate::tui::message::{Message, SessionEvent};

impl ModelScreen {
    /// Opens the session in that account.
    pub(super) fn open(&mut self, account: usize, m: u32) {
        let session = self.app.shared.session.id;
        let session_context = Box::new(self.accounts.session_context(account, m));
        self.opened.retain(|opened| opened.session != session);
        self.opened.push(OpenSession { session, account, read_only: session_context.read_only });
        self.origins.insert(session, ChangeOrigin::from(&*session_context));
        self.stats.sessions += 1;
        self.stats.read_only_sessions += usize::from(session_context.read_only);
        self.batch.push(Message::Session(session, SessionEvent::Open(session_context)));
        self.settle();
    }

    /// Makes another key of the same caller sign, or possibly sign.
    pub(super) fn renew_credentials(&mut self, n: usize, m: u32) {
        self.settle();
        let session = self.app.shared.session.id;
        let Some(opened) = self.opened.iter().find(|opened| opened.session == session).copied()
        else {
            return;
        };
        let Some(now) = self.app.shared.session.session_context() else { return };
        let mut session_context = self.accounts.session_context(opened.account, m);
        (session_context.caller, session_context.read_only) =
            (now.caller.clone(), opened.read_only);
        session_context.endpoint = now.endpoint.clone();
        if n.is_multiple_of(3) {
            // May be the key of an open dialog.
            let keys: Vec<_> =
                self.accounts.keys.iter().filter(|key| key.account == opened.account).collect();
            session_context.signer = Some(keys[n % keys.len()].id.clone());
        }
        let was_open = self.shown.is_some();
        self.batch
            .push(Message::Session(session, SessionEvent::Renewed(Box::new(session_context))));
        self.settle();
        self.stats.closed_by_renewal += usize::from(was_open && self.shown.is_none());
    }

    /// Changes the caller of the credentials. From then on every read fails and no
    /// change may be sent.
    pub(super) fn change_caller(&mut self) {
        self.settle();
        let Some(pending) = self
            .pending_reads
            .pop()
            .filter(|pending| pending.session == self.app.shared.session.id)
        else {
            return;
        };
        self.batch
            .push(Message::Reply(pending.reply(Err(ErrorKind::CallerChanged), self.now.wall)));
        self.settle();
        assert!(self.shown.is_none(), "a dialog is open after its session ended");
        self.stats.caller_changes += 1;
    }

    pub(super) fn open_if_closed(&mut self) {
        if self.app.shared.session.session_context().is_none() {
            self.open(0, 2);
        }
    }

    /// Sends an event of the session; an open one keeps its account.
    pub(super) fn send_session_event(&mut self, n: usize, m: u32) {
        self.settle();
        let id = self.app.shared.session.id;
        if m.is_multiple_of(7) {
            let other = SessionId(id.0 + 1);
            self.batch.push(Message::Session(
                other,
                SessionEvent::Failed(failure(ERRORS[n % ERRORS.len()])),
            ));
            return;
        }
        if self.app.shared.session.session_context().is_some() {
            return;
        }
        let event = match n % 6 {
            0 => SessionEvent::Opening("Asking".into()),
            1 => {
                let refused = m.is_multiple_of(2).then(|| failure(ERRORS[n % ERRORS.len()]));
                SessionEvent::NeedsCode("arn:aws:iam::123456789012:mfa/operator".into(), refused)
            }
            2 => SessionEvent::Failed(failure(ERRORS[n % ERRORS.len()])),
            _ => return self.open(usize::from(m.is_multiple_of(4)) % ACCOUNTS.len(), m),
        };
        self.batch.push(Message::Session(id, event));
    }

    /// Changes to another profile at any time; its session opens at once, or with a
    /// later `session` event.
    pub(super) fn change_profile(&mut self, n: usize, m: u32) {
        self.press_keys(&["esc", "esc", "esc", "esc", "esc", "esc", "p"]);
        self.batch.push(Message::Profiles(profiles()));
        self.settle();
        for _ in 0..n % 3 {
            self.press_keys(&["down"]);
        }
        let before = self.app.shared.session.id;
        self.press_keys(&["enter"]);
        if self.app.shared.session.id != before && !m.is_multiple_of(4) {
            self.open(n % ACCOUNTS.len(), m);
        }
    }
}

fn profiles() -> Vec<Profile> {
    let profile = |name: &str| Profile {
        name: name.into(),
        account: None,
        account_guess: None,
        region: None,
        kind: Arc::from("access key"),
        mfa_serial: None,
    };
    ["prod", "staging", "audit"].map(profile).into()
}
