//! The table of actions and their keys. Key dispatch, the footer, the help and
//! the README's table are all derived from it.

mod bindings;

pub(crate) use bindings::Keymap;

use crossterm::event::{KeyCode, KeyEvent, KeyModifiers};

/// An action of the main screen.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(crate) enum Action {
    /// Moves down one row.
    Down,
    /// Moves up one row.
    Up,
    /// Moves to the first row.
    Top,
    /// Moves to the last row.
    Bottom,
    /// Moves down one page.
    PageDown,
    /// Moves up one page.
    PageUp,
    /// Focuses the other pane.
    NextPane,
    /// Focuses the left pane.
    Left,
    /// Focuses the right pane.
    Right,
    /// Focuses the keys of the selected user, or opens the selected key.
    Open,
    /// Edits the filter.
    Filter,
    /// Finds key IDs in a text.
    Find,
    /// Deactivates the selected key if it is active, else activates it.
    Toggle,
    /// Deactivates the marked keys, else the selected one.
    Deactivate,
    /// Activates the marked keys, else the selected one.
    Activate,
    /// Marks or unmarks the selected key.
    Mark,
    /// Marks all keys shown.
    MarkAll,
    /// Undoes the last change.
    Undo,
    /// Shows the journal.
    Journal,
    /// Shows errors in full.
    Errors,
    /// Copies the key ID.
    CopyId,
    /// Shows AWS CLI commands for what keyflip does not do.
    AwsCommands,
    /// Changes to the next sort order.
    Sort,
    /// Reverses the sort order.
    Reverse,
    /// Changes to the next view.
    View,
    /// Shows every account of the organization, or returns to the view before.
    Organization,
    /// Refreshes what is shown.
    Refresh,
    /// Starts or stops a full scan of the account.
    FullScan,
    /// Shows what the key has done.
    Activity,
    /// Exports what is shown to a file.
    Export,
    /// Starts or stops watching the changed keys.
    Watch,
    /// Opens a plan from a file.
    OpenPlan,
    /// Opens the profile picker.
    Profile,
    /// Shows the help.
    Help,
    /// Quits.
    Quit,
    /// Closes the popup; else clears the filter, the marks or the notifications.
    Cancel,
    /// Suspends keyflip to the shell (`fg` resumes it).
    Suspend,
}

impl Action {
    /// Returns true if the action is of no use without a session.
    pub(crate) fn needs_session(self) -> bool {
        matches!(self, Self::Toggle | Self::Deactivate | Self::Activate | Self::Undo | Self::Watch)
    }

    /// Returns true if the action is about keys or users of the account, which a view of accounts does
    /// not have.
    pub(crate) fn needs_list_of_account(self) -> bool {
        matches!(
            self,
            Self::Toggle
                | Self::Deactivate
                | Self::Activate
                | Self::Mark
                | Self::MarkAll
                | Self::AwsCommands
                | Self::Activity
                | Self::FullScan
        )
    }

    /// Returns true if the action is about the rows of a list of keys or users, which a view of counts
    /// does not have.
    pub(crate) fn needs_rows_of_keys(self) -> bool {
        matches!(self, Self::Filter | Self::Sort | Self::Reverse | Self::CopyId)
            || (self.needs_list_of_account() && self != Self::FullScan)
    }

    /// Returns true if the action moves on to another pane, view or key, so that
    /// a pending key search no longer selects its result.
    pub(crate) fn cancels_auto_select(self) -> bool {
        matches!(
            self,
            Self::NextPane
                | Self::Left
                | Self::Right
                | Self::Open
                | Self::Filter
                | Self::View
                | Self::Organization
                | Self::Toggle
                | Self::Deactivate
                | Self::Activate
                | Self::Undo
        )
    }
}

/// Returns whether the key is `ctrl-c`.
pub(crate) fn is_ctrl_c(key: &KeyEvent) -> bool {
    key.code == KeyCode::Char('c') && key.modifiers.contains(KeyModifiers::CONTROL)
}

/// One row of the table of actions.
#[derive(Clone, Copy, Debug)]
pub(crate) struct ActionSpec {
    /// The action.
    pub action: Action,
    /// Its name in the configuration file, under `[keys]`.
    pub name: &'static str,
    /// Its default keys.
    pub keys: &'static [&'static str],
    /// Its label in the footer.
    pub label: &'static str,
    /// Its description in the help and the README.
    pub help: &'static str,
    /// The drop order in a narrow footer: the highest rank goes first, 0 last.
    /// `None` if the footer never shows it.
    pub footer: Option<u8>,
}

const fn action_spec(
    action: Action,
    name: &'static str,
    keys: &'static [&'static str],
    label: &'static str,
    help: &'static str,
    footer: Option<u8>,
) -> ActionSpec {
    ActionSpec { action, name, keys, label, help, footer }
}

