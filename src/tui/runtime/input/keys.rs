//! Decodes characters and complete sequences into keys and clicks: those of
//! xterm, the Linux console and rxvt, and of keyboard protocols that an earlier
//! program may have left on.
//!
//! <https://invisible-island.net/xterm/ctlseqs/ctlseqs.html>,
//! <https://sw.kovidgoyal.net/kitty/keyboard-protocol/>

use crossterm::event::{
    Event, KeyCode, KeyEvent, KeyEventKind, KeyModifiers, MouseButton, MouseEvent, MouseEventKind,
};

/// Returns the key of a character, which may be a control character.
pub(super) fn character(c: char) -> KeyEvent {
    let ctrl = |byte: u8| KeyEvent::new(KeyCode::Char(char::from(byte)), KeyModifiers::CONTROL);
    match u8::try_from(c) {
        Ok(b'\r') => KeyCode::Enter.into(),
        Ok(b'\t') => KeyCode::Tab.into(),
        Ok(b'\x1b') => KeyCode::Esc.into(),
        Ok(b'\x7f') => KeyCode::Backspace.into(),
        Ok(0) => ctrl(b' '),
        Ok(byte @ 0x01..=0x1a) => ctrl(byte - 0x01 + b'a'),
        Ok(byte @ 0x1c..=0x1f) => ctrl(byte - 0x1c + b'4'),
        _ if c.is_uppercase() => KeyEvent::new(KeyCode::Char(c), KeyModifiers::SHIFT),
        _ => KeyCode::Char(c).into(),
    }
}

/// Returns a function key of the Linux console: `CSI [` and this character.
pub(super) fn console(last: char) -> Option<Event> {
    matches!(last, 'A'..='E').then(|| Event::Key(KeyCode::F(last as u8 - b'A' + 1).into()))
}

/// Decodes a key: SS3, parameters, a letter.
pub(super) fn ss3(parameters: &[u8], last: char) -> Option<Event> {
    let code = if last == 'R' { KeyCode::F(3) } else { letter(last)? };
    CsiParameters::parse(parameters)?.key_with_modifiers(code)
}

/// Decodes a key or a click: CSI, parameters with intermediates, a final
/// character.
pub(super) fn csi(parameters: &[u8], last: char) -> Option<Event> {
    if let Some(parameters) = parameters.strip_prefix(b"<") {
        let [button, column, row] = CsiParameters::parse(parameters)?.first_three()?;
        return matches!(last, 'M' | 'm').then(|| mouse(button, column, row, last == 'm'))?;
    }
    let numbers = CsiParameters::parse(parameters)?;
    match last {
        '~' => match numbers.get(0, 0)? {
            27 => numbers.key(unicode(numbers.get(2, 0)?, None, numbers.modifiers(1)?)?, 1),
            number => numbers.key(numbered(number)?, 1),
        },
        'u' => {
            numbers.key(unicode(numbers.get(0, 0)?, numbers.get(0, 1), numbers.modifiers(1)?)?, 1)
        }
        'M' => {
            let [button, column, row] = numbers.first_three()?;
            mouse(button.checked_sub(32)?, column, row, false)
        }
        _ => numbers.key_with_modifiers(letter(last)?),
    }
}

/// Decodes a click in three bytes.
pub(super) fn click(button: u8, column: u8, row: u8) -> Option<Event> {
    let [button, column, row] = [button, column, row].map(|byte| u32::from(byte).checked_sub(32));
    mouse(button?, column?, row?, false)
}

/// Returns the key of a letter after CSI or SS3. `CSI R` is missing: it reports
/// the cursor's position.
fn letter(last: char) -> Option<KeyCode> {
    Some(match last {
        'A' => KeyCode::Up,
        'B' => KeyCode::Down,
        'C' => KeyCode::Right,
        'D' => KeyCode::Left,
        'F' => KeyCode::End,
        'H' => KeyCode::Home,
        'P' => KeyCode::F(1),
        'Q' => KeyCode::F(2),
        'S' => KeyCode::F(4),
        'Z' => KeyCode::BackTab,
        _ => return None,
    })
}

/// Returns the key of a number before `~`.
fn numbered(number: u32) -> Option<KeyCode> {
    let number = u8::try_from(number).ok()?;
    Some(match number {
        1 | 7 => KeyCode::Home,
        2 => KeyCode::Insert,
        3 => KeyCode::Delete,
        4 | 8 => KeyCode::End,
        5 => KeyCode::PageUp,
        6 => KeyCode::PageDown,
        11..=15 => KeyCode::F(number - 10),
        17..=21 => KeyCode::F(number - 11),
        23..=26 => KeyCode::F(number - 12),
        28..=29 => KeyCode::F(number - 15),
        31..=34 => KeyCode::F(number - 17),
        _ => return None,
    })
}

/// Returns the key of a code point: `code` without shift, `shifted` with shift
/// if the terminal reports it.
fn unicode(code: u32, shifted: Option<u32>, modifiers: KeyModifiers) -> Option<KeyCode> {
    let shift = modifiers.contains(KeyModifiers::SHIFT);
    Some(match code {
        9 if shift => KeyCode::BackTab,
        9 => KeyCode::Tab,
        13 => KeyCode::Enter,
        27 => KeyCode::Esc,
        127 => KeyCode::Backspace,
        57376..=57398 => KeyCode::F(u8::try_from(code - 57376 + 13).ok()?),
        57399..=57408 => KeyCode::Char(char::from_digit(code - 57399, 10)?),
        57409..=57426 => KEYPAD[usize::try_from(code - 57409).ok()?],
        // Functional keys without a character.
        57344..=63743 => return None,
        _ => {
            let shown = shifted.filter(|_| shift).unwrap_or(code);
            let c = char::from_u32(shown).filter(|c| !c.is_control())?;
            KeyCode::Char(if modifiers == KeyModifiers::SHIFT { upper_case(c) } else { c })
        }
    })
}

