//! Validation of parameters by the service models, with AWS's messages.

use std::collections::BTreeMap;

use super::ApiError;

/// The parameters of a call, by name.
pub(crate) type Params = BTreeMap<String, String>;

/// Returns a parameter of an operation of Identity Center, which must have a value.
pub(crate) fn required<'a>(params: &'a Params, name: &str) -> Result<&'a str, ApiError> {
    let value = params.get(name).map(String::as_str).filter(|value| !value.is_empty());
    value.ok_or_else(|| ApiError::invalid_request(format!("{name} is required")))
}

/// Collects the validation errors of a call.
pub(crate) struct ParamCheck<'a> {
    params: &'a Params,
    errors_found: Vec<String>,
}

impl<'a> ParamCheck<'a> {
    /// Starts without checks.
    pub(crate) fn new(params: &'a Params) -> Self {
        Self { params, errors_found: Vec::new() }
    }

    /// Requires the parameter.
    pub(crate) fn required(mut self, name: &str) -> Self {
        if !self.params.contains_key(name) {
            let member = member(name);
            self.errors_found.push(format!(
                "Value null at '{member}' failed to satisfy constraint: Member must not be null"
            ));
        }
        self
    }

    /// Limits the number of characters, if the parameter is present.
    pub(crate) fn length(self, name: &str, min: usize, max: usize) -> Self {
        self.constraint(name, |value| match value.chars().count() {
            n if n < min => Some(format!("Member must have length greater than or equal to {min}")),
            n if n > max => Some(format!("Member must have length less than or equal to {max}")),
            _ => None,
        })
    }

    /// Allows only letters, digits, underscores and `more`.
    pub(crate) fn characters(self, name: &str, pattern: &str, more: &str) -> Self {
        self.constraint(name, |value| {
            let allowed = |c: char| c.is_ascii_alphanumeric() || c == '_' || more.contains(c);
            (!value.chars().all(allowed))
                .then(|| format!("Member must satisfy regular expression pattern: {pattern}"))
        })
    }

    /// Allows only these values.
    pub(crate) fn one_of(self, name: &str, values: &[&str]) -> Self {
        self.constraint(name, |value| {
            (!values.contains(&value))
                .then(|| format!("Member must satisfy enum value set: [{}]", values.join(", ")))
        })
    }

    /// Requires a number within these bounds.
    pub(crate) fn number(self, name: &str, min: i64, max: i64) -> Self {
        self.constraint(name, |value| match value.parse::<i64>() {
            Ok(n) if n < min => {
                Some(format!("Member must have value greater than or equal to {min}"))
            }
            Ok(n) if n > max => Some(format!("Member must have value less than or equal to {max}")),
            Ok(_) => None,
            Err(_) => Some("Member must be a number".to_owned()),
        })
    }

    /// Returns all errors found in one message.
    pub(crate) fn finish(self) -> Result<(), ApiError> {
        let count = self.errors_found.len();
        if count == 0 {
            return Ok(());
        }
        let errors = if count == 1 { "error" } else { "errors" };
        Err(ApiError::validation(format!(
            "{count} validation {errors} detected: {}",
            self.errors_found.join("; ")
        )))
    }

    fn constraint(mut self, name: &str, complaint: impl FnOnce(&str) -> Option<String>) -> Self {
        if let Some(value) = self.params.get(name)
            && let Some(complaint) = complaint(value)
        {
            let member = member(name);
            self.errors_found.push(format!(
                "Value '{value}' at '{member}' failed to satisfy constraint: {complaint}"
            ));
        }
        self
    }
}

/// Checks `AccessKeyId` by its type in the service model.
pub(crate) fn access_key_id(check: ParamCheck<'_>) -> ParamCheck<'_> {
    check.required("AccessKeyId").length("AccessKeyId", 16, 128).characters(
        "AccessKeyId",
        "[\\w]+",
        "",
    )
}

/// Returns the name of a parameter in messages: `accessKeyId` for `AccessKeyId`.
fn member(name: &str) -> String {
    let mut rest = name.chars();
    rest.next().map(|first| first.to_ascii_lowercase()).into_iter().chain(rest).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn all_invalid_parameters_are_in_one_message() {
        let params = Params::from([
            ("AccessKeyId".to_owned(), "AKIA-".to_owned()),
            ("Status".to_owned(), "Paused".to_owned()),
        ]);
        let check =
            access_key_id(ParamCheck::new(&params)).one_of("Status", &["Active", "Inactive"]);
        let error = check.finish().unwrap_err();
        assert_eq!(
            error.message,
            "3 validation errors detected: Value 'AKIA-' at 'accessKeyId' failed to satisfy constraint: Member must \
             have length greater than or equal to 16; Value 'AKIA-' at 'accessKeyId' failed to satisfy constraint: \
             Member must satisfy regular expression pattern: [\\w]+; Value 'Paused' at 'status' failed to satisfy \
             constraint: Member must satisfy enum value set: [Active, Inactive]"
        );
    }
}
