//! `find --all-profiles`: looks in the accounts of the profiles of the AWS configuration.

use std::cell::{Cell, RefCell};
use std::collections::{HashMap, HashSet};
use std::panic::AssertUnwindSafe;
use std::sync::Arc;

use futures_util::stream;
use futures_util::{FutureExt as _, StreamExt as _};

use crate::aws::SharedConfig;
use crate::commands::error::CommandError;
use crate::commands::find::account::{AccountResults, find_in_account, first_reads};
use crate::commands::find::profile_groups::{ProfileGroup, Round, group_profiles};
use crate::commands::find::profile_search::ProfileSearch;
use crate::commands::find::result::FindResult;
use crate::commands::key_lookup::LookupProgress;
use crate::commands::messages::find as sentences;
use crate::commands::output;
use crate::commands::read_retry::ReadRetry;
use crate::commands::{CommandContext, open_session};
use crate::model::{ErrorKind, Profile, ServiceError, SessionContext, SessionId, TextScan};
use crate::ops::reach::leads_elsewhere;

/// Maximum number of accounts that are asked at the same time: at 50 ms a round trip, more would
/// only wait for this process.
const MAX_CONCURRENT_GROUPS: usize = 32;

/// Looks up everything, and returns whether each account that might say more could be asked. Does
/// not ask for MFA codes: a profile that needs one fails.
///
/// # Errors
/// Returns an error if the files cannot be read, or if there is no profile.
pub(super) async fn find(
    context: &CommandContext,
    scan: &TextScan,
) -> Result<(Vec<FindResult>, bool), CommandError> {
    open_session::warn_if_tls_unverified(context);
    let config = context.session_factory.shared_config().await?;
    let mut profiles = Vec::new();
    for profile in config.profiles() {
        let endpoints = context.session_factory.service_endpoints(&config, &profile.name).await;
        profiles.push((profile, endpoints));
    }
    let groups = group_profiles(profiles);
    if groups.is_empty() {
        return Err(CommandError::NoProfiles);
    }
    let run = ProfileRun {
        context,
        config,
        search: RefCell::new(ProfileSearch::new(scan)),
        progress: LookupProgress::in_accounts(groups.len()),
        asked: RefCell::default(),
        unusable: RefCell::default(),
        sessions: Cell::new(0),
    };
    for round in [Round::Named, Round::Others, Round::Confirmed] {
        run.ask_groups(&groups, round).await;
    }
    if let Some(sentence) = not_asked(&groups, &run.asked.take()) {
        output::eprint_status(&sentence);
    }
    let search = run.search.into_inner();
    let are_all_read = !search.is_unanswered();
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

/// Returns an error if a profile leads into another account than the files say.
fn wrong_account(profile: &Profile, session_context: &SessionContext) -> Option<ServiceError> {
    let account = profile.account.as_ref()?;
    let message = leads_elsewhere(session_context, account);
    (session_context.caller.account != *account)
        .then(|| ServiceError::new(ErrorKind::Settings, "GetCallerIdentity", message))
}

/// A search in progress.
struct ProfileRun<'a> {
    context: &'a CommandContext,
    config: SharedConfig,
    search: RefCell<ProfileSearch<'a>>,
    /// The progress of each look-up.
    progress: LookupProgress,
    /// The profiles that were asked.
    asked: RefCell<HashSet<Arc<str>>>,
    /// The groups of which no session could be opened, and why.
    unusable: RefCell<HashMap<usize, Arc<ServiceError>>>,
    /// The ID of the last session.
    sessions: Cell<u32>,
}

