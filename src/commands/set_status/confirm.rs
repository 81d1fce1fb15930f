//! Shows what will change, and asks for confirmation.

use crate::changes::{ChangeOrigin, Journal, deactivation_notes};
use crate::cli::ConfirmArgs;
use crate::commands::error::CommandError;
use crate::commands::interrupts::Interrupts;
use crate::commands::messages::change as messages;
use crate::commands::output;
use crate::commands::set_status::batch::AccountBatch;
use crate::commands::set_status::target::ChangeTarget;
use crate::commands::table;
use crate::commands::{open_session, prompt};
use crate::model::{Direction, KeyStatus, ROOT_USER_NAME, UserName};
use crate::ops::change_batch::usable_again;

/// The columns of the facts about a key.
const CHANGE: &str = "Change";
const LAST_USE: &str = "LastUsedDate";
const OTHER_KEYS: &str = "Other keys";

/// Checks that the changes can be confirmed.
///
/// # Errors
/// Returns an error if there is neither `--yes` nor a terminal.
pub(in crate::commands) fn can_confirm(confirmation: ConfirmArgs) -> Result<(), CommandError> {
    if confirmation.yes || prompt::can_prompt() {
        return Ok(());
    }
    Err(CommandError::NoTerminal)
}

/// Prints the keys to be changed, grouped by account and user, and the warnings. Without a
/// question, `--quiet` leaves the keys out: the outcomes name them. The journal says why keys to
/// activate were deactivated.
pub(in crate::commands) fn show_targets(
    accounts: &[AccountBatch],
    direction: Direction,
    confirmation: ConfirmArgs,
    journal: &Journal,
) {
    if !(confirmation.yes && output::is_quiet()) {
        show_keys(accounts, direction);
        match direction {
            Direction::Deactivate => output::eprint_line(messages::SESSIONS_STAY_VALID),
            Direction::Activate => {
                // Nobody decides by them with --yes, and a long journal takes time.
                if !confirmation.yes {
                    show_notes(accounts, journal);
                }
                let is_several = targets(accounts).nth(1).is_some();
                output::eprint_line(usable_again(is_several));
            }
        }
    }
    // Activating the key that signs the session does not lock it out.
    let warned = if direction == Direction::Deactivate { accounts } else { &[] };
    for account in warned.iter().filter(|it| it.session_context.may_have_unknown_signer()) {
        output::eprint_line(&match accounts {
            [_] => messages::unknown_signer(),
            _ => messages::unknown_signer_in(&account.session_context.account_label()),
        });
    }
    let is_one_of_several = targets(accounts).nth(1).is_some();
    for target in targets(accounts).filter(|target| target.locks_out(direction)) {
        output::eprint_line(&messages::may_lock_out(
            &target.key,
            target.lockout_risk,
            is_one_of_several,
        ));
    }
}

/// Prints the keys to be changed, with all that is to be checked: nothing is cut or left out.
fn show_keys(accounts: &[AccountBatch], direction: Direction) {
    match accounts {
        [account] => {
            let context_label = open_session::context_label(&account.session_context);
            output::eprint_line(&messages::targets_heading(direction, &context_label));
            let rows: Vec<_> =
                account.targets.iter().map(|target| target_row(target, direction)).collect();
            print_rows(["AccessKeyId", "UserName", CHANGE, LAST_USE, OTHER_KEYS], &rows, "");
        }
        several => {
            output::eprint_line(&messages::accounts_heading(
                direction,
                targets(several).count(),
                several.len(),
            ));
            for account in several {
                show_account(account, direction);
            }
        }
    }
}

/// Prints who deactivated the keys to activate, and why, as far as the journal says so.
fn show_notes(accounts: &[AccountBatch], journal: &Journal) {
    let origins: Vec<_> =
        accounts.iter().map(|account| ChangeOrigin::from(&account.session_context)).collect();
    // If the journal cannot be read, nothing is sent either: it needs the intent.
    let notes = deactivation_notes(journal, &origins).unwrap_or_default();
    for target in targets(accounts) {
        if let Some(note) = notes.get(&target.key) {
            output::eprint_line(&format!("{}: {note}", target.key));
        }
    }
}

/// Returns the keys of all accounts.
fn targets(accounts: &[AccountBatch]) -> impl Iterator<Item = &ChangeTarget> {
    accounts.iter().flat_map(|account| &account.targets)
}

