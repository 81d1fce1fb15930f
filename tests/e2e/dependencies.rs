//! Checks of the dependencies: their sources, licences and duplicate versions.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::Path;
use std::process::Command;

use serde_json::Value;

/// Licences that may be linked into a program under MIT or Apache-2.0.
const LICENCES: &[&str] =
    &["0BSD", "MIT", "Apache-2.0", "ISC", "BSD-3-Clause", "Unicode-3.0", "Zlib"];

/// Unmodified crates under the MPL, which requires only the source of its own files.
const MPL: &[&str] = &["nucleo-matcher"];

/// Crates that occur in two versions, since the SDK and other crates require different ones.
/// Check the reason before adding one.
const TWICE: &[&str] = &[
    "base64",
    "bitflags",
    "block-buffer",
    "const-oid",
    "cpufeatures",
    "crypto-common",
    "digest",
    "getrandom",
    "hmac",
    "rand",
    "rand_core",
    "sha2",
    "syn",
    "thiserror",
    "thiserror-impl",
];

fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

/// Returns the packages of this machine's build.
fn packages() -> Vec<Value> {
    let version = Command::new("rustc").arg("-vV").output().unwrap().stdout;
    let version = String::from_utf8(version).unwrap();
    let host = version.lines().find_map(|line| line.strip_prefix("host: ")).unwrap();
    let metadata = Command::new(env!("CARGO"))
        .args([
            "metadata",
            "--locked",
            "--offline",
            "--format-version",
            "1",
            "--filter-platform",
            host,
        ])
        .current_dir(root())
        .output()
        .unwrap();
    let text = String::from_utf8_lossy(&metadata.stdout);
    let all: Value = serde_json::from_str(&text)
        .unwrap_or_else(|_| panic!("{}", String::from_utf8_lossy(&metadata.stderr)));
    let used: BTreeSet<_> = all["resolve"]["nodes"]
        .as_array()
        .unwrap()
        .iter()
        .map(|node| node["id"].to_string())
        .collect();
    let packages = all["packages"].as_array().unwrap().iter();
    packages.filter(|package| used.contains(&package["id"].to_string())).cloned().collect()
}

/// Returns true if one of the alternatives contains only allowed licences.
fn is_allowed(expression: &str) -> bool {
    let plain = expression
        .replace(['(', ')'], " ")
        .replace('/', " OR ")
        .replace(" WITH LLVM-exception", "");
    let part = |part: &str| part.split(" OR ").any(|licence| LICENCES.contains(&licence.trim()));
    plain.split(" AND ").all(part)
}

#[test]
fn every_crate_is_from_crates_io_with_an_allowed_licence() {
    let packages = packages();
    assert!(packages.len() > 200);
    let mut wrong = Vec::new();
    for package in packages.iter().filter(|package| package["name"] != "keyflip") {
        let text = |name: &str| package[name].as_str().unwrap_or_default();
        if !text("source").starts_with("registry+") {
            wrong.push(format!("{} is of {}", text("name"), text("source")));
        }
        let by_name = text("license") == "MPL-2.0" && MPL.contains(&text("name"));
        if !by_name && !is_allowed(text("license")) {
            wrong.push(format!("{} is under “{}”", text("name"), text("license")));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
    assert!(
        !is_allowed("GPL-3.0")
            && !is_allowed("MIT AND AGPL-3.0")
            && is_allowed("(GPL-2.0 OR MIT) AND ISC")
    );
}

#[test]
fn no_new_crate_has_duplicate_versions() {
    let packages = packages();
    let mut versions: BTreeMap<_, BTreeSet<_>> = BTreeMap::new();
    for package in &packages {
        versions
            .entry(package["name"].as_str().unwrap())
            .or_default()
            .insert(package["version"].as_str().unwrap());
    }
    let twice: Vec<_> = versions.iter().filter(|(_, versions)| versions.len() > 1).collect();
    let new: Vec<_> = twice.iter().filter(|(name, _)| !TWICE.contains(name)).collect();
    assert!(new.is_empty(), "{new:?}");
}

#[test]
fn every_direct_dependency_is_used_and_explained() {
    let manifest = fs::read_to_string(root().join("Cargo.toml")).unwrap();
    let mut sources = String::new();
    for folder in ["src", "tests", "benches"] {
        gather(&root().join(folder), &mut sources);
    }
    let mut in_table = false;
    let mut seen = 0;
    for line in manifest.lines() {
        if line.starts_with('[') {
            in_table = line.contains("dependencies");
        }
        let Some((name, rest)) =
            line.split_once(" = ").filter(|_| in_table && !line.starts_with('#'))
        else {
            continue;
        };
        // Not used directly; the manifest gives the reason above it.
        if name == "libc" {
            continue;
        }
        seen += 1;
        assert!(rest.contains(" # "), "{name} does not say what for");
        let path = format!("{}::", name.replace('-', "_"));
        assert!(sources.contains(&path), "{name} is not used");
    }
    assert!(seen > 30, "{seen}");
}

fn gather(folder: &Path, text: &mut String) {
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            gather(&path, text);
        } else if path.extension().is_some_and(|extension| extension == "rs") {
            text.push_str(&fs::read_to_string(path).unwrap());
        }
    }
}
