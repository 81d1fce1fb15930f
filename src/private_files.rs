//! Files and directories that only their owner can read: the journal, the debug log, the list of
//! recent profiles, the last views, cached tokens of IAM Identity Center.

use std::fs::{DirBuilder, File, OpenOptions};
use std::io::{self, Write as _};
use std::path::{Path, PathBuf};

use etcetera::BaseStrategy as _;

/// Returns `$XDG_STATE_HOME/keyflip`, by default under `~/.local/state`; `None` without a home
/// directory. See <https://specifications.freedesktop.org/basedir-spec/latest/>.
pub(crate) fn state_directory() -> Option<PathBuf> {
    let base = etcetera::base_strategy::Xdg::new().ok()?;
    let state = base.state_dir().unwrap_or_else(|| base.home_dir().join(".local/state"));
    Some(state.join("keyflip"))
}

/// Replaces the file, or creates it with mode 0600, at once: another process reads the former bytes
/// or the new ones. Creates missing directories.
///
/// # Errors
/// Returns an error if the file cannot be written. The former file stays intact.
pub(crate) fn replace(path: &Path, bytes: &[u8]) -> io::Result<()> {
    persist(new_temporary_file(path, bytes)?, path)
}

/// Replaces the file as [`replace`] does. The new bytes and the name of the file are on disk when
/// it returns (`fsync`).
///
/// # Errors
/// Returns an error if the file cannot be written. The former file stays intact.
pub(crate) fn replace_durably(path: &Path, bytes: &[u8]) -> io::Result<()> {
    let file = new_temporary_file(path, bytes)?;
    file.as_file().sync_all()?;
    persist(file, path)?;
    // The file is there, and some file systems cannot sync a directory.
    if let Err(error) = sync_directory(parent(path)) {
        tracing::warn!(%error, "a directory was not synced");
    }
    Ok(())
}

/// Checks that [`replace_durably`] could write this number of bytes now. Creates missing
/// directories.
///
/// # Errors
/// Returns an error if not: the directory is read-only, or the disk is full.
pub(crate) fn check_replaceable(path: &Path, bytes: usize) -> io::Result<()> {
    new_temporary_file(path, &vec![b' '; bytes])?.as_file().sync_all()
}

/// Creates a file next to `path`. It is removed when it is dropped.
fn new_temporary_file(path: &Path, bytes: &[u8]) -> io::Result<tempfile::NamedTempFile> {
    let directory = parent(path);
    make_private_directories(directory)?;
    let mut file = tempfile::NamedTempFile::new_in(directory)?;
    chown_to_sudo_user(file.as_file(), path)?;
    file.write_all(bytes)?;
    Ok(file)
}

fn persist(file: tempfile::NamedTempFile, path: &Path) -> io::Result<()> {
    file.persist(path).map(drop).map_err(io::Error::from)
}

/// Creates the missing directories of `path`, each with mode 0700 under any umask. Their names are
/// on disk when it returns.
///
/// # Errors
/// Returns an error if one cannot be created. Its missing parents may have been created.
pub(crate) fn make_private_directories(path: &Path) -> io::Result<()> {
    let missing: Vec<_> = path
        .ancestors()
        .take_while(|directory| !directory.as_os_str().is_empty() && !directory.exists())
        .collect();
    missing.into_iter().rev().try_for_each(make_private_directory)
}

fn make_private_directory(path: &Path) -> io::Result<()> {
    let mut builder = DirBuilder::new();
    std::os::unix::fs::DirBuilderExt::mode(&mut builder, 0o700);
    match builder.create(path) {
        Ok(()) => {}
        // Another process has created it in between.
        Err(error) if error.kind() == io::ErrorKind::AlreadyExists && path.is_dir() => {
            return Ok(());
        }
        Err(error) => return Err(error),
    }
    if sudo_user_id().is_some() {
        let mut options = OpenOptions::new();
        set_no_follow(options.read(true), rustix::fs::OFlags::DIRECTORY);
        chown_to_sudo_user(&options.open(path)?, path)?;
    }
    // A directory that exists is never synced, so one that could not be must not stay.
    sync_directory(parent(path)).inspect_err(|_| {
        let _ = std::fs::remove_dir(path);
    })
}

/// Waits until the names of the files in the directory are on disk (`fsync`).
///
/// # Errors
/// Returns an error if the directory cannot be opened or synced.
pub(crate) fn sync_directory(directory: &Path) -> io::Result<()> {
    File::open(directory)?.sync_all()
}

/// Opens the file for reading. Does not follow a symbolic link in the last part of the path, and
/// does not wait for the other end of a pipe.
///
/// # Errors
/// Returns an error if the file cannot be opened.
pub(crate) fn open(path: &Path) -> io::Result<File> {
    open_no_follow(path, OpenOptions::new().read(true))
}

/// Opens the file for reading and appending, as [`open`] does. Creates a missing file with mode
/// 0600.
///
/// # Errors
/// Returns an error if the file cannot be opened or created.
pub(crate) fn append(path: &Path) -> io::Result<File> {
    let open = |create| {
        let mut options = OpenOptions::new();
        options.read(true).append(true).create_new(create);
        std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
        open_no_follow(path, &mut options)
    };
    match open(false) {
        Err(error) if error.kind() == io::ErrorKind::NotFound => {}
        result => return result,
    }
    match open(true) {
        Ok(file) => {
            chown_to_sudo_user(&file, path)?;
            Ok(file)
        }
        // Another process has created it in between.
        Err(error) if error.kind() == io::ErrorKind::AlreadyExists => open(false),
        Err(error) => Err(error),
    }
}

