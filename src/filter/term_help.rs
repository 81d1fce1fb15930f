//! The terms of the filter language, for errors, help and completion.

/// One term of the filter language.
#[derive(Clone, Copy, Debug)]
pub(crate) struct TermHelp {
    /// Its name.
    pub name: &'static str,
    /// What follows the name when it is completed: an operator, and how every value begins.
    pub operator: &'static str,
    /// Values that follow a colon.
    pub values: &'static [&'static str],
    /// The forms in which it is written.
    pub forms: &'static str,
    /// The rows that it finds.
    pub finds: &'static str,
}

/// Every term of the filter language.
pub(crate) const TERMS: [TermHelp; 16] = [
    help(
        "status",
        ":",
        &["active", "inactive", "expired"],
        "status:active, :inactive or :expired",
        "keys with that status",
    ),
    help(
        "age",
        ">",
        &[],
        "age>90d or age<1h, in s, m, h, d, w or y",
        "keys older (>) or younger (<) than that",
    ),
    help(
        "unused",
        ">",
        &[],
        "unused>30d, in s, m, h, d, w or y",
        "keys not used for that long; if never used, since their creation",
    ),
    help(
        "used",
        "<",
        &["never"],
        "used<1d, used>30d or used:never, in s, m, h, d, w or y",
        "keys last used within that time (<), or before it (>), or never",
    ),
    help(
        "created",
        ">",
        &[],
        "created>2h, created>2026-11-01 or created>2026-11-01T09:30Z",
        "keys created after (>) or before (<) that time (UTC), read from IAM",
    ),
    help("keys", ">", &[], "keys>1, keys<2 or keys=0", "users by number of keys"),
    help("active", ">", &[], "active>1, active<2 or active=0", "users by number of active keys"),
    help("key", ":", &[], "key:AKIA*WX26", "keys by ID; * matches any text, ? one character"),
    help("user", ":", &[], "user:ci-*", "users by name; * matches any text, ? one character"),
    help("user-id", ":", &[], "user-id:AIDARZPUZDIKFYHOWX26", "the user with that unique ID"),
    help("path", ":/", &[], "path:/service/", "users whose path begins with that"),
    help("mfa", ":", &["yes", "no"], "mfa:yes or mfa:no", "users with or without an MFA device"),
    help(
        "quarantine",
        ":",
        &["yes", "no"],
        "quarantine:yes or quarantine:no",
        "users with or without a quarantine policy of AWS; keyflip list reads their policies",
    ),
    help(
        "root",
        ":",
        &["yes", "no"],
        "root:yes or root:no",
        "the account's root user, or the others",
    ),
    help(
        "account",
        ":",
        &[],
        "account:acme-* or account:123456789012",
        "accounts by ID or name; * matches any text, ? one character",
    ),
    help("marked", ":", &["yes", "no"], "marked:yes or marked:no", "marked or unmarked rows"),
];

const fn help(
    name: &'static str,
    operator: &'static str,
    values: &'static [&'static str],
    forms: &'static str,
    finds: &'static str,
) -> TermHelp {
    TermHelp { name, operator, values, forms, finds }
}
