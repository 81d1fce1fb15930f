//! Sentences about settings, credentials and responses. What to do about a failed call is in
//! [`errors::hints`](super::errors::hints).
//!
//! Messages and hints are whole sentences. Reasons are fragments in lower case that end a sentence
//! such as "ListUsers failed: …". Names and paths are escaped here, so callers pass them raw.

mod responses;

use std::path::Path;
use std::time::Duration;

use crate::model::{
    AccountId, Arn, Caller, KeyId, Region, SelfLockoutRisk, ServiceError, escape_hidden,
    escape_path, hide_secret_key, shell_quote,
};

pub(super) use responses::*;

fn without_stop(text: &str) -> &str {
    text.trim_end_matches('.')
}

// The config and credentials files.

/// Hint for [`file_unreadable`].
pub(super) const CHECK_FILE_PERMISSIONS: &str = "Check the file's owner and permissions.";
/// Hint for a line that cannot be used.
pub(super) const FIX_LINE: &str = "Fix that line and try again.";
/// Hint for a failure of a service that may pass.
pub(super) const TRY_AGAIN: &str = "Try again in a minute.";
pub(super) fn file_unreadable(path: &Path, error: &std::io::Error) -> String {
    format!("Could not read {}: {error}.", escape_path(path))
}

// Profiles.

/// Hint for [`profile_not_found`] if no name is similar.
pub(super) const LIST_PROFILES: &str = "Run aws configure list-profiles to see all profiles.";
/// Description of a profile that has no credentials.
pub(super) const NO_CREDENTIALS: &str = "no credentials";

/// Names the config file, whose path may be wrong.
pub(super) fn profile_not_found(profile: &str, config: &Path, config_exists: bool) -> String {
    let (profile, config) = (escape_hidden(profile), escape_path(config));
    match config_exists {
        true => format!("Profile {profile} does not exist in {config}."),
        false if config.is_empty() => {
            format!("Profile {profile} does not exist: AWS_CONFIG_FILE is set but empty.")
        }
        false => format!("Profile {profile} does not exist: there is no file {config}."),
    }
}

/// Hint for a section that is missing if a title is nearly the right one.
pub(super) fn change_title(title: &str, right: &str, place: &dyn std::fmt::Display) -> String {
    let (title, right) = (escape_hidden(title), escape_hidden(right));
    format!("Change [{title}] to [{right}] in {place}.")
}

/// Hint for [`profile_not_found`] if a section could not be read.
pub(super) fn maybe_that_line(error: &dyn std::error::Error) -> String {
    format!("{error} {FIX_LINE}")
}

/// Hint for [`profile_not_found`] with the similar names.
pub(super) fn did_you_mean(names: &[&str]) -> String {
    let names: Vec<_> = names.iter().map(|name| escape_hidden(name)).collect();
    format!("Did you mean {}?", names.join(" or "))
}

/// Hint for every mistake in a profile.
pub(super) fn fix_profile(config: &Path) -> String {
    format!("Fix the profile in {}.", escape_path(config))
}

// Descriptions of credential sources, for header, dialogs and pickers.

/// Credentials of the embedded demo account.
pub(super) const DEMO: &str = "demo";
/// A web identity token that environment variables name.
pub(super) const WEB_IDENTITY_IN_ENVIRONMENT: &str = "web identity from environment variables";

/// `prod, access key`.
pub(super) fn profile_source(profile: &str, chain: &str) -> String {
    format!("{}, {chain}", escape_hidden(profile))
}

/// `corp, SSO at NOT AWS http://127.0.0.1:4566`.
pub(super) fn portal_not_aws(source: &str, url: &str) -> String {
    format!("{source} at NOT AWS {}", escape_hidden(url))
}

/// `role Ops from profile base, access key`.
pub(super) fn role_source(role: &str, profile: &str, source: &str) -> String {
    format!("role {} from profile {}, {source}", escape_hidden(role), escape_hidden(profile))
}

// Missing credentials.

