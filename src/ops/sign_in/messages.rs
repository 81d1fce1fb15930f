//! Sentences about a sign-in, for the screen and the commands.

use std::time::Duration;

use jiff::Timestamp;

use crate::model::{ServiceError, escape_hidden, format_utc};
use crate::ops::sign_in::prompt::SignInPrompt;

/// Heads the lines of a sign-in.
pub(crate) const TITLE: &str = "Sign in to IAM Identity Center";

/// What to do with the page.
pub(crate) const OPEN_PAGE: &str =
    "Open this page in a browser, on any device, and approve the code:";

/// What happens with the address of a sign-in in a browser of this machine.
pub(crate) const OPEN_HERE: &str = "Sign in at this address, in a browser on this machine:";

/// The command waits for the browser.
pub(crate) fn waiting_for_browser(left: Duration) -> String {
    format!("Waiting for the browser, {}. Press ctrl-c to cancel.", time_left(left))
}

/// Warning against codes of others.
pub(crate) const OWN_CODE_ONLY: &str =
    "Approve it only if you have started this sign-in yourself, just now.";

/// The browser of this machine was started.
pub(crate) const BROWSER_OPENED: &str = "The browser of this machine was started.";

/// Names of the lines of [`origin`].
const SESSION: &str = "Session";
const START_URL: &str = "Start URL";
const REGION: &str = "Region";
/// The page's host.
pub(crate) const HOST: &str = "Host";

/// Returns whose request it is: name and value of each line.
pub(crate) fn origin(prompt: &SignInPrompt) -> Vec<(&'static str, &str)> {
    let mut lines = vec![(SESSION, &*prompt.session)];
    // A session in the older format has no other name.
    if prompt.session != prompt.start_url {
        lines.push((START_URL, &prompt.start_url));
    }
    lines.extend([(REGION, &*prompt.region), (HOST, &*prompt.host)]);
    lines
}

/// A service or a page that AWS does not run.
pub(crate) fn not_aws(url: &str) -> String {
    format!("NOT AWS {url}")
}

/// The code as plain text, to copy.
pub(crate) fn code(code: &str) -> String {
    format!("Code: {code}")
}

/// The command waits for the approval.
pub(crate) fn waiting(left: Duration) -> String {
    format!("Waiting for the approval, {}. Press ctrl-c to cancel.", time_left(left))
}

/// Time until the code expires.
pub(crate) fn time_left(left: Duration) -> String {
    let seconds = left.as_secs();
    format!("{}:{:02} left", seconds / 60, seconds % 60)
}

/// The service does not answer at the moment.
pub(crate) fn unanswered(error: &ServiceError) -> String {
    format!(
        "No answer from Identity Center ({}); still trying.",
        error.message.trim_end_matches('.')
    )
}

/// The token is cached.
pub(crate) fn signed_in(session: &str, end: Timestamp) -> String {
    format!("Signed in to session {} until {}.", escape_hidden(session), format_utc(end))
}
