//! `keyflip accounts`: lists the accounts within reach, and how keyflip gets into each.

mod print;
mod row;

use std::collections::{HashMap, HashSet};
use std::sync::Arc;

use futures_util::{StreamExt as _, stream};

use crate::cli;
use crate::commands::accounts::print::AccountPrinter;
use crate::commands::accounts::row::{AccountRow, Roles};
use crate::commands::error::CommandError;
use crate::commands::exit::Exit;
use crate::commands::interrupts::{Interrupts, block_on};
use crate::commands::listed_accounts::none_listed;
use crate::commands::messages::accounts as messages;
use crate::commands::output;
use crate::commands::reach::AccountAccess;
use crate::commands::{CommandContext, open_session};
use crate::model::{AccountId, ListedAccount, Route, ServiceError};
use crate::ops::reach::run_accounts;

/// Runs the command.
pub(super) fn run(
    accounts: &cli::AccountsArgs,
    context: &CommandContext,
) -> Result<Exit, CommandError> {
    if context.global.account.is_some() {
        return Err(CommandError::ConflictingAccountOptions("keyflip accounts"));
    }
    block_on(async |interrupts| Box::pin(list_accounts(accounts, context, interrupts)).await)
}

async fn list_accounts(
    accounts: &cli::AccountsArgs,
    context: &CommandContext,
    mut interrupts: Interrupts,
) -> Result<Exit, CommandError> {
    open_session::warn_if_tls_unverified(context);
    let access = AccountAccess::load(context, &interrupts).await?;
    let mut by_account: HashMap<AccountId, Vec<Arc<str>>> = HashMap::new();
    for profile in context.session_factory.profiles().await? {
        if let Some(account) = profile.likely_account() {
            by_account.entry(account.clone()).or_default().push(Arc::clone(&profile.name));
        }
    }
    if by_account.is_empty() && !access.router.has_sign_in() {
        return Err(CommandError::NoSignIn);
    }
    let mut list = AccountListing {
        filter: AccountFilter::new(&accounts.filter),
        with_roles: accounts.roles,
        access: &access,
        printer: AccountPrinter::new(accounts.format, accounts.roles),
        listed: HashSet::new(),
        is_partial: false,
    };
    let failures = interrupts.race(list.add_listed(&by_account)).await??;
    let mut others: Vec<_> =
        by_account.into_iter().filter(|(id, _)| !list.listed.contains(id)).collect();
    others.sort_unstable();
    let others = others.into_iter().map(|(id, profiles)| AccountRow {
        by_profile: list.by_profile(&id, &profiles),
        id,
        name: None,
        email: None,
        sign_in: None,
        profiles,
        roles: None,
    });
    let others = others.collect();
    interrupts.race(list.add(others)).await??;
    let is_partial = list.is_partial || !failures.is_empty();
    let rows = list.printer.finish()?;
    let failures = if rows == 0 { none_listed(failures)? } else { failures };
    output::eprint_status(&messages::number_of_accounts(rows));
    for error in &failures {
        output::eprint_line(&messages::list_failed(error));
    }
    Ok(if is_partial { Exit::Partial } else { Exit::Done })
}

/// The list in progress.
struct AccountListing<'a> {
    filter: AccountFilter,
    with_roles: bool,
    access: &'a AccountAccess,
    printer: AccountPrinter,
    /// The accounts of all sign-ins, whether they match or not.
    listed: HashSet<AccountId>,
    /// Whether the roles of an account could not be read.
    is_partial: bool,
}

impl AccountListing<'_> {
    /// Returns the route by one of these profiles that is taken into an account.
    fn by_profile(&self, account: &AccountId, profiles: &[Arc<str>]) -> Option<Route> {
        let routes = || self.access.router.profile_routes(account).into_iter().next();
        if profiles.is_empty() { None } else { routes() }
    }

    /// Adds the accounts of the sign-ins as they come. Returns the errors of the sign-ins
    /// that failed.
    ///
    /// # Errors
    /// Returns an error if nothing more can be printed.
    async fn add_listed(
        &mut self,
        by_account: &HashMap<AccountId, Vec<Arc<str>>>,
    ) -> Result<Vec<Arc<ServiceError>>, CommandError> {
        let mut failures = Vec::new();
        let mut pages = Box::pin(self.access.router.accounts());
        while let Some(page) = pages.next().await {
            let page = match page {
                Ok(page) => page,
                Err(error) => {
                    failures.push(error);
                    continue;
                }
            };
            self.listed.extend(page.iter().map(|account| account.id.clone()));
            let rows = page.into_iter().map(|ListedAccount { id, name, email, session }| {
                let profiles = by_account.get(&id).cloned().unwrap_or_default();
                let by_profile = self.by_profile(&id, &profiles);
                let sign_in = Some(session);
                AccountRow { id, name, email, sign_in, profiles, by_profile, roles: None }
            });
            let rows = rows.collect();
            self.add(rows).await?;
        }
        Ok(failures)
    }

    /// Adds those rows that match, with their roles if these are wanted.
    ///
    /// # Errors
    /// Returns an error if nothing more can be printed.
    async fn add(&mut self, mut rows: Vec<AccountRow>) -> Result<(), CommandError> {
        rows.retain(|row| self.filter.matches(row));
        if !self.with_roles {
            return self.printer.print_or_buffer(rows);
        }
        let access = &self.access.router;
        let mut read = Box::pin(run_accounts(stream::iter(rows), |mut row| async move {
            let routes = access.routes(&row.id).await;
            let of_sign_in = routes.all().iter().filter_map(|route| match route {
                Route::Sso { session, role, .. } if row.sign_in.as_ref() == Some(session) => {
                    Some(Arc::clone(role))
                }
                _ => None,
            });
            row.roles = Some(Roles {
                names: of_sign_in.collect(),
                preferred: routes.preferred().first().cloned(),
                without_route: routes.without_preferred(),
                failure: routes.errors.first().cloned(),
            });
            row
        }));
        while let Some(row) = read.next().await {
            self.is_partial |= row.roles.as_ref().is_some_and(|roles| roles.failure.is_some());
            self.printer.print_or_buffer(vec![row])?;
        }
        Ok(())
    }
}

/// The words that an account must have.
struct AccountFilter(Vec<String>);

impl AccountFilter {
    fn new(words: &[String]) -> Self {
        let words = words.iter().flat_map(|word| word.split_whitespace());
        Self(words.map(str::to_lowercase).collect())
    }

    /// Returns whether each word is in the ID, the name or the e-mail address. A word with `*` or
    /// `?` must match one of them as a whole.
    fn matches(&self, row: &AccountRow) -> bool {
        let texts = [Some(row.id.as_str()), row.name.as_deref(), row.email.as_deref()];
        let texts: Vec<_> = texts.into_iter().flatten().map(str::to_lowercase).collect();
        self.0.iter().all(|word| {
            texts.iter().any(|text| {
                if word.contains(['*', '?']) {
                    crate::filter::matches_pattern(word, text)
                } else {
                    text.contains(word.as_str())
                }
            })
        })
    }
}
