//! STS: temporary credentials, and the account of a key.

use jiff::{SignedDuration, Timestamp};

use crate::demo::DEMO_MFA_CODE;
use crate::demo::account::ids::unique_id;
use crate::demo::account::operation::Operation;
use crate::demo::account::principal::{Principal, StsSession};
use crate::demo::account::signing::ApiCaller;
use crate::demo::account::time_format::after;
use crate::demo::account::types::Role;
use crate::demo::account::validation::{ParamCheck, Params, access_key_id};
use crate::demo::account::xml::Xml;
use crate::demo::account::{AccountStore, ApiError};
use crate::demo::rng::Rng;

/// Temporary credentials.
#[derive(Clone, Debug)]
pub(crate) struct Credentials {
    pub key: String,
    pub secret: String,
    pub token: String,
    pub expires: Timestamp,
}

impl Credentials {
    fn fill(&self, xml: &mut Xml) {
        xml.group("Credentials", |xml| {
            xml.leaf("AccessKeyId", &self.key);
            xml.leaf("SecretAccessKey", &self.secret);
            xml.leaf("SessionToken", &self.token);
            xml.time("Expiration", self.expires);
        });
    }
}

impl AccountStore {
    /// Opens a session and returns its credentials.
    pub(crate) fn open_session(
        &mut self,
        account: usize,
        principal: Principal,
        mfa: bool,
        now: Timestamp,
        seconds: i64,
    ) -> Credentials {
        let serial = self.next_serial();
        let key = unique_id("ASIA", &self.accounts[account].id, serial);
        let mut rng = Rng::from_text(&key);
        let credentials = Credentials {
            secret: format!("demo{:016x}{:016x}", rng.next(), rng.next()),
            token: format!(
                "DemoSessionToken{:016x}{:016x}{:016x}",
                rng.next(),
                rng.next(),
                rng.next()
            ),
            expires: after(now, SignedDuration::from_secs(seconds)),
            key,
        };
        let (token, expires) = (credentials.token.clone(), credentials.expires);
        let session = StsSession { account, principal, token, issued: now, expires, mfa };
        self.sessions.insert(credentials.key.clone(), session);
        credentials
    }

    /// GetAccessKeyInfo, for any key ID that encodes an account, and for older IDs of the
    /// demo's keys.
    pub(crate) fn get_access_key_info(
        &self,
        xml: &mut Xml,
        params: &Params,
    ) -> Result<(), ApiError> {
        access_key_id(ParamCheck::new(params)).finish()?;
        let id = params.get("AccessKeyId").map(String::as_str).unwrap_or_default();
        let own = self.accounts.iter().find(|account| account.owners.contains_key(id));
        let account =
            own.map(|account| account.id.clone()).or_else(|| self.account_named_by_key(id));
        let unknown = || ApiError::validation(format!("Access key ID {id} does not exist."));
        xml.leaf("Account", &account.ok_or_else(unknown)?);
        Ok(())
    }

    /// GetSessionToken.
    pub(crate) fn get_session_token(
        &mut self,
        xml: &mut Xml,
        caller: &ApiCaller,
        params: &Params,
        now: Timestamp,
    ) -> Result<(), ApiError> {
        if caller.temporary {
            return Err(ApiError::denied("Cannot call GetSessionToken with session credentials"));
        }
        ParamCheck::new(params).number("DurationSeconds", 900, 129_600).finish()?;
        let mfa = self.check_mfa(caller, params)?;
        let seconds = requested_seconds(params).unwrap_or(43_200);
        self.open_session(caller.account, caller.principal.clone(), mfa, now, seconds).fill(xml);
        Ok(())
    }

    /// AssumeRole.
    pub(crate) fn assume_role(
        &mut self,
        xml: &mut Xml,
        caller: &ApiCaller,
        params: &Params,
        now: Timestamp,
    ) -> Result<(), ApiError> {
        check_role_parameters(params).finish()?;
        let (arn, _) = caller.principal.identity(&self.accounts[caller.account]);
        let wanted = params.get("RoleArn").map(String::as_str).unwrap_or_default();
        let denied = || {
            let action = Operation::AssumeRole.action();
            ApiError::denied(format!(
                "User: {arn} is not authorized to perform: {action} on resource: {wanted}"
            ))
        };
        if caller.principal == Principal::Root {
            return Err(ApiError::denied("Roles may not be assumed by root accounts."));
        }
        let mfa = self.check_mfa(caller, params)?;
        let (account_index, role) = self.role(wanted).ok_or_else(denied)?;
        if self.is_suspended(account_index) {
            return Err(denied());
        }
        let caller_account = &self.accounts[caller.account].id;
        let is_trusted =
            role.trust.iter().any(|trusted| *trusted == arn || trusted == caller_account);
        let external =
            role.external_id.is_none() || role.external_id.as_ref() == params.get("ExternalId");
        if !is_trusted || role.web_identity || !external || (role.needs_mfa && !mfa) {
            return Err(denied());
        }
        let max = if caller.temporary { 3_600 } else { role.max_seconds };
        self.open_role(xml, account_index, &role, params, max, mfa, now)
    }

