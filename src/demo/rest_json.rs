//! REST calls with JSON: the routes of IAM Identity Center and their parameters.

use std::collections::BTreeMap;

use hyper::Method;
use hyper::header::HeaderMap;
use percent_encoding::percent_decode_str;
use serde_json::Value;

use super::account::Protocol;

/// The header with the token of the portal.
const BEARER_HEADER: &str = "x-amz-sso_bearer_token";

/// Method, path and operation of each route.
const ROUTES: [(Method, &str, &str); 6] = [
    (Method::GET, "/assignment/accounts", "ListAccounts"),
    (Method::GET, "/assignment/roles", "ListAccountRoles"),
    (Method::GET, "/federation/credentials", "GetRoleCredentials"),
    (Method::POST, "/token", "CreateToken"),
    (Method::POST, "/client/register", "RegisterClient"),
    (Method::POST, "/device_authorization", "StartDeviceAuthorization"),
];

/// The page that authorizes a client at once.
pub(crate) const AUTHORIZE: &str = "/authorize";

/// Pages for a browser, which are not part of the API.
const PAGES: [(&str, &str); 2] = [
    ("/start", "This is the portal of keyflip's demo. Sign in from a terminal.\n"),
    ("/device", "The demo approves each code by itself. You can close this page.\n"),
];

/// Parses a request. Returns `None` if there is no such route.
pub(crate) fn parse(
    method: &Method,
    path: &str,
    query: Option<&str>,
    headers: &HeaderMap,
    body: &[u8],
) -> Option<(BTreeMap<String, String>, Protocol)> {
    let (_, _, operation) =
        ROUTES.iter().find(|(verb, route, _)| verb == method && *route == path)?;
    let mut params = if *method == Method::GET {
        parse_form(query.unwrap_or_default())
    } else {
        parse_json(body)
    };
    params.insert("Action".to_owned(), (*operation).to_owned());
    let bearer = headers.get(BEARER_HEADER).and_then(|value| value.to_str().ok());
    Some((params, Protocol::RestJson { bearer: bearer.map(str::to_owned) }))
}

/// Returns the text of a page for a browser.
pub(crate) fn page(method: &Method, path: &str) -> Option<&'static str> {
    let readable = [Method::GET, Method::HEAD].contains(method);
    PAGES.iter().find(|(page, _)| readable && *page == path).map(|(_, text)| *text)
}

/// Parses a form: a body of the query protocol, or the query of a URL.
pub(crate) fn parse_form(text: &str) -> BTreeMap<String, String> {
    let decode =
        |part: &str| percent_decode_str(&part.replace('+', " ")).decode_utf8_lossy().into_owned();
    let fields = text.split('&').filter(|field| !field.is_empty());
    fields
        .map(|field| field.split_once('=').unwrap_or((field, "")))
        .map(|(k, v)| (decode(k), decode(v)))
        .collect()
}

/// Parses the fields of a JSON object. Lists of texts become words; other values are left
/// out.
fn parse_json(body: &[u8]) -> BTreeMap<String, String> {
    let Ok(Value::Object(fields)) = serde_json::from_slice(body) else { return BTreeMap::new() };
    let text = |value: Value| match value {
        Value::String(text) => Some(text),
        Value::Array(items) => {
            Some(items.iter().filter_map(Value::as_str).collect::<Vec<_>>().join(" "))
        }
        _ => None,
    };
    fields.into_iter().filter_map(|(name, value)| Some((name, text(value)?))).collect()
}
