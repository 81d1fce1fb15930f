//! A simulated user, who confirms what a dialog lists and records it.

use std::time::Duration;

use serde_json::json;

use super::Rng;
use crate::support::demo::Demo;
use crate::support::http;
use crate::support::pty::Pty;
use crate::support::screen_steps::KEY;

/// Access keys of the demo's small account: of users with one key and with two, an unused key,
/// and the signing key.
pub(super) const KNOWN: [&str; 4] =
    [KEY, "AKIARZPUZDIKFYHOWX26", "AKIARZPUZDIKJ3TBYUFZ", "AKIARZPUZDIKDEMOOPER"];

/// Section of the configuration with the role that leads into the member accounts.
pub(super) const REACH: &str = "[reach]\nroles = [\"OrganizationAccountAccessRole\"]\n";

/// An access key ID and its new status.
pub(crate) type RequestedChange = (String, String);

pub(crate) struct User<'a> {
    pub pty: Pty,
    demo: &'a Demo,
    /// Keys that the user changes; the last may be the signing key.
    known: Vec<String>,
    /// A leaked key of each member account, with its account ID.
    pub members: Vec<(String, String)>,
    /// Changes listed by the confirmed dialogs, in order.
    pub confirmed: Vec<RequestedChange>,
    /// Keys that were changed by someone else.
    pub elsewhere: Vec<String>,
}

impl<'a> User<'a> {
    pub(crate) fn new(pty: Pty, demo: &'a Demo, known: &[impl AsRef<str>]) -> Self {
        let known = known.iter().map(|key| key.as_ref().to_owned()).collect();
        let (members, confirmed, elsewhere) = (Vec::new(), Vec::new(), Vec::new());
        Self { pty, demo, known, members, confirmed, elsewhere }
    }

    /// Lets the user change keys of the member accounts as well.
    pub(super) fn with_members(mut self) -> Self {
        let members = http::get(self.demo.url(), "/_demo/organization");
        let members: Vec<serde_json::Value> = serde_json::from_str(&members).unwrap();
        let text =
            |member: &serde_json::Value, name: &str| member[name].as_str().unwrap().to_owned();
        let key = |member| (text(member, "leaked_key"), text(member, "account"));
        self.members = members.iter().map(key).collect();
        self
    }

    /// Returns the member account of a key, which letters of its ID encode.
    pub(super) fn member_of(&self, key: &str) -> Option<&str> {
        let letters = |key: &str| key.get(4..12).map(str::to_owned);
        let member = self.members.iter().find(|(leaked, _)| letters(leaked) == letters(key));
        member.map(|(_, account)| account.as_str())
    }

    /// Performs a random action.
    pub(crate) fn act(&mut self, rng: &mut Rng) {
        // In a text popup some keys have other effects, such as opening a pager.
        self.close();
        match rng.below(16 + 3 * usize::from(!self.members.is_empty())) {
            16.. => self.another_account(rng),
            0 => {
                let keys = *rng.one(&["j", "k", "g", "G", "j j", "tab", "v", "s", "S"]);
                self.pty.press(keys);
            }
            1 => self.pty.resize(*rng.one(&[80, 100, 120, 160]), *rng.one(&[24, 40, 50])),
            2 => {
                let keys = *rng.one(&["r", "R", "w", "L", "?", "!"]);
                self.pty.press(keys);
            }
            3 => self.elsewhere(rng),
            4 => self.several(rng),
            5 | 6 => self.change("u"),
            7 => self.pty.send("security"),
            _ => {
                let key = rng.one(&self.known).clone();
                self.close();
                self.pty.paste(&key);
                self.pty.comes(Duration::from_secs(2), |text| text.contains(&format!("▸ {key}")));
                self.change("t");
            }
        }
    }

    /// Changes a key's status as someone else.
    fn elsewhere(&mut self, rng: &mut Rng) {
        let others = &self.known[..self.known.len() - 1];
        let (key, status) = (rng.one(others).clone(), *rng.one(&["Active", "Inactive"]));
        self.demo.apply(&json!({"set_status": {"key": key, "status": status}}));
        self.elsewhere.push(key);
    }

