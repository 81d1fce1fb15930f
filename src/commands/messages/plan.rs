//! `plan` and `apply`.

use std::borrow::Cow;
use std::collections::HashMap;

use jiff::Timestamp;

use crate::changes::{os_user_label, os_user_on_host};
use crate::model::{
    Endpoint, SessionContext, counted, counted_as, counts_after, format_date_time, format_utc,
};
use crate::ops::plan::{Author, Plan, PlanCoverage};

/// Sentence that the filter of a plan has a word.
pub(in crate::commands) const WORD_IN_PLAN: &str = "A plan takes terms only, since a word also finds similar names. Write user:*ci* for names that \
     contain “ci”, or key:AKIA… for a key. Nothing was sent.";

/// Returns the filter of a plan, with the names of saved filters in it.
pub(in crate::commands) fn filter(typed: &str, expanded: &str) -> String {
    if typed == expanded { typed.to_owned() } else { format!("{expanded} (typed: {typed})") }
}

/// Returns the sentence that a line of the file of exceptions has no effect.
pub(in crate::commands) fn unused_exception(line: usize, pattern: &str) -> String {
    format!("Line {line} of the exceptions, “{pattern}”, matches none of the keys found.")
}

/// Returns the sentence that keys of the root user match.
pub(in crate::commands) fn root_keys(number: usize) -> String {
    format!(
        "{} not planned. If you want that, deactivate with keyflip deactivate.",
        counted_as(number, "key of the root user is", "keys of the root user are")
    )
}

/// Keys or users that could not be checked: the first of them, and their number.
pub(in crate::commands) fn not_checked(what: &str, named: &[String], number: usize) -> String {
    let more = number.saturating_sub(named.len());
    let more = if more > 0 { format!(" and {more} more") } else { String::new() };
    format!("Not planned, since not everything could be read: {what} {}{more}.", named.join(", "))
}

/// Returns the sentence that a plan was written.
pub(in crate::commands) fn plan_made(plan: &Plan) -> String {
    let left_out = match plan.left_out.len() {
        0 => String::new(),
        number => format!(", {number} left out by exceptions"),
    };
    format!("Plan {}: {}{left_out}.", plan.id, counted(plan.keys.len(), "key"))
}

/// Sentence that a plan has no key because none matches.
pub(in crate::commands) const NO_ACTIVE_KEY: &str =
    "No active key matches the filter, and only active keys are planned.";

/// Heading of the keys that match and are left out.
pub(in crate::commands) const LEFT_OUT_HEADING: &str = "Left out by exceptions";

/// The title of a plan.
pub(in crate::commands) fn plan_title(plan: &Plan) -> String {
    format!("Plan {}: deactivate {}", plan.id, counted(plan.keys.len(), "access key"))
}

/// Why a key is left out.
pub(in crate::commands) fn left_out(exception: &str, reason: Option<&str>) -> String {
    let reason = reason.map(|reason| format!(": {reason}")).unwrap_or_default();
    format!("exception {exception}{reason}")
}

/// Returns the account of a plan with its name, and its endpoint unless it is AWS.
pub(in crate::commands) fn plan_account(
    account: &dyn std::fmt::Display,
    name: Option<&str>,
    endpoint: &Endpoint,
) -> String {
    let name = name.map(|name| format!("{name} ")).unwrap_or_default();
    match endpoint.label() {
        None => format!("{name}{account}"),
        Some(endpoint) => format!("{name}{account}, {endpoint}"),
    }
}

/// Returns the sentence that a plan is for this account at another endpoint.
pub(in crate::commands) fn plan_of_other_endpoint(
    endpoint: &Endpoint,
    session_context: &SessionContext,
) -> String {
    let account = &session_context.caller.account;
    format!(
        "The plan is of {}, but this session is in {}: the endpoint differs. Nothing was changed. {}",
        plan_account(account, None, endpoint),
        plan_account(account, None, &session_context.endpoint),
        other_endpoint_hint(endpoint)
    )
}

/// What to do if only the endpoint of a plan differs.
fn other_endpoint_hint(endpoint: &Endpoint) -> Cow<'static, str> {
    match endpoint {
        Endpoint::Demo(_) => "Each start of --demo is a new one: serve one for both commands with \
             keyflip demo --port 8000."
            .into(),
        Endpoint::Custom(url) => format!("To use that of the plan, add --endpoint-url {url}.").into(),
        Endpoint::Aws => "To use that of AWS, leave out --endpoint-url, --demo, AWS_ENDPOINT_URL and endpoint_url in the \
             profile."
            .into(),
    }
}

