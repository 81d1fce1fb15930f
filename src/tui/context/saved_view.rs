//! Views of the account, and what is kept of them for the next start.

use std::sync::Arc;

use serde::{Deserialize, Serialize};

use crate::inventory::SortOrder;

/// View of the account.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub(crate) enum View {
    /// Users and the keys of the selected one.
    #[default]
    Users,
    /// All keys.
    Keys,
    /// How the active keys are distributed.
    Overview,
    /// Every account of the organization.
    Organization,
}

/// What is kept of an account: its view, sort orders and filter.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct SavedView {
    /// View.
    pub view: View,
    /// Order of the list of users.
    pub users: SortOrder,
    /// Order of the list of all keys.
    pub keys: SortOrder,
    /// Filter of both lists, as typed.
    pub filter: String,
}

/// The view that is kept of the account shown.
#[derive(Clone, Debug, Default)]
pub(crate) struct ViewMemory {
    /// Account of which the view was requested, as [`AccountIdentity`](super::AccountIdentity)
    /// names it for the file.
    account: Option<Arc<str>>,
    /// Last view known to be in the file; `None` until it was read.
    kept: Option<SavedView>,
    /// Whether the screen was started with something else to show.
    pub is_superseded: bool,
}

impl ViewMemory {
    /// Returns the memory at the start.
    pub(super) fn new(is_superseded: bool) -> Self {
        Self { is_superseded, ..Self::default() }
    }

    /// Notes that the view of an account is requested.
    pub(crate) fn request(&mut self, account: Arc<str>) {
        (self.account, self.kept) = (Some(account), None);
    }

    /// Returns whether this is the account whose view was requested last.
    pub(crate) fn is_of(&self, account: &str) -> bool {
        self.account.as_deref() == Some(account)
    }

    /// Notes the view that is shown once the kept one was read.
    pub(crate) fn start(&mut self, shown: SavedView) {
        self.kept = Some(shown);
    }

    /// Returns the account whose view is to be saved, if it differs from the kept one.
    pub(crate) fn update(&mut self, shown: &SavedView) -> Option<Arc<str>> {
        let kept = self.kept.as_mut().filter(|kept| *kept != shown)?;
        kept.clone_from(shown);
        self.account.clone()
    }
}
