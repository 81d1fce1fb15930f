//! [Values from
//! files](https://docs.aws.amazon.com/cli/latest/userguide/cli-usage-parameters-file.html):
//! `file://PATH`, and `fileb://PATH` for an input document.

use super::error::UpdateError;
use crate::aws::Environment;

/// Returns the value itself, or the text of the file that it names.
///
/// # Errors
/// Returns an error if the file cannot be read, or is not a text in UTF-8.
pub(super) fn load(option: &'static str, value: &str) -> Result<String, UpdateError> {
    let path = value.strip_prefix("file://").or_else(|| value.strip_prefix("fileb://"));
    let Some(path) = path else { return Ok(value.to_owned()) };
    std::fs::read_to_string(Environment::Process.expand_path(path))
        .map_err(|error| UpdateError::UnreadableFile(option, value.to_owned(), error))
}
