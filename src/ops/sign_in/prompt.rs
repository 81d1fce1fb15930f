//! What the user needs to approve a code, and to see whose request it is.

use std::sync::Arc;
use std::time::Duration;

use crate::aws::{BrowserRequest, DeviceCode, SignIn, SignInError};
use crate::model::{ErrorKind, ServiceError, escape_hidden};

/// A code and its page. All texts can be shown.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct SignInPrompt {
    /// Session or start URL.
    pub session: Arc<str>,
    /// Start URL.
    pub start_url: Arc<str>,
    /// Region.
    pub region: Arc<str>,
    /// Code to compare or to type; `None` for a sign-in in a browser of this machine.
    pub code: Option<Arc<str>>,
    /// Page on which the code is typed, or address to open.
    pub page: Arc<str>,
    /// The same page with the code in its address, if it is of the same host.
    pub complete_page: Option<Arc<str>>,
    /// Host of the page.
    pub host: Arc<str>,
    /// What is not of AWS: the URL of the service, or the page.
    pub not_aws: Option<Arc<str>>,
    /// Lifetime of the code.
    pub lifetime: Duration,
}

impl SignInPrompt {
    /// Returns the prompt for a code.
    ///
    /// # Errors
    /// Returns an error if the page has no address of the web.
    pub(super) fn new(sign_in: &SignIn, code: &DeviceCode) -> Result<Self, SignInError> {
        let shown = |text: &str| Arc::<str>::from(escape_hidden(text).as_ref());
        let host = host_of(&code.page).ok_or_else(|| not_a_page(&code.page))?;
        let complete_page =
            code.complete_page.as_deref().filter(|page| host_of(page) == Some(host));
        let not_aws = match sign_in.custom_url() {
            Some(url) => Some(shown(url)),
            None => (!code.is_page_of_aws()).then(|| shown(&code.page)),
        };
        Ok(Self {
            session: shown(sign_in.name()),
            start_url: shown(sign_in.start_url()),
            region: shown(sign_in.region()),
            code: Some(shown(&code.user_code)),
            host: host.into(),
            page: code.page.as_str().into(),
            complete_page: complete_page.map(Arc::from),
            not_aws,
            lifetime: code.lifetime,
        })
    }

    /// Returns the prompt for a sign-in in a browser of this machine, whose answer is awaited for
    /// that long.
    ///
    /// # Errors
    /// Returns an error if the address is none of the web.
    pub(super) fn for_browser(
        sign_in: &SignIn,
        request: &BrowserRequest,
        lifetime: Duration,
    ) -> Result<Self, SignInError> {
        let shown = |text: &str| Arc::<str>::from(escape_hidden(text).as_ref());
        let host = host_of(&request.address).ok_or_else(|| not_a_page(&request.address))?;
        let not_aws = match sign_in.custom_url() {
            Some(url) => Some(shown(url)),
            None => (!request.is_page_of_aws()).then(|| shown(host)),
        };
        Ok(Self {
            session: shown(sign_in.name()),
            start_url: shown(sign_in.start_url()),
            region: shown(sign_in.region()),
            code: None,
            host: host.into(),
            page: request.address.as_str().into(),
            complete_page: None,
            not_aws,
            lifetime,
        })
    }

    /// Returns the address to open: with the code in it, if there is one.
    pub(crate) fn address(&self) -> &Arc<str> {
        self.complete_page.as_ref().unwrap_or(&self.page)
    }
}

/// Returns the error of an address that is none of the web.
fn not_a_page(address: &str) -> ServiceError {
    let message = format!("“{}” is not a web address", escape_hidden(address));
    ServiceError::new(ErrorKind::Unreadable, "Signing in", message)
}

/// Returns host and port of a web address; `None` for any other text.
fn host_of(url: &str) -> Option<&str> {
    let is_shown = url.bytes().all(|byte| byte.is_ascii_graphic());
    let rest = url.strip_prefix("https://").or_else(|| url.strip_prefix("http://"))?;
    let authority = rest.split(['/', '?', '#']).next()?;
    let is_host = |byte: u8| byte.is_ascii_alphanumeric() || b".-:[]".contains(&byte);
    (is_shown && !authority.is_empty() && authority.bytes().all(is_host)).then_some(authority)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_addresses_of_the_web_have_a_host() {
        let url = "https://device.sso.us-east-1.amazonaws.com/?user_code=PQCF-FCCN";
        assert_eq!(host_of(url), Some("device.sso.us-east-1.amazonaws.com"));
        assert_eq!(host_of("http://127.0.0.1:4566/device"), Some("127.0.0.1:4566"));
        for url in [
            "javascript:alert(1)",
            "file:///etc/passwd",
            "https://",
            "https:///x",
            "https://a b/",
            "https://d-1.awsapps.com@evil.example/",
            "https://x.example/\u{1b}[2J",
            "--version",
        ] {
            assert_eq!(host_of(url), None, "{url}");
        }
    }
}
