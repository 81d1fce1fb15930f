//! What a popup wants to happen after it has handled an input.

use crate::model::{AccountId, Direction, KeyId, Route, Secret};
use crate::ops::key_lookup::KeyMention;

/// What happens to a popup that has handled an input or has settled.
#[derive(Debug)]
pub(crate) enum Flow {
    /// It stays open.
    Stay,
    /// It closes.
    Close,
    /// The app handles a request, which may close the popup or replace it.
    Request(Request),
}

/// Request of a popup to the app.
#[derive(Debug)]
pub(crate) enum Request {
    /// Shows the help.
    Help,
    /// Shows the input for a text with key IDs.
    KeySearch,
    /// Finds key IDs in a text.
    Find(String),
    /// Shows the results of the last look-ups.
    SearchResults,
    /// Selects a key that was looked up.
    GoTo(KeyId),
    /// Shows the keys of a masked ID or of a user.
    ShowMatches(KeyMention),
    /// Opens the dialog on those of the keys that can be changed.
    Change(Vec<KeyId>, Direction),
    /// Opens the session with an MFA code.
    GiveCode(Secret),
    /// Shows the routes into an account.
    ChooseRoute(AccountId),
    /// Changes to another route, and so perhaps to another account; `None` leads back to the
    /// credentials of the start.
    ChangeRoute(Option<Route>),
}
