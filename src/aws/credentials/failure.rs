//! Errors of credential sources: a provider that fails, a missing MFA code, a role that STS
//! refuses.

use std::fmt;

use aws_credential_types::Credentials;
use aws_credential_types::provider::error::CredentialsError;

use crate::aws::connect_options::SettingsError;
use crate::aws::credentials::key_check::check_keys;
use crate::aws::credentials::origin::{CredentialOrigin, no_source_found};
use crate::aws::credentials::profile_chain::{CredentialSource, RoleConfig};
use crate::aws::errors::causes::{find_cause, root_cause};
use crate::aws::errors::certificate::CertificateRefusal;
use crate::aws::errors::classify::{CredentialSourceError, unreachable_or_failed};
use crate::aws::errors::hints;
use crate::aws::messages;
use crate::aws::sso::error::SsoError;
use crate::aws::sso::session::SsoRole;
use crate::model::{ErrorKind, ServiceError};

/// Converts the error of an SDK provider. Without credentials on an instance that no profile names,
/// there is no source at all.
pub(super) fn provider_failure(
    origin: &CredentialOrigin,
    error: &CredentialsError,
) -> CredentialSourceError {
    if let Some(refusal) = CertificateRefusal::find(Some(error)) {
        return CredentialSourceError::new(
            ErrorKind::BadCertificate,
            messages::source_unreachable(&origin.description, &refusal.to_string()),
            refusal.hint(),
        );
    }
    if find_cause::<hyper_util::client::legacy::Error>(Some(error))
        .is_some_and(hyper_util::client::legacy::Error::is_connect)
        && origin.source != CredentialSource::Instance
    {
        return CredentialSourceError::new(
            ErrorKind::Unreachable,
            messages::source_unreachable(&origin.description, &root_cause(Some(error))),
            hints::CHECK_NETWORK,
        );
    }
    if origin.source == CredentialSource::Instance && origin.profile.is_none() {
        return no_source_found();
    }
    source_failure(origin, &root_cause(Some(error)))
}

/// Returns the error of a source for a reason.
pub(super) fn source_failure(
    origin: &CredentialOrigin,
    reason: &dyn fmt::Display,
) -> CredentialSourceError {
    CredentialSourceError::failed(
        messages::source_failed(&origin.description, &reason.to_string()),
        origin.hint(),
    )
}

/// Returns credentials that can be sent.
///
/// # Errors
/// Returns an error if the source gave others.
pub(super) fn usable(
    origin: &CredentialOrigin,
    credentials: Credentials,
) -> Result<Credentials, CredentialSourceError> {
    match check_keys(&credentials) {
        Ok(()) => Ok(credentials),
        Err(unusable) => Err(source_failure(origin, &unusable)),
    }
}

/// Converts an error of Identity Center.
pub(super) fn sso_failure(
    origin: &CredentialOrigin,
    role: &SsoRole,
    error: &SsoError,
) -> CredentialSourceError {
    match error {
        SsoError::Call(call)
            if matches!(call.kind, ErrorKind::Unreachable | ErrorKind::BadCertificate) =>
        {
            let hint = call.hint.clone().filter(|_| call.kind == ErrorKind::BadCertificate);
            CredentialSourceError::new(
                call.kind,
                messages::source_unreachable(&origin.description, &call.message),
                hint.unwrap_or_else(|| hints::CHECK_NETWORK.into()),
            )
        }
        SsoError::NotAssigned(call) => CredentialSourceError::failed(
            messages::source_failed(&origin.description, &call.message),
            match origin.profile {
                Some(_) => messages::CHECK_SSO_ROLE,
                None => messages::ROLE_NOT_ASSIGNED,
            },
        ),
        SsoError::Token(_) | SsoError::Expired | SsoError::Refused => {
            let hint = match origin.profile {
                Some(_) => origin.hint(),
                None => role.session.sign_in_hint(),
            };
            let message = messages::source_failed(&origin.description, &error.to_string());
            CredentialSourceError {
                sign_in: Some(role.session.label().into()),
                ..CredentialSourceError::failed(message, hint)
            }
        }
        // The portal has not refused the token, so signing in again would not help.
        SsoError::Call(call) => {
            let cause = ServiceError { hint: None, ..call.clone() };
            let hint = call.hint.clone().unwrap_or_else(|| messages::TRY_AGAIN.into());
            CredentialSourceError::failed(
                messages::source_failed(&origin.description, &cause.to_string()),
                hint,
            )
        }
    }
}

/// Returns the error for a role whose profile requires a code that was not given.
pub(super) fn mfa_code_needed(role: &RoleConfig, serial: &str) -> CredentialSourceError {
    CredentialSourceError::failed(
        messages::mfa_code_needed(role.profile.as_deref(), serial),
        messages::ENTER_MFA_CODE,
    )
}

/// Converts an error of AssumeRole. The call that needed the role was not sent in any case.
pub(super) fn role_refused(role: &RoleConfig, error: &ServiceError) -> CredentialSourceError {
    CredentialSourceError::new(
        unreachable_or_failed(error.kind),
        messages::role_not_assumed(
            &role.arn,
            role.profile.as_deref(),
            error.code.as_deref(),
            &error.message,
        ),
        error.hint.clone().unwrap_or_else(|| match role.profile {
            Some(_) => messages::CHECK_PROFILE.into(),
            None => messages::CHECK_ROLE_TRUST.into(),
        }),
    )
}

/// Converts an error in the config files, which are read again for every new origin.
pub(super) fn settings_failure(error: SettingsError) -> CredentialSourceError {
    CredentialSourceError::failed(error.message, error.hint)
}
