//! IAM Identity Center: the portal and its OIDC service, as REST with JSON.

mod oidc;
mod portal;
pub(super) mod sign_ins;

#[cfg(test)]
mod tests;

use jiff::Timestamp;
use serde_json::Value;

use super::validation::Params;
use super::{
    AccountStore, ApiError, ApiReply, ApiRequest, Conditions, Operation, Protocol, Service,
};

impl AccountStore {
    /// Authorizes a client. Returns the address that the browser goes to next; `None` without
    /// Identity Center, or if the request is not valid.
    pub(crate) fn authorize_client(&mut self, params: &Params) -> Option<String> {
        oidc::authorize(&mut self.organization.as_mut()?.sign_ins, params)
    }

    /// Executes a REST call at `now`.
    pub(super) fn call_rest(
        &mut self,
        request: &ApiRequest,
        now: Timestamp,
        conditions: &Conditions,
    ) -> ApiReply {
        match self.execute_rest(request, now, conditions) {
            Ok(body) => ApiReply { status: 200, code: None, body: body.to_string() },
            Err(error) => ApiReply::refusal(&error, request.service(), &request.id),
        }
    }

    fn execute_rest(
        &mut self,
        request: &ApiRequest,
        now: Timestamp,
        conditions: &Conditions,
    ) -> Result<Value, ApiError> {
        let unknown = || ApiError::invalid_request("There is no such operation.");
        let operation = request.operation().ok_or_else(unknown)?;
        let organization = self.organization.as_mut().ok_or_else(unknown)?;
        let params = &request.params;
        let is_denied = conditions.permissions.deny.contains(&operation);
        if is_denied && operation.service() == Service::SsoOidc {
            return Err(ApiError::new(400, "AccessDeniedException", "Access denied"));
        }
        match operation {
            Operation::CreateToken => {
                return oidc::create_token(&mut organization.sign_ins, params, now);
            }
            Operation::RegisterClient => {
                return oidc::register_client(&mut organization.sign_ins, params, now);
            }
            Operation::StartDeviceAuthorization => {
                let page = format!("{}/device", organization.url);
                return oidc::start_device_authorization(
                    &mut organization.sign_ins,
                    &page,
                    params,
                    now,
                );
            }
            _ => {}
        }
        let Protocol::RestJson { bearer } = &request.protocol else { return Err(unknown()) };
        let is_valid =
            bearer.as_ref().is_some_and(|token| organization.sign_ins.opens_portal(token, now));
        if !is_valid {
            let message = "Session token not found or invalid";
            return Err(ApiError::new(401, "UnauthorizedException", message));
        }
        if is_denied {
            return Err(portal::no_access());
        }
        match operation {
            Operation::ListAccounts => self.list_accounts(params, conditions.paging),
            Operation::ListAccountRoles => self.list_account_roles(params, conditions.paging),
            _ => self.get_role_credentials(params, now),
        }
    }
}
