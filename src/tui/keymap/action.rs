//! The actions.

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
    /// Shows the users and the keys of the selected one.
    ViewUsers,
    /// Shows all keys.
    ViewKeys,
    /// Shows how the keys are distributed.
    ViewOverview,
    /// Shows every account of the organization, or returns to the view before.
    Organization,
    /// Refreshes what is shown.
    Refresh,
    /// Starts or stops a full scan of the account.
    FullScan,
    /// Shows what the key has done.
    Activity,
    /// Exports the table or popup shown.
    Export,
    /// Starts or stops watching the changed keys.
    Watch,
    /// Opens a plan from a file.
    OpenPlan,
    /// Opens the profile picker.
    Accounts,
    /// Opens the command palette.
    Palette,
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
    /// Returns whether the action is of no use without a session.
    pub(crate) fn needs_session(self) -> bool {
        matches!(self, Self::Toggle | Self::Deactivate | Self::Activate | Self::Undo | Self::Watch)
    }

    /// Returns whether the action is about keys or users of the account, which a view of accounts does
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

    /// Returns whether the action is about the rows of a list of keys or users, which a view of counts
    /// does not have.
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
