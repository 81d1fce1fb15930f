//! Clients of a sign-in. Their endpoints are of the same family as its start URL: a dual-stack
//! portal does not know the device codes of the IPv4 endpoint (aws/aws-cli#10507).

use crate::aws::endpoint_hosts::is_dual_stack_portal;
use crate::aws::sdk_clients::ClientFactory;
use crate::aws::sso::session::SsoSession;

impl SsoSession {
    /// Returns a client of the token service.
    pub(super) fn oidc_client(&self, client_factory: &ClientFactory) -> aws_sdk_ssooidc::Client {
        let url = self.oidc_url.clone();
        self.with_endpoint_family(client_factory, url.as_deref()).sso_oidc(&self.region, url)
    }

    /// Returns a client of the portal.
    pub(super) fn portal_client(&self, client_factory: &ClientFactory) -> aws_sdk_sso::Client {
        let url = self.portal_url.clone();
        self.with_endpoint_family(client_factory, url.as_deref()).sso(&self.region, url)
    }

    /// Returns the clients with the endpoint family of the start URL, unless a URL is given.
    pub(super) fn with_endpoint_family(
        &self,
        client_factory: &ClientFactory,
        url: Option<&str>,
    ) -> ClientFactory {
        let mut client_factory = client_factory.clone();
        let is_dual_stack =
            client_factory.config.dual_stack || is_dual_stack_portal(&self.start_url);
        // The SDK refuses a URL beside it.
        client_factory.config.dual_stack = is_dual_stack && url.is_none();
        client_factory
    }
}
