//! Windows of text: a key's detail, the commands to paste, the journal.

use std::fmt::{self, Write as _};

use crate::inventory::UserFacts;
use crate::model::{
    AccessKey, Endpoint, KeyId, Now, Place, SessionId, UserName, age, date_and_time, shell_word, time_of_day,
};
use crate::tui::actions::Action;
use crate::tui::app::confirm::words::last_use;
use crate::tui::app::{Effect, Overlay, State, Tone, user_facts};

/// Columns for what a line is about.
const LABEL: usize = 14;

/// A window of text over the panes.
#[derive(Clone, Debug, Default)]
pub(crate) struct TextWindow {
    /// Its title.
    pub title: String,
    /// Its lines, which are wrapped when drawn.
    pub lines: Vec<String>,
    /// The first line shown.
    pub first: usize,
    /// What `y` sends to the clipboard, if anything.
    pub copy: Option<String>,
    /// Whether its lines are to be those of the journal, once that is read.
    pub awaits_journal: bool,
    /// The key or the user that it shows, as they are known by now.
    pub about: Option<About>,
}

/// What a window shows.
#[derive(Clone, Debug)]
pub(crate) enum About {
    /// A key, and its user.
    Key(KeyId),
    /// A user without keys.
    User(UserName),
}

impl State {
    /// The chosen key's ID goes to the clipboard.
    pub(super) fn copy_id(&mut self) -> Vec<Effect> {
        let Some(id) = self.chosen_key(Action::CopyId) else { return Vec::new() };
        self.notices.tell(Tone::Info, format!("{id} was sent to the clipboard."));
        vec![Effect::Copy(id.to_string())]
    }

    /// Shows the commands for what keyflip does not do itself. They need to
    /// know the place, and no session that has not ended.
    pub(super) fn show_commands(&mut self, now: Now) {
        if self.session.place().is_none() {
            self.tell_no_session();
            return;
        }
        let Some(id) = self.chosen_key(Action::Commands) else { return };
        let Some(key) = self.inventory.key(&id) else {
            self.notices.tell(Tone::Info, self.without_status(&id));
            return;
        };
        let Some(place) = self.session.place() else { return };
        let lines = commands(place, key, now);
        self.overlay = Some(Overlay::Text(TextWindow {
            title: format!("Commands for {id}; y copies them"),
            copy: Some(lines.join("\n") + "\n"),
            lines,
            ..TextWindow::default()
        }));
    }

    /// Shows all that is known of the chosen key.
    pub(super) fn show_key(&mut self, now: Now) {
        let (title, copy, about) = match (self.selected_key(), self.selected_user()) {
            (Some(id), _) => (format!("Key {id}"), Some(id.to_string()), About::Key(id.clone())),
            (None, Some(user)) => (format!("User {user}"), None, About::User(user.clone())),
            (None, None) => return,
        };
        match (self.lines_about(&about, now), &about) {
            (Some(lines), _) => {
                let about = Some(about);
                self.overlay = Some(Overlay::Text(TextWindow { title, lines, copy, about, ..TextWindow::default() }));
            }
            (None, About::Key(id)) => self.notices.tell(Tone::Info, self.without_status(id)),
            (None, About::User(_)) => {}
        }
    }

    /// What is read while the window is open comes into it.
    pub(super) fn settle_window(&mut self, now: Now) {
        if let Some(Overlay::Text(TextWindow { about: Some(about), .. })) = &self.overlay
            && let Some(lines) = self.lines_about(about, now)
            && let Some(Overlay::Text(window)) = &mut self.overlay
        {
            window.lines = lines;
        }
    }

    fn lines_about(&self, about: &About, now: Now) -> Option<Vec<String>> {
        let (facts, mut lines) = match about {
            About::Key(id) => {
                let facts = self.inventory.at(self.inventory.owner(id)?);
                let mut lines = key_lines(facts, facts.key(id)?, now);
                lines.extend(self.journal_notes.get(id).cloned());
                (facts, lines)
            }
            About::User(user) => (self.inventory.user(user)?, Vec::new()),
        };
        if !facts.is_root {
            lines.push(String::new());
            lines.extend(user_facts(facts).iter().map(|fact| labelled(fact.label, &fact.text)));
        }
        Some(lines)
    }

    /// Shows the journal of this account, as it is loaded.
    pub(super) fn show_journal(&mut self) -> Vec<Effect> {
        let Some(place) = self.session.place() else {
            let sentence =
                "The journal is shown for one account, and no session is open: keyflip journal shows it all.";
            self.notices.tell(Tone::Info, sentence);
            return Vec::new();
        };
        self.overlay = Some(Overlay::Text(TextWindow {
            title: format!("Journal of {}", place.account_label()),
            lines: vec!["Reading the journal…".to_owned()],
            awaits_journal: true,
            ..TextWindow::default()
        }));
        vec![Effect::ReadJournal { session: self.session.id }]
    }