/// Prints the keys of one of several accounts, by user.
fn show_account(account: &AccountBatch, direction: Direction) {
    let context_label = open_session::context_label(&account.session_context);
    output::eprint_raw(&format!("\n{context_label}\n"));
    let mut targets: Vec<_> = account.targets.iter().collect();
    targets.sort_by_key(|target| target.user.as_ref().map(|user| user.as_str().to_lowercase()));
    let rows = targets.into_iter().map(|target| {
        let [key, user, change, last_use, others] = target_row(target, direction);
        [user, key, change, last_use, others]
    });
    let rows: Vec<_> = rows.collect();
    print_rows(["UserName", "AccessKeyId", CHANGE, LAST_USE, OTHER_KEYS], &rows, "  ");
}

/// Prints a table, or a block for each row if the terminal is too narrow for it. Each line begins
/// with `indent`.
fn print_rows(columns: [&'static str; 5], rows: &[[String; 5]], indent: &str) {
    let limit = output::stderr_columns().map(|columns| columns.saturating_sub(indent.len()));
    let text = table::in_full(columns, &without_repetitions(rows), limit)
        .unwrap_or_else(|| table::blocks(columns, rows));
    for line in text.lines() {
        let line = format!("{indent}{line}");
        output::eprint_raw(&format!("{}\n", line.trim_end()));
    }
}

/// Returns the rows, with the first cell of each only if it differs from that above.
fn without_repetitions(rows: &[[String; 5]]) -> Vec<[String; 5]> {
    let mut shown = rows.to_vec();
    for (row, pair) in shown.iter_mut().skip(1).zip(rows.windows(2)) {
        if pair[0][0] == pair[1][0] {
            row[0].clear();
        }
    }
    shown
}

fn target_row(target: &ChangeTarget, direction: Direction) -> [String; 5] {
    let others: Vec<_> =
        target.others.iter().map(|(id, status)| format!("{id} {status}")).collect();
    [
        target.key.to_string(),
        target.user.as_ref().map_or(ROOT_USER_NAME, UserName::as_str).to_owned(),
        format!("{} → {}", target.before, direction.status()),
        target.last_use.as_ref().map_or_else(String::new, |last_use| match last_use.service() {
            Some(service) => format!("{} {service}", last_use.date_time()),
            None => last_use.date_time(),
        }),
        if others.is_empty() { "none".to_owned() } else { others.join(", ") },
    ]
}

/// Obtains the confirmation: `--yes`, or a typed answer.
///
/// # Errors
/// Returns an error if the changes are not confirmed.
pub(in crate::commands) async fn obtain_confirmation(
    accounts: &[AccountBatch],
    direction: Direction,
    confirmation: ConfirmArgs,
    interrupts: &mut Interrupts,
) -> Result<(), CommandError> {
    let targets: Vec<_> = targets(accounts).collect();
    let own: Vec<_> = targets.iter().filter(|target| target.locks_out(direction)).collect();
    if confirmation.yes {
        let [first, ..] = own[..] else { return Ok(()) };
        if confirmation.yes_lock_me_out {
            return Ok(());
        }
        return Err(CommandError::LockOut(first.key.clone(), first.lockout_risk));
    }
    match targets[..] {
        [target] if own.is_empty() && direction == Direction::Deactivate => {
            let question = messages::confirm_question(direction, &target.key);
            confirm_typed(&question, "y", interrupts).await
        }
        [target] => confirm_last_four(target, direction, interrupts).await,
        _ => {
            let number = targets.len().to_string();
            let question = messages::number_question(direction, &number);
            confirm_typed(&question, &number, interrupts).await?;
            for target in own {
                confirm_last_four(target, direction, interrupts).await?;
            }
            Ok(())
        }
    }
}

async fn confirm_last_four(
    target: &ChangeTarget,
    direction: Direction,
    interrupts: &mut Interrupts,
) -> Result<(), CommandError> {
    let question = messages::last_four_question(direction, &target.key);
    confirm_typed(&question, target.key.last_four(), interrupts).await
}

async fn confirm_typed(
    question: &str,
    wanted: &str,
    interrupts: &mut Interrupts,
) -> Result<(), CommandError> {
    prompt::discard_typed_ahead();
    match prompt::read_line(question, interrupts).await? {
        Some(line) if line.eq_ignore_ascii_case(wanted) => Ok(()),
        _ => Err(CommandError::NotConfirmed),
    }
}

/// Returns whether a key already has the status that the change sets.
pub(in crate::commands) fn has_status(before: &KeyStatus, direction: Direction) -> bool {
    *before == direction.status()
}
