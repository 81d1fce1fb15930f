//! CloudTrail: LookupEvents over the event history of an account.
//!
//! | file | contents |
//! |---|---|
//! | `story.rs` | the events of the demo, from `assets/demo/*-trail.toml` |
//! | `event.rs` | an event, and its JSON |
//! | `additional.rs` | additional events for tests |
//! | `lookup.rs` | the parameters of LookupEvents, and its pages |

mod additional;
pub(super) mod event;
mod lookup;
mod story;

#[cfg(test)]
mod tests;

use std::cmp::Reverse;

use jiff::Timestamp;
use serde_json::Value;

use super::{
    Account, AccountStore, ApiError, ApiReply, ApiRequest, Conditions, Service, TrailConditions,
};
use event::Trail;
use lookup::Lookup;

impl AccountStore {
    /// Returns the account ID of the key that signed a call, if there is such a key. Checks
    /// nothing else.
    pub(crate) fn account_of_signer(&mut self, request: &ApiRequest) -> Option<String> {
        let key = request.signing_key()?;
        let index = self.sessions.get(key).map(|session| session.account);
        let index = index.or_else(|| self.account_of_key(key))?;
        Some(self.accounts[index].id.clone())
    }

    /// Executes a call of CloudTrail at `now`.
    pub(super) fn call_aws_json(
        &mut self,
        request: &ApiRequest,
        now: Timestamp,
        conditions: &Conditions,
    ) -> ApiReply {
        match self.look_up_events(request, now, conditions) {
            Ok(body) => ApiReply { status: 200, code: None, body: body.to_string() },
            Err(error) => ApiReply::refusal(&error.in_aws_json(), Service::CloudTrail, &request.id),
        }
    }

    fn look_up_events(
        &mut self,
        request: &ApiRequest,
        now: Timestamp,
        conditions: &Conditions,
    ) -> Result<Value, ApiError> {
        let operation = request.operation().ok_or_else(|| {
            let asked = request.params.get("Action").map(String::as_str).unwrap_or_default();
            ApiError::new(400, "UnknownOperationException", format!("No operation {asked}"))
        })?;
        check_scope(request)?;
        let region = request.region();
        if conditions.trail.disabled_regions.iter().any(|disabled| disabled == region) {
            return Err(ApiError::bad_token());
        }
        let caller = self.authorize(operation, request, now, conditions)?;
        let started = self.started;
        let account = &mut self.accounts[caller.account];
        if conditions.trail.denied_regions.iter().any(|denied| denied == region) {
            let (arn, _) = caller.principal.identity(account);
            return Err(ApiError::denied(format!(
                "User: {arn} is not authorized to perform: {} with an explicit deny in a service control policy",
                operation.action()
            )));
        }
        let lookup = Lookup::parse(&request.params, &account.id, region, now)?;
        let trail = account.trail(started, &conditions.trail);
        Ok(lookup.reply(&trail.events, conditions))
    }
}

/// Checks that the credential scope is that of CloudTrail.
fn check_scope(request: &ApiRequest) -> Result<(), ApiError> {
    let signature = request.signature.as_ref().map_err(Clone::clone)?.as_ref();
    match signature.map(|signature| signature.service.as_str()) {
        None | Some("cloudtrail") => Ok(()),
        Some(other) => {
            let message = format!(
                "Credential should be scoped to correct service: 'cloudtrail', not '{other}'."
            );
            Err(ApiError::new(400, "InvalidSignatureException", message))
        }
    }
}

impl Account {
    /// Returns the event history, which counts ages from `started`.
    fn trail(&mut self, started: Timestamp, conditions: &TrailConditions) -> &Trail {
        let additional = (conditions.events, conditions.hostile);
        let trail = match self.trail.take() {
            Some(trail) if trail.additional == additional => trail,
            _ => {
                let mut events = story::events(self, started);
                if let Some(model) = events.iter().find(|event| event.signer.is_leaked).cloned() {
                    events.extend(additional::events(&model, conditions, started));
                }
                events.sort_by_key(|event| Reverse(event.time));
                Trail { events, additional }
            }
        };
        self.trail.insert(trail)
    }
}
