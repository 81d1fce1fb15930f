//! The sentences of configuration errors.

use std::fmt::Display;

/// A file that cannot be used; `line` is counted from 1.
pub(super) fn unusable_file(path: &dyn Display, line: Option<usize>, reason: &str) -> String {
    let line = line.map(|line| format!(", line {line}")).unwrap_or_default();
    let reason = reason.trim_end_matches('.');
    format!("Could not use the configuration file {path}{line}: {reason}.")
}

/// An option that does not exist, but is spelled like one.
pub(super) fn unknown_option(name: &str, similar: &str) -> String {
    format!("unknown option “{name}” (did you mean “{similar}”?)")
}

/// A table or an option that is in the same table twice.
pub(super) fn duplicate_key(name: &str) -> String {
    format!("“{name}” is there for the second time; keep one of them")
}

/// A theme that does not exist.
pub(super) fn unknown_theme(name: &str) -> String {
    format!("unknown theme “{name}”; use default, high-contrast or mono")
}

/// An account ID of the wrong form.
pub(super) fn invalid_account_id(text: &str) -> String {
    format!("account IDs have 12 digits; got “{text}”")
}

/// A text that must not be empty.
pub(super) const EMPTY_TEXT: &str = "the text is empty; remove the setting, or give it a value";

/// A role of `[reach]` that keyflip cannot assume.
pub(super) fn invalid_role(text: &str, reason: &dyn Display) -> String {
    format!("“{text}” cannot be assumed in another account: {reason}")
}

/// An external ID of the wrong form.
pub(super) fn invalid_external_id(text: &str) -> String {
    format!("“{text}” is not an external ID: 2 to 1224 letters, digits and _+=,.@:/-")
}

/// A name in the list of Regions that no Region can have.
pub(super) fn invalid_region(name: &str) -> String {
    format!("“{name}” is not a Region; write its name, such as eu-west-1")
}

/// A word in place of the list of Regions.
pub(super) fn invalid_regions(word: &str) -> String {
    format!("“{word}” is not a list of Regions; write [\"eu-west-1\"], or \"all\"")
}

/// A time to watch of the wrong form, or too long.
pub(super) fn invalid_watch(text: &str) -> String {
    format!(
        "“{text}” is not a time of at most 24h; write \"90s\", \"30m\", \"2h\", or \"0\" for none"
    )
}

/// A name that cannot be that of a saved filter.
pub(super) fn invalid_filter_name(name: &str) -> String {
    format!("“{name}” cannot name a filter: use letters, digits, - and _")
}

/// A saved filter that cannot be parsed.
pub(super) fn invalid_filter(name: &str, error: &dyn Display) -> String {
    format!("the filter “{name}” is not valid at {error}")
}

/// A saved filter that uses another one.
pub(super) fn filter_in_filter(name: &str) -> String {
    format!("the filter “{name}” uses another saved filter; write its terms instead")
}

/// Adds the allowed values of an option to an error of the TOML parser.
pub(super) fn with_allowed_values(error: &str, name: &str) -> String {
    match allowed_values(name) {
        Some(values) => format!("{error}; write {name} = {values}"),
        None => error.to_owned(),
    }
}

/// The values that an option takes.
fn allowed_values(name: &str) -> Option<&'static str> {
    match name {
        "theme" => Some("\"default\", \"high-contrast\" or \"mono\""),
        "color" | "ascii" | "mouse" | "animation" | "synchronized_update" | "read_only" => {
            Some("true or false")
        }
        "profile" | "region" | "journal" | "sso_session" | "from" | "external_id" => {
            Some("a string in double quotes")
        }
        "regions" => Some("a list of strings, [\"eu-west-1\"], or \"all\""),
        "watch" => Some("a time in double quotes: \"30m\""),
        "sso_roles" | "roles" => Some("a list of strings: [\"Name\", \"Other\"]"),
        _ => None,
    }
}
