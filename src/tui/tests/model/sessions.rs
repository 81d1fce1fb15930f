//! Sessions that open, fail, want a code, end, and give way to others.

use std::sync::Arc;

use super::play::{Opened, Screen};
use super::world::{ACCOUNTS, ERRORS, failure};
use crate::model::{Profile, SessionId};
use crate::tui::app::{Message, SessionNews};

impl Screen {
    /// The session opens in that account.
    pub(super) fn open(&mut self, account: usize, m: u32) {
        let session = self.state.session.id;
        let place = Box::new(self.world.place(account, m));
        self.opened.retain(|opened| opened.session != session);
        self.opened.push(Opened { session, account, read_only: place.read_only });
        self.played.sessions += 1;
        self.played.read_only += usize::from(place.read_only);
        self.batch.push(Message::Session(session, SessionNews::Open(place)));
        self.settle();
    }

    pub(super) fn open_if_closed(&mut self) {
        if self.state.session.place().is_none() {
            self.open(0, 2);
        }
    }

    /// News of the session; one that is open stays where it is.
    pub(super) fn session(&mut self, n: usize, m: u32) {
        self.settle();
        let id = self.state.session.id;
        if m.is_multiple_of(7) {
            let other = SessionId(id.0 + 1);
            self.batch.push(Message::Session(other, SessionNews::Failed(failure(ERRORS[n % ERRORS.len()]))));
            return;
        }
        if self.state.session.place().is_some() {
            return;
        }
        let news = match n % 6 {
            0 => SessionNews::Waits("Asking".into()),
            1 => {
                let refused = m.is_multiple_of(2).then(|| failure(ERRORS[n % ERRORS.len()]));
                SessionNews::NeedsCode("arn:aws:iam::123456789012:mfa/operator".into(), refused)
            }
            2 => SessionNews::Failed(failure(ERRORS[n % ERRORS.len()])),
            _ => return self.open(usize::from(m.is_multiple_of(4)) % ACCOUNTS.len(), m),
        };
        self.batch.push(Message::Session(id, news));
    }

    /// Goes to another profile, whatever is under way; its session opens at
    /// once, or with a later `session`.
    pub(super) fn change_profile(&mut self, n: usize, m: u32) {
        self.keys(&["esc", "esc", "esc", "p"]);
        self.batch.push(Message::Profiles(profiles()));
        self.settle();
        for _ in 0..n % 3 {
            self.keys(&["down"]);
        }
        let before = self.state.session.id;
        self.keys(&["enter"]);
        if self.state.session.id != before && !m.is_multiple_of(4) {
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
