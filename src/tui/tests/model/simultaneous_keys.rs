//! Keys in one batch, which must act as if each key had its own batch, and pastes.

use crossterm::event::Event as Input;

use super::event::WORDS;
use super::runner::ModelScreen;
use crate::model::{Direction, KeyId, UserName};
use crate::tui::app::App;
use crate::tui::effect::{Effects, TerminalEffect};
use crate::tui::keymap::Action;
use crate::tui::message::Message;
use crate::tui::panes::View;
use crate::tui::popups::Popup;
use crate::tui::render::layout::Pane;
use crate::tui::tests::press;

/// Keys that select a key, and then one that acts on it.
const KEY_SEQUENCES: [&str; 12] =
    ["j", "k", "j j", "G", "g j", "l", "j l", "h j", "v", "/ b enter", "/ m a enter", "space"];
const COMMANDS: [&str; 6] = ["t", "d", "a", "space", "y", "enter"];

impl ModelScreen {
    /// Presses a few keys in one batch.
    pub(super) fn press_together(&mut self, n: usize, m: u32) {
        let m = usize::try_from(m).unwrap();
        self.settle();
        let sequence = KEY_SEQUENCES[n % KEY_SEQUENCES.len()].split(' ');
        let commands = [
            COMMANDS[m % COMMANDS.len()],
            KEY_SEQUENCES[m / 7 % 3],
            COMMANDS[m / 50 % COMMANDS.len()],
        ];
        self.batch.extend(sequence.chain(commands.into_iter().take(1 + m % 3)).map(press));
        self.settle();
    }

    /// Returns a text to paste.
    pub(super) fn clipboard(&self, n: usize) -> String {
        let keys: Vec<_> = self.accounts.keys.iter().map(|key| key.id.as_str()).collect();
        let (key, other) = (keys[n % keys.len()], keys[(n / 7) % keys.len()]);
        match n % 5 {
            0 => WORDS[n % WORDS.len()].to_owned(),
            1 => format!("look: {key} and {other}\nand AKIA"),
            2 => String::new(),
            3 => format!("aws_access_key_id={key}&y=y\ny"),
            _ => key.to_owned(),
        }
    }

    /// Returns the result of the batch if each key had its own batch. Returns `None` for
    /// batches that may be a paste or that meet a dialog, and for keys whose effect
    /// depends on the last frame: page keys, and a cancelled filter.
    pub(super) fn sequential_result(&self, batch: &[Message]) -> Option<KeysResult> {
        let opens_filter = |message: &Message| match message {
            Message::Input(Input::Key(key)) => {
                self.app.shared.options.keymap.action(key) == Some(Action::Filter)
            }
            _ => false,
        };
        let filters = self.app.ui.panes.is_editing_filter() || batch.iter().any(opens_filter);
        let is_plain = |message: &Message| match message {
            Message::Input(Input::Key(key)) => {
                let action = self.app.shared.options.keymap.action(key);
                let page = matches!(action, Some(Action::PageDown | Action::PageUp));
                let cancels_filter = action == Some(Action::Cancel) && filters;
                !page && !cancels_filter
            }
            _ => false,
        };
        if !batch.iter().all(is_plain) || !(2..8).contains(&batch.len()) || self.shown.is_some() {
            return None;
        }
        let (mut app, mut effects) = (self.app.clone(), Effects::default());
        for message in batch {
            if !app.discards_input() {
                app.update(message.clone(), self.now, &mut effects);
                app.settle(self.now, &mut effects);
            }
        }
        // The question about another account opens by itself, once a look-up leads there.
        let is_asked = matches!(app.popup(), Some(Popup::RoutePicker(_)));
        (!is_asked).then(|| KeysResult::from_app(&app, &effects))
    }
}

/// The effect of keys: selection, marks, dialog and clipboard.
#[derive(Debug, PartialEq)]
pub(super) struct KeysResult {
    selected: (View, Pane, Option<UserName>, Option<KeyId>),
    marks: Vec<KeyId>,
    dialog: Option<(Direction, Vec<KeyId>)>,
    copied: Vec<String>,
}

impl KeysResult {
    pub(super) fn from_app(app: &App, effects: &Effects) -> Self {
        let copied = |effect: &TerminalEffect| {
            if let TerminalEffect::Copy(text) = effect { Some(text.clone()) } else { None }
        };
        let dialog = match app.popup() {
            Some(Popup::Confirm(confirm)) => Some((
                confirm.direction,
                confirm.targets.iter().map(|target| target.key.clone()).collect(),
            )),
            _ => None,
        };
        Self {
            selected: (
                app.ui.panes.view,
                app.ui.panes.focus,
                app.ui.panes.selected_user(&app.shared).cloned(),
                app.ui.panes.selected_key(&app.shared).cloned(),
            ),
            marks: app.shared.marks.iter().cloned().collect(),
            dialog,
            copied: effects.terminal.iter().filter_map(copied).collect(),
        }
    }
}
