//! The admin API of the demo endpoint, below `/_demo/`, for tests.
//!
//! | request | does |
//! |---|---|
//! | `GET /_demo/calls` | returns the calls so far as JSON; `?after=N` skips the first N |
//! | `GET /_demo/organization` | returns the member accounts as JSON |
//! | `POST /_demo/faults` | replaces the faults |
//! | `POST /_demo/apply` | applies an [`account::ExternalChange`](super::account::ExternalChange), as if someone else had changed the account |

use std::error::Error;

use hyper::{Method, StatusCode};
use jiff::Timestamp;
use serde_json::{Value, json};

use super::account::ExternalChange;
use super::server_state::ServerState;

/// Path prefix of the admin API.
pub(crate) const ADMIN_PATH: &str = "/_demo/";

/// Handles a request to the admin API.
pub(crate) fn handle_admin(
    state: &mut ServerState,
    method: &Method,
    path: &str,
    query: Option<&str>,
    body: &[u8],
) -> (StatusCode, String) {
    let error = |status, text: &str| (status, json!({ "error": text }).to_string());
    match perform(state, method, path, query, body) {
        Ok(Some(value)) => (StatusCode::OK, value.to_string()),
        Ok(None) => error(
            StatusCode::NOT_FOUND,
            "The demo endpoint has no admin request of this path and method.",
        ),
        Err(why) => error(StatusCode::BAD_REQUEST, &why.to_string()),
    }
}

/// Performs a request. Returns `None` if there is no such request.
///
/// # Errors
/// Returns an error if the body is not valid, or its change is not possible.
fn perform(
    state: &mut ServerState,
    method: &Method,
    path: &str,
    query: Option<&str>,
    body: &[u8],
) -> Result<Option<Value>, Box<dyn Error>> {
    Ok(Some(match (method, path.strip_prefix(ADMIN_PATH)) {
        (&Method::GET, Some("calls")) => {
            let after = query
                .and_then(|query| query.strip_prefix("after="))
                .and_then(|number| number.parse().ok());
            serde_json::to_value(state.request_log.after(after.unwrap_or(0)))?
        }
        (&Method::GET, Some("organization")) => state.store.describe_organization(),
        (&Method::POST, Some("faults")) => {
            state.set_faults(serde_json::from_slice(body)?, Timestamp::now());
            json!({})
        }
        (&Method::POST, Some("apply")) => {
            let change: ExternalChange = serde_json::from_slice(body)?;
            state.store.apply_external_change(change, Timestamp::now())?
        }
        _ => return Ok(None),
    }))
}
