//! Tests of the test helpers in `support/`.

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::time::Duration;

use rustix::process::Signal;
use vt100::Color;

use crate::support::home::Home;
use crate::support::http;
use crate::support::launch::Launch;
use crate::support::moto::Moto;
use crate::support::process::Exit;
use crate::support::pty::Pty;
use crate::support::screen_cells;

/// Script that alters every terminal mode a full-screen program may alter, then waits for a line.
const ALTER: &str = r"before=$(stty -g); stty raw -echo
    printf '\033[?1049h\033[?25l\033[?2004h\033[?1004h\033[?1000h\033[?1h\033[1;31maltered'; read -r word;";
/// Script that restores them.
const PUT_BACK: &str = r#"
    printf '\033[0m\033[?1l\033[?1000l\033[?1004l\033[?2004l\033[?25h\033[?1049l'; stty "$before";"#;

fn shell(home: &Home, script: &str) -> Pty {
    Launch::program(home, "/bin/sh", &["-c", script]).on_pty(60, 10)
}

/// Returns the panic message of a failing assertion.
fn failure(assertion: impl FnOnce()) -> String {
    let panic = catch_unwind(AssertUnwindSafe(assertion)).expect_err("it should have failed");
    panic.downcast_ref::<String>().cloned().unwrap_or_default()
}

#[test]
fn a_restored_terminal_passes_the_check() {
    let home = Home::new();
    let mut pty = shell(&home, &format!("{ALTER}{PUT_BACK} exit 3"));
    pty.wait_for("altered");
    assert!(pty.is_raw());
    pty.send("\n");
    pty.wait_gone("altered");
    assert_eq!(pty.exit(), Exit::Code(3));
    assert!(!pty.is_raw());
    pty.assert_restored();
}

#[test]
fn every_altered_terminal_mode_is_reported() {
    let home = Home::new();
    let mut pty = shell(&home, ALTER);
    pty.wait_for("altered");
    pty.send("\n");
    pty.exit();
    let reported = failure(|| pty.assert_restored());
    for point in [
        "alternate screen",
        "cursor",
        "paste",
        "mouse",
        "arrow keys",
        "attributes",
        "colors",
        "focus",
        "raw",
    ] {
        assert!(reported.contains(point), "{point} is missing: {reported}");
    }
}

#[test]
fn keys_pastes_and_resizes_reach_the_program() {
    let home = Home::new();
    let script =
        r#"stty -echo; echo ready; while read -r word; do echo "$word" | cat -v; stty size; done"#;
    let mut pty = shell(&home, script);
    pty.wait_for("ready");
    pty.press("h i space up esc enter");
    pty.wait_for("hi ^[[A^[\n10 60");
    pty.resize(44, 12);
    pty.paste("AKIA");
    pty.send("\n");
    pty.wait_for("^[[200~AKIA^[[201~\n12 44");
    pty.press("ctrl-c");
    assert_eq!(pty.exit(), Exit::Signal(Signal::INT.as_raw()));
}

#[test]
fn only_complete_frames_are_visible() {
    let home = Home::new();
    let mut pty = shell(
        &home,
        r"printf '\033[?2026hfirst half'; read -r word; printf '\033[2J\033[Hwhole\033[?2026l'; read -r word",
    );
    let mut looks = Vec::new();
    pty.send("\n");
    pty.wait_until("the whole frame", |cells| {
        looks.push(screen_cells::text(cells));
        cells.contents().contains("whole")
    });
    assert!(looks.iter().all(|look| !look.contains("half")), "{looks:?}");
    assert_eq!(pty.frames(), 1);
    assert!(pty.screen().starts_with("whole"));
}

#[test]
#[cfg_attr(not(target_os = "linux"), ignore = "reads /proc")]
fn idleness_is_measured_in_bytes_and_cpu_time() {
    let home = Home::new();
    let mut pty =
        shell(&home, r"stty -echo; printf ready; read -r word; printf more; while :; do :; done");
    pty.wait_for("ready");
    pty.wait_quiet(Duration::from_millis(100));
    let mark = pty.bytes_written();
    pty.assert_silent(Duration::from_millis(100));
    assert!(pty.cpu_time() < Duration::from_millis(500));
    let reported = failure(|| {
        pty.send("\n");
        pty.assert_silent(Duration::from_secs(10));
    });
    assert!(reported.contains("It wrote "), "{reported}");
    pty.wait_for("more");
    assert_eq!(pty.written_since(mark), b"more");
    while pty.cpu_time() < Duration::from_millis(50) {
        std::thread::yield_now();
    }
    pty.signal(Signal::TERM);
    assert_eq!(pty.exit(), Exit::Signal(Signal::TERM.as_raw()));
}

