//! Files with plans.

use std::io;
use std::path::Path;

use crate::commands::error::{CommandError, PlanAccountLabel};
use crate::model::{AccountId, SessionContext, escape_path};
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
        let name = escape_path(path);
        match error {
            PlanFileError::Unreadable(error) => CommandError::UnreadableFile(name, error),
            PlanFileError::Invalid(error) => CommandError::InvalidPlan(name, error),
        }
    })
}

/// A plan that the command line names.
pub(in crate::commands) struct NamedPlan {
    /// Its ID.
    pub(in crate::commands) id: String,
    /// Its account, if its file was named.
    pub(in crate::commands) account: Option<AccountId>,
}

/// Returns a plan, given its ID or the name of its file.
///
/// # Errors
/// Returns an error if the file cannot be read, or is not a plan.
pub(in crate::commands) fn read_plan_id(text: &str) -> Result<NamedPlan, CommandError> {
    if is_plan_id(text) && !Path::new(text).exists() {
        return Ok(NamedPlan { id: text.to_owned(), account: None });
    }
    let plan = read_plan(Path::new(text))?;
    Ok(NamedPlan { id: plan.id.to_string(), account: Some(plan.account) })
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
    let endpoint = plan.endpoint.clone();
    let in_session = Box::new(session_context.clone());
    let caller = &session_context.caller;
    let is_same_account =
        plan.account == caller.account && plan.caller.partition() == caller.arn.partition();
    Err(if is_same_account {
        CommandError::PlanOfOtherEndpoint(endpoint, in_session)
    } else {
        CommandError::PlanOfOtherAccount {
            plan: Box::new(PlanAccountLabel {
                id: plan.account.clone(),
                name: plan.account_name.clone(),
                endpoint,
            }),
            session_context: in_session,
        }
    })
}
