//! Tests of journal faults: the journal cannot be written, is damaged, is written by other
//! processes, or the program died during a change.

use std::fs;
use std::os::unix::fs::PermissionsExt as _;

use rustix::process::Signal;
use serde_json::{Value, json};

use crate::support::demo::Demo;
use crate::support::home::Home;
use crate::support::process::Exit;
use crate::support::pty::Pty;
use crate::support::screen_steps::{JOURNAL, KEY, lines, outcomes};

/// Starts a screen that writes its journal to that path.
fn writing_to(demo: &Demo, home: &Home, journal: &str) -> Pty {
    let pty = demo.screen(home, &["--journal", journal]).on_pty(120, 40);
    pty.wait_ready(KEY);
    pty
}

fn confirm(pty: &mut Pty) {
    pty.ask("t");
    pty.press("y");
}

#[test]
fn an_unwritable_journal_blocks_changes_until_confirmed() {
    let home = Home::new();
    let demo = Demo::start(&home, &[]);
    home.write("file", "not a directory");
    let unwritable = home.path("file/journal.jsonl");
    let mut pty = writing_to(&demo, &home, unwritable.to_str().unwrap());
    confirm(&mut pty);
    pty.wait_for("Could not write to the journal.");
    pty.wait_for_words("Nothing was sent");
    pty.press("y");
    pty.press("esc");
    pty.wait_gone("access key?");
    assert_eq!(demo.changes(), []);
    // A second request opens the dialog again, and typing the text sends the change once.
    confirm(&mut pty);
    pty.wait_for("Type UNWRITTEN");
    pty.wait_armed();
    pty.press("u n w r i t t e n");
    pty.wait_for("then enter: UNWRITTEN");
    pty.press("enter");
    pty.wait_for("IAM reports");
    assert_eq!(demo.changes(), [(KEY.to_owned(), "Inactive".to_owned())]);
    pty.press("q");
    assert_eq!(pty.exit(), Exit::Code(0));
    pty.assert_restored();
    let printed = pty.words();
    assert!(
        printed.contains("Keep these lines") && printed.contains("\"outcome\":\"verified\""),
        "{}",
        pty.screen()
    );
}

#[test]
fn a_full_disk_or_read_only_directory_blocks_changes() {
    let home = Home::new();
    let demo = Demo::start(&home, &[]);
    let mut pty = writing_to(&demo, &home, "/dev/null");
    confirm(&mut pty);
    pty.wait_for_words("/dev/null is not a regular file");
    drop(pty);
    if let Some(full) = FullDisk::mount(&home) {
        let mut pty = writing_to(&demo, &home, full.0.join("journal.jsonl").to_str().unwrap());
        confirm(&mut pty);
        pty.wait_for_words("No space left on device");
        assert_eq!(fs::read_to_string(full.0.join("journal.jsonl")).unwrap_or_default(), "");
    }
    if !rustix::process::getuid().is_root() {
        fs::create_dir(home.path("closed")).unwrap();
        fs::set_permissions(home.path("closed"), fs::Permissions::from_mode(0o500)).unwrap();
        let mut pty = writing_to(&demo, &home, home.path("closed/journal.jsonl").to_str().unwrap());
        confirm(&mut pty);
        pty.wait_for_words("Permission denied");
    }
    assert_eq!(demo.changes(), []);
}

/// A file system without free blocks; creating one requires root.
struct FullDisk(std::path::PathBuf);

impl FullDisk {
    fn mount(home: &Home) -> Option<Self> {
        let place = home.path("full");
        fs::create_dir(&place).unwrap();
        let mount = std::process::Command::new("mount")
            .args(["-t", "tmpfs", "-o", "size=4k", "none"])
            .arg(&place)
            .stderr(std::process::Stdio::null())
            .status();
        if !mount.is_ok_and(|status| status.success()) {
            return None;
        }
        fs::write(place.join("filler"), [0; 4096]).unwrap();
        Some(Self(place))
    }
}

impl Drop for FullDisk {
    fn drop(&mut self) {
        let _ = std::process::Command::new("umount").arg(&self.0).status();
    }
}

