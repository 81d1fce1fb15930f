//! The file of the journal: permissions, the lock, durability.

use super::*;

#[test]
fn only_its_owner_can_read_it() {
    use std::os::unix::fs::PermissionsExt as _;
    let folder = Folder::new();
    write_one(&folder.journal(), "14:02:11");
    let mode = |path: &Path| fs::metadata(path).unwrap().permissions().mode() & 0o777;
    assert_eq!(mode(&folder.path()), 0o600);
    assert_eq!(mode(folder.path().parent().unwrap()), 0o700);
    assert_eq!(mode(&folder.0.path().join("state")), 0o700);
}

#[test]
fn waiting_for_a_locked_journal_times_out() {
    let folder = Folder::new();
    write_one(&folder.journal(), "14:02:11");
    let other = fs::File::open(folder.path()).unwrap();
    other.lock().unwrap();
    let journal = Journal(Arc::new(JournalKind::File(FileJournal::with_lock_timeout(
        folder.path(),
        Duration::from_millis(20),
    ))));
    let intent = intent(&change(), "15:02:11");
    let RecordIntentError::Journal(error) =
        journal.record_intent(&intent, intent.time).unwrap_err()
    else {
        panic!()
    };
    assert!(matches!(error, JournalError::Busy(..)), "{error}");
    assert_eq!(journal.read().entries.len(), 1, "reading needs no lock");
    other.unlock().unwrap();
    journal.record_intent(&intent, intent.time).unwrap();
}

#[test]
fn a_lock_released_in_time_is_acquired() {
    let mut looks = 0;
    let got = wait_for(Duration::from_mins(1), || {
        looks += 1;
        if looks < 3 { Err(fs::TryLockError::WouldBlock) } else { Ok(()) }
    });
    assert!(got.is_ok() && looks == 3);
}

#[test]
fn a_partial_line_on_a_full_disk_is_removed() {
    let folder = Folder::new();
    write_one(&folder.journal(), "14:02:11");
    let before = fs::read(folder.path()).unwrap();
    let file = fs::OpenOptions::new().append(true).open(folder.path()).unwrap();
    let full = write_durably(&file, before.len() as u64, |mut file| {
        file.write_all(b"{\"v\":1,\"li")?;
        Err(io::ErrorKind::StorageFull.into())
    });
    assert_eq!(full.unwrap_err().kind(), io::ErrorKind::StorageFull);
    assert_eq!(fs::read(folder.path()).unwrap(), before);
}

#[test]
fn only_a_regular_file_accepts_intents() {
    let folder = Folder::new();
    let intent = intent(&change(), "14:02:11");
    let begin = |path: PathBuf| {
        NotSentReason::from(Journal::file(path).record_intent(&intent, intent.time).unwrap_err())
    };
    let NotSentReason::Journal(why) = begin(folder.0.path().to_path_buf()) else { panic!() };
    assert!(matches!(*why, JournalError::NotAFile(_)), "{why}");
    fs::write(folder.0.path().join("file"), "").unwrap();
    let NotSentReason::Journal(why) = begin(folder.0.path().join("file/journal.jsonl")) else {
        panic!()
    };
    assert!(matches!(*why, JournalError::Open(..) | JournalError::Directory(..)), "{why}");
    let NotSentReason::Journal(why) = begin(PathBuf::from("/dev/null")) else { panic!() };
    assert_eq!(why.to_string(), "The journal /dev/null is not a regular file.");
}

#[test]
fn a_journal_that_shrinks_during_a_read_is_an_error() {
    let folder = Folder::new();
    write_one(&folder.journal(), "14:02:11");
    let mut scan = folder.journal().scan(&mut |_, _| {}).unwrap();
    fs::write(folder.path(), "").unwrap();
    assert!(matches!(scan.entry(0), Err(JournalError::Read(..))));
}

#[test]
fn a_link_or_a_pipe_is_refused() {
    let folder = Folder::new();
    write_one(&folder.journal(), "14:02:11");
    let (link, pipe) = (folder.0.path().join("link"), folder.0.path().join("pipe"));
    std::os::unix::fs::symlink(folder.path(), &link).unwrap();
    assert!(
        std::process::Command::new("mkfifo")
            .arg(&pipe)
            .status()
            .is_ok_and(|status| status.success())
    );
    for (path, why) in [(link, "it is a symbolic link"), (pipe, "is not a regular file")] {
        let journal = Journal::file(path);
        let intent = intent(&change(), "15:02:11");
        let read = journal.scan(&mut |_, _| {}).unwrap_err();
        let written = NotSentReason::from(journal.record_intent(&intent, intent.time).unwrap_err());
        for refusal in [read.to_string(), written.to_string()] {
            assert!(refusal.contains(why), "{refusal}");
        }
    }
    assert_eq!(folder.journal().read().entries.len(), 1);
}

#[test]
fn a_writable_journal_is_reported_with_owner_and_mode() {
    use std::os::unix::fs::PermissionsExt as _;
    let folder = Folder::new();
    let journal = folder.journal();
    assert_eq!(journal.warning(), None, "no file yet");
    write_one(&journal, "14:02:11");
    assert_eq!(journal.warning(), None);
    let set =
        |path: &Path, mode| fs::set_permissions(path, fs::Permissions::from_mode(mode)).unwrap();
    set(&folder.path(), 0o666);
    let warning = journal.warning().unwrap();
    assert!(
        warning.contains("journal.jsonl: it belongs to") && warning.contains("mode 0666"),
        "{warning}"
    );
    set(&folder.path(), 0o600);
    let parent = folder.path().parent().unwrap().to_path_buf();
    set(&parent, 0o777);
    let warning = journal.warning().unwrap();
    assert!(warning.contains("its directory") && warning.contains("mode 0777"), "{warning}");
    set(&parent, 0o1777);
    assert_eq!(journal.warning(), None, "in a sticky directory others cannot replace it");
}
