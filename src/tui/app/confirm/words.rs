//! What the dialog before a change says, and whether a screen has room for
//! what it must say.

use jiff::{SignedDuration, Timestamp};

use crate::model::{Direction, Known, LastUse, age, ago, date_and_time, time_of_day};
use crate::tui::app::wrap::wrap;
use crate::tui::app::{Confirm, Target, Typed};
use crate::tui::layout;

/// How a line of the dialog is meant.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum LineTone {
    /// A fact.
    Plain,
    /// The key, the user, the change.
    Strong,
    /// Something to think about first.
    Warning,
    /// Further words.
    Dim,
}

/// One line of the dialog, before it is wrapped.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Line {
    /// What the text is about; may be empty.
    pub label: &'static str,
    /// The text.
    pub text: String,
    /// How it is meant.
    pub tone: LineTone,
    /// How early it is left out where there is little room; 0 is never.
    pub rank: u8,
}

/// The dialog's widest text.
pub(crate) const WIDTH: u16 = 84;

/// Columns for a line's label.
pub(crate) const LABEL: usize = 11;

/// A key used more recently than this may be in use.
const RECENT: SignedDuration = SignedDuration::from_hours(24);

/// The dialog's title.
pub(crate) fn title(confirm: &Confirm) -> String {
    let verb = confirm.direction.verb();
    if confirm.targets.iter().any(|target| target.undoes.is_some()) {
        return format!("Put back: {} this access key?", verb.to_lowercase());
    }
    match confirm.targets.len() {
        1 => format!("{verb} this access key?"),
        several => format!("{verb} these {several} access keys?"),
    }
}

/// What the dialog says, in its order, leaving out what there is no room for.
/// `None` where not even what it must say has room.
pub(crate) fn confirm_lines(confirm: &Confirm, columns: u16, rows: u16, now: Timestamp) -> Option<Vec<Line>> {
    let mut lines = all_lines(confirm, now);
    let (_, inside) = layout::window(columns, rows, WIDTH, rows);
    let width = usize::from(inside.width);
    // Below the text stand a blank line and the buttons; the reason has a
    // line where there is room.
    let buttons = 1 + u16::from(confirm.typed.is_some());
    let room = usize::from(inside.height.saturating_sub(buttons));
    loop {
        let height: usize = lines.iter().map(|line| wrapped(line, width).len()).sum();
        if height <= room {
            return Some(lines);
        }
        let rank = lines.iter().map(|line| line.rank).max().filter(|rank| *rank > 0)?;
        let last = lines.iter().rposition(|line| line.rank == rank)?;
        lines.remove(last);
    }
}

/// Whether the screen has room for all that the dialog must say.
pub(crate) fn fits(confirm: &Confirm, columns: u16, rows: u16) -> bool {
    layout::is_usable(columns, rows) && confirm_lines(confirm, columns, rows, Timestamp::UNIX_EPOCH).is_some()
}

/// A line's text in pieces that fit the width beside its label.
pub(crate) fn wrapped(line: &Line, width: usize) -> Vec<String> {
    let indent = if line.label.is_empty() { 0 } else { LABEL };
    wrap(&line.text, width.saturating_sub(indent).max(8))
}

fn line(label: &'static str, text: impl Into<String>, tone: LineTone, rank: u8) -> Line {
    Line { label, text: text.into(), tone, rank }
}

fn all_lines(confirm: &Confirm, now: Timestamp) -> Vec<Line> {
    let place = &confirm.place;
    let mut lines = Vec::new();
    if let Some(not_aws) = place.not_aws() {
        lines.push(line("Endpoint", not_aws, LineTone::Warning, 0));
    }
    lines.push(line("Account", place.account_label(), LineTone::Strong, 0));
    lines.push(line("Caller", place.caller.arn.as_str(), LineTone::Plain, 3));
    lines.push(line("Profile", &*place.source, LineTone::Dim, 7));
    match confirm.targets.as_slice() {
        [target] => one_target(confirm, target, now, &mut lines),
        targets => several_targets(confirm, targets, now, &mut lines),
    }
    let warnings = warnings(confirm, now);
    if warnings.first().is_some_and(|line| line.tone == LineTone::Warning) {
        lines.push(line("", "", LineTone::Plain, 9));
    }
    lines.extend(warnings);
    lines
}

fn one_target(confirm: &Confirm, target: &Target, now: Timestamp, lines: &mut Vec<Line>) {
    lines.push(line("User", user(target), LineTone::Strong, 0));
    lines.push(line("Key", target.key.as_str(), LineTone::Strong, 0));
    lines.push(line("Change", direction(confirm, target), LineTone::Strong, 0));
    lines.push(line("", "", LineTone::Plain, 9));
    lines.push(line("Last used", last_use(&target.last_use, now), LineTone::Plain, 2));
    if let Some(created) = target.created {
        let made = format!("{}, {} old", date_and_time(created), age(now.duration_since(created)));
        lines.push(line("Made", made, LineTone::Plain, 6));
    }
    lines.push(line("Other keys", others(target), LineTone::Plain, 4));
}

