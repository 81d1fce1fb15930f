//! Keys as they are pressed, and which of them does what: by the table, and by
//! the user's own bindings.

use crossterm::event::{KeyCode, KeyEvent, KeyModifiers};

use crate::tui::keymap::{ACTIONS, Action};

/// Keys that keep what they do: those of dialogs, so that nobody learns to
/// press them for something else, and the one that always leaves.
const RESERVED_KEYS: [&str; 5] = ["y", "n", "esc", "enter", "ctrl-c"];

/// A key as it is pressed: a character or a named key, and whether ctrl is
/// held.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(crate) struct Key {
    code: KeyCode,
    ctrl: bool,
}

impl Key {
    /// The key of a terminal's event; shift is in the character itself.
    pub(crate) fn of(event: &KeyEvent) -> Self {
        Self { code: event.code, ctrl: event.modifiers.contains(KeyModifiers::CONTROL) }
    }

    /// The key as the table and the config file spell it: `t`, `G`, `ctrl-a`,
    /// `pagedown`.
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
        Some(Self { code, ctrl })
    }
}

/// A function key, or a single character.
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

/// Which key does what.
#[derive(Clone, Debug)]
pub(crate) struct Keymap {
    /// Each key as it is spelled, in the order in which they were given.
    bindings: Vec<(Key, String, Action)>,
}

/// Why a binding is refused.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct BindingError {
    /// Which of the bindings, counted from 0.
    pub binding: usize,
    /// What is wrong with it, and what is possible.
    pub reason: String,
}

impl Default for Keymap {
    fn default() -> Self {
        let bindings = ACTIONS.iter().flat_map(|command| {
            let bind = |key: &&str| Some((Key::parse(key)?, (*key).to_owned(), command.action));
            command.keys.iter().filter_map(bind)
        });
        Self { bindings: bindings.collect() }
    }
}

impl Keymap {
    /// What the key does, if it does anything.
    pub(crate) fn action(&self, event: &KeyEvent) -> Option<Action> {
        self.bound_to(Key::of(event))
    }

    /// The keys that do it, as they are spelled.
    pub(crate) fn keys(&self, action: Action) -> impl Iterator<Item = &str> {
        self.bindings
            .iter()
            .filter(move |(_, _, bound)| *bound == action)
            .map(|(_, name, _)| name.as_str())
    }

