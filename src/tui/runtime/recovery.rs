//! Recovery as a task: what earlier runs have left open is found when a
//! session opens, and again when the time of what is under way has passed.

use std::time::Duration;

use jiff::Timestamp;
use tokio::sync::mpsc::UnboundedSender;

use crate::aws::Session;
use crate::changes::{Finding, Journal, Recovered, Site, find_open};
use crate::model::SessionId;
use crate::tui::app::{Message, RecoveryNews, Tone};
use crate::tui::runtime::effects::{News, message};

/// Recovers, and tells of it, until nothing is left to wait for.
/// What an earlier demo has left open is nobody's concern: its account is gone.
pub(super) async fn run(session: Session, site: Site, journal: Journal, is_demo: bool, news: UnboundedSender<News>) {
    let id = session.id();
    let reader = session.screen();
    let send = |told| tell(&news, id, told);
    for round in 0.. {
        let mut found = false;
        let mut hears = |finding: Finding| {
            found = true;
            send(news_of(&finding));
            if let Finding::Settled { entry, .. } = &finding {
                entry.intent.user.clone().map(RecoveryNews::Settled).into_iter().for_each(send);
            }
        };
        let left = match find_open(&journal, &site, Timestamp::now()).await {
            Ok(mut open) => {
                open.in_flight.drain(..).map(Finding::InFlight).for_each(&mut hears);
                open.settle(&reader, &journal, Timestamp::now, hears).await
            }
            Err(error) => return send(RecoveryNews::Failed(format!("{error} So it is not known what was left open."))),
        };
        let left = if is_demo { Recovered { elsewhere: 0, ..left } } else { left };
        if round == 0 {
            remarks(&left, &journal, found).into_iter().for_each(send);
        }
        let Some(wake) = left.wake else { return };
        let wait = Duration::try_from(wake.duration_since(Timestamp::now())).unwrap_or_default();
        // A deadline counts as passed from its very millisecond on.
        tokio::time::sleep(wait + Duration::from_millis(10)).await;
    }
}

/// What is worth knowing of the journal itself, where nothing is more urgent.
fn remarks(left: &Recovered, journal: &Journal, found: bool) -> Option<RecoveryNews> {
    if let Some(sentence) = journal.path().and_then(|path| left.damage.sentence(path)) {
        return Some(RecoveryNews::Failed(sentence));
    }
    if let Some(warning) = &left.warning {
        return Some(RecoveryNews::Told(Tone::Warning, warning.clone()));
    }
    let sentence = match left.elsewhere {
        1 => {
            "The journal has an open change of another account or caller. It is looked up when keyflip is opened there."
        }
        2.. => {
            "The journal has open changes of other accounts or callers. They are looked up when keyflip is opened there."
        }
        0 => return None,
    };
    (!found).then(|| RecoveryNews::Told(Tone::Info, sentence.to_owned()))
}

fn news_of(finding: &Finding) -> RecoveryNews {
    let now = Timestamp::now();
    let sentence = finding.sentence(now);
    match finding {
        Finding::Open(_) => RecoveryNews::Told(Tone::Info, sentence),
        Finding::InFlight(_) => RecoveryNews::Told(Tone::Warning, sentence),
        Finding::Settled { entry, unwritten: None } if entry.is_done() => RecoveryNews::Told(Tone::Success, sentence),
        Finding::Unsettled(entry, None) if entry.intent.in_flight(now) => RecoveryNews::Told(Tone::Warning, sentence),
        Finding::Settled { .. } | Finding::Unsettled(..) => RecoveryNews::Failed(sentence),
    }
}

fn tell(news: &UnboundedSender<News>, id: SessionId, told: RecoveryNews) {
    // Nobody listens any more only when the program ends.
    let _ = news.send(message(Message::Recovery(id, told)));
}
