//! Executes one call: from its parameters to the reply.

use jiff::Timestamp;

use super::call_context::CallContext;
use super::ops::{access_keys, account_summary, credential_report, user_details, users};
use super::request::{ApiReply, ApiRequest, Protocol};
use super::signing::ApiCaller;
use super::xml::Xml;
use super::{AccountStore, ApiError, Conditions, Operation, Service, policy};

impl AccountStore {
    /// Executes a call at `now`.
    pub(crate) fn call(
        &mut self,
        request: &ApiRequest,
        now: Timestamp,
        conditions: &Conditions,
    ) -> ApiReply {
        match request.protocol {
            Protocol::Query => {}
            Protocol::RestJson { .. } => return self.call_rest(request, now, conditions),
            Protocol::AwsJson => return self.call_aws_json(request, now, conditions),
        }
        match self.execute(request, now, conditions) {
            Ok(body) => ApiReply { status: 200, code: None, body },
            Err(error) => ApiReply::refusal(&error, request.service(), &request.id),
        }
    }

    fn execute(
        &mut self,
        request: &ApiRequest,
        now: Timestamp,
        conditions: &Conditions,
    ) -> Result<String, ApiError> {
        let operation = known_operation(request)?;
        let (name, service) = (operation.as_str(), operation.service());
        let mut xml = Xml::new(&format!("{name}Response"), service);
        let mut result = Ok(());
        if operation.is_write() {
            // UpdateAccessKey has no result element.
            result = self.update_access_key(request, now, conditions);
        } else {
            xml.group(&format!("{name}Result"), |xml| {
                result = self.fill(xml, operation, request, now, conditions);
            });
        }
        result?;
        xml.group("ResponseMetadata", |xml| xml.leaf("RequestId", &request.id));
        Ok(xml.finish())
    }

    fn fill(
        &mut self,
        xml: &mut Xml,
        operation: Operation,
        request: &ApiRequest,
        now: Timestamp,
        conditions: &Conditions,
    ) -> Result<(), ApiError> {
        let params = &request.params;
        if operation == Operation::AssumeRoleWithWebIdentity {
            return self.assume_role_with_web_identity(xml, params, now);
        }
        let caller = self.authorize(operation, request, now, conditions)?;
        match operation {
            Operation::AssumeRole => return self.assume_role(xml, &caller, params, now),
            Operation::GetSessionToken => return self.get_session_token(xml, &caller, params, now),
            Operation::GetAccessKeyInfo => return self.get_access_key_info(xml, params),
            Operation::GenerateCredentialReport => {
                credential_report::generate(
                    xml,
                    &mut self.accounts[caller.account],
                    now,
                    conditions.report,
                );
                return Ok(());
            }
            _ => {}
        }
        let call = CallContext {
            account: &self.accounts[caller.account],
            caller: &caller,
            params,
            conditions,
            now,
        };
        call.read(operation, xml)
    }

    /// Authenticates the caller and checks its permissions.
    pub(crate) fn authorize(
        &mut self,
        operation: Operation,
        request: &ApiRequest,
        now: Timestamp,
        conditions: &Conditions,
    ) -> Result<ApiCaller, ApiError> {
        let signature = request.signature.as_ref().map_err(Clone::clone)?.as_ref();
        let caller = self.caller(signature, operation.service(), now, conditions)?;
        let user = request.params.get("UserName").map(String::as_str);
        policy::check_permission(
            &self.accounts[caller.account],
            &caller,
            operation,
            user,
            conditions,
        )?;
        Ok(caller)
    }
}

impl CallContext<'_> {
    fn read(&self, operation: Operation, xml: &mut Xml) -> Result<(), ApiError> {
        match operation {
            Operation::GetAccessKeyLastUsed => access_keys::last_used(self, xml),
            Operation::GetAccountSummary => {
                account_summary::fill(self.account, xml);
                Ok(())
            }
            Operation::GetCallerIdentity => {
                self.identity(xml);
                Ok(())
            }
            Operation::GetCredentialReport => {
                credential_report::get(xml, self.account, self.now, self.conditions.report)
            }
            Operation::GetUser => users::get(self, xml),
            Operation::ListAccessKeys => access_keys::list(self, xml),
            Operation::ListAccountAliases => {
                xml.texts("AccountAliases", self.account.alias.as_deref());
                xml.leaf("IsTruncated", "false");
                Ok(())
            }
            Operation::ListUsers => users::list(self, xml),
            detail => user_details::fill(self, detail, xml),
        }
    }

    fn identity(&self, xml: &mut Xml) {
        let (arn, id) = self.caller.principal.identity(self.account);
        xml.leaf("Arn", &arn);
        xml.leaf("UserId", &id);
        xml.leaf("Account", &self.account.id);
    }
}

/// Returns the operation, if the signed service has it.
fn known_operation(request: &ApiRequest) -> Result<Operation, ApiError> {
    let signature = request.signature.as_ref().map_err(Clone::clone)?.as_ref();
    if let Some(signature) = signature
        && Service::parse(&signature.service).is_none()
    {
        let message = format!(
            "Credential should be scoped to correct service: 'iam', not '{}'.",
            signature.service
        );
        return Err(ApiError::new(403, "SignatureDoesNotMatch", message));
    }
    let service = request.service();
    let asked = |name: &str| request.params.get(name).cloned().unwrap_or_default();
    let version = asked("Version");
    let known = request
        .operation()
        .filter(|operation| operation.service() == service && version == service.version());
    known.ok_or_else(|| {
        let message = format!("Could not find operation {} for version {version}", asked("Action"));
        ApiError::new(400, "InvalidAction", message)
    })
}
