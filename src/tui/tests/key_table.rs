//! Compares the table of keys in docs/screen.md with the action table.
//! `KEYFLIP_KEY_TABLE=1 cargo test --lib key_table` rewrites it.

use std::fmt::Write as _;

use crate::tui::keymap::Topic;

const DOCUMENT: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/docs/screen.md");
const BEGIN: &str = "<!-- keys: written by KEYFLIP_KEY_TABLE=1 cargo test --lib key_table -->\n";
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
fn the_document_has_the_current_keys() {
    let document = std::fs::read_to_string(DOCUMENT).unwrap();
    let (before, rest) = document.split_once(BEGIN).expect("the document has a place for the keys");
    let (written, after) = rest.split_once(END).expect("the keys have an end");
    if std::env::var_os("KEYFLIP_KEY_TABLE").is_some_and(|value| value == "1") {
        std::fs::write(DOCUMENT, format!("{before}{BEGIN}{}{END}{after}", table())).unwrap();
    } else {
        assert_eq!(written, table(), "run KEYFLIP_KEY_TABLE=1 cargo test --lib key_table");
    }
}