    /// Opens the account of a key, perhaps changes the key there, and perhaps goes back.
    fn another_account(&mut self, rng: &mut Rng) {
        let key = rng.one(&self.members).0.clone();
        self.pty.paste(&key);
        let question = |text: &str| text.contains("▸ via role");
        if self.pty.comes(Duration::from_secs(2), question) {
            self.pty.press("enter");
        }
        self.pty.comes(Duration::from_secs(3), |text| text.contains(&format!("▸ {key}")));
        self.change("t");
        if rng.below(3) > 0 {
            self.close();
            self.pty.press("p");
            if self.pty.comes(Duration::from_secs(2), |text| text.contains("starting credentials"))
            {
                self.pty.press("enter");
                self.pty.comes(Duration::from_secs(2), |text| text.contains(KEY));
            }
        }
    }

    /// Marks a few keys and deactivates them.
    fn several(&mut self, rng: &mut Rng) {
        self.close();
        if !self.pty.screen().contains("▸ AKIA") || self.pty.screen().contains("╮╭") {
            self.pty.press("v");
        }
        for _ in 0..2 + rng.below(3) {
            self.pty.press("space");
        }
        self.change("d");
        self.close();
    }

    /// Closes all popups.
    pub(crate) fn close(&mut self) {
        for _ in 0..4 {
            self.pty.press("esc");
            // An escape directly followed by a letter would be parsed as alt and the letter.
            self.pty.comes(Duration::from_millis(30), |_| false);
        }
    }

    /// Requests a change with that key press, and confirms the dialog as soon as it is armed;
    /// gives up if it does not arm.
    fn change(&mut self, key: &str) {
        self.pty.press(key);
        let is_open = |text: &str| text.contains("access key?") || text.contains("access keys?");
        let armed = |text: &str| {
            is_open(text) && !text.contains("one moment") && !text.contains("status again")
        };
        if !self.pty.comes(Duration::from_millis(1_500), is_open)
            || !self.pty.comes(Duration::from_secs(4), armed)
        {
            return self.close();
        }
        let dialog = self.pty.screen();
        if !armed(&dialog) {
            return self.close();
        }
        self.confirmed.extend(listed(&dialog));
        match expected(&dialog) {
            None => self.pty.press("y"),
            Some(word) => {
                for c in word.chars() {
                    self.pty.send(c.to_string());
                }
                // A key that arrives together with others confirms nothing.
                self.pty.comes(Duration::from_secs(1), |text| {
                    text.contains(&format!("then enter: {word}"))
                });
                self.pty.press("enter");
            }
        }
        self.pty.comes(Duration::from_secs(2), |text| !is_open(text));
    }

    /// Quits with q, waiting for changes in flight; returns the last screen.
    pub(crate) fn quit(&mut self) -> String {
        let mut last = String::new();
        for _ in 0..100 {
            self.close();
            last = self.pty.screen();
            self.pty.press("q");
            if self.pty.ended(Duration::from_millis(400)).is_some() {
                return last;
            }
            // Confirms quitting with changes in flight, which waits for them.
            self.pty.press("y");
            if self.pty.ended(Duration::from_secs(1)).is_some() {
                return last;
            }
        }
        panic!("it does not end:\n{last}");
    }
}

/// Returns the changes a dialog lists: each key and its new status.
fn listed(dialog: &str) -> Vec<RequestedChange> {
    let line = |label: &'static str| {
        let lines = dialog.lines().filter_map(move |line| line.split_once(&format!("│ {label} ")));
        lines.map(|(_, rest)| rest.trim().to_owned())
    };
    let change = line("Change").next().unwrap_or_else(|| panic!("no change:\n{dialog}"));
    let status = change.split("→ ").nth(1).unwrap().split_whitespace().next().unwrap().to_owned();
    let keys = line("Key").chain(line("Own key")).chain(line("Own key?"));
    keys.map(|rest| (rest.split_whitespace().next().unwrap().to_owned(), status.clone())).collect()
}

/// Returns the text that must be typed instead of `y`, if any.
fn expected(dialog: &str) -> Option<String> {
    let before =
        dialog.split(", then enter:").next().filter(|before| before.len() < dialog.len())?;
    let words = before.rsplit("Type ").next().unwrap();
    Some(words.rsplit(", ").next().unwrap().to_owned())
}