/// Message if no source has credentials.
pub(crate) const NO_CREDENTIALS_MESSAGE: &str =
    "No credentials found in environment variables, in the profile or from a role of this machine.";
/// Hint for [`NO_CREDENTIALS_MESSAGE`].
pub(super) const GET_CREDENTIALS: &str = "Name a profile with --profile, run aws configure or \
    keyflip login, or set AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY.";
/// Message for an access key ID without its secret in the environment.
pub(super) const SECRET_NOT_SET: &str =
    "AWS_ACCESS_KEY_ID is set but AWS_SECRET_ACCESS_KEY is not.";
/// Hint for [`SECRET_NOT_SET`].
pub(super) const SET_BOTH_OR_NEITHER: &str =
    "Set both, unset both, or name a profile with --profile.";
/// Hint for [`environment_empty`].
pub(super) const SET_BOTH: &str = "Set AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY.";

pub(super) fn profile_empty(profile: &str) -> String {
    format!("Profile {} has no credentials.", escape_hidden(profile))
}

/// A profile has one setting of a role, but not another.
pub(super) fn role_incomplete(profile: &str, has: &str, missing: &str) -> String {
    format!("Profile {} has {has} but no {missing}.", escape_hidden(profile))
}

/// Hint for [`profile_empty`].
pub(super) fn configure_or_sso(profile: &str) -> String {
    let profile = escape_hidden(profile);
    let profile = shell_quote(&profile);
    format!("Run aws configure --profile {profile} or aws configure sso --profile {profile}.")
}

pub(super) fn environment_empty(profile: &str) -> String {
    format!(
        "Profile {} has credential_source Environment, but no credentials are set there.",
        escape_hidden(profile)
    )
}

pub(super) fn setting_missing(profile: &str, key: &str) -> String {
    format!("Profile {} has no {key}.", escape_hidden(profile))
}

/// Hint for [`setting_missing`].
pub(super) fn configure(profile: &str) -> String {
    format!("Run aws configure --profile {}.", shell_quote(&escape_hidden(profile)))
}

pub(super) fn web_identity_setting_missing(profile: &str, key: &str) -> String {
    format!("Profile {} uses a web identity token but has no {key}.", escape_hidden(profile))
}

// Sources of credentials that fail.

/// Hint for [`mfa_code_needed`].
pub(super) const ENTER_MFA_CODE: &str = "Enter the code when asked, or pass it with --mfa-code.";
/// Hint for a role that the portal of Identity Center refuses.
pub(super) const CHECK_SSO_ROLE: &str = "The role may not be assigned to you in that account: check \
    sso_account_id and sso_role_name of the profile.";
/// Hint for a role of Identity Center that no profile names.
pub(super) const ROLE_NOT_ASSIGNED: &str =
    "Ask who manages Identity Center to assign the role to you, or use another route.";
/// Hint for [`role_not_assumed`] without a profile.
pub(super) const CHECK_ROLE_TRUST: &str = "Check that the role exists in that account and trusts \
    the caller, and external_id in [reach].";
/// Hint for [`role_not_assumed`] where STS gives no better one.
pub(super) const CHECK_PROFILE: &str = "Check the profile.";

pub(super) fn source_failed(description: &str, reason: &str) -> String {
    format!("Could not get credentials ({description}): {}.", without_stop(reason))
}

pub(super) fn source_timed_out(description: &str, seconds: u64) -> String {
    format!("Could not get credentials ({description}): no response within {seconds} s.")
}

pub(super) fn source_unreachable(description: &str, reason: &str) -> String {
    format!("Could not connect to get credentials ({description}): {}.", without_stop(reason))
}

pub(super) fn mfa_code_needed(profile: Option<&str>, serial: &str) -> String {
    let serial = hide_secret_key(serial);
    match profile {
        Some(profile) => {
            let profile = escape_hidden(profile);
            format!("Profile {profile} requires a code from the MFA device {serial}.")
        }
        None => format!("The role requires a code from the MFA device {serial}."),
    }
}