/// Returns when and by whom a plan was created.
fn created(plan: &Plan) -> String {
    let Author { os_user, sudo_user, host } = &plan.created_by;
    let by = os_user_on_host(&os_user_label(os_user, sudo_user.as_deref()), host);
    format!("{} by {by}", format_utc(plan.created))
}

/// Returns the origin of a plan that is about to be applied.
pub(in crate::commands) fn origin(plan: &Plan) -> String {
    let reason =
        plan.reason.as_ref().map(|reason| format!(", reason “{reason}”")).unwrap_or_default();
    format!("Created {}{reason}; {}.", created(plan), coverage(&plan.coverage))
}

/// Returns the facts of a plan with their names.
pub(in crate::commands) fn plan_facts(plan: &Plan) -> Vec<(&'static str, String)> {
    let mut facts = vec![
        ("Plan", plan.id.to_string()),
        ("Created", created(plan)),
        ("Account", plan_account(&plan.account, plan.account_name.as_deref(), &plan.endpoint)),
        ("Caller", plan.caller.as_str().to_owned()),
        ("Filter", plan.filter.to_string()),
    ];
    facts.extend(plan.reason.as_ref().map(|reason| ("Reason", reason.to_string())));
    facts.push(("Read", coverage(&plan.coverage)));
    facts.push(("Keys", format!("{}, {} left out", plan.keys.len(), plan.left_out.len())));
    facts
}

