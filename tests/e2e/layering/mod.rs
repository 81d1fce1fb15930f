//! Checks of the structure: which module may import which, as documented in `docs/architecture.md`,
//! and that no modules import one another in a circle. Tests may import anything.

mod cycles;
mod source_tree;

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::{Path, PathBuf};

use syn::visit::{self, Visit};
use syn::{GenericArgument, PathArguments, PathSegment, Type};

use cycles::cycles;
use source_tree::{ModulePath, SourceTree};

/// Modules and the modules that each may import besides its own. The first entry that a module's
/// path begins with applies.
const ALLOWED_IMPORTS: &[(&str, &[&str])] = &[
    ("cli", &[]),
    ("model", &[]),
    ("config", &["cli", "filter", "model"]),
    ("filter", &["model"]),
    ("inventory", &["filter", "model"]),
    ("aws", &["model", "private_files"]),
    ("private_files", &[]),
    ("changes", &["model", "aws", "private_files"]),
    ("ops", &["model", "cli", "filter", "inventory", "aws", "changes", "session_factory"]),
    ("demo", &[]),
    ("session_factory", &["model", "aws", "changes", "cli", "config", "demo", "private_files"]),
    ("commands", ALL),
    ("tui::keymap", &[]),
    ("tui::messages", &["model", "inventory", "ops"]),
    ("tui::message", &["model", "ops", "tui::context"]),
    ("tui::effect", &["model", "ops", "inventory", "tui::context"]),
    ("tui::render", &["model"]),
    (
        "tui::context",
        &[
            "model",
            "ops",
            "filter",
            "inventory",
            "tui::effect",
            "tui::keymap",
            "tui::message",
            "tui::messages",
        ],
    ),
    (
        "tui::handlers",
        &[
            "model",
            "ops",
            "inventory",
            "tui::context",
            "tui::effect",
            "tui::keymap",
            "tui::message",
            "tui::messages",
        ],
    ),
    (
        "tui::panes",
        &[
            "model",
            "ops",
            "filter",
            "inventory",
            "tui::context",
            "tui::effect",
            "tui::handlers",
            "tui::keymap",
            "tui::message",
            "tui::messages",
            "tui::render",
        ],
    ),
    (
        "tui::bars",
        &[
            "model",
            "inventory",
            "tui::context",
            "tui::effect",
            "tui::keymap",
            "tui::messages",
            "tui::panes",
            "tui::render",
        ],
    ),
    (
        "tui::popups",
        &[
            "model",
            "changes::journal::entry",
            "ops",
            "filter",
            "inventory",
            "tui::bars",
            "tui::context",
            "tui::effect",
            "tui::handlers",
            "tui::keymap",
            "tui::message",
            "tui::messages",
            "tui::panes",
            "tui::render",
        ],
    ),
    (
        "tui::app",
        &[
            "model",
            "ops",
            "tui::bars",
            "tui::context",
            "tui::effect",
            "tui::handlers",
            "tui::keymap",
            "tui::message",
            "tui::messages",
            "tui::panes",
            "tui::popups",
            "tui::render",
        ],
    ),
    ("tui", ALL),
];

/// For modules that connect the others.
const ALL: &[&str] = &[
    "aws",
    "changes",
    "cli",
    "config",
    "demo",
    "filter",
    "inventory",
    "model",
    "ops",
    "private_files",
    "session_factory",
    "tui",
];

fn crate_sources() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("src")
}

fn is_within(path: &str, module: &str) -> bool {
    path == module || path.strip_prefix(module).is_some_and(|rest| rest.starts_with("::"))
}

#[test]
fn modules_import_only_what_their_layer_allows() {
    let imports = SourceTree::read(&crate_sources()).imports();
    assert!(imports.len() > 500, "the sources were not read");
    let mut wrong = Vec::new();
    for (from, to) in imports.iter().map(|(from, to)| (from.join("::"), to.join("::"))) {
        if from.is_empty() {
            continue;
        }
        let rule = ALLOWED_IMPORTS.iter().find(|(module, _)| is_within(&from, module));
        let Some((layer, allowed)) = rule else { panic!("{from} is in no layer of this test") };
        if !is_within(&to, layer) && !allowed.iter().any(|allowed| is_within(&to, allowed)) {
            wrong.push(format!("{from} imports {to}"));
        }
    }
    assert!(wrong.is_empty(), "These imports are not allowed:\n{}", wrong.join("\n"));
}

