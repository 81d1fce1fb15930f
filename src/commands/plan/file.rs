//! Files with plans.

use std::fs::File;
use std::io::{self, Read};
use std::path::Path;

use crate::commands::error::CommandError;
use crate::model::{SessionContext, escape_hidden};
use crate::ops::plan::{MAX_PLAN_BYTES, Plan, is_plan_id};

/// Reads a plan from a file, or from standard input for `-`.
///
/// # Errors
/// Returns an error if it cannot be read, or is not a plan.
pub(in crate::commands) fn read_plan(path: &Path) -> Result<Plan, CommandError> {
    let name = || escape_hidden(&path.to_string_lossy()).into_owned();
    let unreadable = |error| CommandError::UnreadableFile(name(), error);
    let text = if path.as_os_str() == "-" {
        read_limited(&mut io::stdin().lock()).map_err(unreadable)?
    } else {
        read_limited(&mut File::open(path).map_err(unreadable)?).map_err(unreadable)?
    };
    Plan::parse(&text).map_err(|error| CommandError::InvalidPlan(name(), error))
}

/// Reads a text up to one byte more than a plan may have.
fn read_limited(reader: &mut impl Read) -> io::Result<Vec<u8>> {
    let mut text = Vec::new();
    let limit = u64::try_from(MAX_PLAN_BYTES).unwrap_or(u64::MAX);
    reader.take(limit + 1).read_to_end(&mut text)?;
    Ok(text)
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
    let is_here = plan.account == session_context.caller.account
        && plan.caller.partition() == session_context.caller.arn.partition()
        && plan.endpoint.is_same(&session_context.endpoint);
    if is_here {
        return Ok(());
    }
    Err(CommandError::PlanOfOtherAccount {
        plan: Box::new((plan.account.clone(), plan.account_name.clone(), plan.endpoint.clone())),
        session_context: Box::new(session_context.clone()),
    })
}
