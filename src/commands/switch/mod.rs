//! `keyflip deactivate` and `keyflip activate`: from key IDs to proved
//! changes. At most four round trips: caller and owners, the owners' keys,
//! the change, the proof.

mod carry;
mod consent;
mod result;
mod target;

use std::io::{self, BufRead as _};

use crate::aws::{Session, Writer};
use crate::changes::Site;
use crate::cli;
use crate::commands::interrupts::{Interrupts, block_on};
use crate::commands::out::Exit;
use crate::commands::patience::Patience;
use crate::commands::{Context, place, recover};
use crate::model::{Direction, KeyId, KeyKind, NotSent};

pub(super) use carry::{Works, carry_out};
pub(super) use consent::{given, possible, show};
pub(super) use result::Results;
pub(super) use target::Target;

/// Runs the command.
pub(super) fn run(switch: &cli::Switch, direction: Direction, context: &Context) -> Exit {
    let keys = match key_ids(&switch.key_ids) {
        Ok(keys) => keys,
        Err(sentence) => return Exit::refused(Exit::Usage.code(), &format!("keyflip: {sentence} Nothing was sent.\n")),
    };
    if let Err(exit) = possible(switch.consent) {
        return exit;
    }
    block_on(async |interrupts| {
        Box::pin(change(switch, direction, keys, context, interrupts)).await.unwrap_or_else(|exit| exit)
    })
}

/// The IDs, each once: the words themselves, and for `-` one a line of
/// standard input.
fn key_ids(words: &[String]) -> Result<Vec<KeyId>, String> {
    let mut keys = Vec::new();
    let mut take = |text: &str, place: &str| -> Result<(), String> {
        let key = key_id(text)
            .map_err(|why| format!("{place}“{}” can't be switched: {why}.", crate::model::visible(text)))?;
        if !keys.contains(&key) {
            keys.push(key);
        }
        Ok(())
    };
    for word in words {
        if word != "-" {
            take(word.trim(), "")?;
            continue;
        }
        for (number, line) in (1..).zip(io::stdin().lock().lines()) {
            let line = line.map_err(|error| format!("Standard input can't be read: {error}."))?;
            if !line.trim().is_empty() {
                take(line.trim(), &format!("Line {number}: "))?;
            }
        }
    }
    if keys.is_empty() {
        return Err("Standard input names no access key ID.".to_owned());
    }
    Ok(keys)
}

fn key_id(text: &str) -> Result<KeyId, String> {
    let key = KeyId::parse(text).map_err(|error| error.to_string())?;
    match key.kind() {
        KeyKind::LongTerm => Ok(key),
        KeyKind::Temporary => Err("it is a temporary key, which ends by itself".to_owned()),
        KeyKind::UserId => Err("it is the unique ID of a user, not of a key".to_owned()),
        KeyKind::Other => Err("the ID of an access key begins with AKIA, in capital letters".to_owned()),
    }
}

async fn change(
    switch: &cli::Switch,
    direction: Direction,
    keys: Vec<KeyId>,
    context: &Context,
    mut interrupts: Interrupts,
) -> Result<Exit, Exit> {
    let session = place::open(context).await?;
    let writer = writer(&session)?;
    let (mut asking, patience) = (interrupts.clone(), Patience::new());
    let (place, mut owners) = tokio::try_join!(
        place::identify(context, &session, &mut asking),
        interrupts.or(target::owners(&writer, &keys, &patience))
    )?;
    if place.read_only {
        return Err(read_only());
    }
    if owners.iter().any(|(_, owner)| owner.as_ref().is_err_and(|error| error.kind.is_unsigned())) {
        // They came only once a code was typed.
        owners = interrupts.or(target::owners(&writer, &keys, &patience)).await?;
    }
    let journal = context.journal().map_err(|error| Exit::failed(&error.to_string()))?;
    place::warn_of_journal(&journal);
    let site = Site::from(&place);
    let settled = recover::settle(&session, &journal, &site, recover::BEFORE_A_CHANGE);
    let found = target::targets(&session, &writer, &place, owners, &patience);
    let ((), targets) = interrupts.or(Box::pin(async { tokio::join!(settled, found) })).await?;
    let mut results = Results::new(switch.format, site.clone());
    let mut to_change = Vec::new();
    for target in targets {
        match target {
            Ok(target) if consent::is_so(&target.before, direction) => results.already(&target, direction),
            Ok(target) => to_change.push(target),
            Err(lost) => results.lost(&lost),
        }
    }
    if to_change.is_empty() {
        return Ok(results.finish());
    }
    to_change.sort_by_key(|target| target.signing);
    show(&to_change, direction, &place);
    given(&to_change, direction, switch.consent, &mut interrupts).await?;
    let works = Works { writer, journal, site, caller: place.caller, limits: context.opener.limits() };
    Ok(carry(&works, &session, &to_change, direction, context, &interrupts, results).await)
}

/// Carries out what was agreed to.
pub(super) async fn carry(
    works: &Works,
    session: &Session,
    targets: &[Target],
    direction: Direction,
    context: &Context,
    interrupts: &Interrupts,
    mut results: Results,
) -> Exit {
    let reason = || context.global.reason.as_deref().map(std::sync::Arc::from);
    let changes = (1..)
        .zip(targets)
        .map(|(ticket, target)| target.change(ticket, session.id(), &works.caller, direction, reason()));
    let left = carry_out(works, changes.collect(), interrupts, |receipt| results.receipt(&receipt)).await;
    for change in &left {
        results.dropped(change);
    }
    let exit = results.finish();
    if interrupts.came() { Exit::Interrupted } else { exit }
}

/// The session's writer, if it may change anything.
///
/// # Errors
/// It may not.
pub(super) fn writer(session: &Session) -> Result<Writer, Exit> {
    session.writer().ok_or_else(read_only)
}

/// Says that nothing can be changed here.
pub(super) fn read_only() -> Exit {
    Exit::failed(&format!("Nothing was sent. {}", NotSent::ReadOnly))
}
