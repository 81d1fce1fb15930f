//! `keyflip completions`: what a shell runs to complete a command line. The
//! script only calls back: the words come from the program that is installed,
//! so that they are never older than it, and profile names can be among them.

use clap_complete::CompletionCandidate;
use clap_complete::engine::ArgValueCandidates;
use clap_complete::env::Shells;
use clap_complete::{CompleteEnv, Shell};

use crate::aws::{self, Environment};
use crate::cli;
use crate::commands::out::{self, Exit};

/// The variable by which a shell asks for completions.
const ASKED: &str = "COMPLETE";

const NAME: &str = "keyflip";

/// Prints the script of a shell.
pub(super) fn run(shell: Shell) -> Exit {
    let mut script = Vec::new();
    let shells = Shells::builtins();
    let written = match shells.completer(&shell.to_string()) {
        Some(completer) => completer.write_registration(ASKED, NAME, NAME, NAME, &mut script),
        None => Err(std::io::ErrorKind::Unsupported.into()),
    };
    match written {
        Ok(()) => out::print(&String::from_utf8_lossy(&script)),
        Err(error) => Exit::failed(&format!("There are no completions for {shell}: {error}.")),
    }
}

/// Answers a shell that asks for completions; `None` where none does.
pub(super) fn answer(args: &[String]) -> Option<Exit> {
    std::env::var_os(ASKED)?;
    match CompleteEnv::with_factory(command).var(ASKED).try_complete(args, None) {
        Ok(true) => Some(Exit::Done),
        Ok(false) => None,
        Err(error) => Some(Exit::failed(&error.to_string())),
    }
}

fn command() -> clap::Command {
    cli::command().mut_arg("profile", |profile| profile.add(ArgValueCandidates::new(profiles)))
}

/// The names of the profiles that are configured; none where the files can't
/// be read, since nothing can be said in the middle of a line.
fn profiles() -> Vec<CompletionCandidate> {
    let Ok(runtime) = tokio::runtime::Builder::new_current_thread().build() else { return Vec::new() };
    let profiles = runtime.block_on(aws::profiles(&Environment::Process)).unwrap_or_default();
    let candidate = |profile: crate::model::Profile| {
        CompletionCandidate::new(profile.name.to_string()).help(Some(profile.kind.to_string().into()))
    };
    profiles.into_iter().map(candidate).collect()
}
