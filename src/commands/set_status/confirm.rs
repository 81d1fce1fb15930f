//! What will change, shown before it is asked for; and the question.

use crate::cli::ConsentArgs;
use crate::commands::interrupts::Interrupts;
use crate::commands::output;
use crate::commands::output::Exit;
use crate::commands::set_status::target::ChangeTarget;
use crate::commands::{open_session, prompt, table};
use crate::model::{
    Direction, KeyStatus, LastUse, ROOT_USER_NAME, SessionContext, UserName, format_date_time,
};

/// Whether there is a way to get consent at all.
///
/// # Errors
/// There is none: nobody can be asked, and nothing was agreed to beforehand.
pub(in crate::commands) fn can_confirm(consent: ConsentArgs) -> Result<(), Exit> {
    if consent.yes || prompt::can_prompt() {
        return Ok(());
    }
    output::eprint_line(
        "There is no terminal to ask on: give --yes to change keys without a question. Nothing was sent.",
    );
    Err(Exit::Usage)
}

/// Shows what will change, and where.
pub(in crate::commands) fn show_targets(
    targets: &[ChangeTarget],
    direction: Direction,
    session_context: &SessionContext,
) {
    output::eprint_line(&format!(
        "{} in {}:",
        verb(direction),
        open_session::context_label(session_context)
    ));
    let rows: Vec<_> = targets.iter().map(|target| target_row(target, direction)).collect();
    output::eprint_raw(&table::aligned(
        ["AccessKeyId", "UserName", "Change", "LastUsedDate", "Other keys"],
        &rows,
    ));
    if direction == Direction::Deactivate {
        output::eprint_line("Sessions that a key has already minted live on until they expire.");
    }
    if session_context.may_have_unknown_signer() {
        output::eprint_line(
            "It can't be known which access key minted this session: make sure that it is none of these.",
        );
    }
    for target in targets.iter().filter(|target| target.locks_out(direction)) {
        let order = if targets.len() > 1 { " It comes last." } else { "" };
        output::eprint_line(&format!(
            "{} may sign this very session: once it is Inactive there may be no way back from here.{order}",
            target.key
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

fn verb(direction: Direction) -> &'static str {
    match direction {
        Direction::Activate => "To be activated",
        Direction::Deactivate => "To be deactivated",
    }
}

/// Gets consent: given beforehand, or typed.
///
/// # Errors
/// It was not given: nothing was sent.
pub(in crate::commands) async fn obtain_confirmation(
    targets: &[ChangeTarget],
    direction: Direction,
    consent: ConsentArgs,
    interrupts: &mut Interrupts,
) -> Result<(), Exit> {
    let own: Vec<&ChangeTarget> =
        targets.iter().filter(|target| target.locks_out(direction)).collect();
    if consent.yes {
        let [first, ..] = own[..] else { return Ok(()) };
        if consent.yes_lock_me_out {
            return Ok(());
        }
        output::eprint_line(&format!(
            "{} may sign this very session: add --yes-lock-me-out to switch it off all the same, or leave it out. \
             Nothing was sent.",
            first.key
        ));
        return Err(Exit::Usage);
    }
    prompt::discard_typed_ahead();
    match targets {
        [target] if own.is_empty() && direction == Direction::Deactivate => {
            confirm_typed(&format!("Deactivate {}? Type y: ", target.key), "y", interrupts).await
        }
        [target] => confirm_last_four(target, direction, interrupts).await,
        several => {
            let number = several.len().to_string();
            let question = format!("{} these {number} keys? Type their number: ", direction.verb());
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
) -> Result<(), Exit> {
    let question = format!("{} {}? Type its last four characters: ", direction.verb(), target.key);
    confirm_typed(&question, target.key.last_four(), interrupts).await
}

async fn confirm_typed(
    question: &str,
    wanted: &str,
    interrupts: &mut Interrupts,
) -> Result<(), Exit> {
    match prompt::read_line(question, interrupts).await? {
        Some(line) if line.eq_ignore_ascii_case(wanted) => Ok(()),
        _ => {
            output::eprint_line("Not confirmed. Nothing was sent.");
            Err(Exit::Partial)
        }
    }
}

/// Whether a key is as the change wants it already.
pub(in crate::commands) fn has_status(before: &KeyStatus, direction: Direction) -> bool {
    *before == direction.status()
}
