//! `keyflip report`: evidence for an audit.

mod all_accounts;
mod csv;
mod json;
mod markdown;
mod print;
mod section;

use crate::cli::{CisArgs, ReportArgs, ReportName};
use crate::commands::error::CommandError;
use crate::commands::exit::Exit;
use crate::commands::interrupts::{Interrupts, block_on};
use crate::commands::{CommandContext, open_session, progress};
use print::print;
use section::Document;

/// Runs the command.
pub(super) fn run(report: &ReportArgs, context: &CommandContext) -> Result<Exit, CommandError> {
    let ReportName::Cis(cis) = &report.report;
    if cis.all_accounts {
        if context.global.account.is_some() {
            return Err(CommandError::ConflictingAccountOptions("--all-accounts"));
        }
        return block_on(async |interrupts| {
            Box::pin(all_accounts::report(cis, context, interrupts)).await
        });
    }
    block_on(async |interrupts| Box::pin(one_account(cis, context, interrupts)).await)
}

async fn one_account(
    cis: &CisArgs,
    context: &CommandContext,
    mut interrupts: Interrupts,
) -> Result<Exit, CommandError> {
    let opened = open_session::open(context, &mut interrupts).await?;
    let session_context = open_session::identify(context, &opened, &mut interrupts).await?;
    let mut document = Document::new(cis.benchmark);
    let read = section::read(&opened.session, &session_context, document.benchmark);
    let read = progress::during_report(read);
    let section = interrupts.race(Box::pin(read)).await??;
    section::print_verdicts(&section, &session_context);
    document.sections.push(section);
    print(&document, cis.format)
}
