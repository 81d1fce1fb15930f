//! Popups of text: details of a key, AWS CLI commands, journal.

use std::fmt::{self, Write as _};

use crate::inventory::UserFacts;
use crate::model::{
    AccessKey, Endpoint, KeyId, Now, SessionContext, SessionId, UserName, format_age,
    format_date_time, format_time_of_day, shell_quote,
};
use crate::tui::app::confirm::content::last_use;
use crate::tui::app::{Effect, Popup, State, Tone, user_facts};
use crate::tui::keymap::Action;
use crate::tui::messages;

/// Columns of the labels.
const LABEL_COLUMNS: usize = 14;

/// Popup of text over the panes.
#[derive(Clone, Debug, Default)]
pub(crate) struct TextPopup {
    /// Title.
    pub title: String,
    /// Lines, which are wrapped when drawn.
    pub lines: Vec<String>,
    /// First line shown.
    pub first: usize,
    /// Text that is copied to the clipboard on request.
    pub copy: Option<String>,
    /// `true` if its lines are replaced by those of the journal once that is read.
    pub awaits_journal: bool,
    /// Subject whose details are updated while the popup is open.
    pub about: Option<PopupSubject>,
}

/// Subject of a popup.
#[derive(Clone, Debug)]
pub(crate) enum PopupSubject {
    /// A key and its user.
    Key(KeyId),
    /// A user without keys.
    User(UserName),
}

impl State {
    /// Copies the ID of the selected key to the clipboard.
    pub(super) fn copy_id(&mut self) -> Vec<Effect> {
        let Some(id) = self.chosen_key(Action::CopyId) else { return Vec::new() };
        self.notifications.notify(Tone::Info, messages::lists::id_copied(&id));
        vec![Effect::Copy(id.to_string())]
    }

    /// Shows AWS CLI commands for what keyflip does not do itself. They depend on the session
    /// context, but not on a session that still works.
    pub(super) fn show_aws_commands(&mut self, now: Now) {
        if self.session.session_context().is_none() {
            self.notify_no_session();
            return;
        }
        let Some(id) = self.chosen_key(Action::AwsCommands) else { return };
        let Some(key) = self.inventory.key(&id) else {
            self.notifications.notify(Tone::Info, self.without_status(&id));
            return;
        };
        let Some(session_context) = self.session.session_context() else { return };
        let lines = aws_commands(session_context, key, now);
        self.popup = Some(Popup::Text(TextPopup {
            title: messages::popups::commands_title(&id, self.key_for(Action::CopyId)),
            copy: Some(lines.join("\n") + "\n"),
            lines,
            ..TextPopup::default()
        }));
    }

    /// Shows the details of the selected key or user.
    pub(super) fn show_key(&mut self, now: Now) {
        let (title, copy, about) = match (self.selected_key(), self.selected_user()) {
            (Some(id), _) => {
                (format!("Key {id}"), Some(id.to_string()), PopupSubject::Key(id.clone()))
            }
            (None, Some(user)) => (format!("User {user}"), None, PopupSubject::User(user.clone())),
            (None, None) => return,
        };
        match (self.lines_about(&about, now), &about) {
            (Some(lines), _) => {
                let about = Some(about);
                self.popup = Some(Popup::Text(TextPopup {
                    title,
                    lines,
                    copy,
                    about,
                    ..TextPopup::default()
                }));
            }
            (None, PopupSubject::Key(id)) => {
                self.notifications.notify(Tone::Info, self.without_status(id));
            }
            (None, PopupSubject::User(_)) => {}
        }
    }

    /// Updates the details shown with what was read meanwhile.
    pub(super) fn settle_text_popup(&mut self, now: Now) {
        if let Some(Popup::Text(TextPopup { about: Some(about), .. })) = &self.popup
            && let Some(lines) = self.lines_about(about, now)
            && let Some(Popup::Text(popup)) = &mut self.popup
        {
            popup.lines = lines;
        }
    }

    fn lines_about(&self, about: &PopupSubject, now: Now) -> Option<Vec<String>> {
        let (facts, mut lines) = match about {
            PopupSubject::Key(id) => {
                let facts = self.inventory.at(self.inventory.owner(id)?);
                let mut lines = key_lines(facts, facts.key(id)?, now);
                lines.extend(self.journal_notes.get(id).cloned());
                (facts, lines)
            }
            PopupSubject::User(user) => (self.inventory.user(user)?, Vec::new()),
        };
        if !facts.is_root {
            lines.push(String::new());
            lines.extend(user_facts(facts).iter().map(|fact| labelled(fact.label, &fact.text)));
        }
        Some(lines)
    }

    /// Shows the journal of this account, once it is read.
    pub(super) fn show_journal(&mut self) -> Vec<Effect> {
        let Some(session_context) = self.session.session_context() else {
            self.notifications.notify(Tone::Info, messages::popups::JOURNAL_NEEDS_SESSION);
            return Vec::new();
        };
        self.popup = Some(Popup::Text(TextPopup {
            title: messages::popups::journal_title(&session_context.account_label()),
            lines: vec![messages::popups::READING_JOURNAL.to_owned()],
            awaits_journal: true,
            ..TextPopup::default()
        }));
        vec![Effect::ReadJournal { session: self.session.id }]
    }

