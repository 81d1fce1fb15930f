//! Popups of long text: errors, details, journal, AWS CLI commands. The same lines are drawn
//! and sent to a pager.

mod aws_commands;
mod details;
mod errors;

use crossterm::event::{KeyCode, KeyEvent, MouseEvent};
use jiff::Timestamp;
use ratatui::Frame;
use ratatui::layout::Size;

use crate::model::{KeyId, SessionContext, UserName};
use crate::ops::export::{Content, Document};
use crate::tui::bars::FooterHint;
use crate::tui::context::{Context, Shared};
use crate::tui::effect::TerminalEffect;
use crate::tui::keymap::Action;
use crate::tui::messages::lists::TEXT_COPIED;
use crate::tui::messages::popups as messages;
use crate::tui::panes::CursorMove;
use crate::tui::popups::component::Component;
use crate::tui::popups::hint_title::hint_title;
use crate::tui::popups::outcome::{PopupOutcome, PopupRequest};
use crate::tui::popups::scrolled_text::{ScrolledText, TextLine};
use crate::tui::render::block::draw_popup;
use crate::tui::render::{TextTone, Theme, layout};

use details::Subject;

/// Maximum width of a popup of text, in columns.
const MAX_POPUP_COLUMNS: u16 = 100;

/// Popup of long text.
#[derive(Clone, Debug)]
pub(crate) struct TextPopup {
    content: TextContent,
    text: ScrolledText,
}

/// Text that a popup shows.
#[derive(Clone, Debug)]
enum TextContent {
    /// Errors in full.
    Errors,
    /// Details of a key or user. The lines stay if the subject is dropped from the inventory.
    Details(Subject, Vec<String>),
    /// AWS CLI commands about a key.
    AwsCommands(KeyId, Vec<String>),
    /// Journal of this account.
    Journal,
}

impl TextPopup {
    fn new(content: TextContent) -> Self {
        Self { content, text: ScrolledText::default() }
    }

    /// Returns whether the text is about the account.
    pub(crate) fn is_of_account(&self) -> bool {
        !matches!(self.content, TextContent::Errors)
    }

    /// Returns the errors in full.
    pub(crate) fn errors() -> Self {
        Self::new(TextContent::Errors)
    }

    /// Returns the journal of this account.
    pub(crate) fn journal() -> Self {
        Self::new(TextContent::Journal)
    }

    /// Returns the details of a key and its user, if both are known.
    pub(crate) fn key(id: &KeyId, shared: &Shared) -> Option<Self> {
        Self::details(Subject::Key(id.clone()), shared)
    }

    /// Returns the details of a user, if they are known.
    pub(crate) fn user(user: &UserName, shared: &Shared) -> Option<Self> {
        Self::details(Subject::User(user.clone()), shared)
    }

    fn details(subject: Subject, shared: &Shared) -> Option<Self> {
        let lines = details::lines(&subject, shared)?;
        Some(Self::new(TextContent::Details(subject, lines)))
    }

    /// Returns AWS CLI commands for what keyflip does not do itself with a key, if it is known.
    pub(crate) fn aws_commands(id: &KeyId, context: &Context<'_>) -> Option<Self> {
        let shared = &*context.shared;
        let key = shared.inventory.key(id)?;
        let activity = shared.activities.get(id);
        let (context, now) = (shared.session_context()?, context.now.wall);
        let lines = aws_commands::lines(context, key, activity, now);
        Some(Self::new(TextContent::AwsCommands(id.clone(), lines)))
    }

    fn title(&self, shared: &Shared) -> String {
        match &self.content {
            TextContent::Errors => messages::ERRORS_TITLE.to_owned(),
            TextContent::Details(subject, _) => subject.title(),
            TextContent::AwsCommands(id, _) => {
                messages::commands_title(id, shared.key_for(Action::CopyId))
            }
            TextContent::Journal => {
                let account = shared.session_context().map(SessionContext::account_label);
                messages::journal_title(&account.unwrap_or_default())
            }
        }
    }

    fn lines(&self, shared: &Shared) -> Vec<TextLine> {
        let plain =
            |lines: &[String]| lines.iter().map(|line| (TextTone::Plain, line.clone())).collect();
        match &self.content {
            TextContent::Errors => errors::lines(shared),
            TextContent::Details(_, lines) | TextContent::AwsCommands(_, lines) => plain(lines),
            TextContent::Journal => match &shared.journal.lines {
                Some(lines) => plain(lines),
                None => vec![(TextTone::Dim, messages::READING_JOURNAL.to_owned())],
            },
        }
    }

    /// Returns the text that is copied to the clipboard on request.
    fn text_to_copy(&self, shared: &Shared) -> Option<String> {
        let joined = |lines: &[String]| lines.join("\n") + "\n";
        match &self.content {
            TextContent::Errors => None,
            TextContent::Details(subject, _) => subject.text_to_copy(),
            TextContent::AwsCommands(_, lines) => Some(joined(lines)),
            TextContent::Journal => shared.journal.lines.as_deref().map(joined),
        }
    }