#[test]
fn only_the_runtime_of_the_screen_uses_tokio() {
    let tree = SourceTree::read(&crate_sources());
    let users: Vec<_> = tree.users_of("tokio").iter().map(|module| module.join("::")).collect();
    assert!(users.iter().any(|user| is_within(user, "tui::runtime")), "{users:?}");
    let wrong: Vec<_> = users
        .iter()
        .filter(|user| is_within(user, "tui") && !is_within(user, "tui::runtime"))
        .collect();
    assert!(wrong.is_empty(), "These modules of the screen use tokio: {wrong:?}");
}

/// Returns a line for each import within a cycle.
fn describe(cycle: &BTreeSet<ModulePath>, imports: &BTreeSet<(ModulePath, ModulePath)>) -> String {
    let inside = imports.iter().filter(|(from, to)| cycle.contains(from) && cycle.contains(to));
    let lines = inside.map(|(from, to)| format!("  {} -> {}", from.join("::"), to.join("::")));
    format!("{} modules:\n{}", cycle.len(), lines.collect::<Vec<_>>().join("\n"))
}

#[test]
fn no_modules_import_one_another_in_a_circle() {
    let imports = SourceTree::read(&crate_sources()).imports();
    let cycles: Vec<_> = cycles(&imports).iter().map(|cycle| describe(cycle, &imports)).collect();
    assert!(cycles.is_empty(), "{} import cycles:\n{}", cycles.len(), cycles.join("\n"));
}

#[test]
fn a_cycle_is_found_and_a_reexport_is_none() {
    let root = "mod a; mod b;";
    let found = |a: &str, b: &str| {
        let imports = SourceTree::of(&[("", root), ("a", a), ("a::c", "pub struct C;"), ("b", b)]);
        cycles(&imports.imports()).len()
    };
    // `a` re-exports `C` without using it, so `b` imports `a::c` alone.
    let reexport = "mod c; pub(crate) use c::C; use crate::b::B;";
    assert_eq!(found(reexport, "use crate::a::C; pub struct B;"), 0);
    let own = "mod c; pub struct A; use crate::b::B;";
    assert_eq!(found(own, "use crate::a::A; pub struct B;"), 1);
    assert_eq!(found(own, "fn b() { crate::a::A; }"), 1, "a path without `use`");
    assert_eq!(found(own, "fn b() { f!(1, crate::a::A::x()); }"), 1, "a path in a macro");
    assert_eq!(found(own, "use super::a::*; pub struct B;"), 1, "a glob");
    assert_eq!(found(own, "use crate::a; pub struct B;"), 0, "a module, without a name of it");
    assert_eq!(found(own, "#[cfg(test)] fn b() { crate::a::A; }"), 0, "a test");
}

#[test]
fn names_are_followed_to_the_module_that_defines_them() {
    let found = |a: &str, c: &str, b: &str| {
        let sources = [("", "mod a; mod b;"), ("a", a), ("a::c", c), ("b", b)];
        cycles(&SourceTree::of(&sources).imports()).len()
    };
    let (child, plain) = ("use crate::b::B; pub struct C;", "pub struct B;");
    let named = |path: &str| format!("pub struct B; use crate::a{path}; fn b() {{ a::c::C; }}");
    assert_eq!(found("mod c;", child, &named("")), 1, "through an imported module");
    assert_eq!(found("mod c;", child, &named("::{self}")), 1, "through `self`");
    assert_eq!(found("mod c; use c::C; use crate::b::B;", "use super::B;", plain), 0, "a parent's");
    let upwards = "use super::super::b::B; pub struct C;";
    assert_eq!(found("mod c;", upwards, "use crate::a::c::C; pub struct B;"), 1, "upwards");
}

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

/// Counts the types `Result<…, String>` of a file.
#[derive(Default)]
struct TextErrors(usize);

