//! The options that every command takes.

use std::path::PathBuf;

use clap::{Args, ValueEnum};

/// The heading of the options that are spelled as the AWS CLI spells them.
pub(crate) const AWS_HEADING: &str = "AWS options, spelled as the AWS CLI spells them";

/// The options that stand before or after any command.
#[expect(
    clippy::struct_excessive_bools,
    reason = "each is a switch of its own on the command line"
)]
#[derive(Args, Clone, Debug, Default, PartialEq)]
pub(crate) struct GlobalArgs {
    /// Use this profile of the AWS configuration, even where the environment holds credentials
    #[arg(long, global = true, value_name = "NAME", help_heading = AWS_HEADING)]
    pub profile: Option<String>,
    /// Use this region, which tells the partition; IAM itself has one endpoint for each
    #[arg(long, global = true, value_name = "REGION", help_heading = AWS_HEADING)]
    pub region: Option<String>,
    /// Call this endpoint instead of AWS's; every screen and result then says NOT AWS
    #[arg(long, global = true, value_name = "URL", help_heading = AWS_HEADING, value_parser = endpoint_url)]
    pub endpoint_url: Option<String>,
    /// Trust the certificates in this PEM file
    #[arg(long, global = true, value_name = "FILE", help_heading = AWS_HEADING)]
    pub ca_bundle: Option<PathBuf>,
    /// Do not check the endpoint's certificate
    #[arg(long, global = true, help_heading = AWS_HEADING)]
    pub no_verify_ssl: bool,
    /// Wait so many seconds for an answer to one call; 0 waits without end
    #[arg(long, global = true, value_name = "SECONDS", help_heading = AWS_HEADING)]
    pub cli_read_timeout: Option<u32>,
    /// Wait so many seconds for a connection; 0 waits without end
    #[arg(long, global = true, value_name = "SECONDS", help_heading = AWS_HEADING)]
    pub cli_connect_timeout: Option<u32>,
    /// Write what happens to a file, without secrets or whole requests; without a name, to the state directory
    #[arg(
        long, global = true, value_name = "FILE", num_args = 0..=1, require_equals = true, help_heading = AWS_HEADING
    )]
    #[expect(clippy::option_option, reason = "absent, present, present with a file")]
    pub debug: Option<Option<PathBuf>>,
    /// Answer this code where a profile asks for one of a multi-factor device
    #[arg(long, global = true, value_name = "CODE", help_heading = KEYFLIP_HEADING)]
    pub mfa_code: Option<String>,
    /// Use the built-in demo account: no AWS account or network is touched, and the journal is one of its own
    #[arg(long, global = true, help_heading = KEYFLIP_HEADING)]
    pub demo: bool,
    /// Change nothing: the session has no way to write
    #[arg(long, global = true, help_heading = KEYFLIP_HEADING)]
    pub read_only: bool,
    /// Write this reason into the journal with each change
    #[arg(long, global = true, value_name = "TEXT", help_heading = KEYFLIP_HEADING)]
    pub reason: Option<String>,
    /// Keep the journal in this file; - writes it to standard error
    #[arg(long, global = true, value_name = "PATH", help_heading = KEYFLIP_HEADING)]
    pub journal: Option<PathBuf>,
    /// Read this configuration file instead of the usual one
    #[arg(long, global = true, value_name = "PATH", help_heading = KEYFLIP_HEADING)]
    pub config: Option<PathBuf>,
    /// Draw in this theme
    #[arg(long, global = true, value_enum, value_name = "NAME", help_heading = KEYFLIP_HEADING)]
    pub theme: Option<ThemeName>,
    /// Draw the screen with ASCII characters alone; what commands print stays as it is
    #[arg(long, global = true, help_heading = KEYFLIP_HEADING)]
    pub ascii: bool,
    /// Use no colour
    #[arg(long, global = true, help_heading = KEYFLIP_HEADING)]
    pub no_color: bool,
    /// Take clicks and the wheel, which keeps the terminal from selecting text
    #[arg(long, global = true, help_heading = KEYFLIP_HEADING)]
    pub mouse: bool,
    /// Show text where a spinner would turn
    #[arg(long, global = true, help_heading = KEYFLIP_HEADING)]
    pub no_animation: bool,
}

/// A theme's name.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum ThemeName {
    /// The terminal's own colours
    Default,
    /// Bold and reverse, for poor screens and poor light
    HighContrast,
    /// No colour at all
    Mono,
}

impl ThemeName {
    /// As it is spelled on the command line and in the configuration file.
    pub(crate) fn as_str(self) -> &'static str {
        match self {
            Self::Default => "default",
            Self::HighContrast => "high-contrast",
            Self::Mono => "mono",
        }
    }
}

const KEYFLIP_HEADING: &str = "Options of keyflip";

/// A URL with a password in it is refused where it is used: clap would show it.
fn endpoint_url(text: &str) -> Result<String, String> {
    let rest = text.strip_prefix("http://").or_else(|| text.strip_prefix("https://"));
    match rest {
        _ if text.contains('@') => Ok(text.to_owned()),
        Some(host) if !host.is_empty() && !host.starts_with('/') => Ok(text.to_owned()),
        _ => Err("an endpoint is written http://<hostname>/ or https://<hostname>/".to_owned()),
    }
}
