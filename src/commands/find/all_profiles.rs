//! `find --all-profiles`: looks in the accounts of the profiles of the AWS configuration.

use std::cell::{Cell, RefCell};
use std::collections::HashSet;
use std::sync::Arc;

use futures_util::StreamExt as _;
use futures_util::stream;

use crate::aws::SharedConfig;
use crate::commands::error::CommandError;
use crate::commands::find::account::{AccountResults, find_in_account, first_reads};
use crate::commands::find::profile_search::{ProfileGroup, ProfileSearch, Round, group_profiles};
use crate::commands::find::result::FindResult;
use crate::commands::messages::find as sentences;
use crate::commands::output;
use crate::commands::read_retry::ReadRetry;
use crate::commands::{CommandContext, open_session};
use crate::model::{AccountId, Profile, ServiceError, SessionId, TextScan};

/// Maximum number of accounts that are asked at the same time: at 50 ms a round trip, more would only
/// wait for this process.
const MAX_CONCURRENT_GROUPS: usize = 32;

/// Looks up everything, and returns whether each account that might say more could be asked. Does not
/// ask for MFA codes: a profile that needs one fails.
///
/// # Errors
/// Returns an error if the files cannot be read, or if there is no profile.
pub(super) async fn find(
    context: &CommandContext,
    scan: &TextScan,
) -> Result<(Vec<FindResult>, bool), CommandError> {
    open_session::warn_if_tls_unverified(context);
    let config = context.session_factory.shared_config().await?;
    let groups = group_profiles(config.profiles());
    if groups.is_empty() {
        return Err(CommandError::NoProfiles);
    }
    let run = ProfileRun {
        context,
        config,
        search: RefCell::new(ProfileSearch::new(scan)),
        asked: RefCell::default(),
        sessions: Cell::new(0),
        has_failed: Cell::new(false),
    };
    for round in [Round::Named, Round::Others, Round::Confirmed] {
        run.ask_groups(&groups, round).await;
    }
    if let Some(sentence) = not_asked(&groups, &run.asked.take()) {
        output::eprint_status(&sentence);
    }
    let search = run.search.into_inner();
    let are_all_read = !(run.has_failed.get() && search.is_open());
    Ok((search.into_results(), are_all_read))
}

/// Returns the sentence on the profiles that were not asked, if there are any.
fn not_asked(groups: &[ProfileGroup], asked: &HashSet<Arc<str>>) -> Option<String> {
    let (mut spared, mut elsewhere) = (0, 0);
    for ProfileGroup { profiles, .. } in groups {
        let number = profiles.iter().filter(|profile| asked.contains(&profile.name)).count();
        let left = profiles.len() - number;
        *if number > 0 { &mut spared } else { &mut elsewhere } += left;
    }
    sentences::profiles_not_asked(spared, elsewhere)
}

/// A search in progress.
struct ProfileRun<'a> {
    context: &'a CommandContext,
    config: SharedConfig,
    search: RefCell<ProfileSearch<'a>>,
    /// The profiles that were asked.
    asked: RefCell<HashSet<Arc<str>>>,
    /// The ID of the last session.
    sessions: Cell<u32>,
    /// Whether no profile of a group could answer.
    has_failed: Cell<bool>,
}

impl ProfileRun<'_> {
    async fn ask_groups(&self, groups: &[ProfileGroup], round: Round) {
        let is_wanted = |group: &&ProfileGroup| self.search.borrow().is_wanted(group, round);
        let wanted: Vec<_> = groups.iter().filter(is_wanted).collect();
        // Its answer may spare all others.
        let alone = usize::from(round == Round::Others).min(wanted.len());
        let (first, rest) = wanted.split_at(alone);
        for group in first {
            self.ask(group, round).await;
        }
        let rest = stream::iter(rest).map(|group| self.ask(group, round));
        rest.buffer_unordered(MAX_CONCURRENT_GROUPS).collect::<()>().await;
    }

    /// Asks the profiles of a group, one after the other until one has answered for the account.
    async fn ask(&self, group: &ProfileGroup, round: Round) {
        for profile in &group.profiles {
            // Another group may have answered meanwhile.
            let scan = self.search.borrow().scan_for(group, round);
            if scan.is_empty() {
                return;
            }
            let Some((results, here)) = self.look_up(profile, &scan).await else { continue };
            if self.search.borrow_mut().note(results, group, &here) {
                return;
            }
        }
        self.has_failed.set(true);
    }

    /// Looks up everything with a profile, and prints the number of keys found. Returns the account as
    /// well; `None` if no session can be opened.
    async fn look_up(
        &self,
        profile: &Profile,
        scan: &TextScan,
    ) -> Option<(AccountResults, AccountId)> {
        let (name, factory) = (&profile.name, &self.context.session_factory);
        self.sessions.set(self.sessions.get() + 1);
        self.asked.borrow_mut().insert(Arc::clone(name));
        let id = SessionId(self.sessions.get());
        let retry = ReadRetry::new();
        let opened = async {
            let session = factory.open_profile(&self.config, id, name).await?;
            let identify = retry.retry(async || factory.identify(&session).await);
            let identify = async {
                identify.await.map_err(|error| match session.awaits_mfa_code() {
                    Some(_) => error.with_hint(sentences::mfa_not_asked(name)),
                    None => error,
                })
            };
            let first = async { Ok(first_reads(&session, scan).await) };
            let (session_context, owners) = tokio::try_join!(identify, first)?;
            Ok((session, session_context, owners))
        };
        let (session, session_context, owners) = match opened.await {
            Ok(opened) => opened,
            Err(error) => {
                let error: ServiceError = error;
                output::eprint_line(&sentences::profile_failed(name, &error));
                return None;
            }
        };
        let found = find_in_account(&session, &session_context, scan, Some(owners), false);
        let mut results = found.await;
        let number = results.iter().filter(|result| result.lookup.is_found()).count();
        let was_denied = results.iter().any(|result| result.lookup.was_denied());
        let context_label = open_session::context_label(&session_context);
        let looked = sentences::profile_looked(name, &context_label, number, was_denied);
        output::eprint_summary(&looked, !was_denied);
        for result in results.iter_mut().filter(|result| result.lookup.is_found()) {
            result.profiles = vec![Arc::clone(name)];
        }
        Some((results, session_context.caller.account))
    }
}
