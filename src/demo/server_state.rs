//! The state of the server, which all connections share.

use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::Instant;

use jiff::{SignedDuration, Timestamp};

use super::DemoOptions;
use super::account::{AccountStore, Organization};
use super::fault_injector::FaultInjector;
use super::faults::Faults;
use super::request_log::RequestLog;
use super::rng::Rng;

/// The mutable state of the server.
#[derive(Debug)]
pub(crate) struct ServerState {
    pub store: AccountStore,
    pub fault_injector: FaultInjector,
    pub request_log: RequestLog,
    pub request_ids: Rng,
    seed: u64,
}

impl ServerState {
    /// Returns the state at the start of an endpoint with this URL.
    pub(super) fn new(
        options: &DemoOptions,
        url: &str,
        now: Timestamp,
    ) -> Result<Self, toml::de::Error> {
        let mut store = AccountStore::demo(now)?;
        if let Some(users) = options.users {
            store.generate(users, options.two_keys_each, options.seed, now);
        }
        if let Some(size) = options.organization {
            store.join(Organization::new(size, options.seed, url, now));
        }
        if let Some(age) = options.report_age {
            let age = SignedDuration::try_from(age).unwrap_or_default();
            store.make_report(now.checked_sub(age).unwrap_or(now));
        }
        let mut state = Self {
            store,
            fault_injector: FaultInjector::new(Faults::default(), options.seed),
            request_log: RequestLog::default(),
            request_ids: Rng::new(!options.seed),
            seed: options.seed,
        };
        state.set_faults(options.faults.clone(), now);
        Ok(state)
    }

    /// Replaces the faults.
    pub(crate) fn set_faults(&mut self, faults: Faults, now: Timestamp) {
        self.store.set_hostile(faults.hostile.names, faults.hostile.ids, now);
        self.fault_injector = FaultInjector::new(faults, self.seed);
    }
}

/// The state that all connections share.
#[derive(Debug)]
pub(crate) struct SharedState {
    state: Mutex<ServerState>,
    /// Start of the server.
    pub started: Instant,
    /// True if the admin API (`/_demo/…`) is served.
    pub serves_admin_api: bool,
    /// True if the accounts are in an organization, and Identity Center is served.
    pub has_organization: bool,
}

impl SharedState {
    /// Returns the state at the start.
    pub(super) fn new(state: ServerState, options: &DemoOptions) -> Self {
        Self {
            state: Mutex::new(state),
            started: Instant::now(),
            serves_admin_api: options.serves_admin_api,
            has_organization: options.organization.is_some(),
        }
    }

    /// Locks the state. A poisoned lock is usable: no operation leaves a half-written
    /// state.
    pub(crate) fn state(&self) -> MutexGuard<'_, ServerState> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