/// The table of actions, in the order of the help.
pub(crate) const ACTIONS: &[ActionSpec] = &[
    action_spec(Action::Down, "down", &["j", "down"], "down", "down one row", None),
    action_spec(Action::Up, "up", &["k", "up"], "up", "up one row", None),
    action_spec(Action::Top, "top", &["g", "home"], "top", "first row", None),
    action_spec(Action::Bottom, "bottom", &["G", "end"], "bottom", "last row", None),
    action_spec(
        Action::PageDown,
        "page-down",
        &["pagedown", "ctrl-f"],
        "page down",
        "down one page",
        None,
    ),
    action_spec(Action::PageUp, "page-up", &["pageup", "ctrl-b"], "page up", "up one page", None),
    action_spec(Action::Left, "left", &["h", "left"], "left", "left pane", None),
    action_spec(Action::Right, "right", &["l", "right"], "right", "right pane", None),
    action_spec(
        Action::Open,
        "open",
        &["enter"],
        "open",
        "open: the keys of the user or the bar, the details of the key, or the account",
        None,
    ),
    action_spec(
        Action::Toggle,
        "toggle",
        &["t"],
        "toggle",
        "toggle the selected key (asks)",
        Some(3),
    ),
    action_spec(
        Action::Deactivate,
        "deactivate",
        &["d"],
        "deactivate",
        "deactivate the marked keys, else the selected one (asks)",
        Some(1),
    ),
    action_spec(
        Action::Activate,
        "activate",
        &["a"],
        "activate",
        "activate the marked keys, else the selected one (asks)",
        Some(6),
    ),
    action_spec(
        Action::Mark,
        "mark",
        &["space"],
        "mark",
        "mark or unmark the selected key",
        Some(9),
    ),
    action_spec(Action::MarkAll, "mark-all", &["ctrl-a"], "mark all", "mark all keys shown", None),
    action_spec(Action::Undo, "undo", &["u"], "undo", "undo the last change (asks)", Some(1)),
    action_spec(
        Action::Find,
        "find",
        &["f"],
        "find",
        "find key IDs in any text (pasting anywhere does the same)",
        Some(2),
    ),
    action_spec(
        Action::View,
        "view",
        &["v"],
        "view",
        "next view: users, all keys, or overview",
        Some(4),
    ),
    action_spec(
        Action::Organization,
        "organization",
        &["o"],
        "organization",
        "every account of the organization; again: back",
        Some(9),
    ),
    action_spec(
        Action::Filter,
        "filter",
        &["/"],
        "filter",
        "filter by text and terms such as status:active",
        Some(3),
    ),
    action_spec(
        Action::Sort,
        "sort",
        &["s"],
        "sort",
        "next sort order; the same again if rows were added since",
        Some(6),
    ),
    action_spec(Action::Reverse, "reverse", &["S"], "reverse", "reverse the sort order", None),
    action_spec(Action::Refresh, "refresh", &["r"], "refresh", "refresh what is shown", Some(5)),
    action_spec(
        Action::FullScan,
        "full-scan",
        &["R"],
        "full scan",
        "full scan of the account; again: stop",
        Some(8),
    ),
    action_spec(Action::NextPane, "next-pane", &["tab"], "pane", "other pane", Some(7)),
    action_spec(Action::CopyId, "copy-id", &["y"], "copy ID", "copy the key ID", Some(9)),
    action_spec(
        Action::AwsCommands,
        "commands",
        &["Y"],
        "commands",
        "AWS CLI commands for what keyflip does not do",
        Some(2),
    ),
    action_spec(
        Action::Activity,
        "activity",
        &["c"],
        "activity",
        "what the key has done, from CloudTrail's event history",
        Some(3),
    ),
    action_spec(
        Action::Export,
        "export",
        &["e"],
        "export",
        "export the activity of a key to a file",
        None,
    ),
    action_spec(
        Action::Watch,
        "watch",
        &["w"],
        "watch",
        "watch the changed keys for new use and status changes; again: stop",
        Some(2),
    ),
    action_spec(
        Action::OpenPlan,
        "open-plan",
        &["P"],
        "plan",
        "open a plan of keyflip plan as a marked list",
        None,
    ),
    action_spec(
        Action::Profile,
        "profile",
        &["p"],
        "accounts",
        "choose an account or a profile (type to filter)",
        Some(9),
    ),
    action_spec(Action::Journal, "journal", &["L"], "journal", "journal of this account", Some(5)),
    action_spec(Action::Errors, "errors", &["!"], "errors", "errors in full", Some(4)),
    action_spec(Action::Help, "help", &["?"], "help", "this help", Some(1)),
    action_spec(Action::Quit, "quit", &["q", "ctrl-c"], "quit", "quit", Some(0)),
    action_spec(
        Action::Cancel,
        "cancel",
        &["esc"],
        "close",
        "close the popup; else clear the filter, the marks, the notifications",
        None,
    ),
    action_spec(
        Action::Suspend,
        "suspend",
        &["ctrl-z"],
        "suspend",
        "suspend to the shell (fg resumes)",
        None,
    ),
];
