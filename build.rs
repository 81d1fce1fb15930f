//! Sets `KEYFLIP_VERSION` to version, commit and date, for `keyflip --version` and bug reports, and
//! links the unwinder statically where that is possible.

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
    if has_static_unwinder() {
        println!("cargo::rustc-link-lib=static:-bundle=gcc_eh");
    }
}

/// Returns `true` if this machine's compiler for C, the default linker, has the unwinder as a
/// static library. The shared one, which the standard library uses otherwise, takes 0.1 of 2.5 ms
/// to the first frame to load.
fn has_static_unwinder() -> bool {
    let variable = |name: &str| std::env::var(name).unwrap_or_default();
    let target = variable("TARGET");
    if target != "x86_64-unknown-linux-gnu" || target != variable("HOST") {
        return false;
    }
    // Set if cargo was told to use another one.
    let has_default_linker = std::env::var_os("RUSTC_LINKER").is_none();
    // The compiler answers with the name alone if it has no such file.
    let path = output("cc", &["-print-file-name=libgcc_eh.a"]);
    has_default_linker && path.is_some_and(|path| Path::new(&path).is_absolute())
}

/// Returns `true` if the surrounding repository is keyflip's own, and not one that a source archive
/// was unpacked into.
fn is_ours() -> bool {
    git(&["ls-files", "--error-unmatch", "build.rs"]).is_some()
}

/// Returns the output of a git command; `None` if it fails or prints nothing.
fn git(args: &[&str]) -> Option<String> {
    output("git", args)
}

/// Returns the output of a program; `None` if it fails or prints nothing.
fn output(program: &str, args: &[&str]) -> Option<String> {
    let output =
        Command::new(program).args(args).output().ok().filter(|output| output.status.success())?;
    Some(String::from_utf8(output.stdout).ok()?.trim().to_owned()).filter(|text| !text.is_empty())
}
