//! What the footer offers: only what would do something now. A window that is
//! open has keys of its own.

use crate::tui::actions::{Action, COMMANDS};
use crate::tui::app::{Focus, Overlay, State, View};
use crate::tui::layout::Pane;

/// A key, and what it does now.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Hint {
    /// How early it is given up where there is little room; 0 last.
    pub rank: u8,
    /// The key.
    pub key: String,
    /// The word for what it does.
    pub label: &'static str,
}

impl Hint {
    fn new(rank: u8, key: &str, label: &'static str) -> Self {
        Self { rank, key: key.to_owned(), label }
    }
}

impl State {
    /// What the keys do now: those of the window that is open, else those of
    /// the table.
    pub(crate) fn hints(&self) -> Vec<Hint> {
        let bound = |rank, action, label| self.keymap.keys(action).next().map(|key| Hint::new(rank, key, label));
        match &self.overlay {
            None => {
                let offered = COMMANDS.iter().filter(|command| self.offers(command.action));
                offered.filter_map(|command| bound(command.footer?, command.action, command.label)).collect()
            }
            Some(Overlay::Confirm(confirm)) if confirm.focus == Focus::Reason => {
                vec![Hint::new(0, "enter", "end the reason"), Hint::new(0, "esc", "cancel")]
            }
            Some(Overlay::Confirm(confirm)) => {
                let key = if confirm.typed.is_some() { "enter" } else { "y" };
                let mut hints = vec![
                    Hint::new(0, key, "confirm"),
                    Hint::new(0, confirm.cancel_key(), "cancel"),
                    Hint::new(1, "tab", "reason, buttons"),
                ];
                if confirm.scrolls() {
                    hints.push(Hint::new(0, "↓ ↑", "go through the keys"));
                }
                hints
            }
            Some(Overlay::Found(_)) => {
                let hints = [
                    bound(2, Action::Mark, "mark"),
                    bound(1, Action::Toggle, "toggle"),
                    bound(1, Action::Deactivate, "off"),
                    bound(1, Action::Activate, "on"),
                    bound(3, Action::Open, "go to the key"),
                    bound(0, Action::Cancel, "close"),
                ];
                hints.into_iter().flatten().collect()
            }
            Some(Overlay::Help(_) | Overlay::Errors(_)) => text_hints(false),
            Some(Overlay::Text(window)) => text_hints(window.copy.is_some()),
            Some(Overlay::Find(_)) => vec![Hint::new(0, "enter", "find"), Hint::new(0, "esc", "close")],
            Some(Overlay::Code(..)) => vec![Hint::new(0, "enter", "sign in"), Hint::new(0, "esc", "close")],
            Some(Overlay::Profiles(_)) => {
                vec![Hint::new(1, "↓ ↑", "choose"), Hint::new(0, "enter", "change to it"), Hint::new(0, "esc", "close")]
            }
            Some(Overlay::Leave) => vec![
                Hint::new(0, "y", "wait, then leave"),
                Hint::new(1, "ctrl-c", "leave now"),
                Hint::new(0, "esc", "go back"),
            ],
        }
    }

    /// The key that does it, as sentences name it; the action's own name where
    /// no key does.
    pub(crate) fn key_for(&self, action: Action) -> &str {
        let named = || COMMANDS.iter().find(|command| command.action == action).map(|command| command.name);
        self.keymap.keys(action).next().or_else(named).unwrap_or_default()
    }

    /// Whether the action would do something now, as far as that can be told
    /// without any work. Keys work in any case, and say why not.
    pub(crate) fn offers(&self, action: Action) -> bool {
        match action {
            Action::Toggle => self.can_write() && self.has_key(),
            Action::Deactivate | Action::Activate => self.can_write() && (self.has_key() || !self.marks.is_empty()),
            Action::Undo => self.can_write() && self.has_changed(),
            Action::Mark | Action::CopyId => self.has_key(),
            Action::Watch => !self.watching.is_on() && self.has_changed(),
            Action::Commands => self.has_key() && self.has_changed(),
            Action::Errors => !self.notices.standing().is_empty(),
            Action::NextPane => self.view == View::Users && !self.users.list().items().is_empty(),
            Action::Filter | Action::Sort => self.inventory.coverage().users > 0,
            // Each action is named, so that a new one is thought of here.
            Action::Down
            | Action::Up
            | Action::Top
            | Action::Bottom
            | Action::PageDown
            | Action::PageUp
            | Action::Left
            | Action::Right
            | Action::Open
            | Action::Find
            | Action::MarkAll
            | Action::Journal
            | Action::Reverse
            | Action::View
            | Action::Refresh
            | Action::Sweep
            | Action::Profile
            | Action::Help
            | Action::Quit
            | Action::Cancel
            | Action::Suspend => true,
        }
    }

    fn has_changed(&self) -> bool {
        self.changes.done().iter().any(|receipt| receipt.outcome.is_done())
    }

    fn can_write(&self) -> bool {
        self.session.place().is_some_and(|place| !place.read_only)
    }

    /// Whether a key is selected, or is the only one of the selected user.
    fn has_key(&self) -> bool {
        match (self.view, self.focus) {
            (View::Keys, _) | (_, Pane::Keys) => self.selected_key().is_some(),
            (View::Users, Pane::Users) => self.keys.items().len() == 1,
        }
    }
}

fn text_hints(copies: bool) -> Vec<Hint> {
    let mut hints = vec![Hint::new(0, "esc", "close"), Hint::new(1, "j k", "scroll"), Hint::new(2, "v", "pager")];
    if copies {
        hints.push(Hint::new(2, "y", "copy"));
    }
    hints
}
