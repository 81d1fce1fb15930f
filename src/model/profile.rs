//! Profiles of the AWS configuration files.

use std::sync::Arc;

use super::AccountId;

/// The environment variables that name a profile, in the order of AWS CLI 2. It reads the second
/// one as well, although its documentation names only the first
/// (<https://docs.aws.amazon.com/cli/latest/userguide/cli-configure-envvars.html>).
pub(crate) const PROFILE_VARIABLES: [&str; 2] = ["AWS_PROFILE", "AWS_DEFAULT_PROFILE"];

/// A profile as the files describe it, without any call
/// (<https://docs.aws.amazon.com/cli/latest/userguide/cli-configure-files.html>).
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Profile {
    /// Its name, as `--profile` takes it.
    pub name: Arc<str>,
    /// The account it leads to, if a setting names it.
    pub account: Option<AccountId>,
    /// The account encoded in its access key ID, if no setting names one. See
    /// [`KeyId::account`](super::KeyId::account).
    pub account_guess: Option<AccountId>,
    /// Its Region.
    pub region: Option<Arc<str>>,
    /// The kind of its credentials: `SSO`, `access key`, `role Ops from …`.
    pub kind: Arc<str>,
    /// The MFA device whose code it needs, if any.
    pub mfa_serial: Option<Arc<str>>,
}

impl Profile {
    /// Returns the account it leads to, by a setting or else by its key ID.
    pub(crate) fn likely_account(&self) -> Option<&AccountId> {
        self.account.as_ref().or(self.account_guess.as_ref())
    }
}
