//! Handles one HTTP request: parses the call, applies faults, writes the response.

use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::{Duration, Instant};

use http_body_util::{BodyExt as _, Limited};
use hyper::body::Incoming;
use hyper::header::{AUTHORIZATION, CONTENT_TYPE, HeaderMap, HeaderValue, LOCATION};
use hyper::{Method, Request, Response, StatusCode};
use jiff::Timestamp;
use tokio::sync::watch;

use super::account::{self, ApiError, ApiReply, Conditions, Operation, Protocol, Signature};
use super::resettable_stream::ResetFlag;
use super::response_body::{Body, ConnectionDropped, complete, faulty};
use super::{admin_api, aws_json};

use super::fault_injector::{CallFaults, FaultAfter, FaultBefore};
use super::request_log::LoggedCall;
use super::rest_json;
use super::server_state::{ServerState, SharedState};

/// Limit for request bodies; requests to IAM are far smaller.
const MAX_REQUEST_BYTES: usize = 1 << 20;

/// The shared state and the connection of a request.
#[derive(Clone)]
pub(crate) struct Exchange {
    pub shared: Arc<SharedState>,
    pub reset_flag: ResetFlag,
    pub connection: u64,
    pub stop: watch::Receiver<()>,
}

impl Exchange {
    fn reset<T>(&self) -> Result<T, ConnectionDropped> {
        self.reset_flag.trip();
        Err(ConnectionDropped)
    }

    /// Waits without a response until the server stops.
    async fn hang<T>(&mut self) -> Result<T, ConnectionDropped> {
        while self.stop.changed().await.is_ok() {}
        Err(ConnectionDropped)
    }
}

/// Handles one request.
pub(crate) async fn handle(
    exchange: Exchange,
    request: Request<Incoming>,
) -> Result<Response<Body>, ConnectionDropped> {
    let (head, body) = request.into_parts();
    let body = Limited::new(body, MAX_REQUEST_BYTES)
        .collect()
        .await
        .map_err(|_| ConnectionDropped)?
        .to_bytes();
    let path = head.uri.path();
    if exchange.shared.serves_admin_api && path.starts_with(admin_api::ADMIN_PATH) {
        let mut state = exchange.shared.state();
        let (status, text) =
            admin_api::handle_admin(&mut state, &head.method, path, head.uri.query(), &body);
        return Ok(response(status, "application/json", "", text));
    }
    if head.method == Method::POST && path == "/" {
        if let Some(params) = aws_json::parse(&head.headers, &body) {
            return handle_call(exchange, &head.headers, params, Protocol::AwsJson).await;
        }
        let params = rest_json::parse_form(&String::from_utf8_lossy(&body));
        return handle_call(exchange, &head.headers, params, Protocol::Query).await;
    }
    if exchange.shared.has_organization {
        let (method, query) = (&head.method, head.uri.query());
        if let Some((params, protocol)) =
            rest_json::parse(method, path, query, &head.headers, &body)
        {
            return handle_call(exchange, &head.headers, params, protocol).await;
        }
        if *method == Method::GET && path == rest_json::AUTHORIZE {
            let params = rest_json::parse_form(query.unwrap_or_default());
            return Ok(redirect(exchange.shared.state().store.authorize_client(&params)));
        }
        if let Some(text) = rest_json::page(method, path) {
            return Ok(response(StatusCode::OK, "text/plain", "", text.to_owned()));
        }
    }
    let text = "This is the demo endpoint of keyflip. It accepts IAM, STS and CloudTrail calls as POST requests to /.\n";
    Ok(response(StatusCode::NOT_FOUND, "text/plain", "", text.to_owned()))
}

/// Sends the browser to the next address, if there is one.
fn redirect(next: Option<String>) -> Response<Body> {
    let Some(Ok(location)) = next.map(HeaderValue::try_from) else {
        let text = "The request is not valid.\n".to_owned();
        return response(StatusCode::BAD_REQUEST, "text/plain", "", text);
    };
    let mut response = response(StatusCode::FOUND, "text/plain", "", String::new());
    response.headers_mut().insert(LOCATION, location);
    response
}

