//! Prompt for the file that the activity of a key is written to.

use std::convert::Infallible;
use std::path::PathBuf;

use crossterm::event::{Event, KeyCode, KeyEvent};
use jiff::Timestamp;
use ratatui::Frame;
use ratatui::layout::Rect;
use ratatui::text::Span;
use ratatui::widgets::Clear;
use tui_input::Input;
use tui_input::backend::crossterm::EventHandler as _;

use crate::model::KeyId;
use crate::ops::activity::{Activity, ExportFormat, activity_markdown};
use crate::tui::context::{Context, KeyActivity, Shared};
use crate::tui::message::TaskEffect;
use crate::tui::messages::activity as messages;
use crate::tui::popups::prompt::draw_input;
use crate::tui::render::Theme;
use crate::tui::render::block::draw_row;
use crate::tui::render::text_wrap::wrap_text;

/// Level of the headings of a section.
const SECTION_LEVEL: usize = 2;

/// Returns the activity as a section of a Markdown document.
pub(super) fn markdown(activity: &Activity, now: Timestamp) -> String {
    activity_markdown(activity, SECTION_LEVEL, now)
}

/// Prompt for the name of a file.
#[derive(Clone, Debug)]
pub(super) struct ExportPrompt {
    key: KeyId,
    input: Input,
}

impl ExportPrompt {
    /// Returns the prompt with a name in the working directory.
    pub(super) fn new(reading: &KeyActivity, shared: &Shared) -> Self {
        let stamp = shared.shown_at.wall.strftime("%Y%m%dT%H%M%SZ");
        let name = format!("keyflip-{}-{stamp}.md", reading.key);
        Self { key: reading.key.clone(), input: Input::new(name) }
    }

    /// Handles a key; returns whether the prompt closes.
    pub(super) fn key(&mut self, key: KeyEvent, context: &mut Context<'_>) -> bool {
        match key.code {
            KeyCode::Esc => return true,
            KeyCode::Enter => {}
            _ => {
                self.input.handle_event(&Event::Key(key));
                return false;
            }
        }
        let name = self.input.value().trim();
        let reading = context.shared.activities.of(&self.key);
        let (Some(reading), false) = (reading, name.is_empty()) else { return true };
        let Some(activity) = reading.activity() else { return true };
        let path = PathBuf::from(name);
        let format = ExportFormat::of_file(&path);
        let mut text = String::new();
        let Ok(()) = format.write(activity, SECTION_LEVEL, context.now.wall, |part| {
            text.push_str(part);
            Ok::<_, Infallible>(())
        });
        let is_record = format == ExportFormat::Markdown;
        let changes_of = is_record.then(|| reading.key.clone());
        context.effects.task(TaskEffect::Export { path, text, changes_of });
        true
    }

    /// Appends pasted text to the name.
    pub(super) fn paste(&mut self, text: &str) {
        let line: String = text.chars().filter(|c| !c.is_control()).take(200).collect();
        self.input = Input::new(format!("{}{line}", self.input.value()));
    }

    /// Draws the prompt over the last rows of the popup.
    pub(super) fn draw(&self, theme: &Theme, frame: &mut Frame<'_>, inside: Rect) {
        let prompt = wrap_text(messages::EXPORT_PROMPT, usize::from(inside.width));
        let rows = u16::try_from(prompt.len() + 1).unwrap_or(1).min(inside.height);
        let area = Rect { y: inside.bottom() - rows, height: rows, ..inside };
        frame.render_widget(Clear, area);
        let skipped = (prompt.len() + 1).saturating_sub(usize::from(rows));
        for (row, piece) in prompt.iter().skip(skipped).enumerate() {
            draw_row(vec![Span::styled(piece, theme.dim)], theme.plain, frame, area, row);
        }
        draw_input(&self.input, theme, frame, area, usize::from(rows) - 1);
    }
}
