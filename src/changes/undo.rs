//! Which change can be put back, and whether it still may be. Pure: the
//! caller reads the key's present status just before.

use std::fmt;
use std::sync::Arc;

use jiff::Timestamp;

use super::ending::Verdict;
use super::entry::{Entry, Intent, Standing};
use super::site::Site;
use crate::model::{Direction, KeyId, KeyKind, KeyStatus, Lacks, NamedBy, UserName, owner_not_found};

/// A change that may be put back.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Undo {
    /// The key.
    pub key: KeyId,
    /// Its owner; `None` where no UserName was sent.
    pub user: Option<UserName>,
    /// Its present status, as just read.
    pub before: KeyStatus,
    /// Which way it goes back.
    pub direction: Direction,
    /// The change that is put back.
    pub undoes: Arc<str>,
}

/// Why nothing is put back. Each is told in a sentence.
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum UndoRefusal {
    /// There is no change to put back here.
    Nothing,
    /// There is no change of that key to put back here.
    NothingOf(KeyId),
    /// No change has an ID that begins so.
    NoSuchChange(Arc<str>),
    /// Several changes have an ID that begins so.
    Ambiguous(Arc<str>, Vec<Arc<str>>),
    /// The change was made in another account, or at another endpoint: which.
    Elsewhere(Box<Intent>),
    /// It is still under way.
    InFlight(Box<Intent>),
    /// It has changed nothing.
    ChangedNothing(Box<Intent>),
    /// It has been put back already: by which change.
    Undone(Box<Intent>, Arc<str>),
    /// The status before was not read, so that one has to be given.
    FormerNotRead(Box<Intent>),
    /// The status before can't be set.
    CannotSet(Box<Intent>, KeyStatus),
    /// The key no longer has the status that the change left.
    Moved(Box<Intent>, KeyStatus),
    /// The key is not among its owner's keys any more.
    Gone(Box<Intent>),
    /// There is no user of the owner's name any more; that says nothing of
    /// the key.
    NoSuchUser(Box<Intent>, UserName),
}

/// The last change at `site` that is not yet put back; of that key alone,
/// where one is given. An undo is no change to be undone: putting it back
/// takes its ID.
///
/// # Errors
/// There is none.
pub(crate) fn last<'a>(entries: &'a [Entry], site: &Site, of: Option<&KeyId>) -> Result<&'a Entry, UndoRefusal> {
    entries
        .iter()
        .rev()
        .find(|entry| {
            let intent = &entry.intent;
            of.is_none_or(|key| *key == intent.key)
                && intent.undoes.is_none()
                && intent.concerns(site)
                && !changed_nothing(entry)
                && undone_by(entries, &intent.id).is_none()
        })
        .ok_or_else(|| of.map_or(UndoRefusal::Nothing, |key| UndoRefusal::NothingOf(key.clone())))
}

/// The change whose ID is `id`, or the only one whose ID begins or ends so;
/// for the ID of a key the key's last one, as [`last`] finds it.
///
/// # Errors
/// There is none, or more than one; it was made elsewhere; or it has been put
/// back already.
pub(crate) fn find<'a>(entries: &'a [Entry], site: &Site, id: &str) -> Result<&'a Entry, UndoRefusal> {
    if let Ok(key) = KeyId::parse(id.trim())
        && key.kind() == KeyKind::LongTerm
    {
        return last(entries, site, Some(&key));
    }
    let wanted = id.trim().to_ascii_lowercase();
    let matching: Vec<_> = entries
        .iter()
        .filter(|entry| {
            let own = entry.intent.id.to_ascii_lowercase();
            !wanted.is_empty() && (own.starts_with(&wanted) || own.ends_with(&format!("-{wanted}")))
        })
        .collect();
    let entry = match matching[..] {
        [] => return Err(UndoRefusal::NoSuchChange(id.into())),
        [entry] => entry,
        [..] => {
            let ids = matching.iter().map(|entry| Arc::clone(&entry.intent.id)).collect();
            return Err(UndoRefusal::Ambiguous(id.into(), ids));
        }
    };
    if !entry.intent.concerns(site) {
        return Err(UndoRefusal::Elsewhere(Box::new(entry.intent.clone())));
    }
    match undone_by(entries, &entry.intent.id) {
        Some(by) => Err(UndoRefusal::Undone(Box::new(entry.intent.clone()), Arc::clone(&by.intent.id))),
        None => Ok(entry),
    }
}