    /// Takes the lines of the journal for its popup, and the notes on deactivated keys.
    pub(super) fn take_journal(
        &mut self,
        id: SessionId,
        lines: Vec<String>,
        notes: Vec<(KeyId, String)>,
    ) {
        if id != self.session.id {
            return;
        }
        self.journal_notes = notes.into_iter().collect();
        if let Some(Popup::Text(popup)) = &mut self.popup
            && std::mem::take(&mut popup.awaits_journal)
        {
            popup.copy = Some(lines.join("\n") + "\n");
            popup.lines = lines;
        }
    }
}

fn labelled(label: &str, text: &impl fmt::Display) -> String {
    format!("{label:LABEL_COLUMNS$}{text}")
}

fn key_lines(facts: &UserFacts, key: &AccessKey, now: Now) -> Vec<String> {
    let mut lines = vec![labelled("Owner", &facts.name), labelled("Status", &key.status)];
    if let Some(at) = facts.keys.at() {
        let _ = write!(lines[1], ", read at {}", format_time_of_day(at));
    }
    if let Some(created) = key.created {
        let old = format_age(now.wall.duration_since(created));
        lines.push(labelled("Created", &format_args!("{}, {old} old", format_date_time(created))));
    }
    lines.push(labelled("Last used", &last_use(&key.last_use, now.wall)));
    let others: Vec<_> = facts.live_keys().iter().filter(|other| other.id != key.id).collect();
    for other in others {
        let used = last_use(&other.last_use, now.wall);
        lines.push(labelled(
            "Other key",
            &format_args!("{} {}, last used {used}", other.id, other.status),
        ));
    }
    lines
}

/// Returns the commands to paste: the change with the AWS CLI, the query for what the key did, and
/// how to revoke the sessions created with it.
/// <https://docs.aws.amazon.com/IAM/latest/UserGuide/id_credentials_temp_control-access_disable-perms.html>
fn aws_commands(session_context: &SessionContext, key: &AccessKey, now: Now) -> Vec<String> {
    let at = aws_cli_options(session_context);
    let status = match key.status {
        crate::model::KeyStatus::Active => "Inactive",
        _ => "Active",
    };
    // The printable name: control characters in the real one would act in the shell it is pasted
    // to.
    let user = key
        .user
        .as_ref()
        .map(|user| format!(" --user-name {}", shell_quote(user.as_str())))
        .unwrap_or_default();
    let id = shell_quote(key.id.as_str());
    let mut lines = vec![
        messages::popups::commands_subject(&key.id, &session_context.account_label()),
        messages::popups::COMMAND_CHANGE.to_owned(),
        format!("aws iam update-access-key{user} --access-key-id {id} --status {status}{at}"),
        String::new(),
        messages::popups::COMMAND_ACTIVITY.to_owned(),
        format!(
            "aws cloudtrail lookup-events --lookup-attributes AttributeKey=AccessKeyId,AttributeValue={id} \
             --region {}{at}",
            home_region(session_context)
        ),
        String::new(),
    ];
    let policy = format!(
        "{{\"Version\":\"2012-10-17\",\"Statement\":[{{\"Effect\":\"Deny\",\"Action\":\"*\",\"Resource\":\"*\",\
         \"Condition\":{{\"DateLessThan\":{{\"aws:TokenIssueTime\":\"{}\"}}}}}}]}}",
        now.wall.strftime("%Y-%m-%dT%H:%M:%SZ")
    );
    let policy = shell_quote(&policy);
    if key.user.is_some() {
        lines.extend([
            messages::popups::COMMAND_REVOKE_USER.to_owned(),
            format!("aws iam put-user-policy{user} --policy-name DenyOlderSessions --policy-document {policy}{at}"),
            String::new(),
            messages::popups::COMMAND_REVOKE_ROLE.to_owned(),
            format!("aws iam put-role-policy --role-name ROLE --policy-name DenyOlderSessions --policy-document {policy}{at}"),
        ]);
    } else {
        lines.push(messages::popups::COMMAND_REVOKE_ROOT.to_owned());
    }
    lines
}

/// Returns the region in which CloudTrail records the global events, such as IAM's, of the caller's
/// partition.
fn home_region(session_context: &SessionContext) -> &'static str {
    match session_context.caller.arn.partition() {
        Some("aws-cn") => "cn-north-1",
        Some("aws-us-gov") => "us-gov-west-1",
        Some("aws-iso") => "us-iso-east-1",
        Some("aws-iso-b") => "us-isob-east-1",
        Some("aws-iso-e") => "eu-isoe-west-1",
        Some("aws-iso-f") => "us-isof-south-1",
        Some("aws-eusc") => "eusc-de-east-1",
        _ => "us-east-1",
    }
}

/// Returns the options that lead the AWS CLI to the same account and endpoint.
fn aws_cli_options(session_context: &SessionContext) -> String {
    let mut options = String::new();
    if let Some(profile) = &session_context.profile {
        let _ = write!(options, " --profile {}", shell_quote(profile));
    }
    if let Endpoint::Custom(url) = &session_context.endpoint {
        let _ = write!(options, " --endpoint-url {}", shell_quote(url));
    }
    options
}
