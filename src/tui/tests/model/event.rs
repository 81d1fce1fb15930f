//! Events of a screen as lines of text, so that a failed run is a file that can
//! be read, shortened and replayed. Numbers are indexes modulo what exists at that
//! moment, so every part of a run is a valid run.

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
    /// Whether the next event arrives in the same batch.
    pub joined: bool,
}

/// The kinds of events and their relative frequencies.
const KINDS: &[(&str, u32)] = &[
    ("key", 30),           // a key of the key table or of a dialog
    ("press", 14),         // a key that leads to changes
    ("type", 3),           // a word, key by key
    ("together", 5),       // several keys in one batch
    ("palette", 2),        // an action that is run in the command palette
    ("change", 5),         // a change of one key or several, including the confirmation
    ("watch", 1),          // watches the changed keys while someone uses one
    ("change-late", 2),    // a change whose dialog stays open for minutes
    ("confirm", 6),        // confirms the open dialog as a user would
    ("paste", 2),          // a bracketed paste
    ("paste-raw", 1),      // an unbracketed paste in one batch
    ("mouse", 3),          // a click or a turn of the wheel, anywhere
    ("resize", 3),         // another size of the terminal
    ("wait", 12),          // time in ms, with a wake-up at each deadline
    ("stall", 3),          // time in ms, without a wake-up
    ("clock", 1),          // sets the wall clock forward or back
    ("reply", 34),         // to a pending read, with the current data
    ("reply-all", 6),      // to all pending reads
    ("stale", 3),          // to a pending read, with the data before the last change
    ("fail", 6),           // to a pending read, with any error
    ("repeat", 2),         // a reply that was sent before
    ("other-session", 1),  // a reply to another session
    ("step", 6),           // of a change in flight
    ("outcome", 12),       // of a change in flight, of any kind
    ("other-user", 3),     // someone else changes, creates, uses or deletes a key
    ("session", 5),        // an event of the current session or another
    ("renewed", 2),        // credentials with another key of the same caller
    ("caller-changed", 1), // credentials of another caller
    ("recovery", 1),       // of unfinished changes
    ("throttled", 1),      // a throttled call
    ("profile", 1),        // a change to another profile
    ("journal", 1),        // the lines of the journal
    ("signal", 1),         // of the operating system
    ("elsewhere", 2),      // keys of both accounts, looked up and changed together
    ("others", 2),         // another account opens, or cannot be opened
    ("routes", 3),         // routes into an account, and entering it
    ("activity", 4),       // what a key has done, piece by piece
];

/// Texts that are typed or pasted.
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

/// Keys of the dialogs.
const DIALOG_KEYS: &[&str] =
    &["y", "n", "enter", "esc", "tab", "backtab", "up", "down", "left", "right", "backspace"];
const CHANGING_KEYS: &[&str] =
    &["t", "d", "a", "space", "u", "y", "enter", "tab", "esc", "v", "j", "ctrl-a"];

impl ModelEvent {
    /// Returns the name of its kind.
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

    /// Returns a random event.
    fn random(rng: &mut Rng) -> Self {
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

    /// Returns a run of `length` random events.
    pub(super) fn random_run(seed: u64, length: usize) -> Vec<Self> {
        let mut rng = Rng(seed);
        (0..length).map(|_| Self::random(&mut rng)).collect()
    }

    /// Parses a run.
    pub(super) fn parse_run(text: &str) -> Vec<Self> {
        let lines = text.lines().map(|line| line.split('#').next().unwrap_or_default().trim());
        lines.filter(|line| !line.is_empty()).map(Self::parse).collect()
    }

    fn parse(line: &str) -> Self {
        let words: Vec<_> = line.split_whitespace().collect();
        let kind = KINDS
            .iter()
            .position(|(name, _)| *name == words[0])
            .unwrap_or_else(|| panic!("unknown event: {line}"));
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
