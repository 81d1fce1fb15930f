//! Key names, and the bindings of keys to actions: the defaults of the table and
//! the user's own.

use crossterm::event::{KeyCode, KeyEvent, KeyModifiers};
use thiserror::Error;

use crate::tui::keymap::{ACTIONS, Action};

/// Keys that cannot be rebound: those of dialogs, so that nobody gets used to
/// pressing them for something else, and `ctrl-c`, which always closes the popup or quits.
const RESERVED_KEYS: [&str; 5] = ["y", "n", "esc", "enter", "ctrl-c"];

/// A key press: a character or a named key, with or without ctrl.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(crate) struct Key {
    code: KeyCode,
    ctrl: bool,
}

impl Key {
    /// Returns the key of a terminal event; shift is part of the character.
    pub(crate) fn from_event(event: &KeyEvent) -> Self {
        Self { code: event.code, ctrl: event.modifiers.contains(KeyModifiers::CONTROL) }
    }

    /// Parses a key as the table and the configuration file spell it: `t`, `G`,
    /// `ctrl-a`, `pagedown`.
    pub(crate) fn parse(text: &str) -> Option<Self> {
        let (ctrl, name) = match text.strip_prefix("ctrl-") {
            Some(name) => (true, name),
            None => (false, text),
        };
        let code = match name {
            "enter" => KeyCode::Enter,
            "esc" => KeyCode::Esc,
            "tab" => KeyCode::Tab,
            "space" => KeyCode::Char(' '),
            "up" => KeyCode::Up,
            "down" => KeyCode::Down,
            "left" => KeyCode::Left,
            "right" => KeyCode::Right,
            "home" => KeyCode::Home,
            "end" => KeyCode::End,
            "pageup" => KeyCode::PageUp,
            "pagedown" => KeyCode::PageDown,
            "delete" => KeyCode::Delete,
            "backspace" => KeyCode::Backspace,
            _ => code_of(name)?,
        };
        let code = match code {
            // Terminals send the same for both cases.
            KeyCode::Char(letter) if ctrl => KeyCode::Char(letter.to_ascii_lowercase()),
            code => code,
        };
        Some(Self { code, ctrl })
    }

    /// Returns the named key that terminals send for this one, if it is another.
    fn sent_as(self) -> Option<&'static str> {
        match self.code {
            KeyCode::Char('i') if self.ctrl => Some("tab"),
            KeyCode::Char('m') if self.ctrl => Some("enter"),
            KeyCode::Char('[') if self.ctrl => Some("esc"),
            _ => None,
        }
    }
}

/// Parses a function key or a single character.
fn code_of(name: &str) -> Option<KeyCode> {
    let function = name
        .strip_prefix('f')
        .and_then(|number| number.parse().ok())
        .filter(|number| (1..=12).contains(number));
    if let Some(number) = function {
        return Some(KeyCode::F(number));
    }
    let mut characters = name.chars();
    let only = characters.next()?;
    characters.next().is_none().then_some(KeyCode::Char(only))
}

/// The bindings of keys to actions.
#[derive(Clone, Debug)]
pub(crate) struct Keymap {
    /// Each key with its spelling, in the order of the bindings.
    bindings: Vec<(Key, String, Action)>,
}

/// An invalid binding.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct BindingError {
    /// Index of the binding, from 0.
    pub binding: usize,
    /// The reason.
    pub kind: BindingErrorKind,
}

