//! What the dialog before a change says.

use jiff::{SignedDuration, Timestamp};
use unicode_width::UnicodeWidthStr as _;

use crate::model::{
    Direction, Known, LastUse, format_age, format_ago, format_date_time, format_time_of_day,
};
use crate::tui::app::{Confirm, DialogTarget, Focus, TypedConfirmation};

/// How a line of the dialog is meant.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum LineTone {
    /// A fact.
    Plain,
    /// The key, the user, the change.
    Strong,
    /// Something to think about first.
    Warning,
    /// What must not be overlooked: `NOT AWS`, as in the header.
    Alarm,
    /// Further words.
    Dim,
}

/// One line of the dialog, before it is wrapped.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct DialogLine {
    /// What the text is about; may be empty.
    pub label: &'static str,
    /// The text.
    pub text: String,
    /// How it is meant.
    pub tone: LineTone,
    /// How early it is left out where there is little room; 0 is never.
    pub rank: u8,
}

/// What the dialog says.
pub(super) struct DialogContent {
    /// Where, who, and which way.
    pub head: Vec<DialogLine>,
    /// The keys, and what is to be said of each.
    pub keys: Vec<Vec<DialogLine>>,
    /// What there is to know beside.
    pub tail: Vec<DialogLine>,
}

const ENDPOINT: &str = "Endpoint";
const USER: &str = "User";
const CHANGE: &str = "Change";
/// Below the text of the line before.
const CONTINUATION: &str = " ";

/// A key used more recently than this may be in use.
const RECENT_USE_AGE: SignedDuration = SignedDuration::from_hours(24);

/// The dialog's title.
pub(crate) fn title(confirm: &Confirm) -> String {
    let verb = confirm.direction.verb();
    let keys = match confirm.targets.len() {
        1 => "this access key?".to_owned(),
        several => format!("these {several} access keys?"),
    };
    if confirm.targets.iter().any(|target| target.undoes.is_some()) {
        return format!("Put back: {} {keys}", verb.to_lowercase());
    }
    format!("{verb} {keys}")
}

/// How the dialog is confirmed, in a few words. While a reason is written, no
/// letter confirms.
pub(crate) fn confirm_hint(confirm: &Confirm) -> String {
    match &confirm.typed {
        _ if confirm.focus == Focus::Reason => "enter ends the reason".to_owned(),
        Some(typed) => format!("typing {} confirms", typed.expected),
        None => "y confirms".to_owned(),
    }
}

fn line(label: &'static str, text: impl Into<String>, tone: LineTone, rank: u8) -> DialogLine {
    DialogLine { label, text: text.into(), tone, rank }
}

/// All that the dialog says; `brief` in as few words as will do.
pub(super) fn dialog_content(confirm: &Confirm, now: Timestamp, brief: bool) -> DialogContent {
    let mut head = head(confirm);
    let keys: Vec<_> = match confirm.targets.as_slice() {
        [target] => {
            let mut lines = one_target(confirm, target, now);
            lines.extend(warnings(confirm, target, now, brief));
            vec![lines]
        }
        targets => {
            head.push(line(CHANGE, direction(confirm, targets.first()), LineTone::Strong, 0));
            let one_of = |target| {
                let mut lines = vec![one_of_several(target, now, brief)];
                lines.extend(warnings(confirm, target, now, brief).filter(|line| line.rank < 9));
                lines
            };
            targets.iter().map(one_of).collect()
        }
    };
    let mut parts = DialogContent { head, keys, tail: tail(confirm) };
    if brief {
        let all =
            parts.head.iter_mut().chain(parts.keys.iter_mut().flatten()).chain(&mut parts.tail);
        all.filter(|line| !line.label.is_empty()).for_each(DialogLine::join_label);
    }
    parts
}

impl DialogLine {
    /// Lets the text begin where the label would, or the label away where the
    /// text says it all.
    fn join_label(&mut self) {
        let label = std::mem::take(&mut self.label);
        if ![ENDPOINT, USER, CHANGE, CONTINUATION].contains(&label) {
            self.text = format!("{label} {}", self.text);
        }
    }
}

