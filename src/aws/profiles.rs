//! Profiles in the config files, without signing in: for the profile picker, for finding a profile
//! of an account, and for correcting a mistyped name.

use std::sync::Arc;

use crate::aws::config_files::{AwsConfigFiles, SectionKind};
use crate::aws::connect_options::{Environment, SettingsError};
use crate::aws::credentials::profile_chain::ProfileChain;
use crate::aws::messages;
use crate::model::{
    AccountId, Arn, KeyId, NO_PROFILES, Profile, Region, hide_secret_key, may_be_secret_key,
    similar_names,
};

/// Returns the profiles in the files, sorted by name.
///
/// # Errors
/// Returns an error if a file cannot be read or parsed.
pub(crate) async fn list_profiles(
    environment: &Environment,
) -> Result<Vec<Profile>, SettingsError> {
    Ok(profiles_in_files(&AwsConfigFiles::read(environment).await?.0))
}

/// Returns the profiles of files that were read, sorted by name.
pub(super) fn profiles_in_files(files: &AwsConfigFiles) -> Vec<Profile> {
    files.profiles.names().map(|name| describe_profile(files, name)).collect()
}

fn describe_profile(files: &AwsConfigFiles, name: &str) -> Profile {
    let setting = |key: &str| files.get(name, key);
    let setting_account = |key: &str| setting(key).and_then(AccountId::parse);
    let arn_account = |key: &str| setting(key)?.parse::<Arn>().ok()?.account();
    let account = arn_account("role_arn")
        .or_else(|| setting_account("sso_account_id"))
        .or_else(|| arn_account("login_session"))
        .or_else(|| setting_account("aws_account_id"));
    let key = setting("aws_access_key_id").and_then(|id| KeyId::parse(id).ok());
    let kind = match ProfileChain::resolve(files, name) {
        Ok(Some(chain)) => chain.describe(),
        Ok(None) => messages::NO_CREDENTIALS.to_owned(),
        Err(error) => error.to_string(),
    };
    Profile {
        name: name.into(),
        account_guess: if account.is_none() { key.and_then(|key| key.account()) } else { None },
        account,
        region: setting("region")
            .filter(|it| !may_be_secret_key(it))
            .and_then(Region::parse)
            .map(|region| region.as_str().into()),
        kind: kind.into(),
        mfa_serial: setting("mfa_serial").map(|serial| Arc::from(hide_secret_key(serial).as_ref())),
    }
}

/// Checks that a profile exists and has no syntax error. Without a name it is `default`, which need
/// not exist.
///
/// # Errors
/// Returns an error if it does not exist. The hint names a section `[NAME]` without the prefix
/// `profile`, a line that cannot be used, or similar names.
pub(super) fn check_profile(
    files: &AwsConfigFiles,
    name: Option<&str>,
) -> Result<(), SettingsError> {
    if let Some(error) = files.error_in(SectionKind::Profile, name.unwrap_or("default")) {
        return Err(error.into());
    }
    match name {
        Some(name) if !files.profiles.contains(name) => Err(profile_not_found(files, name)),
        Some(_) | None => Ok(()),
    }
}

fn profile_not_found(files: &AwsConfigFiles, name: &str) -> SettingsError {
    let message = messages::profile_not_found(name, &files.config, files.config_exists);
    if let Some(hint) = files.title_hint(SectionKind::Profile, name) {
        return SettingsError::new(message, hint);
    }
    if let Some(error) = files.error_instead_of(name) {
        return SettingsError::new(message, messages::maybe_that_line(error));
    }
    let similar = similar_names(name, files.profiles.names());
    let hint = match (similar.as_slice(), files.first_unnamed_error()) {
        ([], Some(error)) => messages::maybe_that_line(error),
        ([], None) if files.profiles.is_empty() => NO_PROFILES.to_owned(),
        ([], None) => messages::LIST_PROFILES.to_owned(),
        (names, _) => messages::did_you_mean(names),
    };
    SettingsError::new(message, hint)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::aws::config_files::from_texts;

    #[test]
    fn the_account_of_a_profile_is_read_from_the_files() {
        let files = from_texts(
            "[profile sso]\nsso_account_id = 111122223333\nsso_region = x\n\
             [profile role]\nrole_arn = arn:aws:iam::444455556666:role/Ops\nsource_profile = sso\nmfa_serial = m\n",
            "[key]\naws_access_key_id = AKIARZPUZDIKFYHOWX26\n",
        );
        let account = |name| describe_profile(&files, name).account.map(|a| a.to_string());
        assert_eq!(account("sso").as_deref(), Some("111122223333"));
        assert_eq!(account("role").as_deref(), Some("444455556666"));
        assert_eq!(describe_profile(&files, "role").mfa_serial.as_deref(), Some("m"));
        let secret = "wJalrXUtnFEMIzK7MDENGzbPxRfiCYEXAMPLEKEY";
        let text = format!(
            "[profile a]\nregion = {secret}\nsso_account_id = {secret}\nmfa_serial = {secret}\nsource_profile = {secret}\nrole_arn = arn:x\n"
        );
        let shown = format!("{:?}", describe_profile(&from_texts(&text, ""), "a"));
        assert!(!shown.contains("wJalr") && shown.contains("** hidden **"), "{shown}");
        let key = describe_profile(&files, "key");
        assert_eq!(
            (key.account, key.account_guess.map(|a| a.to_string())),
            (None, Some("123456789012".into()))
        );
    }

    #[test]
    fn the_hint_for_a_mistyped_profile_names_similar_ones() {
        let files =
            from_texts("[profile prod]\n[profile staging]\n[profile prod-eu]\n[profile dev]\n", "");
        let error = check_profile(&files, Some("prdo")).unwrap_err();
        let expected = "Profile prdo does not exist in /home/a/.aws/config. Did you mean prod?";
        assert_eq!(error.to_string(), expected);
        assert!(check_profile(&files, Some("zzzz")).unwrap_err().hint.contains("list-profiles"));
        assert!(check_profile(&files, Some("dev")).is_ok());
    }

    #[test]
    fn the_hint_for_a_section_without_the_prefix_profile_names_its_line() {
        let files = from_texts("[prod]\nregion = x\n", "");
        let error = check_profile(&files, Some("prod")).unwrap_err();
        assert_eq!(&*error.hint, "Change [prod] to [profile prod] in /home/a/.aws/config, line 1.");
    }
}
