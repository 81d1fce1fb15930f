//! Which profiles the screen was opened with last: a small file of names, so
//! that the choice of another begins with them. Nothing depends on it: what
//! can't be read or written is passed over.

use std::fs;
use std::io::{self, Write as _};
use std::path::{Path, PathBuf};

use etcetera::BaseStrategy as _;

use crate::private_files;

/// So many names are kept.
const MAX_PROFILES_KEPT: usize = 50;

/// `$XDG_STATE_HOME/keyflip/profiles`, by default under `~/.local/state`;
/// `None` without a home directory.
pub(in crate::session_factory) fn default_path() -> Option<PathBuf> {
    let base = etcetera::base_strategy::Xdg::new().ok()?;
    let state = base.state_dir().unwrap_or_else(|| base.home_dir().join(".local/state"));
    Some(state.join("keyflip").join("profiles"))
}

/// The names, the last used first.
pub(in crate::session_factory) fn read_names(path: &Path) -> Vec<String> {
    let text = fs::read_to_string(path).unwrap_or_default();
    text.lines()
        .filter(|name| !name.is_empty())
        .take(MAX_PROFILES_KEPT)
        .map(str::to_owned)
        .collect()
}

/// Puts the name first.
///
/// # Errors
/// The file can't be written; the former one is whole.
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
    // Another process may read it at any time.
    let mut file = tempfile::NamedTempFile::new_in(folder)?;
    private_files::hand_over(file.as_file(), path)?;
    names.iter().try_for_each(|name| writeln!(file, "{name}"))?;
    file.persist(path).map(drop).map_err(io::Error::from)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_last_used_name_comes_first_once_and_old_ones_are_forgotten() {
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
