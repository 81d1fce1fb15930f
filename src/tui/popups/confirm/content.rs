//! The text of the confirmation dialog: its title, its lines and its warnings.

use jiff::{SignedDuration, Timestamp};
use unicode_width::UnicodeWidthStr as _;

use crate::model::{
    Direction, Known, LastUse, Route, SelfLockoutRisk, format_age, format_ago, format_date_time,
};
use crate::ops::key_lookup::messages::form_warning;
use crate::tui::popups::confirm::target::DialogTarget;
use crate::tui::popups::confirm::{Confirm, DialogAccount, Focus, TypedConfirmation, messages};

/// Columns of a line's label.
pub(super) const LABEL_COLUMNS: usize = 12;

/// The style of a line of the dialog.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum LineTone {
    /// A fact.
    Plain,
    /// The account, the user, the key, the change.
    Strong,
    /// A consequence to consider before confirming.
    Warning,
    /// `NOT AWS`, in the header's style.
    Alarm,
    /// Secondary text.
    Dim,
}

/// One line of the dialog, before it is wrapped.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct DialogLine {
    /// The label at the left; may be empty.
    pub label: &'static str,
    /// The text.
    pub text: String,
    /// Its style.
    pub tone: LineTone,
    /// The drop order where there is little room: the highest rank goes first,
    /// 0 is never dropped.
    pub rank: u8,
}

/// The content of the dialog at some time, from which lines are built as far as they are needed.
#[derive(Clone, Copy)]
pub(super) struct DialogContent<'a> {
    /// The dialog.
    pub confirm: &'a Confirm,
    /// The time.
    pub now: Timestamp,
    /// Whether to use the shortest wording.
    pub brief: bool,
    /// Columns of the text.
    pub columns: usize,
}

const ENDPOINT: &str = "Endpoint";
const USER: &str = "User";
const CHANGE: &str = "Change";
/// The label of a line that continues the line before; indents it.
const CONTINUATION: &str = " ";

/// A key used more recently than this gets a warning before it is deactivated.
const RECENT_USE_AGE: SignedDuration = SignedDuration::from_hours(24);

/// Returns the dialog's title.
pub(crate) fn title(confirm: &Confirm) -> String {
    messages::title(confirm.direction, confirm.targets.len(), confirm.totals.is_undo)
}

/// Returns what confirms the dialog, for its title. While the reason is being
/// edited, no letter confirms.
pub(crate) fn confirm_hint(confirm: &Confirm) -> String {
    match &confirm.typed {
        _ if confirm.focus == Focus::Reason => messages::END_REASON_HINT.to_owned(),
        Some(typed) => messages::type_hint(&typed.expected),
        None => messages::CONFIRM_HINT.to_owned(),
    }
}

fn line(label: &'static str, text: impl Into<String>, tone: LineTone, rank: u8) -> DialogLine {
    DialogLine { label, text: text.into(), tone, rank }
}

impl DialogContent<'_> {
    /// Returns the lines above the keys: account, caller and profile; the change, where there are
    /// several keys.
    pub(super) fn head(self) -> Vec<DialogLine> {
        let Self { confirm, brief, columns, .. } = self;
        let mut lines = head(confirm, brief, if brief { columns } else { columns - LABEL_COLUMNS });
        if let [first, _, ..] = confirm.targets.as_slice() {
            lines.push(line(CHANGE, direction(confirm, first), LineTone::Strong, 0));
        }
        self.worded(lines)
    }

    /// Returns the lines of the key at an index.
    pub(super) fn key(self, at: usize) -> Vec<DialogLine> {
        let Self { confirm, now, brief, .. } = self;
        let target = &confirm.targets[at];
        let lines = if confirm.targets.len() == 1 {
            let mut lines = one_target(confirm, target, now, brief);
            lines.extend(warnings(confirm, target, now, brief));
            lines
        } else {
            // Briefly, the line of the key names its account.
            let heading = account_heading(confirm, at).filter(|_| !brief);
            let mut lines: Vec<_> = heading.into_iter().collect();
            lines.push(one_of_several(confirm, target, now, brief));
            lines.extend(warnings(confirm, target, now, brief).filter(|line| line.rank < 9));
            lines
        };
        self.worded(lines)
    }

    /// Returns the notes and warnings that apply to all keys.
    pub(super) fn tail(self) -> Vec<DialogLine> {
        self.worded(tail(self.confirm, self.brief))
    }

    /// Joins each line with its label, if the wording is brief.
    fn worded(self, mut lines: Vec<DialogLine>) -> Vec<DialogLine> {
        let labelled = lines.iter_mut().filter(|line| self.brief && !line.label.is_empty());
        labelled.for_each(DialogLine::join_label);
        lines
    }
}

