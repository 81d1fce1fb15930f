//! What a key does: the one table of keys, from which the dispatch, the
//! footer, the help screen and the README's table are made.

mod bindings;

pub(crate) use bindings::Keymap;

/// What the user can ask for on the main screen.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(crate) enum Action {
    /// One row down.
    Down,
    /// One row up.
    Up,
    /// To the first row.
    Top,
    /// To the last row.
    Bottom,
    /// One page down.
    PageDown,
    /// One page up.
    PageUp,
    /// To the other pane.
    NextPane,
    /// To the left pane.
    Left,
    /// To the right pane.
    Right,
    /// Into the pane, or the key's detail.
    Open,
    /// Type a filter.
    Filter,
    /// Find key IDs in a text.
    Find,
    /// Switch the selected key the other way.
    Toggle,
    /// Switch keys off.
    Deactivate,
    /// Switch keys on.
    Activate,
    /// Mark or unmark a key.
    Mark,
    /// Mark all keys shown.
    MarkAll,
    /// Put the last change back.
    Undo,
    /// Show the journal.
    Journal,
    /// Show errors in full.
    Errors,
    /// Copy the key ID.
    CopyId,
    /// Show and copy the commands for what keyflip does not do.
    AwsCommands,
    /// The next sort order.
    Sort,
    /// The other way round.
    Reverse,
    /// Users or keys.
    View,
    /// Read again what is shown.
    Refresh,
    /// Read the whole account, or stop.
    FullScan,
    /// Watch the changed keys.
    Watch,
    /// Change the profile.
    Profile,
    /// Show the help.
    Help,
    /// Leave.
    Quit,
    /// Close what is open.
    Cancel,
    /// Stop the program and give the shell back (`fg` goes on).
    Suspend,
}

impl Action {
    /// Whether it turns to another pane, list or key than the one that is
    /// being looked for.
    pub(crate) fn cancels_auto_select(self) -> bool {
        matches!(
            self,
            Self::NextPane
                | Self::Left
                | Self::Right
                | Self::Open
                | Self::Filter
                | Self::View
                | Self::Toggle
                | Self::Deactivate
                | Self::Activate
                | Self::Undo
        )
    }
}

/// One row of the table of keys.
#[derive(Clone, Copy, Debug)]
pub(crate) struct ActionSpec {
    /// What it does.
    pub action: Action,
    /// Its name in the config file.
    pub name: &'static str,
    /// The keys that do it, unless the config file says otherwise.
    pub keys: &'static [&'static str],
    /// Its word in the footer.
    pub label: &'static str,
    /// Its sentence in the help.
    pub help: &'static str,
    /// How early the footer gives it up when there is little room: 0 last;
    /// `None` where the footer never shows it.
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

/// The table of keys, in the order of the help screen.
pub(crate) const ACTIONS: &[ActionSpec] = &[
    action_spec(Action::Down, "down", &["j", "down"], "down", "one row down", None),
    action_spec(Action::Up, "up", &["k", "up"], "up", "one row up", None),
    action_spec(Action::Top, "top", &["g", "home"], "top", "to the first row", None),
    action_spec(Action::Bottom, "bottom", &["G", "end"], "bottom", "to the last row", None),
    action_spec(
        Action::PageDown,
        "page-down",
        &["pagedown", "ctrl-f"],
        "page down",
        "one page down",
        None,
    ),
    action_spec(Action::PageUp, "page-up", &["pageup", "ctrl-b"], "page up", "one page up", None),
    action_spec(Action::Left, "left", &["h", "left"], "left", "to the left pane", None),
    action_spec(Action::Right, "right", &["l", "right"], "right", "to the right pane", None),
    action_spec(
        Action::Open,
        "open",
        &["enter"],
        "open",
        "into the pane, or the key's detail",
        None,
    ),
    action_spec(
        Action::Toggle,
        "toggle",
        &["t"],
        "toggle",
        "switch the selected key the other way (asks)",
        Some(1),
    ),
    action_spec(
        Action::Deactivate,
        "deactivate",
        &["d"],
        "off",
        "switch the marked keys off, else the chosen one (asks)",
        Some(8),
    ),
    action_spec(
        Action::Activate,
        "activate",
        &["a"],
        "on",
        "switch the marked keys on, else the chosen one (asks)",
        Some(8),
    ),
    action_spec(Action::Mark, "mark", &["space"], "mark", "mark or unmark the key", Some(9)),
    action_spec(Action::MarkAll, "mark-all", &["ctrl-a"], "mark all", "mark every key shown", None),
    action_spec(
        Action::Undo,
        "undo",
        &["u"],
        "undo",
        "put back what was changed last (asks)",
        Some(1),
    ),
    action_spec(
        Action::Find,
        "find",
        &["f"],
        "find",
        "find key IDs in any text; pasting anywhere does the same",
        Some(2),
    ),
    action_spec(
        Action::View,
        "view",
        &["v"],
        "view",
        "all keys in one list, or the users again",
        Some(4),
    ),
    action_spec(
        Action::Filter,
        "filter",
        &["/"],
        "filter",
        "filter by text and terms such as status:active",
        Some(3),
    ),
    action_spec(Action::Sort, "sort", &["s"], "sort", "next sort order, or sort again", Some(6)),
    action_spec(Action::Reverse, "reverse", &["S"], "reverse", "the other way round", None),
    action_spec(
        Action::Refresh,
        "refresh",
        &["r"],
        "read again",
        "read again what is shown",
        Some(5),
    ),
    action_spec(
        Action::FullScan,
        "sweep",
        &["R"],
        "read all",
        "read the whole account; again: stop",
        Some(8),
    ),
    action_spec(Action::NextPane, "next-pane", &["tab"], "pane", "to the other pane", Some(7)),
    action_spec(
        Action::CopyId,
        "copy-id",
        &["y"],
        "copy ID",
        "send the key ID to the clipboard",
        Some(9),
    ),
    action_spec(
        Action::AwsCommands,
        "commands",
        &["Y"],
        "commands",
        "show the aws commands for what keyflip does not do",
        Some(2),
    ),
    action_spec(
        Action::Watch,
        "watch",
        &["w"],
        "watch",
        "read the changed keys each minute, and tell of news",
        Some(2),
    ),
    action_spec(
        Action::Profile,
        "profile",
        &["p"],
        "profile",
        "change to another profile of the AWS configuration",
        Some(9),
    ),
    action_spec(
        Action::Journal,
        "journal",
        &["L"],
        "journal",
        "show the journal of this account",
        Some(5),
    ),
    action_spec(Action::Errors, "errors", &["!"], "errors", "errors in full", Some(4)),
    action_spec(Action::Help, "help", &["?"], "help", "this help", Some(1)),
    action_spec(Action::Quit, "quit", &["q", "ctrl-c"], "quit", "leave", Some(0)),
    action_spec(
        Action::Cancel,
        "cancel",
        &["esc"],
        "close",
        "close what is open, then the filter, the marks, the errors",
        None,
    ),
    action_spec(
        Action::Suspend,
        "suspend",
        &["ctrl-z"],
        "suspend",
        "back to the shell (fg goes on)",
        None,
    ),
];
