//! Orders of users and of keys. An order is worked out when it is asked for
//! and then kept: facts that come later change it only when it is asked for
//! again.

use std::borrow::Cow;
use std::cmp::Reverse;

use jiff::{SignedDuration, Timestamp};

use crate::inventory::{Inventory, KeyIndex, UserFacts, UserIndex};
use crate::model::{KeyId, KeyStatus, LastUse};

/// By what a list is sorted.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) enum SortOrder {
    /// By name, ignoring case.
    #[default]
    Name,
    /// For an incident: quarantined users, then the newest key, then the most
    /// recently used.
    Incident,
    /// For tidying up: active and long unused, active and never used, two
    /// active.
    Hygiene,
}

/// A key unused for so long is long unused.
const LONG_UNUSED_AFTER: SignedDuration = SignedDuration::from_hours(90 * 24);

impl SortOrder {
    /// The next order in the round.
    pub(crate) fn next(self) -> Self {
        match self {
            Self::Name => Self::Incident,
            Self::Incident => Self::Hygiene,
            Self::Hygiene => Self::Name,
        }
    }

    /// Its name, as the screen shows it.
    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::Name => "name",
            Self::Incident => "incident",
            Self::Hygiene => "hygiene",
        }
    }
}

/// Where a user or a key stands in an order; the smaller the earlier. Those of
/// whom too little is known stand apart, behind all others; equals are told
/// apart by name.
#[derive(PartialEq, Eq, PartialOrd, Ord)]
struct SortRank {
    unknown: bool,
    class: u8,
    newest_key: Reverse<Option<Timestamp>>,
    latest_use: Reverse<Option<Timestamp>>,
}

impl SortRank {
    fn of(class: u8) -> Self {
        Self { unknown: false, class, newest_key: Reverse(None), latest_use: Reverse(None) }
    }

    fn unknown() -> Self {
        Self { unknown: true, ..Self::of(0) }
    }
}

impl Inventory {
    /// The users in that order; whoever is gone stays in it.
    pub(crate) fn sorted(&self, order: SortOrder, reverse: bool, now: Timestamp) -> Vec<UserIndex> {
        let ranked = self
            .users()
            .map(|(index, facts)| (user_rank(facts, order, now), facts.name.as_str(), index));
        in_order(ranked, reverse)
    }

    /// The keys in that order; a key that is gone stays in it.
    pub(crate) fn sorted_keys(
        &self,
        order: SortOrder,
        reverse: bool,
        now: Timestamp,
    ) -> Vec<KeyIndex> {
        let ranked = (0..).map(KeyIndex).zip(&self.keys).map(|(index, (owner, id))| {
            let facts = self.at(*owner);
            (key_rank(facts, id, order, now), facts.name.as_str(), index)
        });
        in_order(ranked, reverse)
    }
}

/// Sorts by rank, and then by name, ignoring case; the other way round what
/// is known of, with the others still behind.
fn in_order<'a, T>(ranked: impl Iterator<Item = (SortRank, &'a str, T)>, reverse: bool) -> Vec<T> {
    let mut ranked: Vec<_> =
        ranked.map(|(rank, name, thing)| (rank, lowercase(name), thing)).collect();
    ranked.sort_by(|(rank, name, _), (other, other_name, _)| {
        rank.cmp(other).then_with(|| name.cmp(other_name))
    });
    if reverse {
        let known = ranked.partition_point(|(rank, ..)| !rank.unknown);
        ranked[..known].reverse();
    }
    ranked.into_iter().map(|(_, _, thing)| thing).collect()
}

/// The name in lower case; most are.
fn lowercase(name: &str) -> Cow<'_, str> {
    if name.bytes().any(|byte| byte.is_ascii_uppercase()) {
        Cow::Owned(name.to_ascii_lowercase())
    } else {
        Cow::Borrowed(name)
    }
}

fn user_rank(facts: &UserFacts, order: SortOrder, now: Timestamp) -> SortRank {
    match order {
        SortOrder::Name => SortRank::of(0),
        SortOrder::Incident => {
            let ages = facts.key_ages();
            let newest = ages.value().and_then(|ages| ages.iter().max().copied());
            incident(
                is_quarantined(facts),
                ages.value().is_some(),
                newest,
                facts.latest_use().value(),
            )
        }
        SortOrder::Hygiene => {
            let (statuses, last_use) = (facts.key_statuses(), facts.latest_use());
            let Some(statuses) = statuses.value() else { return SortRank::unknown() };
            hygiene(active(statuses.iter()), last_use.value(), now)
        }
    }
}

fn key_rank(facts: &UserFacts, id: &KeyId, order: SortOrder, now: Timestamp) -> SortRank {
    if order == SortOrder::Name {
        return SortRank::of(0);
    }
    let Some(key) = facts.key(id) else { return SortRank::unknown() };
    if order == SortOrder::Incident {
        return incident(is_quarantined(facts), true, key.created, key.last_use.value());
    }
    let actives = if key.status == KeyStatus::Active {
        active(facts.live_keys().iter().map(|key| &key.status))
    } else {
        0
    };
    hygiene(actives, key.last_use.value(), now)
}

fn is_quarantined(facts: &UserFacts) -> bool {
    facts.quarantine().value().is_some_and(|policies| !policies.is_empty())
}

fn active<'a>(statuses: impl Iterator<Item = &'a KeyStatus>) -> usize {
    statuses.filter(|status| **status == KeyStatus::Active).count()
}

/// The quarantined first, whatever else is known of them.
fn incident(
    quarantined: bool,
    known: bool,
    newest: Option<Timestamp>,
    last_use: Option<&LastUse>,
) -> SortRank {
    SortRank {
        unknown: !known && !quarantined,
        newest_key: Reverse(newest),
        latest_use: Reverse(last_use.and_then(LastUse::at)),
        ..SortRank::of(u8::from(!quarantined))
    }
}

/// Active and long unused, active and never used, one of two active ones,
/// other active ones, no active one.
fn hygiene(actives: usize, last_use: Option<&LastUse>, now: Timestamp) -> SortRank {
    let long_ago = |at: Timestamp| now.duration_since(at) > LONG_UNUSED_AFTER;
    let class = match (actives, last_use) {
        (0, _) => 4,
        (_, Some(LastUse::Used { at, .. })) if long_ago(*at) => 0,
        (_, Some(LastUse::Never)) => 1,
        (2.., _) => 2,
        _ => 3,
    };
    SortRank { unknown: actives > 0 && last_use.is_none(), ..SortRank::of(class) }
}
