//! Steps of tests on keyflip's screen, and access to its journal.

use std::time::Duration;

use serde_json::Value;

use super::home::Home;
use super::pty::Pty;
use super::screen_cells;

/// The demo account's first user by name, who has one active key.
pub(crate) const USER: &str = "anna-katharina";
/// That user's access key ID.
pub(crate) const KEY: &str = "AKIARZPUZDIKIIFX7FQD";
/// Path of the journal, relative to the home.
pub(crate) const JOURNAL: &str = ".local/state/keyflip/journal.jsonl";

impl Pty {
    /// Waits until the key is on the screen and the output is idle.
    pub(crate) fn wait_ready(&self, key: &str) {
        self.wait_for(key);
        self.wait_quiet(Duration::from_millis(300));
    }

    /// Requests a change with that key press, and waits until the dialog is armed.
    pub(crate) fn ask(&mut self, key: &str) {
        self.press(key);
        self.wait_armed();
    }

    /// Waits until a key would confirm.
    pub(crate) fn wait_armed(&self) {
        self.wait_until("an armed dialog", |cells| {
            let text = screen_cells::text(cells);
            text.contains("access key?")
                && !text.contains("one moment")
                && !text.contains("status again")
        });
    }

    /// Marks the first six rows of the list of all keys.
    pub(crate) fn mark_several(&mut self) {
        self.press("v");
        self.wait_for("keys of 42 read");
        self.press("space space space space space space");
        self.wait_quiet(Duration::from_millis(200));
    }

    /// Confirms deactivation of the marked keys; returns their number.
    pub(crate) fn confirm_several(&mut self) -> usize {
        self.press("d");
        self.wait_until("an armed dialog", |cells| {
            let text = screen_cells::text(cells);
            text.contains("access keys?")
                && !text.contains("one moment")
                && !text.contains("status again")
        });
        let screen = self.screen();
        let number = screen.split("Deactivate these ").nth(1).unwrap().split(' ').next().unwrap();
        self.send(number);
        self.wait_for(&format!("then enter: {number}"));
        self.press("enter");
        number.parse().unwrap()
    }

    /// Waits until the text is on the screen, regardless of line breaks.
    pub(crate) fn wait_for_words(&self, words: &str) {
        self.wait_until(&format!("{words:?}"), |cells| {
            unbroken(&screen_cells::text(cells)).contains(words)
        });
    }

    /// Returns the screen's text in one line, without borders.
    pub(crate) fn words(&self) -> String {
        unbroken(&self.screen())
    }
}

fn unbroken(text: &str) -> String {
    let plain = text.replace(['│', '╭', '╮', '╰', '╯', '─'], " ");
    plain.split_whitespace().collect::<Vec<_>>().join(" ")
}

impl Home {
    /// Returns the journal's lines; checks the `line` of each.
    pub(crate) fn journal(&self) -> Vec<Value> {
        lines(&self.read(JOURNAL))
    }
}

/// Parses journal lines as JSON.
pub(crate) fn lines(text: &str) -> Vec<Value> {
    text.lines()
        .filter(|line| line.starts_with('{'))
        .map(|line| serde_json::from_str(line).unwrap())
        .collect()
}

/// Returns the outcomes of the outcome lines, in order.
pub(crate) fn outcomes(journal: &[Value]) -> Vec<&str> {
    journal.iter().filter_map(|line| line["outcome"].as_str()).collect()
}
