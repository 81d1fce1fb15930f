//! [Values from files](https://docs.aws.amazon.com/cli/latest/userguide/cli-usage-parameters-file.html):
//! `file://PATH` for text and `fileb://PATH` for bytes.

use std::borrow::Cow;
use std::path::{Path, PathBuf};

use super::messages;

/// The content of a value.
pub(super) enum Loaded<'a> {
    /// The value itself, or the text of a file.
    Text(Cow<'a, str>),
    /// The bytes of a file.
    Bytes(Vec<u8>),
}

/// Returns the value itself, or the content of the file that it names.
///
/// # Errors
/// Returns a sentence of the AWS CLI.
pub(super) fn load<'a>(option: &str, value: &'a str) -> Result<Loaded<'a>, String> {
    let read = |path: &Path| {
        std::fs::read(path)
            .map_err(|error| messages::file_failed(option, value, &error, &path.display()))
    };
    if let Some(path) = value.strip_prefix("fileb://") {
        return read(&expand(path)).map(Loaded::Bytes);
    }
    let Some(path) = value.strip_prefix("file://").map(expand) else {
        return Ok(Loaded::Text(Cow::Borrowed(value)));
    };
    String::from_utf8(read(&path)?)
        .map(|text| Loaded::Text(Cow::Owned(text)))
        .map_err(|_| messages::file_not_text(option, &path.display()))
}

/// Replaces `$NAME` and `${NAME}` in a path if the environment has them, and then
/// `~/` at its beginning by the home directory.
fn expand(path: &str) -> PathBuf {
    let mut expanded = String::with_capacity(path.len());
    let mut rest = path;
    while let Some(at) = rest.find('$') {
        expanded.push_str(&rest[..at]);
        rest = &rest[at..];
        let (name, length) = variable(rest);
        match name.and_then(|name| std::env::var(name).ok()) {
            Some(value) => expanded.push_str(&value),
            None => expanded.push_str(&rest[..length]),
        }
        rest = &rest[length..];
    }
    expanded.push_str(rest);
    let home = || etcetera::home_dir().ok();
    match expanded.strip_prefix("~/").and_then(|rest| Some(home()?.join(rest))) {
        Some(path) => path,
        None => expanded.into(),
    }
}

/// Returns the name after the dollar sign at the beginning of `text`, and the
/// number of bytes with the dollar sign and braces.
fn variable(text: &str) -> (Option<&str>, usize) {
    let body = &text[1..];
    if let Some(braced) = body.strip_prefix('{') {
        return match braced.find('}') {
            Some(end) => (Some(&braced[..end]), end + 3),
            None => (None, 1),
        };
    }
    let end = body.find(|c: char| !c.is_ascii_alphanumeric() && c != '_').unwrap_or(body.len());
    ((end > 0).then_some(&body[..end]), end + 1)
}
