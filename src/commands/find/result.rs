//! Results of the command.

use std::sync::Arc;

use crate::commands::key_lookup::KeyLookupResult;
use crate::model::{AccountId, IdForm, KeyId, SessionContext};
use crate::ops::key_lookup::{KeyMention, MentionKind};

/// The result for one ID, or for another mention of a key.
pub(super) struct FindResult {
    /// The ID, the masked ID or the user's ARN.
    pub subject: Arc<str>,
    /// How the text names the key.
    pub origin: FoundAs,
    /// What it is.
    pub lookup: KeyLookupResult,
    /// The context of the session that was asked.
    pub session_context: Option<SessionContext>,
    /// The profiles of the key's account, or the one that found the key.
    pub profiles: Vec<Arc<str>>,
    /// What was asked, for a sentence, if that is not one session.
    pub label: Option<Arc<str>>,
    /// The account that was asked, if no session was opened there.
    pub account: Option<AccountId>,
    /// Why no session was opened there, in a few words, unless a call has failed.
    pub not_entered: Option<&'static str>,
    /// The name of the key's account in Identity Center, if it is known.
    pub account_name: Option<Arc<str>>,
}

impl FindResult {
    /// A result that no session has found.
    pub(super) fn new(subject: Arc<str>, origin: FoundAs, lookup: KeyLookupResult) -> Self {
        Self {
            subject,
            origin,
            lookup,
            session_context: None,
            profiles: Vec::new(),
            label: None,
            account: None,
            not_entered: None,
            account_name: None,
        }
    }

    /// Returns the result in a few words, for tables and programs.
    pub(super) fn finding(&self) -> &'static str {
        self.not_entered.unwrap_or_else(|| self.lookup.label())
    }

    /// Returns whether both are the same key in the same account at the same endpoint.
    pub(super) fn is_same_key(&self, other: &Self) -> bool {
        let account = |result: &Self| {
            let asked = result.session_context.as_ref();
            asked.map(|it| (it.caller.account.clone(), it.endpoint.clone()))
        };
        self.subject == other.subject && account(self) == account(other)
    }

    /// Returns the key or other ID, if the subject is one.
    pub(super) fn id(&self) -> Option<KeyId> {
        KeyId::parse(&self.subject).ok()
    }
}

/// How a text names a key.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub(super) enum FoundAs {
    /// By its ID.
    Id(IdForm),
    /// By this masked ID.
    Masked(Arc<str>),
    /// By the ARN or the unique ID of its user.
    User(Arc<str>),
}

impl FoundAs {
    /// Returns how a mention names the key.
    pub(super) fn from_mention(mention: &KeyMention) -> Self {
        let label = mention.label().into();
        match mention.kind {
            MentionKind::Masked(_) => Self::Masked(label),
            MentionKind::User(_) | MentionKind::UserId(_) => Self::User(label),
        }
    }

    /// Returns whether the text has the ID.
    pub(super) fn is_id(&self) -> bool {
        matches!(self, Self::Id(_))
    }

    /// Returns the form in a word or two, for tables and programs.
    pub(super) fn label(&self) -> &'static str {
        match self {
            Self::Id(IdForm::Exact) => "ID",
            Self::Id(IdForm::LowerCase) => "ID in lower case",
            Self::Id(IdForm::Glued) => "start of a longer word",
            Self::Id(IdForm::Assembled) => "ID in pieces",
            Self::Masked(_) => "masked ID",
            Self::User(_) => "user",
        }
    }
}
