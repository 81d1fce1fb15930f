//! The text of the confirmation dialog: its title, its lines and its warnings.

use jiff::{SignedDuration, Timestamp};
use unicode_width::UnicodeWidthStr as _;

use crate::model::{
    Direction, Known, LastUse, Route, SelfLockoutRisk, SessionContext, format_age, format_ago,
    format_date_time,
};
use crate::ops::key_lookup::messages::form_warning;
use crate::tui::context::JournalMode;
use crate::tui::popups::confirm::messages::{self, Wording};
use crate::tui::popups::confirm::target::DialogTarget;
use crate::tui::popups::confirm::{Confirm, DialogAccount, Focus, TypedConfirmation};
use crate::tui::render::TextTone;
use crate::tui::render::text_wrap::shorten_middle;

/// Columns of a line's label.
pub(super) const LABEL_COLUMNS: usize = 12;

/// One line of the dialog, before it is wrapped.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct DialogLine {
    /// The label at the left; may be empty.
    pub label: &'static str,
    /// The text.
    pub text: String,
    /// Its style.
    pub tone: TextTone,
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
    /// How much is said.
    pub wording: Wording,
    /// Columns of the text.
    pub columns: usize,
}

const ENDPOINT: &str = "Endpoint";
const USER: &str = "User";
const CHANGE: &str = "Change";
/// Highest rank of a line that is never dropped: account, user, key, change, last use, warnings.
pub(super) const KEPT_RANK: u8 = 1;

/// Highest rank of a line that is wanted even in its shortest wording: the caller, the route, the
/// user's other keys.
pub(super) const WANTED_RANK: u8 = 2;

/// The label of a line that continues the line before; indents it.
const CONTINUATION: &str = " ";

/// A key used more recently than this gets a warning before it is deactivated.
const RECENT_USE_AGE: SignedDuration = SignedDuration::from_hours(24);

/// Returns the dialog's title.
pub(crate) fn title(confirm: &Confirm) -> String {
    messages::title(confirm.direction, confirm.targets.len(), confirm.totals.is_undo)
}

/// Returns what confirms the dialog, for its title. While the reason is being
/// edited, no letter confirms; before all keys were shown, nothing does.
pub(crate) fn confirm_hint(confirm: &Confirm) -> String {
    match &confirm.typed {
        _ if confirm.focus == Focus::Reason => messages::END_REASON_HINT.to_owned(),
        _ if confirm.has_unseen_targets() => messages::SHOW_ALL_HINT.to_owned(),
        Some(typed) => messages::type_hint(&typed.expected),
        None => messages::CONFIRM_HINT.to_owned(),
    }
}

fn line(label: &'static str, text: impl Into<String>, tone: TextTone, rank: u8) -> DialogLine {
    DialogLine { label, text: text.into(), tone, rank }
}

impl<'a> DialogContent<'a> {
    fn is_brief(self) -> bool {
        self.wording == Wording::Brief
    }

    /// Returns whether there are several keys.
    fn has_several(self) -> bool {
        self.confirm.targets.len() > 1
    }

