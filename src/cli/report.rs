//! The arguments of `keyflip report`.

use clap::{Args, Subcommand, ValueEnum};

/// The arguments of `keyflip report`.
#[derive(Args, Clone, Debug)]
pub(crate) struct ReportArgs {
    /// The report to print
    #[command(subcommand)]
    pub report: ReportName,
}

/// A report.
#[derive(Clone, Debug, Subcommand)]
pub(crate) enum ReportName {
    /// Check the controls about access keys of the CIS AWS Foundations Benchmark
    Cis(CisArgs),
}

/// The arguments of `keyflip report cis`.
#[derive(Args, Clone, Debug)]
#[command(
    before_long_help = "\
Controls, with their numbers in v1.4.0 and v3.0.0, in v5.0.0, and in v7.0.0:
  1.4   1.3   2.4   the root user has no access key (in v7.0.0 not even an inactive one)
  1.12  1.11  2.11  credentials unused for 45 days are disabled
  1.13  1.12  -     each user has at most one active access key
  1.14  1.13  2.12  active access keys are at most 90 days old

The controls are checked against the credential report, which has no key IDs and may be up to four
hours old. Ages count back from the time of the credential report. A control whose data is not
complete does not pass: it is “not known”.

The exit code is 0 only if every control passes, in every account.",
    after_help = "\
Examples:
  keyflip report cis > cis.md
  keyflip report cis --benchmark 7 --all-accounts --format csv > cis.csv"
)]
pub(crate) struct CisArgs {
    /// The version of the benchmark. The default is the newest one with all four controls
    #[arg(long, value_enum, value_name = "VERSION", default_value_t)]
    pub benchmark: BenchmarkVersion,
    /// Print in this format
    #[arg(long, value_enum, default_value_t, visible_alias = "output")]
    pub format: ReportFormat,
    /// Report on every account that Identity Center assigns to you
    #[arg(long)]
    pub all_accounts: bool,
}

/// A version of the
/// [CIS AWS Foundations Benchmark](https://www.cisecurity.org/benchmark/amazon_web_services).
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, ValueEnum)]
pub(crate) enum BenchmarkVersion {
    /// v1.4.0
    #[value(name = "1.4")]
    V1_4,
    /// v3.0.0
    #[value(name = "3")]
    V3,
    /// v5.0.0
    #[default]
    #[value(name = "5")]
    V5,
    /// v7.0.0
    #[value(name = "7")]
    V7,
}

/// An output format of reports.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, ValueEnum)]
pub(crate) enum ReportFormat {
    /// Tables to read and to attach to a ticket
    #[default]
    Markdown,
    /// One line per control or failing credential
    Csv,
    /// One JSON object
    Json,
}
