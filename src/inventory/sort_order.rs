//! Sort orders of users and keys. Callers keep the sorted list: facts that come later change it
//! only when they sort again.

use std::borrow::Cow;
use std::cmp::Reverse;

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use crate::inventory::{Inventory, KeyIndex, UserFacts, UserIndex};
use crate::model::{KeyId, KeyStatus, LastUse};

/// Criterion by which a list is sorted.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub(crate) enum SortBy {
    /// By name, regardless of case.
    #[default]
    Name,
    /// Quarantined users, then the newest key, then the most recently used. For an incident.
    NewestKey,
    /// Active and unused for longest, active and never used, two active. For key hygiene.
    LongestUnused,
}

/// Direction of a sort order.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub(crate) enum SortDirection {
    /// As the criterion says.
    #[default]
    Forward,
    /// From the other end. Rows of which too little is known still come last.
    Reverse,
}

/// Sort order of a list.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct SortOrder {
    /// Criterion.
    pub by: SortBy,
    /// Direction.
    pub direction: SortDirection,
}

impl SortOrder {
    /// Returns the order by the next criterion of the cycle, in the same direction.
    pub(crate) fn next(self) -> Self {
        let by = match self.by {
            SortBy::Name => SortBy::NewestKey,
            SortBy::NewestKey => SortBy::LongestUnused,
            SortBy::LongestUnused => SortBy::Name,
        };
        Self { by, ..self }
    }

    /// Returns the reverse of the order.
    pub(crate) fn reversed(self) -> Self {
        let direction = match self.direction {
            SortDirection::Forward => SortDirection::Reverse,
            SortDirection::Reverse => SortDirection::Forward,
        };
        Self { direction, ..self }
    }
}

impl SortBy {
    /// Returns its name, as the screen shows it.
    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::Name => "name",
            Self::NewestKey => "newest key",
            Self::LongestUnused => "longest unused",
        }
    }
}

/// Rank of a user or key in an order; smaller comes first. Those about which too little is known
/// come after all others. Equal ranks are sorted by name.
#[derive(PartialEq, Eq, PartialOrd, Ord)]
struct SortRank {
    unknown: bool,
    class: u8,
    newest_key: Reverse<Option<Timestamp>>,
    latest_use: Reverse<Option<Timestamp>>,
    unused_since: Option<Timestamp>,
}

impl SortRank {
    fn with_class(class: u8) -> Self {
        Self {
            unknown: false,
            class,
            newest_key: Reverse(None),
            latest_use: Reverse(None),
            unused_since: None,
        }
    }

    fn unknown() -> Self {
        Self { unknown: true, ..Self::with_class(0) }
    }
}

impl Inventory {
    /// Returns the users in that order, with deleted ones.
    pub(crate) fn sorted(&self, order: SortOrder, now: Timestamp) -> Vec<UserIndex> {
        let ranked = self
            .users()
            .map(|(index, facts)| (user_rank(facts, order.by, now), facts.name.as_str(), index));
        sort_by_rank(ranked, order.direction)
    }

    /// Returns the keys in that order, with deleted ones.
    pub(crate) fn sorted_keys(&self, order: SortOrder, now: Timestamp) -> Vec<KeyIndex> {
        let ranked = (0..).map(KeyIndex).zip(&self.keys).map(|(index, (owner, id))| {
            let facts = self.facts(*owner);
            (key_rank(facts, id, order.by, now), facts.name.as_str(), index)
        });
        sort_by_rank(ranked, order.direction)
    }
}

/// Sorts by rank, then by name regardless of case.
fn sort_by_rank<'a, T>(
    ranked: impl Iterator<Item = (SortRank, &'a str, T)>,
    direction: SortDirection,
) -> Vec<T> {
    let mut ranked: Vec<_> =
        ranked.map(|(rank, name, thing)| (rank, lowercase(name), thing)).collect();
    ranked.sort_by(|(rank, name, _), (other, other_name, _)| {
        rank.cmp(other).then_with(|| name.cmp(other_name))
    });
    if direction == SortDirection::Reverse {
        let known = ranked.partition_point(|(rank, ..)| !rank.unknown);
        ranked[..known].reverse();
    }
    ranked.into_iter().map(|(_, _, thing)| thing).collect()
}

/// Returns the name in lower case, without a copy if it is already.
fn lowercase(name: &str) -> Cow<'_, str> {
    if name.bytes().any(|byte| byte.is_ascii_uppercase()) {
        Cow::Owned(name.to_ascii_lowercase())
    } else {
        Cow::Borrowed(name)
    }
}

fn user_rank(facts: &UserFacts, by: SortBy, now: Timestamp) -> SortRank {
    match by {
        SortBy::Name => SortRank::with_class(0),
        SortBy::NewestKey => {
            let ages = facts.key_ages();
            let newest = ages.value().and_then(|ages| ages.iter().max().copied());
            newest_key_rank(
                facts.is_quarantined() == Some(true),
                ages.value().is_some(),
                newest,
                facts.latest_use().value(),
            )
        }
        SortBy::LongestUnused => {
            let (statuses, last_use) = (facts.key_statuses(), facts.latest_use());
            let Some(statuses) = statuses.value() else { return SortRank::unknown() };
            disuse_rank(count_active(statuses.iter()), last_use.value(), now)
        }
    }
}

fn key_rank(facts: &UserFacts, id: &KeyId, by: SortBy, now: Timestamp) -> SortRank {
    if by == SortBy::Name {
        return SortRank::with_class(0);
    }
    let Some(key) = facts.key(id) else { return SortRank::unknown() };
    if by == SortBy::NewestKey {
        return newest_key_rank(
            facts.is_quarantined() == Some(true),
            true,
            key.created,
            key.last_use.value(),
        );
    }
    let actives = if key.status.is_active() {
        count_active(facts.live_keys().iter().map(|key| &key.status))
    } else {
        0
    };
    disuse_rank(actives, key.last_use.value(), now)
}

fn count_active<'a>(statuses: impl Iterator<Item = &'a KeyStatus>) -> usize {
    statuses.filter(|status| status.is_active()).count()
}

/// Returns the rank by the newest key: quarantined users first, whatever else is known.
fn newest_key_rank(
    quarantined: bool,
    known: bool,
    newest: Option<Timestamp>,
    last_use: Option<&LastUse>,
) -> SortRank {
    SortRank {
        unknown: !known && !quarantined,
        newest_key: Reverse(newest),
        latest_use: Reverse(last_use.and_then(LastUse::at)),
        ..SortRank::with_class(u8::from(!quarantined))
    }
}

/// Returns the rank by disuse: active and long unused, those unused for longest first; active and
/// never used; one of two active keys; other active keys; none active.
fn disuse_rank(actives: usize, last_use: Option<&LastUse>, now: Timestamp) -> SortRank {
    let (class, unused_since) = match (actives, last_use) {
        (0, _) => (4, None),
        (_, Some(LastUse::Never)) => (1, None),
        (_, Some(used)) if used.is_long_unused(None, now) == Some(true) => (0, used.at()),
        (2.., _) => (2, None),
        _ => (3, None),
    };
    let unknown = actives > 0 && last_use.is_none();
    SortRank { unknown, unused_since, ..SortRank::with_class(class) }
}
