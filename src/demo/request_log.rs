//! The calls that the endpoint has received.

use std::collections::{BTreeMap, VecDeque};

use serde::Serialize;

/// Older calls are forgotten beyond so many, so that a long run stays small.
const MAX_CALLS_KEPT: usize = 200_000;

/// Parameters that are secrets, or as good as one.
const SECRET_PARAMS: [&str; 2] = ["TokenCode", "WebIdentityToken"];

/// One received call.
#[derive(Clone, Debug, Serialize)]
pub(crate) struct LoggedCall {
    /// Counts from 1 in the order of arrival.
    pub number: u64,
    /// The operation asked for, known or not.
    pub operation: String,
    /// The access key ID that signed, if one did.
    pub key: Option<String>,
    /// The parameters, secrets left out.
    pub params: BTreeMap<String, String>,
    /// The HTTP status of the answer; none while there is no answer, and
    /// where there will never be one.
    pub status: Option<u16>,
    /// The error code of the answer.
    pub code: Option<String>,
    /// Whether the account did what was asked, whatever the caller saw of it.
    pub carried_out: bool,
    /// Counts the connections from 1.
    pub connection: u64,
    /// Milliseconds from the start to the arrival.
    pub at_ms: u64,
}

/// The calls, oldest first.
#[derive(Debug, Default)]
pub(crate) struct RequestLog {
    calls: VecDeque<LoggedCall>,
    received: u64,
}

impl RequestLog {
    /// Notes a call, and numbers it.
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

    /// The call of that number, if it is still remembered.
    pub(crate) fn get_mut(&mut self, number: u64) -> Option<&mut LoggedCall> {
        let first = self.calls.front()?.number;
        self.calls.get_mut(usize::try_from(number.checked_sub(first)?).ok()?)
    }

    /// The calls behind that number.
    pub(crate) fn after(&self, number: u64) -> Vec<&LoggedCall> {
        self.calls.iter().filter(|call| call.number > number).collect()
    }
}