/// Whether the change may be put back, given the `current` status of its key,
/// just read from its owner's list (`None` where that does not have it). `to`
/// is where to go back to if the status before was not read.
///
/// # Errors
/// Why not.
pub(crate) fn check(
    entry: &Entry,
    current: Option<&KeyStatus>,
    to: Option<Direction>,
    now: Timestamp,
) -> Result<Undo, UndoRefusal> {
    let intent = || Box::new(entry.intent.clone());
    if entry.standing(now) == Standing::InFlight {
        return Err(UndoRefusal::InFlight(intent()));
    }
    let left = entry.intent.direction.status();
    if changed_nothing(entry) && !is_not_found(entry) || entry.intent.before.as_ref() == Some(&left) {
        return Err(UndoRefusal::ChangedNothing(intent()));
    }
    let direction = match (&entry.intent.before, to) {
        (Some(KeyStatus::Active), _) => Direction::Activate,
        (Some(KeyStatus::Inactive), _) => Direction::Deactivate,
        (Some(former), _) => return Err(UndoRefusal::CannotSet(intent(), former.clone())),
        (None, Some(to)) => to,
        (None, None) => return Err(UndoRefusal::FormerNotRead(intent())),
    };
    match current {
        None => Err(UndoRefusal::Gone(intent())),
        Some(status) if *status != left => Err(UndoRefusal::Moved(intent(), status.clone())),
        // Back to what it is already, by request: nothing is to be sent.
        Some(status) if *status == direction.status() => Err(UndoRefusal::ChangedNothing(intent())),
        Some(status) => Ok(Undo {
            key: entry.intent.key.clone(),
            user: entry.intent.user.clone(),
            before: status.clone(),
            direction,
            undoes: Arc::clone(&entry.intent.id),
        }),
    }
}

/// Whether the key is certainly as it was.
fn changed_nothing(entry: &Entry) -> bool {
    entry.endings.last().is_some_and(|ending| match ending.verdict {
        Verdict::Refused | Verdict::NotSent => true,
        Verdict::Settled => ending.status_seen.as_ref() != Some(&entry.intent.direction.status()),
        _ => false,
    })
}

/// Whether a later read has found neither the wanted status nor another.
fn is_not_found(entry: &Entry) -> bool {
    entry.endings.last().is_some_and(|ending| ending.verdict == Verdict::Settled && ending.status_seen.is_none())
}

/// The change that has put the one with that ID back, unless that one has
/// itself been put back since.
fn undone_by<'a>(entries: &'a [Entry], id: &Arc<str>) -> Option<&'a Entry> {
    entries.iter().find(|entry| {
        entry.intent.undoes.as_ref() == Some(id) && entry.is_done() && undone_by_later(entries, entry).is_none()
    })
}

/// As [`undone_by`], of an undo; only later changes are asked, so that the
/// search ends whatever a damaged journal says.
fn undone_by_later<'a>(entries: &'a [Entry], undo: &Entry) -> Option<&'a Entry> {
    let at = entries.iter().position(|entry| std::ptr::eq(entry, undo))?;
    undone_by(&entries[at + 1..], &undo.intent.id)
}

