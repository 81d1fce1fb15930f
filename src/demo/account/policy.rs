//! Authorization. Everything is allowed except what the faults deny, writes by
//! read-only roles, and writes and CloudTrail by users in AWS's quarantine.

use super::principal::Principal;
use super::signing::ApiCaller;
use super::{Account, ApiError, Conditions, Operation};

/// The reason for a denial in AWS's wording.
const EXPLICIT_DENY: &str = "with an explicit deny in an identity-based policy";

/// Checks the caller's permission.
///
/// # Errors
/// Returns `AccessDenied` with the caller, the action and the resource.
pub(crate) fn check_permission(
    account: &Account,
    caller: &ApiCaller,
    operation: Operation,
    user: Option<&str>,
    conditions: &Conditions,
) -> Result<(), ApiError> {
    if caller.principal == Principal::Root {
        return Ok(());
    }
    let permissions = &conditions.permissions;
    let action = operation.action();
    let forbidden =
        permissions.deny.contains(&operation) || is_quarantined(account, caller, operation);
    let granted = permissions.allow.as_ref().is_none_or(|allow| allow.contains(&operation))
        || operation.needs_no_permission();
    let why = match (forbidden, granted && !exceeds_read_only_role(account, caller, operation)) {
        (false, true) => return Ok(()),
        (true, _) => EXPLICIT_DENY.to_owned(),
        (false, false) => format!("because no identity-based policy allows the {action} action"),
    };
    let (arn, _) = caller.principal.identity(account);
    let target = user
        .and_then(|name| account.user(name))
        .map_or_else(|| "*".to_owned(), |user| user.arn(&account.id));
    Err(ApiError::denied(format!(
        "User: {arn} is not authorized to perform: {action} on resource: {target} {why}"
    )))
}

/// Returns whether a quarantine policy denies the call: it denies writes and CloudTrail's
/// event history, not other reads.
fn is_quarantined(account: &Account, caller: &ApiCaller, operation: Operation) -> bool {
    let Principal::User(name) = &caller.principal else { return false };
    let denied = operation.is_write() || operation == Operation::LookupEvents;
    denied && account.user(name).is_some_and(super::User::is_quarantined)
}

fn exceeds_read_only_role(account: &Account, caller: &ApiCaller, operation: Operation) -> bool {
    let Principal::Role { name, .. } = &caller.principal else { return false };
    operation.is_write() && account.roles.iter().any(|role| role.name == *name && role.read_only)
}
