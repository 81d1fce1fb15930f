//! The commands and their arguments.

use std::path::PathBuf;
use std::time::Duration;

use clap::{Args, Subcommand, ValueEnum};

use super::activity::ActivityArgs;
use super::global::ValueError;
use super::list::ListArgs;
use super::plan::{ApplyArgs, PlanArgs};
use super::report::ReportArgs;
use super::values::{ConfirmArgs, Format, TextOrJson, parse_duration};

/// A command of keyflip.
#[derive(Clone, Debug, Subcommand)]
pub(crate) enum Command {
    /// List users and access keys, optionally filtered
    List(ListArgs),
    /// Find key IDs in any text, and look up account, owner, status and last use
    Find(FindArgs),
    /// Show what a key has done, from CloudTrail's event history
    Activity(ActivityArgs),
    /// Print a report for an audit
    Report(ReportArgs),
    /// List the accounts within reach, and the route to each
    Accounts(AccountsArgs),
    /// Deactivate keys, and verify that IAM reports them Inactive
    Deactivate(SetStatusArgs),
    /// Activate keys, and verify that IAM reports them Active
    Activate(ActivateArgs),
    /// Write a plan: the active keys that match a filter, to review and to apply later
    Plan(PlanArgs),
    /// Deactivate the keys of a plan, except those used or changed since
    Apply(ApplyArgs),
    /// Change the status of one key, with the options and output of `aws iam update-access-key`
    UpdateAccessKey,
    /// Show which keys were changed, when and by whom
    Journal(JournalArgs),
    /// Undo a change, unless someone else changed the key since
    Undo(UndoArgs),
    /// Sign in to IAM Identity Center, with a browser on this or any other device
    Login(LoginArgs),
    /// Serve a demo account on this machine, and print how to use it
    Demo(DemoArgs),
    /// Print shell completions
    Completions {
        /// The shell to complete for
        shell: clap_complete::Shell,
    },
    /// Print the manual page
    Man,
    /// Print the effective configuration and the source of each value
    Config,
    /// Print an IAM policy with the permissions that keyflip needs
    Policy {
        /// The policy to print; without a name, all are listed
        #[arg(value_enum)]
        name: Option<PolicyName>,
    },
}

/// An IAM policy with exactly the actions that keyflip calls.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum PolicyName {
    /// List, find and show users and keys
    Browse,
    /// The same, and activate or deactivate any user's keys
    BrowseAndToggle,
    /// Find, activate or deactivate only the caller's own keys
    OwnKeyOnly,
    /// Read what a key has done (CloudTrail); for use beside one of the others
    Activity,
    /// Assume the role KeyflipResponder in other accounts
    Hub,
    /// For the role KeyflipResponder: list, find, activate and deactivate keys by commands
    Responder,
}

/// The arguments of `keyflip find`.
#[derive(Args, Clone, Debug)]
#[command(after_help = "\
Examples:
  keyflip find AKIARZPUZDIKFYHOWX26
  keyflip find - --all-profiles --format json < alert.txt
  keyflip find - --any-account < alert.txt")]
pub(crate) struct FindArgs {
    /// Text that contains key IDs; - reads standard input
    #[arg(required = true, value_name = "TEXT")]
    pub text: Vec<String>,
    /// Print in this format
    #[arg(long, value_enum, default_value_t, visible_alias = "output")]
    pub format: Format,
    /// Look in the accounts of all configured profiles
    #[arg(long, conflicts_with_all = ["any_account", "all_accounts"])]
    pub all_profiles: bool,
    #[command(flatten)]
    pub any_account: AnyAccountArgs,
    /// Look in every account that Identity Center assigns to you, for keys without a whole ID
    #[arg(long, conflicts_with = "any_account")]
    pub all_accounts: bool,
}