    /// Returns the account of a target, where there are several accounts.
    fn account_among_several(self, target: &DialogTarget) -> Option<&'a DialogAccount> {
        self.confirm.account_of(target).filter(|_| self.confirm.accounts.len() > 1)
    }

    /// Returns the lines above the keys: the account, or the number of accounts; the change, where
    /// there are several keys.
    pub(super) fn head(self) -> Vec<DialogLine> {
        let mut lines = Vec::new();
        lines.extend(self.not_aws());
        match self.confirm.accounts.as_slice() {
            [only] => {
                let account = only.session_context.account_label();
                lines.push(line("Account", account, TextTone::Strong, 0));
                lines.extend(self.session(&only.session_context));
            }
            several => {
                lines.push(line("Accounts", several.len().to_string(), TextTone::Strong, 0));
            }
        }
        if let [first, _, ..] = self.confirm.targets.as_slice() {
            lines.push(line(CHANGE, self.direction(first), TextTone::Strong, 0));
        }
        self.worded(lines)
    }

    /// Returns the line on an endpoint that is not AWS's, which gets one row.
    fn not_aws(self) -> Option<DialogLine> {
        let columns = if self.is_brief() { self.columns } else { self.columns - LABEL_COLUMNS };
        self.confirm.accounts.iter().find_map(|account| {
            let endpoint = &account.session_context.endpoint;
            let tone = if endpoint.is_demo() { TextTone::Warning } else { TextTone::Alarm };
            Some(line(ENDPOINT, endpoint.label_within(columns)?, tone, 0))
        })
    }

    /// Returns the lines on the session: the caller, and how the account is reached. Briefly, both
    /// are on one.
    fn session(self, context: &SessionContext) -> Vec<DialogLine> {
        let arn = &context.caller.arn;
        if self.is_brief() {
            let session = messages::session(&context.source, arn.resource());
            let session = shorten_middle(&session, self.columns);
            return vec![line("", session, TextTone::Plain, WANTED_RANK)];
        }
        let label = match (&context.route, &context.profile) {
            (Some(Route::Sso { .. } | Route::Role { .. }), _) => "Route",
            (Some(Route::Profile(_)) | None, Some(_)) => "Profile",
            (Some(Route::Profile(_)) | None, None) => "Credentials",
        };
        vec![
            line("Caller", arn.as_str(), TextTone::Plain, WANTED_RANK),
            line(label, &*context.source, TextTone::Dim, WANTED_RANK),
        ]
    }

    /// Returns the lines of the key at an index.
    pub(super) fn key(self, at: usize) -> Vec<DialogLine> {
        let target = &self.confirm.targets[at];
        let mut lines = Vec::new();
        if self.has_several() {
            // Briefly, the line of the key names its account.
            lines.extend(self.account_heading(at).filter(|_| !self.is_brief()));
            lines.push(self.one_of_several(target));
            lines.extend(self.warnings(target).filter(|line| line.rank < 9));
        } else {
            lines.extend(self.only_target(target));
            lines.extend(self.warnings(target));
        }
        self.worded(lines)
    }

    /// Returns the line above the first key of each account, where there are several accounts.
    fn account_heading(self, at: usize) -> Option<DialogLine> {
        let targets = &self.confirm.targets;
        let is_first = at == 0 || targets[at - 1].session != targets[at].session;
        let account = self.account_among_several(&targets[at]).filter(|_| is_first)?;
        let text = format!(
            "{} · {}",
            account.session_context.account_label(),
            account.session_context.source
        );
        Some(line("Account", text, TextTone::Strong, 0))
    }

    fn only_target(self, target: &DialogTarget) -> Vec<DialogLine> {
        let mut change = self.direction(target);
        if self.is_brief() {
            change = format!("{change}, {}", self.last_use_brief(target));
        }
        let mut lines = vec![
            line(USER, user(target), TextTone::Strong, 0),
            line("Key", target.key.as_str(), TextTone::Strong, 0),
            line(CHANGE, change, TextTone::Strong, 0),
            line("", "", TextTone::Plain, 9),
        ];
        if !self.is_brief() {
            let last_use = last_use_text(&target.last_use, self.now);
            lines.push(line("Last used", last_use, TextTone::Plain, 1));
        }
        if let Some(created) = target.created {
            let age = format_age(self.now.duration_since(created));
            let created = format!("{}, {age} old", format_date_time(created));
            lines.push(line("Created", created, TextTone::Plain, 6));
        }
        let label = if self.is_brief() { "Other" } else { "Other keys" };
        lines.push(line(label, others(target), TextTone::Plain, WANTED_RANK));
        lines
    }

    fn one_of_several(self, target: &DialogTarget) -> DialogLine {
        let last_use = if self.is_brief() {
            self.last_use_brief(target)
        } else {
            format!("last used {}", last_use_text(&target.last_use, self.now))
        };
        let label = match target.lockout_risk {
            SelfLockoutRisk::None => "Key",
            SelfLockoutRisk::Possible => "Own key?",
            SelfLockoutRisk::Certain => "Own key",
        };
        let mut owner = user(target);
        if let Some(account) = self.account_among_several(target) {
            // Where the list is cut, the heading of the account may not be in view.
            owner = format!("{owner} in {}", account.session_context.caller.account);
        }
        line(label, format!("{} of {owner}, {last_use}", target.key), TextTone::Strong, 0)
    }

    /// Returns whether deactivating the key will probably stop something from working.
    fn is_in_use(self, target: &DialogTarget) -> bool {
        let used = target.last_use.value().and_then(LastUse::at);
        let is_recent = used.is_some_and(|at| self.now.duration_since(at) < RECENT_USE_AGE);
        self.confirm.direction == Direction::Deactivate && is_recent
    }

    fn last_use_brief(self, target: &DialogTarget) -> String {
        messages::last_use_brief(&target.last_use, self.now, self.is_in_use(target))
    }

    fn direction(self, target: &DialogTarget) -> String {
        format!("{} → {}", target.before, self.confirm.direction.status())
    }

    /// Returns the warnings about one target, after a blank line if there are any.
    fn warnings(self, target: &DialogTarget) -> impl Iterator<Item = DialogLine> {
        let (several, brief) = (self.has_several(), self.is_brief());
        let mut lines = Vec::new();
        let (label, key) = if several { (CONTINUATION, "It") } else { ("", target.key.as_str()) };
        let risk = target.lockout_risk;
        if risk.is_any() && self.confirm.direction == Direction::Deactivate {
            lines.push(if brief {
                // In a list, the label `Own key` says the same.
                line("", messages::own_key_brief(risk), TextTone::Warning, u8::from(several) * 2)
            } else {
                line(label, messages::own_key(key, risk), TextTone::Warning, 0)
            });
        }
        // Briefly, the last use says the same.
        if self.is_in_use(target) && !brief {
            lines.push(line(label, messages::recent_use(key), TextTone::Warning, 1));
        }
        if let Some(warning) = form_warning(&target.key, target.form) {
            // Briefly, the ID itself has to be enough.
            lines.push(line("", warning, TextTone::Warning, u8::from(brief) * 2));
        }
        if let Some(note) = &target.note {
            lines.push(line("", note.clone(), TextTone::Warning, 2));
        }
        if let Some(uncertain) = &target.uncertain {
            let read = target.read_at.map(|_| &target.before);
            lines.push(line("", messages::outcome_unknown(uncertain, read), TextTone::Warning, 1));
        }
        if let (Some(error), Some(read_at)) = (&target.unconfirmed, target.read_at) {
            let error = (!brief).then_some(error.as_str());
            let text = messages::status_not_refreshed(read_at, error);
            lines.push(line("", text, TextTone::Warning, 1));
        }
        if !lines.is_empty() {
            lines.insert(0, line("", "", TextTone::Plain, 9));
        }
        lines.into_iter()
    }

    /// Returns the notes and warnings that apply to all keys.
    pub(super) fn tail(self) -> Vec<DialogLine> {
        let Self { confirm, wording, .. } = self;
        let mut lines = vec![line("", "", TextTone::Plain, 9)];
        let deactivates = confirm.direction == Direction::Deactivate;
        let several = self.has_several();
        if confirm.journal_mode == JournalMode::Unjournaled {
            lines.push(line("", messages::no_journal(wording), TextTone::Warning, 0));
        }
        let unknown_signer =
            |account: &DialogAccount| account.session_context.may_have_unknown_signer();
        if confirm.accounts.iter().any(unknown_signer) && deactivates {
            lines.push(line("", messages::unknown_signer(several, wording), TextTone::Warning, 1));
        }
        if let Some(plan) = &confirm.totals.plan {
            let text = messages::plan(plan, confirm.totals.planned, confirm.targets.len());
            lines.push(line("Plan", text, TextTone::Dim, 7));
        }
        if let Some(skipped) = &confirm.skipped.message {
            lines.push(line("", skipped.clone(), TextTone::Plain, 3));
        }
        // The targets are in the order of their risk.
        let last = confirm.targets.last();
        let risk = last.map_or(SelfLockoutRisk::None, |it| it.lockout_risk);
        let is_root = last.is_some_and(|it| it.user.is_none());
        lines.push(if deactivates {
            let is_journaled = confirm.journal_mode != JournalMode::Unjournaled;
            let undo = messages::undo_and_sessions(risk, is_journaled, is_root);
            line("", undo, TextTone::Dim, 5)
        } else {
            line("", messages::usable_again(several, wording), TextTone::Warning, 1)
        });
        self.worded(lines)
    }

    /// Joins each line with its label, if the wording is brief.
    fn worded(self, mut lines: Vec<DialogLine>) -> Vec<DialogLine> {
        let labelled = lines.iter_mut().filter(|line| self.is_brief() && !line.label.is_empty());
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

fn user(target: &DialogTarget) -> String {
    target.user.as_ref().map_or_else(|| messages::ROOT_USER.to_owned(), ToString::to_string)
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

/// Returns the texts of the warnings about one target, to compare them.
pub(super) fn warnings_of(confirm: &Confirm, target: &DialogTarget, now: Timestamp) -> Vec<String> {
    let content = DialogContent { confirm, now, wording: Wording::Full, columns: 0 };
    content.warnings(target).map(|line| line.text).collect()
}

/// Returns the prompt for what must be typed, in the longest form that leaves
/// room for the typed text in that many columns.
pub(crate) fn typed_prompt(confirm: &Confirm, typed: &TypedConfirmation, columns: usize) -> String {
    let what = if confirm.journal_mode == JournalMode::Unjournaled {
        None
    } else if confirm.targets.len() > 1 {
        Some(messages::NUMBER_OF_KEYS)
    } else {
        Some(messages::LAST_FOUR_CHARACTERS)
    };
    let expected = &typed.expected;
    // What is typed now is right: the wrong text before says nothing any more.
    let refused = typed.refused.as_deref().filter(|_| !typed.matches());
    let prompts = messages::prompts(expected, what, refused);
    let fits = |prompt: &&String| prompt.width() + 1 + expected.width() <= columns;
    prompts.iter().find(fits).or(prompts.last()).cloned().unwrap_or_default()
}