fn head(confirm: &Confirm) -> Vec<DialogLine> {
    let session_context = &confirm.session_context;
    let mut lines = Vec::new();
    if let Some(not_aws) = session_context.not_aws_label() {
        lines.push(line(ENDPOINT, not_aws, LineTone::Alarm, 0));
    }
    lines.push(line("Account", session_context.account_label(), LineTone::Strong, 0));
    lines.push(line("Caller", session_context.caller.arn.as_str(), LineTone::Plain, 3));
    lines.push(line("Profile", &*session_context.source, LineTone::Dim, 7));
    lines
}

fn one_target(confirm: &Confirm, target: &DialogTarget, now: Timestamp) -> Vec<DialogLine> {
    let mut lines = vec![
        line(USER, user(target), LineTone::Strong, 0),
        line("Key", target.key.as_str(), LineTone::Strong, 0),
        line(CHANGE, direction(confirm, Some(target)), LineTone::Strong, 0),
        line("", "", LineTone::Plain, 9),
        line("Last used", last_use(&target.last_use, now), LineTone::Plain, 2),
    ];
    if let Some(created) = target.created {
        let made = format!(
            "{}, {} old",
            format_date_time(created),
            format_age(now.duration_since(created))
        );
        lines.push(line("Made", made, LineTone::Plain, 6));
    }
    lines.push(line("Other keys", others(target), LineTone::Plain, 4));
    lines
}

fn one_of_several(target: &DialogTarget, now: Timestamp, brief: bool) -> DialogLine {
    let mut text = format!("{} of {}", target.key, user(target));
    if !brief {
        text = format!("{text}, last used {}", last_use(&target.last_use, now));
    }
    line(if target.lockout_risk.is_any() { "Own key" } else { "Key" }, text, LineTone::Strong, 0)
}

fn user(target: &DialogTarget) -> String {
    target.user.as_ref().map_or_else(|| "the account's root user".to_owned(), ToString::to_string)
}

fn direction(confirm: &Confirm, target: Option<&DialogTarget>) -> String {
    let before = target.map(|target| target.before.to_string()).unwrap_or_default();
    format!("{before} → {}", confirm.direction.status())
}

fn others(target: &DialogTarget) -> String {
    if target.others.is_empty() {
        return "none".to_owned();
    }
    let others: Vec<_> =
        target.others.iter().map(|(id, status)| format!("{id} {status}")).collect();
    others.join(", ")
}

/// A last use in words, with its time in UTC.
pub(crate) fn last_use(known: &Known<LastUse>, now: Timestamp) -> String {
    match known {
        Known::Live { value, .. } => last_use_value(value, now),
        Known::Reported { value, at } => {
            format!(
                "{} (credential report of {})",
                last_use_value(value, now),
                format_date_time(*at)
            )
        }
        Known::NotRead => "not read yet".to_owned(),
        Known::Denied(_) => "not known: IAM does not permit the caller to ask".to_owned(),
        Known::Vanished { .. } => "not known: the key is gone".to_owned(),
        Known::Failed(failure) => format!("not known: {}", failure.error),
    }
}

fn last_use_value(value: &LastUse, now: Timestamp) -> String {
    match value {
        LastUse::Never => "never, as far as IAM knows".to_owned(),
        LastUse::Used { at, service, region } => {
            let by = service.as_ref().map(|service| format!(", {service}")).unwrap_or_default();
            let region = region.as_ref().map(|region| format!(" in {region}")).unwrap_or_default();
            format!("{}, {}{by}{region}", format_ago(*at, now), format_date_time(*at))
        }
    }
}