#[test]
fn closing_the_pty_hangs_up_the_terminal() {
    let home = Home::new();
    let mut pty = shell(
        &home,
        r"trap '' HUP; printf ready; read -r word; echo read answered $? > read.txt; echo x || echo gone > write.txt",
    );
    pty.wait_for("ready");
    pty.hang_up();
    assert_eq!(pty.exit(), Exit::Code(0));
    assert_eq!(
        (home.read("read.txt").as_str(), home.read("write.txt").as_str()),
        ("read answered 1\n", "gone\n")
    );
}

#[test]
fn cells_have_their_colors_in_columns_of_any_width() {
    let home = Home::new();
    let pty = shell(&home, r"printf '日本 \033[1;32m● Active\033[0m\r\nsecond'; read -r word");
    pty.wait_for("second");
    let cells = pty.cells();
    assert_eq!(
        (screen_cells::find(&cells, "● Active"), screen_cells::find(&cells, "second")),
        (Some((0, 5)), Some((1, 0)))
    );
    let bullet = screen_cells::cell(&cells, "● Active");
    assert_eq!((bullet.fgcolor(), bullet.bold()), (Color::Idx(2), true));
    assert_eq!(screen_cells::cell(&cells, "日").fgcolor(), Color::Default);
}

#[test]
fn a_program_runs_with_an_isolated_home() {
    let home = Home::new();
    home.write(".aws/config", "[default]\n");
    let launch = Launch::program(
        &home,
        "/bin/sh",
        &["-c", "cat; env | cut -d= -f1 | sort; cat .aws/config >&2; exit 7"],
    );
    let finished = launch.stdin("typed\n").without("LANG").signed_by("AKIA", "secret").run();
    assert_eq!((finished.exit, finished.stderr.as_str()), (Exit::Code(7), "[default]\n"));
    let names = "typed AWS_ACCESS_KEY_ID AWS_EC2_METADATA_DISABLED AWS_REGION AWS_SECRET_ACCESS_KEY HOME PATH TERM TMPDIR TZ";
    let shells_own = ["OLDPWD", "PWD", "SHLVL", "_"];
    let found: Vec<&str> =
        finished.stdout.lines().filter(|name| !shells_own.contains(name)).collect();
    assert_eq!(found.join(" "), names);
}

#[test]
fn a_program_without_a_terminal_can_be_interrupted() {
    let home = Home::new();
    let running = Launch::program(
        &home,
        "/bin/sh",
        // A shell cannot trap SIGINT if the tests run in the background of another one.
        &["-c", "trap 'exit 130' TERM; echo ready; while :; do :; done"],
    );
    let running = running.start();
    running.line_with("ready");
    running.signal(Signal::TERM);
    assert_eq!(running.finish().exit, Exit::Code(130));
}

#[test]
fn moto_returns_a_keys_status_and_can_check_signatures() {
    let Some(mut moto) = Moto::start() else { return };
    let first = moto.create_user("ann", None);
    let second = moto.create_key("ann");
    moto.require_authorization();
    moto.set_status("ann", first.access_key_id(), "Inactive");
    assert_eq!(moto.status("ann", first.access_key_id()), "Inactive");
    assert_eq!(moto.status("ann", second.access_key_id()), "Active");
    assert_ne!(moto.operator().access_key_id(), first.access_key_id());
    assert!(http::get(moto.url(), "/moto-api/data.json").contains(second.access_key_id()));
    moto.sign_with(&second);
    let reported = failure(|| moto.set_status("ann", first.access_key_id(), "Active"));
    assert!(
        reported.contains("AccessDenied") && reported.contains("iam:UpdateAccessKey"),
        "{reported}"
    );
}
