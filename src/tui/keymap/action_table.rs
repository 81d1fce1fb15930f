//! The table of actions: topic, name, default keys and texts of each.

use crate::tui::keymap::action::Action;

/// Topic of the help.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Topic {
    /// What is done about a key, and what it has done.
    Incident,
    /// Selecting, marking and filtering.
    Select,
    /// What the lists show, and in which order.
    View,
    /// Everything else.
    Other,
    /// Moving the cursor and the focus.
    Move,
}

impl Topic {
    /// Every topic, in the order of the help.
    pub(crate) const ALL: [Self; 5] =
        [Self::Incident, Self::Select, Self::View, Self::Other, Self::Move];

    /// Returns its name.
    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::Incident => "Incident",
            Self::Select => "Select",
            Self::View => "View",
            Self::Other => "Other",
            Self::Move => "Move",
        }
    }

    /// Returns its actions.
    pub(crate) fn actions(self) -> impl Iterator<Item = &'static ActionSpec> {
        ACTIONS.iter().filter(move |spec| spec.topic == self)
    }
}

/// One row of the table of actions.
#[derive(Clone, Copy, Debug)]
pub(crate) struct ActionSpec {
    /// The action.
    pub action: Action,
    /// Its topic in the help.
    pub topic: Topic,
    /// Its name in the configuration file, under `[keys]`.
    pub name: &'static str,
    /// Its default keys.
    pub keys: &'static [&'static str],
    /// Its label in the footer.
    pub label: &'static str,
    /// Its description in the help and in docs/screen.md.
    pub help: &'static str,
    /// The drop order in a narrow footer: the highest rank goes first, 0 last.
    /// `None` if the footer never shows it.
    pub footer: Option<u8>,
}

impl Action {
    /// Returns the row of the action in the table; `None` if it has none.
    pub(crate) fn spec(self) -> Option<&'static ActionSpec> {
        ACTIONS.iter().find(|spec| spec.action == self)
    }
}

const fn action_spec(
    action: Action,
    topic: Topic,
    name: &'static str,
    keys: &'static [&'static str],
    label: &'static str,
    help: &'static str,
    footer: Option<u8>,
) -> ActionSpec {
    ActionSpec { action, topic, name, keys, label, help, footer }
}

