//! Sort orders of the Organization view. Rows that were not read come last.

use std::cmp::Reverse;

use crate::ops::organization::{AccountSummary, OldestKey};
use crate::ops::overview::RootKeys;
use crate::tui::panes::organization::row::{OrganizationRow, RowIndex};

/// Sort order.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct OrganizationOrder {
    /// Criterion.
    by: OrganizationSort,
    /// Whether it is reversed. Rows that were not read still come last.
    pub is_reversed: bool,
}

/// Criterion by which the rows are sorted.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
enum OrganizationSort {
    /// Name, regardless of case.
    #[default]
    Name,
    /// Most unused keys first.
    Unused,
    /// Most keys that were never used first.
    NeverUsed,
    /// Oldest active key first.
    Oldest,
    /// Active root keys first, then inactive ones.
    Root,
    /// Most active keys first.
    Active,
    /// Most users first.
    Users,
    /// Oldest report first.
    Report,
}

impl OrganizationOrder {
    /// Returns the order by the next criterion of the cycle, in the same direction.
    pub(super) fn next(self) -> Self {
        let by = match self.by {
            OrganizationSort::Name => OrganizationSort::Unused,
            OrganizationSort::Unused => OrganizationSort::NeverUsed,
            OrganizationSort::NeverUsed => OrganizationSort::Oldest,
            OrganizationSort::Oldest => OrganizationSort::Root,
            OrganizationSort::Root => OrganizationSort::Active,
            OrganizationSort::Active => OrganizationSort::Users,
            OrganizationSort::Users => OrganizationSort::Report,
            OrganizationSort::Report => OrganizationSort::Name,
        };
        Self { by, ..self }
    }

    /// Returns the reverse of the order.
    pub(super) fn reversed(self) -> Self {
        Self { is_reversed: !self.is_reversed, ..self }
    }

    /// Returns whether a row that is filled in may belong elsewhere.
    pub(super) fn depends_on_reads(self) -> bool {
        self.by != OrganizationSort::Name
    }

    /// Returns the name of the criterion, as the screen shows it.
    pub(super) fn name(self) -> &'static str {
        match self.by {
            OrganizationSort::Name => "name",
            OrganizationSort::Unused => "unused keys",
            OrganizationSort::NeverUsed => "never used keys",
            OrganizationSort::Oldest => "oldest key",
            OrganizationSort::Root => "root key",
            OrganizationSort::Active => "active keys",
            OrganizationSort::Users => "users",
            OrganizationSort::Report => "age of the report",
        }
    }
}

/// Rank of a row that was read; smaller comes first.
#[derive(PartialEq, Eq, PartialOrd, Ord)]
struct Rank(i8, Reverse<usize>, i64);

/// Returns the rows in that order. Equal ones are sorted by name, then by account ID.
pub(super) fn sorted(rows: &[OrganizationRow], order: OrganizationOrder) -> Vec<RowIndex> {
    let ranked = rows.iter().enumerate().map(|(number, row)| {
        let rank = match order.by {
            OrganizationSort::Name => Some(Rank(0, Reverse(0), 0)),
            by => row.summary.value().and_then(|summary| rank(summary, by)),
        };
        // Failures before rows that are not read yet.
        let unknown = (rank.is_none(), rank.is_none() && row.summary.failure().is_none());
        // The text to search begins with the name in lower case and the ID.
        ((unknown, rank, &*row.search), RowIndex(number))
    });
    let mut ranked: Vec<_> = ranked.collect();
    ranked.sort_unstable_by(|(key, _), (other, _)| key.cmp(other));
    if order.is_reversed {
        let known = ranked.partition_point(|((unknown, ..), _)| !unknown.0);
        ranked[..known].reverse();
    }
    ranked.into_iter().map(|(_, index)| index).collect()
}

/// Returns the rank of an account; `None` if the report does not say.
fn rank(summary: &AccountSummary, by: OrganizationSort) -> Option<Rank> {
    let most = |count: usize| Some(Rank(0, Reverse(count), 0));
    match by {
        OrganizationSort::Name => None,
        OrganizationSort::Unused => most(summary.unused.certain),
        OrganizationSort::NeverUsed => most(summary.never_used.certain),
        OrganizationSort::Active => most(summary.active.certain),
        OrganizationSort::Users => most(summary.users.certain),
        OrganizationSort::Oldest => match summary.oldest {
            OldestKey::Since(at) | OldestKey::SinceAtLeast(at) => {
                Some(Rank(0, Reverse(0), at.as_second()))
            }
            OldestKey::None => Some(Rank(1, Reverse(0), 0)),
            OldestKey::Unknown => None,
        },
        OrganizationSort::Root => most(match summary.root() {
            RootKeys::None => 0,
            RootKeys::Present | RootKeys::Unknown => 1,
            RootKeys::Inactive => 2,
            RootKeys::Active => 3,
        }),
        OrganizationSort::Report => Some(Rank(0, Reverse(0), summary.generated.as_second())),
    }
}
