//! Values that stand in a file: `file://PATH`, and `fileb://PATH` for bytes.

use std::borrow::Cow;
use std::path::{Path, PathBuf};

/// What a value stands for.
pub(super) enum Loaded<'a> {
    /// A text: the value itself, or that of a file.
    Text(Cow<'a, str>),
    /// The bytes of a file, of whatever kind.
    Bytes(Vec<u8>),
}

/// The value itself, or the content of the file that it names.
///
/// # Errors
/// A sentence in the AWS CLI's wording.
pub(super) fn load<'a>(option: &str, value: &'a str) -> Result<Loaded<'a>, String> {
    let read = |path: &Path| {
        std::fs::read(path).map_err(|error| {
            let text = error.to_string();
            let reason = text.split(" (os error").next().unwrap_or(&text);
            let number = error.raw_os_error().unwrap_or_default();
            let path = path.display();
            format!("Error parsing parameter '--{option}': Unable to load paramfile {value}: [Errno {number}] {reason}: '{path}'")
        })
    };
    if let Some(path) = value.strip_prefix("fileb://") {
        return read(&expand(path)).map(Loaded::Bytes);
    }
    let Some(path) = value.strip_prefix("file://").map(expand) else {
        return Ok(Loaded::Text(Cow::Borrowed(value)));
    };
    String::from_utf8(read(&path)?).map(|text| Loaded::Text(Cow::Owned(text))).map_err(|_| {
        format!(
            "Error parsing parameter '--{option}': Unable to load paramfile ({}), text contents could not be decoded.  \
             If this is a binary file, please use the fileb:// prefix instead of the file:// prefix.",
            path.display()
        )
    })
}

/// The path with `$NAME` and `${NAME}` replaced where the environment has
/// them, and then `~` at its beginning by the home directory.
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

/// The name behind the dollar sign that `text` begins with, and how many
/// bytes it takes with its sign and braces.
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
