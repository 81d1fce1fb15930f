//! Paths of the two files, and their bytes; variables and `~` in paths.

use std::fs;
use std::io::ErrorKind;
use std::path::{Path, PathBuf};

use zeroize::Zeroizing;

use crate::aws::connect_options::{Environment, SettingsError};
use crate::aws::messages;

/// Returns the path of the config file.
pub(super) fn config_path(environment: &Environment) -> PathBuf {
    file_path(environment, "AWS_CONFIG_FILE", "~/.aws/config")
}

/// Returns the path of the credentials file.
pub(super) fn credentials_path(environment: &Environment) -> PathBuf {
    file_path(environment, "AWS_SHARED_CREDENTIALS_FILE", "~/.aws/credentials")
}

/// Returns the path of a file: `variable`, or else `default`. An empty variable is an empty path,
/// at which there is no file.
fn file_path(environment: &Environment, variable: &str, default: &str) -> PathBuf {
    let path = environment.variable(variable).unwrap_or_else(|| default.to_owned());
    environment.expand_path(&path)
}

impl Environment {
    /// Replaces variables and a leading `~` in a path, as the AWS CLI does.
    pub(crate) fn expand_path(&self, path: &str) -> PathBuf {
        self.expand(&expand_variables(self, path))
    }
}

/// Replaces `$NAME` and `${NAME}` by the variable, like Python's `os.path.expandvars`. A variable
/// that is not set stays as it is written.
fn expand_variables(environment: &Environment, path: &str) -> String {
    let mut expanded = String::with_capacity(path.len());
    let mut rest = path;
    while let Some((before, after)) = rest.split_once('$') {
        expanded.push_str(before);
        let braced = after.strip_prefix('{').and_then(|name| name.split_once('}'));
        let (name, end) = if let Some((name, _)) = braced {
            (name, name.len() + 2)
        } else {
            let is_name = |c: char| c.is_ascii_alphanumeric() || c == '_';
            let end = after.find(|c| !is_name(c)).unwrap_or(after.len());
            (&after[..end], end)
        };
        if let Some(value) = environment.variable(name) {
            expanded.push_str(&value);
        } else {
            expanded.push('$');
            expanded.push_str(&after[..end]);
        }
        rest = &after[end..];
    }
    expanded.push_str(rest);
    expanded
}

/// Returns the bytes of a file; `None` if there is no regular file at the path.
///
/// # Errors
/// Returns an error if the file cannot be read.
pub(super) fn read_file(path: &Path) -> Result<Option<Zeroizing<Vec<u8>>>, SettingsError> {
    let bytes = match fs::metadata(path) {
        Ok(metadata) if metadata.is_file() => fs::read(path),
        Err(error) if error.kind() == ErrorKind::PermissionDenied => Err(error),
        Ok(_) | Err(_) => return Ok(None),
    };
    match bytes {
        Ok(bytes) => Ok(Some(Zeroizing::new(bytes))),
        Err(error) if error.kind() == ErrorKind::NotFound => Ok(None),
        Err(error) => Err(SettingsError::new(
            messages::file_unreadable(path, &error),
            messages::CHECK_FILE_PERMISSIONS,
        )),
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use super::*;

    #[test]
    fn variables_and_the_home_directory_are_replaced_as_in_python() {
        let variables = [("HOME", "/home/a"), ("X_1", "$HOME"), ("EMPTY", ""), ("é", "no")];
        let variables = variables.map(|(k, v)| (k.to_owned(), v.to_owned()));
        let environment = Environment::Given(Arc::new(variables.into()));
        for (path, expanded) in [
            ("$HOME/.aws/config", "/home/a/.aws/config"),
            ("${HOME}/.aws/config", "/home/a/.aws/config"),
            ("~/.aws/config", "/home/a/.aws/config"),
            ("~", "/home/a"),
            ("~b/config", "~b/config"),
            ("/x/$X_1/y", "/x/$HOME/y"),
            ("/x$EMPTY/$NONE/${NONE}/${HOME", "/x/$NONE/${NONE}/${HOME"),
            ("/a/$/$$HOME/$é", "/a/$/$/home/a/$é"),
        ] {
            assert_eq!(environment.expand_path(path), Path::new(expanded), "{path}");
        }
    }

    #[test]
    fn only_a_regular_file_counts() {
        let directory = tempfile::tempdir().unwrap();
        let path = directory.path();
        std::fs::write(path.join("config"), "[a]").unwrap();
        let read = |path: &Path| read_file(path).unwrap().map(|bytes| bytes.to_vec());
        assert_eq!(read(&path.join("config")).as_deref(), Some(&b"[a]"[..]));
        for none in [path.to_owned(), path.join("none"), path.join("config/x"), "/dev/null".into()]
        {
            assert_eq!(read(&none), None, "{}", none.display());
        }
    }
}
