//! `keyflip completions`. The script of a shell calls the installed program for
//! each completion. So completions are never older than the program, and can
//! include the names of profiles.

use clap_complete::CompletionCandidate;
use clap_complete::engine::ArgValueCandidates;
use clap_complete::env::Shells;
use clap_complete::{CompleteEnv, Shell};

use crate::aws::{self, Environment};
use crate::changes::{JournalEntry, search_from_end};
use crate::cli;
use crate::commands::CommandContext;
use crate::commands::error::CommandError;
use crate::commands::exit::Exit;
use crate::commands::output;
use crate::config::{NamedFilter, Settings};
use crate::filter;
use crate::model::escape_hidden;

/// The environment variable with which a shell's script asks for completions. The default of
/// `clap_complete`, `COMPLETE`, may be set for other purposes.
const COMPLETE_VARIABLE: &str = "KEYFLIP_COMPLETE";

/// The name of the program, for the script.
const PROGRAM_NAME: &str = "keyflip";

/// Prints the completion script for a shell.
pub(super) fn run(shell: Shell) -> Result<Exit, CommandError> {
    let mut script = Vec::new();
    let shells = Shells::builtins();
    let written = match shells.completer(&shell.to_string()) {
        Some(completer) => completer.write_registration(
            COMPLETE_VARIABLE,
            PROGRAM_NAME,
            PROGRAM_NAME,
            PROGRAM_NAME,
            &mut script,
        ),
        None => Err(std::io::ErrorKind::Unsupported.into()),
    };
    written.map_err(|error| CommandError::CompletionScript(shell, error))?;
    output::print(&String::from_utf8_lossy(&script))
}

/// Prints completions if a shell's script asks for them. Returns whether it does.
///
/// # Errors
/// Returns an error if they cannot be computed or printed.
pub(super) fn complete(args: &[String]) -> Result<bool, CommandError> {
    let completions = CompleteEnv::with_factory(command).var(COMPLETE_VARIABLE);
    std::env::var_os(COMPLETE_VARIABLE)
        .map_or(Ok(false), |_| completions.try_complete(args, None))
        .map_err(CommandError::Completions)
}

/// Returns the command line with the candidates that only keyflip knows.
fn command() -> clap::Command {
    cli::command()
        .mut_arg("profile", |profile| profile.add(ArgValueCandidates::new(profile_candidates)))
        .mut_subcommand("list", |list| {
            list.mut_arg("filter", |filter| filter.add(ArgValueCandidates::new(term_candidates)))
        })
        .mut_subcommand("undo", |undo| {
            undo.mut_arg("id", |id| id.add(ArgValueCandidates::new(change_candidates)))
        })
}

/// Returns the terms of a filter, or their beginnings: all but `marked`, since only the screen has
/// marks.
fn filter_terms() -> impl Iterator<Item = (String, &'static str)> {
    let terms = filter::TERMS.into_iter().filter(|term| term.name != "marked");
    terms.flat_map(|term| {
        let begun = format!("{}{}", term.name, term.operator);
        // A colon alone says nothing if the values are known.
        let begun = Some(begun).filter(|_| term.values.is_empty() || term.operator != ":");
        let whole = term.values.iter().map(move |value| format!("{}:{value}", term.name));
        begun.into_iter().chain(whole).map(move |text| (text, term.finds))
    })
}

fn term_candidates() -> Vec<CompletionCandidate> {
    filter_terms()
        .map(|(term, finds)| CompletionCandidate::new(term).help(Some(finds.into())))
        .chain(saved_filter_candidates())
        .collect()
}

/// Returns the saved filters. Returns none if the configuration cannot be read, since a completion
/// has no place for an error message.
fn saved_filter_candidates() -> Vec<CompletionCandidate> {
    let Ok(settings) = Settings::load(&cli::GlobalArgs::default()) else { return Vec::new() };
    let candidate = |(name, filter): NamedFilter| {
        let help = escape_hidden(&filter.value).into_owned();
        CompletionCandidate::new(format!("@{name}")).help(Some(help.into()))
    };
    settings.filters.into_iter().map(candidate).collect()
}

/// The number of changes that are offered, the latest ones.
const MAX_CHANGES_OFFERED: usize = 20;

/// Returns the latest changes of the configured journal. Returns none if the configuration or the
/// journal cannot be read.
fn change_candidates() -> Vec<CompletionCandidate> {
    let Ok(context) = CommandContext::load(&cli::GlobalArgs::default()) else { return Vec::new() };
    let Ok(journal) = context.journal() else { return Vec::new() };
    let scan = search_from_end(0, |bytes| {
        let scan = journal.scan_end(bytes, &mut |_, _| {})?;
        Ok((scan.len() >= MAX_CHANGES_OFFERED || scan.is_complete()).then_some(scan))
    });
    let Ok(mut scan) = scan else { return Vec::new() };
    let candidate = |entry: JournalEntry| {
        let help = format!("{}, {}", entry.intent.key_and_owner(), entry.intent.transition());
        CompletionCandidate::new(&*entry.intent.id).help(Some(help.into()))
    };
    let offered = scan.len().saturating_sub(MAX_CHANGES_OFFERED)..scan.len();
    let mut candidates: Vec<_> =
        offered.filter_map(|number| scan.entry(number).ok()).map(candidate).collect();
    candidates.reverse();
    candidates
}

/// Returns the names of the configured profiles. Returns none if the files
/// cannot be read, since a completion has no place for an error message.
fn profile_candidates() -> Vec<CompletionCandidate> {
    let Ok(runtime) = tokio::runtime::Builder::new_current_thread().build() else {
        return Vec::new();
    };
    let profiles = runtime.block_on(aws::list_profiles(&Environment::Process)).unwrap_or_default();
    let candidate = |profile: crate::model::Profile| {
        CompletionCandidate::new(profile.name.to_string())
            .help(Some(profile.kind.to_string().into()))
    };
    // The terminal would interpret control characters in a name.
    profiles
        .into_iter()
        .filter(|profile| *escape_hidden(&profile.name) == *profile.name)
        .map(candidate)
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_offered_term_is_valid() {
        for (term, _) in filter_terms() {
            let value = match term.trim_end_matches(['>', '<', ':', '/']) {
                whole if whole == term => "",
                "keys" | "active" => "1",
                "path" => "a/",
                _ => "1d",
            };
            let finished = format!("{term}{value}");
            assert!(filter::Filter::parse(&finished, jiff::Timestamp::now()).is_ok(), "{finished}");
        }
    }
}
