//! Who besides this user can write to a journal: what it says may then be
//! somebody else's.
//!
//! The file, and the directory that holds it, may belong to this user, to root,
//! and to the user who called sudo. The file must not be writable by its group
//! or others; the directory not by others, unless it is sticky. A directory may
//! be writable by its group, since many systems give each user a group of their
//! own and a umask of 002. On a file system without owners, which shows one
//! owner and mode for all files, the same rules hold: such a journal works, with
//! the warning.

use std::fs::Metadata;
use std::path::Path;

#[cfg(not(unix))]
pub(super) fn exposure_warning(_: &Path, _: &Metadata) -> Option<String> {
    None
}

/// Who else can write to the open file at that path, and what to do, in a
/// sentence; `None` where nobody can.
#[cfg(unix)]
pub(super) fn exposure_warning(path: &Path, file: &Metadata) -> Option<String> {
    use std::os::unix::fs::MetadataExt as _;

    use crate::changes::process_info;
    use crate::model::escape_hidden;
    use crate::private_files;

    let directory = private_files::parent(path);
    let above = std::fs::metadata(directory).ok()?;
    let of_file = Access { owner: file.uid(), mode: file.mode() & 0o7777 };
    let of_directory = Access { owner: above.uid(), mode: above.mode() & 0o7777 };
    let trusted =
        [0, rustix::process::geteuid().as_raw(), private_files::sudo_user_id().unwrap_or_default()];
    let shown = |path: &Path| escape_hidden(&path.to_string_lossy()).into_owned();
    let is_sticky = of_directory.mode & STICKY_BIT != 0;
    let by_directory = of_directory.is_open(&trusted, if is_sticky { 0 } else { OTHERS_WRITE_BIT });
    let (what, access) = match (of_file.is_open(&trusted, GROUP_OR_OTHERS_WRITE_BITS), by_directory)
    {
        (true, _) => ("it".to_owned(), of_file),
        (false, true) => (format!("its directory {}", shown(directory)), of_directory),
        (false, false) => return None,
    };
    Some(format!(
        "Warning: others can change what the journal {} says: {what} belongs to {} and has mode {:04o}. Fix that with \
         chown and chmod go-w, or name another file with --journal PATH.",
        shown(path),
        process_info::user_name(access.owner),
        access.mode
    ))
}

/// Owner and permission bits.
#[cfg(unix)]
#[derive(Clone, Copy)]
struct Access {
    owner: u32,
    mode: u32,
}

#[cfg(unix)]
const GROUP_OR_OTHERS_WRITE_BITS: u32 = 0o022;

#[cfg(unix)]
const OTHERS_WRITE_BIT: u32 = 0o002;

/// In a directory of this mode only owners remove or rename files.
#[cfg(unix)]
const STICKY_BIT: u32 = 0o1000;

#[cfg(unix)]
impl Access {
    /// Whether others than the trusted users can write, by one of these bits
    /// or as the owner.
    fn is_open(self, trusted: &[u32], bits: u32) -> bool {
        !trusted.contains(&self.owner) || self.mode & bits != 0
    }
}

#[cfg(unix)]
#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_journal_is_exposed_by_another_owner_or_by_its_mode() {
        let is_open = |owner, mode, bits| Access { owner, mode }.is_open(&[0, 1000], bits);
        for owner in [0, 1000] {
            assert!(
                !is_open(owner, 0o600, GROUP_OR_OTHERS_WRITE_BITS)
                    && !is_open(owner, 0o644, GROUP_OR_OTHERS_WRITE_BITS)
            );
            assert!(
                is_open(owner, 0o620, GROUP_OR_OTHERS_WRITE_BITS)
                    && is_open(owner, 0o602, GROUP_OR_OTHERS_WRITE_BITS)
            );
            assert!(
                !is_open(owner, 0o775, OTHERS_WRITE_BIT)
                    && is_open(owner, 0o777, OTHERS_WRITE_BIT)
                    && !is_open(owner, 0o1777, 0)
            );
        }
        assert!(is_open(12345, 0o600, GROUP_OR_OTHERS_WRITE_BITS) && is_open(12345, 0o1777, 0));
    }
}
