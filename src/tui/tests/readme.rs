//! Compares the README's table of keys with the action table.
//! `KEYFLIP_README=1 cargo test --lib readme` rewrites it.

use std::fmt::Write as _;

use crate::tui::keymap::Topic;

const README: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/README.md");
const BEGIN: &str = "<!-- keys: written by KEYFLIP_README=1 cargo test --lib readme -->\n";
const END: &str = "<!-- end of keys -->";

fn table() -> String {
    let mut table = "| key | name in `[keys]` | does |\n|---|---|---|\n".to_owned();
    for topic in Topic::ALL {
        writeln!(table, "| **{}** | | |", topic.name()).unwrap();
        for spec in topic.actions() {
            let keys: Vec<_> = spec.keys.iter().map(|key| format!("`{key}`")).collect();
            let keys = if keys.is_empty() { "–".to_owned() } else { keys.join(" ") };
            writeln!(table, "| {keys} | `{}` | {} |", spec.name, spec.help).unwrap();
        }
    }
    table
}

#[test]
fn the_readme_has_the_current_keys() {
    let readme = std::fs::read_to_string(README).unwrap();
    let (before, rest) = readme.split_once(BEGIN).expect("the README has a place for the keys");
    let (written, after) = rest.split_once(END).expect("the README's keys have an end");
    if std::env::var_os("KEYFLIP_README").is_some_and(|value| value == "1") {
        std::fs::write(README, format!("{before}{BEGIN}{}{END}{after}", table())).unwrap();
    } else {
        assert_eq!(written, table(), "run KEYFLIP_README=1 cargo test --lib readme");
    }
}
