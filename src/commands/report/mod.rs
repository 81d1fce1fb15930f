//! `keyflip report`: evidence for an audit.

mod all_accounts;
mod csv;
mod json;
mod markdown;
mod section;

use crate::cli::{CisArgs, ReportArgs, ReportFormat, ReportName};
use crate::commands::error::CommandError;
use crate::commands::exit::Exit;
use crate::commands::interrupts::{Interrupts, block_on};
use crate::commands::{CommandContext, open_session, output};
use section::Document;

/// Runs the command.
pub(super) fn run(report: &ReportArgs, context: &CommandContext) -> Result<Exit, CommandError> {
    let ReportName::Cis(cis) = &report.report;
    if cis.all_accounts {
        if context.global.account.is_some() {
            return Err(CommandError::OneAccountOrMany("--all-accounts"));
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
    let section = interrupts.race(Box::pin(read)).await??;
    section::print_verdicts(&section, &session_context);
    document.sections.push(section);
    print(&document, cis.format)
}

/// Prints the document. Returns the exit code: 0 only if every control passes in every account.
///
/// # Errors
/// Returns an error if it cannot be printed.
fn print(document: &Document, format: ReportFormat) -> Result<Exit, CommandError> {
    let text = match format {
        ReportFormat::Markdown => markdown::text(document),
        ReportFormat::Csv => csv::text(document),
        ReportFormat::Json => output::pretty_json(&json::value(document)),
    };
    output::write(&text)?;
    Ok(if document.passes() { Exit::Done } else { Exit::Partial })
}
