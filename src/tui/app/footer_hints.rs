//! Footer hints: keys that do something now, or those of the open popup.

use crate::tui::app::{Focus, Popup, State, View};
use crate::tui::keymap::{ACTIONS, Action};
use crate::tui::layout::Pane;

/// A key and a label for what it does now.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct FooterHint {
    /// Drop order in a narrow footer: the highest rank goes first, 0 last.
    pub rank: u8,
    /// Key, or several separated by spaces.
    pub key: String,
    /// Label.
    pub label: &'static str,
}

impl FooterHint {
    fn new(rank: u8, key: &str, label: &'static str) -> Self {
        Self { rank, key: key.to_owned(), label }
    }
}

impl State {
    /// Returns the hints for the open popup, or else for the panes.
    pub(crate) fn hints(&self) -> Vec<FooterHint> {
        let bound = |rank, action, label| {
            self.keymap.keys(action).next().map(|key| FooterHint::new(rank, key, label))
        };
        match &self.popup {
            None => {
                let offered = ACTIONS.iter().filter(|command| self.is_available(command.action));
                offered
                    .filter_map(|command| bound(command.footer?, command.action, command.label))
                    .collect()
            }
            Some(Popup::Confirm(confirm)) if confirm.focus == Focus::Reason => {
                vec![
                    FooterHint::new(0, "enter", "end the reason"),
                    FooterHint::new(0, "esc", "cancel"),
                ]
            }
            Some(Popup::Confirm(confirm)) => {
                let key = if confirm.typed.is_some() { "enter" } else { "y" };
                let mut hints = vec![
                    FooterHint::new(0, key, "confirm"),
                    FooterHint::new(0, confirm.cancel_key(), "cancel"),
                    FooterHint::new(1, "tab", "reason, buttons"),
                ];
                if confirm.scrolls() {
                    hints.push(FooterHint::new(0, "↓ ↑", "scroll the keys"));
                }
                hints
            }
            Some(Popup::SearchResults(_)) => {
                let hints = [
                    bound(2, Action::Mark, "mark"),
                    bound(1, Action::Toggle, "toggle"),
                    bound(1, Action::Deactivate, "deactivate"),
                    bound(1, Action::Activate, "activate"),
                    bound(3, Action::Open, "go to the key"),
                    bound(0, Action::Cancel, "close"),
                ];
                hints.into_iter().flatten().collect()
            }
            Some(Popup::Help(_) | Popup::Errors(_)) => self.text_hints(false),
            Some(Popup::Text(popup)) => self.text_hints(popup.copy.is_some()),
            Some(Popup::KeySearch(_)) => {
                vec![FooterHint::new(0, "enter", "find"), FooterHint::new(0, "esc", "close")]
            }
            Some(Popup::MfaCode(..)) => {
                vec![FooterHint::new(0, "enter", "sign in"), FooterHint::new(0, "esc", "close")]
            }
            Some(Popup::Profiles(_)) => {
                let mut hints =
                    vec![FooterHint::new(0, "enter", "use it"), FooterHint::new(0, "esc", "close")];
                let moves: Vec<_> = [Action::Down, Action::Up]
                    .into_iter()
                    .filter_map(|action| self.key_beside_text(action))
                    .collect();
                if !moves.is_empty() {
                    hints.insert(0, FooterHint::new(1, &moves.join(" "), "select"));
                }
                hints
            }
            Some(Popup::Quit) => vec![
                FooterHint::new(0, "y", "wait, then quit"),
                FooterHint::new(1, "ctrl-c", "quit now"),
                FooterHint::new(0, "esc", "go back"),
            ],
        }
    }

    /// Returns the key for an action, for use in sentences; the action's name if no key is bound.
    pub(crate) fn key_for(&self, action: Action) -> &str {
        let named =
            || ACTIONS.iter().find(|command| command.action == action).map(|command| command.name);
        self.keymap.keys(action).next().or_else(named).unwrap_or_default()
    }

    /// Returns whether the action would do something now, as far as cheap checks can say. Its key
    /// works in any case, and reports why nothing can be done.
    pub(crate) fn is_available(&self, action: Action) -> bool {
        match action {
            Action::Toggle => self.can_write() && self.has_key(),
            Action::Deactivate | Action::Activate => {
                self.can_write() && (self.has_key() || !self.marks.is_empty())
            }
            Action::Undo => self.can_write() && self.has_changed(),
            Action::Mark | Action::CopyId => self.has_key(),
            Action::Watch => !self.watch.is_on() && self.has_changed(),
            Action::AwsCommands => self.has_key() && self.has_changed(),
            Action::Errors => !self.notifications.undismissed().is_empty(),
            Action::NextPane => self.view == View::Users && !self.users.list().items().is_empty(),
            Action::Filter | Action::Sort => self.inventory.coverage().users > 0,
            // Every action is listed, so that the compiler asks about new ones.
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
            | Action::FullScan
            | Action::Profile
            | Action::Help
            | Action::Quit
            | Action::Cancel
            | Action::Suspend => true,
        }
    }

    fn has_changed(&self) -> bool {
        self.change_queue.done().iter().any(|change_report| change_report.outcome.is_applied())
    }

    fn can_write(&self) -> bool {
        self.session.session_context().is_some_and(|session_context| !session_context.read_only)
    }

    /// Returns whether a key is selected, or is the only one of the selected user.
    fn has_key(&self) -> bool {
        match (self.view, self.focus) {
            (View::Keys, _) | (_, Pane::Keys) => self.selected_key().is_some(),
            (View::Users, Pane::Users) => self.keys.items().len() == 1,
        }
    }

    /// Returns the hints of a popup of text, as its keys are bound.
    fn text_hints(&self, copies: bool) -> Vec<FooterHint> {
        let scroll = format!("{} {}", self.key_for(Action::Down), self.key_for(Action::Up));
        let mut hints = vec![
            FooterHint::new(0, self.key_for(Action::Cancel), "close"),
            FooterHint::new(1, &scroll, "scroll"),
            FooterHint::new(2, self.key_for(Action::View), "pager"),
        ];
        if copies {
            hints.push(FooterHint::new(2, self.key_for(Action::CopyId), "copy"));
        }
        hints
    }

    /// Returns the first key bound to the action that types no character, for popups with a text
    /// input; arrow keys as arrows.
    fn key_beside_text(&self, action: Action) -> Option<&str> {
        let key =
            self.keymap.keys(action).find(|key| key.chars().count() > 1 && *key != "space")?;
        Some(match key {
            "down" => "↓",
            "up" => "↑",
            other => other,
        })
    }
}
