//! The bars, and the filter of each.

/// A question about active keys. Every key belongs to exactly one of its bars.
#[derive(Clone, Copy, Debug)]
pub(crate) struct BarGroup {
    /// Heading.
    pub heading: &'static str,
    /// Bars. Those of the keys for which the answer is not known have no filter and come last.
    pub bars: &'static [Bar],
}

/// One answer to the question.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Bar {
    /// Label.
    pub label: &'static str,
    /// Filter that finds the keys of the bar; `None` for keys of which the answer is not known.
    pub filter: Option<&'static str>,
}

/// A bar of [`GROUPS`].
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct BarId {
    /// Index of the group.
    pub group: usize,
    /// Index of the bar in the group.
    pub bar: usize,
}

/// Maximum number of bars of a group.
pub(super) const MAX_BARS: usize = 8;

/// Limits of the bars of [`AGE`], in days.
pub(super) const AGE_LIMITS: [i64; 4] = [30, 90, 180, 365];

/// Limits of the bars of [`LAST_USE`], in days.
pub(super) const USE_LIMITS: [i64; 5] = [1, 7, 30, 90, 365];

/// Indexes of the groups.
pub(super) const AGE: usize = 0;
pub(super) const LAST_USE: usize = 1;
pub(super) const KEYS_OF_USER: usize = 2;
pub(super) const MFA: usize = 3;
pub(super) const QUARANTINE: usize = 4;
pub(super) const OWNER: usize = 5;

/// The groups, in the order of the screen.
pub(crate) const GROUPS: [BarGroup; 6] = [
    BarGroup {
        heading: "AGE",
        bars: &[
            bar("up to 30 days", "status:active age<=30d"),
            bar("30–90 days", "status:active age>30d age<=90d"),
            bar("90–180 days", "status:active age>90d age<=180d"),
            bar("180–365 days", "status:active age>180d age<=365d"),
            bar("over 365 days", "status:active age>365d"),
            NOT_KNOWN,
        ],
    },
    BarGroup {
        heading: "LAST USE",
        bars: &[
            bar("within 1 day", "status:active used<=1d"),
            bar("1–7 days ago", "status:active used>1d used<=7d"),
            bar("7–30 days ago", "status:active used>7d used<=30d"),
            bar("30–90 days ago", "status:active used>30d used<=90d"),
            bar("90–365 days ago", "status:active used>90d used<=365d"),
            bar("over 365 days ago", "status:active used>365d"),
            bar("never used", "status:active used:never"),
            NOT_KNOWN,
        ],
    },
    BarGroup {
        heading: "KEYS OF THE USER",
        bars: &[
            bar("two or more", "status:active active>1"),
            bar("one", "status:active active=1"),
            NOT_KNOWN,
        ],
    },
    BarGroup {
        heading: "MFA OF THE USER",
        bars: &[
            bar("no device", "status:active mfa:no"),
            bar("with a device", "status:active mfa:yes"),
            NOT_KNOWN,
        ],
    },
    BarGroup {
        heading: "QUARANTINE POLICY",
        bars: &[
            bar("attached", "status:active quarantine:yes"),
            bar("not attached", "status:active quarantine:no"),
            NOT_KNOWN,
        ],
    },
    BarGroup {
        heading: "OWNER",
        bars: &[
            bar("root user", "status:active root:yes"),
            bar("IAM users", "status:active root:no"),
        ],
    },
];

const NOT_KNOWN: Bar = Bar { label: "not known", filter: None };

const fn bar(label: &'static str, filter: &'static str) -> Bar {
    Bar { label, filter: Some(filter) }
}

impl BarId {
    /// The bar of root's keys.
    pub(crate) const ROOT: Self = Self { group: OWNER, bar: 0 };
    /// The bar of the keys of IAM users.
    pub(super) const IAM_USERS: Self = Self { group: OWNER, bar: 1 };

    /// Returns the bars of a group.
    pub(crate) fn of_group(group: usize) -> impl Iterator<Item = Self> {
        (0..GROUPS[group].bars.len()).map(move |bar| Self { group, bar })
    }

    /// Returns the heading of the group.
    pub(crate) fn heading(self) -> &'static str {
        GROUPS[self.group].heading
    }

    /// Returns label and filter.
    pub(crate) fn spec(self) -> &'static Bar {
        &GROUPS[self.group].bars[self.bar]
    }
}
