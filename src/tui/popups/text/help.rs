//! The help: keys, and the terms of a filter.

use crate::filter::TERMS;
use crate::tui::context::Shared;
use crate::tui::keymap::ACTIONS;
use crate::tui::messages::popups as messages;
use crate::tui::popups::text::text_line::{TextLine, TextTone};

/// Columns of the keys.
const KEYS_COLUMNS: usize = 18;

/// Columns of a filter term.
const TERM_COLUMNS: usize = 42;

/// Returns the lines of the help.
pub(super) fn lines(shared: &Shared) -> Vec<TextLine> {
    let commands = ACTIONS.iter().map(|command| {
        let keys: Vec<_> = shared.options.keymap.keys(command.action).collect();
        (TextTone::Plain, format!("{:KEYS_COLUMNS$}{}", keys.join("  "), command.help))
    });
    let words = ["", messages::LEGEND, "", messages::DIALOG_HELP, "", messages::FILTER_HELP]
        .map(|line| (TextTone::Dim, line.to_owned()));
    let terms = TERMS
        .iter()
        .map(|term| (TextTone::Plain, format!("{:TERM_COLUMNS$}  {}", term.forms, term.finds)));
    commands.chain(words).chain(terms).collect()
}
