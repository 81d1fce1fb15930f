//! Orders of users and of keys. An order is worked out when it is asked for
//! and then kept: facts that come later change it only when it is asked for
//! again.

use std::cmp::Reverse;

use jiff::{SignedDuration, Timestamp};

use crate::inventory::{Inventory, UserFacts, UserIndex};
use crate::model::{KeyStatus, LastUse};

/// By what a list is sorted.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) enum Order {
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
const LONG: SignedDuration = SignedDuration::from_hours(90 * 24);

impl Order {
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

/// Where a user stands in an order; the smaller the earlier. Users of whom too
/// little is known stand apart, behind all others.
#[derive(PartialEq, Eq, PartialOrd, Ord)]
struct Rank {
    unknown: bool,
    class: u8,
    newest_key: Reverse<Option<Timestamp>>,
    latest_use: Reverse<Option<Timestamp>>,
    name: String,
}

impl Inventory {
    /// The users in that order; whoever is gone stays in it.
    pub(crate) fn sorted(&self, order: Order, reverse: bool, now: Timestamp) -> Vec<UserIndex> {
        let mut users: Vec<_> = self.users().map(|(index, _)| index).collect();
        users.sort_by_cached_key(|index| rank(self.at(*index), order, now));
        if reverse {
            let known = users.partition_point(|index| !rank(self.at(*index), order, now).unknown);
            users[..known].reverse();
        }
        users
    }
}

fn rank(facts: &UserFacts, order: Order, now: Timestamp) -> Rank {
    let mut rank = Rank {
        unknown: false,
        class: 0,
        newest_key: Reverse(None),
        latest_use: Reverse(None),
        name: facts.name.as_str().to_lowercase(),
    };
    match order {
        Order::Name => {}
        Order::Incident => rank_incident(facts, &mut rank),
        Order::Hygiene => rank_hygiene(facts, now, &mut rank),
    }
    rank
}

fn rank_incident(facts: &UserFacts, rank: &mut Rank) {
    let quarantined = facts.quarantine().value().is_some_and(|policies| !policies.is_empty());
    let ages = facts.key_ages();
    rank.unknown = ages.value().is_none() && !quarantined;
    rank.class = u8::from(!quarantined);
    rank.newest_key = Reverse(ages.value().and_then(|ages| ages.iter().max().copied()));
    rank.latest_use = Reverse(facts.latest_use().value().and_then(LastUse::at));
}

fn rank_hygiene(facts: &UserFacts, now: Timestamp, rank: &mut Rank) {
    let (statuses, last_use) = (facts.key_statuses(), facts.latest_use());
    let Some(statuses) = statuses.value() else {
        rank.unknown = true;
        return;
    };
    let active = statuses.iter().filter(|status| **status == KeyStatus::Active).count();
    let long_ago = |at: Timestamp| now.duration_since(at) > LONG;
    rank.class = match (active, last_use.value()) {
        (0, _) => 4,
        (_, Some(LastUse::Used { at, .. })) if long_ago(*at) => 0,
        (_, Some(LastUse::Never)) => 1,
        (2.., _) => 2,
        _ => 3,
    };
    rank.unknown = active > 0 && last_use.value().is_none();
}
