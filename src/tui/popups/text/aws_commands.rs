//! AWS CLI commands for what keyflip does not do itself.

use std::fmt::Write as _;

use jiff::Timestamp;

use crate::model::{AccessKey, Endpoint, KeyStatus, SessionContext, shell_quote};
use crate::tui::messages::popups as messages;

/// Returns the commands to paste: the change with the AWS CLI, the query for what the key did, and
/// how to revoke the sessions created with it.
/// <https://docs.aws.amazon.com/IAM/latest/UserGuide/id_credentials_temp_control-access_disable-perms.html>
pub(super) fn lines(
    session_context: &SessionContext,
    key: &AccessKey,
    now: Timestamp,
) -> Vec<String> {
    let at = aws_cli_options(session_context);
    let status = match key.status {
        KeyStatus::Active => "Inactive",
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
        messages::commands_subject(&key.id, &session_context.account_label()),
        messages::COMMAND_CHANGE.to_owned(),
        format!("aws iam update-access-key{user} --access-key-id {id} --status {status}{at}"),
        String::new(),
        messages::COMMAND_ACTIVITY.to_owned(),
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
        now.strftime("%Y-%m-%dT%H:%M:%SZ")
    );
    let policy = shell_quote(&policy);
    if key.user.is_some() {
        lines.extend([
            messages::COMMAND_REVOKE_USER.to_owned(),
            format!("aws iam put-user-policy{user} --policy-name DenyOlderSessions --policy-document {policy}{at}"),
            String::new(),
            messages::COMMAND_REVOKE_ROLE.to_owned(),
            format!("aws iam put-role-policy --role-name ROLE --policy-name DenyOlderSessions --policy-document {policy}{at}"),
        ]);
    } else {
        lines.push(messages::COMMAND_REVOKE_ROOT.to_owned());
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