impl DialogLine {
    /// Moves the label into the text, or drops it where the text needs none.
    fn join_label(&mut self) {
        let label = std::mem::take(&mut self.label);
        if ![ENDPOINT, USER, CHANGE, CONTINUATION].contains(&label) {
            self.text = format!("{label} {}", self.text);
        }
    }
}

/// Returns the lines about the account, or the number of accounts. `NOT AWS` gets one row of that
/// many columns.
fn head(confirm: &Confirm, brief: bool, columns: usize) -> Vec<DialogLine> {
    let mut lines = Vec::new();
    let not_aws = |account: &DialogAccount| {
        let tone =
            if account.context.endpoint.is_demo() { LineTone::Warning } else { LineTone::Alarm };
        Some(line(ENDPOINT, account.context.endpoint.label_within(columns)?, tone, 0))
    };
    lines.extend(confirm.accounts.iter().find_map(not_aws));
    let session_context = match confirm.accounts.as_slice() {
        [only] => &only.context,
        several => {
            lines.push(line("Accounts", several.len().to_string(), LineTone::Strong, 0));
            return lines;
        }
    };
    lines.push(line("Account", session_context.account_label(), LineTone::Strong, 0));
    let arn = &session_context.caller.arn;
    let caller = if brief { arn.resource() } else { arn.as_str() };
    lines.push(line("Caller", caller, LineTone::Plain, 3));
    let label = match (&session_context.route, &session_context.profile) {
        (Some(Route::Sso { .. } | Route::Role { .. }), _) => "Route",
        (Some(Route::Profile(_)) | None, Some(_)) => "Profile",
        (Some(Route::Profile(_)) | None, None) => "Credentials",
    };
    lines.push(line(label, &*session_context.source, LineTone::Dim, 7));
    lines
}

/// Returns the line above the first key of each account, where there are several accounts.
fn account_heading(confirm: &Confirm, at: usize) -> Option<DialogLine> {
    let target = &confirm.targets[at];
    let is_first = at == 0 || confirm.targets[at - 1].session != target.session;
    let account = confirm.account_of(target).filter(|_| confirm.accounts.len() > 1 && is_first)?;
    let text = format!("{} · {}", account.context.account_label(), account.context.source);
    Some(line("Account", text, LineTone::Strong, 0))
}

fn one_target(
    confirm: &Confirm,
    target: &DialogTarget,
    now: Timestamp,
    brief: bool,
) -> Vec<DialogLine> {
    let mut change = direction(confirm, target);
    if brief {
        let last_use = last_use_brief(confirm, target, now);
        change = format!("{change}, {last_use}");
    }
    let mut lines = vec![
        line(USER, user(target), LineTone::Strong, 0),
        line("Key", target.key.as_str(), LineTone::Strong, 0),
        line(CHANGE, change, LineTone::Strong, 0),
        line("", "", LineTone::Plain, 9),
    ];
    if !brief {
        lines.push(line("Last used", last_use_text(&target.last_use, now), LineTone::Plain, 1));
    }
    if let Some(created) = target.created {
        let age = format_age(now.duration_since(created));
        let created = format!("{}, {age} old", format_date_time(created));
        lines.push(line("Created", created, LineTone::Plain, 6));
    }
    let label = if brief { "Other" } else { "Other keys" };
    lines.push(line(label, others(target), LineTone::Plain, 2));
    lines
}