/// Returns the sentence that an `[sso-session]` does not exist.
pub(crate) fn sso_session_not_found(name: &str) -> String {
    format!("There is no [sso-session {}] in the AWS configuration.", escape_hidden(name))
}

/// Hint for a profile without settings of Identity Center.
pub(super) const NAME_SSO_SESSION: &str =
    "Name a session with --sso-session, or another profile with --profile.";

/// Hint to sign in to a session of Identity Center, or to a start URL.
pub(super) fn sign_in(session: &str) -> String {
    let session = escape_hidden(session);
    format!("Run keyflip login --sso-session {}, then try again.", shell_quote(&session))
}

/// A call of the portal that failed before or at the token.
pub(super) fn sso_session_failed(session: &str, reason: &dyn std::error::Error) -> String {
    format!("Identity Center session {}: {reason}.", escape_hidden(session))
}

pub(super) fn role_not_assumed(
    role_arn: &str,
    profile: Option<&str>,
    code: Option<&str>,
    reason: &str,
) -> String {
    let profile = profile.map(|name| format!(" of profile {}", escape_hidden(name)));
    let code = code.map(|code| format!("{code}, ")).unwrap_or_default();
    format!(
        "Could not assume the role {}{}: {code}{}.",
        escape_hidden(role_arn),
        profile.unwrap_or_default(),
        without_stop(reason)
    )
}

pub(super) fn token_not_exchanged(role_arn: &str, token_file: &Path, reason: &str) -> String {
    format!(
        "Could not assume the role {} with the token in {}: {}.",
        escape_hidden(role_arn),
        escape_path(token_file),
        without_stop(reason)
    )
}

// Renewed credentials.

/// Hint for [`caller_changed`].
pub(super) const REOPEN_SESSION: &str =
    "The session has ended; open a new one to work as the new caller.";
/// Hint for [`renewal_unverified`].
pub(super) const RENEWAL_NOT_USED: &str = "keyflip does not use them until this check succeeds.";

/// `former` is an ARN or [`former_account`].
pub(super) fn caller_changed(renewed: &Caller, former: &str) -> String {
    format!(
        "The credentials now belong to {} in account {} (was {former}).",
        renewed.arn, renewed.account
    )
}

pub(super) fn former_account(account: &AccountId) -> String {
    format!("account {account}")
}

pub(super) fn renewal_unverified(error: &dyn std::error::Error) -> String {
    format!("Could not check whom the renewed credentials belong to: {error}")
}

// Endpoints, regions and certificates.

/// Message for an endpoint URL beside FIPS or dual-stack endpoints.
pub(super) const URL_WITH_FIPS: &str =
    "An endpoint URL cannot be combined with FIPS or dual-stack endpoints.";
/// Hint for [`URL_WITH_FIPS`].
pub(super) fn remove_url_or(flags: &str) -> String {
    format!("Remove the URL, or unset {flags}.")
}
/// Hint for [`not_valid`].
pub(super) const NO_COMMENTS: &str = "Remove the comment: in AWS files it is part of the value.";
/// Hint for a region that is [`not_valid`].
pub(super) const CHECK_REGION: &str = "An example of a region is us-east-1.";
/// Message for a URL with parts that may be secret. Does not quote it.
pub(super) const URL_WITH_SECRET: &str = "The endpoint URL contains a user name, a password or a \
    query; keyflip neither uses nor shows it.";
/// Hint for a URL that is [`not_valid`], and for [`URL_WITH_SECRET`].
pub(super) const GIVE_FULL_URL: &str = "Set --endpoint-url or AWS_ENDPOINT_URL to a full http or \
    https URL, such as https://iam.amazonaws.com.";
/// Hint for [`cloudtrail_without_endpoint`].
pub(super) const SET_CLOUDTRAIL_ENDPOINT: &str = "Set AWS_ENDPOINT_URL_CLOUDTRAIL, endpoint_url \
    under cloudtrail in the profile's services section, or AWS_ENDPOINT_URL.";
/// Hint for [`bad_ca_bundle`].
pub(super) const GIVE_CA_BUNDLE: &str =
    "Set --ca-bundle or AWS_CA_BUNDLE to a PEM file of certificates.";
