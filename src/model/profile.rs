//! The profiles of the AWS configuration files.

use std::sync::Arc;

use super::AccountId;

/// A profile, as far as the files tell it without a call.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Profile {
    /// Its name, as `--profile` takes it.
    pub name: Arc<str>,
    /// The account it leads to, where a setting names it.
    pub account: Option<AccountId>,
    /// The account that its access key's ID carries, where no setting names
    /// one: a good guess, undocumented by AWS.
    pub account_guess: Option<AccountId>,
    /// Its region.
    pub region: Option<Arc<str>>,
    /// Its credentials in a few words: `SSO`, `access key`, `role Ops from …`.
    pub kind: Arc<str>,
    /// The MFA device whose code it asks for.
    pub mfa_serial: Option<Arc<str>>,
}

impl Profile {
    /// The account that it leads to, as a setting or else its key's ID tells.
    pub(crate) fn likely_account(&self) -> Option<&AccountId> {
        self.account.as_ref().or(self.account_guess.as_ref())
    }
}