/// Whether keys are followed into other accounts.
#[derive(Args, Clone, Copy, Debug)]
pub(crate) struct AnyAccountArgs {
    /// Follow each key into the account that its ID names
    #[arg(long)]
    pub any_account: bool,
    /// With --any-account: send nothing if the keys are in more accounts than this
    #[arg(long, value_name = "NUMBER", default_value_t = 20, requires = "any_account")]
    pub max_accounts: usize,
}

/// The arguments of `keyflip accounts`.
#[derive(Args, Clone, Debug)]
#[command(
    before_long_help = "\
The accounts are those that Identity Center assigns to you, and those of your profiles. The route is
how keyflip would get in: a profile, or Identity Center.",
    after_help = "\
Examples:
  keyflip accounts prod                  accounts whose ID, name or e-mail contains prod
  keyflip accounts 'team-00??' --roles   also the roles in each, one call per account
  keyflip list --account acme-prod       use an account of the list"
)]
pub(crate) struct AccountsArgs {
    /// Words that the ID, the name or the e-mail address contains; * matches any text, ? one
    /// character
    #[arg(value_name = "FILTER")]
    pub filter: Vec<String>,
    /// Ask Identity Center for the roles in each account
    #[arg(long)]
    pub roles: bool,
    /// Print in this format
    #[arg(long, value_enum, default_value_t, visible_alias = "output")]
    pub format: Format,
}

/// The arguments of `keyflip deactivate`, and the options of a change of status.
#[derive(Args, Clone, Debug)]
#[command(
    before_long_help = "\
The key's owner is looked up in the account of the profile, and with --any-account in the account
that the key's ID names. Existing sessions of a deactivated key stay valid until they expire.",
    after_help = "\
Examples:
  keyflip deactivate AKIARZPUZDIKFYHOWX26 --reason 'INC-42, seen on a forum'
  keyflip deactivate - --yes --format json < key-ids.txt
  keyflip deactivate - --any-account --yes < key-ids.txt"
)]
pub(crate) struct SetStatusArgs {
    /// The key IDs; - reads one per line from standard input
    #[arg(required = true, value_name = "KEY_ID")]
    pub key_ids: Vec<String>,
    #[command(flatten)]
    pub any_account: AnyAccountArgs,
    #[command(flatten)]
    pub confirmation: ConfirmArgs,
    /// Print in this format
    #[arg(long, value_enum, default_value_t, visible_alias = "output")]
    pub format: TextOrJson,
}

/// The arguments of `keyflip activate`.
#[derive(Args, Clone, Debug)]
#[command(
    before_long_help = "\
The key's owner is looked up in the account of the profile, and with --any-account in the account
that the key's ID names.",
    after_help = "\
Examples:
  keyflip activate AKIARZPUZDIKFYHOWX26 --reason 'INC-42 is closed'
  keyflip activate - --any-account --yes < key-ids.txt"
)]
pub(crate) struct ActivateArgs {
    /// The key IDs; - reads one per line from standard input
    #[arg(required = true, value_name = "KEY_ID")]
    pub key_ids: Vec<String>,
    #[command(flatten)]
    pub any_account: AnyAccountArgs,
    /// Do not ask for confirmation; required without a terminal
    #[arg(long, short)]
    pub yes: bool,
    /// Print in this format
    #[arg(long, value_enum, default_value_t, visible_alias = "output")]
    pub format: TextOrJson,
}

impl From<ActivateArgs> for SetStatusArgs {
    /// Converts the arguments. An activation locks nobody out.
    fn from(args: ActivateArgs) -> Self {
        let ActivateArgs { key_ids, any_account, yes, format } = args;
        let confirmation = ConfirmArgs { yes, yes_lock_me_out: false };
        Self { key_ids, any_account, confirmation, format }
    }
}

/// The arguments of `keyflip journal`.
#[derive(Args, Clone, Debug)]
#[command(after_help = "\
Examples:
  keyflip journal
  keyflip journal --account 123456789012
  keyflip journal AKIARZPUZDIKFYHOWX26 --format markdown --activity --any-account > incident.md")]
