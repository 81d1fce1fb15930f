//! AWS CLI commands for what keyflip does not do itself.

use std::collections::BTreeSet;
use std::fmt::Write as _;

use jiff::Timestamp;

use crate::model::{
    AccessKey, AccountId, Arn, KeyStatus, Route, SessionContext, TrailEvent, shell_quote,
};
use crate::ops::activity::{Activity, IssuedStatus};
use crate::tui::context::KeyActivity;
use crate::tui::messages::popups as messages;

/// Returns the commands to paste, first those that end what is still in use: the deactivation of an
/// active key, then how to revoke the sessions created with it, then the query for what it did. The
/// activation of an inactive key comes last, as a comment, since all lines may be pasted to a
/// shell. `reading` is what was read of the key; it names the roles.
/// <https://docs.aws.amazon.com/IAM/latest/UserGuide/id_credentials_temp_control-access_disable-perms.html>
pub(super) fn lines(
    session_context: &SessionContext,
    key: &AccessKey,
    reading: Option<&KeyActivity>,
    now: Timestamp,
) -> Vec<String> {
    let commands = KeyCommands::new(session_context, key);
    let mut lines = vec![messages::commands_subject(&key.id, &session_context.account_label())];
    if session_context.profile.is_none() {
        let account = &session_context.caller.account;
        lines.push(messages::commands_credentials(account, &actions(key)));
    }
    if let Some(profile) = SsoProfile::of_session(session_context) {
        lines.extend(profile.lines());
    }
    lines.push(String::new());
    if key.status.is_active() {
        let change = commands.change(&KeyStatus::Inactive);
        lines.extend([messages::COMMAND_DEACTIVATE.to_owned(), change, String::new()]);
    }
    if key.user.is_some() {
        let account = &session_context.caller.account;
        let roles = AssumedRoles::from_reading(reading, account, now);
        lines.extend(commands.revocations(&roles, now));
    } else {
        lines.push(messages::COMMAND_REVOKE_ROOT.to_owned());
    }
    let query = commands.activity_query(home_region(session_context));
    lines.extend([String::new(), messages::COMMAND_ACTIVITY.to_owned(), query]);
    if key.status == KeyStatus::Inactive {
        let change = format!("# {}", commands.change(&KeyStatus::Active));
        lines.extend([String::new(), messages::COMMAND_ACTIVATE.to_owned(), change]);
    }
    lines
}

/// Commands about one key.
struct KeyCommands {
    /// The key ID, quoted for a shell.
    id: String,
    /// The option that names the user, after a space; empty for root.
    user: String,
    /// The options that lead to the same account and endpoint.
    at: String,
}

impl KeyCommands {
    fn new(session_context: &SessionContext, key: &AccessKey) -> Self {
        // The printable name: control characters in the real one would act in the shell it is
        // pasted to.
        let user = key.user.as_ref();
        let user = user.map(|user| format!(" --user-name {}", shell_quote(user.as_str())));
        Self {
            id: shell_quote(key.id.as_str()).into_owned(),
            user: user.unwrap_or_default(),
            at: aws_cli_options(session_context),
        }
    }

    fn change(&self, status: &KeyStatus) -> String {
        let Self { id, user, at } = self;
        format!("aws iam update-access-key{user} --access-key-id {id} --status {status}{at}")
    }

    /// Returns the commands that revoke the sessions created before `now`, by the key itself and in
    /// the roles assumed with it.
    fn revocations(&self, roles: &AssumedRoles, now: Timestamp) -> Vec<String> {
        let Self { user, at, .. } = self;
        let policy = deny_older_sessions(now);
        let policy = format!("--policy-name DenyOlderSessions --policy-document {policy}{at}");
        let revoke = |role: &str| format!("aws iam put-role-policy --role-name {role} {policy}");
        let mut lines = vec![
            messages::COMMAND_REVOKE_USER.to_owned(),
            format!("aws iam put-user-policy{user} {policy}"),
            String::new(),
        ];
        if let Some(regions) = roles.none_in {
            lines.push(messages::no_role_assumed(regions));
        } else if roles.is_empty() {
            let template = format!("# {}", revoke("ROLE"));
            lines.extend([messages::COMMAND_REVOKE_ROLE.to_owned(), template]);
        } else {
            lines.push(messages::COMMAND_REVOKE_FOUND_ROLES.to_owned());
            lines.extend(roles.here.iter().map(|role| revoke(&shell_quote(role))));
            lines.extend(roles.elsewhere.iter().map(|arn| messages::role_elsewhere(arn)));
            lines.extend(roles.ended.iter().map(|arn| messages::role_session_ended(arn)));
        }
        lines
    }

    fn activity_query(&self, region: &str) -> String {
        let Self { id, at, .. } = self;
        format!(
            "aws cloudtrail lookup-events --lookup-attributes \
             AttributeKey=AccessKeyId,AttributeValue={id} --region {region}{at}"
        )
    }
}