/// The keypad, from code 57409 on.
const KEYPAD: [KeyCode; 18] = [
    KeyCode::Char('.'),
    KeyCode::Char('/'),
    KeyCode::Char('*'),
    KeyCode::Char('-'),
    KeyCode::Char('+'),
    KeyCode::Enter,
    KeyCode::Char('='),
    KeyCode::Char(','),
    KeyCode::Left,
    KeyCode::Right,
    KeyCode::Up,
    KeyCode::Down,
    KeyCode::PageUp,
    KeyCode::PageDown,
    KeyCode::Home,
    KeyCode::End,
    KeyCode::Insert,
    KeyCode::Delete,
];

fn upper_case(c: char) -> char {
    let mut upper = c.to_uppercase();
    upper.next().filter(|_| upper.next().is_none()).unwrap_or(c)
}

/// Decodes a click, a move or a turn of the wheel. Columns and rows count from 1.
fn mouse(button: u32, column: u32, row: u32, is_release: bool) -> Option<Event> {
    const SHIFT: u8 = 4;
    const ALT: u8 = 8;
    const CONTROL: u8 = 16;
    const MOVES: u8 = 32;
    let bits = u8::try_from(button).ok()?;
    let kind = match (bits & !(SHIFT | ALT | CONTROL | MOVES), bits & MOVES != 0) {
        (pressed @ 0..=2, moves) => {
            let button =
                [MouseButton::Left, MouseButton::Middle, MouseButton::Right][usize::from(pressed)];
            match (moves, is_release) {
                (true, _) => MouseEventKind::Drag(button),
                (false, true) => MouseEventKind::Up(button),
                (false, false) => MouseEventKind::Down(button),
            }
        }
        // The report does not name the released button.
        (3, false) => MouseEventKind::Up(MouseButton::Left),
        (3 | 64 | 65, true) => MouseEventKind::Moved,
        (64, false) => MouseEventKind::ScrollUp,
        (65, false) => MouseEventKind::ScrollDown,
        (66, false) => MouseEventKind::ScrollLeft,
        (67, false) => MouseEventKind::ScrollRight,
        _ => return None,
    };
    let held =
        [(SHIFT, KeyModifiers::SHIFT), (ALT, KeyModifiers::ALT), (CONTROL, KeyModifiers::CONTROL)];
    let modifiers =
        held.iter().filter(|(bit, _)| bits & bit != 0).map(|(_, modifier)| *modifier).collect();
    let cell = |number: u32| u16::try_from(number).ok()?.checked_sub(1);
    Some(Event::Mouse(MouseEvent { kind, column: cell(column)?, row: cell(row)?, modifiers }))
}

/// Parameters: numbers separated by semicolons, with parts separated by colons.
#[derive(Clone, Copy)]
struct CsiParameters<'a>(&'a [u8]);

impl<'a> CsiParameters<'a> {
    /// Parses parameters. Returns `None` if they contain anything but numbers.
    fn parse(parameters: &'a [u8]) -> Option<Self> {
        parameters
            .iter()
            .all(|byte| matches!(byte, b'0'..=b'9' | b';' | b':'))
            .then_some(Self(parameters))
    }

    /// Returns a part of a number; `None` if it is missing.
    fn get(self, number: usize, part: usize) -> Option<u32> {
        let number = self.0.split(|byte| *byte == b';').nth(number)?;
        let digits = number.split(|byte| *byte == b':').nth(part)?;
        let add =
            |sum: u32, digit: &u8| sum.saturating_mul(10).saturating_add(u32::from(digit - b'0'));
        (!digits.is_empty()).then(|| digits.iter().fold(0, add))
    }

    fn first_three(self) -> Option<[u32; 3]> {
        Some([self.get(0, 0)?, self.get(1, 0)?, self.get(2, 0)?])
    }

    /// Decodes a modifier parameter: the sum of the modifiers' bits plus one.
    /// Ignores caps lock and num lock.
    fn modifiers(self, number: usize) -> Option<KeyModifiers> {
        let bits = u8::try_from(self.get(number, 0).unwrap_or(1).saturating_sub(1)).ok()?;
        let held = [
            (1, KeyModifiers::SHIFT),
            (2, KeyModifiers::ALT),
            (4, KeyModifiers::CONTROL),
            (8, KeyModifiers::SUPER),
            (16, KeyModifiers::HYPER),
            (32, KeyModifiers::META),
        ];
        Some(
            held.iter().filter(|(bit, _)| bits & bit != 0).map(|(_, modifier)| *modifier).collect(),
        )
    }

    /// Returns the key with the modifiers in that number; the part after them is
    /// the event type: press, repeat or release.
    fn key(self, code: KeyCode, number: usize) -> Option<Event> {
        let modifiers = self.modifiers(number)?;
        let shift = if code == KeyCode::BackTab { KeyModifiers::SHIFT } else { KeyModifiers::NONE };
        let kind = match self.get(number, 1) {
            Some(2) => KeyEventKind::Repeat,
            Some(3) => KeyEventKind::Release,
            _ => KeyEventKind::Press,
        };
        Some(Event::Key(KeyEvent::new_with_kind(code, modifiers | shift, kind)))
    }

    /// Returns the key of a final letter, with the modifiers in the second number
    /// or the only one.
    fn key_with_modifiers(self, code: KeyCode) -> Option<Event> {
        self.key(code, usize::from(self.0.contains(&b';')))
    }
}