/// Returns whether deactivating the key will probably stop something from working.
fn is_in_use(confirm: &Confirm, target: &DialogTarget, now: Timestamp) -> bool {
    let used = target.last_use.value().and_then(LastUse::at);
    let is_recent = used.is_some_and(|at| now.duration_since(at) < RECENT_USE_AGE);
    confirm.direction == Direction::Deactivate && is_recent
}

fn last_use_brief(confirm: &Confirm, target: &DialogTarget, now: Timestamp) -> String {
    messages::last_use_brief(&target.last_use, now, is_in_use(confirm, target, now))
}

fn one_of_several(
    confirm: &Confirm,
    target: &DialogTarget,
    now: Timestamp,
    brief: bool,
) -> DialogLine {
    let last_use = if brief {
        last_use_brief(confirm, target, now)
    } else {
        format!("last used {}", last_use_text(&target.last_use, now))
    };
    let label = match target.lockout_risk {
        SelfLockoutRisk::None => "Key",
        SelfLockoutRisk::Possible => "Own key?",
        SelfLockoutRisk::Certain => "Own key",
    };
    let mut owner = user(target);
    if let Some(account) = confirm.account_of(target).filter(|_| confirm.accounts.len() > 1) {
        // Where the list is cut, the heading of the account may not be in view.
        owner = format!("{owner} in {}", account.context.caller.account);
    }
    line(label, format!("{} of {owner}, {last_use}", target.key), LineTone::Strong, 0)
}

fn user(target: &DialogTarget) -> String {
    target.user.as_ref().map_or_else(|| messages::ROOT_USER.to_owned(), ToString::to_string)
}

fn direction(confirm: &Confirm, target: &DialogTarget) -> String {
    format!("{} → {}", target.before, confirm.direction.status())
}

fn others(target: &DialogTarget) -> String {
    if target.others.is_empty() {
        return "none".to_owned();
    }
    let others: Vec<_> =
        target.others.iter().map(|(id, status)| format!("{id} {status}")).collect();
    others.join(", ")
}

/// Returns a last use as text, with its time in UTC.
pub(crate) fn last_use_text(known: &Known<LastUse>, now: Timestamp) -> String {
    match known {
        Known::Live { value, .. } => last_use_value(value, now),
        Known::Reported { value, at } => {
            messages::from_report(&last_use_value(value, now), &format_date_time(*at))
        }
        Known::NotRead => messages::NOT_READ.to_owned(),
        Known::Denied(_) => messages::LAST_USE_DENIED.to_owned(),
        Known::Vanished { .. } => messages::DELETED.to_owned(),
        Known::Failed(failure) => messages::could_not_read(&failure.error),
    }
}

fn last_use_value(value: &LastUse, now: Timestamp) -> String {
    match value {
        LastUse::Never => messages::NEVER_USED.to_owned(),
        LastUse::Used { at, service, region } => {
            let by = service.as_ref().map(|service| format!(", {service}")).unwrap_or_default();
            let region = region.as_ref().map(|region| format!(" in {region}")).unwrap_or_default();
            format!("{}, {}{by}{region}", format_ago(*at, now), format_date_time(*at))
        }
    }
}

