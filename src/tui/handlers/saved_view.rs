//! Views that are kept for the next start.

use std::sync::Arc;

use crate::tui::context::{AccountIdentity, Context, SavedView};
use crate::tui::effect::TaskEffect;

/// Requests the view that is kept of the account shown, if views are kept.
pub(crate) fn load_view(context: &mut Context<'_>) {
    let shared = &mut *context.shared;
    let account = shared.session.account_of(shared.session.id);
    let account = account.filter(|_| shared.options.restore);
    if let Some(name) = account.and_then(AccountIdentity::name_in_file) {
        let name: Arc<str> = name.into();
        shared.view_memory.request(Arc::clone(&name));
        context.effects.task(TaskEffect::LoadView(name));
    }
}

/// Returns whether a kept view can be shown, and that no later one can: nothing else was asked for
/// at the start, and nothing is looked up.
pub(crate) fn take_restore_permission(context: &mut Context<'_>) -> bool {
    let shared = &mut *context.shared;
    let is_superseded = std::mem::take(&mut shared.view_memory.is_superseded);
    let lookups = &shared.lookups;
    !is_superseded
        && shared.plan.is_none()
        && lookups.ids().is_empty()
        && lookups.mentions().is_empty()
}

/// Keeps the view if it has changed since.
pub(crate) fn keep_view(context: &mut Context<'_>, shown: SavedView) {
    let shared = &mut *context.shared;
    let account = shared.session_context().and(shared.session.account_of(shared.session.id));
    if let Some(name) = account.and_then(AccountIdentity::name_in_file)
        && shared.view_memory.is_of(&name)
        && let Some(account) = shared.view_memory.update(&shown)
    {
        context.effects.task(TaskEffect::SaveView(account, shown));
    }
}
