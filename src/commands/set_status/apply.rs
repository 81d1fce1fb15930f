//! Confirms the changes of a batch and makes them.

use std::collections::HashSet;
use std::sync::Arc;
use std::time::Duration;

use jiff::Timestamp;

use crate::aws::{Session, Writer};
use crate::changes::{ChangeOrigin, Journal, LatestChanges, recent_changes};
use crate::cli;
use crate::commands::CommandContext;
use crate::commands::error::CommandError;
use crate::commands::exit::Exit;
use crate::commands::interrupts::Interrupts;
use crate::commands::messages::change as messages;
use crate::commands::output;
use crate::commands::reach::AccountAccess;
use crate::commands::running_changes::{ChangeEnd, RunningChanges, run_changes};
use crate::commands::set_status::batch::{AccountBatch, ChangeSettings, run_one};
use crate::commands::set_status::confirm::{has_status, obtain_confirmation, show_targets};
use crate::commands::set_status::key_result::KeyResult;
use crate::commands::set_status::report::BatchReport;
use crate::commands::set_status::target::ChangeTarget;
use crate::model::{Direction, KeyChange, SessionId};

/// Adds the keys to change to the batch of their account, and the results of the others to the
/// report. A key is not left alone because of a status that may be older than its last change.
pub(super) fn add_targets(
    account: &mut AccountBatch,
    targets: Vec<Result<ChangeTarget, Box<KeyResult>>>,
    direction: Direction,
    journal: &Journal,
    results: &mut BatchReport,
) {
    let report_account = account.report_account();
    let has_status = |target: &ChangeTarget| has_status(&target.before, direction);
    let now = Timestamp::now();
    let latest = if targets.iter().flatten().any(has_status) {
        let change_origin = ChangeOrigin::from(&account.session_context);
        // An error of the journal is reported where a change is recorded.
        recent_changes(journal, &change_origin, now).unwrap_or_default()
    } else {
        LatestChanges::default()
    };
    for target in targets {
        match target {
            Ok(target) if has_status(&target) => {
                if let Some(recent) = latest.recent(&target.key, direction.reversed(), now) {
                    output::eprint_line(&messages::list_may_lag(
                        &target.key,
                        &target.before,
                        recent,
                    ));
                    account.targets.push(target.after(recent.direction));
                } else {
                    let ChangeTarget { key, user, .. } = target;
                    let result = KeyResult::already(key, user, direction, &report_account.label());
                    results.add(result, report_account.clone());
                }
            }
            Ok(target) => account.targets.push(target),
            Err(unresolved) => results.add(*unresolved, report_account.clone()),
        }
    }
    account.put_own_keys_last();
}

/// Asks for one confirmation of all changes, makes them, and prints their outcomes.
///
/// # Errors
/// Returns an error if the changes are not confirmed, or the outcomes could not be printed.
pub(super) async fn confirm_and_apply(
    mut accounts: Vec<AccountBatch>,
    args: &cli::SetStatusArgs,
    direction: Direction,
    journal: Journal,
    context: &CommandContext,
    mut interrupts: Interrupts,
    results: BatchReport,
) -> Result<Exit, CommandError> {
    accounts.retain(|account| !account.targets.is_empty());
    if accounts.is_empty() {
        return results.finish_with_summary(direction).await;
    }
    show_targets(&accounts, direction, args.confirmation, &journal);
    obtain_confirmation(&accounts, direction, args.confirmation, &mut interrupts).await?;
    let settings = ChangeSettings { journal, limits: context.session_factory.limits() };
    apply(&accounts, &settings, direction, context, &interrupts, results).await
}

/// Makes the confirmed changes, and prints their outcomes.
///
/// # Errors
/// Returns an error if the outcomes could not be printed.
pub(in crate::commands) async fn apply(
    accounts: &[AccountBatch],
    settings: &ChangeSettings,
    direction: Direction,
    context: &CommandContext,
    interrupts: &Interrupts,
    mut results: BatchReport,
) -> Result<Exit, CommandError> {
    let reason: Option<Arc<str>> = context.global.reason.as_deref().map(Arc::from);
    let targets = accounts.iter().flat_map(|it| it.targets.iter().map(move |target| (it, target)));
    let changes = (1..).zip(targets).map(|(change_id, (account, target))| {
        let caller = &account.session_context.caller;
        target.change(change_id, account.session, caller, direction, reason.clone())
    });
    let mut changes: Vec<KeyChange> = changes.collect();
    if changes.len() > 1 {
        for change in &mut changes {
            change.batch = Some(1);
        }
    }
    let running = RunningChanges::new(interrupts);
    let account_of = |change: &KeyChange| accounts.iter().find(|it| it.session == change.session);
    // Each change is of one of the accounts.
    let changes = changes.iter().filter_map(|change| Some((change.clone(), account_of(change)?)));
    let not_started = run_changes(
        changes.map(|(change, account)| (change.clone(), (change, account))),
        Duration::ZERO,
        &running,
        || false,
        |change, (_, account)| run_one(account, settings, change, &running),
        |(change, account), end| match end {
            ChangeEnd::Ended(report) => results.add_report(*report, &account.session_context),
            ChangeEnd::NotStarted => results.add_not_started(&change, account.report_account()),
            ChangeEnd::Abandoned(ends_by) => {
                results.add_abandoned(&change, ends_by, account.report_account());
            }
        },
    )
    .await;
    for (change, account) in not_started {
        results.add_not_started(&change, account.report_account());
    }
    let denied = results.denied_sessions();
    let exit = results.finish_with_summary(direction).await?;
    name_other_routes(accounts, &denied, context, interrupts).await;
    Ok(if interrupts.is_set() { Exit::Interrupted } else { exit })
}

/// Names the other routes into those accounts that were entered by a route and denied a change.
pub(in crate::commands) async fn name_other_routes(
    accounts: &[AccountBatch],
    denied: &HashSet<SessionId>,
    context: &CommandContext,
    interrupts: &Interrupts,
) {
    let entered = accounts.iter().filter(|account| denied.contains(&account.session));
    let entered: Vec<_> = entered.filter(|it| it.session_context.route.is_some()).collect();
    if entered.is_empty() {
        return;
    }
    let mut interrupts = interrupts.clone();
    // The outcomes were printed, so a failure here does not matter.
    let Ok(access) = AccountAccess::load_quietly(context, &interrupts).await else { return };
    for account in entered {
        let Some(taken) = &account.session_context.route else { continue };
        let others = access.router.other_routes(&account.session_context.caller.account, taken);
        if let Ok(Some(sentence)) = interrupts.race(Box::pin(others)).await {
            output::eprint_line(&sentence);
        }
    }
}

/// Returns the writer of the session.
///
/// # Errors
/// Returns an error if the session is read-only.
pub(in crate::commands) fn require_writer(session: &Session) -> Result<Writer, CommandError> {
    session.writer().ok_or(CommandError::ReadOnly)
}
