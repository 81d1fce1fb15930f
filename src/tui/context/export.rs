//! Copies of what is shown, for export.

use jiff::Timestamp;

use crate::model::SessionContext;
use crate::ops::export::{Content, Document, Origin};
use crate::ops::list_row::AccountCells;
use crate::tui::context::Shared;
use crate::tui::messages::export as messages;

impl Shared {
    /// Returns a document on the account shown, with how much of it was read.
    pub(crate) fn document(
        &self,
        name: &str,
        title: String,
        content: Content,
        at: Timestamp,
    ) -> Document {
        let context = self.session_context();
        let origin = Origin {
            account: context.map(SessionContext::account_label),
            endpoint: context.and_then(|context| context.endpoint.label()),
            caller: context.map(|context| context.caller.arn.to_string()),
            coverage: Some(messages::coverage(&self.inventory.coverage(), 0)),
            ..Origin::default()
        };
        Document { name: name.to_owned(), title, origin, at, content }
    }

    /// Returns the account shown, for the rows of a list.
    pub(crate) fn account_cells(&self) -> Option<AccountCells> {
        let context: &SessionContext = self.session_context()?;
        Some(AccountCells { id: context.caller.account.clone(), name: context.alias.clone() })
    }
}