/// What is to be thought of before this key is switched.
fn warnings(
    confirm: &Confirm,
    target: &DialogTarget,
    now: Timestamp,
    brief: bool,
) -> impl Iterator<Item = DialogLine> {
    let deactivates = confirm.direction == Direction::Deactivate;
    let several = confirm.targets.len() > 1;
    let key = &target.key;
    let mut lines = Vec::new();
    if target.lockout_risk.is_any() && deactivates {
        let no_undo =
            "may sign this very session: once it is off, nothing can be undone from here.";
        lines.push(match (brief, several) {
            // In a list the key's label says as much in a word.
            (true, _) => line(
                "",
                "May be your own: no undo from here.",
                LineTone::Warning,
                u8::from(several),
            ),
            (false, true) => line(CONTINUATION, format!("It {no_undo}"), LineTone::Warning, 0),
            (false, false) => line("", format!("{key} {no_undo}"), LineTone::Warning, 0),
        });
    }
    let used = target.last_use.value().and_then(LastUse::at);
    if deactivates && used.is_some_and(|at| now.duration_since(at) < RECENT_USE_AGE) {
        lines.push(if several {
            line(
                CONTINUATION,
                "Used within the last day: whatever uses it will stop working.",
                LineTone::Warning,
                1,
            )
        } else {
            let text =
                format!("{key} was used within the last day: whatever uses it will stop working.");
            line("", text, LineTone::Warning, 1)
        });
    }
    if let Some(note) = &target.note {
        lines.push(line("", note.clone(), LineTone::Warning, 1));
    }
    if let Some(error) = &target.unconfirmed {
        let text = format!(
            "Its status is of {} and could not be read again: {error}",
            format_time_of_day(target.read_at)
        );
        lines.push(line("", text, LineTone::Warning, 1));
    }
    if !lines.is_empty() {
        lines.insert(0, line("", "", LineTone::Plain, 9));
    }
    lines.into_iter()
}

/// The warnings on one of the targets, as texts to compare.
pub(super) fn warnings_of(confirm: &Confirm, at: usize, now: Timestamp) -> Vec<String> {
    warnings(confirm, &confirm.targets[at], now, false).map(|line| line.text).collect()
}

/// What is to be said of all of the keys.
fn tail(confirm: &Confirm) -> Vec<DialogLine> {
    let mut lines = vec![line("", "", LineTone::Plain, 9)];
    let deactivates = confirm.direction == Direction::Deactivate;
    if confirm.unjournaled {
        let text = "The journal can't be written. Sent all the same, the change is kept in memory only, and printed \
                    when keyflip ends: keep those lines.";
        lines.push(line("", text, LineTone::Warning, 0));
    }
    if confirm.session_context.may_have_unknown_signer() && deactivates {
        let text = "It can't be known which key minted this session, so this may be your own.";
        lines.push(line("", text, LineTone::Warning, 1));
    }
    if let Some(skipped) = &confirm.skipped.message {
        lines.push(line("", skipped.clone(), LineTone::Plain, 2));
    }
    let sessions = "Sessions that the key has already minted live on, for up to 36 hours.";
    lines.push(if !deactivates {
        line("", "Whoever holds its secret can use the key again.", LineTone::Warning, 1)
    } else if confirm.targets.iter().any(|target| target.lockout_risk.is_any()) {
        let text = format!(
            "Another identity of this account can switch your own key on again. {sessions}"
        );
        line("", text, LineTone::Dim, 5)
    } else {
        line("", format!("Switching a key off can be undone. {sessions}"), LineTone::Dim, 5)
    });
    lines
}

/// What must be typed, as the dialog asks for it in so many columns, beside
/// the place for what is typed.
pub(crate) fn typed_prompt(confirm: &Confirm, typed: &TypedConfirmation, columns: usize) -> String {
    let expected = &typed.expected;
    let what = if confirm.unjournaled {
        expected.as_str()
    } else if confirm.targets.len() > 1 {
        "the number of keys"
    } else {
        "the key's last four characters"
    };
    let (long, verb) = match &typed.refused {
        Some(text) => {
            (format!("“{text}” is not {what}. Type {expected}, then enter:"), "Wrong: type")
        }
        None if confirm.unjournaled => (format!("Type {expected}, then enter:"), "Type"),
        None => (format!("Type {what}, {expected}, then enter:"), "Type"),
    };
    let prompts = [long, format!("{verb} {expected}, then enter:"), format!("{verb} {expected}:")];
    let fits = |prompt: &&String| prompt.width() + 1 + expected.width() <= columns;
    prompts.iter().find(fits).or(prompts.last()).cloned().unwrap_or_default()
}
