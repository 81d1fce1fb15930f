//! `keyflip completions`: what a shell runs to complete a command line. The
//! script only calls back: the words come from the program that is installed,
//! so that they are never older than it, and profile names can be among them.

use clap_complete::CompletionCandidate;
use clap_complete::engine::ArgValueCandidates;
use clap_complete::env::Shells;
use clap_complete::{CompleteEnv, Shell};

use crate::aws::{self, Environment};
use crate::changes::{Entry, Journal};
use crate::cli;
use crate::commands::out::{self, Exit};
use crate::filter;
use crate::model::visible;

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
    cli::command()
        .mut_arg("profile", |profile| profile.add(ArgValueCandidates::new(profiles)))
        .mut_subcommand("list", |list| list.mut_arg("filter", |filter| filter.add(ArgValueCandidates::new(terms))))
        .mut_subcommand("undo", |undo| undo.mut_arg("id", |id| id.add(ArgValueCandidates::new(changes))))
}

/// What the terms of a filter begin with, or are.
const TERMS: [&str; 13] = [
    "status:active",
    "status:inactive",
    "status:expired",
    "age>",
    "unused>",
    "used<",
    "created>",
    "keys>",
    "keys=0",
    "user:",
    "path:/",
    "mfa:no",
    "mfa:yes",
];

fn terms() -> Vec<CompletionCandidate> {
    let finds = |term: &str| filter::TERMS.iter().find(|known| term.starts_with(known.name)).map(|known| known.finds);
    TERMS.iter().map(|term| CompletionCandidate::new(*term).help(finds(term).map(Into::into))).collect()
}

/// So many changes are offered, the latest.
const CHANGES: usize = 20;

/// The changes in the usual journal.
fn changes() -> Vec<CompletionCandidate> {
    let scan = Journal::default_path().ok().and_then(|path| Journal::file(path).scan(&mut |_, _| {}).ok());
    let Some(mut scan) = scan else { return Vec::new() };
    let candidate = |entry: Entry| {
        let help = format!("{}, {}", entry.intent.subject(), entry.intent.transition());
        CompletionCandidate::new(&*entry.intent.id).help(Some(help.into()))
    };
    (0..scan.len()).rev().take(CHANGES).filter_map(|number| scan.entry(number).ok()).map(candidate).collect()
}

/// The names of the profiles that are configured; none where the files can't
/// be read, since nothing can be said in the middle of a line.
fn profiles() -> Vec<CompletionCandidate> {
    let Ok(runtime) = tokio::runtime::Builder::new_current_thread().build() else { return Vec::new() };
    let profiles = runtime.block_on(aws::profiles(&Environment::Process)).unwrap_or_default();
    let candidate = |profile: crate::model::Profile| {
        CompletionCandidate::new(profile.name.to_string()).help(Some(profile.kind.to_string().into()))
    };
    // A name with a control character would act on the terminal.
    profiles.into_iter().filter(|profile| *visible(&profile.name) == *profile.name).map(candidate).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_term_that_is_offered_is_one() {
        for term in TERMS {
            let finished = format!("{term}{}", if term.ends_with('>') || term.ends_with('<') { "1d" } else { "" });
            let finished = finished.replace("keys>1d", "keys>1").replace("user:", "user:a");
            assert!(filter::Filter::parse(&finished, jiff::Timestamp::now()).is_ok(), "{finished}");
        }
    }
}
