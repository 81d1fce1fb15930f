//! Texts of the command palette and of the help.

/// In place of the key of an action that has none.
pub(crate) const NO_KEY: &str = "–";

/// Title of the command palette.
pub(crate) const PALETTE_TITLE: &str = "Actions";

/// Title of the help.
pub(crate) const HELP_TITLE: &str = "Help";

/// No action matches the text in the palette.
pub(crate) fn no_action_matches(help: &str) -> String {
    format!("No action that is possible now matches. {help} lists all.")
}

/// Nothing in the help matches the text.
pub(crate) const NOTHING_MATCHES: &str = "Nothing matches.";

/// Shown in place of the input line of the help.
pub(crate) fn filter_help(filter: &str, runs_actions: bool) -> String {
    let run = if runs_actions { "; enter runs the selected action" } else { "" };
    format!("{filter} filters this list{run}")
}

/// Description of an action that is not possible now.
pub(crate) fn not_possible(help: &str) -> String {
    format!("{help} – not possible now")
}

/// Topic of the keys of the popup below the help.
pub(crate) const POPUP_TOPIC: &str = "This popup";

/// Topic of the filter terms.
pub(crate) const FILTER_TOPIC: &str = "Filter";

/// Introduction of the filter terms.
pub(crate) const FILTER_HELP: &str = "\
    Any text finds user names and key IDs, best matches first. Terms narrow the list; a leading - \
    negates a term. tab completes them, ↑ and ↓ recall the last filters:";

/// Topic of the dialog's keys.
pub(crate) const DIALOG_TOPIC: &str = "Dialog";

/// Keys of the confirmation dialog, which cannot be rebound.
pub(crate) const DIALOG_HELP: &str = "\
    In a dialog: y confirms, n or esc cancels, tab moves to the reason and the buttons, enter presses \
    the focused button. To activate a key, or to change the key that signs this session, type its \
    last four characters instead. To change several keys, show all of them, then type their number. \
    These keys cannot be rebound; all others can, in the configuration file.";

/// Topic of the signs.
pub(crate) const LEGEND_TOPIC: &str = "Signs";

/// Meanings of the signs in the lists.
pub(crate) fn legend(deactivate: &str, activate: &str) -> [String; 4] {
    [
        "● Active  ○ Inactive  ◌ another status  – none  ? not read yet  ~ from the credential report"
            .to_owned(),
        format!("◆ marked: {deactivate} and {activate} apply to all marked keys"),
        "▁▂▃▄▅▆▇█ before an age or a last use: the higher, the longer ago, from today (▁) over 90 days \
         (▅) to 2 years or never (█)"
            .to_owned(),
        "12+ is 12 or more: not everything was read, so the number may be too low".to_owned(),
    ]
}
