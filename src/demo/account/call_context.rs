//! The arguments of a call, and the owner that it names.

use jiff::Timestamp;

use super::principal::Principal;
use super::signing::ApiCaller;
use super::validation::{ParamCheck, Params};
use super::{Account, ApiError, Conditions, Owner};

/// The arguments of a read operation.
pub(crate) struct CallContext<'a> {
    pub account: &'a Account,
    pub caller: &'a ApiCaller,
    pub params: &'a Params,
    pub conditions: &'a Conditions,
    pub now: Timestamp,
}

impl CallContext<'_> {
    /// Returns the owner named in the call, or else the caller.
    pub(crate) fn target_owner(&self) -> Result<Owner, ApiError> {
        target_owner(self.account, self.caller, self.params, self.conditions)
    }
}

/// Returns the owner named in the call, or else the caller.
pub(crate) fn target_owner(
    account: &Account,
    caller: &ApiCaller,
    params: &Params,
    conditions: &Conditions,
) -> Result<Owner, ApiError> {
    if let Some(name) = params.get("UserName") {
        let found = account.user(name).filter(|_| !conditions.vanished.has_user(name));
        return found.map(|user| Owner::User(user.name.clone())).ok_or_else(|| no_such_user(name));
    }
    match &caller.principal {
        _ if caller.temporary => Err(ApiError::validation(
            "Must specify userName when calling with non-User credentials",
        )),
        Principal::User(name) => Ok(Owner::User(name.clone())),
        Principal::Root | Principal::Role { .. } => Ok(Owner::Root),
    }
}

/// Returns IAM's error for an unknown or invalid user name.
pub(crate) fn no_such_user(name: &str) -> ApiError {
    let allowed = |c: char| c.is_ascii_alphanumeric() || "+=,.@_-".contains(c);
    if name.is_empty() || name.chars().count() > 128 {
        let params = std::collections::BTreeMap::from([("UserName".to_owned(), name.to_owned())]);
        return ParamCheck::new(&params)
            .length("UserName", 1, 128)
            .finish()
            .err()
            .unwrap_or_else(|| ApiError::no_user(name));
    }
    if name.chars().all(allowed) {
        return ApiError::no_user(name);
    }
    let rule = "It must contain only alphanumeric characters and/or the following: +=,.@_-";
    ApiError::validation(format!("The specified value for userName is invalid. {rule}"))
}
