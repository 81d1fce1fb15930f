//! What will change, shown before it is asked for; and the question.

use crate::cli::Consent;
use crate::commands::interrupts::Interrupts;
use crate::commands::out::{self, Exit};
use crate::commands::switch::target::Target;
use crate::commands::{ask, place, table};
use crate::model::{Direction, KeyStatus, LastUse, Place, ROOT, UserName, date_and_time};

/// Whether there is a way to get consent at all.
///
/// # Errors
/// There is none: nobody can be asked, and nothing was agreed to beforehand.
pub(in crate::commands) fn possible(consent: Consent) -> Result<(), Exit> {
    if consent.yes || ask::is_possible() {
        return Ok(());
    }
    out::say("There is no terminal to ask on: give --yes to change keys without a question. Nothing was sent.");
    Err(Exit::Usage)
}

/// Shows what will change, and where.
pub(in crate::commands) fn show(targets: &[Target], direction: Direction, place: &Place) {
    out::say(&format!("{} in {}:", verb(direction), place::label(place)));
    let rows: Vec<_> = targets.iter().map(|target| row(target, direction)).collect();
    out::say_raw(&table::aligned(["AccessKeyId", "UserName", "Change", "LastUsedDate", "Other keys"], &rows));
    if direction == Direction::Deactivate {
        out::say("Sessions that a key has already minted live on until they expire.");
    }
    if place.may_have_unknown_signer() {
        out::say("It can't be known which access key minted this session: make sure that it is none of these.");
    }
    for target in targets.iter().filter(|target| target.locks_out(direction)) {
        let order = if targets.len() > 1 { " It comes last." } else { "" };
        out::say(&format!(
            "{} may sign this very session: once it is Inactive there may be no way back from here.{order}",
            target.key
        ));
    }
}

fn row(target: &Target, direction: Direction) -> [String; 5] {
    let others: Vec<_> = target.others.iter().map(|(id, status)| format!("{id} {status}")).collect();
    [
        target.key.to_string(),
        target.user.as_ref().map_or(ROOT, UserName::as_str).to_owned(),
        format!("{} → {}", target.before, direction.status()),
        match &target.last_use {
            None => String::new(),
            Some(LastUse::Never) => "never".to_owned(),
            Some(LastUse::Used { at, service, .. }) => {
                let service = service.as_deref().map(|service| format!(" {service}")).unwrap_or_default();
                format!("{}{service}", date_and_time(*at))
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
pub(in crate::commands) async fn given(
    targets: &[Target],
    direction: Direction,
    consent: Consent,
    interrupts: &mut Interrupts,
) -> Result<(), Exit> {
    let own: Vec<&Target> = targets.iter().filter(|target| target.locks_out(direction)).collect();
    if consent.yes {
        let [first, ..] = own[..] else { return Ok(()) };
        if consent.yes_lock_me_out {
            return Ok(());
        }
        out::say(&format!(
            "{} may sign this very session: add --yes-lock-me-out to switch it off all the same, or leave it out. \
             Nothing was sent.",
            first.key
        ));
        return Err(Exit::Usage);
    }
    ask::forget_typed_ahead();
    match targets {
        [target] if own.is_empty() && direction == Direction::Deactivate => {
            typed(&format!("Deactivate {}? Type y: ", target.key), "y", interrupts).await
        }
        [target] => last_four(target, direction, interrupts).await,
        several => {
            let number = several.len().to_string();
            let question = format!("{} these {number} keys? Type their number: ", direction.verb());
            typed(&question, &number, interrupts).await?;
            for target in own {
                last_four(target, direction, interrupts).await?;
            }
            Ok(())
        }
    }
}

async fn last_four(target: &Target, direction: Direction, interrupts: &mut Interrupts) -> Result<(), Exit> {
    let question = format!("{} {}? Type its last four characters: ", direction.verb(), target.key);
    typed(&question, target.key.last_four(), interrupts).await
}

async fn typed(question: &str, wanted: &str, interrupts: &mut Interrupts) -> Result<(), Exit> {
    match ask::line(question, interrupts).await? {
        Some(line) if line.eq_ignore_ascii_case(wanted) => Ok(()),
        _ => {
            out::say("Not confirmed. Nothing was sent.");
            Err(Exit::Partly)
        }
    }
}

/// Whether a key is as the change wants it already.
pub(in crate::commands) fn is_so(before: &KeyStatus, direction: Direction) -> bool {
    *before == direction.status()
}