/// The table of actions, in the order of the footer.
pub(crate) const ACTIONS: &[ActionSpec] = &[
    action_spec(Action::Down, Topic::Move, "down", &["j", "down"], "down", "down one row", None),
    action_spec(Action::Up, Topic::Move, "up", &["k", "up"], "up", "up one row", None),
    action_spec(Action::Top, Topic::Move, "top", &["g", "home"], "top", "first row", None),
    action_spec(Action::Bottom, Topic::Move, "bottom", &["G", "end"], "bottom", "last row", None),
    action_spec(
        Action::PageDown,
        Topic::Move,
        "page-down",
        &["pagedown", "ctrl-f"],
        "page down",
        "down one page",
        None,
    ),
    action_spec(
        Action::PageUp,
        Topic::Move,
        "page-up",
        &["pageup", "ctrl-b"],
        "page up",
        "up one page",
        None,
    ),
    action_spec(Action::Left, Topic::Move, "left", &["h", "left"], "left", "left pane", None),
    action_spec(Action::Right, Topic::Move, "right", &["l", "right"], "right", "right pane", None),
    action_spec(
        Action::Open,
        Topic::Select,
        "open",
        &["enter"],
        "open",
        "open: the keys of the user or the bar, the details of the key, or the account",
        None,
    ),
    action_spec(
        Action::Toggle,
        Topic::Incident,
        "toggle",
        &["t"],
        "toggle",
        "toggle the selected key (asks)",
        Some(6),
    ),
    action_spec(
        Action::Deactivate,
        Topic::Incident,
        "deactivate",
        &["d"],
        "deactivate",
        "deactivate the marked keys, else the selected one (asks)",
        Some(1),
    ),
    action_spec(
        Action::Activate,
        Topic::Incident,
        "activate",
        &["a"],
        "activate",
        "activate the marked keys, else the selected one (asks)",
        Some(6),
    ),
    action_spec(
        Action::Mark,
        Topic::Select,
        "mark",
        &["space"],
        "mark",
        "mark or unmark the selected key",
        Some(9),
    ),
    action_spec(
        Action::MarkAll,
        Topic::Select,
        "mark-all",
        &["ctrl-a"],
        "mark all",
        "mark all keys shown",
        None,
    ),
    action_spec(
        Action::Undo,
        Topic::Incident,
        "undo",
        &["u"],
        "undo",
        "undo the last change (asks)",
        Some(1),
    ),
    action_spec(
        Action::Find,
        Topic::Incident,
        "find",
        &["f"],
        "find",
        "find key IDs in any text (pasting anywhere does the same)",
        Some(2),
    ),
    action_spec(
        Action::View,
        Topic::View,
        "view",
        &["v"],
        "view",
        "next view: users, all keys, or overview",
        Some(4),
    ),
    action_spec(
        Action::ViewUsers,
        Topic::View,
        "view-users",
        &[],
        "Users",
        "view of the users, and the keys of the selected one",
        None,
    ),
    action_spec(
        Action::ViewKeys,
        Topic::View,
        "view-keys",
        &[],
        "Keys",
        "view of all keys of the account",
        None,
    ),
    action_spec(
        Action::ViewOverview,
        Topic::View,
        "view-overview",
        &[],
        "Overview",
        "view of how the active keys are distributed",
        None,
    ),
    action_spec(
        Action::Organization,
        Topic::View,
        "organization",
        &["o"],
        "organization",
        "view of every account of the organization; again: back",
        Some(9),
    ),
    action_spec(
        Action::Filter,
        Topic::Select,
        "filter",
        &["/"],
        "filter",
        "filter by text and terms such as status:active",
        Some(3),
    ),
    action_spec(
        Action::Sort,
        Topic::View,
        "sort",
        &["s"],
        "sort",
        "next order: name, newest key, longest unused; the same again if rows were added",
        Some(6),
    ),
    action_spec(
        Action::Reverse,
        Topic::View,
        "reverse",
        &["S"],
        "reverse",
        "reverse the sort order",
        None,
    ),
    action_spec(
        Action::Refresh,
        Topic::View,
        "refresh",
        &["r"],
        "refresh",
        "refresh what is shown",
        Some(5),
    ),
    action_spec(
        Action::FullScan,
        Topic::View,
        "full-scan",
        &["R"],
        "full scan",
        "full scan of the account; again: stop",
        Some(8),
    ),
    action_spec(
        Action::NextPane,
        Topic::Move,
        "next-pane",
        &["tab"],
        "pane",
        "other pane",
        Some(7),
    ),
    action_spec(
        Action::CopyId,
        Topic::Select,
        "copy-id",
        &["y"],
        "copy ID",
        "copy the key ID",
        Some(9),
    ),
    action_spec(
        Action::AwsCommands,
        Topic::Incident,
        "commands",
        &["Y"],
        "commands",
        "AWS CLI commands for what keyflip does not do",
        Some(2),
    ),
    action_spec(
        Action::Activity,
        Topic::Incident,
        "activity",
        &["c"],
        "activity",
        "what the key has done, from CloudTrail's event history",
        Some(3),
    ),
    action_spec(
        Action::Export,
        Topic::View,
        "export",
        &["e"],
        "export",
        "export the table or popup shown: to a file (Markdown, CSV, JSON) or the clipboard",
        Some(11),
    ),
    action_spec(
        Action::Watch,
        Topic::Incident,
        "watch",
        &["w"],
        "watch",
        "watch the changed keys for new use and status changes; again: stop",
        Some(2),
    ),
    action_spec(
        Action::OpenPlan,
        Topic::Select,
        "open-plan",
        &["P"],
        "plan",
        "open a plan of keyflip plan as a marked list",
        None,
    ),
    action_spec(
        Action::Accounts,
        Topic::Other,
        "profile",
        &["p"],
        "accounts",
        "choose an account or a profile (type to filter)",
        Some(9),
    ),
    action_spec(
        Action::Journal,
        Topic::Incident,
        "journal",
        &["L"],
        "journal",
        "journal of this account",
        Some(5),
    ),
    action_spec(
        Action::Errors,
        Topic::Other,
        "errors",
        &["!"],
        "errors",
        "errors in full",
        Some(4),
    ),
    action_spec(
        Action::Palette,
        Topic::Other,
        "palette",
        &[":", "ctrl-p"],
        "actions",
        "every action that is possible now (type to filter)",
        Some(4),
    ),
    action_spec(
        Action::Help,
        Topic::Other,
        "help",
        &["?"],
        "help",
        "help: all keys and filter terms",
        Some(1),
    ),
    action_spec(Action::Quit, Topic::Other, "quit", &["q", "ctrl-c"], "quit", "quit", Some(0)),
    action_spec(
        Action::Cancel,
        Topic::Other,
        "cancel",
        &["esc"],
        "close",
        "close the popup; else clear the filter, the marks, the notifications",
        None,
    ),
    action_spec(
        Action::Suspend,
        Topic::Other,
        "suspend",
        &["ctrl-z"],
        "suspend",
        "suspend to the shell (fg resumes)",
        None,
    ),
];