/// The reason why a binding is invalid; the text includes the valid values.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
pub(crate) enum BindingErrorKind {
    /// There is no action of this name.
    #[error(
        "unknown action “{}”; the actions are {}",
        .0,
        ACTIONS.iter().map(|spec| spec.name).collect::<Vec<_>>().join(", ")
    )]
    UnknownAction(String),
    /// There is no key of this name.
    #[error(
        "unknown key “{0}”; a key is a character, ctrl- and a letter, f1 to f12, or one of space, \
         tab, up, down, left, right, home, end, pageup, pagedown, delete, backspace"
    )]
    UnknownKey(String),
    /// Terminals send another key for it.
    #[error("{0} cannot be bound: terminals send {1} for it")]
    NeverSent(String, &'static str),
    /// The key is reserved.
    #[error("{0} cannot be rebound: dialogs and quitting need y, n, esc, enter and ctrl-c")]
    Reserved(String),
    /// The key already has this action.
    #[error("{0} is already bound to “{1}”; give that action other keys first")]
    Taken(String, &'static str),
}

impl Default for Keymap {
    fn default() -> Self {
        let bindings = ACTIONS.iter().flat_map(|spec| {
            let bind = |key: &&str| Some((Key::parse(key)?, (*key).to_owned(), spec.action));
            spec.keys.iter().filter_map(bind)
        });
        Self { bindings: bindings.collect() }
    }
}

impl Keymap {
    /// Returns the action of the key, if it is bound.
    pub(crate) fn action(&self, event: &KeyEvent) -> Option<Action> {
        self.bound_to(Key::from_event(event))
    }

    /// Returns the keys of the action, as they are spelled.
    pub(crate) fn keys(&self, action: Action) -> impl Iterator<Item = &str> {
        self.bindings
            .iter()
            .filter(move |(_, _, bound)| *bound == action)
            .map(|(_, name, _)| name.as_str())
    }

    /// Returns the first key of the action; its name if no key is bound.
    pub(crate) fn key_for(&self, action: Action) -> &str {
        self.keys(action).next().unwrap_or(action.spec().name)
    }

    /// Returns the action of a key in a popup with a text input; `None` for a key that types a
    /// character.
    pub(crate) fn action_beside_text(&self, event: &KeyEvent) -> Option<Action> {
        let types_character = matches!(event.code, KeyCode::Char(_))
            && !event.modifiers.contains(KeyModifiers::CONTROL);
        if types_character { None } else { self.action(event) }
    }

    /// Returns the first key of the action that types no character; arrow keys as arrows.
    pub(crate) fn key_beside_text(&self, action: Action) -> Option<&str> {
        let key = self.keys(action).find(|key| key.chars().count() > 1 && *key != "space")?;
        Some(match key {
            "down" => "↓",
            "up" => "↑",
            other => other,
        })
    }

    /// Returns the default keymap with the keys of the named actions replaced.
    /// Each binding is an action's name and its keys.
    ///
    /// # Errors
    /// Returns the first invalid binding.
    pub(crate) fn with<'a>(
        bindings: impl Iterator<Item = (&'a str, &'a [String])>,
    ) -> Result<Self, BindingError> {
        let mut actions = Vec::new();
        for (binding, (name, keys)) in bindings.enumerate() {
            let Some(spec) = ACTIONS.iter().find(|spec| spec.name == name) else {
                let kind = BindingErrorKind::UnknownAction(name.to_owned());
                return Err(BindingError { binding, kind });
            };
            actions.push((binding, spec.action, keys));
        }
        let mut keymap = Self::default();
        keymap.bindings.retain(|(_, key, bound)| {
            RESERVED_KEYS.contains(&key.as_str())
                || actions.iter().all(|(_, action, _)| action != bound)
        });
        for (binding, action, keys) in actions {
            for key in keys {
                keymap.bind(action, key).map_err(|kind| BindingError { binding, kind })?;
            }
        }
        Ok(keymap)
    }

    fn bind(&mut self, action: Action, name: &str) -> Result<(), BindingErrorKind> {
        let key = Key::parse(name).ok_or_else(|| BindingErrorKind::UnknownKey(name.to_owned()))?;
        if let Some(sent) = key.sent_as() {
            return Err(BindingErrorKind::NeverSent(name.to_owned(), sent));
        }
        match self.bound_to(key) {
            Some(bound) if bound == action => return Ok(()),
            _ if RESERVED_KEYS.iter().any(|fixed| Key::parse(fixed) == Some(key)) => {
                return Err(BindingErrorKind::Reserved(name.to_owned()));
            }
            Some(bound) => {
                return Err(BindingErrorKind::Taken(name.to_owned(), bound.spec().name));
            }
            None => {}
        }
        let name = if key.ctrl { name.to_ascii_lowercase() } else { name.to_owned() };
        self.bindings.push((key, name, action));
        Ok(())
    }

    fn bound_to(&self, key: Key) -> Option<Action> {
        self.bindings.iter().find(|(bound, ..)| *bound == key).map(|(.., action)| *action)
    }
}

#[cfg(test)]
mod tests {
    use std::collections::HashSet;

    use proptest::prelude::*;

    use super::*;

    fn with(bindings: &[(&str, &[&str])]) -> Result<Keymap, BindingError> {
        let owned: Vec<(&str, Vec<String>)> = bindings
            .iter()
            .map(|(name, keys)| (*name, keys.iter().map(|key| (*key).to_owned()).collect()))
            .collect();
        Keymap::with(owned.iter().map(|(name, keys)| (*name, keys.as_slice())))
    }

    fn press(keymap: &Keymap, code: KeyCode) -> Option<Action> {
        keymap.action(&KeyEvent::new(code, KeyModifiers::NONE))
    }

