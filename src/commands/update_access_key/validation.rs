//! Validates the members of the request against the service model of
//! [UpdateAccessKey](https://docs.aws.amazon.com/IAM/latest/APIReference/API_UpdateAccessKey.html).

use super::input::Members;
use super::messages;
use crate::model::{
    Direction, KeyId, KeyIdError, KeyStatus, UserName, UserNameError, escape_hidden,
};

/// The name, whether it is required, and the minimum length in characters.
const MEMBER_RULES: [(&str, bool, usize); 3] =
    [("UserName", false, 1), ("AccessKeyId", true, 16), ("Status", true, 0)];

/// Returns the user, the key and the direction of the request.
///
/// # Errors
/// Returns all errors, a line each: those that the AWS CLI finds, or else the
/// other violations of the service model.
pub(super) fn validate(members: &Members) -> Result<(Option<UserName>, KeyId, Direction), String> {
    let errors = aws_errors(members);
    if !errors.is_empty() {
        return Err(messages::validation_failed(&errors));
    }
    let text = |name: &str| {
        members.iter().find(|(member, _)| member == name).and_then(|(_, given)| given.text())
    };
    let user = text("UserName")
        .map(|name| UserName::parse(name).map_err(|error| user_error(name, &error)))
        .transpose();
    let id = text("AccessKeyId").unwrap_or_default();
    let key = KeyId::parse(id).map_err(|error| key_error(id, &error));
    let status = text("Status").unwrap_or_default();
    let direction = match KeyStatus::from_service(status) {
        KeyStatus::Active => Ok(Direction::Activate),
        KeyStatus::Inactive => Ok(Direction::Deactivate),
        _ => Err(messages::invalid_status(&escape_hidden(status))),
    };
    match (user, key, direction) {
        (Ok(user), Ok(key), Ok(direction)) => Ok((user, key, direction)),
        (user, key, direction) => {
            let errors = [user.err(), key.err(), direction.err()];
            let errors: Vec<_> = errors.into_iter().flatten().collect();
            Err(messages::validation_failed(&errors))
        }
    }
}

/// Returns the errors that the AWS CLI finds.
fn aws_errors(members: &Members) -> Vec<String> {
    let is_given = |name: &str| members.iter().any(|(member, _)| member == name);
    let missing = MEMBER_RULES.iter().filter(|(name, required, _)| *required && !is_given(name));
    let mut errors: Vec<_> = missing.map(|(name, ..)| messages::missing_parameter(name)).collect();
    let known = |member: &str| MEMBER_RULES.iter().find(|(name, ..)| *name == member);
    for (member, _) in members.iter().filter(|(member, _)| known(member).is_none()) {
        let names = MEMBER_RULES.map(|(name, ..)| name).join(", ");
        errors.push(messages::unknown_parameter(&escape_hidden(member), &names));
    }
    for (member, given) in members {
        let Some((name, _, min)) = known(member) else { continue };
        match given.text().map(|text| text.chars().count()) {
            Some(length) if length < *min => {
                errors.push(messages::too_short(name, length, *min));
            }
            Some(_) => {}
            None => {
                let (repr, class) = (given.python_repr(), given.python_type());
                errors.push(messages::not_a_string(name, &repr, class));
            }
        }
    }
    errors
}

fn user_error(name: &str, error: &UserNameError) -> String {
    match error {
        UserNameError::Length(length) => messages::too_long("UserName", *length),
        UserNameError::Character(_) => {
            let allowed = "letters, digits and _+=,.@-";
            messages::invalid_characters("UserName", &escape_hidden(name), allowed)
        }
    }
}

fn key_error(id: &str, error: &KeyIdError) -> String {
    match error {
        KeyIdError::Length(length) => messages::too_long("AccessKeyId", *length),
        KeyIdError::Character(_) => {
            let allowed = "letters, digits and _";
            messages::invalid_characters("AccessKeyId", &escape_hidden(id), allowed)
        }
    }
}
