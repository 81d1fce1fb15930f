//! Warns about a journal that users other than this one can write to.
//!
//! The file and its directory may belong to this user, to root, or to the user who called
//! sudo. The file must not be writable by its group or others. The directory must not be
//! writable by others unless it is sticky; its group may write, since many systems give each
//! user a private group and a umask of 002. The same rules hold on a file system without
//! owners, which shows one owner and mode for all files: such a journal works, with the warning.
//!
//! <https://man7.org/linux/man-pages/man7/inode.7.html> describes the mode bits.

use std::fs::Metadata;
use std::os::unix::fs::MetadataExt as _;
use std::path::Path;

use crate::changes::messages::journal::exposed_journal;
use crate::changes::os_identity;
use crate::private_files;

/// Returns who else can write to the open `file` at `path`, and how to fix that; `None` if
/// nobody can.
pub(super) fn exposure_warning(path: &Path, file: &Metadata) -> Option<String> {
    let directory = private_files::parent(path);
    let above = std::fs::metadata(directory).ok()?;
    let of_file = Access { owner: file.uid(), mode: file.mode() & 0o7777 };
    let of_directory = Access { owner: above.uid(), mode: above.mode() & 0o7777 };
    let trusted =
        [0, rustix::process::geteuid().as_raw(), private_files::sudo_user_id().unwrap_or_default()];
    let is_sticky = of_directory.mode & STICKY_BIT != 0;
    let directory_bits = if is_sticky { 0 } else { OTHERS_WRITE_BIT };
    let (directory, access) = if of_file.is_open(&trusted, GROUP_OR_OTHERS_WRITE_BITS) {
        (None, of_file)
    } else if of_directory.is_open(&trusted, directory_bits) {
        (Some(directory), of_directory)
    } else {
        return None;
    };
    let owner = os_identity::user_name(access.owner);
    Some(exposed_journal(path, directory, &owner, access.mode))
}

/// Owner and permission bits of a file or directory.
#[derive(Clone, Copy)]
struct Access {
    owner: u32,
    mode: u32,
}

const GROUP_OR_OTHERS_WRITE_BITS: u32 = 0o022;

const OTHERS_WRITE_BIT: u32 = 0o002;

/// In a directory with this bit only owners remove or rename files.
const STICKY_BIT: u32 = 0o1000;

impl Access {
    /// Returns whether a user who is not trusted can write, as the owner or by one of `bits`.
    fn is_open(self, trusted: &[u32], bits: u32) -> bool {
        !trusted.contains(&self.owner) || self.mode & bits != 0
    }
}

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
