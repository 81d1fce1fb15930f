//! File with the last view of each account, the latest first.

use std::io::{self, Read as _};
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, PoisonError};

use serde::{Deserialize, Serialize};

use crate::private_files;
use crate::tui::context::SavedView;
use crate::tui::message::Message;
use crate::tui::messages::session as messages;
use crate::tui::runtime::tasks::task_event::EventSender;

/// Maximum number of accounts in the file.
const MAX_ACCOUNTS_KEPT: usize = 50;

/// Maximum size of the file, in bytes.
const MAX_FILE_BYTES: u64 = 1 << 20;

/// The file, which one task at a time uses. Cheap to clone.
#[derive(Clone)]
pub(super) struct SavedViewsFile(Arc<FileState>);

struct FileState {
    /// The file; `None` without a home directory.
    path: Option<PathBuf>,
    /// Views to save, in the order of the requests.
    pending: Mutex<Vec<AccountView>>,
    /// Held while the file is used.
    lock: Mutex<()>,
    events: EventSender,
}

/// The view of an account.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
struct AccountView {
    /// Account and endpoint.
    account: Arc<str>,
    #[serde(flatten)]
    view: SavedView,
}

impl SavedViewsFile {
    /// Returns the file in the state directory.
    pub(super) fn new(events: EventSender) -> Self {
        let path = private_files::state_directory().map(|state| state.join("views.json"));
        Self::at(path, events)
    }

    fn at(path: Option<PathBuf>, events: EventSender) -> Self {
        let (pending, lock) = (Mutex::default(), Mutex::default());
        Self(Arc::new(FileState { path, pending, lock, events }))
    }

    /// Starts reading the view of an account; the result is reported.
    pub(super) fn load(&self, account: Arc<str>) {
        let file = self.clone();
        tokio::task::spawn_blocking(move || {
            let events = &file.0.events;
            let view = match &file.0.path {
                Some(path) => file.view_of(&account).unwrap_or_else(|error| {
                    let sentence = messages::views_unreadable(path, &error, is_broken(&error));
                    events.message(Message::ViewsFailed(sentence));
                    None
                }),
                None => None,
            };
            events.message(Message::ViewLoaded(account, view.map(Box::new)));
        });
    }

    /// Starts saving the view of an account. Only a failure is reported.
    pub(super) fn save(&self, account: Arc<str>, view: SavedView) {
        let Some(path) = self.0.path.clone() else { return };
        self.request(account, view);
        let file = self.clone();
        tokio::task::spawn_blocking(move || {
            if let Err(error) = file.save_pending(&path) {
                file.0
                    .events
                    .message(Message::ViewsFailed(messages::views_not_saved(&path, &error)));
            }
        });
    }

    fn request(&self, account: Arc<str>, view: SavedView) {
        let mut pending = self.0.pending.lock().unwrap_or_else(PoisonError::into_inner);
        pending.push(AccountView { account, view });
    }

    fn view_of(&self, account: &str) -> io::Result<Option<SavedView>> {
        let _lock = self.0.lock.lock().unwrap_or_else(PoisonError::into_inner);
        let pending = self.0.pending.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(latest) = pending.iter().rfind(|known| *known.account == *account) {
            return Ok(Some(latest.view.clone()));
        }
        drop(pending);
        let views = self.0.path.as_deref().map(read).transpose()?.unwrap_or_default();
        Ok(views.into_iter().find(|known| *known.account == *account).map(|known| known.view))
    }

    /// Saves what was requested so far. Tasks may start in another order than the requests, so the
    /// first one saves all.
    fn save_pending(&self, path: &Path) -> io::Result<()> {
        let _lock = self.0.lock.lock().unwrap_or_else(PoisonError::into_inner);
        let pending =
            std::mem::take(&mut *self.0.pending.lock().unwrap_or_else(PoisonError::into_inner));
        if pending.is_empty() {
            return Ok(());
        }
        let mut views = match read(path) {
            // It was reported when it was read.
            Err(error) if is_broken(&error) => Vec::new(),
            views => views?,
        };
        for view in pending {
            views.retain(|known| known.account != view.account);
            views.insert(0, view);
        }
        views.truncate(MAX_ACCOUNTS_KEPT);
        private_files::replace(path, &serde_json::to_vec_pretty(&views)?)
    }
}

/// Returns whether a file was read that has no views in it. The views of one that could not be read
/// may still be there.
fn is_broken(error: &io::Error) -> bool {
    matches!(error.kind(), io::ErrorKind::InvalidData | io::ErrorKind::UnexpectedEof)
}

