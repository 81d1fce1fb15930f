//! The table of actions and their keys. Key dispatch, the footer, the help, the command palette and
//! the table in docs/screen.md are all derived from it.

mod action;
mod bindings;

pub(crate) use action::{ACTIONS, Action, ActionSpec, Topic};
pub(crate) use bindings::Keymap;

use crossterm::event::{KeyCode, KeyEvent, KeyModifiers};

/// Returns whether the key is `ctrl-c`.
pub(crate) fn is_ctrl_c(key: &KeyEvent) -> bool {
    key.code == KeyCode::Char('c') && key.modifiers.contains(KeyModifiers::CONTROL)
}