pub(crate) struct JournalArgs {
    /// Show only the changes of these keys; without a key ID, all are shown
    #[arg(value_name = "KEY_ID")]
    pub key_ids: Vec<String>,
    /// Print in this format
    #[arg(long, value_enum, default_value_t, visible_alias = "output")]
    pub format: JournalFormat,
    /// With --format markdown: add what each key has done, from CloudTrail's event history
    #[arg(long)]
    pub activity: bool,
    /// With --activity: start of the window, as in keyflip activity
    #[arg(long, value_name = "TIME", requires = "activity")]
    pub since: Option<String>,
    /// With --activity: further Regions to ask instead of those in the configuration, separated by
    /// commas, or all
    #[arg(long, value_name = "LIST|all", requires = "activity")]
    pub regions: Option<String>,
    /// With --activity: follow each key into the account that its ID names
    #[arg(long, requires = "activity")]
    pub any_account: bool,
}

/// An output format of the journal.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, ValueEnum)]
pub(crate) enum JournalFormat {
    /// Aligned columns, for people
    #[default]
    Table,
    /// One JSON array
    Json,
    /// An incident record to paste into a ticket
    Markdown,
}

/// The arguments of `keyflip undo`.
#[derive(Args, Clone, Debug)]
#[command(after_help = "\
Examples:
  keyflip undo                           the last change in this account
  keyflip undo AKIARZPUZDIKFYHOWX26      the last change of this key
  keyflip undo 20261124T140211Z-k7q2x --to Active
  keyflip undo --plan plan.json          all changes of this plan, the last one first")]
pub(crate) struct UndoArgs {
    /// The change to undo: its ID in the journal, or a key ID for that key's last change. If left
    /// out, the last change in this account
    #[arg(value_name = "ID")]
    pub id: Option<String>,
    /// Undo all changes of a plan, except those of keys that were changed since: its file, or its
    /// ID; - reads it from standard input
    #[arg(long, value_name = "PLAN|ID", conflicts_with_all = ["id", "to"])]
    pub plan: Option<String>,
    /// The status to set, if the journal does not have the former one
    #[arg(long, value_enum, value_name = "STATUS")]
    pub to: Option<StatusArg>,
    #[command(flatten)]
    pub confirmation: ConfirmArgs,
    /// Print in this format
    #[arg(long, value_enum, default_value_t, visible_alias = "output")]
    pub format: TextOrJson,
}

/// The arguments of `keyflip login`.
#[derive(Args, Clone, Debug)]
#[command(
    before_long_help = "\
Prints a code and the address of a page. Approve the code there, in a browser on any device: this
machine needs none. The token is saved where the AWS CLI and the SDKs look for it.

Without an option, signs in to the session of the profile, else to the only one in the AWS
configuration.",
    after_help = "\
Examples:
  keyflip login
  keyflip login --sso-session corp
  keyflip login --profile prod --no-browser"
)]
pub(crate) struct LoginArgs {
    /// The name of the [sso-session] in the AWS configuration, or a start URL
    #[arg(long, value_name = "NAME", conflicts_with = "profile")]
    pub sso_session: Option<String>,
    /// Sign in with a browser on this machine, without a code; the browser redirects to a port on
    /// 127.0.0.1
    #[arg(long, conflicts_with = "no_browser")]
    pub browser: bool,
    /// Do not open a browser, even if this machine has a display
    #[arg(long)]
    pub no_browser: bool,
}

/// A status that can be set, spelled as in IAM.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum StatusArg {
    /// The key can sign requests
    #[value(name = "Active")]
    Active,
    /// The key cannot sign requests
    #[value(name = "Inactive")]
    Inactive,
}

