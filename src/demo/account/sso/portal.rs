//! The portal: accounts, roles and credentials of roles.

use jiff::Timestamp;
use serde_json::{Value, json};

use crate::demo::OPERATOR;
use crate::demo::account::organization::{INCIDENT_RESPONDER, READ_ONLY_ACCESS};
use crate::demo::account::organization::{Member, reserved_role_name};
use crate::demo::account::pagination::PageRequest;
use crate::demo::account::principal::Principal;
use crate::demo::account::validation::{Params, required};
use crate::demo::account::{AccountStore, ApiError, Organization, Paging};

/// The largest page.
const MAX_PAGE: usize = 100;
/// The page if the caller names no size. AWS does not document its own.
const DEFAULT_PAGE: usize = 20;
/// Lifetime of the credentials of a role, in seconds.
const ROLE_SECONDS: i64 = 3_600;

/// Returns the portal's error for an account or role that the user does not have.
pub(super) fn no_access() -> ApiError {
    ApiError::new(403, "ForbiddenException", "No access")
}

impl AccountStore {
    /// ListAccounts: the built-in accounts, then the members.
    pub(super) fn list_accounts(&self, params: &Params, paging: Paging) -> Result<Value, ApiError> {
        let members = self.organization.iter().flat_map(Organization::members);
        let all = self.built_in_accounts().chain(members.map(named));
        let (accounts, next) = page(params, paging, all)?;
        let account = |(id, name): (String, String)| {
            let mail: String = name.chars().filter(char::is_ascii).collect();
            json!({
                "accountId": id,
                "accountName": name,
                "emailAddress": format!("aws+{mail}@acme.example"),
            })
        };
        let accounts: Value = accounts.into_iter().map(account).collect();
        Ok(json!({ "accountList": accounts, "nextToken": next }))
    }

    /// ListAccountRoles.
    pub(super) fn list_account_roles(
        &self,
        params: &Params,
        paging: Paging,
    ) -> Result<Value, ApiError> {
        let account = required(params, "account_id")?;
        let roles = self.assigned_roles(account)?;
        let (roles, next) = page(params, paging, roles.iter())?;
        let role = |name: &&str| json!({ "roleName": name, "accountId": account });
        let roles: Value = roles.into_iter().map(role).collect();
        Ok(json!({ "roleList": roles, "nextToken": next }))
    }

    /// GetRoleCredentials.
    pub(super) fn get_role_credentials(
        &mut self,
        params: &Params,
        now: Timestamp,
    ) -> Result<Value, ApiError> {
        let (role, account) = (required(params, "role_name")?, required(params, "account_id")?);
        if !self.assigned_roles(account)?.contains(&role) {
            return Err(no_access());
        }
        let index = self.account_index(account).ok_or_else(no_access)?;
        let principal =
            Principal::Role { name: reserved_role_name(role), session: OPERATOR.to_owned() };
        let credentials = self.open_session(index, principal, false, now, ROLE_SECONDS);
        Ok(json!({
            "roleCredentials": {
                "accessKeyId": credentials.key,
                "secretAccessKey": credentials.secret,
                "sessionToken": credentials.token,
                "expiration": credentials.expires.as_millisecond(),
            }
        }))
    }

    /// Returns the roles that the user has in an account.
    ///
    /// # Errors
    /// Returns an error if the user has no access to the account, or if it is suspended.
    fn assigned_roles(&self, account: &str) -> Result<&'static [&'static str], ApiError> {
        if self.built_in_accounts().any(|(id, _)| id == account) {
            return Ok(&[INCIDENT_RESPONDER, READ_ONLY_ACCESS]);
        }
        let member = self.organization.as_ref().and_then(|all| all.member(account));
        let open = member.filter(|member| !member.is_suspended());
        open.map(Member::assigned_roles).ok_or_else(no_access)
    }
}

/// Returns the account ID and the name of a member.
fn named(member: Member) -> (String, String) {
    (member.account(), member.name())
}

/// Returns the requested page, and the token of the next one. An endless list repeats its
/// first page with ever new tokens.
fn page<T>(
    params: &Params,
    paging: Paging,
    entries: impl Iterator<Item = T>,
) -> Result<(Vec<T>, Option<String>), ApiError> {
    let size = match params.get("max_result") {
        None => Some(DEFAULT_PAGE),
        Some(text) => text.parse().ok().filter(|size| (1..=MAX_PAGE).contains(size)),
    };
    let size = size.ok_or_else(|| {
        ApiError::invalid_request("ResultSize parameter must be within the valid limits of: 1-100")
    })?;
    let asked = params.get("next_token").map(String::as_str);
    let page = PageRequest::new(asked, size, paging)
        .ok_or_else(|| ApiError::invalid_request("Invalid next token"))?;
    if page.endless.is_some() {
        let (_, next) = page.paginate(std::iter::empty::<(String, ())>());
        return Ok((entries.take(size).collect(), next));
    }
    Ok(page.paginate((0..).zip(entries).map(|(n, entry): (u32, _)| (format!("{n:06}"), entry))))
}
