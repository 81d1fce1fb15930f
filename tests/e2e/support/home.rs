//! A temporary home directory that lasts as long as the test.

use std::fs;
use std::os::unix::fs::PermissionsExt as _;
use std::path::PathBuf;

use tempfile::TempDir;

/// A home directory isolated from the developer's credentials, settings and journal. Two programs
/// of one test can share it.
pub(crate) struct Home {
    dir: TempDir,
}

impl Home {
    /// Creates an empty home.
    pub(crate) fn new() -> Self {
        let home =
            Self { dir: tempfile::Builder::new().prefix("keyflip-home-").tempdir().unwrap() };
        fs::create_dir(home.path("tmp")).unwrap();
        home
    }

    /// Returns a path below it; itself for `""`.
    pub(crate) fn path(&self, relative: &str) -> PathBuf {
        self.dir.path().join(relative)
    }

    /// Writes a file below it, readable by its owner only whatever the developer's umask, and
    /// creates missing directories.
    pub(crate) fn write(&self, relative: &str, text: &str) {
        let path = self.path(relative);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(&path, text).unwrap();
        fs::set_permissions(path, fs::Permissions::from_mode(0o600)).unwrap();
    }

    /// Returns the text of a file below it; empty if there is none.
    pub(crate) fn read(&self, relative: &str) -> String {
        fs::read_to_string(self.path(relative)).unwrap_or_default()
    }
}
