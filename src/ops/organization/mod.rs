//! Every account of the sign-ins to Identity Center, each with a summary of its credential report.

mod failure;
mod read;
mod summary;

use std::sync::Arc;

use crate::model::{AccountId, ListedAccount, Route, ServiceError};

pub(crate) use failure::AccountFailure;
pub(crate) use read::read_organization;
pub(crate) use summary::{AccountSummary, Count, OldestKey};

/// Progress of reading the organization.
#[derive(Clone, Debug)]
pub(crate) enum OrganizationEvent {
    /// A page of accounts, none of which was listed before.
    Listed(Vec<ListedAccount>),
    /// The list of a sign-in, or of all, could not be read to its end.
    ListFailed(Arc<ServiceError>),
    /// All lists have ended.
    AllListed,
    /// An account was read, or could not be.
    Read(Box<AccountReading>),
    /// All accounts have been read.
    AllRead,
}

/// What was read of an account.
#[derive(Clone, Debug)]
pub(crate) struct AccountReading {
    /// The account.
    pub account: AccountId,
    /// Route that led into it; `None` if none did.
    pub route: Option<Route>,
    /// Its summary.
    pub summary: Result<AccountSummary, AccountFailure>,
}
