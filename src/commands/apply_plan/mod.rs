//! `keyflip apply`: deactivates the keys of a plan, each after another read. What the journal says
//! is done is not done again, so an interrupted run is resumed by the same command.

mod choice;
mod run;

use std::sync::Arc;

use jiff::SignedDuration;

use crate::cli;
use crate::commands::error::CommandError;
use crate::commands::exit::Exit;
use crate::commands::interrupts::{Interrupts, block_on};
use crate::commands::messages::plan as messages;
use crate::commands::plan::{PlanAccount, read_plan};
use crate::commands::read_retry::ReadRetry;
use crate::commands::set_status::{self, AccountBatch, BatchReport, ChangeSettings};
use crate::commands::{CommandContext, open_session, output};
use crate::model::{Direction, escape_hidden, shell_quote};
use crate::ops::plan::Plan;

use choice::choose_keys;
use run::{ApplyLimits, ApplyRun};

/// Runs the command.
pub(super) fn run(args: &cli::ApplyArgs, context: &CommandContext) -> Result<Exit, CommandError> {
    let plan = read_plan(&args.plan)?;
    set_status::can_confirm(args.confirmation())?;
    block_on(async |interrupts| Box::pin(apply_plan(&plan, args, context, interrupts)).await)
}

async fn apply_plan(
    plan: &Plan,
    args: &cli::ApplyArgs,
    context: &CommandContext,
    mut interrupts: Interrupts,
) -> Result<Exit, CommandError> {
    let opened = open_session::open(context, &mut interrupts).await?;
    set_status::require_writer(&opened.session)?;
    let PlanAccount { session_context, journal, states } =
        PlanAccount::identify(plan, context, &opened, &mut interrupts).await?;
    let mut account = AccountBatch::new(&opened.session, session_context)?;
    let (reader, retry) = (opened.session.screen_reader(), ReadRetry::new());
    let keep_used_within = SignedDuration::try_from(args.keep_used_within);
    let keep_used_within = keep_used_within.unwrap_or(SignedDuration::MAX);
    let choosing =
        choose_keys(plan, &states, keep_used_within, &account.session_context, &reader, &retry);
    let chosen = interrupts.race(Box::pin(choosing)).await?;
    let mut results = BatchReport::new(args.format);
    let mut counts = messages::ApplyCounts { keys: plan.keys.len(), ..Default::default() };
    chosen.report(&mut results, &mut counts, &account.report_account());
    let path = shell_quote(&escape_hidden(&args.plan.to_string_lossy())).into_owned();
    if chosen.targets.is_empty() {
        let is_complete = results.exit() == Exit::Done;
        output::eprint_summary(&messages::apply_summary(plan, counts, &path), is_complete);
        return results.finish().await;
    }
    account.targets = chosen.targets;
    output::eprint_status(&messages::about_to_apply(plan, counts, account.targets.len()));
    let accounts = [account];
    let confirmation = args.confirmation();
    set_status::show_targets(&accounts, Direction::Deactivate, confirmation);
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
        limits: ApplyLimits {
            keep_used_within,
            max_failures: args.max_failures,
            pause: args.pause,
        },
        reason: reason.map(Arc::from),
        reader,
        retry,
    };
    run.apply(&interrupts, &mut results, &mut counts).await;
    let is_complete = results.exit() == Exit::Done && !interrupts.is_set();
    output::eprint_summary(&messages::apply_summary(plan, counts, &path), is_complete);
    let exit = results.finish().await?;
    Ok(if interrupts.is_set() { Exit::Interrupted } else { exit })
}
