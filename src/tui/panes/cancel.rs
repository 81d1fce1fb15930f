//! What `esc` clears in the panes: one thing at a time, which the footer names.

use crate::tui::context::{Context, Shared};
use crate::tui::panes::{FilterLine, Panes, View};

/// What `esc` clears in the panes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Clearable {
    /// The filter of the list in view.
    Filter,
    /// The view of the organization, or the accounts of a bar, which are left.
    Organization,
    /// The marks.
    Marks,
    /// The errors in the status bar.
    Errors,
    /// The result of the last action in the status bar.
    Notification,
}

impl Clearable {
    /// Returns rank and label of the hint in the footer.
    pub(crate) fn hint(self) -> (u8, &'static str) {
        match self {
            Self::Filter => (0, "clear filter"),
            // The key of the organization leads back, too, and its hint says so.
            Self::Organization => (9, "back"),
            Self::Marks => (0, "clear marks"),
            Self::Errors => (4, "dismiss errors"),
            Self::Notification => (8, "dismiss"),
        }
    }
}

impl Panes {
    /// Returns what `esc` clears next; `None` if there is nothing to clear.
    pub(crate) fn what_cancel_clears(&self, shared: &Shared) -> Option<Clearable> {
        if self.filter_in_view().is_some_and(FilterLine::is_shown) {
            Some(Clearable::Filter)
        } else if self.view == View::Organization {
            Some(Clearable::Organization)
        } else if !shared.marks.is_empty() {
            Some(Clearable::Marks)
        } else if !shared.notifications.undismissed().is_empty() {
            Some(Clearable::Errors)
        } else {
            shared.notifications.result().map(|_| Clearable::Notification)
        }
    }

    /// Clears what [`Self::what_cancel_clears`] returns.
    pub(crate) fn cancel(&mut self, context: &mut Context<'_>) {
        let shared = &mut *context.shared;
        match self.what_cancel_clears(shared) {
            Some(Clearable::Filter) => {
                if let Some(filter) = self.filter_in_view_mut() {
                    filter.clear();
                }
            }
            Some(Clearable::Organization) => {
                let has_left_bar = self.organization.leave_bar();
                if !has_left_bar {
                    self.leave_organization(context);
                }
            }
            Some(Clearable::Marks) => shared.marks.clear(),
            Some(Clearable::Errors) => {
                shared.notifications.dismiss();
            }
            Some(Clearable::Notification) => shared.notifications.clear_result(),
            None => {}
        }
    }
}
