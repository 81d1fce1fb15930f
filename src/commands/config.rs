//! `keyflip config`: the settings in force, and where each comes from.

use unicode_width::UnicodeWidthStr as _;

use crate::changes::JournalError;
use crate::commands::CommandContext;
use crate::commands::output;
use crate::commands::output::Exit;
use crate::commands::tui::keymap;

/// Prints the settings as the configuration file would spell them, each with
/// its source as a comment. Keys that the screen would refuse are told of.
pub(super) fn run(context: &CommandContext) -> Exit {
    let entries = context.settings.entries();
    let lines: Vec<(String, String)> = entries
        .iter()
        .map(|entry| match entry.value.as_str() {
            "" => (format!("# {} is not set", entry.name), entry.source.to_string()),
            value => (format!("{} = {value}", entry.name), entry.source.to_string()),
        })
        .collect();
    let width = lines.iter().map(|(setting, _)| setting.width()).max().unwrap_or_default();
    let mut text = header_comment(context);
    for (setting, source) in &lines {
        let gap = " ".repeat(width - setting.width());
        text.extend([setting, &*gap, "  # ", source, "\n"]);
    }
    match (output::print(&text), keymap(&context.settings)) {
        (Exit::Done, Err(error)) => Exit::failed(&error.to_string()),
        (printed, _) => printed,
    }
}

fn header_comment(context: &CommandContext) -> String {
    let file = match &context.settings.file {
        Some(path) if path.exists() => format!("# Configuration file: {}\n", path.display()),
        Some(path) => format!("# Configuration file: {}, which does not exist\n", path.display()),
        None => "# Configuration file: none, since there is no home directory\n".to_owned(),
    };
    format!(
        "{file}# Journal: {}\n\n",
        journal_in_force(context).unwrap_or_else(|error| error.to_string())
    )
}

fn journal_in_force(context: &CommandContext) -> Result<String, JournalError> {
    let journal = context.journal()?;
    Ok(journal
        .path()
        .map_or_else(|| "standard error".to_owned(), |path| path.display().to_string()))
}
