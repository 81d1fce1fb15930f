//! `keyflip find`: takes the key IDs out of any text, and says whose they are.

mod print;

use std::io::Read as _;
use std::sync::Arc;

use futures_util::StreamExt as _;
use futures_util::stream;
use jiff::Timestamp;

use crate::aws::{self, Environment, Session};
use crate::cli;
use crate::commands::interrupts::{Interrupts, block_on};
use crate::commands::look::{self, Finding};
use crate::commands::out::{self, Exit};
use crate::commands::patience::Patience;
use crate::commands::{Context, place};
use crate::model::Profile;
use crate::model::{ErrorKind, FoundId, KeyId, KeyKind, Place, ServiceError, SessionId, find_ids};

/// So many keys are looked for at once in an account, and so many profiles
/// are asked at once.
const AT_ONCE: usize = 8;

/// What came of one ID.
struct Answer {
    id: KeyId,
    finding: Finding,
    /// The account that answered.
    place: Option<Place>,
    /// The profiles that lead to the key's account, or the one that found it.
    profiles: Vec<Arc<str>>,
}

/// Runs the command.
pub(super) fn run(find: &cli::Find, context: &Context) -> Exit {
    let text = match text(&find.text) {
        Ok(text) => text,
        Err(error) => return Exit::failed(&format!("Standard input can't be read: {error}.")),
    };
    let ids = find_ids(&text);
    // What else stood there is nobody's business.
    drop(text);
    if ids.is_empty() {
        out::say(
            "There is no access key ID in this text. One looks like AKIA followed by 16 capital letters and digits.",
        );
        return Exit::Partly;
    }
    for found in ids.iter().filter(|found| found.folded) {
        out::say(&format!("{} is written in lower case in this text; the IDs of keys have capital letters.", found.id));
    }
    block_on(async |interrupts| Box::pin(answer(find, ids, context, interrupts)).await.unwrap_or_else(|exit| exit))
}

/// The words, or standard input for `-`.
fn text(words: &[String]) -> std::io::Result<String> {
    if words != ["-"] {
        return Ok(words.join(" "));
    }
    let mut bytes = Vec::new();
    std::io::stdin().lock().read_to_end(&mut bytes)?;
    Ok(String::from_utf8_lossy(&bytes).into_owned())
}

async fn answer(
    find: &cli::Find,
    ids: Vec<FoundId>,
    context: &Context,
    mut interrupts: Interrupts,
) -> Result<Exit, Exit> {
    let wanted = ids.iter().any(|found| found.kind == KeyKind::LongTerm);
    let answers = if !wanted {
        ids.into_iter().map(unasked).collect()
    } else if find.all_profiles {
        interrupts.or(in_all_profiles(context, ids)).await??
    } else {
        let session = place::open(context).await?;
        let place = place::identify(context, &session, &mut interrupts).await?;
        out::say(&format!("Looking in {}.", place::label(&place)));
        let answers = interrupts.or(in_account(&session, &place, ids)).await?;
        with_profiles(answers, context).await
    };
    out::write(&print::text(&answers, find.format, Timestamp::now()))?;
    let missing = answers.iter().any(|answer| answer.finding.is_missing());
    Ok(if missing { Exit::Partly } else { Exit::Done })
}

/// An ID that no account needs to be asked about.
fn unasked(found: FoundId) -> Answer {
    Answer { id: found.id, finding: Finding::NoKey(found.kind), place: None, profiles: Vec::new() }
}

/// Every ID, looked for in the session's account; in the order of the text.
async fn in_account(session: &Session, place: &Place, ids: Vec<FoundId>) -> Vec<Answer> {
    let patience = Patience::new();
    let patience = &patience;
    let answers = stream::iter(ids).map(|found| async move {
        if found.kind != KeyKind::LongTerm {
            return unasked(found);
        }
        let finding = look::look(session, place, &found.id, patience).await;
        Answer { id: found.id, finding, place: Some(place.clone()), profiles: Vec::new() }
    });
    answers.buffered(AT_ONCE).collect().await
}

