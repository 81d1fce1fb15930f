//! What the files alone tell of their profiles: for a picker, for the
//! profile that leads to an account, and for a name that was mistyped.

use std::sync::Arc;

use crate::aws::config_files::ConfigFiles;
use crate::aws::connect_options::{Environment, SettingsError};
use crate::aws::credentials::profile_chain::ProfileChain;
use crate::model::{AccountId, KeyId, Profile, escape_hidden, similar_names};

/// The profiles in the files, by name.
///
/// # Errors
/// A file that can't be read or parsed.
pub(crate) async fn list_profiles(
    environment: &Environment,
) -> Result<Vec<Profile>, SettingsError> {
    let files = ConfigFiles::read(environment).await?;
    Ok(files.profiles.keys().map(|name| describe_profile(&files, name)).collect())
}

fn describe_profile(files: &ConfigFiles, name: &str) -> Profile {
    let shown =
        |key: &str| files.get(name, key).map(|value| Arc::from(escape_hidden(value).as_ref()));
    let of_role =
        files.get(name, "role_arn").and_then(|arn| arn.split(':').nth(4)).filter(|a| !a.is_empty());
    let of_login = || {
        files
            .get(name, "login_session")
            .and_then(|arn| arn.split(':').nth(4))
            .filter(|a| !a.is_empty())
    };
    let setting = |key: &str| files.get(name, key);
    let account = of_role
        .or_else(|| setting("sso_account_id"))
        .or_else(of_login)
        .or_else(|| setting("aws_account_id"));
    let key = setting("aws_access_key_id").and_then(|id| KeyId::parse(id).ok());
    let kind = match ProfileChain::resolve(files, name) {
        Ok(Some(chain)) => chain.describe(),
        Ok(None) => "no credentials".to_owned(),
        Err(sentence) => sentence,
    };
    Profile {
        name: name.into(),
        account: account.map(AccountId::from_service),
        account_guess: account.is_none().then(|| key?.account()).flatten(),
        region: shown("region"),
        kind: kind.into(),
        mfa_serial: shown("mfa_serial"),
    }
}

/// Whether there is such a profile.
///
/// # Errors
/// There is none: names those that are near, and a section that would be it
/// if it had the word `profile`.
pub(super) fn check_profile_exists(files: &ConfigFiles, name: &str) -> Result<(), SettingsError> {
    if files.profiles.contains_key(name) {
        return Ok(());
    }
    let shown = escape_hidden(name);
    let message = format!("There is no profile {shown}.");
    if let Some((_, line)) = files.unprefixed.iter().find(|(bare, _)| bare == name) {
        let config = files.config.to_string_lossy();
        let hint = format!(
            "Line {line} of {} says [{shown}]; write [profile {shown}] there.",
            escape_hidden(&config)
        );
        return Err(SettingsError::new(message, hint));
    }
    let near = similar_names(name, files.profiles.keys().map(String::as_str));
    let hint = match near.as_slice() {
        [] if files.profiles.is_empty() => {
            "No profile is configured; run aws configure.".to_owned()
        }
        [] => "Run aws configure list-profiles to see their names.".to_owned(),
        names => format!(
            "Did you mean {}?",
            names.iter().map(|n| escape_hidden(n)).collect::<Vec<_>>().join(" or ")
        ),
    };
    Err(SettingsError::new(message, hint))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::aws::config_files::from_texts;

    #[test]
    fn the_files_alone_tell_the_account_of_a_profile() {
        let files = from_texts(
            "[profile sso]\nsso_account_id = 111122223333\nsso_region = x\n\
             [profile role]\nrole_arn = arn:aws:iam::444455556666:role/Ops\nsource_profile = sso\nmfa_serial = m\n",
            "[key]\naws_access_key_id = AKIARZPUZDIKFYHOWX26\n",
        );
        let account = |name| describe_profile(&files, name).account.map(|a| a.to_string());
        assert_eq!(account("sso").as_deref(), Some("111122223333"));
        assert_eq!(account("role").as_deref(), Some("444455556666"));
        assert_eq!(describe_profile(&files, "role").mfa_serial.as_deref(), Some("m"));
        let key = describe_profile(&files, "key");
        assert_eq!(
            (key.account, key.account_guess.map(|a| a.to_string())),
            (None, Some("123456789012".into()))
        );
    }

    #[test]
    fn a_mistyped_profile_is_answered_with_those_that_are_near() {
        let files =
            from_texts("[profile prod]\n[profile staging]\n[profile prod-eu]\n[profile dev]\n", "");
        let error = check_profile_exists(&files, "prdo").unwrap_err();
        assert_eq!(error.to_string(), "There is no profile prdo. Did you mean prod?");
        assert!(check_profile_exists(&files, "zzzz").unwrap_err().hint.contains("list-profiles"));
        assert!(check_profile_exists(&files, "dev").is_ok());
    }

    #[test]
    fn a_section_without_the_word_profile_is_pointed_at() {
        let files = from_texts("[prod]\nregion = x\n", "");
        let error = check_profile_exists(&files, "prod").unwrap_err();
        assert!(
            error.hint.contains("Line 1 of /home/a/.aws/config says [prod]; write [profile prod]"),
            "{error}"
        );
    }
}
