//! Prompt for the file that a table or a popup is exported to, or for a copy to the clipboard.

use std::path::{Path, PathBuf};

use crossterm::event::{KeyCode, KeyEvent, KeyModifiers};
use ratatui::Frame;
use tui_input::Input;

use crate::ops::export::{Content, Document};
use crate::ops::file_format::FileFormat;
use crate::tui::bars::FooterHint;
use crate::tui::context::{Context, Shared, Tone};
use crate::tui::effect::TerminalEffect;
use crate::tui::keymap::Action;
use crate::tui::messages::export as messages;
use crate::tui::messages::lists::TEXT_COPIED;
use crate::tui::popups::component::Component;
use crate::tui::popups::input_line::{draw_prompt, edit_input, paste_path};
use crate::tui::popups::outcome::PopupOutcome;
use crate::tui::render::Theme;

/// The key that copies instead, which types no character.
const COPY_KEY: &str = "ctrl-y";

/// Bytes that every terminal with OSC 52 takes:
/// <https://chromium.googlesource.com/apps/libapps/+/HEAD/nassh/docs/FAQ.md> names 100,000
/// characters of base64.
const MAX_BYTES_TO_COPY: usize = 74_994;

/// Prompt for the file of an export.
#[derive(Clone, Debug)]
pub(crate) struct ExportPrompt {
    document: Document,
    input: Input,
    /// The file that is being written.
    writing: Option<PathBuf>,
}

impl ExportPrompt {
    /// Returns the prompt with a name in the working directory: what is exported, its account and
    /// the date.
    pub(crate) fn new(document: Document, shared: &Shared) -> Self {
        // A key ID is of one account, and says so by itself.
        let context = shared.session_context().filter(|_| document.origin.account.is_some());
        let account = context.map(|context| format!("-{}", context.caller.account));
        let account = account.unwrap_or_default();
        let stamp = document.at.strftime("%Y%m%dT%H%M%SZ");
        let ending = document.formats()[0].ending();
        let name = format!("keyflip-{}{account}-{stamp}.{ending}", document.name);
        Self { document, input: Input::new(name), writing: None }
    }

    /// Notes that the writing of a file has ended; returns whether the prompt waits for that.
    pub(crate) fn end(&mut self, path: &Path) -> bool {
        self.writing.take_if(|writing| writing == path).is_some()
    }

    /// Returns the format that the name of the file says.
    fn format(&self) -> Option<FileFormat> {
        self.document.format_of(Path::new(self.input.value().trim()))
    }

    /// Returns the endings of the formats, as in `.md, .csv, .json`.
    fn endings(&self) -> String {
        let formats = self.document.formats().iter();
        formats.map(|format| format!(".{}", format.ending())).collect::<Vec<_>>().join(", ")
    }

    /// Replaces the ending of the name by that of the next format.
    fn change_format(&mut self) {
        let formats = self.document.formats();
        let name = Path::new(self.input.value().trim());
        let named = FileFormat::of_file(name);
        let at = formats.iter().position(|format| Some(*format) == named);
        let next = formats[at.map_or(0, |at| (at + 1) % formats.len())].ending();
        let name = match named {
            Some(_) => name.with_extension(next).to_string_lossy().into_owned(),
            None => format!("{}.{next}", name.display()),
        };
        self.input = Input::new(name);
    }

    /// Writes the file, unless its name says a format that the document cannot have. The prompt
    /// stays until it is written, so that another name can be given if it cannot be.
    fn write(&mut self, context: &mut Context<'_>) -> PopupOutcome {
        let name = self.input.value().trim();
        if name.is_empty() {
            return PopupOutcome::Close;
        }
        let Some(format) = self.format() else {
            let sentence = messages::not_offered(&self.endings());
            context.shared.notifications.notify(Tone::Warning, sentence);
            return PopupOutcome::Stay;
        };
        let (path, text) = (PathBuf::from(name), self.document.text(format));
        let changes_of = self.document.changes_of(format).cloned();
        self.writing = Some(path.clone());
        context.export(path, text, changes_of);
        PopupOutcome::Stay
    }

    /// Copies the text in the format that the name says, else in the usual one.
    fn copy(&self, context: &mut Context<'_>) -> PopupOutcome {
        let format = self.format().unwrap_or(self.document.formats()[0]);
        let text = self.document.text(format);
        let notifications = &mut context.shared.notifications;
        if text.len() > MAX_BYTES_TO_COPY {
            notifications.notify(Tone::Warning, messages::copied_much(text.len() / 1000));
        } else {
            notifications.notify(Tone::Info, TEXT_COPIED);
        }
        context.effects.terminal(TerminalEffect::Copy(text));
        PopupOutcome::Close
    }
}

impl Component for ExportPrompt {
    fn key(&mut self, key: KeyEvent, context: &mut Context<'_>) -> PopupOutcome {
        if self.writing.is_some() {
            let action = context.shared.options.keymap.action_beside_text(&key);
            let closes = matches!(action, Some(Action::Cancel | Action::Quit));
            return if closes { PopupOutcome::Close } else { PopupOutcome::Stay };
        }
        let is_ctrl_y = key.code == KeyCode::Char('y') && key.modifiers == KeyModifiers::CONTROL;
        if key.code == KeyCode::Tab {
            self.change_format();
            return PopupOutcome::Stay;
        }
        if is_ctrl_y {
            return self.copy(context);
        }
        match edit_input(&mut self.input, key, context.shared) {
            Some(outcome) => outcome,
            None => self.write(context),
        }
    }

    fn paste(&mut self, text: &str, _context: &mut Context<'_>) -> PopupOutcome {
        if self.writing.is_none() {
            paste_path(&mut self.input, text);
        }
        PopupOutcome::Stay
    }

    fn takes_text(&self) -> bool {
        true
    }

    fn hints(&self, _shared: &Shared) -> Vec<FooterHint> {
        if self.writing.is_some() {
            return vec![FooterHint::new(0, "esc", "close")];
        }
        vec![
            FooterHint::new(0, "enter", "write"),
            FooterHint::new(1, "tab", "format"),
            FooterHint::new(1, COPY_KEY, "copy"),
            FooterHint::new(0, "esc", "cancel"),
        ]
    }

    fn draw(&self, _shared: &Shared, theme: &Theme, frame: &mut Frame<'_>) {
        let endings = self.endings();
        let text = match self.document.content {
            _ if self.writing.is_some() => messages::WRITING.to_owned(),
            Content::Activity(_) => messages::activity_prompt(&endings, COPY_KEY),
            _ => messages::prompt(&endings, COPY_KEY),
        };
        draw_prompt(messages::TITLE, &text, &self.input, theme, frame);
    }
}
