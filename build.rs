//! Sets `KEYFLIP_VERSION` to version, commit and date, for `keyflip --version` and bug reports.

use std::path::Path;
use std::process::Command;

fn main() {
    println!("cargo::rerun-if-changed=build.rs");
    // Git appends a line to the log of HEAD with every commit and checkout.
    if let Some(log) =
        git(&["rev-parse", "--git-path", "logs/HEAD"]).filter(|path| Path::new(path).exists())
    {
        println!("cargo::rerun-if-changed={log}");
    }
    let version = std::env::var("CARGO_PKG_VERSION").unwrap_or_default();
    // Without git, or built from a source archive, only the version is known.
    let commit = git(&["log", "-1", "--format=%h %cs"]).filter(|_| is_ours());
    let text = commit.map_or_else(|| version.clone(), |commit| format!("{version} ({commit})"));
    println!("cargo::rustc-env=KEYFLIP_VERSION={text}");
}

/// Returns `true` if the surrounding repository is keyflip's own, and not one that a source archive
/// was unpacked into.
fn is_ours() -> bool {
    git(&["ls-files", "--error-unmatch", "build.rs"]).is_some()
}

/// Returns the output of a git command; `None` if it fails or prints nothing.
fn git(args: &[&str]) -> Option<String> {
    let output =
        Command::new("git").args(args).output().ok().filter(|output| output.status.success())?;
    Some(String::from_utf8(output.stdout).ok()?.trim().to_owned()).filter(|text| !text.is_empty())
}