impl ProfileRun<'_> {
    async fn ask_groups(&self, groups: &[ProfileGroup], round: Round) {
        let is_wanted = |group: &&ProfileGroup| self.search.borrow().is_wanted(group, round);
        let wanted = groups.iter().filter(is_wanted);
        // The first answer from an endpoint may spare all others there.
        let mut endpoints = HashSet::new();
        let is_first = |group: &&ProfileGroup| {
            let is_usable = !self.unusable.borrow().contains_key(&group.number);
            round == Round::Others && is_usable && endpoints.insert(group.endpoints.clone())
        };
        let (first, rest): (Vec<_>, Vec<_>) = wanted.partition(is_first);
        for groups in [first, rest] {
            let asked = stream::iter(groups).map(|group| self.ask(group, round));
            asked.buffer_unordered(MAX_CONCURRENT_GROUPS).collect::<()>().await;
        }
    }

    /// Asks the profiles of a group, one after the other until one has answered for the account.
    async fn ask(&self, group: &ProfileGroup, round: Round) {
        if let Some(error) = self.unusable.borrow().get(&group.number) {
            self.search.borrow_mut().give_up(group, round, Some(error));
            return;
        }
        let (mut failure, mut is_usable) = (None, false);
        for profile in &group.profiles {
            // Another group may have answered meanwhile.
            let scan = self.search.borrow().scan_for(group, round);
            if scan.is_empty() {
                return;
            }
            let looked = AssertUnwindSafe(self.look_up(profile, &scan)).catch_unwind().await;
            match looked.unwrap_or_else(|_| Err(ServiceError::internal("GetCallerIdentity"))) {
                Ok((results, session_context)) => {
                    is_usable = true;
                    let here = &session_context.caller.account;
                    if self.search.borrow_mut().note(results, group, here) {
                        return;
                    }
                    failure = wrong_account(profile, &session_context).or(failure);
                }
                Err(error) => failure = Some(error),
            }
        }
        let failure = failure.map(Arc::new);
        self.search.borrow_mut().give_up(group, round, failure.as_ref());
        if let Some(error) = failure.filter(|_| !is_usable) {
            self.unusable.borrow_mut().insert(group.number, error);
        }
    }

    /// Looks up everything with a profile, and prints the number of keys found, or the error.
    ///
    /// # Errors
    /// Returns an error if no session can be opened.
    async fn look_up(
        &self,
        profile: &Profile,
        scan: &TextScan,
    ) -> Result<(AccountResults, SessionContext), ServiceError> {
        let (name, factory) = (&profile.name, &self.context.session_factory);
        self.sessions.set(self.sessions.get() + 1);
        self.asked.borrow_mut().insert(Arc::clone(name));
        let id = SessionId(self.sessions.get());
        let retry = ReadRetry::new();
        let opened = async {
            let session = factory.open_profile(&self.config, id, name).await?;
            let identify = async {
                let identified = retry.retry(async || factory.identify(&session).await).await;
                identified.map_err(|error: ServiceError| match session.awaits_mfa_code() {
                    Some(_) => error.with_hint(sentences::mfa_not_asked(name)),
                    None => error,
                })
            };
            let read = async || Ok(first_reads(&session, scan, &retry).await);
            let (session_context, owners) =
                open_session::identify_while_reading(identify, read).await?;
            Ok((session, session_context, owners))
        };
        let (session, session_context, owners) = match opened.await {
            Ok(opened) => opened,
            Err(error) => {
                output::eprint_line(&sentences::profile_failed(name, &error));
                return Err(error);
            }
        };
        let progress = self.progress;
        let found = find_in_account(&session, &session_context, scan, owners, &retry, progress);
        let mut results = found.await;
        let label = session_context.endpoint.label().map(|not_aws| {
            Arc::from(sentences::account_not_of_aws(&session_context.account_label(), &not_aws))
        });
        let number = results.iter().filter(|result| result.lookup.is_found()).count();
        let was_denied = results.iter().any(|result| result.lookup.was_denied());
        let context_label = open_session::context_label(&session_context);
        let looked = sentences::profile_looked(name, &context_label, number, was_denied);
        output::eprint_summary(&looked, !was_denied);
        for result in results.iter_mut() {
            if result.lookup.is_found() {
                result.profiles = vec![Arc::clone(name)];
            }
            result.label.clone_from(&label);
        }
        Ok((results, session_context))
    }
}
