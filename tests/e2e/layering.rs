//! Checks of the module layering: which module may import which, as documented in `src/lib.rs`
//! and the design. Checks every `crate::` path, including tests.

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};

/// Modules and the modules that each may import. The first entry that a file's path begins with
/// applies.
const ALLOWED_IMPORTS: &[(&str, &[&str])] = &[
    ("cli", &["cli"]),
    ("model", &["model"]),
    ("config", &["config", "cli", "model"]),
    ("filter", &["filter", "model"]),
    ("inventory", &["inventory", "filter", "model"]),
    ("aws", &["aws", "model"]),
    ("private_files", &["private_files"]),
    ("changes", &["changes", "model", "aws", "private_files"]),
    ("ops", &["ops", "model", "filter", "inventory", "aws", "changes"]),
    ("demo", &["demo"]),
    ("session_factory", &["model", "aws", "changes", "cli", "config", "demo", "private_files"]),
    ("commands", EVERY_ROOM),
    ("tui/keymap", &["tui/keymap"]),
    ("tui/layout", &["tui/layout"]),
    ("tui/messages", &["model"]),
    (
        "tui/app",
        &["tui/app", "tui/messages", "model", "filter", "inventory", "tui/keymap", "tui/layout"],
    ),
    (
        "tui/view",
        &[
            "tui/view",
            "tui/app",
            "tui/messages",
            "model",
            "filter",
            "inventory",
            "tui/keymap",
            "tui/layout",
        ],
    ),
    ("tui", EVERY_ROOM),
];

/// Modules that connect the others and may import all of them.
const EVERY_ROOM: &[&str] = &[
    "aws",
    "changes",
    "cli",
    "commands",
    "config",
    "demo",
    "private_files",
    "filter",
    "inventory",
    "model",
    "ops",
    "session_factory",
    "tui",
];

fn sources(folder: &Path, found: &mut Vec<PathBuf>) {
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            sources(&path, found);
        } else if path.extension().is_some_and(|extension| extension == "rs") {
            found.push(path);
        }
    }
}

/// Returns the paths after `crate::` in a source, as `module/part`.
fn named(text: &str) -> BTreeSet<String> {
    let code = text
        .lines()
        .map(|line| line.split("//").next().unwrap_or_default())
        .collect::<Vec<_>>()
        .join("\n");
    let mut paths = BTreeSet::new();
    for rest in code.split("crate::").skip(1) {
        let path: String =
            rest.chars().take_while(|c| c.is_alphanumeric() || "_:".contains(*c)).collect();
        let group = rest[path.len()..].strip_prefix('{').and_then(|rest| rest.split('}').next());
        let parts = |path: &str| {
            path.split("::").filter(|part| !part.is_empty()).take(2).collect::<Vec<_>>().join("/")
        };
        match group {
            Some(group) if !path.contains("::") || path.matches("::").count() == 1 => {
                paths.extend(group.split(',').map(|part| parts(&format!("{path}{}", part.trim()))));
            }
            _ => drop(paths.insert(parts(&path))),
        }
    }
    paths
}

fn within(path: &str, room: &str) -> bool {
    path == room || path.strip_prefix(room).is_some_and(|rest| rest.starts_with('/'))
}

#[test]
fn modules_use_only_what_their_layer_allows() {
    let src = Path::new(env!("CARGO_MANIFEST_DIR")).join("src");
    let mut files = Vec::new();
    sources(&src, &mut files);
    assert!(files.len() > 100, "the sources were not found");
    let mut wrong = Vec::new();
    for file in files {
        let place = file.strip_prefix(&src).unwrap().with_extension("");
        let place = place.to_str().unwrap().trim_end_matches("/mod").to_owned();
        let text = fs::read_to_string(&file).unwrap();
        if text.contains("super::super") {
            wrong.push(format!("{place} says super::super"));
        }
        let Some((room, allowed)) = ALLOWED_IMPORTS.iter().find(|(room, _)| within(&place, room))
        else {
            assert!(
                ["lib", "main"].contains(&&*place),
                "{place} is in no room that this test knows"
            );
            continue;
        };
        let is_test = place.split('/').any(|part| part.ends_with("tests"))
            || room == &"tui" && place == "tui";
        for path in named(&text).iter().filter(|path| !within(path, room)) {
            if !is_test && !allowed.iter().any(|allowed| within(path, allowed)) {
                wrong.push(format!("{place} names {path}"));
            }
        }
    }
    assert!(wrong.is_empty(), "These imports are not allowed:\n{}", wrong.join("\n"));
}

/// Returns the test paths in backticks on a page.
fn tests_named(page: &str) -> BTreeSet<&str> {
    let quoted = page.split('`').skip(1).step_by(2);
    quoted.filter(|word| word.contains("::")).filter_map(|word| word.rsplit("::").next()).collect()
}

#[test]
fn every_test_that_the_documentation_names_exists() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let mut files = Vec::new();
    sources(&root.join("src"), &mut files);
    sources(&root.join("tests"), &mut files);
    let code: String = files.iter().map(|file| fs::read_to_string(file).unwrap()).collect();
    let page = fs::read_to_string(root.join("docs/testing.md")).unwrap();
    let named = tests_named(&page);
    assert!(named.len() > 40, "{named:?}");
    let missing: Vec<_> =
        named.iter().filter(|name| !code.contains(&format!("fn {name}("))).collect();
    assert!(missing.is_empty(), "docs/testing.md names tests that are not there: {missing:?}");
    // Each row names a test.
    for row in page.lines().filter(|line| line.starts_with("| ") && !line.starts_with("| fault |"))
    {
        assert!(!tests_named(row).is_empty(), "no test named in: {row}");
    }
}
