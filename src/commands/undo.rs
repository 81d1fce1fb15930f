//! `keyflip undo`: puts a change back, where IAM still has the status that
//! the change left.

use jiff::Timestamp;

use crate::aws::Writer;
use crate::changes::{self, Entry, Journal, Site, UndoRefusal};
use crate::cli::{self, Setting};
use crate::commands::interrupts::{Interrupts, block_on};
use crate::commands::out::{self, Exit};
use crate::commands::patience::Patience;
use crate::commands::switch::{self, Results, Target, Works};
use crate::commands::{Context, place, recover};
use crate::model::{Direction, ErrorKind, Place, UserName};

/// Runs the command.
pub(super) fn run(undo: &cli::Undo, context: &Context) -> Exit {
    if let Err(exit) = switch::possible(undo.consent) {
        return exit;
    }
    block_on(async |interrupts| Box::pin(put_back(undo, context, interrupts)).await.unwrap_or_else(|exit| exit))
}

async fn put_back(undo: &cli::Undo, context: &Context, mut interrupts: Interrupts) -> Result<Exit, Exit> {
    let journal = context.journal().map_err(|error| Exit::failed(&error.to_string()))?;
    if place::warn_of_journal(&journal) && undo.consent.yes {
        return Err(Exit::failed(
            "Nothing was sent: undo --yes goes by what the journal says. Check the change in keyflip journal, then \
             run undo without --yes, which asks first.",
        ));
    }
    let session = place::open(context).await?;
    let writer = switch::writer(&session)?;
    let place = place::identify(context, &session, &mut interrupts).await?;
    if place.read_only {
        return Err(switch::read_only());
    }
    let site = Site::from(&place);
    interrupts.or(recover::settle(&session, &journal, &site, recover::FOR_THE_RECORD)).await?;
    let entry = chosen(undo, &journal, &site, context)?;
    let reads = async { tokio::join!(read(undo, &entry, &writer, &place), writer.last_use(&entry.intent.key)) };
    let (target, last_use) = interrupts.or(Box::pin(reads)).await?;
    let (mut target, direction) = target?;
    // It is only shown, so that without it the undo goes on.
    if let Ok((owner, last_use)) = last_use {
        say_other_owner(&target, owner.as_ref());
        target.last_use = Some(last_use);
    }
    let targets = [target];
    switch::show(&targets, direction, &place);
    switch::given(&targets, direction, undo.consent, &mut interrupts).await?;
    let results = Results::new(undo.format, site.clone());
    let works = Works { writer, journal, site, caller: place.caller, limits: context.opener.limits() };
    Ok(switch::carry(&works, &session, &targets, direction, context, &interrupts, results).await)
}

/// The change that is to be put back.
fn chosen(undo: &cli::Undo, journal: &Journal, site: &Site, context: &Context) -> Result<Entry, Exit> {
    let found = changes::choose(journal, site, undo.id.as_deref());
    let found = found.map_err(|error| Exit::failed(&error.to_string()))?;
    found.map_err(|refusal| {
        let exit = refused(&refusal);
        if context.global.demo {
            out::say("Each start of the demo has a fresh account: only u on its screen can put back what it changed.");
        }
        exit
    })
}

/// The key as IAM has it now, if it may be put back.
async fn read(undo: &cli::Undo, entry: &Entry, writer: &Writer, place: &Place) -> Result<(Target, Direction), Exit> {
    let intent = &entry.intent;
    let read = Patience::new().ask(async || writer.keys(intent.user.as_ref()).await).await;
    let read = read.map_err(|error| match &intent.user {
        Some(user) if error.kind == ErrorKind::NotFound => {
            refused(&UndoRefusal::NoSuchUser(Box::new(intent.clone()), user.clone()))
        }
        _ => place::failed(&error),
    })?;
    let at = Timestamp::now();
    let current = read.keys.iter().find(|key| key.id == intent.key).map(|key| &key.status);
    let to = undo.to.map(|setting| match setting {
        Setting::Active => Direction::Activate,
        Setting::Inactive => Direction::Deactivate,
    });
    let back = changes::check(entry, current, to, at).map_err(|refusal| refused(&refusal))?;
    let others = read.keys.iter().filter(|key| key.id != back.key);
    let target = Target {
        others: others.map(|key| (key.id.clone(), key.status.clone())).collect(),
        signing: place.signing(&back.key, back.user.as_ref()),
        key: back.key,
        user: back.user,
        before: back.before,
        read: at,
        last_use: None,
        undoes: Some(back.undoes),
    };
    Ok((target, back.direction))
}

/// Says that IAM names another owner than the one whose list shows the key.
fn say_other_owner(target: &Target, named: Option<&UserName>) {
    if let (Some(user), Some(named)) = (&target.user, named)
        && user != named
    {
        let key = &target.key;
        out::say(&format!("IAM names {named} as the owner of {key}, and lists it for {user}, whose key is changed."));
    }
}

fn refused(refusal: &UndoRefusal) -> Exit {
    out::say(&refusal.to_string());
    match refusal {
        UndoRefusal::FormerNotRead(_) => {
            out::say("Give it with --to Active or --to Inactive.");
            Exit::Usage
        }
        UndoRefusal::Ambiguous(..) => Exit::Usage,
        _ => Exit::Partly,
    }
}