/// Returns the actions that the commands call in IAM, or that of the query if there are none.
fn actions(key: &AccessKey) -> Vec<&'static str> {
    let mut actions = Vec::new();
    if key.status.is_active() {
        actions.push("iam:UpdateAccessKey");
    }
    if key.user.is_some() {
        actions.extend(["iam:PutUserPolicy", "iam:PutRolePolicy"]);
    }
    if actions.is_empty() {
        actions.push("cloudtrail:LookupEvents");
    }
    actions
}

/// Returns the policy that denies everything to sessions created before `now`, quoted for a shell.
fn deny_older_sessions(now: Timestamp) -> String {
    shell_quote(&format!(
        "{{\"Version\":\"2012-10-17\",\"Statement\":[{{\"Effect\":\"Deny\",\"Action\":\"*\",\"Resource\":\"*\",\
         \"Condition\":{{\"DateLessThan\":{{\"aws:TokenIssueTime\":\"{}\"}}}}}}]}}",
        now.strftime("%Y-%m-%dT%H:%M:%SZ")
    ))
    .into_owned()
}

/// Profile of the AWS CLI that gets the credentials of a session of Identity Center.
struct SsoProfile<'a> {
    session: &'a str,
    account: &'a AccountId,
    role: &'a str,
    region: &'static str,
}

impl<'a> SsoProfile<'a> {
    /// Returns the profile of a session whose credentials are a role's of Identity Center, which no
    /// profile names.
    fn of_session(session_context: &'a SessionContext) -> Option<Self> {
        let Some(Route::Sso { session, account, role }) = &session_context.route else {
            return None;
        };
        Some(Self { session, account, role, region: home_region(session_context) })
    }

    /// Returns its name, as `aws configure sso` proposes it.
    fn name(&self) -> String {
        format!("{}-{}", self.role, self.account)
    }

    /// Returns its section as comments.
    fn lines(&self) -> Vec<String> {
        vec![
            messages::COMMAND_PROFILE.to_owned(),
            format!("# [profile {}]", self.name()),
            format!("# sso_session = {}", self.session),
            format!("# sso_account_id = {}", self.account),
            format!("# sso_role_name = {}", self.role),
            format!("# region = {}", self.region),
        ]
    }
}

/// Roles that were assumed with a key, as far as its activity was read.
#[derive(Default)]
struct AssumedRoles {
    /// Names of roles of the account whose sessions may still be in use.
    here: BTreeSet<String>,
    /// ARNs of sessions in other accounts that may still be in use.
    elsewhere: BTreeSet<String>,
    /// ARNs of sessions that have ended.
    ended: BTreeSet<String>,
    /// Number of Regions if all were read and no role was assumed in any.
    none_in: Option<usize>,
}

impl AssumedRoles {
    fn from_reading(reading: Option<&KeyActivity>, account: &AccountId, now: Timestamp) -> Self {
        let mut roles = Self::default();
        let activity = reading.and_then(KeyActivity::activity);
        if reading.is_some_and(|reading| reading.is_of_all_regions) {
            roles.none_in = activity.filter(|it| assumes_no_role(it)).map(|it| it.regions().len());
        }
        for issued in activity.map(Activity::issued).unwrap_or_default() {
            let arn = Arn::from_service(issued.owner.as_deref().unwrap_or_default());
            let role = arn.resource().strip_prefix("assumed-role/");
            let Some(role) = role.and_then(|role| role.split('/').next()) else { continue };
            if matches!(issued.status(now), IssuedStatus::Ended(_)) {
                roles.ended.insert(arn.to_string());
            } else if arn.account().as_ref() == Some(account) {
                roles.here.insert(role.to_owned());
            } else {
                roles.elsewhere.insert(arn.to_string());
            }
        }
        roles
    }

    fn is_empty(&self) -> bool {
        self.here.is_empty() && self.elsewhere.is_empty() && self.ended.is_empty()
    }
}

/// Returns whether an activity that was read whole has no call that has assumed a role.
fn assumes_no_role(activity: &Activity) -> bool {
    let assumes = |event: &TrailEvent| {
        &*event.service == "sts"
            && event.name.starts_with("AssumeRole")
            && event.error_code.is_none()
    };
    activity.is_complete() && !activity.events().iter().any(|event| assumes(event))
}

/// Returns the Region in which CloudTrail records the global events, such as IAM's, of the caller's
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
    let of_sso = || SsoProfile::of_session(session_context).map(|profile| profile.name());
    if let Some(profile) = session_context.profile.as_ref().map(ToString::to_string).or_else(of_sso)
    {
        let _ = write!(options, " --profile {}", shell_quote(&profile));
    }
    if let Some(url) = session_context.endpoint.url() {
        let _ = write!(options, " --endpoint-url {}", shell_quote(url));
    }
    options
}