impl fmt::Display for UndoRefusal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (intent, why) = match self {
            Self::Nothing => {
                return f.write_str(
                    "There is no change to undo in this account: none was made from here, or all are undone.",
                );
            }
            Self::NothingOf(key) => {
                return write!(
                    f,
                    "There is no change of {key} to undo in this account: none was made from here, or all are undone."
                );
            }
            Self::NoSuchChange(id) => {
                return write!(f, "No change in the journal has the ID {id}. keyflip journal lists them.");
            }
            Self::Ambiguous(id, ids) => {
                return write!(f, "{} changes match {id}: {}. Give more of the ID.", ids.len(), ids.join(", "));
            }
            Self::Elsewhere(intent) => (
                intent,
                format!("was made in {}, which is not where you are. Go there with its profile", intent.place()),
            ),
            Self::InFlight(intent) => (intent, "is still under way. Wait for its outcome, then undo it".to_owned()),
            Self::ChangedNothing(intent) => (intent, "changed nothing, so there is nothing to undo".to_owned()),
            Self::Undone(intent, by) => (intent, format!("has been undone already, by change {by}")),
            Self::FormerNotRead(intent) => (
                intent,
                "can't be undone by itself: the status before it was not read. Say whether the key is to be Active or \
                 Inactive"
                    .to_owned(),
            ),
            Self::CannotSet(intent, former) => {
                (intent, format!("can't be undone: the key was {former} before, which can't be set"))
            }
            Self::Moved(intent, now) => (
                intent,
                format!(
                    "was not undone: it left the key {}, but IAM now reports {now}, so somebody has changed it since. \
                     Nothing was sent",
                    intent.direction.status()
                ),
            ),
            Self::Gone(intent) => (
                intent,
                "was not undone: IAM no longer lists the key for that user (deleted, or the user renamed?). Nothing was sent"
                    .to_owned(),
            ),
            Self::NoSuchUser(intent, user) => {
                let next = format!("Nothing was sent; keyflip find {} tells its owner now", intent.key);
                let why = owner_not_found(&intent.key, user, &intent.place(), NamedBy::Journal, Lacks::User, &next);
                (intent, format!("was not undone: {why}"))
            }
        };
        write!(f, "Change {} ({}, {}) {why}.", intent.id, intent.subject(), intent.transition())
    }
}

