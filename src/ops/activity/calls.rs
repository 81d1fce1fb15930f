//! Counts of calls: by source, by service, by error; and the credentials that calls have issued.

use std::collections::HashMap;
use std::hash::Hash;

use jiff::Timestamp;

use crate::model::{EscapedText, IssuedCredentials, KeyKind, TrailEvent};

/// Number of different sources, services, calls of a service or errors that are told apart. Further
/// ones count together under [`OTHERS`]: a hostile client must not fill the memory.
const MAX_KINDS: usize = 1_000;

/// Name of what is not told apart.
pub(super) const OTHERS: &str = "(others)";

/// Calls from one IP address with one user agent.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Source {
    /// IP address, or the name of an AWS service; `None` if the events do not say.
    pub ip: Option<EscapedText>,
    /// User agent.
    pub user_agent: Option<EscapedText>,
    /// Number of calls.
    pub calls: usize,
    /// Time of the first call.
    pub first: Timestamp,
    /// Time of the last call.
    pub last: Timestamp,
}

/// Calls of one operation.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct CallCount {
    /// Name of the operation.
    pub name: EscapedText,
    /// Number of calls.
    pub calls: usize,
    /// Number of calls that were refused or failed.
    pub refused: usize,
}

/// Calls of one service.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct ServiceCalls {
    /// The service: `iam`.
    pub service: EscapedText,
    /// Number of calls.
    pub calls: usize,
    /// Its operations, those called most first.
    pub operations: Vec<CallCount>,
}

/// Calls that ended with one error code.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct ErrorCount {
    /// The error code.
    pub code: EscapedText,
    /// Number of calls.
    pub calls: usize,
    /// The operations, those called most first.
    pub operations: Vec<CallCount>,
}

/// Credentials that a call has issued.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct IssuedCall {
    /// The credentials.
    pub credentials: IssuedCredentials,
    /// The operation: `CreateAccessKey`, `GetFederationToken`.
    pub operation: EscapedText,
    /// Time of the call.
    pub time: Timestamp,
}

/// Whether issued credentials still work, as far as their time says.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum IssuedStatus {
    /// A long-term key: it works until it is deactivated or deleted.
    LongTerm,
    /// A session that lasts until then.
    Live(Timestamp),
    /// A session that has ended.
    Ended(Timestamp),
    /// A session whose end the event does not say.
    Unknown,
}

impl IssuedCall {
    /// Returns whether the credentials still work at `now`.
    pub(crate) fn status(&self, now: Timestamp) -> IssuedStatus {
        match self.credentials.expires {
            _ if self.credentials.key.kind() == KeyKind::LongTerm => IssuedStatus::LongTerm,
            Some(end) if end > now => IssuedStatus::Live(end),
            Some(end) => IssuedStatus::Ended(end),
            None => IssuedStatus::Unknown,
        }
    }
}

/// A list of counts that are found by a key.
#[derive(Clone, Debug)]
struct CountList<K, T> {
    indexes: HashMap<K, usize>,
    counts: Vec<T>,
}

impl<K: Hash + Eq, T> CountList<K, T> {
    fn new() -> Self {
        Self { indexes: HashMap::new(), counts: Vec::new() }
    }

    /// Returns the count of a key, or of `others` if there are too many keys.
    fn entry(&mut self, key: K, others: impl FnOnce() -> K, new: impl FnOnce(&K) -> T) -> &mut T {
        let is_full = self.counts.len() >= MAX_KINDS && !self.indexes.contains_key(&key);
        let key = if is_full { others() } else { key };
        let index = match self.indexes.get(&key) {
            Some(index) => *index,
            None => {
                self.counts.push(new(&key));
                let index = self.counts.len() - 1;
                self.indexes.insert(key, index);
                index
            }
        };
        &mut self.counts[index]
    }
}

/// Key of a source: IP address and user agent.
type SourceKey = (Option<EscapedText>, Option<EscapedText>);

/// Counts of calls, kept up to date event by event.
#[derive(Clone, Debug)]
pub(super) struct Calls {
    sources: CountList<SourceKey, Source>,
    services: CountList<EscapedText, ServiceCounts>,
    errors: CountList<EscapedText, ErrorCounts>,
    /// In the order of time.
    issued: Vec<IssuedCall>,
}

