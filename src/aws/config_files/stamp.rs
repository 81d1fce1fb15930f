//! Whether the files have changed since they were read.

use std::fs;
use std::os::unix::fs::MetadataExt as _;
use std::panic::resume_unwind;
use std::path::Path;
use std::time::{Duration, SystemTime};

use tokio::task::spawn_blocking;

use crate::aws::config_files::paths::{config_path, credentials_path};
use crate::aws::connect_options::Environment;

/// Age from which the time of a file tells a later change: that of the file systems is a few
/// milliseconds at best, and two seconds at worst.
const SETTLED_AGE: Duration = Duration::from_secs(2);

/// Both files at one time.
#[derive(Clone, Debug, Default)]
pub(in crate::aws) struct FileStamps {
    /// Config and credentials file; `None` if there is none.
    pub files: [Option<FileStamp>; 2],
    at: Option<SystemTime>,
}

/// A file, its size and its last change.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::aws) struct FileStamp {
    device: u64,
    inode: u64,
    size: u64,
    modified: SystemTime,
}

impl FileStamps {
    /// Looks at both files, without blocking the event loop.
    pub(in crate::aws) async fn take(environment: &Environment) -> Self {
        let environment = environment.clone();
        let look = spawn_blocking(move || Self::read(&environment));
        look.await.unwrap_or_else(|panic| resume_unwind(panic.into_panic()))
    }

    /// Looks at both files.
    pub(super) fn read(environment: &Environment) -> Self {
        let at = Some(SystemTime::now());
        let files = [config_path(environment), credentials_path(environment)];
        Self { files: files.map(|path| stamp(&path)), at }
    }

    /// Returns whether the files had been unchanged for so long that a later change has another
    /// time.
    pub(in crate::aws) fn is_settled(&self) -> bool {
        let Some(at) = self.at else { return false };
        self.files
            .iter()
            .flatten()
            .all(|file| at.duration_since(file.modified).is_ok_and(|age| age >= SETTLED_AGE))
    }
}

fn stamp(path: &Path) -> Option<FileStamp> {
    let metadata = fs::metadata(path).ok()?;
    Some(FileStamp {
        device: metadata.dev(),
        inode: metadata.ino(),
        size: metadata.len(),
        modified: metadata.modified().ok()?,
    })
}