impl<'ast> Visit<'ast> for TextErrors {
    fn visit_path_segment(&mut self, segment: &'ast PathSegment) {
        if let (true, PathArguments::AngleBracketed(list)) =
            (segment.ident == "Result", &segment.arguments)
            && let Some(GenericArgument::Type(Type::Path(error))) = list.args.get(1)
            && error.path.is_ident("String")
        {
            self.0 += 1;
        }
        visit::visit_path_segment(self, segment);
    }
}

#[test]
fn no_function_returns_an_error_as_a_string() {
    let count = |text: &str| {
        let mut errors = TextErrors::default();
        errors.visit_file(&syn::parse_file(text).unwrap());
        errors.0
    };
    assert_eq!(count("fn f() -> Result<Vec<u8>, String> {}"), 1, "the check finds one");
    let mut files = Vec::new();
    sources(&crate_sources(), &mut files);
    files.retain(|file| count(&fs::read_to_string(file).unwrap()) > 0);
    assert!(files.is_empty(), "{files:?}");
}

/// Returns the paths of tests, and of files of tests, in backticks on a page.
fn tests_named(page: &str) -> BTreeSet<&str> {
    code_words(page).filter(|word| word.contains("::")).collect()
}

fn code_words(page: &str) -> impl Iterator<Item = &str> {
    page.split('`').skip(1).step_by(2)
}

/// Returns the texts of the files below a folder by the paths of their modules.
fn texts_by_module(folder: &Path) -> BTreeMap<String, String> {
    let mut files = Vec::new();
    sources(folder, &mut files);
    let module = |file: &PathBuf| {
        let path = file.strip_prefix(folder).unwrap().with_extension("");
        let mut names: Vec<_> = path.iter().map(|name| name.to_str().unwrap()).collect();
        if names.last() == Some(&"mod") {
            names.pop();
        }
        names.join("::")
    };
    files.iter().map(|file| (module(file), fs::read_to_string(file).unwrap())).collect()
}

/// Returns whether one of the modules has the test, in itself or in its module `tests`, or is the
/// file of tests of that path.
fn has_test(modules: &BTreeMap<String, String>, path: &str) -> bool {
    let Some((module, test)) = path.rsplit_once("::") else { return false };
    let files = [module, module.strip_suffix("::tests").unwrap_or(module)];
    let mut texts = files.iter().filter_map(|file| modules.get(*file));
    modules.contains_key(path) || texts.any(|text| text.contains(&format!("fn {test}(")))
}

#[test]
fn every_file_that_the_documentation_names_exists() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let docs = fs::read_dir(root.join("docs")).unwrap().map(|page| page.unwrap().path());
    let pages =
        ["README.md", "CONTRIBUTING.md"].map(|page| root.join(page)).into_iter().chain(docs);
    let mut number = 0;
    for page in pages.filter(|page| page.extension().is_some_and(|ending| ending == "md")) {
        let text = fs::read_to_string(&page).unwrap();
        for path in text.split('`').skip(1).step_by(2) {
            if path.starts_with("src/") || path.starts_with("tests/") {
                number += 1;
                assert!(root.join(path).exists(), "{} names {path}", page.display());
            }
        }
    }
    assert!(number > 2, "{number}");
}

#[test]
fn every_test_that_the_documentation_names_exists() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let mut modules = texts_by_module(&root.join("src"));
    for (module, text) in texts_by_module(&root.join("tests/e2e")) {
        // A file of tests may have the path of a module.
        modules.entry(module).or_default().push_str(&text);
    }
    assert!(has_test(&modules, "layering::every_test_that_the_documentation_names_exists"));
    assert!(!has_test(&modules, "secrets::every_test_that_the_documentation_names_exists"));
    let page = fs::read_to_string(root.join("docs/testing.md")).unwrap();
    let named = tests_named(&page);
    assert!(named.len() > 40, "{named:?}");
    let missing: Vec<_> = named.iter().filter(|path| !has_test(&modules, path)).collect();
    assert!(missing.is_empty(), "docs/testing.md names tests that are not there: {missing:?}");
    // Each row names a test, or one that has a letter.
    let has_letter =
        |row: &str| code_words(row).any(|word| page.contains(&format!("`{word}` is\n`")));
    for row in page.lines().filter(|line| line.starts_with("| ") && !line.starts_with("| fault |"))
    {
        assert!(!tests_named(row).is_empty() || has_letter(row), "no test named in: {row}");
    }
}
