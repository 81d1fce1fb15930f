//! Events of a screen as lines of text, so that a failed run is a file that can
//! be read, shortened and replayed. Numbers choose among what exists at that
//! moment, so that every part of a run is a valid run.

use std::fmt;

use crate::tui::keymap::ACTIONS;

/// An event.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct ModelEvent {
    /// Its kind, as an index into [`KINDS`].
    kind: usize,
    /// Chooses its object.
    pub n: u32,
    /// Chooses its variant.
    pub m: u32,
    /// True if the next event arrives in the same batch.
    pub joined: bool,
}

/// The kinds of events and their relative frequencies.
const KINDS: &[(&str, u32)] = &[
    ("key", 30),      // one of the keys of the table and of dialogs
    ("press", 14),    // one of those that lead to changes
    ("type", 2),      // a word, key by key
    ("at-once", 5),   // a few keys in one batch
    ("change", 5),    // a change or several, from the list to the confirmation
    ("watch", 1),     // the changed keys, while somebody uses one
    ("linger", 2),    // a change whose dialog stays open for a while
    ("comply", 6),    // whatever the dialog asks for, as a person would
    ("paste", 2),     // text in brackets
    ("paste-raw", 1), // the same without brackets, in one piece
    ("mouse", 3),     // a click or the wheel, anywhere
    ("resize", 3),    // of the terminal
    ("wait", 12),     // so many milliseconds, waking at each deadline
    ("hold", 3),      // the same, held up: no deadline was heeded
    ("clock", 1),     // the wall clock is set forward or back
    ("answer", 34),   // to any read that is out, as the account is now
    ("answers", 6),   // to all reads that are out
    ("stale", 3),     // the account as it was before its last change
    ("fail", 6),      // any read that is out, in any way
    ("repeat", 2),    // an answer that has come before
    ("foreign", 1),   // an answer to another session
    ("step", 6),      // of a change in flight
    ("receipt", 12),  // of a change in flight, with any outcome
    ("elsewhere", 3), // somebody else changes, makes, uses or deletes a key
    ("session", 5),   // of the session shown, or of another
    ("renewed", 2),   // its credentials, by another key of the same caller
    ("turned", 1),    // its credentials have become somebody else's
    ("recovery", 1),  // of unfinished changes
    ("throttled", 1), // the service asks to go slower
    ("profile", 1),   // a change to another profile
    ("journal", 1),   // the journal's lines
    ("signal", 1),    // of the system
];

/// Texts that a user or a clipboard can type.
pub(super) const WORDS: &[&str] = &[
    "y",
    "yy",
    "ty",
    "dy",
    "security",
    "status:active",
    "bob",
    "zzz",
    "UNWRITTEN",
    "unwritten 2",
    "2",
    "3",
    "prod",
];

/// Keys of the dialogs, and the digits of a code.
const DIALOG_KEYS: &[&str] =
    &["y", "n", "enter", "esc", "tab", "backtab", "up", "down", "left", "right", "backspace"];
const CHANGING_KEYS: &[&str] =
    &["t", "d", "a", "space", "u", "y", "enter", "tab", "esc", "v", "j", "ctrl-a"];

impl ModelEvent {
    /// Returns its name.
    pub(super) fn name(self) -> &'static str {
        KINDS[self.kind].0
    }

    /// Returns the key that it presses, for `key` and `press`.
    pub(super) fn key(self) -> &'static str {
        let n = usize::try_from(self.n).unwrap();
        if self.name() == "press" {
            return CHANGING_KEYS[n % CHANGING_KEYS.len()];
        }
        let table: Vec<_> =
            ACTIONS.iter().flat_map(|command| command.keys).chain(DIALOG_KEYS).collect();
        let key = table[n % table.len()];
        // Quit only sometimes.
        if matches!(*key, "q" | "ctrl-c") && !self.m.is_multiple_of(8) { "j" } else { key }
    }

    /// Generates an event.
    fn any(rng: &mut Rng) -> Self {
        let all: u32 = KINDS.iter().map(|(_, weight)| weight).sum();
        let mut at = rng.below(all);
        let kind = KINDS.iter().position(|(_, weight)| {
            let hit = at < *weight;
            at = at.saturating_sub(*weight);
            hit
        });
        Self {
            kind: kind.unwrap(),
            n: rng.below(10_000),
            m: rng.below(10_000),
            joined: rng.below(8) == 0,
        }
    }

    /// Generates a run of that many events.
    pub(super) fn run(seed: u64, length: usize) -> Vec<Self> {
        let mut rng = Rng(seed);
        (0..length).map(|_| Self::any(&mut rng)).collect()
    }

    /// Parses a run.
    pub(super) fn read(text: &str) -> Vec<Self> {
        let lines = text.lines().map(|line| line.split('#').next().unwrap_or_default().trim());
        lines.filter(|line| !line.is_empty()).map(Self::parse).collect()
    }

    fn parse(line: &str) -> Self {
        let words: Vec<_> = line.split_whitespace().collect();
        let kind = KINDS
            .iter()
            .position(|(name, _)| *name == words[0])
            .unwrap_or_else(|| panic!("no event: {line}"));
        let number = |at: usize| words.get(at).and_then(|word| word.parse().ok()).unwrap_or(0);
        Self { kind, n: number(1), m: number(2), joined: words.last() == Some(&"+") }
    }
}

impl fmt::Display for ModelEvent {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} {} {}{}", self.name(), self.n, self.m, if self.joined { " +" } else { "" })?;
        if matches!(self.name(), "key" | "press") { write!(f, " # {}", self.key()) } else { Ok(()) }
    }
}

/// A random number generator (SplitMix64).
pub(super) struct Rng(pub u64);

impl Rng {
    fn below(&mut self, end: u32) -> u32 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut bits = self.0;
        bits = (bits ^ bits >> 30).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        bits = (bits ^ bits >> 27).wrapping_mul(0x94d0_49bb_1331_11eb);
        u32::try_from((bits ^ bits >> 31) % u64::from(end)).unwrap()
    }
}
