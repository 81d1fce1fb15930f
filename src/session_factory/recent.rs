//! File with the profiles and accounts used last, one a line, for the order in the account picker.
//! Nothing else depends on it, so errors are ignored.

use std::fs;
use std::io;
use std::path::{Path, PathBuf};

use crate::model::{AccountId, RecentlyUsed};
use crate::private_files;

/// Maximum number of lines in the file.
const MAX_LINES_KEPT: usize = 50;

/// First character of the line of an account.
const ACCOUNT_SIGN: char = '@';

/// Returns the file in the state directory; `None` without a home directory.
pub(in crate::session_factory) fn default_path() -> Option<PathBuf> {
    Some(private_files::state_directory()?.join("profiles"))
}

/// Returns the line of a profile or an account.
pub(in crate::session_factory) fn to_line(recent: &RecentlyUsed) -> String {
    match recent {
        RecentlyUsed::Profile(name) => name.to_string(),
        RecentlyUsed::Account(id) => format!("{ACCOUNT_SIGN}{id}"),
    }
}

/// Returns the profiles and accounts, the last used first.
pub(in crate::session_factory) fn read(path: &Path) -> Vec<RecentlyUsed> {
    let parse = |line: String| match line.strip_prefix(ACCOUNT_SIGN).and_then(AccountId::parse) {
        Some(account) => RecentlyUsed::Account(account),
        None => RecentlyUsed::Profile(line.into()),
    };
    read_lines(path).into_iter().map(parse).collect()
}

fn read_lines(path: &Path) -> Vec<String> {
    let text = fs::read_to_string(path).unwrap_or_default();
    text.lines().filter(|name| !name.is_empty()).take(MAX_LINES_KEPT).map(str::to_owned).collect()
}

/// Moves a line to the front of the file, which is replaced atomically.
///
/// # Errors
/// Returns an error if the file cannot be written. The former file stays intact.
pub(in crate::session_factory) fn move_to_front(path: &Path, name: &str) -> io::Result<()> {
    let mut names = read_lines(path);
    if names.first().is_some_and(|first| first == name) {
        return Ok(());
    }
    names.retain(|other| other != name);
    names.insert(0, name.to_owned());
    names.truncate(MAX_LINES_KEPT);
    private_files::replace(path, (names.join("\n") + "\n").as_bytes())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_last_used_name_comes_first_and_the_number_of_names_is_limited() {
        let home = tempfile::tempdir().unwrap();
        let path = home.path().join("state/keyflip/profiles");
        assert_eq!(read_lines(&path), [""; 0]);
        for name in ["@123456789012", "a b", "c", "a b"] {
            move_to_front(&path, name).unwrap();
        }
        let account = AccountId::from_service("123456789012");
        let expected = [
            RecentlyUsed::Profile("a b".into()),
            RecentlyUsed::Profile("c".into()),
            RecentlyUsed::Account(account),
        ];
        assert_eq!(read(&path), expected);
        assert_eq!(expected.map(|recent| to_line(&recent)), ["a b", "c", "@123456789012"]);
        for number in 0..MAX_LINES_KEPT {
            move_to_front(&path, &format!("p{number}")).unwrap();
        }
        let kept = read_lines(&path);
        assert_eq!(
            (kept.len(), &*kept[0], kept.contains(&"c".to_owned())),
            (MAX_LINES_KEPT, "p49", false)
        );
    }
}
