//! Tests of the screen's output: the bytes written, the appearance without colors, and sharing
//! the terminal with other programs.

use std::time::Duration;

use vt100::{Color, Screen};

use crate::support::demo::Demo;
use crate::support::home::Home;
use crate::support::launch::Launch;
use crate::support::process::Exit;
use crate::support::pty::Pty;
use crate::support::screen_cells;

/// Longer than the delay before the screen reads a user's details.
const DETAIL_DELAY: Duration = Duration::from_millis(500);

/// Waits until the whole demo account is read and the screen is idle.
fn read_whole(pty: &Pty) {
    pty.wait_for("keys of 42 read");
    pty.wait_quiet(DETAIL_DELAY);
}

fn demo(home: &Home, options: &[&str]) -> Launch {
    let mut arguments = vec!["--demo"];
    arguments.extend(options);
    Launch::keyflip(home, &arguments)
}

fn started(home: &Home, options: &[&str]) -> Pty {
    let pty = demo(home, options).on_pty(120, 40);
    read_whole(&pty);
    pty
}

/// Returns the median number of bytes that a key press writes.
fn median(pty: &mut Pty, keys: &str) -> usize {
    let mut costs = Vec::new();
    for key in keys.split(' ') {
        let before = pty.bytes_written();
        pty.press(key);
        pty.wait_written(before);
        pty.wait_quiet(DETAIL_DELAY);
        costs.push(pty.bytes_written() - before);
    }
    costs.sort_unstable();
    costs[costs.len() / 2]
}

#[test]
#[cfg_attr(not(target_os = "linux"), ignore = "reads /proc")]
fn a_move_writes_little_and_a_no_op_writes_nothing() {
    let home = Home::new();
    let mut pty = started(&home, &[]);
    let users = median(&mut pty, "j j j j j k k");
    assert!(users <= 2_500, "a move in Users costs {users} bytes");
    pty.press("/");
    pty.send("svc-billing\r");
    pty.wait_for("Users 1 of 42");
    let before = pty.bytes_written();
    pty.press("tab");
    pty.wait_written(before);
    pty.wait_quiet(DETAIL_DELAY);
    let keys = median(&mut pty, "j k j k j");
    assert!(keys <= 400, "a move in a list of keys costs {keys} bytes");
    pty.press("#");
    pty.assert_silent(DETAIL_DELAY);
    let before = pty.cpu_time();
    pty.assert_silent(Duration::from_secs(2));
    assert!(
        pty.cpu_time() <= before + Duration::from_millis(20),
        "it uses the CPU while nothing happens"
    );
}

#[test]
fn frames_are_synchronized_unless_configured_otherwise() {
    let home = Home::new();
    assert!(started(&home, &[]).frames() > 1);
    home.write(".config/keyflip/config.toml", "synchronized_update = false\n");
    let pty = started(&home, &[]);
    assert_eq!(pty.frames(), 0);
}

#[test]
fn the_spinner_is_a_word_where_animation_is_off() {
    let home = Home::new();
    let server = Demo::start(&home, &["--latency", "2s"]);
    let pty = server.screen(&home, &[]).on_pty(100, 30);
    pty.wait_for("⠋ opening");
    pty.wait_for("⠙ opening");
    let still = server.screen(&home, &["--no-animation"]).on_pty(100, 30);
    still.wait_for("opening");
    still.assert_silent(DETAIL_DELAY);
    assert!(!still.screen().contains(['⠋', '⠙', '⠸', '⠴']));
}

fn cells(screen: &Screen) -> impl Iterator<Item = &vt100::Cell> {
    let (rows, columns) = screen.size();
    (0..rows.get())
        .flat_map(move |row| (0..columns.get()).filter_map(move |column| screen.cell(row, column)))
}

#[test]
fn the_selection_is_visible_without_color() {
    let home = Home::new();
    for launch in [
        demo(&home, &[]).env("NO_COLOR", "1"),
        demo(&home, &["--no-color"]),
        demo(&home, &[]).env("TERM", "vt220"),
        demo(&home, &["--theme", "mono"]),
        demo(&home, &["--theme", "high-contrast", "--no-color"]),
    ] {
        let pty = launch.on_pty(100, 30);
        read_whole(&pty);
        let screen = pty.cells();
        assert!(
            cells(&screen)
                .all(|cell| cell.fgcolor() == Color::Default && cell.bgcolor() == Color::Default)
        );
        assert!(screen_cells::cell(&screen, "▸ anna-katharina").inverse());
        assert!(!screen_cells::cell(&screen, "  break-glass").inverse());
    }
}

#[test]
fn ascii_mode_writes_only_ascii_in_every_view() {
    let home = Home::new();
    let mut pty = started(&home, &["--ascii", "--theme", "high-contrast"]);
    assert!(screen_cells::cell(&pty.cells(), "> anna-katharina").inverse());
    for (key, seen) in [
        ("?", "toggle the selected key"),
        ("G", "* Active  o Inactive"),
        ("G", "four characters"),
        ("x", "42 users - keys"),
        ("t", "Active > Inactive"),
        ("esc", "Cancelled"),
    ] {
        pty.press(key);
        pty.wait_for(seen);
    }
    pty.press("esc");
    pty.wait_gone("Cancelled");
    pty.press("q");
    assert_eq!(pty.exit(), Exit::Code(0));
    let written = pty.written_since(0);
    assert!(written.is_ascii(), "{}", String::from_utf8_lossy(&written));
}

