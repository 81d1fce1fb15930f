//! A parser of ECMA-48 control sequences: bytes and times in, events out. It
//! drops everything that is not a key, a paste or a click: reports of the
//! terminal, strings, incomplete and unknown sequences.
//!
//! <https://ecma-international.org/publications-and-standards/standards/ecma-48/>

use std::collections::VecDeque;
use std::time::Duration;

use crossterm::event::{Event, KeyCode, KeyEvent, KeyModifiers};
use tokio::time::Instant;

use crate::tui::runtime::input::keys;
use crate::tui::runtime::input::paste::{Chunk, Paste};
use crate::tui::runtime::input::utf8_decoder::Utf8Decoder;

/// Time after which a lone ESC is the esc key, not the start of a sequence.
pub(super) const ESC_TIMEOUT: Duration = Duration::from_millis(50);

/// Silence after which a sequence is incomplete, and what follows are keys.
pub(super) const SEQUENCE_TIMEOUT: Duration = Duration::from_millis(250);

/// Maximum length of a sequence, in bytes; those of keys are shorter.
const MAX_SEQUENCE_BYTES: usize = 64;

/// Maximum number of events held back until the meaning of an ESC is known.
const MAX_EVENTS_HELD: usize = 1000;

const ETX: char = '\x03';
const BEL: char = '\x07';
const CAN: char = '\x18';
const SUB: char = '\x1a';
const ESC: char = '\x1b';
/// The one-character form of ST.
const ST: char = '\u{9c}';

/// The state of the parser: what the next character belongs to.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
enum ParserState {
    /// No sequence: it is a key.
    #[default]
    Ground,
    /// After ESC, which may end a string.
    Escape { in_string: bool },
    /// In a control sequence.
    Csi,
    /// In a key that begins with SS3.
    Ss3,
    /// After `CSI [`: a function key of the Linux console.
    Console,
    /// After `CSI M`: a click in three bytes.
    Click,
    /// In DCS, OSC, SOS, PM or APC. BEL ends only OSC.
    String { bell_ends: bool },
    /// In a bracketed paste.
    Paste,
}

/// Parses the terminal's bytes into events.
#[derive(Debug, Default)]
pub(super) struct Parser {
    state: ParserState,
    characters: Utf8Decoder,
    /// The parameters and intermediates so far, or the bytes of a click.
    sequence: Vec<u8>,
    paste: Paste,
    paste_was_cut: bool,
    events: VecDeque<Event>,
    deadline: Option<Instant>,
}

impl Parser {
    /// Returns the next event; `None` while the meaning of a later ESC is not
    /// known, so that keys pressed together are handled together.
    pub(super) fn next(&mut self) -> Option<Event> {
        let is_unclear =
            matches!(self.state, ParserState::Escape { .. }) && self.events.len() < MAX_EVENTS_HELD;
        if is_unclear { None } else { self.events.pop_front() }
    }

    /// Returns the time at which to call [`Self::on_timeout`] if no more bytes arrive.
    pub(super) fn deadline(&self) -> Option<Instant> {
        self.deadline
    }

    /// Returns true once after a paste was cut.
    pub(super) fn paste_was_cut(&mut self) -> bool {
        std::mem::take(&mut self.paste_was_cut)
    }

    /// Parses bytes that arrived at that time.
    pub(super) fn feed(&mut self, bytes: &[u8], now: Instant) {
        if bytes.is_empty() {
            return;
        }
        let chunk = if self.state == ParserState::Paste {
            self.paste.chunk(bytes, now)
        } else {
            Chunk::Text
        };
        if chunk == Chunk::Keys {
            self.abandon();
        }
        for &byte in bytes {
            self.take(byte);
        }
        let pause = match self.state {
            ParserState::Escape { .. } => Some(ESC_TIMEOUT),
            ParserState::Paste => {
                self.paste.begin(now);
                (chunk == Chunk::MaybeEsc).then_some(ESC_TIMEOUT)
            }
            ParserState::Ground => None,
            _ => Some(SEQUENCE_TIMEOUT),
        };
        self.deadline = pause.map(|pause| now + pause);
    }

    /// Ends an incomplete sequence if its time is over.
    pub(super) fn on_timeout(&mut self, now: Instant) {
        if self.deadline.is_none_or(|deadline| now < deadline) {
            return;
        }
        if matches!(self.state, ParserState::Escape { .. } | ParserState::Paste) {
            self.press(KeyCode::Esc.into());
        }
        self.abandon();
    }

    /// Drops an incomplete sequence.
    fn abandon(&mut self) {
        self.state = ParserState::Ground;
        self.characters = Utf8Decoder::default();
        self.paste = Paste::default();
        self.deadline = None;
    }