/// Returns the warnings about one target, after a blank line if there are any.
fn warnings(
    confirm: &Confirm,
    target: &DialogTarget,
    now: Timestamp,
    brief: bool,
) -> impl Iterator<Item = DialogLine> {
    let deactivates = confirm.direction == Direction::Deactivate;
    let several = confirm.targets.len() > 1;
    let mut lines = Vec::new();
    let (label, key) = if several { (CONTINUATION, "It") } else { ("", target.key.as_str()) };
    let risk = target.lockout_risk;
    if risk.is_any() && deactivates {
        lines.push(if brief {
            // In a list, the label `Own key` says the same.
            line("", messages::own_key_brief(risk), LineTone::Warning, u8::from(several) * 2)
        } else {
            line(label, messages::own_key(key, risk), LineTone::Warning, 0)
        });
    }
    // Briefly, the last use says the same.
    if is_in_use(confirm, target, now) && !brief {
        lines.push(line(label, messages::recent_use(key), LineTone::Warning, 1));
    }
    if let Some(warning) = form_warning(&target.key, target.form) {
        // Briefly, the ID itself has to be enough.
        lines.push(line("", warning, LineTone::Warning, u8::from(brief) * 2));
    }
    if let Some(note) = &target.note {
        lines.push(line("", note.clone(), LineTone::Warning, 2));
    }
    if let (Some(error), Some(read_at)) = (&target.unconfirmed, target.read_at) {
        let error = (!brief).then_some(error.as_str());
        let text = messages::status_not_refreshed(read_at, error);
        lines.push(line("", text, LineTone::Warning, 1));
    }
    if !lines.is_empty() {
        lines.insert(0, line("", "", LineTone::Plain, 9));
    }
    lines.into_iter()
}

/// Returns the texts of the warnings about one target, to compare them.
pub(super) fn warnings_of(confirm: &Confirm, target: &DialogTarget, now: Timestamp) -> Vec<String> {
    warnings(confirm, target, now, false).map(|line| line.text).collect()
}

/// Returns the lines that apply to all keys.
fn tail(confirm: &Confirm, brief: bool) -> Vec<DialogLine> {
    let mut lines = vec![line("", "", LineTone::Plain, 9)];
    let deactivates = confirm.direction == Direction::Deactivate;
    let several = confirm.targets.len() > 1;
    if confirm.unjournaled {
        let text = if brief { messages::NO_JOURNAL_BRIEF } else { messages::NO_JOURNAL };
        lines.push(line("", text, LineTone::Warning, 0));
    }
    let unknown_signer = |account: &DialogAccount| account.context.may_have_unknown_signer();
    if confirm.accounts.iter().any(unknown_signer) && deactivates {
        lines.push(line("", messages::unknown_signer(several, brief), LineTone::Warning, 1));
    }
    if let Some(plan) = &confirm.totals.plan {
        let text = messages::plan(plan, confirm.totals.planned, confirm.targets.len());
        lines.push(line("Plan", text, LineTone::Dim, 7));
    }
    if let Some(skipped) = &confirm.skipped.message {
        lines.push(line("", skipped.clone(), LineTone::Plain, 2));
    }
    // The targets are in the order of their risk.
    let risk = confirm.targets.last().map_or(SelfLockoutRisk::None, |target| target.lockout_risk);
    lines.push(if deactivates {
        line("", messages::undo_and_sessions(risk), LineTone::Dim, 5)
    } else {
        line("", messages::usable_again(several, brief), LineTone::Warning, 1)
    });
    lines
}

/// Returns the prompt for what must be typed, in the longest form that leaves
/// room for the typed text in that many columns.
pub(crate) fn typed_prompt(confirm: &Confirm, typed: &TypedConfirmation, columns: usize) -> String {
    let what = if confirm.unjournaled {
        None
    } else if confirm.targets.len() > 1 {
        Some(messages::NUMBER_OF_KEYS)
    } else {
        Some(messages::LAST_FOUR_CHARACTERS)
    };
    let expected = &typed.expected;
    let prompts = messages::prompts(expected, what, typed.refused.as_deref());
    let fits = |prompt: &&String| prompt.width() + 1 + expected.width() <= columns;
    prompts.iter().find(fits).or(prompts.last()).cloned().unwrap_or_default()
}