    /// Returns a copy of the text, for export.
    fn document(&self, shared: &Shared, at: Timestamp) -> Document {
        let (name, title) = match &self.content {
            TextContent::Errors => ("errors", messages::ERRORS_TITLE.to_owned()),
            TextContent::Details(subject, _) => ("details", subject.title()),
            TextContent::AwsCommands(id, _) => ("commands", messages::key_title(id)),
            TextContent::Journal => ("journal", self.title(shared)),
        };
        let lines = self.lines(shared).into_iter().map(|(_, line)| line).collect();
        let mut document = shared.document(name, title, Content::Lines(lines), at);
        // These depend on the subject alone.
        document.origin.coverage = None;
        document
    }

    /// Brings the lines up to date with what was read, and fits them to the screen.
    fn update(&mut self, shared: &Shared) {
        if let TextContent::Details(subject, shown) = &mut self.content
            && let Some(lines) = details::lines(subject, shared)
        {
            *shown = lines;
        }
        self.text.update(self.lines(shared), text_size(shared.size));
    }
}

impl Component for TextPopup {
    /// Handles a key by the user's bindings; actions that do not apply close the popup.
    fn key(&mut self, key: KeyEvent, context: &mut Context<'_>) -> PopupOutcome {
        let shared = &mut *context.shared;
        self.update(shared);
        let action = shared.options.keymap.action(&key);
        if let Some(step) = action.and_then(CursorMove::for_action) {
            self.text.scroll(step);
            return PopupOutcome::Stay;
        }
        match (action, key.code) {
            // In a popup there is no other view: the key opens the pager.
            (Some(Action::View), _) => {
                let lines = self.lines(shared).into_iter();
                let text = lines.flat_map(|(_, line)| [line, "\n".to_owned()]).collect();
                context.effects.terminal(TerminalEffect::Page(text));
            }
            (Some(Action::CopyId), _) if let Some(text) = self.text_to_copy(shared) => {
                context.copy(text, TEXT_COPIED);
            }
            (Some(Action::Export), _) => {
                let document = self.document(shared, context.now.wall);
                return PopupRequest::Export(Box::new(document)).into();
            }
            // Space scrolls as in less, since nothing can be marked here.
            (Some(Action::Mark) | None, KeyCode::Char(' ')) => {
                self.text.scroll(CursorMove::Pages(1));
            }
            (Some(Action::Help), _) => return PopupRequest::Help.into(),
            _ => {
                if matches!(self.content, TextContent::Errors) {
                    shared.notifications.dismiss();
                }
                return PopupOutcome::Close;
            }
        }
        PopupOutcome::Stay
    }

    fn mouse(&mut self, mouse: MouseEvent, context: &mut Context<'_>) {
        if let Some(step) = CursorMove::for_wheel(mouse.kind) {
            self.update(context.shared);
            self.text.scroll(step);
        }
    }

    fn settle(&mut self, _inputs: usize, context: &mut Context<'_>) -> PopupOutcome {
        self.update(context.shared);
        PopupOutcome::Stay
    }

    fn hints(&self, shared: &Shared) -> Vec<FooterHint> {
        let scroll = format!("{} {}", shared.key_for(Action::Down), shared.key_for(Action::Up));
        let mut hints = vec![
            FooterHint::new(0, shared.key_for(Action::Cancel), "close"),
            FooterHint::new(1, &scroll, "scroll"),
            FooterHint::new(2, shared.key_for(Action::View), "pager"),
        ];
        if self.text_to_copy(shared).is_some() {
            hints.push(FooterHint::new(2, shared.key_for(Action::CopyId), "copy"));
        }
        hints.push(FooterHint::new(3, shared.key_for(Action::Export), "export"));
        hints
    }

    fn draw(&self, shared: &Shared, theme: &Theme, frame: &mut Frame<'_>) {
        draw_text(&self.text, &self.title(shared), &self.hints(shared), theme, frame);
    }
}

/// Returns the size of the text in the highest popup of text on a screen.
pub(super) fn text_size(screen: Size) -> Size {
    layout::highest_popup_area(screen, MAX_POPUP_COLUMNS).inside.as_size()
}

/// Draws a popup with a text, and as many hints as its title has room for.
pub(super) fn draw_text(
    text: &ScrolledText,
    name: &str,
    hints: &[FooterHint],
    theme: &Theme,
    frame: &mut Frame<'_>,
) {
    let area = layout::popup_area(frame.area().as_size(), MAX_POPUP_COLUMNS, text.height());
    draw_popup(hint_title(name, text.range(), hints, area.frame, theme), area, theme, frame);
    text.draw(theme, frame, area.inside);
}
