//! [Values from files](https://docs.aws.amazon.com/cli/latest/userguide/cli-usage-parameters-file.html):
//! `file://PATH`, and `fileb://PATH` for an input document.

use std::path::PathBuf;

use super::error::UpdateError;

/// Returns the value itself, or the text of the file that it names.
///
/// # Errors
/// Returns an error if the file cannot be read, or is not a text in UTF-8.
pub(super) fn load(option: &'static str, value: &str) -> Result<String, UpdateError> {
    let path = value.strip_prefix("file://").or_else(|| value.strip_prefix("fileb://"));
    let Some(path) = path else { return Ok(value.to_owned()) };
    std::fs::read_to_string(expand(path))
        .map_err(|error| UpdateError::UnreadableFile(option, value.to_owned(), error))
}

/// Replaces `$NAME` and `${NAME}` in a path if the environment has them, and then
/// `~/` at its beginning by the home directory.
fn expand(path: &str) -> PathBuf {
    let mut parts = path.split('$');
    let mut expanded = parts.next().unwrap_or_default().to_owned();
    for part in parts {
        let end = part.find(|c: char| !c.is_ascii_alphanumeric() && c != '_');
        let braced = part.strip_prefix('{').and_then(|part| part.split_once('}'));
        let (name, rest) = braced.unwrap_or_else(|| part.split_at(end.unwrap_or(part.len())));
        match std::env::var(name) {
            Ok(value) => expanded.extend([&value, rest]),
            Err(_) => expanded.extend(["$", part]),
        }
    }
    match expanded.strip_prefix("~/").and_then(|rest| Some(etcetera::home_dir().ok()?.join(rest))) {
        Some(path) => path,
        None => expanded.into(),
    }
}