impl std::error::Error for UndoRefusal {}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::changes::ending::Ending;
    use crate::changes::samples::{change, entry, site, time};
    use crate::model::Endpoint;
    use crate::model::KeyChange;

    fn done(at: &str) -> Entry {
        entry(&change(), at, Some(Verdict::Proved))
    }

    fn undo_of(undone: &Entry, at: &str, verdict: Verdict) -> Entry {
        let undoes = Some(Arc::clone(&undone.intent.id));
        let back = Direction::Activate;
        entry(&KeyChange { undoes, direction: back, before: Some(KeyStatus::Inactive), ..change() }, at, Some(verdict))
    }

    fn now() -> Timestamp {
        time("20:00:00")
    }

    #[test]
    fn the_last_change_that_changed_something_comes_first_and_each_once() {
        let (first, second) = (done("10:00:00"), done("11:00:00"));
        let refused = entry(&change(), "12:00:00", Some(Verdict::Refused));
        let mut entries = vec![first.clone(), second.clone(), refused];
        assert_eq!(last(&entries, &site(), None), Ok(&second));
        entries.push(undo_of(&second, "13:00:00", Verdict::Refused));
        assert_eq!(last(&entries, &site(), None), Ok(&second), "that undo was refused");
        entries.push(undo_of(&second, "13:01:00", Verdict::Proved));
        assert_eq!(last(&entries, &site(), None), Ok(&first), "an undo is not undone in turn");
        entries.push(undo_of(&first, "13:02:00", Verdict::Accepted));
        assert_eq!(last(&entries, &site(), None), Err(UndoRefusal::Nothing));
    }

    #[test]
    fn an_undo_that_was_itself_put_back_counts_no_more() {
        let first = done("10:00:00");
        let undo = undo_of(&first, "11:00:00", Verdict::Proved);
        let redo = undo_of(&undo, "12:00:00", Verdict::Proved);
        let entries = [first.clone(), undo, redo];
        assert_eq!(find(&entries, &site(), &first.intent.id), Ok(&first));
    }

    #[test]
    fn only_this_account_counts() {
        let (first, second) = (done("10:00:00"), done("11:00:00"));
        let mut demo = done("12:00:00");
        demo.intent.endpoint = Endpoint::NotAws("http://127.0.0.1:4000".into());
        let entries = [first, second.clone(), demo.clone()];
        assert_eq!(last(&entries, &site(), None), Ok(&second));
        let elsewhere = find(&entries, &site(), &demo.intent.id).unwrap_err();
        assert!(elsewhere.to_string().contains("123456789012, NOT AWS http://127.0.0.1:4000"), "{elsewhere}");
    }

    #[test]
    fn an_id_may_be_shortened_while_it_is_unique() {
        let entries = [done("10:00:00"), done("11:00:00")];
        let id = &entries[1].intent.id;
        assert_eq!(find(&entries, &site(), "20261124t11"), Ok(&entries[1]));
        assert_eq!(find(&entries, &site(), id.rsplit('-').next().unwrap()), Ok(&entries[1]));
        assert!(matches!(find(&entries, &site(), "2026"), Err(UndoRefusal::Ambiguous(_, ids)) if ids.len() == 2));
        assert_eq!(find(&entries, &site(), ""), Err(UndoRefusal::NoSuchChange("".into())));
    }

    #[test]
    fn for_the_id_of_a_key_it_is_the_last_change_of_that_key() {
        let other = KeyId::parse("AKIARZPUZDIKJ3TBYUFZ").unwrap();
        let (first, second) = (done("10:00:00"), entry(&KeyChange { key: other, ..change() }, "11:00:00", None));
        let entries = [first.clone(), second];
        assert_eq!(find(&entries, &site(), first.intent.key.as_str()), Ok(&first));
        let none = find(&entries, &site(), "AKIARZPUZDIKAAAAAAAA").unwrap_err();
        assert!(none.to_string().contains("no change of AKIARZPUZDIKAAAAAAAA"), "{none}");
    }

    #[test]
    fn it_goes_back_only_from_the_status_that_it_left() {
        let entry = done("10:00:00");
        let undo = check(&entry, Some(&KeyStatus::Inactive), None, now()).unwrap();
        assert_eq!((undo.direction, &undo.undoes), (Direction::Activate, &entry.intent.id));
        let moved = check(&entry, Some(&KeyStatus::Active), None, now()).unwrap_err();
        assert!(moved.to_string().contains("left the key Inactive, but IAM now reports Active"), "{moved}");
        let gone = check(&entry, None, None, now());
        assert!(matches!(gone, Err(UndoRefusal::Gone(_))));
    }

    #[test]
    fn a_former_status_that_was_not_read_is_asked_for() {
        let unread = entry(&KeyChange { before: None, ..change() }, "10:00:00", Some(Verdict::Accepted));
        let inactive = Some(&KeyStatus::Inactive);
        assert!(matches!(check(&unread, inactive, None, now()), Err(UndoRefusal::FormerNotRead(_))));
        assert!(check(&unread, inactive, Some(Direction::Activate), now()).is_ok());
        let same = check(&unread, inactive, Some(Direction::Deactivate), now());
        assert!(matches!(same, Err(UndoRefusal::ChangedNothing(_))));
        let known = check(&done("10:00:00"), inactive, Some(Direction::Deactivate), now()).unwrap();
        assert_eq!(known.direction, Direction::Activate, "what was read wins");
    }

    #[test]
    fn what_is_under_way_or_changed_nothing_stays() {
        let inactive = Some(&KeyStatus::Inactive);
        let open = entry(&change(), "10:00:00", None);
        assert!(matches!(check(&open, inactive, None, time("10:00:01")), Err(UndoRefusal::InFlight(_))));
        assert!(check(&open, inactive, None, now()).is_ok(), "the read just made has settled it");
        let mut settled = open;
        settled.endings.push(Ending {
            status_seen: Some(KeyStatus::Active),
            ..Ending::new(&settled.intent.id, Verdict::Settled, now())
        });
        assert!(matches!(check(&settled, inactive, None, now()), Err(UndoRefusal::ChangedNothing(_))));
        let expired = KeyChange { before: Some(KeyStatus::Expired), ..change() };
        let expired = entry(&expired, "10:00:00", Some(Verdict::Proved));
        assert!(matches!(check(&expired, inactive, None, now()), Err(UndoRefusal::CannotSet(..))));
    }
}
