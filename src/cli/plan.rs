//! The arguments of `keyflip plan` and `keyflip apply`.

use std::path::PathBuf;
use std::time::Duration;

use clap::{Args, Subcommand, ValueEnum};
use jiff::SignedDuration;

use super::values::{ConfirmArgs, TextOrJson, parse_duration};

/// The arguments of `keyflip plan`.
#[derive(Args, Clone, Debug)]
#[command(
    args_conflicts_with_subcommands = true,
    subcommand_negates_reqs = true,
    after_help = "\
The filter has the terms of keyflip list, and only active keys are planned. Words are refused, since
they also find similar names; saved filters (@stale) are expanded. A key that could not be checked is
not planned but counted, and the exit code is 1. Keys and users in the file of exceptions are left
out: one key ID, user name or pattern per line, with the reason after #.

Examples:
  keyflip plan 'unused>90d' --except keep.txt --reason 'OPS-7, quarterly' > plan.json
  keyflip plan show plan.json --format markdown    for the review
  keyflip apply plan.json                          deactivates the keys, after a question
  keyflip plan status plan.json                    what was done, and which keys are active again
  keyflip undo --plan plan.json"
)]
pub(crate) struct PlanArgs {
    /// What to do with a plan that exists.
    #[command(subcommand)]
    pub command: Option<PlanCommand>,
    /// Terms such as unused>90d (see keyflip list --help), and names of saved filters
    #[arg(value_name = "FILTER", required = true)]
    pub filter: Vec<String>,
    /// Leave out the keys and users in this file
    #[arg(long, value_name = "FILE")]
    pub except: Option<PathBuf>,
}

/// A command about a plan that exists.
#[derive(Clone, Debug, Subcommand)]
pub(crate) enum PlanCommand {
    /// Print a plan for review; no calls to AWS
    Show(PlanFileArgs),
    /// Print what became of each key of a plan
    Status(PlanStatusArgs),
}

/// The arguments of the commands that print a plan.
#[derive(Args, Clone, Debug)]
pub(crate) struct PlanFileArgs {
    /// The file that keyflip plan has written; - reads standard input
    pub plan: PathBuf,
    /// Print in this format
    #[arg(long, value_enum, default_value_t, visible_alias = "output")]
    pub format: PlanFormat,
}

/// The arguments of `keyflip plan status`.
#[derive(Args, Clone, Debug)]
#[command(after_help = "\
The state of a key is “applied”, “undone” or “activated again” if the plan has deactivated it, and
“open” if keyflip apply would deactivate it now. Any other state is the reason for which keyflip apply
skips it. Give the --keep-used-within that you give to keyflip apply.

The exit code is 1 if a status or a last use could not be read.")]
pub(crate) struct PlanStatusArgs {
    /// The plan and the format.
    #[command(flatten)]
    pub file: PlanFileArgs,
    /// When the last active key of a user is kept.
    #[command(flatten)]
    pub keep: KeepArgs,
}

/// An output format of plans.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, ValueEnum)]
pub(crate) enum PlanFormat {
    /// Aligned columns, for people
    #[default]
    Table,
    /// A document to paste into a ticket
    Markdown,
    /// Comma-separated values with a header
    Csv,
    /// JSON
    Json,
}

/// The arguments of `keyflip apply`.
#[derive(Args, Clone, Debug)]
#[command(after_help = "\
Each key is read again right before its change. Keys that were used or changed since, and keys that
sign this session, are skipped. To go on after an interruption, run the same command again: what the
journal says is done is not done again. A plan changes a key once: one that was activated again stays
active. If a run is killed while a change is in progress, it may not be known whether someone has
activated the key since: such a key is changed only after a question, or with --retry-interrupted.")]
pub(crate) struct ApplyArgs {
    /// The file that keyflip plan has written; - reads standard input
    pub plan: PathBuf,
    /// Do not ask for confirmation; required without a terminal
    #[arg(long, short)]
    pub yes: bool,
    /// With --yes, also change keys that an interrupted run may have changed, and someone may have
    /// activated since. Without --yes they are marked before the question
    #[arg(long, requires = "yes")]
    pub retry_interrupted: bool,
    /// Stop after this number of failures in a row
    #[arg(long, value_name = "NUMBER", default_value_t = 3, value_parser = clap::value_parser!(u32).range(1..))]
    pub max_failures: u32,
    /// When the last active key of a user is kept.
    #[command(flatten)]
    pub keep: KeepArgs,
    /// Wait between changes: 1s, 500ms
    #[arg(long, value_name = "DURATION", default_value = "1s", value_parser = parse_duration)]
    pub pause: Duration,
    /// Print in this format
    #[arg(long, value_enum, default_value_t, visible_alias = "output")]
    pub format: TextOrJson,
}

/// When the last active key of a user is kept.
#[derive(Args, Clone, Copy, Debug)]
pub(crate) struct KeepArgs {
    /// Keep a user's last active key if it was used or created within this time: 90d, 12h
    #[arg(long, value_name = "DURATION", default_value = "90d", value_parser = parse_duration)]
    keep_used_within: Duration,
}

impl KeepArgs {
    /// Returns the time.
    pub(crate) fn used_within(self) -> SignedDuration {
        SignedDuration::try_from(self.keep_used_within).unwrap_or(SignedDuration::MAX)
    }
}

impl ApplyArgs {
    /// Returns the options that replace a question. A plan does not take keys that may sign the
    /// session, so there is nothing to allow.
    pub(crate) fn confirmation(&self) -> ConfirmArgs {
        ConfirmArgs { yes: self.yes, yes_lock_me_out: false }
    }
}
