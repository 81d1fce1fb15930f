//! Accounts beside the one shown, and routes into accounts.

use crossterm::event::Event as Input;

use super::fake_accounts::{ACCOUNTS, ERRORS, failure};
use super::runner::{ModelScreen, OpenSession};
use crate::changes::ChangeOrigin;
use crate::model::{KeyStatus, Route};
use crate::ops::reach::AccountRoutes;
use crate::tui::effect::AccountToOpen;
use crate::tui::message::Message;

impl ModelScreen {
    /// Pastes keys of both accounts, opens the other one, and changes all of one status.
    pub(super) fn change_elsewhere(&mut self, n: usize, m: u32) {
        self.settle();
        self.open_if_closed();
        self.press_keys(&["esc", "esc", "esc", "esc", "esc", "esc"]);
        let status = if n.is_multiple_of(3) { KeyStatus::Inactive } else { KeyStatus::Active };
        let keys = self.accounts.keys.iter().filter(|key| key.status == status && !key.deleted);
        let text: Vec<_> = keys.map(|key| key.id.as_str()).collect();
        self.batch.push(Message::Input(Input::Paste(text.join(" "))));
        self.reply_to_all();
        self.press_keys(&["r"]);
        while !self.opening.is_empty() {
            self.open_other(n, m);
        }
        self.reply_to_all();
        let change = if status.is_active() { "d" } else { "a" };
        self.press_keys(&["ctrl-a", change]);
        self.reply_to_all();
        let several = self.shown.as_ref().is_some_and(|shown| shown.content.has_several_accounts());
        self.stats.dialogs_of_several_accounts += usize::from(several);
        let before = self.expected_calls.confirmations();
        self.confirm_dialog(m);
        if several {
            self.stats.confirmed_elsewhere += self.expected_calls.confirmations() - before;
        }
    }

    /// Opens an account beside the one shown, or fails to.
    pub(super) fn open_other(&mut self, n: usize, m: u32) {
        if self.opening.is_empty() {
            return;
        }
        let AccountToOpen { session, account } = self.opening.remove(n % self.opening.len());
        let index = ACCOUNTS.iter().position(|id| *id == account.as_str());
        let opened = match index {
            Some(index) if !m.is_multiple_of(9) => {
                let context = Box::new(self.accounts.session_context(index, m));
                let read_only = context.read_only;
                self.opened.push(OpenSession { session, account: index, read_only });
                self.origins.insert(session, ChangeOrigin::from(&*context));
                Ok(context)
            }
            _ => Err(failure(ERRORS[n % ERRORS.len()])),
        };
        self.batch.push(Message::OtherOpened(session, opened));
        self.settle();
    }

    /// Pastes a key, sends routes into its account if that is another one, and perhaps enters it.
    pub(super) fn send_routes(&mut self, n: usize, m: u32) {
        self.settle();
        self.open_if_closed();
        self.press_keys(&["esc", "esc", "esc", "esc", "esc", "esc"]);
        let key = self.accounts.keys[n % self.accounts.keys.len()].id.to_string();
        self.batch.push(Message::Input(Input::Paste(key)));
        self.settle();
        let Some(account) = self.routes_wanted.pop() else { return };
        let route = |role: &str| Route::Sso {
            session: "corp".into(),
            account: account.clone(),
            role: role.into(),
        };
        let routes = match m % 4 {
            0 => Err(failure(ERRORS[n % ERRORS.len()])),
            1 => Ok(Box::new(AccountRoutes::all_preferred(Vec::new()))),
            _ => Ok(Box::new(AccountRoutes::all_preferred(vec![route("Ops"), route("Audit")]))),
        };
        self.batch.push(Message::Routes { account: account.clone(), routes });
        self.settle();
        let before = self.app.shared.session.id;
        self.press_keys(if n.is_multiple_of(2) { &["tab", "enter"] } else { &["enter"] });
        let index = ACCOUNTS.iter().position(|id| *id == account.as_str());
        if let Some(index) = index.filter(|_| self.app.shared.session.id != before) {
            self.open(index, m);
            self.stats.entered += 1;
        }
    }
}