#[test]
fn a_batch_is_sent_only_after_the_journal_lock_is_released() {
    let home = Home::new();
    let demo = Demo::start(&home, &[]);
    home.write(JOURNAL, "");
    let held = fs::File::options().append(true).open(home.path(JOURNAL)).unwrap();
    held.lock().unwrap();
    let mut pty = demo.screen(&home, &[]).on_pty(120, 40);
    pty.wait_ready(KEY);
    pty.mark_several();
    assert!(pty.confirm_several() > 3);
    pty.wait_for("Type UNWRITTEN");
    pty.press("esc");
    pty.wait_gone("Type UNWRITTEN");
    assert_eq!((demo.changes().len(), home.read(JOURNAL).as_str()), (0, ""));
    drop(held);
    let number = pty.confirm_several();
    pty.wait_for(&format!("IAM reports {number} of {number} keys Inactive"));
    let journal = home.journal();
    assert_eq!((demo.changes().len(), journal.len()), (number, 2 * number));
    assert!(outcomes(&journal).iter().all(|outcome| *outcome == "verified"), "{journal:?}");
}

#[test]
fn a_disk_that_fills_up_stops_unwritten_changes_of_a_batch() {
    let home = Home::new();
    let demo = Demo::start(&home, &[]);
    let Some(disk) = FullDisk::mount(&home) else { return };
    // One free block remains, with space for a line or two.
    let path = disk.0.join("journal.jsonl");
    fs::remove_file(disk.0.join("filler")).unwrap();
    fs::write(&path, "an older journal\n".repeat(190)).unwrap();
    let mut pty = writing_to(&demo, &home, path.to_str().unwrap());
    pty.mark_several();
    assert!(pty.confirm_several() > 3);
    pty.wait_for_words("No space left on device");
    pty.wait_for("Type UNWRITTEN");
    let text = fs::read_to_string(&path).unwrap();
    let whole: Vec<Value> =
        text.lines().filter_map(|line| serde_json::from_str(line).ok()).collect();
    let intents = whole.iter().filter(|line| line["line"] == "intent");
    let written: Vec<_> = intents.map(|line| line["key"].as_str().unwrap()).collect();
    let sent = demo.changes();
    assert!(
        sent.iter().all(|(key, _)| written.contains(&key.as_str())),
        "{sent:?}, but written: {written:?}"
    );
    assert!(!sent.is_empty() && sent.len() < 6, "{sent:?}");
    // A change that was sent but not recorded completely is reported.
    pty.press("esc");
    pty.wait_gone("Type UNWRITTEN");
    pty.press("!");
    pty.wait_for("newest first");
    assert_eq!(
        pty.words().contains("is not in the journal"),
        outcomes(&whole).len() < sent.len(),
        "{text}"
    );
}

#[test]
fn a_journal_on_standard_error_is_printed_at_the_end() {
    let home = Home::new();
    let demo = Demo::start(&home, &[]);
    let mut pty = writing_to(&demo, &home, "-");
    confirm(&mut pty);
    pty.wait_for("IAM reports");
    pty.press("q");
    assert_eq!(pty.exit(), Exit::Code(0));
    pty.assert_restored();
    let printed = pty.words().replace(' ', "");
    assert!(
        printed.contains("\"line\":\"intent\"") && printed.contains("\"outcome\":\"verified\""),
        "{}",
        pty.screen()
    );
    assert_eq!(home.read(JOURNAL), "");
}

#[test]
fn entries_after_torn_and_garbage_lines_are_intact() {
    let home = Home::new();
    let demo = Demo::start(&home, &[]);
    home.write(JOURNAL, "garbage\n{\"v\":1,\"line\":\"intent\",\"id\":\"x");
    let mut pty = demo.screen(&home, &[]).on_pty(120, 40);
    pty.wait_for_words("line 1 is not an entry; the last line was cut off");
    pty.wait_ready(KEY);
    confirm(&mut pty);
    pty.wait_for("IAM reports");
    let text = home.read(JOURNAL);
    assert!(text.starts_with("garbage\n{\"v\":1,\"line\":\"intent\",\"id\":\"x\n{"), "{text}");
    let whole = text.split_inclusive('\n').skip(2).collect::<String>();
    assert_eq!(outcomes(&lines(&whole)), ["verified"]);
}