/// The values of `--faults`. A test of the demo parses each example.
const FAULTS_HELP: &str = r#"Faults: one JSON object with any of these members (times in seconds):
  {"throttle": {"probability": 0.5}}                                throttle half of the calls
  {"server_error": {"operations": ["ListAccessKeys"], "times": 3}}  respond with 500 three times
  {"server_error_after": {"operations": ["UpdateAccessKey"]}}       respond with 500 after the change
  {"hang_after": {"operations": ["UpdateAccessKey"]}}               no response after the change
  {"latency": {"fixed": 0.3, "jitter": 0.2}}                        respond after 0.3 to 0.5 s
  {"stale": {"seconds": 5}}                                         reads lag 5 s behind changes
  {"permissions": {"deny": ["GetAccessKeyLastUsed"]}}               deny this operation
  {"report": {"never_ready": true}}                                 never finish a credential report
  {"report": {"cut": 40}}                                           leave out its last 40 bytes
  {"portal_rate": {"per_second": 5, "burst": 10}}                   throttle the portal (see below)
  {"throttle": {"operations": ["ListAccountRoles"], "times": 2}}    respond with 429 twice
  {"cloudtrail": {"denied_regions": ["eu-west-1"]}}                 deny LookupEvents there
  {"cloudtrail": {"short_pages": true, "events": 50000}}            pages end early; many events
  {"cloudtrail_rate": {"per_second": 20, "burst": 20}}              allow 20 LookupEvents a second

--rate limits calls of IAM and STS. The portal of Identity Center allows 20 calls per second, as in
AWS, and CloudTrail 2 per second in each account and Region. The portal accepts the token
demo-sso-token, approves each device code after the second poll, and lets each browser in at once. The
address /_demo/organization lists the member accounts. With --files, the
directory also gets an [sso-session demo] and a cached token for it. Programs look for the token in
~/.aws, so use a home directory of its own:
  keyflip demo --organization 20 --files /tmp/demo/.aws   (then: export HOME=/tmp/demo)"#;

/// The arguments of `keyflip demo`.
#[derive(Args, Clone, Debug)]
#[command(
    after_help = "\
Examples:
  keyflip demo                           serve the account, and print how to use it
  keyflip demo --users 5000 --latency 50ms",
    before_long_help = FAULTS_HELP
)]
pub(crate) struct DemoArgs {
    /// The port to listen on; 0 takes a free one
    #[arg(long, default_value_t = 0)]
    pub port: u16,
    /// Serve a generated account with this number of users instead of the built-in one
    #[arg(long, value_name = "NUMBER")]
    pub users: Option<u32>,
    /// Add an organization with this number of member accounts (1 to 5000), reached through IAM
    /// Identity Center or the role OrganizationAccountAccessRole
    #[arg(long, value_name = "NUMBER", value_parser = clap::value_parser!(u32).range(1..=5_000))]
    pub organization: Option<u32>,
    /// Delay each response, for example 50ms or 2s
    #[arg(long, value_name = "DURATION", default_value = "0ms", value_parser = parse_duration)]
    pub latency: Duration,
    /// Throttle calls above this number per second
    #[arg(long, value_name = "CALLS", value_parser = parse_rate)]
    pub rate: Option<f64>,
    /// Let this number of calls pass at once before throttling
    #[arg(long, value_name = "CALLS", requires = "rate")]
    pub burst: Option<u32>,
    /// Write AWS config and credentials files with the demo's profiles to this directory; other
    /// files of these names are not replaced
    #[arg(long, value_name = "DIRECTORY")]
    pub files: Option<PathBuf>,
    /// Faults to inject: JSON (--help has examples), or a file that contains it
    #[arg(long, value_name = "FILE|JSON")]
    pub faults: Option<String>,
}

fn parse_rate(text: &str) -> Result<f64, ValueError> {
    let rate = text.parse().ok().filter(|rate: &f64| rate.is_finite() && *rate > 0.0);
    rate.ok_or(ValueError::Rate)
}
