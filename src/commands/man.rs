//! `keyflip man`: the manual page, from the same definition as the command
//! line; each command is a part of it.

use std::io;

use clap_mangen::Man;

use crate::cli;
use crate::commands::out::{self, Exit};

/// Prints the page.
pub(super) fn run() -> Exit {
    match page() {
        Ok(page) => out::print(&page),
        Err(error) => Exit::failed(&format!("The manual page can't be made: {error}.")),
    }
}

fn page() -> io::Result<String> {
    let mut command = cli::command().disable_help_subcommand(true);
    command.build();
    let commands: Vec<_> = command.get_subcommands().cloned().collect();
    let man = Man::new(command).manual("User Commands");
    let mut page = Vec::new();
    man.render_title(&mut page)?;
    man.render_name_section(&mut page)?;
    man.render_synopsis_section(&mut page)?;
    man.render_description_section(&mut page)?;
    man.render_options_section(&mut page)?;
    let mut text = String::from_utf8_lossy(&page).into_owned();
    for command in commands {
        text.push_str(&part(command)?);
    }
    let mut extra = Vec::new();
    man.render_extra_section(&mut extra)?;
    text.push_str(&String::from_utf8_lossy(&extra));
    Ok(text)
}

/// One command: a section, with its options below it. The global options
/// stand at the beginning of the page, and only there.
fn part(command: clap::Command) -> io::Result<String> {
    let title = format!(".SH \"KEYFLIP {}\"\n", command.get_name().to_uppercase());
    let globals: Vec<_> =
        command.get_arguments().filter(|arg| arg.is_global_set()).map(|arg| arg.get_id().clone()).collect();
    let local = globals.into_iter().fold(command, |command, id| command.mut_arg(id, |arg| arg.hide(true)));
    let man = Man::new(local);
    let mut sections = Vec::new();
    man.render_description_section(&mut sections)?;
    man.render_synopsis_section(&mut sections)?;
    man.render_options_section(&mut sections)?;
    man.render_extra_section(&mut sections)?;
    let text = String::from_utf8_lossy(&sections).replace(".SH ", ".SS ");
    Ok(title + &text)
}
