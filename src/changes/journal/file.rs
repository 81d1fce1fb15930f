//! The journal as a file. Each append locks the file, and counts once it is on disk.

use std::fs::{File, Metadata, TryLockError};
use std::io::{self, Read as _, Seek as _, SeekFrom, Write as _};
use std::path::{Path, PathBuf};
use std::sync::{Mutex, PoisonError};
use std::time::{Duration, Instant};

use super::{JournalError, trust};
use crate::changes::messages::journal::REPLACED_REPEATEDLY;
use crate::private_files;

/// Longest wait for the append of another process.
const LOCK_TIMEOUT: Duration = Duration::from_secs(1);

/// Pause between two attempts to lock the file.
const LOCK_POLL_INTERVAL: Duration = Duration::from_millis(4);

/// Number of attempts to open a file that others keep replacing.
const MAX_REOPENS: usize = 5;

/// A journal in a file.
#[derive(Debug)]
pub(super) struct FileJournal {
    path: PathBuf,
    lock_timeout: Duration,
    /// Serializes the appends of this process, so that on a slow disk they do not time out
    /// waiting for each other's file lock.
    append_lock: Mutex<()>,
}

impl FileJournal {
    /// Creates a journal in the file at `path`, which is not opened yet.
    pub(super) fn new(path: PathBuf) -> Self {
        Self { path, lock_timeout: LOCK_TIMEOUT, append_lock: Mutex::new(()) }
    }

    #[cfg(test)]
    pub(super) fn with_lock_timeout(path: PathBuf, lock_timeout: Duration) -> Self {
        Self { path, lock_timeout, append_lock: Mutex::new(()) }
    }

    pub(super) fn path(&self) -> &Path {
        &self.path
    }

    /// Appends one line if `check` agrees, which is called with the open, locked file and its
    /// length in bytes.
    ///
    /// # Errors
    /// Returns the error of `check`, or an error if the file cannot be opened, locked or written
    /// durably. The file is then unchanged.
    pub(super) fn append<E: From<JournalError>>(
        &self,
        line: &[u8],
        check: impl FnOnce(&mut File, u64) -> Result<(), E>,
    ) -> Result<(), E> {
        let _turn = self.append_lock.lock().unwrap_or_else(PoisonError::into_inner);
        let mut file = self.open_locked()?;
        let length = file.seek(SeekFrom::End(0)).map_err(|error| self.unreadable(error))?;
        check(&mut file, length)?;
        let line = if self.has_torn_end(&mut file, length)? {
            [b"\n", line].concat()
        } else {
            line.to_vec()
        };
        write_durably(&file, length, |mut file| file.write_all(&line))
            .map_err(|error| self.unwritable(error))?;
        if length == 0 {
            // Whichever process created the file: its name must be on disk before its first line
            // counts.
            private_files::sync_directory(private_files::parent(&self.path)).map_err(|error| {
                let _ = file.set_len(length);
                self.unwritable(error)
            })?;
        }
        Ok(())
    }

    /// Opens the file for reading. Returns it with the length in bytes up to which it is to be
    /// read; `None` if there is no file yet.
    ///
    /// # Errors
    /// Returns an error if the file cannot be opened.
    pub(super) fn open(&self) -> Result<Option<(File, u64)>, JournalError> {
        let file = match self.open_regular_file(private_files::open) {
            Ok((file, _)) => file,
            Err(JournalError::Open(_, error)) if error.kind() == io::ErrorKind::NotFound => {
                return Ok(None);
            }
            Err(error) => return Err(error),
        };
        // Up to a length seen under the lock all lines are complete. A file that cannot be
        // locked is read all the same: its last line may then be cut off.
        let locked = wait_for(self.lock_timeout, || file.try_lock_shared());
        let length = file.metadata().map_err(|error| self.unreadable(error))?.len();
        if locked.is_ok() {
            let _ = file.unlock();
        }
        Ok(Some((file, length)))
    }

    /// Returns a warning if others can write to the file. A file that cannot be opened has none:
    /// whoever reads or writes it reports that.
    pub(super) fn warning(&self) -> Option<String> {
        let (_, metadata) = self.open_regular_file(private_files::open).ok()?;
        trust::exposure_warning(&self.path, &metadata)
    }

