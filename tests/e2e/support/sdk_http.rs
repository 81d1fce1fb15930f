//! HTTP client for the SDK, for the tests that call an endpoint themselves: without TLS, proxies
//! and timeouts. The SDK's own client would be compiled for the tests only, and with its features
//! of hyper the whole SDK a second time.

use aws_smithy_runtime_api::client::http::{
    HttpConnector, HttpConnectorFuture, SharedHttpClient, SharedHttpConnector, http_client_fn,
};
use aws_smithy_runtime_api::client::orchestrator::{HttpRequest, HttpResponse};
use aws_smithy_runtime_api::client::result::ConnectorError;
use aws_smithy_types::body::SdkBody;
use hyper_util::client::legacy::Client;
use hyper_util::client::legacy::connect::HttpConnector as Tcp;
use hyper_util::rt::TokioExecutor;

/// Returns a client with a connection pool of its own.
pub(crate) fn plain_http() -> SharedHttpClient {
    let connector =
        SharedHttpConnector::new(Plain(Client::builder(TokioExecutor::new()).build_http()));
    http_client_fn(move |_, _| connector.clone())
}

#[derive(Debug)]
struct Plain(Client<Tcp, SdkBody>);

impl HttpConnector for Plain {
    fn call(&self, request: HttpRequest) -> HttpConnectorFuture {
        let client = self.0.clone();
        HttpConnectorFuture::new(async move {
            let request =
                request.try_into_http1x().map_err(|error| ConnectorError::user(error.into()))?;
            let response =
                client.request(request).await.map_err(|error| ConnectorError::io(error.into()))?;
            HttpResponse::try_from(response.map(SdkBody::from_body_1_x))
                .map_err(|error| ConnectorError::other(error.into(), None))
        })
    }
}