    /// The table's keys, with the user's own in the place of those of the
    /// actions that are named. Each binding is an action's name and its keys.
    ///
    /// # Errors
    /// The first binding that is wrong.
    pub(crate) fn with<'a>(
        bindings: impl Iterator<Item = (&'a str, &'a [String])>,
    ) -> Result<Self, BindingError> {
        let mut actions = Vec::new();
        for (binding, (name, keys)) in bindings.enumerate() {
            let Some(command) = ACTIONS.iter().find(|command| command.name == name) else {
                let names: Vec<_> = ACTIONS.iter().map(|command| command.name).collect();
                let reason = format!("there is no action “{name}”, they are {}", names.join(", "));
                return Err(BindingError { binding, reason });
            };
            actions.push((binding, command.action, keys));
        }
        let mut keymap = Self::default();
        keymap.bindings.retain(|(_, key, bound)| {
            RESERVED_KEYS.contains(&key.as_str())
                || actions.iter().all(|(_, action, _)| action != bound)
        });
        for (binding, action, keys) in actions {
            for key in keys {
                keymap.bind(action, key).map_err(|reason| BindingError { binding, reason })?;
            }
        }
        Ok(keymap)
    }

    fn bind(&mut self, action: Action, name: &str) -> Result<(), String> {
        let Some(key) = Key::parse(name) else {
            return Err(format!(
                "there is no key “{name}”; a key is a character, ctrl- and a letter, f1 to f12, or one of space, tab, \
                 up, down, left, right, home, end, pageup, pagedown, delete, backspace"
            ));
        };
        match self.bound_to(key) {
            Some(bound) if bound == action => return Ok(()),
            _ if RESERVED_KEYS.iter().any(|fixed| Key::parse(fixed) == Some(key)) => {
                return Err(format!(
                    "{name} can't be given away: dialogs and leaving need y, n, esc, enter, ctrl-c"
                ));
            }
            Some(bound) => {
                let other = ACTIONS
                    .iter()
                    .find(|command| command.action == bound)
                    .map_or("", |command| command.name);
                return Err(format!(
                    "{name} is a key of “{other}” already; give that action other keys first"
                ));
            }
            None => {}
        }
        self.bindings.push((key, name.to_owned(), action));
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
    fn every_key_of_the_table_can_be_pressed_and_does_one_thing() {
        let mut seen = HashSet::new();
        for command in ACTIONS {
            for name in command.keys {
                let key = Key::parse(name).unwrap_or_else(|| panic!("{name} is no key"));
                assert!(seen.insert(key), "{name} is bound twice");
            }
        }
    }

    #[test]
    fn every_command_has_a_name_of_its_own_and_words() {
        let names: HashSet<_> = ACTIONS.iter().map(|command| command.name).collect();
        assert_eq!(names.len(), ACTIONS.len());
        assert!(
            ACTIONS.iter().all(|command| !command.help.is_empty() && !command.label.is_empty())
        );
    }

    #[test]
    fn bindings_take_the_place_of_the_table_s_but_for_the_fixed_ones() {
        let keymap =
            with(&[("sort", &["o", "f2"]), ("reverse", &["s"]), ("quit", &["Q"])]).unwrap();
        assert_eq!(press(&keymap, KeyCode::Char('o')), Some(Action::Sort));
        assert_eq!(press(&keymap, KeyCode::Char('s')), Some(Action::Reverse));
        assert_eq!(press(&keymap, KeyCode::Char('S')), None);
        assert_eq!(press(&keymap, KeyCode::Char('q')), None);
        let ctrl_c = KeyEvent::new(KeyCode::Char('c'), KeyModifiers::CONTROL);
        assert_eq!(keymap.action(&ctrl_c), Some(Action::Quit));
        assert_eq!(keymap.keys(Action::Sort).collect::<Vec<_>>(), ["o", "f2"]);
    }

    #[test]
    fn wrong_bindings_are_refused_with_the_reason() {
        for (name, keys, reason) in [
            ("explode", &["x"], "there is no action “explode”"),
            ("sort", &["hyper-x"], "there is no key “hyper-x”"),
            ("sort", &["r"], "r is a key of “refresh” already"),
            ("sort", &["y"], "y can't be given away"),
            ("sort", &["n"], "n can't be given away"),
            ("toggle", &["enter"], "enter can't be given away"),
        ] {
            let fault = with(&[("quit", &["Q"]), (name, keys)]).unwrap_err();
            assert_eq!(fault.binding, 1);
            assert!(fault.reason.starts_with(reason), "{}", fault.reason);
        }
        let twice = with(&[("filter", &["x"]), ("sort", &["x"])]).unwrap_err();
        assert!(twice.reason.contains("“filter” already"), "{}", twice.reason);
        assert!(with(&[("copy-id", &["y", "c"])]).is_ok());
    }

    proptest! {
        #[test]
        fn any_bindings_are_refused_or_give_each_key_one_meaning_and_leave_the_fixed_ones(
            bindings in prop::collection::vec(
                (0..ACTIONS.len(), prop::collection::vec("(ctrl-)?([a-zA-Z#é]|f[0-9]{1,2}|space|tab|esc|enter|.{0,3})", 0..3)),
                0..5,
            ),
        ) {
            let bindings: Vec<_> = bindings.into_iter().map(|(command, keys)| (ACTIONS[command].name, keys)).collect();
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
                Err(fault) => prop_assert!(fault.binding < count && !fault.reason.is_empty()),
            }
        }
    }
}
