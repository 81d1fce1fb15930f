//! The actions, and the table of them: topic, name, default keys and texts of each.

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

/// Defines the actions and the table, so that each action has one row.
macro_rules! actions {
    ($($topic:ident $action:ident $name:literal [$($key:literal),*] $label:literal $footer:expr
        => $help:literal;)*) => {
        /// An action of the main screen.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
        pub(crate) enum Action {
            $(#[doc = $help] $action,)*
        }

        /// The table of actions, in the order of the footer.
        pub(crate) const ACTIONS: &[ActionSpec] = &[$(ActionSpec {
            action: Action::$action,
            topic: Topic::$topic,
            name: $name,
            keys: &[$($key),*],
            label: $label,
            help: $help,
            footer: $footer,
        },)*];
    };
}

// Topic, action, name, default keys, label, rank in the footer => description.
actions! {
    Move Down "down" ["j", "down"] "down" None => "down one row";
    Move Up "up" ["k", "up"] "up" None => "up one row";
    Move Top "top" ["g", "home"] "top" None => "first row";
    Move Bottom "bottom" ["G", "end"] "bottom" None => "last row";
    Move PageDown "page-down" ["pagedown", "ctrl-f"] "page down" None => "down one page";
    Move PageUp "page-up" ["pageup", "ctrl-b"] "page up" None => "up one page";
    Move Left "left" ["h", "left"] "left" None => "left pane";
    Move Right "right" ["l", "right"] "right" None => "right pane";
    Select Open "open" ["enter"] "open" None =>
        "open: the keys of the user or the bar, the details of the key, or the account";
    Incident Toggle "toggle" ["t"] "toggle" Some(6) => "toggle the selected key (asks)";
    Incident Deactivate "deactivate" ["d"] "deactivate" Some(1) =>
        "deactivate the marked keys, else the selected one (asks)";
    Incident Activate "activate" ["a"] "activate" Some(6) =>
        "activate the marked keys, else the selected one (asks)";
    Select Mark "mark" ["space"] "mark" Some(9) => "mark or unmark the selected key";
    Select MarkAll "mark-all" ["ctrl-a"] "mark all" None => "mark all keys shown";
    Incident Undo "undo" ["u"] "undo" Some(1) => "undo the last change (asks)";
    Incident Find "find" ["f"] "find" Some(2) =>
        "find key IDs in any text (pasting anywhere does the same)";
    View View "view" ["v"] "view" Some(4) => "next view: users, all keys, or overview";
    View ViewUsers "view-users" [] "Users" None =>
        "view of the users, and the keys of the selected one";
    View ViewKeys "view-keys" [] "Keys" None => "view of all keys of the account";
    View ViewOverview "view-overview" [] "Overview" None =>
        "view of how the active keys are distributed";
    View Organization "organization" ["o"] "organization" Some(9) =>
        "view of every account of the organization; again: back";
    Select Filter "filter" ["/"] "filter" Some(3) =>
        "filter by text and terms such as status:active";
    View Sort "sort" ["s"] "sort" Some(6) =>
        "next order: name, newest key, longest unused; sorts again if rows were added";
    View Reverse "reverse" ["S"] "reverse" None => "reverse the sort order";
    View Refresh "refresh" ["r"] "refresh" Some(5) => "refresh what is shown";
    View FullScan "full-scan" ["R"] "full scan" Some(8) => "full scan of the account; again: stop";
    Move NextPane "next-pane" ["tab"] "pane" Some(7) => "other pane";
    Select CopyId "copy-id" ["y"] "copy ID" Some(9) => "copy the key ID";
    Incident AwsCommands "commands" ["Y"] "commands" Some(2) =>
        "AWS CLI commands for what keyflip does not do";
    Incident Activity "activity" ["c"] "activity" Some(3) =>
        "what the key has done, from CloudTrail's event history";
    View Export "export" ["e"] "export" Some(11) =>
        "export the table or popup shown: to a file (Markdown, CSV, JSON) or the clipboard";
    Incident Watch "watch" ["w"] "watch" Some(2) =>
        "watch the changed keys for new use and status changes; again: stop";
    Select OpenPlan "open-plan" ["P"] "plan" None => "open a plan of keyflip plan as a marked list";
    Other Accounts "profile" ["p"] "accounts" Some(9) =>
        "choose an account or a profile (type to filter)";
    Incident Journal "journal" ["L"] "journal" Some(5) => "journal of this account";
    Other Errors "errors" ["!"] "errors" Some(4) => "errors in full";
    Other Palette "palette" [":", "ctrl-p"] "actions" Some(4) =>
        "every action that is possible now (type to filter)";
    Other Help "help" ["?"] "help" Some(1) => "help: all keys and filter terms";
    Other Quit "quit" ["q", "ctrl-c"] "quit" Some(0) => "quit";
    Other Cancel "cancel" ["esc"] "close" None =>
        "close the popup; else clear the filter, the marks, the notifications";
    Other Suspend "suspend" ["ctrl-z"] "suspend" None => "suspend to the shell (fg resumes)";
}

impl Action {
    /// Returns the row of the action in the table.
    pub(crate) fn spec(self) -> &'static ActionSpec {
        &ACTIONS[self as usize]
    }

    /// Returns whether the action is of no use without a session.
    pub(crate) fn needs_session(self) -> bool {
        matches!(self, Self::Toggle | Self::Deactivate | Self::Activate | Self::Undo | Self::Watch)
    }

    /// Returns whether the action is about keys or users of the account, which a view of accounts
    /// does not have.
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

    /// Returns whether the action is about the rows of a list of keys or users, which a view of
    /// counts does not have.
    pub(crate) fn needs_rows_of_keys(self) -> bool {
        matches!(self, Self::Filter | Self::Sort | Self::Reverse | Self::CopyId)
            || (self.needs_list_of_account() && self != Self::FullScan)
    }

    /// Returns whether the action moves on to another pane, view or key, so that
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
                | Self::ViewUsers
                | Self::ViewKeys
                | Self::ViewOverview
                | Self::Organization
                | Self::Toggle
                | Self::Deactivate
                | Self::Activate
                | Self::Undo
        )
    }
}
