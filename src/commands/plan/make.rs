//! `keyflip plan FILTER`: writes a plan.

use std::fs;
use std::path::Path;

use jiff::Timestamp;

use crate::changes::{OsIdentity, new_change_id};
use crate::cli;
use crate::commands::error::CommandError;
use crate::commands::exit::Exit;
use crate::commands::interrupts::{Interrupts, block_on};
use crate::commands::list::{MatchingKeys, read_matching_keys};
use crate::commands::messages::plan as messages;
use crate::commands::reach::name_for_filter;
use crate::commands::{CommandContext, open_session, output};
use crate::filter::Filter;
use crate::filter::saved::expand;
use crate::model::{EscapedText, SessionContext, UserName, decode_text, escape_json, escape_path};
use crate::ops::plan::{Author, Exceptions, LeftOutKey, Plan, PlannedKey};

/// The number of keys or users that are named if they could not be checked.
const MAX_NAMED: usize = 10;

/// The term that is added to each filter: nothing else can be deactivated.
const ACTIVE_KEYS: &str = "status:active";

/// Runs the command.
pub(super) fn run(args: &cli::PlanArgs, context: &CommandContext) -> Result<Exit, CommandError> {
    let words: Vec<&str> = args.filter.iter().map(|word| word.trim()).collect();
    let text = words.join(" ");
    let (now, saved) = (Timestamp::now(), context.settings.saved_filters());
    // An error names the column in the filter as it was typed.
    let typed = Filter::parse_saved(&text, &saved, now).map_err(CommandError::InvalidFilter)?;
    if typed.asks_for_marks() {
        return Err(CommandError::MarkedInList);
    }
    if typed.has_free_text() {
        return Err(CommandError::WordInPlan);
    }
    let expanded = expand(&text, &saved).map_err(CommandError::InvalidFilter)?;
    let with_status = format!("{expanded} {ACTIVE_KEYS}");
    let filter = Filter::parse(&with_status, now).map_err(CommandError::InvalidFilter)?;
    let text = messages::filter(&text, &expanded);
    let exceptions = args.except.as_deref().map(read_exceptions).transpose()?.unwrap_or_default();
    block_on(async |interrupts| {
        Box::pin(make_plan(&text, &filter, exceptions, context, interrupts)).await
    })
}

fn read_exceptions(path: &Path) -> Result<Exceptions, CommandError> {
    let name = || escape_path(path);
    let text = fs::read(path).map_err(|error| CommandError::UnreadableFile(name(), error))?;
    let exceptions = Exceptions::parse(&decode_text(&text));
    exceptions.map_err(|error| CommandError::InvalidExceptions(name(), error))
}

async fn make_plan(
    text: &str,
    filter: &Filter,
    mut exceptions: Exceptions,
    context: &CommandContext,
    mut interrupts: Interrupts,
) -> Result<Exit, CommandError> {
    let opened = open_session::open(context, &mut interrupts).await?;
    let mut session_context = open_session::identify(context, &opened, &mut interrupts).await?;
    name_for_filter(context, filter, &mut session_context, &mut interrupts).await?;
    let found = read_matching_keys(opened.session, &session_context, filter, interrupts).await?;
    if found.coverage.users == 0 && found.exit != Exit::Done && found.keys.is_empty() {
        print_lines(&found);
        return Ok(found.exit);
    }
    let mut plan = empty_plan(text, &session_context, context);
    plan.coverage = found.coverage;
    plan.account_name = plan.account_name.or(found.alias.clone().map(EscapedText::from));
    let root_keys = fill_plan(&mut plan, &found, &mut exceptions);
    let json = serde_json::to_string_pretty(&plan).map_err(CommandError::PlanJson)?;
    output::print(&escape_json(&format!("{json}\n")))?;
    print_lines(&found);
    for (line, pattern) in exceptions.unused() {
        output::eprint_line(&messages::unused_exception(line, pattern));
    }
    if root_keys > 0 {
        output::eprint_line(&messages::root_keys(root_keys));
    }
    if found.keys.is_empty() && found.exit == Exit::Done {
        output::eprint_line(messages::NO_ACTIVE_KEY);
    }
    output::eprint_summary(&messages::plan_made(&plan), found.exit == Exit::Done);
    Ok(found.exit)
}

fn empty_plan(text: &str, session_context: &SessionContext, context: &CommandContext) -> Plan {
    let (now, process) = (Timestamp::now(), OsIdentity::current());
    let author = Author {
        os_user: process.os_user.clone(),
        sudo_user: process.sudo_user.clone(),
        host: process.host.clone(),
    };
    let caller = &session_context.caller;
    let place = (caller.account.clone(), caller.arn.clone(), session_context.endpoint.clone());
    let mut plan = Plan::new(new_change_id(now).into(), now, author, place);
    plan.account_name = session_context.alias.clone().map(EscapedText::from);
    plan.filter = text.into();
    plan.reason = context.global.reason.as_deref().map(EscapedText::from);
    plan
}

/// Adds the keys to the plan, or to those left out. Returns the number of keys of the root user,
/// which are in neither.
fn fill_plan(plan: &mut Plan, found: &MatchingKeys, exceptions: &mut Exceptions) -> usize {
    let mut root_keys = 0;
    for (found, why) in &found.keys {
        let Some(user) = &found.user else {
            root_keys += 1;
            continue;
        };
        let key = &found.key;
        match exceptions.find(user, &key.id) {
            Some((exception, reason)) => plan.left_out.push(LeftOutKey {
                user: user.clone(),
                key: key.id.clone(),
                exception,
                reason,
            }),
            None => plan.keys.extend(PlannedKey::from_key(user.clone(), key, why)),
        }
    }
    let order = |user: &UserName| user.raw().to_ascii_lowercase();
    plan.keys.sort_by_cached_key(|key| (order(&key.user), key.key.clone()));
    plan.left_out.sort_by_cached_key(|key| (order(&key.user), key.key.clone()));
    root_keys
}

/// Prints what was read, and what could not be checked.
fn print_lines(found: &MatchingKeys) {
    for line in &found.lines {
        output::eprint_line(line);
    }
    let undecided: Vec<_> = found.undecided.iter().map(|it| it.key.id.to_string()).collect();
    let unread: Vec<_> = found.unread_users.iter().map(ToString::to_string).collect();
    for (what, names) in [("keys", undecided), ("users", unread)] {
        if !names.is_empty() {
            let named = &names[..names.len().min(MAX_NAMED)];
            output::eprint_line(&messages::not_checked(what, named, names.len()));
        }
    }
}
