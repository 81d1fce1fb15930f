//! Generates the screenshots of README.md and docs/screen.md from real screens: `KEYFLIP_PICTURES=1
//! cargo test --test e2e screenshots` writes them to `assets/pictures/`. Without the variable they
//! are written to `target/`, so that the tests always run.

use std::fs;
use std::path::{Path, PathBuf};
use std::time::Duration;

use vt100::Screen;

use crate::support::animated_svg::{self, Frame};
use crate::support::home::Home;
use crate::support::launch::Launch;
use crate::support::process::Exit;
use crate::support::pty::Pty;
use crate::support::svg::{self, DARK, LIGHT, Palette};

/// Renders a screen as `name.svg` and `name-light.svg`; returns the former.
fn save(screen: &Screen, name: &str, title: &str) -> String {
    write(name, |palette| svg::render(screen, title, palette))
}

/// Writes a picture on dark and on light ground; returns the former.
fn write(name: &str, draw: impl Fn(&Palette) -> String) -> String {
    let wanted = std::env::var_os("KEYFLIP_PICTURES").is_some_and(|value| value == "1");
    let base = if wanted {
        concat!(env!("CARGO_MANIFEST_DIR"), "/assets")
    } else {
        env!("CARGO_TARGET_TMPDIR")
    };
    let folder = PathBuf::from(base).join("pictures");
    fs::create_dir_all(&folder).unwrap();
    let dark = draw(&DARK);
    fs::write(folder.join(format!("{name}.svg")), &dark).unwrap();
    fs::write(folder.join(format!("{name}-light.svg")), draw(&LIGHT)).unwrap();
    dark
}

/// Waits until the screen is idle.
fn still(pty: &Pty) {
    pty.wait_quiet(Duration::from_millis(600));
}

/// Starts a screen on the demo account, and waits until it is read completely.
fn demo(home: &Home, options: &[&str], columns: u16, rows: u16) -> Pty {
    let mut arguments = vec!["--demo", "--reason", "found in a public build log"];
    arguments.extend(options);
    let pty = Launch::keyflip(home, &arguments).on_pty(columns, rows);
    pty.wait_for("AKIA");
    still(&pty);
    pty
}

/// Selects the leaked key.
fn select(pty: &mut Pty) {
    pty.press("/");
    pty.send("svc-payments\r");
    pty.wait_for("Users 3 of 42");
    pty.press("j");
    still(pty);
}

#[test]
fn main_view_dialog_and_verification() {
    let home = Home::new();
    let mut pty = demo(&home, &[], 110, 28);
    let svg = save(
        &pty.cells(),
        "main",
        "keyflip: users on the left, the keys of the selected one on the right",
    );
    assert!(svg.contains(">AKIARZPUZDIKIIFX7FQD<"));
    select(&mut pty);
    pty.press("tab t");
    pty.wait_for("access key?");
    pty.wait_gone("one moment");
    save(&pty.cells(), "dialog", "keyflip: the dialog before a key is deactivated");
    pty.press("y");
    pty.wait_for("IAM reports");
    still(&pty);
    let svg = save(&pty.cells(), "verified", "keyflip: IAM reports the key Inactive");
    assert!(svg.contains(">Inactive<"));
}

