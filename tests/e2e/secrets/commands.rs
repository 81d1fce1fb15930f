//! The commands that must not leak a secret.

use crate::support::screen_steps::KEY;

/// Every command that signs or may sign.
pub(super) const COMMANDS: &[&[&str]] = &[
    &["list"],
    &["list", "--format", "json"],
    &["list", "--report"],
    &["activity", KEY, "--format", "json"],
    &["report", "cis"],
    &["find", KEY],
    &["find", KEY, "--any-account"],
    &["accounts", "--roles"],
    &["deactivate", KEY, "--yes", "--reason", "leaked"],
    &["activate", KEY, "--yes"],
    &[
        "update-access-key",
        "--access-key-id",
        KEY,
        "--status=Inactive",
        "--user-name=anna-katharina",
    ],
    &["undo", "--yes"],
    &["plan", "age>1d", "user:ci-*"],
    &["plan", "show", "plan.json"],
    &["apply", "plan.json", "--yes", "--pause", "0s"],
    &["plan", "status", "plan.json"],
    &["undo", "--plan", "plan.json", "--yes"],
    &["login"],
    &["journal"],
    &["journal", "--format", "json"],
    &["journal", "--format", "markdown"],
    &["config"],
    &["policy", "browse"],
    &["man"],
    &["completions", "bash"],
    &["deactivate", "no key"],
    &["nonsense"],
];
