//! `keyflip policy`: prints an IAM policy with the permissions that keyflip needs.

use clap::ValueEnum as _;

use crate::cli::PolicyName;
use crate::commands::error::CommandError;
use crate::commands::exit::Exit;
use crate::commands::output;

/// Prints a policy as JSON, or without a name the names and what each policy grants.
///
/// # Errors
/// Returns an error if nothing can be printed.
pub(super) fn run(name: Option<PolicyName>) -> Result<Exit, CommandError> {
    match name {
        Some(name) => output::print(document(name)),
        None => output::print(&list()),
    }
}

/// Returns a policy as JSON.
fn document(name: PolicyName) -> &'static str {
    match name {
        PolicyName::Browse => include_str!("../../assets/policies/browse.json"),
        PolicyName::BrowseAndToggle => {
            include_str!("../../assets/policies/browse-and-toggle.json")
        }
        PolicyName::Activity => include_str!("../../assets/policies/activity.json"),
        PolicyName::Hub => include_str!("../../assets/policies/hub.json"),
        PolicyName::Responder => include_str!("../../assets/policies/responder.json"),
        PolicyName::OwnKeyOnly => include_str!("../../assets/policies/own-key-only.json"),
    }
}

/// Returns a line for each policy: its name, and its help on the command line.
fn list() -> String {
    let policies: Vec<_> =
        PolicyName::value_variants().iter().filter_map(PolicyName::to_possible_value).collect();
    let width = policies.iter().map(|policy| policy.get_name().len()).max().unwrap_or_default();
    let mut text = String::new();
    for policy in &policies {
        let grants = policy.get_help().map(ToString::to_string).unwrap_or_default();
        text.extend([&*format!("{:width$}  {grants}", policy.get_name()), "\n"]);
    }
    text
}