    /// Returns the error that the file cannot be read.
    pub(super) fn unreadable(&self, error: io::Error) -> JournalError {
        JournalError::Read(self.path.clone(), error)
    }

    fn unwritable(&self, error: io::Error) -> JournalError {
        JournalError::Write(self.path.clone(), error)
    }

    /// Opens and locks the file, and creates missing directories. Opens it again if it was removed
    /// or replaced during the wait, since a line in a removed file is lost.
    fn open_locked(&self) -> Result<File, JournalError> {
        self.make_directories()?;
        for _ in 0..MAX_REOPENS {
            let (file, opened) = self.open_regular_file(private_files::append)?;
            wait_for(self.lock_timeout, || file.try_lock()).map_err(|error| match error {
                TryLockError::WouldBlock => {
                    JournalError::Busy(self.path.clone(), self.lock_timeout)
                }
                TryLockError::Error(error) => JournalError::Lock(self.path.clone(), error),
            })?;
            if std::fs::symlink_metadata(&self.path).is_ok_and(|now| same_file(&opened, &now)) {
                return Ok(file);
            }
        }
        Err(self.unwritable(io::Error::other(REPLACED_REPEATEDLY)))
    }

    /// Opens the file, which must be a regular one. Anything else is not even opened, since
    /// opening a device may have effects.
    fn open_regular_file(
        &self,
        open: impl FnOnce(&Path) -> io::Result<File>,
    ) -> Result<(File, Metadata), JournalError> {
        let not_a_file = || Err(JournalError::NotAFile(self.path.clone()));
        let is_other = |there: Metadata| !there.is_file() && !there.is_symlink();
        if std::fs::symlink_metadata(&self.path).is_ok_and(is_other) {
            return not_a_file();
        }
        let file =
            open(&self.path).map_err(|error| JournalError::Open(self.path.clone(), error))?;
        let metadata = file.metadata().map_err(|error| self.unreadable(error))?;
        if metadata.is_file() { Ok((file, metadata)) } else { not_a_file() }
    }

    fn make_directories(&self) -> Result<(), JournalError> {
        let directory = private_files::parent(&self.path);
        private_files::make_private_directories(directory)
            .map_err(|error| JournalError::Directory(directory.to_path_buf(), error))
    }

    /// Returns whether the last line has no line feed, since its writer was interrupted.
    fn has_torn_end(&self, file: &mut File, length: u64) -> Result<bool, JournalError> {
        if length == 0 {
            return Ok(false);
        }
        let mut last = [0];
        file.seek(SeekFrom::Start(length - 1))
            .and_then(|_| file.read_exact(&mut last))
            .map_err(|error| self.unreadable(error))?;
        Ok(last != *b"\n")
    }
}

/// Writes at the end of a locked file of `length` bytes and waits until that is on disk
/// (`fdatasync`). On an error it truncates the file to `length` again, if the disk allows that.
///
/// # Errors
/// Returns an error if `write` or the disk fails.
pub(super) fn write_durably(
    file: &File,
    length: u64,
    write: impl FnOnce(&File) -> io::Result<()>,
) -> io::Result<()> {
    let result = write(file).and_then(|()| file.sync_data());
    if result.is_err() {
        // A partial line that cannot be removed is skipped by every reader.
        let _ = file.set_len(length);
    }
    result
}

/// Repeats `attempt` until it gets the lock, fails, or `lock_timeout` has passed.
///
/// # Errors
/// Returns the last error of `attempt`.
pub(super) fn wait_for(
    lock_timeout: Duration,
    mut attempt: impl FnMut() -> Result<(), TryLockError>,
) -> Result<(), TryLockError> {
    let begun = Instant::now();
    loop {
        match attempt() {
            Err(TryLockError::WouldBlock) if begun.elapsed() < lock_timeout => {
                std::thread::sleep(LOCK_POLL_INTERVAL);
            }
            result => return result,
        }
    }
}

fn same_file(one: &Metadata, other: &Metadata) -> bool {
    use std::os::unix::fs::MetadataExt as _;
    (one.dev(), one.ino()) == (other.dev(), other.ino())
}
