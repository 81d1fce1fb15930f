//! `keyflip config`: prints the effective settings and their sources.

use std::fmt::Display;

use unicode_width::UnicodeWidthStr as _;

use crate::changes::JournalError;
use crate::commands::CommandContext;
use crate::commands::error::CommandError;
use crate::commands::exit::Exit;
use crate::commands::messages;
use crate::commands::output;
use crate::commands::tui::keymap;
use crate::model::escape_path;

/// Prints the settings in TOML, each with its source as a comment. Fails if the
/// screen would refuse the key bindings.
///
/// # Errors
/// Returns an error of the output, or of a key binding.
pub(super) fn run(context: &CommandContext) -> Result<Exit, CommandError> {
    let entries = context.settings.entries();
    let lines: Vec<(String, String)> = entries
        .iter()
        .map(|entry| match entry.value.as_str() {
            "" => (messages::setting_not_set(&entry.name), entry.source.to_string()),
            value => (format!("{} = {value}", entry.name), entry.source.to_string()),
        })
        .collect();
    let width = lines.iter().map(|(setting, _)| setting.width()).max().unwrap_or_default();
    let mut text = header_comment(context);
    for (setting, source) in &lines {
        let gap = " ".repeat(width - setting.width());
        text.extend([setting, &*gap, "  # ", source, "\n"]);
    }
    output::print(&text)?;
    keymap(&context.settings)?;
    Ok(Exit::Done)
}

fn header_comment(context: &CommandContext) -> String {
    let file = context.settings.file.as_deref().map(|path| (escape_path(path), path.exists()));
    let file = file.as_ref().map(|(path, exists)| (path as &dyn Display, *exists));
    let journal = journal_location(context).unwrap_or_else(|error| error.to_string());
    format!("{}\n{}\n\n", messages::configuration_file(file), messages::journal_file(&journal))
}

fn journal_location(context: &CommandContext) -> Result<String, JournalError> {
    let journal = context.journal()?;
    Ok(journal.path().map_or_else(|| messages::STDERR_NAME.to_owned(), escape_path))
}
