//! The log of received calls.

use std::collections::{BTreeMap, VecDeque};

use serde::Serialize;

/// Limit of the log; older calls are dropped to bound memory in long runs.
const MAX_CALLS_KEPT: usize = 200_000;

/// Secret parameters, which the log omits.
const SECRET_PARAMS: [&str; 7] = [
    "TokenCode",
    "WebIdentityToken",
    "clientSecret",
    "code",
    "codeVerifier",
    "deviceCode",
    "refreshToken",
];

/// One received call.
#[derive(Clone, Debug, Serialize)]
pub(crate) struct LoggedCall {
    /// Number of the call, from 1.
    pub number: u64,
    /// The requested operation, even if unknown.
    pub operation: String,
    /// The access key ID that signed the call, if any.
    pub key: Option<String>,
    /// The parameters without secrets.
    pub params: BTreeMap<String, String>,
    /// The HTTP status of the response; `None` if there is no response (yet).
    pub status: Option<u16>,
    /// The error code of the response.
    pub code: Option<String>,
    /// True if the account executed the call, even if the response was lost.
    pub carried_out: bool,
    /// Number of the connection, from 1.
    pub connection: u64,
    /// Arrival in milliseconds after the start of the server.
    pub at_ms: u64,
}

/// The calls, oldest first.
#[derive(Debug, Default)]
pub(crate) struct RequestLog {
    calls: VecDeque<LoggedCall>,
    received: u64,
}

impl RequestLog {
    /// Adds a call and returns its number.
    pub(crate) fn add(&mut self, mut call: LoggedCall) -> u64 {
        self.received += 1;
        call.number = self.received;
        call.params.retain(|name, _| {
            name != "Action" && name != "Version" && !SECRET_PARAMS.contains(&name.as_str())
        });
        if self.calls.len() == MAX_CALLS_KEPT {
            self.calls.pop_front();
        }
        self.calls.push_back(call);
        self.received
    }

    /// Returns the call with this number, if the log still has it.
    pub(crate) fn get_mut(&mut self, number: u64) -> Option<&mut LoggedCall> {
        let first = self.calls.front()?.number;
        self.calls.get_mut(usize::try_from(number.checked_sub(first)?).ok()?)
    }

    /// Returns the calls after this number.
    pub(crate) fn after(&self, number: u64) -> Vec<&LoggedCall> {
        self.calls.iter().filter(|call| call.number > number).collect()
    }
}
