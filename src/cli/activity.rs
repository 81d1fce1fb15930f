//! The arguments of `activity`.

use clap::{Args, ValueEnum};

use super::global::ValueError;

/// Number of events after which reading stops unless the user asks for more, on the screen, too. At
/// two pages of 50 per second and Region, one Region takes 100 s for them.
pub(crate) const DEFAULT_MAX_EVENTS: usize = 10_000;

/// The arguments of `keyflip activity`.
#[derive(Args, Clone, Debug)]
#[command(
    before_long_help = "\
The event history has the management events of the last 90 days, some minutes after each call. Data
events, such as reading objects of S3, need a trail. Each Region has its own history: us-east-1 (with
IAM and the global STS endpoint), the Region of the last use, and those of [activity] in the
configuration are asked; --regions replaces the latter. The permission is cloudtrail:LookupEvents
(keyflip policy activity).

json and jsonl have CloudTrail's records, of any length, in which keyflip replaces secrets such as
session tokens. An event that CloudTrail sent without a readable record has
\"keyflipRecordUnreadable\": true: whether the call failed is not known.

The exit code is 1 if a Region was not read to the end or a record could not be read. ctrl-c prints what was read so far.",
    after_help = "\
Examples:
  keyflip activity AKIARZPUZDIKFYHOWX26
  keyflip activity ASIARZPUZDIKFYHOWX26 --since 24h --regions all
  keyflip activity AKIARZPUZDIKFYHOWX26 --any-account --format markdown > activity.md
  keyflip activity AKIARZPUZDIKFYHOWX26 --format jsonl | jq -r .sourceIPAddress | sort | uniq -c"
)]
pub(crate) struct ActivityArgs {
    /// The key, long-term (AKIA…) or temporary (ASIA…)
    #[arg(value_name = "KEY_ID")]
    pub key_id: String,
    /// Start of the window: a length before now such as 24h or 7d, or a date; without it, 90 days
    #[arg(long, value_name = "TIME")]
    pub since: Option<String>,
    /// End of the window, likewise; without it, now
    #[arg(long, value_name = "TIME")]
    pub until: Option<String>,
    /// Further Regions to ask instead of those in the configuration, separated by commas, or all
    #[arg(long, value_name = "LIST|all")]
    pub regions: Option<String>,
    /// Stop reading after this number of events, over all Regions
    #[arg(long, value_name = "NUMBER", default_value_t = DEFAULT_MAX_EVENTS, value_parser = parse_max_events)]
    pub max_events: usize,
    /// Follow the key into the account that its ID names
    #[arg(long)]
    pub any_account: bool,
    /// Print in this format
    #[arg(long, value_enum, default_value_t, visible_alias = "output")]
    pub format: ActivityFormat,
}

/// An output format of the activity.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, ValueEnum)]
pub(crate) enum ActivityFormat {
    /// A summary in aligned columns, for people
    #[default]
    Table,
    /// One JSON object with the summary and the events
    Json,
    /// CloudTrail's record of each event, one per line
    Jsonl,
    /// Comma-separated values with a header, one event per line
    Csv,
    /// A section of an incident record
    Markdown,
}

impl ActivityFormat {
    /// Returns whether the output has CloudTrail's records.
    pub(crate) fn has_records(self) -> bool {
        matches!(self, Self::Json | Self::Jsonl)
    }
}

fn parse_max_events(text: &str) -> Result<usize, ValueError> {
    text.parse().ok().filter(|number| (1..=1_000_000).contains(number)).ok_or(ValueError::MaxEvents)
}