    #[test]
    fn every_default_key_is_valid_and_bound_once() {
        let mut seen = HashSet::new();
        for spec in ACTIONS {
            for name in spec.keys {
                let key = Key::parse(name).unwrap_or_else(|| panic!("{name} is no key"));
                assert!(seen.insert(key), "{name} is bound twice");
            }
        }
    }

    #[test]
    fn every_action_has_a_unique_name_a_label_and_a_description() {
        let names: HashSet<_> = ACTIONS.iter().map(|spec| spec.name).collect();
        assert_eq!(names.len(), ACTIONS.len());
        assert!(ACTIONS.iter().all(|spec| !spec.help.is_empty() && !spec.label.is_empty()));
    }

    #[test]
    fn bindings_replace_the_defaults_except_for_reserved_keys() {
        let keymap =
            with(&[("sort", &["z", "f2"]), ("reverse", &["s"]), ("quit", &["Q"])]).unwrap();
        assert_eq!(press(&keymap, KeyCode::Char('z')), Some(Action::Sort));
        assert_eq!(press(&keymap, KeyCode::Char('s')), Some(Action::Reverse));
        assert_eq!(press(&keymap, KeyCode::Char('S')), None);
        assert_eq!(press(&keymap, KeyCode::Char('q')), None);
        let ctrl_c = KeyEvent::new(KeyCode::Char('c'), KeyModifiers::CONTROL);
        assert_eq!(keymap.action(&ctrl_c), Some(Action::Quit));
        assert_eq!(keymap.keys(Action::Sort).collect::<Vec<_>>(), ["z", "f2"]);
    }

    #[test]
    fn invalid_bindings_are_refused_with_the_reason() {
        for (name, keys, reason) in [
            ("explode", &["x"], "unknown action “explode”"),
            ("sort", &["hyper-x"], "unknown key “hyper-x”"),
            ("sort", &["r"], "r is already bound to “refresh”"),
            ("sort", &["y"], "y cannot be rebound"),
            ("sort", &["n"], "n cannot be rebound"),
            ("toggle", &["enter"], "enter cannot be rebound"),
            ("sort", &["ctrl-i"], "ctrl-i cannot be bound: terminals send tab for it"),
            ("sort", &["ctrl-M"], "ctrl-M cannot be bound: terminals send enter for it"),
            ("sort", &["ctrl-["], "ctrl-[ cannot be bound: terminals send esc for it"),
        ] {
            let fault = with(&[("quit", &["Q"]), (name, keys)]).unwrap_err();
            assert_eq!(fault.binding, 1);
            assert!(fault.kind.to_string().starts_with(reason), "{}", fault.kind);
        }
        let twice = with(&[("filter", &["x"]), ("sort", &["x"])]).unwrap_err();
        assert_eq!(twice.kind, BindingErrorKind::Taken("x".to_owned(), "filter"));
        assert!(with(&[("copy-id", &["y", "x"])]).is_ok());
    }

    #[test]
    fn the_case_of_a_letter_with_ctrl_is_ignored() {
        let keymap = with(&[("sort", &["ctrl-X"])]).unwrap();
        let ctrl_x = KeyEvent::new(KeyCode::Char('x'), KeyModifiers::CONTROL);
        assert_eq!(keymap.action(&ctrl_x), Some(Action::Sort));
        assert!(with(&[("sort", &["ctrl-A"])]).is_err(), "it is bound already");
    }

    proptest! {
        #[test]
        fn any_bindings_are_refused_or_unambiguous(
            bindings in prop::collection::vec(
                (0..ACTIONS.len(), prop::collection::vec("(ctrl-)?([a-zA-Z#é]|f[0-9]{1,2}|space|tab|esc|enter|.{0,3})", 0..3)),
                0..5,
            ),
        ) {
            let bindings: Vec<_> = bindings.into_iter().map(|(row, keys)| (ACTIONS[row].name, keys)).collect();
            let count = bindings.len();
            match Keymap::with(bindings.iter().map(|(name, keys)| (*name, keys.as_slice()))) {
                Ok(keymap) => {
                    let keys: HashSet<_> = keymap.bindings.iter().map(|(key, ..)| *key).collect();
                    prop_assert_eq!(keys.len(), keymap.bindings.len());
                    let usual = Keymap::default();
                    for fixed in RESERVED_KEYS.iter().filter_map(|fixed| Key::parse(fixed)) {
                        prop_assert_eq!(keymap.bound_to(fixed), usual.bound_to(fixed));
                    }
                }
                Err(fault) => prop_assert!(fault.binding < count),
            }
        }
    }
}
