//! Pictures of every kind of screen in four sizes, with and without colors and Unicode, to be
//! looked at one by one: `cargo test --test e2e gallery -- --ignored` writes them to
//! `target/tmp/gallery`, in dark and in light.

use std::fs;
use std::path::PathBuf;
use std::time::Duration;

use crate::support::home::Home;
use crate::support::launch::Launch;
use crate::support::svg::{self, DARK, LIGHT};

const SIZES: [(u16, u16); 4] = [(40, 10), (80, 24), (120, 40), (200, 50)];

/// Name of a look, and its options.
const LOOKS: [(&str, &[&str]); 4] = [
    ("colors", &[]),
    ("mono", &["--theme", "mono"]),
    ("ascii", &["--ascii", "--no-color"]),
    ("high-contrast", &["--theme", "high-contrast"]),
];

/// Name of a picture, the keys that lead there from the picture before, and a text to wait for.
const STEPS: [(&str, &str, &str); 12] = [
    ("1-users", "", "AKIARZPUZDIKFYHOWX26"),
    ("2-dialog", "d", "Deactivate this"),
    ("3-too-early", "esc d y", "too early"),
    ("4-verified", "y", "IAM reports"),
    ("5-details", "enter", "Owner"),
    ("6-activity", "esc c", "Activity of"),
    ("7-keys", "esc v", "Keys "),
    ("8-several", "ctrl-a d", "access keys?"),
    ("9-overview", "esc esc v", "Overview"),
    ("a-palette", ":", "Actions"),
    ("b-help", "esc ?", "Help"),
    ("c-filter", "esc v / s t a", "tab for"),
];

#[test]
#[ignore = "writes pictures to look at; checks nothing that other tests do not"]
fn gallery() {
    let folder = PathBuf::from(env!("CARGO_TARGET_TMPDIR")).join("gallery");
    fs::create_dir_all(&folder).unwrap();
    for (columns, rows) in SIZES {
        for (look, options) in LOOKS {
            let home = Home::new();
            let mut arguments = vec!["--demo", "AKIARZPUZDIKFYHOWX26"];
            arguments.extend(options);
            let mut pty = Launch::keyflip(&home, &arguments).on_pty(columns, rows);
            for (name, keys, shows) in STEPS {
                if !keys.is_empty() {
                    pty.press(keys);
                }
                pty.wait_for(shows);
                pty.wait_quiet(Duration::from_millis(400));
                let title = format!("{name}, {columns}x{rows}, {look}");
                for (ground, theme) in [("dark", &DARK), ("light", &LIGHT)] {
                    let file = format!("{columns}x{rows}-{look}-{name}-{ground}.svg");
                    fs::write(folder.join(file), svg::render(&pty.cells(), &title, theme)).unwrap();
                }
            }
        }
    }
}