fn several_targets(confirm: &Confirm, targets: &[Target], now: Timestamp, lines: &mut Vec<Line>) {
    for target in targets {
        let text = format!("{} of {}, last used {}", target.key, user(target), last_use(&target.last_use, now));
        lines.push(line(if target.signs { "Own key" } else { "Key" }, text, LineTone::Strong, 0));
    }
    if let Some(first) = targets.first() {
        lines.push(line("Change", direction(confirm, first), LineTone::Strong, 0));
    }
}

fn user(target: &Target) -> String {
    target.user.as_ref().map_or_else(|| "the account's root user".to_owned(), ToString::to_string)
}

fn direction(confirm: &Confirm, target: &Target) -> String {
    format!("{} → {}", target.before, confirm.direction.status())
}

fn others(target: &Target) -> String {
    if target.others.is_empty() {
        return "none".to_owned();
    }
    let others: Vec<_> = target.others.iter().map(|(id, status)| format!("{id} {status}")).collect();
    others.join(", ")
}

/// A last use in words, with its time in UTC.
pub(crate) fn last_use(known: &Known<LastUse>, now: Timestamp) -> String {
    match known {
        Known::Live { value, .. } => last_use_value(value, now),
        Known::Reported { value, at } => {
            format!("{} (credential report of {})", last_use_value(value, now), date_and_time(*at))
        }
        Known::NotRead => "not read yet".to_owned(),
        Known::Denied(_) => "not known: IAM does not permit the caller to ask".to_owned(),
        Known::Vanished { .. } => "not known: the key is gone".to_owned(),
        Known::Failed(trouble) => format!("not known: {}", trouble.error),
    }
}

fn last_use_value(value: &LastUse, now: Timestamp) -> String {
    match value {
        LastUse::Never => "never, as far as IAM knows".to_owned(),
        LastUse::Used { at, service, region } => {
            let by = service.as_ref().map(|service| format!(", {service}")).unwrap_or_default();
            let region = region.as_ref().map(|region| format!(" in {region}")).unwrap_or_default();
            format!("{}, {}{by}{region}", ago(*at, now), date_and_time(*at))
        }
    }
}

fn warnings(confirm: &Confirm, now: Timestamp) -> Vec<Line> {
    let mut lines = Vec::new();
    let deactivates = confirm.direction == Direction::Deactivate;
    if confirm.unwritten {
        let text = "The journal can't be written. Sent all the same, the change is kept in memory only, and printed \
                    when keyflip ends: keep those lines.";
        lines.push(line("", text, LineTone::Warning, 0));
    }
    for target in &confirm.targets {
        if target.signs && deactivates {
            lines.push(line(
                "",
                format!("{} may sign this very session: once it is off, nothing can be undone from here.", target.key),
                LineTone::Warning,
                0,
            ));
        }
        let used = target.last_use.value().and_then(LastUse::at);
        if deactivates && used.is_some_and(|at| now.duration_since(at) < RECENT) {
            let text = format!("{} was used within the last day: whatever uses it will stop working.", target.key);
            lines.push(line("", text, LineTone::Warning, 1));
        }
        if let Some(note) = &target.note {
            lines.push(line("", note.clone(), LineTone::Warning, 1));
        }
        if let Some(error) = &target.unconfirmed {
            let text = format!("Its status is of {} and could not be read again: {error}", time_of_day(target.read));
            lines.push(line("", text, LineTone::Warning, 1));
        }
    }
    if confirm.place.signing_keys.is_empty() && deactivates {
        let text = "It can't be known which key minted this session, so this may be your own.";
        lines.push(line("", text, LineTone::Warning, 1));
    }
    lines.push(line("", "", LineTone::Plain, 9));
    lines.push(if deactivates {
        let text =
            "Switching a key off can be undone. Sessions that the key has already minted live on, for up to 36 hours.";
        line("", text, LineTone::Dim, 5)
    } else {
        line("", "Whoever holds its secret can use the key again.", LineTone::Warning, 1)
    });
    lines
}

/// What must be typed, as the dialog asks for it.
pub(crate) fn typed_prompt(confirm: &Confirm, typed: &Typed) -> String {
    if confirm.unwritten {
        format!("Type {}, then enter:", typed.expected)
    } else if confirm.targets.len() > 1 {
        format!("Type the number of keys, {}, then enter:", typed.expected)
    } else {
        format!("Type the key's last four characters, {}, then enter:", typed.expected)
    }
}