/// Returns the plan, and where its keys were read, with their names.
pub(in crate::commands) fn status_facts(
    plan: &Plan,
    session_context: &SessionContext,
    now: Timestamp,
) -> [(&'static str, String); 4] {
    let SessionContext { caller, alias, endpoint, .. } = session_context;
    [
        ("Plan", plan.id.to_string()),
        ("Account", plan_account(&caller.account, alias.as_deref(), endpoint)),
        ("Caller", caller.arn.to_string()),
        ("Read", format_utc(now)),
    ]
}

/// Returns how much of the account was read.
pub(in crate::commands) fn coverage(coverage: &PlanCoverage) -> String {
    let parts = counts_after(&[
        (coverage.excluded, "excluded by the filter"),
        (coverage.denied, "denied"),
        (coverage.failed, "failed"),
        (coverage.not_read, "not read"),
    ]);
    let undecided = match coverage.undecided {
        0 => String::new(),
        number => format!("; {} not checked", counted(number, "key")),
    };
    let complete = if coverage.complete { "complete" } else { "INCOMPLETE" };
    format!(
        "{complete}: keys of {} of {} users read{parts}{undecided}",
        coverage.read, coverage.users
    )
}

/// The number of keys in each state.
pub(in crate::commands) fn status_counts(
    plan: &Plan,
    counts: HashMap<&'static str, usize>,
) -> String {
    let mut counts: Vec<_> = counts.into_iter().collect();
    counts.sort_unstable_by_key(|(label, number)| (std::cmp::Reverse(*number), *label));
    let counts: Vec<_> = counts.iter().map(|(label, number)| format!("{number} {label}")).collect();
    let counts = if counts.is_empty() { "no keys".to_owned() } else { counts.join(", ") };
    format!("Plan {}: {counts}.", plan.id)
}

// Apply.

/// What is about to be done with the keys of a plan.
pub(in crate::commands) fn about_to_apply(
    plan: &Plan,
    counts: ApplyCounts,
    targets: usize,
) -> String {
    let parts = counts_after(&[
        (counts.applied_before, "deactivated before"),
        (counts.skipped, "skipped"),
        (counts.failed, "not read"),
        (counts.in_progress, "in progress"),
    ]);
    let (id, filter, keys) = (&plan.id, &plan.filter, plan.keys.len());
    format!("Plan {id} (“{filter}”): {targets} of {keys} keys to deactivate{parts}.")
}

/// Returns the sentence that a key is skipped.
pub(in crate::commands) fn skipped(key: &str, user: &str, why: &dyn std::fmt::Display) -> String {
    let why = why.to_string();
    format!("{key} of {user} is skipped: it {}.", why.trim_end_matches('.'))
}

/// Returns the sentence that a key is changed again of which an earlier change has an unknown
/// outcome.
pub(in crate::commands) fn interrupted(key: &str, user: &str, at: Timestamp) -> String {
    format!(
        "{key} of {user} has a change of this plan with an unknown outcome, at {}: someone may have \
         activated the key since. Check this before you deactivate it again.",
        format_date_time(at)
    )
}

/// Keys that this plan has deactivated before.
pub(in crate::commands) fn applied_before(number: usize) -> String {
    format!(
        "{} deactivated by this plan before, by the journal.",
        counted_as(number, "key was", "keys were")
    )
}

/// Returns the sentence that a key was not reached.
pub(in crate::commands) fn not_reached(key: &str, user: &str) -> String {
    format!("{key} of {user} is unchanged: keyflip stopped before it.")
}

/// Too many failures in a row.
pub(in crate::commands) fn stopped(failures: u32) -> String {
    format!(
        "Stopped after {}. What was sent is completed and recorded.",
        counted_as(usize::try_from(failures).unwrap_or(usize::MAX), "failure", "failures in a row")
    )
}

/// What a run has done with the keys of a plan.
#[derive(Clone, Copy, Debug, Default)]
pub(in crate::commands) struct ApplyCounts {
    /// Keys of the plan.
    pub(in crate::commands) keys: usize,
    /// Deactivated by this run.
    pub(in crate::commands) applied: usize,
    /// Deactivated by earlier runs.
    pub(in crate::commands) applied_before: usize,
    /// Skipped.
    pub(in crate::commands) skipped: usize,
    /// Failed, or with an unknown outcome.
    pub(in crate::commands) failed: usize,
    /// With an unknown outcome, of this or an earlier run. They are among the failed or the
    /// skipped.
    pub(in crate::commands) unknown: usize,
    /// In the middle of a change by another process, or beside such a key.
    pub(in crate::commands) in_progress: usize,
    /// Not reached: the run has stopped before.
    pub(in crate::commands) not_reached: usize,
}

/// What a run has done, and the command to go on or to undo, if there is anything to do. `again` is
/// the command to go on; `None` if its plan came from standard input.
pub(in crate::commands) fn apply_summary(
    plan: &Plan,
    counts: ApplyCounts,
    again: Option<&str>,
    undo: &str,
) -> String {
    let parts = counts_after(&[
        (counts.applied_before, "deactivated before"),
        (counts.skipped, "skipped"),
        (counts.failed, "failed"),
        (counts.in_progress, "in progress"),
        (counts.not_reached, "not reached"),
    ]);
    let with_unknown = if counts.unknown > 0 { ", also with keys of unknown outcome" } else { "" };
    let unfinished = counts.in_progress + counts.not_reached + counts.failed + counts.unknown;
    let next = if unfinished > 0 {
        match again {
            Some(again) => format!(" To go on{with_unknown}: {again}"),
            None if counts.unknown > 0 => {
                " To go on, run the same command with the same plan; with --yes, add \
                 --retry-interrupted for keys of unknown outcome."
                    .to_owned()
            }
            None => " To go on, run the same command with the same plan.".to_owned(),
        }
    } else if counts.applied + counts.applied_before > 0 {
        format!(" To undo: {undo}")
    } else {
        String::new()
    };
    let keys = counted(counts.keys, "key");
    format!("Plan {}, {keys}: {} deactivated{parts}.{next}", plan.id, counts.applied)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::{AccountId, Arn};
    use crate::ops::plan::Author;

    #[test]
    fn the_command_to_go_on_says_that_it_takes_keys_of_unknown_outcome() {
        let author = Author { os_user: "ann".into(), sudo_user: None, host: "host".into() };
        let caller = Arn::from_service("arn:aws:iam::123456789012:user/ann");
        let place = (AccountId::from_number(123_456_789_012), caller, Endpoint::Aws);
        let plan = Plan::new("p".into(), Timestamp::UNIX_EPOCH, author, place);
        let summary = |counts, again| apply_summary(&plan, counts, again, "undo");
        let failed = ApplyCounts { keys: 1, failed: 1, unknown: 1, ..ApplyCounts::default() };
        let skipped = ApplyCounts { keys: 1, skipped: 1, unknown: 1, ..ApplyCounts::default() };
        for counts in [failed, skipped] {
            let text = summary(counts, Some("keyflip apply p --yes --retry-interrupted"));
            let next = "To go on, also with keys of unknown outcome: keyflip apply p --yes --retry";
            assert!(text.contains(next), "{text}");
            assert!(summary(counts, None).contains("add --retry-interrupted"));
        }
        let known = ApplyCounts { unknown: 0, ..failed };
        assert!(summary(known, Some("again")).ends_with("To go on: again"));
    }
}
