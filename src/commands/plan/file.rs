//! Files with plans.

use std::io;
use std::path::Path;

use crate::commands::error::CommandError;
use crate::model::{SessionContext, escape_hidden};
use crate::ops::plan::{Plan, PlanFileError, is_plan_id};

/// Reads a plan from a file, or from standard input for `-`.
///
/// # Errors
/// Returns an error if it cannot be read, or is not a plan.
pub(in crate::commands) fn read_plan(path: &Path) -> Result<Plan, CommandError> {
    let read = if path.as_os_str() == "-" {
        Plan::read(&mut io::stdin().lock())
    } else {
        Plan::read_file(path)
    };
    read.map_err(|error| {
        let name = escape_hidden(&path.to_string_lossy()).into_owned();
        match error {
            PlanFileError::Unreadable(error) => CommandError::UnreadableFile(name, error),
            PlanFileError::Invalid(error) => CommandError::InvalidPlan(name, error),
        }
    })
}

/// Returns the ID of a plan, given the ID or the name of the plan's file.
///
/// # Errors
/// Returns an error if the file cannot be read, or is not a plan.
pub(in crate::commands) fn read_plan_id(text: &str) -> Result<String, CommandError> {
    if is_plan_id(text) && !Path::new(text).exists() {
        return Ok(text.to_owned());
    }
    read_plan(Path::new(text)).map(|plan| plan.id.to_string())
}

/// Checks that a session is in the account of a plan.
///
/// # Errors
/// Returns an error if it is in another one, or at another endpoint.
pub(in crate::commands) fn check_account(
    plan: &Plan,
    session_context: &SessionContext,
) -> Result<(), CommandError> {
    if plan.is_of(session_context) {
        return Ok(());
    }
    Err(CommandError::PlanOfOtherAccount {
        plan: Box::new((plan.account.clone(), plan.account_name.clone(), plan.endpoint.clone())),
        session_context: Box::new(session_context.clone()),
    })
}