    /// The journal was read: what its window shows, and what it says of keys
    /// that were switched off.
    pub(super) fn take_journal(&mut self, id: SessionId, lines: Vec<String>, notes: Vec<(KeyId, String)>) {
        if id != self.session.id {
            return;
        }
        self.journal_notes = notes.into_iter().collect();
        if let Some(Overlay::Text(window)) = &mut self.overlay
            && std::mem::take(&mut window.awaits_journal)
        {
            window.copy = Some(lines.join("\n") + "\n");
            window.lines = lines;
        }
    }
}

fn labelled(label: &str, text: &impl fmt::Display) -> String {
    format!("{label:LABEL$}{text}")
}

fn key_lines(facts: &UserFacts, key: &AccessKey, now: Now) -> Vec<String> {
    let mut lines = vec![labelled("Owner", &facts.name), labelled("Status", &key.status)];
    if let Some(at) = facts.keys.at() {
        let _ = write!(lines[1], ", read at {}", time_of_day(at));
    }
    if let Some(created) = key.created {
        let old = age(now.wall.duration_since(created));
        lines.push(labelled("Made", &format_args!("{}, {old} old", date_and_time(created))));
    }
    lines.push(labelled("Last used", &last_use(&key.last_use, now.wall)));
    let others: Vec<_> = facts.live_keys().iter().filter(|other| other.id != key.id).collect();
    for other in others {
        let used = last_use(&other.last_use, now.wall);
        lines.push(labelled("Other key", &format_args!("{} {}, last used {used}", other.id, other.status)));
    }
    lines
}

/// The commands to paste: the change itself by the AWS CLI, what the key did,
/// and how to end the sessions that it has minted.
fn commands(place: &Place, key: &AccessKey, now: Now) -> Vec<String> {
    let at = options(place);
    let status = match key.status {
        crate::model::KeyStatus::Active => "Inactive",
        _ => "Active",
    };
    // Never the name as it is sent: what hides in it would act where the commands are pasted.
    let user = key.user.as_ref().map(|user| format!(" --user-name {}", shell_word(user.as_str()))).unwrap_or_default();
    let id = shell_word(key.id.as_str());
    let mut lines = vec![
        format!("# {} of account {}", key.id, place.account_label()),
        "# The change by the AWS CLI, unproved and not in the journal:".to_owned(),
        format!("aws iam update-access-key{user} --access-key-id {id} --status {status}{at}"),
        String::new(),
        "# What the key did (management events of 90 days, in one region; repeat it for each region in use):"
            .to_owned(),
        format!(
            "aws cloudtrail lookup-events --lookup-attributes AttributeKey=AccessKeyId,AttributeValue={id} \
             --region {}{at}",
            home_region(place)
        ),
        String::new(),
    ];
    let policy = format!(
        "{{\"Version\":\"2012-10-17\",\"Statement\":[{{\"Effect\":\"Deny\",\"Action\":\"*\",\"Resource\":\"*\",\
         \"Condition\":{{\"DateLessThan\":{{\"aws:TokenIssueTime\":\"{}\"}}}}}}]}}",
        now.wall.strftime("%Y-%m-%dT%H:%M:%SZ")
    );
    let policy = shell_word(&policy);
    if key.user.is_some() {
        lines.extend([
            "# End the sessions that the key has minted by GetSessionToken or GetFederationToken (takes minutes to reach \
             everywhere):"
                .to_owned(),
            format!("aws iam put-user-policy{user} --policy-name DenyOlderSessions --policy-document {policy}{at}"),
            String::new(),
            "# The same for each role that the key has assumed (its AssumeRole events in CloudTrail name them):".to_owned(),
            format!("aws iam put-role-policy --role-name ROLE --policy-name DenyOlderSessions --policy-document {policy}{at}"),
        ]);
    } else {
        lines.push(
            "# The sessions of root can't be ended by a policy: change root's password and delete its keys.".to_owned(),
        );
    }
    lines
}

/// The region in which CloudTrail records the global events of the caller's
/// partition, IAM's among them.
fn home_region(place: &Place) -> &'static str {
    match place.caller.arn.as_str().split(':').nth(1) {
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

/// The options that lead the AWS CLI to the same place.
fn options(place: &Place) -> String {
    let mut options = String::new();
    if let Some(profile) = &place.profile {
        let _ = write!(options, " --profile {}", shell_word(profile));
    }
    if let Endpoint::NotAws(url) = &place.endpoint {
        let _ = write!(options, " --endpoint-url {}", shell_word(url));
    }
    options
}