/// Reason for [`bad_ca_bundle`].
pub(super) const NO_CERTIFICATE: &str = "it contains no certificate";

/// Hint for a server certificate that is not trusted.
pub(super) const PASS_CA_CERTIFICATE: &str =
    "Pass the CA certificate of your proxy or endpoint with --ca-bundle or AWS_CA_BUNDLE.";
/// A variable of the environment has no URL of a proxy. Its value may contain a password.
pub(super) fn no_proxy_url(variable: &str) -> String {
    format!("{variable} is not the URL of an http or https proxy.")
}
/// Hint for [`no_proxy_url`].
pub(super) const SET_PROXY_URL: &str = "Set it to http://HOST:PORT, or unset it.";
/// Error for a proxy that speaks neither HTTP nor HTTPS.
pub(super) fn unsupported_proxy(scheme: &str) -> String {
    format!("{scheme} proxies are not supported; set an http or https proxy")
}

/// Error if no server can be trusted.
pub(super) fn no_system_certificates(cause: &dyn std::error::Error) -> String {
    format!("no CA certificates were found; install ca-certificates, or use --ca-bundle ({cause})")
}

/// Hint for a server certificate outside its validity time.
pub(super) const CHECK_CERTIFICATE_TIME: &str =
    "Check this machine's clock; if it is right, the server needs a new certificate.";
/// Hint for a server certificate without the server's name.
pub(super) const CHECK_CERTIFICATE_NAME: &str =
    "Check the endpoint URL and the proxy; else the server needs a certificate with that name.";

/// `what` is `region name` or `endpoint URL`.
pub(super) fn not_valid(setting: &str, what: &str) -> String {
    format!("{setting} is not a valid {what}.")
}

/// The session's endpoint is not AWS's, and CloudTrail has none.
pub(super) fn cloudtrail_without_endpoint(url: &str) -> String {
    let url = escape_hidden(url);
    format!("{url} is not AWS, and CloudTrail has no endpoint there")
}

/// Reason for a connection that was not established in time.
pub(super) fn not_connected_within(limit: Duration) -> String {
    format!("no connection within {} s", limit.as_secs_f64())
}

pub(super) fn bad_ca_bundle(path: &Path, reason: &str) -> String {
    format!("Could not use the CA bundle {}: {reason}.", escape_path(path))
}

/// Reason for [`bad_ca_bundle`]; `number` counts from 1.
pub(super) fn certificate_not_pem(number: usize) -> String {
    format!("certificate {number} is not valid PEM")
}

/// Reason for [`bad_ca_bundle`]; `number` counts from 1.
pub(super) fn certificate_invalid(number: usize) -> String {
    format!("certificate {number} is not a valid X.509 certificate")
}

/// Hint for credentials that only this Region refuses.
pub(super) fn region_may_be_disabled(region: &Region) -> String {
    format!("The account may not have enabled {region}; if so, it has no events there.")
}

// Changes that are not sent. All are reasons but for the hint.

/// Hint for a change that is not sent.
pub(super) const CHECK_KEY_AGAIN: &str = "Check the key again before you repeat the change.";

pub(super) fn other_caller(confirmed: &Arn) -> String {
    format!("it was confirmed as {confirmed}, but this session now has another caller")
}

pub(super) fn may_now_sign(key: &KeyId, risk: SelfLockoutRisk) -> String {
    let signs = if risk == SelfLockoutRisk::Certain { "now signs" } else { "may now sign" };
    format!("{key} {signs} this session, which was not known when you confirmed the change")
}

pub(super) fn account_not_confirmed(
    key: &KeyId,
    decoded: &AccountId,
    error: &ServiceError,
) -> String {
    format!("could not confirm the account of {key}, which appears to be {decoded}: {error}")
}

pub(super) fn other_account(key: &KeyId, owner: &AccountId, session: &AccountId) -> String {
    format!("{key} belongs to account {owner}, but this session is in {session}")
}
