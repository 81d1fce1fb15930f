//! The options of `update-access-key`, which are those of the AWS CLI.

use clap::Arg;
use clap::builder::PossibleValuesParser;

use super::AWS_HEADING;

/// The notes of `update-access-key`.
const UPDATE_ACCESS_KEY_NOTES: &str = "\
A value may be file://PATH. Prints nothing and exits with 0 when IAM has accepted the change. Exit
codes and errors of the service are those of AWS CLI 2. Values that IAM's service model does not
allow are refused before anything is sent, with exit code 252. --no-sign-request and
--cli-auto-prompt are not supported.

Like the AWS CLI, it asks nothing, and changes the key that signs this session, too. It needs the
permission iam:UpdateAccessKey, and with --verify iam:ListAccessKeys. Unlike the AWS CLI, it writes
the change to the journal first. If it cannot, it sends nothing and exits with 255; with --journal -
it writes to standard error instead of a file.";

/// Its example.
const UPDATE_ACCESS_KEY_EXAMPLE: &str = "\
Example:
  keyflip update-access-key --user-name svc-billing-0042 \\
      --access-key-id AKIARZPUZDIKFYHOWX26 --status Inactive --verify";

/// The heading of the parameters of `update-access-key`.
pub(super) const PARAMETERS_HEADING: &str = "Parameters (as in aws iam update-access-key)";

/// Adds the options of `update-access-key`, for help, completions and the manual page.
pub(super) fn documented_update_access_key(command: clap::Command) -> clap::Command {
    let under =
        |heading: &'static str, name: &'static str, value: &'static str, help: &'static str| {
            Arg::new(name).long(name).value_name(value).help(help).help_heading(heading)
        };
    let parameter = |name, value, help| under(PARAMETERS_HEADING, name, value, help);
    let option = |name, value, help| under(AWS_HEADING, name, value, help);
    let flag = |name: &'static str, help: &'static str| {
        Arg::new(name)
            .long(name)
            .help(help)
            .help_heading(AWS_HEADING)
            .action(clap::ArgAction::SetTrue)
    };
    command
        .arg(parameter(
            "user-name",
            "NAME",
            "The user; if left out, the one whose key signs the call",
        ))
        .arg(parameter("access-key-id", "KEY_ID", "The key ID"))
        .arg(parameter("status", "STATUS", "The new status: Active or Inactive"))
        .arg(parameter("cli-input-json", "JSON", "JSON with parameters; options override it"))
        .arg(parameter("cli-input-yaml", "YAML", "YAML with parameters; options override it"))
        .arg(
            parameter(
                "generate-cli-skeleton",
                "KIND",
                "Print an input template, or check the input (output)",
            )
            .num_args(0..=1)
            .value_parser(PossibleValuesParser::new(["input", "yaml-input", "output"])),
        )
        .arg(option("output", "FORMAT", "Output format; the output is empty in each").value_parser(
            PossibleValuesParser::new(["json", "text", "table", "yaml", "yaml-stream", "off"]),
        ))
        .arg(option("query", "EXPRESSION", "JMESPath expression about the output, an empty object"))
        .arg(
            option("cli-error-format", "FORMAT", "Format of errors on standard error")
                .value_parser(PossibleValuesParser::new([
                    "legacy", "json", "yaml", "text", "table", "enhanced",
                ])),
        )
        .arg(
            option("color", "WHEN", "Colors; errors never have any")
                .value_parser(PossibleValuesParser::new(["on", "off", "auto"])),
        )
        .arg(
            option("cli-binary-format", "FORMAT", "Format of binary parameters; there are none")
                .value_parser(PossibleValuesParser::new(["base64", "raw-in-base64-out"])),
        )
        .arg(flag("no-cli-pager", "Do not use a pager; keyflip never does"))
        .arg(flag("no-paginate", "Do not paginate; there is one page"))
        .arg(flag("no-cli-auto-prompt", "Do not prompt for parameters; keyflip never does"))
        .arg(
            Arg::new("verify")
                .long("verify")
                .action(clap::ArgAction::SetTrue)
                .help("Read the key until IAM reports the new status (not in the AWS CLI)"),
        )
        .before_long_help(UPDATE_ACCESS_KEY_NOTES)
        .after_help(UPDATE_ACCESS_KEY_EXAMPLE)
}