#[test]
fn two_processes_cannot_change_a_key_concurrently() {
    let home = Home::new();
    let demo = Demo::start(&home, &[]);
    let (mut first, mut second) =
        (demo.screen(&home, &[]).on_pty(120, 40), demo.screen(&home, &[]).on_pty(120, 40));
    first.wait_ready(KEY);
    second.wait_ready(KEY);
    demo.faults(&json!({"latency": {"fixed": 3, "on": {"operations": ["UpdateAccessKey"]}}}));
    first.ask("t");
    second.ask("t");
    first.press("y");
    first.wait_for("→ Inactive");
    while home.journal().is_empty() {
        std::thread::yield_now();
    }
    second.press("y");
    second.wait_for_words("deactivating the same key");
    first.wait_for("IAM reports");
    assert_eq!(demo.changes().len(), 1);
    assert_eq!(outcomes(&home.journal()), ["verified"]);
}

/// Kills the program while its call is in flight; returns the intent in its journal, with its
/// times moved into the past by `later` seconds.
fn killed_in_flight(demo: &Demo, home: &Home, later: i64) -> Value {
    let mut pty = demo.screen(home, &[]).on_pty(120, 40);
    pty.wait_ready(KEY);
    demo.faults(&json!({"latency": {"fixed": 1, "on": {"operations": ["UpdateAccessKey"]}}}));
    confirm(&mut pty);
    while demo.changes().is_empty() {
        std::thread::yield_now();
    }
    pty.signal(Signal::KILL);
    assert_eq!(pty.exit(), Exit::Signal(Signal::KILL.as_raw()));
    demo.faults(&json!({}));
    let mut journal = home.journal();
    assert_eq!(journal.len(), 1, "the intent was on disk before the call had left");
    let mut intent = journal.remove(0);
    for field in ["time", "deadline"] {
        let time: jiff::Timestamp = intent[field].as_str().unwrap().parse().unwrap();
        intent[field] = (time - jiff::SignedDuration::from_secs(later)).to_string().into();
    }
    intent
}

#[test]
fn the_next_start_resolves_a_change_killed_in_flight() {
    let home = Home::new();
    let demo = Demo::start(&home, &[]);
    let mut intent = killed_in_flight(&demo, &home, 0);

    // Before its deadline the change may be in flight: it is shown, and not resolved.
    let pty = demo.screen(&home, &[]).on_pty(120, 40);
    pty.wait_for_words("ended. Its call may take effect until");
    pty.wait_for(KEY);
    assert_eq!(home.journal().len(), 1);
    drop(pty);

    // It is resolved when a list can no longer be out of date.
    let soon = jiff::Timestamp::now() + jiff::SignedDuration::from_millis(2_500);
    intent["deadline"] = soon.to_string().into();
    intent["time"] = (soon - jiff::SignedDuration::from_mins(10)).to_string().into();
    home.write(JOURNAL, &format!("{intent}\n"));
    let pty = demo.screen(&home, &[]).on_pty(120, 40);
    pty.wait_for_words("ended. Its call may take effect until");
    pty.wait_for_words("A later read settled it: IAM reported");
    let journal = home.journal();
    assert_eq!((journal.len(), outcomes(&journal)), (2, vec!["settled"]));
    assert_eq!((&journal[1]["id"], &journal[1]["attempts"]), (&intent["id"], &0.into()));
    assert_eq!(demo.changes().len(), 1, "recovery never sends");
}

#[test]
fn an_open_change_of_another_account_is_left_alone() {
    let home = Home::new();
    let demo = Demo::start(&home, &[]);
    let mut intent = killed_in_flight(&demo, &home, 300);
    intent["account"] = "210987654321".into();
    home.write(JOURNAL, &format!("{intent}\n"));
    let mut pty = demo.screen(&home, &[]).on_pty(120, 40);
    pty.wait_for_words("an unfinished change of another account");
    pty.wait_ready(KEY);
    pty.press("q");
    pty.exit();
    assert_eq!(home.journal().len(), 1);
}
