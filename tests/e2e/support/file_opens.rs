//! Counts how often files of a directory are opened.

use std::collections::BTreeMap;
use std::mem::MaybeUninit;
use std::path::Path;

use rustix::fd::OwnedFd;
use rustix::fs::inotify::{self, CreateFlags, ReadFlags, Reader, WatchFlags};
use rustix::io::Errno;

/// A watch on one directory, which counts from its creation on.
pub(crate) struct FileOpens(OwnedFd);

impl FileOpens {
    /// Starts counting. The directory must exist.
    pub(crate) fn of(directory: &Path) -> Self {
        let watch = inotify::init(CreateFlags::NONBLOCK | CreateFlags::CLOEXEC).unwrap();
        // Equal events in a row count once (inotify(7)), so those of closing are between them.
        inotify::add_watch(&watch, directory, WatchFlags::OPEN | WatchFlags::CLOSE).unwrap();
        Self(watch)
    }

    /// Returns how often each file was opened, by name.
    pub(crate) fn counts(self) -> BTreeMap<String, usize> {
        let mut buffer = [MaybeUninit::uninit(); 4096];
        let (mut reader, mut counts) = (Reader::new(self.0, &mut buffer), BTreeMap::new());
        loop {
            match reader.next() {
                Err(Errno::WOULDBLOCK) => return counts,
                Ok(event) if event.events() == ReadFlags::OPEN => {
                    let name = event.file_name().unwrap().to_str().unwrap();
                    *counts.entry(name.to_owned()).or_insert(0) += 1;
                }
                Ok(_) => {}
                Err(error) => panic!("{error}"),
            }
        }
    }
}
