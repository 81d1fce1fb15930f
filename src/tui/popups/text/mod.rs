//! Popups of long text: errors, details, journal, AWS CLI commands. The same lines are drawn
//! and sent to a pager.

mod aws_commands;
mod details;
mod errors;
mod text_line;

use crossterm::event::{KeyCode, KeyEvent, MouseEvent, MouseEventKind};
use jiff::Timestamp;
use ratatui::Frame;
use ratatui::style::Style;
use ratatui::text::Span;

use crate::model::{KeyId, SessionContext, UserName};
use crate::ops::export::{Content, Document};
use crate::tui::bars::FooterHint;
use crate::tui::context::{Context, KeyActivity, Shared, Tone};
use crate::tui::effect::TerminalEffect;
use crate::tui::handlers::SessionChange;
use crate::tui::keymap::Action;
use crate::tui::messages::lists::TEXT_COPIED;
use crate::tui::messages::popups as messages;
use crate::tui::popups::component::Component;
use crate::tui::popups::hint_title::hint_title;
use crate::tui::popups::outcome::{PopupOutcome, PopupRequest};
use crate::tui::render::Theme;
use crate::tui::render::block::{draw_popup, draw_row};
use crate::tui::render::layout;
use crate::tui::render::text_wrap::wrap_text;

use details::Subject;
use text_line::{TextLine, TextTone};

/// Maximum width of a popup of text, in columns.
const MAX_POPUP_COLUMNS: u16 = 100;

/// Rows scrolled by one step of the wheel.
const WHEEL_ROWS: isize = 3;

/// Popup of long text.
#[derive(Clone, Debug)]
pub(crate) struct TextPopup {
    content: TextContent,
    /// First line shown, after wrapping.
    first: usize,
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
        Self { content, first: 0 }
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
        let activity = shared.activities.get(id).and_then(KeyActivity::activity);
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

    /// Scrolls by lines, no further than the ends.
    fn scroll(&mut self, lines: isize, shared: &Shared) {
        let (width, height) = text_area(shared.size);
        let all: usize =
            self.lines(shared).iter().map(|(_, line)| wrap_text(line, width).len()).sum();
        let last = all.saturating_sub(height);
        self.first = self.first.saturating_add_signed(lines).min(last);
    }
}

/// Returns the columns and rows of the largest popup of text on a screen.
fn text_area((columns, rows): (u16, u16)) -> (usize, usize) {
    let (_, inside) = layout::popup_area(columns, rows, MAX_POPUP_COLUMNS, rows);
    (usize::from(inside.width), usize::from(inside.height))
}

impl Component for TextPopup {
    /// Handles a key by the user's bindings; actions that do not apply close the popup.
    fn key(&mut self, key: KeyEvent, context: &mut Context<'_>) -> PopupOutcome {
        let shared = &mut *context.shared;
        // One row of a page is repeated on the next.
        let (_, height) = text_area(shared.size);
        let page = isize::try_from(height.saturating_sub(1).max(1)).unwrap_or(1);
        let lines = match (shared.options.keymap.action(&key), key.code) {
            // In a popup there is no other view: the key opens the pager.
            (Some(Action::View), _) => {
                let lines = self.lines(shared);
                let text =
                    lines.into_iter().flat_map(|(_, line)| [line, "\n".to_owned()]).collect();
                context.effects.terminal(TerminalEffect::Page(text));
                return PopupOutcome::Stay;
            }
            (Some(Action::CopyId), _) if let Some(text) = self.text_to_copy(shared) => {
                shared.notifications.notify(Tone::Info, TEXT_COPIED);
                context.effects.terminal(TerminalEffect::Copy(text));
                return PopupOutcome::Stay;
            }
            (Some(Action::Export), _) => {
                let document = self.document(shared, context.now.wall);
                return PopupRequest::Export(Box::new(document)).into();
            }
            (Some(Action::Down), _) => 1,
            (Some(Action::Up), _) => -1,
            (Some(Action::PageUp), _) => -page,
            (Some(Action::Top), _) => isize::MIN,
            (Some(Action::Bottom), _) => isize::MAX,
            // Space scrolls as in less, since nothing can be marked here.
            (Some(Action::PageDown), _) | (Some(Action::Mark) | None, KeyCode::Char(' ')) => page,
            (Some(Action::Help), _) => return PopupRequest::Help.into(),
            _ => {
                if matches!(self.content, TextContent::Errors) {
                    shared.notifications.dismiss();
                }
                return PopupOutcome::Close;
            }
        };
        self.scroll(lines, shared);
        PopupOutcome::Stay
    }

    fn mouse(&mut self, mouse: MouseEvent, context: &mut Context<'_>) {
        match mouse.kind {
            MouseEventKind::ScrollDown => self.scroll(WHEEL_ROWS, context.shared),
            MouseEventKind::ScrollUp => self.scroll(-WHEEL_ROWS, context.shared),
            _ => {}
        }
    }

    /// Closes what is of the former account; errors are of the whole run.
    fn session_changed(
        &mut self,
        change: &SessionChange,
        _context: &mut Context<'_>,
    ) -> PopupOutcome {
        match (change, &self.content) {
            (_, TextContent::Errors) => PopupOutcome::Stay,
            (SessionChange::OtherAccount, _) => PopupOutcome::Close,
            _ => PopupOutcome::Stay,
        }
    }

    /// Updates the details shown with what was read meanwhile.
    fn settle(&mut self, _inputs: usize, context: &mut Context<'_>) -> PopupOutcome {
        if let TextContent::Details(subject, shown) = &mut self.content
            && let Some(lines) = details::lines(subject, context.shared)
        {
            *shown = lines;
        }
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
        let style = |tone| match tone {
            TextTone::Plain => theme.plain,
            TextTone::Dim => theme.dim,
        };
        let lines = self.lines(shared).into_iter().map(|(tone, line)| (line, style(tone)));
        let hints = self.hints(shared);
        draw_lines(&self.title(shared), &hints, lines.collect(), self.first, theme, frame);
    }
}

/// Draws a popup with wrapped lines, from the line `first` on, and as many hints as the title has
/// room for.
pub(super) fn draw_lines(
    name: &str,
    hints: &[FooterHint],
    lines: Vec<(String, Style)>,
    first: usize,
    theme: &Theme,
    frame: &mut Frame<'_>,
) {
    let screen = frame.area();
    let (width, _) = text_area((screen.width, screen.height));
    let pieces: Vec<_> = lines
        .into_iter()
        .flat_map(|(text, style)| wrap_text(&text, width).into_iter().map(move |p| (p, style)))
        .collect();
    let (area, inside) = layout::popup_area(
        screen.width,
        screen.height,
        MAX_POPUP_COLUMNS,
        u16::try_from(pieces.len()).unwrap_or(u16::MAX),
    );
    let height = usize::from(inside.height);
    let mut more = String::new();
    if pieces.len() > height {
        let last = (first + height).min(pieces.len());
        more = format!("{}-{last} of {}", first + 1, pieces.len());
    }
    let title = hint_title(name, more, hints, area, theme);
    let inside = draw_popup(title, theme, frame, area, inside);
    for (number, (piece, style)) in pieces.into_iter().skip(first).take(height).enumerate() {
        draw_row(vec![Span::styled(piece, style)], theme.plain, frame, inside, number);
    }
}