    /// AssumeRoleWithWebIdentity, which is unsigned. Accepts any token of valid length
    /// except `expired`.
    pub(crate) fn assume_role_with_web_identity(
        &mut self,
        xml: &mut Xml,
        params: &Params,
        now: Timestamp,
    ) -> Result<(), ApiError> {
        check_role_parameters(params)
            .required("WebIdentityToken")
            .length("WebIdentityToken", 4, 20_000)
            .finish()?;
        if params.get("WebIdentityToken").is_some_and(|token| token.trim() == "expired") {
            return Err(ApiError::new(
                400,
                "ExpiredTokenException",
                "Token expired: current date/time is past its exp",
            ));
        }
        let wanted = params.get("RoleArn").map(String::as_str).unwrap_or_default();
        let found = self.role(wanted).filter(|(_, role)| role.web_identity);
        let denied = || ApiError::denied("Not authorized to perform sts:AssumeRoleWithWebIdentity");
        let (account_index, role) = found.ok_or_else(denied)?;
        self.open_role(xml, account_index, &role, params, role.max_seconds, false, now)?;
        xml.leaf("SubjectFromWebIdentityToken", "system:serviceaccount:demo:keyflip");
        xml.leaf("Audience", "sts.amazonaws.com");
        Ok(())
    }

    #[expect(clippy::too_many_arguments, reason = "shared by both ways of assuming a role")]
    fn open_role(
        &mut self,
        xml: &mut Xml,
        account_index: usize,
        role: &Role,
        params: &Params,
        max: i64,
        mfa: bool,
        now: Timestamp,
    ) -> Result<(), ApiError> {
        let seconds = requested_seconds(params).unwrap_or(3_600);
        if seconds > max {
            let message =
                "The requested DurationSeconds exceeds the MaxSessionDuration set for this role.";
            return Err(ApiError::validation(message));
        }
        let session = params.get("RoleSessionName").cloned().unwrap_or_default();
        let principal = Principal::Role { name: role.name.clone(), session };
        let (arn, id) = principal.identity(&self.accounts[account_index]);
        self.open_session(account_index, principal, mfa, now, seconds).fill(xml);
        xml.group("AssumedRoleUser", |xml| {
            xml.leaf("AssumedRoleId", &id);
            xml.leaf("Arn", &arn);
        });
        Ok(())
    }

    /// Returns the role with this ARN and the index of its account.
    fn role(&mut self, arn: &str) -> Option<(usize, Role)> {
        let index = self.account_index(arn.split(':').nth(4)?)?;
        let account = &self.accounts[index];
        let role = account.roles.iter().find(|role| role.arn(&account.id) == arn);
        role.map(|role| (index, role.clone()))
    }

    /// Returns whether the call has the code of the caller's MFA device, [`DEMO_MFA_CODE`].
    fn check_mfa(&self, caller: &ApiCaller, params: &Params) -> Result<bool, ApiError> {
        let (serial, code) = match (params.get("SerialNumber"), params.get("TokenCode")) {
            (None, None) => return Ok(false),
            (Some(serial), Some(code)) => (serial, code),
            _ => {
                return Err(ApiError::validation(
                    "Both SerialNumber and TokenCode must be given, or neither.",
                ));
            }
        };
        let account = &self.accounts[caller.account];
        let is_own = match &caller.principal {
            Principal::Root => {
                account.root.mfa.as_ref().is_some_and(|device| device.serial == *serial)
            }
            Principal::User(name) => account
                .user(name)
                .is_some_and(|user| user.mfa.iter().any(|device| device.serial == *serial)),
            Principal::Role { .. } => false,
        };
        let problem = if is_own && code == DEMO_MFA_CODE {
            return Ok(true);
        } else if is_own {
            "MultiFactorAuthentication failed with invalid MFA one time pass code. "
        } else {
            "MultiFactorAuthentication failed, unable to validate MFA code.  Please verify your MFA serial number is \
             valid and associated with this user."
        };
        Err(ApiError::denied(problem))
    }
}

fn check_role_parameters(params: &Params) -> ParamCheck<'_> {
    ParamCheck::new(params)
        .required("RoleArn")
        .length("RoleArn", 20, 2_048)
        .required("RoleSessionName")
        .length("RoleSessionName", 2, 64)
        .characters("RoleSessionName", "[\\w+=,.@-]*", "+=,.@-")
        .number("DurationSeconds", 900, 43_200)
}

fn requested_seconds(params: &Params) -> Option<i64> {
    params.get("DurationSeconds")?.parse().ok()
}
