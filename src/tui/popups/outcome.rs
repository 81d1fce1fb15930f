//! What a popup wants to happen after it has handled an input.

use std::path::PathBuf;
use std::sync::Arc;

use crate::model::{AccountId, Direction, KeyId, Route, Secret};
use crate::ops::export::Document;
use crate::ops::key_lookup::KeyMention;
use crate::tui::keymap::Action;

/// What happens to a popup that has handled an input or has settled.
#[derive(Debug)]
pub(crate) enum PopupOutcome {
    /// It stays open.
    Stay,
    /// It closes.
    Close,
    /// The app handles a request, which may close the popup or replace it.
    Request(PopupRequest),
}

impl From<PopupRequest> for PopupOutcome {
    fn from(request: PopupRequest) -> Self {
        Self::Request(request)
    }
}

/// Request of a popup to the app.
#[derive(Debug)]
pub(crate) enum PopupRequest {
    /// Shows the help.
    Help,
    /// Closes the popup and does what the key of an action does.
    Run(Action),
    /// Shows the input for a text with key IDs.
    FindPrompt,
    /// Finds key IDs in a text.
    Find(String),
    /// Looks up access keys that a key has issued, and lists them over the popup.
    FindIssued(Vec<KeyId>),
    /// Asks where to export a copy of the popup to; then shows the popup again.
    Export(Box<Document>),
    /// Shows the results of the last look-ups.
    LookupResults,
    /// Selects a key that was looked up.
    GoTo(KeyId),
    /// Shows the keys of a masked ID or of a user.
    ShowMatches(KeyMention),
    /// Opens the plan in a file.
    OpenPlan(PathBuf),
    /// Shows the list of the open plan.
    Plan,
    /// Opens the dialog on those of the keys that can be changed.
    Change(Vec<KeyId>, Direction),
    /// Shows what a key has done.
    Activity(KeyId),
    /// Opens the session with an MFA code.
    GiveCode(Secret),
    /// Offers to sign in to a session or start URL of Identity Center.
    SignIn(Arc<str>, AfterSignIn),
    /// Shows the routes into an account; those of that sign-in are preselected.
    ChooseRoute(AccountId, Option<Arc<str>>),
    /// Changes to another route, and so perhaps to another account; `None` leads back to the
    /// credentials of the start.
    ChangeRoute(Option<Route>),
    /// Opens an account by a route, which must lead there.
    OpenAccount(Route, AccountId),
}

/// What the screen shows after a sign-in. A session that needed it is reopened in any case.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum AfterSignIn {
    /// Nothing else.
    Panes,
    /// The accounts within reach.
    Accounts,
    /// The routes into an account, and the key that led there.
    Account(AccountId, Option<KeyId>),
}
