//! `keyflip apply`: deactivates the keys of a plan, each after another read. What the journal says
//! is done is not done again, so an interrupted run is resumed by the same command.

mod choice;
mod command_line;
mod run;

use std::slice;
use std::sync::Arc;

use jiff::Timestamp;

use crate::cli;
use crate::commands::error::CommandError;
use crate::commands::exit::Exit;
use crate::commands::interrupts::{Interrupts, block_on};
use crate::commands::messages::plan as messages;
use crate::commands::plan::{PlanSession, read_plan};
use crate::commands::read_retry::ReadRetry;
use crate::commands::running_changes::report_interrupt;
use crate::commands::set_status::{self, AccountBatch, BatchReport, ChangeSettings};
use crate::commands::{CommandContext, open_session, output};
use crate::model::Direction;
use crate::ops::plan::{Plan, PlanHistory, PlanRules};

use choice::choose_keys;
use run::{ApplyLimits, ApplyRun};

/// Runs the command.
pub(super) fn run(args: &cli::ApplyArgs, context: &CommandContext) -> Result<Exit, CommandError> {
    let plan = read_plan(&args.plan)?;
    set_status::can_confirm(args.confirmation())?;
    block_on(async |interrupts| Box::pin(apply_plan(&plan, args, context, interrupts)).await)
        .inspect_err(report_interrupt)
}

async fn apply_plan(
    plan: &Plan,
    args: &cli::ApplyArgs,
    context: &CommandContext,
    mut interrupts: Interrupts,
) -> Result<Exit, CommandError> {
    let opened = open_session::open(context, &mut interrupts).await?;
    set_status::require_writer(&opened.session)?;
    let PlanSession { session_context, journal, plan_journal } =
        PlanSession::identify(plan, context, &opened, &mut interrupts).await?;
    let mut account = AccountBatch::new(&opened.session, session_context)?;
    let (reader, retry) = (opened.session.screen_reader(), ReadRetry::new());
    let limits = ApplyLimits {
        keep_used_within: args.keep.used_within(),
        max_failures: args.max_failures,
        pause: args.pause,
    };
    let history = plan_journal.with(PlanHistory::clone);
    let rules = PlanRules {
        plan,
        history: &history,
        session_context: &account.session_context,
        keep_used_within: limits.keep_used_within,
        retry_interrupted: args.retry_interrupted || !args.yes,
        now: Timestamp::now(),
    };
    let chosen = interrupts.race(Box::pin(choose_keys(plan, rules, &reader, &retry))).await?;
    let mut results = BatchReport::new(args.format);
    let mut counts = messages::ApplyCounts { keys: plan.keys.len(), ..Default::default() };
    chosen.report(&mut results, &mut counts, &account.report_account());
    let again = command_line::again().filter(|_| args.plan.as_os_str() != "-");
    let with_unknown = format!("{} --retry-interrupted", again.as_deref().unwrap_or_default());
    let skips_unknown = args.yes && !args.retry_interrupted;
    let undo = command_line::undo_plan(&plan.id, &context.global);
    let summary = |counts: messages::ApplyCounts| {
        let retries = skips_unknown && counts.unknown > 0;
        let again = again.as_deref().map(|again| if retries { &*with_unknown } else { again });
        messages::apply_summary(plan, counts, again, &undo)
    };
    if chosen.targets.is_empty() {
        // Otherwise the keys to change are listed below it.
        output::eprint_status(&open_session::context_label(&account.session_context));
        let is_complete = results.exit() == Exit::Done;
        output::eprint_summary(&summary(counts), is_complete);
        return results.finish().await;
    }
    account.targets = chosen.targets;
    output::eprint_status(&messages::about_to_apply(plan, counts, account.targets.len()));
    output::eprint_status(&messages::origin(plan));
    let accounts = [account];
    let confirmation = args.confirmation();
    set_status::show_targets(&accounts, Direction::Deactivate, confirmation, &journal);
    set_status::obtain_confirmation(
        &accounts,
        Direction::Deactivate,
        confirmation,
        &mut interrupts,
    )
    .await?;
    let [account] = accounts;
    let reason = context.global.reason.clone().or_else(|| plan.reason.as_deref().map(Into::into));
    let run = ApplyRun {
        plan,
        account,
        settings: ChangeSettings { journal, limits: context.session_factory.limits() },
        limits,
        interrupted: chosen.interrupted,
        plan_journal,
        reason: reason.map(Arc::from),
        reader,
        retry,
    };
    run.apply(&interrupts, &mut results, &mut counts).await;
    let is_complete = results.exit() == Exit::Done && !interrupts.is_set();
    output::eprint_summary(&summary(counts), is_complete);
    let denied = results.denied_sessions();
    let exit = results.finish().await?;
    set_status::name_other_routes(slice::from_ref(&run.account), &denied, context, &interrupts)
        .await;
    Ok(if interrupts.is_set() { Exit::Interrupted } else { exit })
}