#[derive(Clone, Debug)]
struct ServiceCounts {
    service: EscapedText,
    calls: usize,
    operations: CountList<EscapedText, CallCount>,
}

#[derive(Clone, Debug)]
struct ErrorCounts {
    code: EscapedText,
    calls: usize,
    operations: CountList<EscapedText, CallCount>,
}

impl Calls {
    pub(super) fn new() -> Self {
        Self {
            sources: CountList::new(),
            services: CountList::new(),
            errors: CountList::new(),
            issued: Vec::new(),
        }
    }

    /// Counts an event.
    pub(super) fn add(&mut self, event: &TrailEvent) {
        let others = || EscapedText::from(OTHERS);
        let source = self.sources.entry(
            (event.source_ip.clone(), event.user_agent.clone()),
            || (Some(others()), None),
            |(ip, user_agent)| Source {
                ip: ip.clone(),
                user_agent: user_agent.clone(),
                calls: 0,
                first: event.time,
                last: event.time,
            },
        );
        source.calls += 1;
        source.first = source.first.min(event.time);
        source.last = source.last.max(event.time);
        let service = self.services.entry(event.service.clone(), others, |service| ServiceCounts {
            service: service.clone(),
            calls: 0,
            operations: CountList::new(),
        });
        service.calls += 1;
        count_call(&mut service.operations, event);
        if let Some(code) = &event.error_code {
            let error = self.errors.entry(code.clone(), others, |code| ErrorCounts {
                code: code.clone(),
                calls: 0,
                operations: CountList::new(),
            });
            error.calls += 1;
            count_call(&mut error.operations, event);
        }
        if let Some(credentials) = &event.issued {
            let call = IssuedCall {
                credentials: credentials.clone(),
                operation: event.name.clone(),
                time: event.time,
            };
            let at = self.issued.partition_point(|other| issued_order(other) <= issued_order(&call));
            self.issued.insert(at, call);
        }
    }

    /// Returns the sources, those with most calls first, then the latest.
    pub(super) fn sources(&self) -> Vec<Source> {
        let mut sources = self.sources.counts.clone();
        sources.sort_by(|a, b| {
            let order = |source: &Source| std::cmp::Reverse((source.calls, source.last));
            order(a).cmp(&order(b)).then_with(|| (&a.ip, &a.user_agent).cmp(&(&b.ip, &b.user_agent)))
        });
        sources
    }

    /// Returns the services, those called most first.
    pub(super) fn services(&self) -> Vec<ServiceCalls> {
        let counts = self.services.counts.iter().map(|counts| ServiceCalls {
            service: counts.service.clone(),
            calls: counts.calls,
            operations: by_calls(&counts.operations.counts),
        });
        let mut services: Vec<_> = counts.collect();
        services.sort_by(|a, b| b.calls.cmp(&a.calls).then_with(|| a.service.cmp(&b.service)));
        services
    }

    /// Returns the errors, the most frequent first.
    pub(super) fn errors(&self) -> Vec<ErrorCount> {
        let counts = self.errors.counts.iter().map(|counts| ErrorCount {
            code: counts.code.clone(),
            calls: counts.calls,
            operations: by_calls(&counts.operations.counts),
        });
        let mut errors: Vec<_> = counts.collect();
        errors.sort_by(|a, b| b.calls.cmp(&a.calls).then_with(|| a.code.cmp(&b.code)));
        errors
    }

    /// Returns the credentials that were issued, in the order of time.
    pub(super) fn issued(&self) -> &[IssuedCall] {
        &self.issued
    }
}

fn issued_order(call: &IssuedCall) -> (Timestamp, &str) {
    (call.time, call.credentials.key.as_str())
}

fn count_call(operations: &mut CountList<EscapedText, CallCount>, event: &TrailEvent) {
    let operation = operations.entry(
        event.name.clone(),
        || EscapedText::from(OTHERS),
        |name| CallCount { name: name.clone(), calls: 0, refused: 0 },
    );
    operation.calls += 1;
    operation.refused += usize::from(event.error_code.is_some());
}

fn by_calls(operations: &[CallCount]) -> Vec<CallCount> {
    let mut sorted = operations.to_vec();
    sorted.sort_by(|a, b| b.calls.cmp(&a.calls).then_with(|| a.name.cmp(&b.name)));
    sorted
}
