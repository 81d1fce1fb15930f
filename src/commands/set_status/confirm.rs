//! Shows what will change, and asks for confirmation.

use crate::cli::ConfirmArgs;
use crate::commands::error::CommandError;
use crate::commands::interrupts::Interrupts;
use crate::commands::messages::change as messages;
use crate::commands::output;
use crate::commands::set_status::target::ChangeTarget;
use crate::commands::{open_session, prompt, table};
use crate::model::{
    Direction, KeyStatus, LastUse, ROOT_USER_NAME, SessionContext, UserName, format_date_time,
};

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

/// Prints the keys to be changed, the account and the warnings.
pub(in crate::commands) fn show_targets(
    targets: &[ChangeTarget],
    direction: Direction,
    session_context: &SessionContext,
) {
    let context_label = open_session::context_label(session_context);
    output::eprint_line(&messages::targets_heading(direction, &context_label));
    let rows: Vec<_> = targets.iter().map(|target| target_row(target, direction)).collect();
    output::eprint_raw(&table::aligned(
        ["AccessKeyId", "UserName", "Change", "LastUsedDate", "Other keys"],
        &rows,
    ));
    if direction == Direction::Deactivate {
        output::eprint_line(messages::SESSIONS_STAY_VALID);
    }
    if session_context.may_have_unknown_signer() {
        output::eprint_line(&messages::unknown_signer());
    }
    for target in targets.iter().filter(|target| target.locks_out(direction)) {
        output::eprint_line(&messages::may_lock_out(
            &target.key,
            target.lockout_risk,
            targets.len() > 1,
        ));
    }
}

fn target_row(target: &ChangeTarget, direction: Direction) -> [String; 5] {
    let others: Vec<_> =
        target.others.iter().map(|(id, status)| format!("{id} {status}")).collect();
    [
        target.key.to_string(),
        target.user.as_ref().map_or(ROOT_USER_NAME, UserName::as_str).to_owned(),
        format!("{} → {}", target.before, direction.status()),
        match &target.last_use {
            None => String::new(),
            Some(LastUse::Never) => "never".to_owned(),
            Some(LastUse::Used { at, service, .. }) => {
                let service =
                    service.as_deref().map(|service| format!(" {service}")).unwrap_or_default();
                format!("{}{service}", format_date_time(*at))
            }
        },
        if others.is_empty() { "none".to_owned() } else { others.join(", ") },
    ]
}

/// Obtains the confirmation: `--yes`, or a typed answer.
///
/// # Errors
/// Returns an error if the changes are not confirmed.
pub(in crate::commands) async fn obtain_confirmation(
    targets: &[ChangeTarget],
    direction: Direction,
    confirmation: ConfirmArgs,
    interrupts: &mut Interrupts,
) -> Result<(), CommandError> {
    let own: Vec<&ChangeTarget> =
        targets.iter().filter(|target| target.locks_out(direction)).collect();
    if confirmation.yes {
        let [first, ..] = own[..] else { return Ok(()) };
        if confirmation.yes_lock_me_out {
            return Ok(());
        }
        return Err(CommandError::LockOut(first.key.clone(), first.lockout_risk));
    }
    prompt::discard_typed_ahead();
    match targets {
        [target] if own.is_empty() && direction == Direction::Deactivate => {
            let question = messages::confirm_question(direction, &target.key);
            confirm_typed(&question, "y", interrupts).await
        }
        [target] => confirm_last_four(target, direction, interrupts).await,
        several => {
            let number = several.len().to_string();
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
    match prompt::read_line(question, interrupts).await? {
        Some(line) if line.eq_ignore_ascii_case(wanted) => Ok(()),
        _ => Err(CommandError::NotConfirmed),
    }
}

/// Returns whether a key already has the status that the change sets.
pub(in crate::commands) fn has_status(before: &KeyStatus, direction: Direction) -> bool {
    *before == direction.status()
}