#[test]
fn the_mouse_is_captured_only_if_configured() {
    let home = Home::new();
    let mut pty = started(&home, &[]);
    pty.press("q");
    pty.exit();
    let written = String::from_utf8_lossy(&pty.written_since(0)).into_owned();
    assert!(
        ["?1000", "?1002", "?1003", "?1006"].iter().all(|mode| !written.contains(mode)),
        "the mouse was taken"
    );

    let mut pty = started(&home, &["--mouse"]);
    let (row, column) = screen_cells::find(&pty.cells(), "ci-deploy-0007").unwrap();
    pty.send(format!("\x1b[<0;{};{}M", column + 1, row + 1));
    pty.wait_for("▸ ci-deploy-0007");
    pty.send(format!("\x1b[<65;{};{}M", column + 1, row + 1));
    pty.wait_for("▸ ex-contractor.dlee");
    pty.press("q");
    assert_eq!(pty.exit(), Exit::Code(0));
    pty.assert_restored();
}

#[test]
fn the_key_id_is_sent_to_the_clipboard() {
    let home = Home::new();
    let mut pty = started(&home, &[]);
    pty.press("y");
    pty.wait_for("Sent AKIARZPUZDIKIIFX7FQD to the clipboard");
    let written = String::from_utf8_lossy(&pty.written_since(0)).into_owned();
    assert!(written.contains("\x1b]52;c;QUtJQVJaUFVaRElLSUlGWDdGUUQ=\x07"), "{written:?}");
}

#[test]
fn the_pager_gets_a_restored_terminal() {
    let home = Home::new();
    let pager = r#"cat > text; printf 'the pager has it'; read -r word < /dev/tty; printf %s "$word" > typed"#;
    let mut pty = demo(&home, &[]).env("PAGER", pager).on_pty(100, 30);
    read_whole(&pty);
    pty.press("?");
    pty.wait_for("j k select, v pager");
    pty.press("v");
    pty.wait_for("the pager has it");
    assert!(!pty.is_raw() && !pty.cells().alternate_screen() && !pty.cells().bracketed_paste());
    pty.send("jjq\n");
    pty.wait_for("j k select, v pager");
    assert!(pty.is_raw());
    assert_eq!(home.read("typed"), "jjq", "the pager's keys were taken by keyflip");
    assert!(home.read("text").contains("down one row\n"));
    pty.press("x");
    pty.wait_gone("j k select, v pager");
    pty.press("q");
    assert_eq!(pty.exit(), Exit::Code(0));
    pty.assert_restored();
}

#[test]
fn a_missing_pager_is_reported() {
    let home = Home::new();
    let mut pty = demo(&home, &[]).env("PAGER", "no-such-pager -x").on_pty(100, 30);
    read_whole(&pty);
    pty.press("? v esc");
    pty.wait_for("Could not run the pager “no-such-pager -x”");
}

#[test]
fn a_paste_of_a_megabyte_has_no_effect() {
    let home = Home::new();
    let mut pty = started(&home, &[]);
    pty.paste(&"qty nothing to see here\n".repeat(1 << 16)[..1 << 20]);
    pty.press("esc");
    pty.wait_quiet(DETAIL_DELAY);
    pty.press("esc j");
    pty.wait_for("▸ backup-admin");
}

#[test]
fn hostile_names_are_shown_as_text_in_their_columns() {
    let home = Home::new();
    let server = Demo::start(&home, &["--faults", r#"{"hostile":{"names":true,"ids":true}}"#]);
    let mut pty = server.screen(&home, &[]).on_pty(120, 60);
    pty.wait_for("Users 49");
    pty.wait_quiet(DETAIL_DELAY);
    pty.press("/");
    pty.send("path:/hostile/\r");
    pty.wait_for("Users 7 of 49");
    pty.press("j j j j j j k k k");
    pty.wait_quiet(DETAIL_DELAY);
    let screen = pty.cells();
    let text = screen_cells::text(&screen);
    assert!(text.contains("escape<U+001B>[2J") && text.contains("bidi-<U+202E>nimda"), "{text}");
    let (top, edge) = screen_cells::find(&screen, "╮").unwrap();
    let bottom = screen_cells::find(&screen, "╰").unwrap().0;
    for row in top + 1..bottom {
        assert_eq!(
            screen.cell(row, edge).map(vt100::Cell::contents),
            Some("│"),
            "row {row} is out of line:\n{text}"
        );
    }
}

#[test]
fn invalid_key_bindings_are_refused_with_their_line() {
    let home = Home::new();
    home.write(
        ".config/keyflip/config.toml",
        "mouse = false\n[keys]\nsort = [\"z\"]\nfilter = [\"y\"]\n",
    );
    let refused = demo(&home, &[]).run();
    assert_eq!(refused.exit, Exit::Code(255));
    assert!(
        refused.stderr.contains("config.toml, line 4: y cannot be rebound"),
        "{}",
        refused.stderr
    );
    home.write(".config/keyflip/config.toml", "[keys]\nsort = [\"z\"]\n");
    let mut pty = started(&home, &[]);
    pty.press(": s o r t");
    pty.wait_for_words("z sort");
    pty.press("esc z");
    pty.wait_for("Sorted by");
}
