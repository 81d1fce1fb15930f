//! Validates the members of the request against the service model of
//! [UpdateAccessKey](https://docs.aws.amazon.com/IAM/latest/APIReference/API_UpdateAccessKey.html).

use serde_json::Value;

use super::error::ParameterError;
use super::input::{Members, type_name};
use crate::model::{Direction, KeyId, KeyIdError, KeyStatus, UserName, UserNameError};

/// Returns the user, the key and the direction of the request.
///
/// # Errors
/// Returns all errors.
pub(super) fn validate(
    members: &Members,
) -> Result<(Option<UserName>, KeyId, Direction), Vec<ParameterError>> {
    let missing = ["AccessKeyId", "Status"].into_iter().filter(|name| !members.contains_key(*name));
    let mut errors: Vec<_> = missing.map(ParameterError::Missing).collect();
    let known = |name: &str| matches!(name, "UserName" | "AccessKeyId" | "Status");
    let unknown = members.keys().filter(|name| !known(name));
    errors.extend(unknown.cloned().map(ParameterError::Unknown));
    let user = members.get("UserName").map(parse_user).transpose();
    let key = members.get("AccessKeyId").map(parse_key).transpose();
    let direction = members.get("Status").map(parse_status).transpose();
    match (user, key, direction) {
        (Ok(user), Ok(Some(key)), Ok(Some(direction))) if errors.is_empty() => {
            Ok((user, key, direction))
        }
        (user, key, direction) => {
            errors.extend([user.err(), key.err(), direction.err()].into_iter().flatten());
            Err(errors)
        }
    }
}

fn parse_user(value: &Value) -> Result<UserName, ParameterError> {
    let name = "UserName";
    let text = string(name, value)?;
    UserName::parse(text).map_err(|error| match error {
        UserNameError::Length(length) => ParameterError::Length { name, length, min: 1 },
        UserNameError::Character(_) => {
            ParameterError::Characters(name, text.to_owned(), "letters, digits and _+=,.@-")
        }
    })
}

fn parse_key(value: &Value) -> Result<KeyId, ParameterError> {
    let name = "AccessKeyId";
    let text = string(name, value)?;
    KeyId::parse_typed(text).map_err(|error| match error {
        KeyIdError::Secret => ParameterError::Secret(name),
        KeyIdError::Length(length) => ParameterError::Length { name, length, min: 16 },
        KeyIdError::Character(_) => {
            ParameterError::Characters(name, text.to_owned(), "letters, digits and _")
        }
    })
}

fn parse_status(value: &Value) -> Result<Direction, ParameterError> {
    let text = string("Status", value)?;
    match KeyStatus::from_service(text) {
        KeyStatus::Active => Ok(Direction::Activate),
        KeyStatus::Inactive => Ok(Direction::Deactivate),
        _ => Err(ParameterError::Status(text.to_owned())),
    }
}

fn string<'a>(name: &'static str, value: &'a Value) -> Result<&'a str, ParameterError> {
    value.as_str().ok_or(ParameterError::NotAString(name, type_name(value)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_secret_in_place_of_the_id_is_refused_and_not_shown() {
        for secret in
            ["wJalrXUtnFEMIzK7MDENGzbPxRfiCYEXAMPLEKEY", "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY"]
        {
            let error = parse_key(&secret.into()).unwrap_err();
            assert_eq!(error, ParameterError::Secret("AccessKeyId"));
            assert!(!error.to_string().contains("wJalr"), "{error}");
        }
    }
}
