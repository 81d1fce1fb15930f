//! What a sign-in shows on standard error: with a code in large letters, a QR code and the time
//! left on a terminal, else as plain lines.

use std::io::{self, IsTerminal as _};
use std::time::{Duration, Instant};

use crate::commands::output;
use crate::config::Settings;
use crate::ops::sign_in::{
    Inks, SignInPrompt, SignInStep, browser_command, large_text, messages, open_browser, qr_code,
};

/// Columns before each line of a block.
const INDENT: &str = "  ";

/// The progress of a sign-in.
#[expect(clippy::struct_excessive_bools, reason = "one per setting")]
pub(super) struct SignInDisplay {
    is_terminal: bool,
    ascii: bool,
    color: bool,
    opens_browser: bool,
    /// End of the code.
    end: Option<Instant>,
    /// Whether a browser of this machine answers.
    awaits_browser: bool,
    /// The last call without an answer.
    unanswered: Option<String>,
}

impl SignInDisplay {
    /// Returns a display with nothing shown.
    pub(super) fn new(settings: &Settings, opens_browser: bool) -> Self {
        Self {
            is_terminal: io::stderr().is_terminal(),
            ascii: settings.ascii.value,
            color: settings.color.value,
            opens_browser,
            end: None,
            awaits_browser: false,
            unanswered: None,
        }
    }

    /// Shows a step.
    pub(super) fn show(&mut self, step: SignInStep) {
        match step {
            SignInStep::Code(prompt) => {
                self.show_code(&prompt);
                self.awaits_browser = prompt.code.is_none();
                self.end = Some(Instant::now() + prompt.lifetime);
            }
            SignInStep::Unanswered(error) => {
                self.unanswered = error.map(|error| messages::unanswered(&error));
                if let Some(sentence) = self.unanswered.as_ref().filter(|_| !self.is_terminal) {
                    output::eprint_line(sentence);
                }
            }
        }
        self.count_down();
    }

    fn show_code(&self, prompt: &SignInPrompt) {
        let mut lines = vec![messages::TITLE.to_owned()];
        lines.extend(prompt.not_aws.iter().map(|url| messages::not_aws(url)));
        let names = messages::origin(prompt);
        lines.extend(names.iter().map(|(name, value)| format!("{INDENT}{name:9}  {value}")));
        let what_to_do =
            if prompt.code.is_some() { messages::OPEN_PAGE } else { messages::OPEN_HERE };
        lines.extend(["", what_to_do, ""].map(str::to_owned));
        lines.push(format!("{INDENT}{}", prompt.address()));
        lines.push(String::new());
        if let Some(code) = &prompt.code {
            if self.is_terminal
                && let Some(letters) = large_text(code, self.ascii)
            {
                lines.extend(letters.iter().map(|line| format!("{INDENT}{line}")));
                lines.push(String::new());
            }
            lines.push(format!("{INDENT}{}", messages::code(code)));
        }
        if !self.is_terminal {
            lines.push(format!("{INDENT}{}", messages::time_left(prompt.lifetime)));
        }
        let qr_code = self.qr_code(prompt, lines.len() + 3);
        output::eprint_raw(&(lines.join("\n") + "\n"));
        if let Some(qr_code) = qr_code {
            output::eprint_raw("\n");
            if self.color {
                output::eprint_black_on_white(&qr_code);
            } else {
                output::eprint_raw(&(qr_code.join("\n") + "\n"));
            }
        }
        if prompt.code.is_some() {
            output::eprint_raw(&format!("\n{}\n", messages::OWN_CODE_ONLY));
        }
        if self.opens_browser
            && let Some(command) = browser_command(prompt, |name| std::env::var(name).ok())
            && open_browser(&command)
        {
            output::eprint_raw(&format!("{}\n", messages::BROWSER_OPENED));
        }
    }

    /// Returns the QR code of the page, if the terminal has room for it below the other lines.
    fn qr_code(&self, prompt: &SignInPrompt, other_lines: usize) -> Option<Vec<String>> {
        if !self.is_terminal || self.ascii {
            return None;
        }
        let inks = if self.color { Inks::DarkOnLight } else { Inks::LightOnDark };
        let lines = qr_code(prompt.complete_page.as_ref()?, inks)?;
        let size = rustix::termios::tcgetwinsize(io::stderr()).ok()?;
        let columns = lines.first().map_or(0, |line| line.chars().count());
        let fits = lines.len() + other_lines + 2 <= usize::from(size.ws_row)
            && columns <= usize::from(size.ws_col);
        fits.then_some(lines)
    }

    /// Updates the line with the time left, on a terminal.
    pub(super) fn count_down(&self) {
        let Some(end) = self.end.filter(|_| self.is_terminal) else { return };
        // Rounded up, so that it starts with the whole time.
        let left = end.saturating_duration_since(Instant::now()) + Duration::from_millis(999);
        let left = Duration::from_secs(left.as_secs());
        let line = if self.awaits_browser {
            messages::waiting_for_browser(left)
        } else {
            messages::waiting(left)
        };
        match &self.unanswered {
            Some(sentence) => output::overwrite_line(&format!("{line} {sentence}")),
            None => output::overwrite_line(&line),
        }
    }

    /// Removes the line with the time left.
    pub(super) fn clear(&self) {
        if self.end.is_some() && self.is_terminal {
            output::overwrite_line("");
        }
    }
}
