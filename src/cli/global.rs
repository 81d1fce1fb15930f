//! The options of all commands.

use std::path::PathBuf;

use clap::{Args, ValueEnum};
use thiserror::Error;

/// The heading of the options that are spelled as in the AWS CLI.
pub(crate) const AWS_HEADING: &str = "AWS options (as in the AWS CLI)";

/// The options that may stand before or after any command.
#[expect(clippy::struct_excessive_bools, reason = "one per command-line flag")]
#[derive(Args, Clone, Debug, Default, PartialEq)]
pub(crate) struct GlobalArgs {
    /// Use this AWS profile, even if the environment has credentials
    #[arg(long, global = true, value_name = "NAME", help_heading = AWS_HEADING)]
    pub profile: Option<String>,
    /// Use this region; it selects the partition, which has one IAM endpoint
    #[arg(long, global = true, value_name = "REGION", help_heading = AWS_HEADING)]
    pub region: Option<String>,
    /// Call this endpoint instead of AWS; every screen and result then shows NOT AWS
    #[arg(long, global = true, value_name = "URL", help_heading = AWS_HEADING, value_parser = endpoint_url)]
    pub endpoint_url: Option<String>,
    /// Trust the CA certificates in this PEM file
    #[arg(long, global = true, value_name = "FILE", help_heading = AWS_HEADING)]
    pub ca_bundle: Option<PathBuf>,
    /// Do not verify TLS certificates
    #[arg(long, global = true, help_heading = AWS_HEADING)]
    pub no_verify_ssl: bool,
    /// Read timeout of a call in seconds; 0 means no timeout
    #[arg(long, global = true, value_name = "SECONDS", help_heading = AWS_HEADING)]
    pub cli_read_timeout: Option<u32>,
    /// Connection timeout in seconds; 0 means no timeout
    #[arg(long, global = true, value_name = "SECONDS", help_heading = AWS_HEADING)]
    pub cli_connect_timeout: Option<u32>,
    /// Write a debug log, without secrets or request bodies, to FILE or to the state directory
    #[arg(
        long, global = true, value_name = "FILE", num_args = 0..=1, require_equals = true, help_heading = AWS_HEADING
    )]
    #[expect(
        clippy::option_option,
        reason = "the option may be absent, given without a file, or given with one"
    )]
    pub debug: Option<Option<PathBuf>>,
    /// Work in this account: its ID, or its name in Identity Center
    #[arg(long, global = true, value_name = "ID|NAME", help_heading = KEYFLIP_HEADING)]
    pub account: Option<String>,
    /// Role to use in other accounts, instead of those in the configuration
    #[arg(long, global = true, value_name = "NAME", help_heading = KEYFLIP_HEADING)]
    pub role: Option<String>,
    /// MFA code to use when the profile requires one
    #[arg(long, global = true, value_name = "CODE", help_heading = KEYFLIP_HEADING)]
    pub mfa_code: Option<String>,
    /// Use the built-in demo account: no calls to AWS, and a separate journal
    #[arg(long, global = true, help_heading = KEYFLIP_HEADING)]
    pub demo: bool,
    /// Open a session that cannot change keys
    #[arg(long, global = true, help_heading = KEYFLIP_HEADING)]
    pub read_only: bool,
    /// Reason for the changes, recorded in the journal
    #[arg(long, global = true, value_name = "TEXT", help_heading = KEYFLIP_HEADING)]
    pub reason: Option<String>,
    /// Journal file; - writes the journal to standard error
    #[arg(long, global = true, value_name = "PATH", help_heading = KEYFLIP_HEADING)]
    pub journal: Option<PathBuf>,
    /// Configuration file to read instead of the default one
    #[arg(long, global = true, value_name = "PATH", help_heading = KEYFLIP_HEADING)]
    pub config: Option<PathBuf>,
    /// Print no progress, summaries or status lines; warnings and errors stay
    #[arg(long, short, global = true, help_heading = KEYFLIP_HEADING)]
    pub quiet: bool,
    /// Theme of the screen
    #[arg(long, global = true, value_enum, value_name = "NAME", help_heading = KEYFLIP_HEADING)]
    pub theme: Option<ThemeName>,
    /// Draw the screen and sign-in codes with ASCII characters only; other output stays the same
    #[arg(long, global = true, help_heading = KEYFLIP_HEADING)]
    pub ascii: bool,
    /// Do not use colors
    #[arg(long, global = true, help_heading = KEYFLIP_HEADING)]
    pub no_color: bool,
    /// Use the mouse; the terminal can then not select text with it
    #[arg(long, global = true, help_heading = KEYFLIP_HEADING)]
    pub mouse: bool,
    /// Show text instead of spinners
    #[arg(long, global = true, help_heading = KEYFLIP_HEADING)]
    pub no_animation: bool,
}

/// The name of a theme.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum ThemeName {
    /// The colors of the terminal
    Default,
    /// Bold and reverse video, for poor screens or poor light
    HighContrast,
    /// No colors
    Mono,
}

impl ThemeName {
    /// Returns the name as the command line and the configuration file spell it.
    pub(crate) fn as_str(self) -> &'static str {
        match self {
            Self::Default => "default",
            Self::HighContrast => "high-contrast",
            Self::Mono => "mono",
        }
    }
}

/// The heading of all other options.
const KEYFLIP_HEADING: &str = "Options of keyflip";

/// Checks the form of an endpoint's URL. One that may contain a password is
/// accepted here and refused where it is used, since clap would show it.
fn endpoint_url(text: &str) -> Result<String, ValueError> {
    let rest = text.strip_prefix("http://").or_else(|| text.strip_prefix("https://"));
    match rest {
        _ if text.contains('@') => Ok(text.to_owned()),
        Some(host) if !host.is_empty() && !host.starts_with('/') => Ok(text.to_owned()),
        _ => Err(ValueError::Endpoint),
    }
}

/// A value of an option that has the wrong form.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Error)]
pub(crate) enum ValueError {
    /// Not the URL of an endpoint.
    #[error("write an endpoint as http://<hostname>/ or https://<hostname>/")]
    Endpoint,
    /// Not a duration.
    #[error("write a duration such as 500ms, 30s, 12h or 90d")]
    Duration,
    /// Not a rate.
    #[error("the rate must be a number above 0")]
    Rate,
    /// Not a number of events.
    #[error("write a number from 1 to 1000000")]
    MaxEvents,
}
