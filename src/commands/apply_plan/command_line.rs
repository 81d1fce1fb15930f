//! Commands for the user to run next.

use std::path::Path;

use crate::cli::GlobalArgs;
use crate::model::{escape_hidden, shell_quote};

/// Returns the command that runs, without an MFA code, which is used up; `None` if an argument is
/// not text.
pub(super) fn again() -> Option<String> {
    let arguments = std::env::args_os().skip(1).map(|argument| argument.into_string().ok());
    Some(without_mfa_code(arguments.collect::<Option<Vec<_>>>()?))
}

fn without_mfa_code(arguments: Vec<String>) -> String {
    let mut command = "keyflip".to_owned();
    let mut arguments = arguments.into_iter();
    while let Some(argument) = arguments.next() {
        if argument == "--mfa-code" {
            arguments.next();
        } else if !argument.starts_with("--mfa-code=") {
            push(&mut command, &argument);
        }
    }
    command
}

/// Returns the command that undoes a plan, with the options that select the account and the
/// journal.
pub(super) fn undo_plan(plan: &str, global: &GlobalArgs) -> String {
    let mut command = format!("keyflip undo --plan {plan}");
    let options = [
        ("--profile", global.profile.as_deref().map(Into::into)),
        ("--region", global.region.as_deref().map(Into::into)),
        ("--endpoint-url", global.endpoint_url.as_deref().map(Into::into)),
        ("--ca-bundle", global.ca_bundle.as_deref().map(Path::to_string_lossy)),
        ("--account", global.account.as_deref().map(Into::into)),
        ("--role", global.role.as_deref().map(Into::into)),
        ("--journal", global.journal.as_deref().map(Path::to_string_lossy)),
        ("--config", global.config.as_deref().map(Path::to_string_lossy)),
    ];
    for (name, value) in options {
        if let Some(value) = value {
            push(&mut command, name);
            push(&mut command, &value);
        }
    }
    if global.no_verify_ssl {
        push(&mut command, "--no-verify-ssl");
    }
    command
}

fn push(command: &mut String, argument: &str) {
    command.push(' ');
    command.push_str(&shell_quote(&escape_hidden(argument)));
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_next_command_has_the_options_of_this_one() {
        let arguments = ["apply", "my plan.json", "--mfa-code", "123456", "--mfa-code=1", "--yes"];
        let again = without_mfa_code(arguments.map(str::to_owned).to_vec());
        assert_eq!(again, "keyflip apply 'my plan.json' --yes");
        let global = GlobalArgs {
            profile: Some("prod".into()),
            journal: Some("/tmp/a b".into()),
            ..GlobalArgs::default()
        };
        let undo = "keyflip undo --plan P --profile prod --journal '/tmp/a b'";
        assert_eq!(undo_plan("P", &global), undo);
    }
}