async fn handle_call(
    mut exchange: Exchange,
    headers: &HeaderMap,
    params: BTreeMap<String, String>,
    protocol: Protocol,
) -> Result<Response<Body>, ConnectionDropped> {
    let shared = Arc::clone(&exchange.shared);
    let (request, number, plan) = accept_call(&exchange, headers, params, protocol);
    let CallFaults { hold, delay, before, after, conditions } = plan;
    if let Some(mut hold) = hold {
        // An error means that the faults were replaced.
        let _ = hold.changed().await;
    }
    let half = delay / 2;
    sleep_for(half).await;
    let reply = match before {
        None => shared.state().execute_call(&request, number, &conditions),
        Some(FaultBefore::Refuse(error)) => {
            ApiReply::refusal(&error, request.service(), &request.id)
        }
        Some(FaultBefore::Reset) => return exchange.reset(),
        Some(FaultBefore::Hang) => return exchange.hang().await,
    };
    sleep_for(delay.saturating_sub(half)).await;
    let (reply, how) = match after {
        Some(FaultAfter::Refuse(error)) => {
            (ApiReply::refusal(&error, request.service(), &request.id), None)
        }
        Some(FaultAfter::Reset) => return exchange.reset(),
        Some(FaultAfter::Hang) => return exchange.hang().await,
        other => (reply, other),
    };
    shared.state().record_reply(number, &reply);
    let status = StatusCode::from_u16(reply.status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
    let is_xml = request.service().is_query();
    let content_type = match request.protocol {
        _ if is_xml => "text/xml",
        Protocol::AwsJson => "application/x-amz-json-1.1",
        _ => "application/json",
    };
    let mut response = response(status, content_type, &request.id, String::new());
    if let Some(Ok(code)) = reply.code.as_deref().map(HeaderValue::from_str)
        && !is_xml
    {
        response.headers_mut().insert("x-amzn-errortype", code);
    }
    *response.body_mut() = match how {
        Some(how) => faulty(&how, reply.body),
        None => complete(reply.body),
    };
    Ok(response)
}

/// Accepts the call, logs it and chooses its faults.
fn accept_call(
    exchange: &Exchange,
    headers: &HeaderMap,
    params: BTreeMap<String, String>,
    protocol: Protocol,
) -> (account::ApiRequest, u64, CallFaults) {
    let header = |name: &str| headers.get(name).and_then(|value| value.to_str().ok());
    let signature =
        Signature::parse(header(AUTHORIZATION.as_str()), header("x-amz-security-token"));
    let now = Instant::now();
    let mut state = exchange.shared.state();
    let request =
        account::ApiRequest { protocol, params, signature, id: state.request_ids.request_id() };
    let number = if exchange.shared.serves_admin_api {
        state.request_log.add(log_entry(exchange, &request, now))
    } else {
        0
    };
    let plan = state.plan_faults(&request, now);
    (request, number, plan)
}

fn log_entry(exchange: &Exchange, request: &account::ApiRequest, now: Instant) -> LoggedCall {
    let mut params = request.params.clone();
    if request.protocol == Protocol::AwsJson {
        params.insert("Region".to_owned(), request.region().to_owned());
    }
    LoggedCall {
        number: 0,
        operation: request.params.get("Action").cloned().unwrap_or_default(),
        key: request.signing_key().map(str::to_owned),
        params,
        status: None,
        code: None,
        carried_out: false,
        connection: exchange.connection,
        at_ms: u64::try_from(now.saturating_duration_since(exchange.shared.started).as_millis())
            .unwrap_or(u64::MAX),
    }
}

impl ServerState {
    /// Chooses the faults of a call. CloudTrail throttles each account and Region.
    fn plan_faults(&mut self, request: &account::ApiRequest, now: Instant) -> CallFaults {
        let Some(operation) = request.operation() else { return CallFaults::default() };
        let mut plan = self.fault_injector.plan(operation, now);
        if operation == Operation::LookupEvents && plan.before.is_none() {
            let account = self.store.account_of_signer(request).unwrap_or_default();
            let bucket = format!("{account} {}", request.region());
            if !self.fault_injector.admits_lookup(bucket, now) {
                let error = ApiError::throttling(operation.service());
                plan = CallFaults {
                    delay: plan.delay,
                    before: Some(FaultBefore::Refuse(error)),
                    ..CallFaults::default()
                };
            }
        }
        plan
    }

    /// Executes a call and logs whether it succeeded.
    fn execute_call(
        &mut self,
        request: &account::ApiRequest,
        number: u64,
        conditions: &Conditions,
    ) -> ApiReply {
        let reply = self.store.call(request, Timestamp::now(), conditions);
        if let Some(call) = self.request_log.get_mut(number) {
            call.carried_out = reply.code.is_none();
        }
        reply
    }

    /// Logs the reply that the caller gets.
    fn record_reply(&mut self, number: u64, reply: &ApiReply) {
        if let Some(call) = self.request_log.get_mut(number) {
            call.status = Some(reply.status);
            call.code = reply.code.as_deref().map(str::to_owned);
        }
    }
}

/// Sleeps, except for zero: the timer resolution of 1 ms would dominate the cost of
/// a call.
async fn sleep_for(length: Duration) {
    if !length.is_zero() {
        tokio::time::sleep(length).await;
    }
}

fn response(
    status: StatusCode,
    content_type: &'static str,
    request_id: &str,
    text: String,
) -> Response<Body> {
    let mut response = Response::new(complete(text));
    *response.status_mut() = status;
    let headers = response.headers_mut();
    headers.insert(CONTENT_TYPE, HeaderValue::from_static(content_type));
    if let Ok(id) = HeaderValue::from_str(request_id)
        && !request_id.is_empty()
    {
        headers.insert("x-amzn-requestid", id);
    }
    response
}
