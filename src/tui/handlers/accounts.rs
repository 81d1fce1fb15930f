//! Accounts within reach: lists, and routes.

use std::sync::Arc;

use crate::model::AccountId;
use crate::tui::context::Context;
use crate::tui::effect::TaskEffect;
use crate::tui::message::AccountsEvent;

/// Handles progress of listing accounts.
pub(crate) fn on_accounts(context: &mut Context<'_>, event: AccountsEvent) {
    let shared = &mut *context.shared;
    match event {
        AccountsEvent::Recent(recent) => shared.accounts.set_recent(recent),
        AccountsEvent::Page(page) => shared.add_accounts(page),
        AccountsEvent::Failed(error) => {
            if shared.accounts.fail(Arc::clone(&error)) {
                let (sentence, now) = (error.to_string(), context.now.wall);
                if error.sign_in.is_some() {
                    // The popups on accounts offer the sign-in.
                    shared.notifications.log_error(sentence, None, now);
                } else {
                    shared.notifications.report_error(sentence, now);
                }
            }
        }
        AccountsEvent::Listed => shared.accounts.end(),
        // Found anew by each listing and each search for routes.
        AccountsEvent::InvalidSetting(sentence) if shared.notifications.has_error(&sentence) => {}
        AccountsEvent::InvalidSetting(sentence) => {
            shared.notifications.report_error(sentence, context.now.wall);
        }
    }
}

/// Requests the accounts of all sign-ins, unless they are known.
pub(crate) fn list_accounts(context: &mut Context<'_>) {
    if context.shared.accounts.begin() {
        context.effects.task(TaskEffect::ListAccounts);
    }
}

/// Requests the routes into an account, and its name.
pub(crate) fn find_routes(context: &mut Context<'_>, account: AccountId) {
    let session = context.shared.session.id;
    context.effects.task(TaskEffect::FindRoutes { session, account });
    list_accounts(context);
}