/// Creates the file with mode 0600, for writing.
///
/// # Errors
/// Returns an error if the file cannot be created, in particular if the path exists already.
pub(crate) fn create_new(path: &Path) -> io::Result<File> {
    let mut options = OpenOptions::new();
    options.write(true).create_new(true);
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    let file = open_no_follow(path, &mut options)?;
    chown_to_sudo_user(&file, path)?;
    Ok(file)
}

fn open_no_follow(path: &Path, options: &mut OpenOptions) -> io::Result<File> {
    set_no_follow(options, rustix::fs::OFlags::empty());
    options.open(path).map_err(|error| {
        if std::fs::symlink_metadata(path).is_ok_and(|metadata| metadata.is_symlink()) {
            io::Error::other("it is a symbolic link, which keyflip does not follow")
        } else {
            error
        }
    })
}

fn set_no_follow(options: &mut OpenOptions, more: rustix::fs::OFlags) {
    use rustix::fs::OFlags;
    let flags = OFlags::NOFOLLOW | OFlags::NONBLOCK | OFlags::NOCTTY | more;
    std::os::unix::fs::OpenOptionsExt::custom_flags(options, flags.bits().cast_signed());
}

/// Makes the user who called sudo the owner of a file just created at `path`, if its directory
/// belongs to that user: root's files in a home directory would lock its owner out.
///
/// # Errors
/// Returns an error if the owner cannot be changed.
fn chown_to_sudo_user(file: &File, path: &Path) -> io::Result<()> {
    if let Some(user) = sudo_user_id() {
        use std::os::unix::fs::MetadataExt as _;
        let parent = std::fs::metadata(parent(path))?;
        if parent.uid() == user {
            std::os::unix::fs::fchown(file, Some(parent.uid()), Some(parent.gid()))?;
        }
    }
    Ok(())
}

/// Returns the directory of the file.
pub(crate) fn parent(path: &Path) -> &Path {
    match path.parent() {
        Some(parent) if !parent.as_os_str().is_empty() => parent,
        _ => Path::new("."),
    }
}

/// Returns the ID of the user who called sudo (`SUDO_UID`), if this process runs as root.
pub(crate) fn sudo_user_id() -> Option<u32> {
    if !rustix::process::geteuid().is_root() {
        return None;
    }
    std::env::var("SUDO_UID").ok()?.parse().ok().filter(|id| *id != 0)
}

#[cfg(test)]
mod tests {
    use std::fs;
    use std::os::unix::fs::{PermissionsExt as _, symlink};

    use super::*;

    fn mode(path: &Path) -> u32 {
        fs::metadata(path).unwrap().permissions().mode() & 0o777
    }

    #[test]
    fn created_files_are_owner_only() {
        let home = tempfile::tempdir().unwrap();
        let (outer, inner) = (home.path().join("state"), home.path().join("state/keyflip"));
        make_private_directories(&inner).unwrap();
        make_private_directories(&inner).unwrap();
        let file = inner.join("journal.jsonl");
        append(&file).unwrap();
        assert_eq!((mode(&outer), mode(&inner), mode(&file)), (0o700, 0o700, 0o600));
    }

    #[cfg(target_os = "linux")]
    #[test]
    fn the_parents_of_created_directories_are_synced() {
        use rustix::fs::inotify::{self, CreateFlags, Reader, WatchFlags};
        let home = tempfile::tempdir().unwrap();
        let watch = inotify::init(CreateFlags::NONBLOCK).unwrap();
        inotify::add_watch(&watch, home.path(), WatchFlags::OPEN).unwrap();
        let mut buffer = [std::mem::MaybeUninit::uninit(); 1024];
        let mut opens = Reader::new(watch, &mut buffer);
        let path = home.path().join("state/keyflip");
        make_private_directories(&path).unwrap();
        assert!(opens.next().is_ok(), "a sync opens the directory");
        while opens.next().is_ok() {}
        make_private_directories(&path).unwrap();
        assert!(opens.next().is_err(), "the usual path syncs nothing");
    }

    #[cfg(target_os = "linux")]
    #[test]
    fn the_directory_of_a_file_replaced_durably_is_synced() {
        use rustix::fs::inotify::{self, CreateFlags, Reader, WatchFlags};
        let home = tempfile::tempdir().unwrap();
        let watch = inotify::init(CreateFlags::NONBLOCK).unwrap();
        inotify::add_watch(&watch, home.path(), WatchFlags::OPEN).unwrap();
        let mut buffer = [std::mem::MaybeUninit::uninit(); 1024];
        let mut opens = Reader::new(watch, &mut buffer);
        let mut directory_opened = || {
            let mut is_opened = false;
            while let Ok(event) = opens.next() {
                // Opened files of the directory have names.
                is_opened |= event.file_name().is_none();
            }
            is_opened
        };
        let path = home.path().join("token.json");
        replace(&path, b"1").unwrap();
        assert!(!directory_opened());
        replace_durably(&path, b"2").unwrap();
        assert!(directory_opened(), "a sync opens the directory");
    }

    #[test]
    fn links_and_pipes_are_refused() {
        let home = tempfile::tempdir().unwrap();
        let (target, link) = (home.path().join("target"), home.path().join("link"));
        symlink(&target, &link).unwrap();
        for exists in [false, true] {
            for error in [open(&link).unwrap_err(), append(&link).unwrap_err()] {
                assert!(error.to_string().contains("symbolic link"), "{exists}: {error}");
            }
            assert_eq!(target.exists(), exists);
            fs::write(&target, "").unwrap();
        }
        let pipe = home.path().join("pipe");
        let made = std::process::Command::new("mkfifo").arg(&pipe).status();
        assert!(made.is_ok_and(|status| status.success()));
        assert!(!open(&pipe).unwrap().metadata().unwrap().is_file());
    }
}
