//! File with the profiles used last, one name a line, for the order in the profile picker. Nothing
//! else depends on it, so errors are ignored.

use std::fs;
use std::io::{self, Write as _};
use std::path::{Path, PathBuf};

use etcetera::BaseStrategy as _;

use crate::private_files;

/// Maximum number of names in the file.
const MAX_PROFILES_KEPT: usize = 50;

/// Returns `$XDG_STATE_HOME/keyflip/profiles`, by default under `~/.local/state`; `None` without a
/// home directory. See <https://specifications.freedesktop.org/basedir-spec/latest/>.
pub(in crate::session_factory) fn default_path() -> Option<PathBuf> {
    let base = etcetera::base_strategy::Xdg::new().ok()?;
    let state = base.state_dir().unwrap_or_else(|| base.home_dir().join(".local/state"));
    Some(state.join("keyflip").join("profiles"))
}

/// Returns the names, the last used first.
pub(in crate::session_factory) fn read_names(path: &Path) -> Vec<String> {
    let text = fs::read_to_string(path).unwrap_or_default();
    text.lines()
        .filter(|name| !name.is_empty())
        .take(MAX_PROFILES_KEPT)
        .map(str::to_owned)
        .collect()
}

/// Moves a name to the front of the file, which is replaced atomically.
///
/// # Errors
/// Returns an error if the file cannot be written. The former file stays intact.
pub(in crate::session_factory) fn move_to_front(path: &Path, name: &str) -> io::Result<()> {
    let mut names = read_names(path);
    if names.first().is_some_and(|first| first == name) {
        return Ok(());
    }
    names.retain(|other| other != name);
    names.insert(0, name.to_owned());
    names.truncate(MAX_PROFILES_KEPT);
    let folder = private_files::parent(path);
    private_files::make_private_directories(folder)?;
    // Another process may read the file at any time.
    let mut file = tempfile::NamedTempFile::new_in(folder)?;
    private_files::chown_to_sudo_user(file.as_file(), path)?;
    names.iter().try_for_each(|name| writeln!(file, "{name}"))?;
    file.persist(path).map(drop).map_err(io::Error::from)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_last_used_name_comes_first_and_the_number_of_names_is_limited() {
        let home = tempfile::tempdir().unwrap();
        let path = home.path().join("state/keyflip/profiles");
        assert_eq!(read_names(&path), [""; 0]);
        for name in ["a b", "c", "a b"] {
            move_to_front(&path, name).unwrap();
        }
        assert_eq!(read_names(&path), ["a b", "c"]);
        for number in 0..MAX_PROFILES_KEPT {
            move_to_front(&path, &format!("p{number}")).unwrap();
        }
        let kept = read_names(&path);
        assert_eq!(
            (kept.len(), &*kept[0], kept.contains(&"c".to_owned())),
            (MAX_PROFILES_KEPT, "p49", false)
        );
    }
}