/// The incident of the README, from the shell and back.
#[test]
fn an_incident_from_the_alert_to_the_record() {
    let home = Home::new();
    let folder = Path::new(env!("CARGO_BIN_EXE_keyflip")).parent().unwrap();
    let path = format!("{}:{}", folder.display(), std::env::var("PATH").unwrap());
    let shell = Launch::program(&home, "/bin/sh", &["-i"]).env("PATH", path).env("PS1", "$ ");
    let mut pty = shell.on_pty(106, 28);
    pty.wait_for("$");
    let mut frames = Vec::new();
    let mut add = |pty: &Pty, seconds, keys, caption| {
        frames.push(Frame { screen: pty.cells(), seconds, keys, caption });
    };
    pty.send("keyflip --demo AKIARZPUZDIKFYHOWX26");
    pty.wait_for("FYHOWX26");
    add(&pty, 1.5, "", "An alert names a key ID.");
    for (key, text, seconds, caption) in [
        (
            "enter",
            "belongs to svc-billing-0042",
            3.0,
            "Found: its owner, its last use, the user's other key, MFA, policies.",
        ),
        (
            "d",
            "access key?",
            3.5,
            "What will change, in which account, and when the key was last used.",
        ),
        ("y", "IAM reports", 2.5, "Recorded, sent, and read again until IAM reports Inactive."),
        (
            "c",
            "ISSUED CREDENTIALS",
            3.5,
            "What the key has done, by CloudTrail: it created another key.",
        ),
        ("e", "enter writes a new file", 1.5, "The incident record, for the ticket."),
        ("enter", "Written to", 1.5, "Written: the change and the activity."),
    ] {
        pty.press(key);
        pty.wait_for(text);
        // The dialog cannot be confirmed yet, or CloudTrail is still read.
        pty.wait_gone("one moment");
        pty.wait_gone("events, reading");
        still(&pty);
        add(&pty, seconds, key, caption);
    }
    pty.press("esc q");
    pty.wait_for("The journal has the record.\n$");
    pty.send("head -n 20 *.md\r");
    pty.wait_for("##");
    still(&pty);
    add(&pty, 3.0, "q", "The beginning of the record.");
    let title = "keyflip: a leaked key is found, deactivated, verified, investigated and recorded";
    let svg = write("incident", |palette| animated_svg::render(&frames, 3, title, palette));
    assert!(svg.contains(">Inactive<") && svg.matches("@keyframes").count() == frames.len());
}

#[test]
fn activity_of_a_leaked_key() {
    let home = Home::new();
    let mut pty = Launch::keyflip(&home, &["--demo", "AKIARZPUZDIKFYHOWX26"]).on_pty(120, 40);
    pty.wait_for("belongs to svc-billing-0042");
    pty.press("c");
    pty.wait_for("SOURCES");
    pty.wait_gone("events, reading");
    still(&pty);
    let svg = save(&pty.cells(), "activity", "keyflip: what a leaked key has done");
    assert!(svg.contains("CreateAccessKey") && svg.contains("203.0.113.77"));
}

#[test]
fn overview_of_an_account() {
    let home = Home::new();
    for (name, columns, rows) in [("overview", 110, 34), ("overview-80x24", 80, 24)] {
        let mut pty = demo(&home, &["--read-only"], columns, rows);
        pty.press("v v");
        pty.wait_for("active keys");
        still(&pty);
        let svg = save(&pty.cells(), name, "keyflip: how old the active keys are, and when used");
        assert!(svg.contains(">SHARE<") && svg.contains(">365<"));
    }
}

#[test]
fn smallest_screen_and_high_contrast() {
    let home = Home::new();
    let pty = Launch::keyflip(&home, &["--demo"]).on_pty(40, 10);
    pty.wait_for("break-glass");
    still(&pty);
    save(&pty.cells(), "small", "keyflip on 40 columns and 10 rows");
    let pty = demo(&home, &["--theme", "high-contrast"], 80, 20);
    save(&pty.cells(), "high-contrast", "keyflip in high contrast");
}

#[test]
fn a_real_screen_is_rendered_as_svg() {
    let home = Home::new();
    let script = r"printf '╭ Keys ───╮\r\n│\033[7m ▸ AKIA  \033[0m│\r\n│ \033[1;32m● \033[0;4mA<B\033[0m   │\r\n│ \033[31m○\033[0m 日本  │\r\n╰─────────╯\r\n'";
    let pty = Launch::program(&home, "/bin/sh", &["-c", script]).on_pty(20, 6);
    assert_eq!(pty.exit(), Exit::Code(0));
    let svg = svg::render(&pty.cells(), "a box", &DARK);
    assert!(
        svg.contains("M5 80Q5 90 10 90M10 90H100M105 80"),
        "the lower line joins its corners: {svg}"
    );
    assert!(
        svg.contains(r##"<text x="40" y="35" textLength="40" fill="#14171c">AKIA</text>"##),
        "reversed: {svg}"
    );
    assert!(
        svg.contains(r#"text-decoration="underline">A&lt;B</text>"#),
        "underlined and escaped: {svg}"
    );
    assert!(svg.contains(r##"textLength="20" fill="#d6dae0">日"##), "two columns wide: {svg}");
    assert!(
        svg.contains(r##"<g fill="#6cc26a""##) && svg.contains(r##"<g fill="#e5626b""##),
        "in color: {svg}"
    );
}
