//! The admin API of the demo endpoint, below `/_demo/`, for tests.
//!
//! | request | does |
//! |---|---|
//! | `GET /_demo/calls` | returns the calls so far as JSON; `?after=N` skips the first N |
//! | `POST /_demo/faults` | replaces the faults |
//! | `POST /_demo/apply` | applies an [`account::ExternalChange`](super::account::ExternalChange), as if someone else had changed the account |

use hyper::{Method, StatusCode};
use jiff::Timestamp;
use serde_json::{Value, json};

use super::account::ExternalChange;
use super::faults::Faults;
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
    let done = match (method, path.strip_prefix(ADMIN_PATH)) {
        (&Method::GET, Some("calls")) => {
            let after = query
                .and_then(|query| query.strip_prefix("after="))
                .and_then(|number| number.parse().ok());
            serde_json::to_value(state.request_log.after(after.unwrap_or(0)))
                .map_err(|error| error.to_string())
        }
        (&Method::POST, Some("faults")) => parse::<Faults>(body).map(|faults| {
            state.set_faults(faults, Timestamp::now());
            json!({})
        }),
        (&Method::POST, Some("apply")) => parse::<ExternalChange>(body)
            .and_then(|mutation| state.store.apply_mutation(mutation, Timestamp::now())),
        _ => {
            return (
                StatusCode::NOT_FOUND,
                json!({ "error": "The demo endpoint has no admin request of this path and method." }).to_string(),
            );
        }
    };
    match done {
        Ok(value) => (StatusCode::OK, Value::to_string(&value)),
        Err(error) => (StatusCode::BAD_REQUEST, json!({ "error": error }).to_string()),
    }
}

fn parse<'de, T: serde::Deserialize<'de>>(body: &'de [u8]) -> Result<T, String> {
    serde_json::from_slice(body).map_err(|error| error.to_string())
}
