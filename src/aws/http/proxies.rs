//! Proxy settings of the environment.

use std::sync::Arc;

use hyper::http::Uri;
use hyper_util::client::legacy::Error as ClientError;
use hyper_util::client::proxy::matcher::Matcher;

use crate::aws::connect_options::SettingsError;
use crate::aws::messages;
use crate::model::escape_hidden;

/// Variables of the proxy for HTTPS, for HTTP, and for both without one of their own. Of two
/// spellings the first that is set counts.
const HTTPS: [&str; 2] = ["HTTPS_PROXY", "https_proxy"];
const HTTP: [&str; 2] = ["HTTP_PROXY", "http_proxy"];
const ALL: [&str; 2] = ["ALL_PROXY", "all_proxy"];

/// A connection that failed at a proxy, or behind it.
#[derive(Debug, thiserror::Error)]
#[error("no connection through the proxy {proxy}")]
pub(in crate::aws) struct ProxyFailure {
    /// URL of the proxy, without credentials.
    pub proxy: Arc<str>,
    source: ClientError,
}

impl ProxyFailure {
    /// Returns the error of a connection through this proxy.
    pub(super) fn new(proxy: &Uri, source: ClientError) -> Self {
        let scheme = proxy.scheme_str().unwrap_or("http");
        let port = proxy.port().map(|port| format!(":{port}")).unwrap_or_default();
        let host = proxy.host().unwrap_or_default();
        Self { proxy: escape_hidden(&format!("{scheme}://{host}{port}")).into(), source }
    }
}

/// Returns the proxies of the environment.
///
/// # Errors
/// Returns an error if the value in force is not that of a proxy: [`Matcher`] would ignore it, and
/// calls would not go through the proxy that was asked for.
pub(super) fn from_env() -> Result<Matcher, SettingsError> {
    // In a CGI script, HTTP_PROXY may be a header of the request, so the matcher uses no variable.
    if std::env::var_os("REQUEST_METHOD").is_none() {
        check(|name| std::env::var(name).ok())?;
    }
    Ok(Matcher::from_env())
}

fn check(variable: impl Fn(&str) -> Option<String>) -> Result<(), SettingsError> {
    let set = |names: [&'static str; 2]| {
        let first = names.into_iter().find_map(|name| Some((name, variable(name)?)));
        first.filter(|(_, value)| !value.is_empty())
    };
    for names in [HTTPS, HTTP] {
        if let Some((name, value)) = set(names).or_else(|| set(ALL))
            && !is_proxy(value)
        {
            let message = messages::no_proxy_url(name);
            return Err(SettingsError::new(message, messages::SET_PROXY_URL));
        }
    }
    Ok(())
}

/// Returns whether the matcher does not ignore the value. SOCKS proxies are refused once they are
/// needed.
fn is_proxy(value: String) -> bool {
    let matcher = Matcher::builder().all(value).build();
    matcher.intercept(&Uri::from_static("https://iam.amazonaws.com")).is_some()
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Checks an environment; returns the variable that the error names.
    fn refused(variables: &[(&str, &str)]) -> Option<String> {
        let value = |name: &str| {
            let found = variables.iter().find(|(known, _)| *known == name);
            found.map(|(_, value)| (*value).to_owned())
        };
        let error = check(value).err()?;
        assert!(!error.to_string().contains("secret"), "{error}");
        error.message.split(' ').next().map(str::to_owned)
    }

    #[test]
    fn a_proxy_that_would_be_ignored_is_refused_by_its_variable() {
        for (name, value) in [
            ("HTTPS_PROXY", "ftp://user:secret@proxy.example.org"),
            ("https_proxy", "proxy.example.org:8080/path"),
            ("HTTP_PROXY", "http://"),
            ("ALL_PROXY", "socks://proxy.example.org:1080"),
            ("all_proxy", "not a URL"),
        ] {
            assert_eq!(refused(&[(name, value)]).as_deref(), Some(name), "{value}");
        }
    }

    #[test]
    fn a_proxy_that_is_used_or_not_in_force_is_not_refused() {
        for value in ["", "http://p:1", "https://user:secret@p", "p:8080", "p", "socks5://p:1080"] {
            assert_eq!(refused(&[("HTTPS_PROXY", value)]), None, "{value}");
        }
        let (https, http) = (("HTTPS_PROXY", "http://p:1"), ("http_proxy", "http://p:1"));
        assert_eq!(refused(&[https, http, ("ALL_PROXY", "socks://p:1080")]), None);
        assert_eq!(refused(&[https, ("https_proxy", "ftp://p")]), None, "the first one counts");
    }
}