/// Reads the file; a missing one has no views.
fn read(path: &Path) -> io::Result<Vec<AccountView>> {
    let file = match private_files::open(path) {
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(Vec::new()),
        file => file?,
    };
    let mut text = String::new();
    file.take(MAX_FILE_BYTES + 1).read_to_string(&mut text)?;
    if text.len() as u64 > MAX_FILE_BYTES {
        return Err(io::ErrorKind::FileTooLarge.into());
    }
    Ok(serde_json::from_slice(text.as_bytes())?)
}

#[cfg(test)]
mod tests {
    use std::fs;
    use std::os::unix::fs::PermissionsExt as _;

    use super::*;
    use crate::tui::context::View;

    fn file_at(path: &Path) -> SavedViewsFile {
        let (sender, _) = tokio::sync::mpsc::unbounded_channel();
        SavedViewsFile::at(Some(path.to_owned()), EventSender(sender))
    }

    fn view(filter: &str) -> SavedView {
        SavedView { view: View::Keys, filter: filter.to_owned(), ..SavedView::default() }
    }

    #[test]
    fn the_latest_views_are_kept_in_a_private_file() {
        let home = tempfile::tempdir().unwrap();
        let path = home.path().join("state/keyflip/views.json");
        let file = file_at(&path);
        assert_eq!(file.view_of("1 aws").unwrap(), None);
        for (account, filter) in [("1 aws", "a"), ("2 aws", "b"), ("1 aws", "c")] {
            file.request(account.into(), view(filter));
        }
        file.save_pending(&path).unwrap();
        assert_eq!(fs::metadata(&path).unwrap().permissions().mode() & 0o777, 0o600);
        assert_eq!(file.view_of("1 aws").unwrap(), Some(view("c")));
        assert_eq!(file.view_of("2 aws").unwrap(), Some(view("b")));
        for number in 0..MAX_ACCOUNTS_KEPT {
            file.request(format!("n{number}").into(), view(""));
        }
        file.save_pending(&path).unwrap();
        assert_eq!(read(&path).unwrap().len(), MAX_ACCOUNTS_KEPT);
        assert_eq!(file.view_of("1 aws").unwrap(), None);
    }

    #[test]
    fn a_view_that_is_not_written_yet_is_the_latest() {
        let home = tempfile::tempdir().unwrap();
        let path = home.path().join("views.json");
        let file = file_at(&path);
        file.request("1 aws".into(), view("a"));
        file.save_pending(&path).unwrap();
        for filter in ["b", "c"] {
            file.request("1 aws".into(), view(filter));
        }
        file.request("2 aws".into(), view("d"));
        assert_eq!(file.view_of("1 aws").unwrap(), Some(view("c")));
    }

    #[test]
    fn a_broken_file_is_an_error_and_is_replaced() {
        let home = tempfile::tempdir().unwrap();
        let path = home.path().join("views.json");
        let file = file_at(&path);
        for broken in ["", "[{\"account\":\"1 aws\",\"view\":\"moon\"}]", "\u{0}"] {
            fs::write(&path, broken).unwrap();
            assert!(file.view_of("1 aws").is_err(), "{broken:?}");
        }
        file.request("1 aws".into(), view("x"));
        file.save_pending(&path).unwrap();
        assert_eq!(file.view_of("1 aws").unwrap(), Some(view("x")));
    }

    #[test]
    fn a_file_that_cannot_be_read_is_not_replaced() {
        let home = tempfile::tempdir().unwrap();
        let path = home.path().join("views.json");
        let file = file_at(&path);
        file.request("1 aws".into(), view("a"));
        file.save_pending(&path).unwrap();
        let mut large = fs::read_to_string(&path).unwrap();
        large.push_str(&" ".repeat(usize::try_from(MAX_FILE_BYTES).unwrap()));
        fs::write(&path, &large).unwrap();
        assert!(file.view_of("1 aws").is_err());
        file.request("2 aws".into(), view("b"));
        assert!(file.save_pending(&path).is_err());
        assert_eq!(fs::read_to_string(&path).unwrap(), large);
        let link = home.path().join("link.json");
        std::os::unix::fs::symlink(&path, &link).unwrap();
        file.request("2 aws".into(), view("b"));
        assert!(file.save_pending(&link).is_err());
        assert!(fs::symlink_metadata(&link).unwrap().is_symlink());
    }
}
