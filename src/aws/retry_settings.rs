//! Settings of retries:
//! <https://docs.aws.amazon.com/sdkref/latest/guide/feature-retry-behavior.html>.

use crate::aws::connect_options::SettingsError;
use crate::aws::setting_lookup::SettingLookup;

/// Number of attempts if none is set, as in the SDK's standard retry mode.
pub(super) const DEFAULT_MAX_ATTEMPTS: u32 = 3;

/// The modes that the AWS CLI has.
const MODES: [&str; 3] = ["legacy", "standard", "adaptive"];

/// A mode that the AWS CLI does not have. The value may be a secret that was pasted there.
const INVALID_RETRY_MODE: &str = "AWS_RETRY_MODE or retry_mode is not a retry mode.";
/// Hint for [`INVALID_RETRY_MODE`].
const SET_RETRY_MODE: &str = "Set it to legacy, standard or adaptive.";
/// A number that is none, or not positive.
const INVALID_ATTEMPTS: &str = "AWS_MAX_ATTEMPTS or max_attempts is not a number of attempts.";
/// Hint for [`INVALID_ATTEMPTS`].
const SET_ATTEMPTS: &str = "Set it to 1 or more.";

/// Returns the maximum number of attempts of a call. An invalid value is ignored: a stale setting
/// must not prevent a session.
pub(super) fn max_attempts(lookup: &SettingLookup<'_>) -> u32 {
    attempts_setting(lookup).and_then(|text| parse_attempts(&text)).unwrap_or(DEFAULT_MAX_ATTEMPTS)
}

/// Checks the settings as the AWS CLI does, which makes no call with invalid ones.
///
/// # Errors
/// Returns an error that names the invalid setting, without its value.
pub(super) fn check(lookup: &SettingLookup<'_>) -> Result<(), SettingsError> {
    let mode = lookup.setting(&["AWS_RETRY_MODE"], "retry_mode");
    if mode.is_some_and(|mode| !MODES.contains(&&*mode)) {
        return Err(SettingsError::new(INVALID_RETRY_MODE, SET_RETRY_MODE));
    }
    if attempts_setting(lookup).is_some_and(|text| parse_attempts(&text).is_none()) {
        return Err(SettingsError::new(INVALID_ATTEMPTS, SET_ATTEMPTS));
    }
    Ok(())
}

fn attempts_setting(lookup: &SettingLookup<'_>) -> Option<String> {
    lookup.setting(&["AWS_MAX_ATTEMPTS"], "max_attempts")
}

fn parse_attempts(text: &str) -> Option<u32> {
    text.trim().parse().ok().filter(|attempts| *attempts > 0)
}