/// Names the profiles that lead to the accounts of foreign keys.
async fn with_profiles(mut answers: Vec<Answer>, context: &Context) -> Vec<Answer> {
    let foreign = answers.iter().any(|answer| matches!(answer.finding, Finding::Elsewhere { .. }));
    if !foreign || context.global.demo {
        return answers;
    }
    // Files that can't be read name no profile; the answer stands without.
    let profiles = aws::profiles(&Environment::Process).await.unwrap_or_default();
    for answer in &mut answers {
        let Finding::Elsewhere { account, .. } = &answer.finding else { continue };
        let leads_there = |profile: &&Profile| profile.likely_account() == Some(account);
        answer.profiles = profiles.iter().filter(leads_there).map(|profile| Arc::clone(&profile.name)).collect();
    }
    answers
}

/// Every ID, looked for in the account of every profile. Asks nobody for
/// anything: a profile that needs a code is told as such.
///
/// # Errors
/// There is no profile to ask.
async fn in_all_profiles(context: &Context, ids: Vec<FoundId>) -> Result<Vec<Answer>, Exit> {
    place::warn(context);
    let profiles = aws::profiles(&Environment::Process).await;
    let profiles = profiles.map_err(|error| Exit::failed(&error.to_string()))?;
    if profiles.is_empty() {
        return Err(Exit::failed("No profile is configured; run aws configure."));
    }
    let numbered = (1..).map(SessionId).zip(profiles);
    let asked = stream::iter(numbered).map(|(session, profile)| in_profile(context, session, profile, &ids));
    let all: Vec<Vec<Answer>> = asked.buffered(AT_ONCE).collect().await;
    let mut best: Vec<Option<Answer>> = ids.iter().map(|_| None).collect();
    for answers in all {
        for (best, answer) in best.iter_mut().zip(answers) {
            if best.as_ref().is_none_or(|best| answer.finding.worth() > best.finding.worth()) {
                *best = Some(answer);
            }
        }
    }
    let nowhere = |(best, found): (Option<Answer>, FoundId)| best.unwrap_or_else(|| not_asked(found));
    Ok(best.into_iter().zip(ids).map(nowhere).collect())
}

/// The answers of one profile, and a sentence on what it could see; none
/// where it has no session.
async fn in_profile(context: &Context, id: SessionId, profile: Profile, ids: &[FoundId]) -> Vec<Answer> {
    let name = &profile.name;
    let opened = async {
        let session = context.opener.open(id, Some(name)).await?;
        let place = Patience::new().ask(async || context.opener.identify(&session).await).await?;
        Ok((session, place))
    };
    let (session, place) = match opened.await {
        Ok(opened) => opened,
        Err(error) => {
            let error: ServiceError = error;
            out::say(&format!("Profile {name} could not look. {error}"));
            return Vec::new();
        }
    };
    let mut answers = in_account(&session, &place, ids.to_vec()).await;
    let found = answers.iter().filter(|answer| matches!(answer.finding, Finding::Here { .. })).count();
    let refused = answers.iter().any(|answer| matches!(answer.finding, Finding::NotPermitted(_) | Finding::Refused(_)));
    let refused = if refused { "; it may not see all" } else { "" };
    out::say(&format!("Profile {name} looked in {}: {found} found{refused}.", place::label(&place)));
    for answer in &mut answers {
        if matches!(answer.finding, Finding::Here { .. }) {
            answer.profiles = vec![Arc::clone(name)];
        }
    }
    answers
}

/// An ID that no profile could look for.
fn not_asked(found: FoundId) -> Answer {
    let finding = match (found.kind, found.id.account()) {
        (KeyKind::LongTerm, Some(account)) => Finding::Elsewhere { account, certain: false },
        (KeyKind::LongTerm, None) => Finding::Failed(Arc::new(nobody())),
        (kind, _) => Finding::NoKey(kind),
    };
    Answer { id: found.id, finding, place: None, profiles: Vec::new() }
}

fn nobody() -> ServiceError {
    ServiceError {
        kind: ErrorKind::Other,
        operation: "GetAccessKeyLastUsed",
        code: None,
        message: "no profile could ask for it".into(),
        request_id: None,
        advice: None,
    }
}
