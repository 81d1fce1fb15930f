//! Authentication: from the Authorization header to the caller.

use jiff::{SignedDuration, Timestamp};

use super::principal::{Principal, StsSession};
use super::time_format::after;
use super::types::Status;
use super::{Account, AccountStore, ApiError, Conditions, Owner, Service};

/// The signer named in the request headers. The signature itself is not checked.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Signature {
    /// The access key ID.
    pub key: String,
    /// The Region of the credential scope.
    pub region: String,
    /// The service of the credential scope.
    pub service: String,
    /// The session token, if any.
    token: Option<String>,
}

impl Signature {
    /// Parses `AWS4-HMAC-SHA256 Credential=ID/DATE/REGION/SERVICE/aws4_request, …`.
    /// Returns `None` for an unsigned request.
    pub(crate) fn parse(
        authorization: Option<&str>,
        token: Option<&str>,
    ) -> Result<Option<Self>, ApiError> {
        let Some(header) = authorization else { return Ok(None) };
        let incomplete = || {
            let message = "Authorization header requires 'Credential' parameter, as ID/date/region/service/aws4_request.";
            ApiError::new(400, "IncompleteSignature", message)
        };
        let (_, from_credential) = header.split_once("Credential=").ok_or_else(incomplete)?;
        let credential = from_credential.split([',', ' ']).next().unwrap_or_default();
        let parts: Vec<_> = credential.split('/').collect();
        let [key, _date, region, service, "aws4_request"] = parts[..] else {
            return Err(incomplete());
        };
        Ok(Some(Self {
            key: key.to_owned(),
            region: region.to_owned(),
            service: service.to_owned(),
            token: token.map(str::to_owned),
        }))
    }
}

impl Principal {
    /// Returns the ARN and the unique ID, as in GetCallerIdentity.
    pub(crate) fn identity(&self, account: &Account) -> (String, String) {
        let id = &account.id;
        match self {
            Self::Root => (format!("arn:aws:iam::{id}:root"), id.clone()),
            Self::User(name) => {
                let user = account.user(name);
                let arn = user
                    .map_or_else(|| format!("arn:aws:iam::{id}:user/{name}"), |user| user.arn(id));
                (arn, user.map(|user| user.id.clone()).unwrap_or_default())
            }
            Self::Role { name, session } => {
                let role = account.roles.iter().find(|role| role.name == *name);
                let role_id = role.map(|role| role.id.as_str()).unwrap_or_default();
                (
                    format!("arn:aws:sts::{id}:assumed-role/{name}/{session}"),
                    format!("{role_id}:{session}"),
                )
            }
        }
    }
}

/// The authenticated caller.
#[derive(Clone, Debug)]
pub(crate) struct ApiCaller {
    pub account: usize,
    pub principal: Principal,
    /// True if the credentials are temporary.
    pub temporary: bool,
}

impl AccountStore {
    /// Authenticates the caller for an operation of `service`.
    pub(crate) fn caller(
        &mut self,
        signature: Option<&Signature>,
        service: Service,
        now: Timestamp,
        conditions: &Conditions,
    ) -> Result<ApiCaller, ApiError> {
        let missing = || {
            ApiError::new(
                403,
                "MissingAuthenticationToken",
                "Request is missing Authentication Token",
            )
        };
        let signature = signature.ok_or_else(missing)?;
        match (&signature.token, self.sessions.get(&signature.key)) {
            (Some(token), Some(session)) if session.token == *token => {
                session.caller(service, now, conditions.session_life)
            }
            (None, None) => self.long_term(&signature.key, now, conditions.signing_lag),
            _ => Err(ApiError::bad_token()),
        }
    }

    fn long_term(
        &mut self,
        id: &str,
        now: Timestamp,
        lag: SignedDuration,
    ) -> Result<ApiCaller, ApiError> {
        let account = self.account_of_key(id).ok_or_else(ApiError::bad_token)?;
        if self.is_suspended(account) {
            return Err(ApiError::bad_token());
        }
        let (owner, key) = self.accounts[account].key(id).ok_or_else(ApiError::bad_token)?;
        if key.status() == Status::Inactive && key.status_behind(now, lag) == Status::Inactive {
            return Err(ApiError::bad_token());
        }
        let principal = match owner {
            Owner::Root => Principal::Root,
            Owner::User(name) => Principal::User(name.clone()),
        };
        Ok(ApiCaller { account, principal, temporary: false })
    }
}

impl StsSession {
    fn caller(
        &self,
        service: Service,
        now: Timestamp,
        life: Option<SignedDuration>,
    ) -> Result<ApiCaller, ApiError> {
        let ended = life.is_some_and(|life| now >= after(self.issued, life));
        if ended || now >= self.expires {
            let message = "The security token included in the request is expired";
            return Err(ApiError::new(403, "ExpiredToken", message));
        }
        let is_role = matches!(self.principal, Principal::Role { .. });
        if service == Service::Iam && !is_role && !self.mfa {
            return Err(ApiError::bad_token());
        }
        Ok(ApiCaller { account: self.account, principal: self.principal.clone(), temporary: true })
    }
}
