//! The members of the request against IAM's service model.

use super::input::Members;
use crate::model::{
    Direction, KeyId, KeyIdError, KeyStatus, UserName, UserNameError, escape_hidden,
};

/// Name, whether it is required, and the least number of characters, as the
/// service model has them.
const MEMBER_RULES: [(&str, bool, usize); 3] =
    [("UserName", false, 1), ("AccessKeyId", true, 16), ("Status", true, 0)];

/// The request that the members make.
///
/// # Errors
/// Everything that is wrong with them, a line each: what the AWS CLI finds in
/// its own words, else what IAM's model forbids beyond that.
pub(super) fn validate(members: &Members) -> Result<(Option<UserName>, KeyId, Direction), String> {
    let wrong = aws_findings(members);
    if !wrong.is_empty() {
        return Err(report(&wrong));
    }
    let text = |name: &str| {
        members.iter().find(|(member, _)| member == name).and_then(|(_, given)| given.text())
    };
    let user = text("UserName")
        .map(|name| UserName::parse(name).map_err(|error| wrong_user(name, &error)))
        .transpose();
    let id = text("AccessKeyId").unwrap_or_default();
    let key = KeyId::parse(id).map_err(|error| wrong_key(id, &error));
    let status = text("Status").unwrap_or_default();
    let direction = match KeyStatus::from_service(status) {
        KeyStatus::Active => Ok(Direction::Activate),
        KeyStatus::Inactive => Ok(Direction::Deactivate),
        _ => {
            let status = escape_hidden(status);
            Err(format!(
                "Invalid value for parameter Status, value: {status}, valid values: Active, Inactive"
            ))
        }
    };
    match (user, key, direction) {
        (Ok(user), Ok(key), Ok(direction)) => Ok((user, key, direction)),
        (user, key, direction) => {
            let wrong = [user.err(), key.err(), direction.err()];
            Err(report(&wrong.into_iter().flatten().collect::<Vec<_>>()))
        }
    }
}

fn aws_findings(members: &Members) -> Vec<String> {
    let is_given = |name: &str| members.iter().any(|(member, _)| member == name);
    let missing = MEMBER_RULES.iter().filter(|(name, required, _)| *required && !is_given(name));
    let mut wrong: Vec<String> = missing
        .map(|(name, ..)| format!("Missing required parameter in input: \"{name}\""))
        .collect();
    let known = |member: &str| MEMBER_RULES.iter().find(|(name, ..)| *name == member);
    for (member, _) in members.iter().filter(|(member, _)| known(member).is_none()) {
        let names = MEMBER_RULES.map(|(name, ..)| name).join(", ");
        wrong.push(format!(
            "Unknown parameter in input: \"{}\", must be one of: {names}",
            escape_hidden(member)
        ));
    }
    for (member, given) in members {
        let Some((name, _, least)) = known(member) else { continue };
        match given.text().map(|text| text.chars().count()) {
            Some(length) if length < *least => {
                wrong.push(format!("Invalid length for parameter {name}, value: {length}, valid min length: {least}"));
            }
            Some(_) => {}
            None => wrong.push(format!(
                "Invalid type for parameter {name}, value: {}, type: {}, valid types: <class 'str'>",
                given.python_repr(),
                given.python_type()
            )),
        }
    }
    wrong
}

fn wrong_user(name: &str, error: &UserNameError) -> String {
    match error {
        UserNameError::Length(length) => too_long("UserName", *length),
        UserNameError::Character(_) => {
            wrong_characters("UserName", name, "letters, digits and _+=,.@-")
        }
    }
}

fn wrong_key(id: &str, error: &KeyIdError) -> String {
    match error {
        KeyIdError::Length(length) => too_long("AccessKeyId", *length),
        KeyIdError::Character(_) => wrong_characters("AccessKeyId", id, "letters, digits and _"),
    }
}

fn too_long(name: &str, length: usize) -> String {
    format!("Invalid length for parameter {name}, value: {length}, valid max length: 128")
}

fn wrong_characters(name: &str, value: &str, allowed: &str) -> String {
    format!(
        "Invalid characters in parameter {name}, value: {}, valid characters: {allowed}",
        escape_hidden(value)
    )
}

fn report(wrong: &[String]) -> String {
    format!("Parameter validation failed:\n{}", wrong.join("\n"))
}
