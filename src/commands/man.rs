//! `keyflip man`: the manual page, generated from the definition of the command
//! line, with a section for each command.

use std::io;

use clap_mangen::Man;

use crate::cli;
use crate::commands::error::CommandError;
use crate::commands::exit::Exit;
use crate::commands::output;

/// Prints the manual page.
pub(super) fn run() -> Result<Exit, CommandError> {
    output::print(&render_page().map_err(CommandError::ManualPage)?)
}

fn render_page() -> io::Result<String> {
    let mut command = cli::command().disable_help_subcommand(true);
    command.build();
    let commands: Vec<_> = command.get_subcommands().cloned().collect();
    let notes = notes_text(&command, ".SH");
    let man = Man::new(command).manual("User Commands");
    let mut page = Vec::new();
    man.render_title(&mut page)?;
    man.render_name_section(&mut page)?;
    man.render_synopsis_section(&mut page)?;
    man.render_description_section(&mut page)?;
    man.render_options_section(&mut page)?;
    let mut text = String::from_utf8_lossy(&page).into_owned();
    for command in commands {
        text.push_str(&render_command(command)?);
    }
    Ok(text + &notes)
}

/// Renders the section of a command, with its options. The global options are
/// only at the beginning of the page.
fn render_command(command: clap::Command) -> io::Result<String> {
    let title = format!(".SH \"KEYFLIP {}\"\n", command.get_name().to_uppercase());
    let globals: Vec<_> = command
        .get_arguments()
        .filter(|arg| arg.is_global_set())
        .map(|arg| arg.get_id().clone())
        .collect();
    let local =
        globals.into_iter().fold(command, |command, id| command.mut_arg(id, |arg| arg.hide(true)));
    let notes = notes_text(&local, ".SS");
    let man = Man::new(local);
    let mut sections = Vec::new();
    man.render_description_section(&mut sections)?;
    man.render_synopsis_section(&mut sections)?;
    man.render_options_section(&mut sections)?;
    let text = String::from_utf8_lossy(&sections).replace(".SH ", ".SS ");
    Ok(title + &text + &notes)
}

/// Renders the notes and the examples of a command's help. Its lines are kept,
/// since filling would destroy columns and examples.
fn notes_text(command: &clap::Command, heading: &str) -> String {
    let after = command.get_after_long_help().or(command.get_after_help());
    let parts: Vec<_> = command.get_before_long_help().into_iter().chain(after).collect();
    if parts.is_empty() {
        return String::new();
    }
    let notes = parts.into_iter().map(ToString::to_string).collect::<Vec<_>>().join("\n\n");
    let mut text = format!("{heading} NOTES\n.nf\n");
    for line in notes.lines() {
        let line = line.replace('\\', "\\\\").replace('-', "\\-");
        let guard = if line.starts_with(['.', '\'']) { "\\&" } else { "" };
        text.extend([guard, &line, "\n"]);
    }
    text + ".fi\n"
}
