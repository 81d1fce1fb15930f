//! Keys that arrive with alt.

use crossterm::event::{KeyCode, KeyEvent, KeyModifiers};

/// Splits alt and a key into esc and that key.
///
/// Terminals send alt as a leading esc byte, so esc followed quickly by `d` is read as alt-d. No
/// key is bound with alt, and a key typed after esc must not act on what esc has closed: both are
/// handled, in order. Alt-backspace is left to text inputs, where it deletes a word.
pub(crate) fn split_alt(key: KeyEvent) -> impl Iterator<Item = KeyEvent> {
    let sent_behind_esc = matches!(key.code, KeyCode::Char(_) | KeyCode::Enter | KeyCode::Tab);
    let is_two = sent_behind_esc && key.modifiers.contains(KeyModifiers::ALT);
    let alone = KeyEvent { modifiers: key.modifiers.difference(KeyModifiers::ALT), ..key };
    let esc = is_two.then(|| KeyEvent::from(KeyCode::Esc));
    esc.into_iter().chain([if is_two { alone } else { key }])
}