    fn take(&mut self, byte: u8) {
        let is_abort_byte = matches!(char::from(byte), ESC | ETX | CAN | SUB);
        match self.state {
            ParserState::Paste if self.paste.push(byte) => {
                let (text, is_cut) = std::mem::take(&mut self.paste).finish();
                self.paste_was_cut |= is_cut;
                self.events.push_back(Event::Paste(text));
                self.state = ParserState::Ground;
            }
            ParserState::Paste => {}
            ParserState::Click if !is_abort_byte => self.take_click(byte),
            _ => {
                if let Some(c) = self.characters.push(byte) {
                    self.take_character(c);
                }
            }
        }
    }

    fn take_character(&mut self, c: char) {
        match (self.state, c) {
            (ParserState::Escape { in_string }, _) => self.take_escaped(c, in_string),
            (state, ESC) => {
                self.state =
                    ParserState::Escape { in_string: matches!(state, ParserState::String { .. }) }
            }
            (ParserState::Ground, '\u{80}'..='\u{9f}') => self.open(c),
            (ParserState::Ground, _) => self.press(keys::character(c)),
            (_, ETX) => self.end(Some(Event::Key(keys::character(c)))),
            (_, CAN | SUB)
            | (ParserState::String { .. }, ST)
            | (ParserState::String { bell_ends: true }, BEL) => self.end(None),
            // Other control characters within a sequence are ignored.
            (ParserState::String { .. }, _) | (_, '\0'..' ' | '\x7f') => {}
            (_, '\u{80}'..='\u{9f}') => self.open(c),
            // A key: terminals do not send this within a sequence.
            (_, '\u{a0}'..) => self.end(Some(Event::Key(keys::character(c)))),
            (ParserState::Csi, _) => self.take_csi(c),
            (ParserState::Ss3, _) => self.take_ss3(c),
            (ParserState::Console, _) => self.end(keys::console(c)),
            // Handled byte by byte in `take`.
            (ParserState::Click | ParserState::Paste, _) => {}
        }
    }

    /// Handles a character after ESC: the start of a sequence, or a key with alt.
    fn take_escaped(&mut self, c: char, in_string: bool) {
        self.state = ParserState::Ground;
        match c {
            ESC => {
                self.press(KeyCode::Esc.into());
                self.state = ParserState::Escape { in_string: false };
            }
            '\\' if in_string => {}
            'O' | 'P' | 'X' | '[' | ']' | '^' | '_' => self.open(char::from(c as u8 + 0x40)),
            '\u{80}'..='\u{9f}' => {
                self.press(KeyCode::Esc.into());
                self.open(c);
            }
            _ => {
                let key = keys::character(c);
                self.press(KeyEvent { modifiers: key.modifiers | KeyModifiers::ALT, ..key });
            }
        }
    }

    /// Starts the sequence of a C1 control character.
    fn open(&mut self, control: char) {
        self.sequence.clear();
        self.state = match control {
            '\u{8f}' => ParserState::Ss3,
            '\u{90}' | '\u{98}' | '\u{9e}' | '\u{9f}' => ParserState::String { bell_ends: false },
            '\u{9b}' => ParserState::Csi,
            '\u{9d}' => ParserState::String { bell_ends: true },
            _ => ParserState::Ground,
        };
    }

    fn take_csi(&mut self, c: char) {
        match (c, self.sequence.as_slice()) {
            (' '..='?', _) => self.keep(c),
            ('M', b"") => self.state = ParserState::Click,
            ('[', b"") => self.state = ParserState::Console,
            ('~', b"200") => self.state = ParserState::Paste,
            (_, parameters) if parameters.len() < MAX_SEQUENCE_BYTES => {
                self.end(keys::csi(parameters, c));
            }
            _ => self.end(None),
        }
    }

    fn take_ss3(&mut self, c: char) {
        match c {
            '0'..='9' | ';' => self.keep(c),
            _ => self.end(keys::ss3(&self.sequence, c)),
        }
    }

    fn take_click(&mut self, byte: u8) {
        self.sequence.push(byte);
        if let [button, column, row] = *self.sequence {
            self.end(keys::click(button, column, row));
        }
    }

    /// Adds a parameter or intermediate.
    fn keep(&mut self, c: char) {
        if self.sequence.len() < MAX_SEQUENCE_BYTES {
            self.sequence.push(c as u8);
        }
    }

    /// Ends the sequence with this event, if it has one.
    fn end(&mut self, event: Option<Event>) {
        self.state = ParserState::Ground;
        self.events.extend(event);
    }

    fn press(&mut self, key: KeyEvent) {
        self.events.push_back(Event::Key(key));
    }

    /// Returns the memory in use, in bytes and events.
    #[cfg(test)]
    pub(super) fn kept(&self) -> usize {
        self.sequence.capacity() + self.paste.kept() + self.events.len()
    }
}
