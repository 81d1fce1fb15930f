//! Entry of the look-up results, and its result in words.

use ratatui::style::Style;
use ratatui::text::Span;

use crate::inventory::{Inventory, UserIndex};
use crate::model::{KeyId, Known};
use crate::ops::export::ExportCell;
use crate::ops::key_lookup::KeyMention;
use crate::tui::context::{IdLookup, LookupState, OtherAccount, OtherAccountState, Shared};
use crate::tui::messages;
use crate::tui::panes::key_status;
use crate::tui::render::Theme;
use crate::tui::render::text_wrap::wrap_text;

/// Columns of a key ID with cursor and mark.
const ID_COLUMNS: usize = 24;

/// Minimum columns for an ID and its result on one line.
const MIN_COLUMNS_FOR_ONE_LINE: usize = 60;

/// Entry of the look-up results.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum ResultEntry {
    /// A key ID, or another ID that was looked up.
    Id(KeyId),
    /// A masked ID or a user.
    Mention(KeyMention),
}

/// Returns the lines of an entry and its result.
pub(super) fn entry_lines<'a>(
    shared: &Shared,
    entry: &ResultEntry,
    width: usize,
    theme: &Theme,
) -> Vec<Vec<Span<'a>>> {
    let (id, (text, style)) = match entry {
        ResultEntry::Id(id) => {
            let (text, style) = result_text(shared, id, theme);
            let text = messages::lookup::unusual_form(shared.lookups.form(id), &text);
            (id.to_string(), (text, style))
        }
        ResultEntry::Mention(mention) => (mention.label(), mention_text(shared, mention, theme)),
    };
    let narrow = width < MIN_COLUMNS_FOR_ONE_LINE || id.len() > ID_COLUMNS - 2;
    let indent = if narrow { 2 } else { ID_COLUMNS - 2 };
    let pieces = wrap_text(&text, width.saturating_sub(indent + 2).max(8));
    let id_columns = if narrow { width.saturating_sub(2) } else { ID_COLUMNS - 2 };
    let id = theme.glyphs.fit(&id, id_columns);
    let mut lines = Vec::new();
    if narrow {
        lines.push(vec![Span::raw(id.clone())]);
    }
    for piece in pieces {
        let before = if lines.is_empty() { id.clone() } else { " ".repeat(indent) };
        lines.push(vec![Span::raw(before), Span::styled(piece, style)]);
    }
    lines
}

/// Names of the columns of an export.
pub(super) const EXPORT_COLUMNS: [&str; 5] =
    ["AccountId", "AccessKeyId", "UserName", "Status", "Result"];

/// Returns an entry and its result for an export: account, owner and status by themselves if they
/// are known, and the result as the list says it.
pub(super) fn export_cells(shared: &Shared, entry: &ResultEntry) -> Vec<ExportCell> {
    let theme = Theme::default();
    let id = match entry {
        ResultEntry::Id(id) => id,
        ResultEntry::Mention(mention) => {
            let result = elsewhere_text(shared, mention);
            let result = result.unwrap_or_else(|| messages::lookup::NOT_LOOKED_UP.to_owned());
            let [label, result] = [mention.label(), result].map(ExportCell::Text);
            let account = ExportCell::from_option(mention.account());
            return vec![account, label, ExportCell::Unknown, ExportCell::Unknown, result];
        }
    };
    let key_account = shared.account_of_key(id);
    let inventory = key_account.inventory;
    let facts = inventory.owner(id).map(|owner| inventory.facts(owner));
    let account = match facts {
        Some(_) => key_account.session_context.map(|context| context.caller.account.clone()),
        None => shared.account_elsewhere(id),
    };
    let status = facts.and_then(|facts| Some(&facts.key(id)?.status));
    let result =
        messages::lookup::unusual_form(shared.lookups.form(id), &result_text(shared, id, &theme).0);
    vec![
        ExportCell::from_option(account),
        ExportCell::from_option(Some(id)),
        ExportCell::from_option(facts.map(|facts| &facts.name)),
        ExportCell::from_option(status),
        ExportCell::Text(result),
    ]
}

/// Returns what a masked ID or a user leads to, without its label.
fn mention_text(shared: &Shared, mention: &KeyMention, theme: &Theme) -> (String, Style) {
    match elsewhere_text(shared, mention) {
        Some(text) => (text, theme.warning),
        None => (messages::lookup::OPEN_TO_SEARCH.to_owned(), theme.plain),
    }
}

/// Returns in which other account a masked ID or a user is, without its label.
fn elsewhere_text(shared: &Shared, mention: &KeyMention) -> Option<String> {
    let sentence = shared.other_accounts_sentence(mention)?;
    Some(without_subject(&sentence, &mention.label()))
}

/// Returns the result for a key ID, without the ID itself.
fn result_text(shared: &Shared, id: &KeyId, theme: &Theme) -> (String, Style) {
    let state = match shared.lookup_of(id) {
        Some(IdLookup::There(other, state)) => {
            return other_result_text(shared, other, state, id, theme);
        }
        Some(IdLookup::Here(state)) => state,
        None => return (String::new(), theme.plain),
    };
    if let Some(account) = shared.account_elsewhere(id) {
        let text = messages::accounts::of_account(&shared.accounts.label(&account));
        return (text, theme.warning);
    }
    if matches!(state, LookupState::Pending(_)) && shared.session_context().is_none() {
        return (messages::lookup::WAITING_FOR_SESSION.to_owned(), theme.dim);
    }
    let here = shared.session.account_label();
    lookup_text(shared, state, (&shared.inventory, &here), id, theme)
}

/// Returns the result for a key that is looked up in another account.
fn other_result_text(
    shared: &Shared,
    other: &OtherAccount,
    state: &LookupState,
    id: &KeyId,
    theme: &Theme,
) -> (String, Style) {
    let account = shared.accounts.label(&other.account);
    match &other.state {
        OtherAccountState::Opening => (messages::accounts::opening(&account), theme.dim),
        OtherAccountState::Failed(error) => (format!("{account}: {error}"), theme.warning),
        OtherAccountState::Open(context) => {
            let here = (&other.inventory, &*context.account_label());
            let (text, style) = lookup_text(shared, state, here, id, theme);
            (format!("{account}: {text}"), style)
        }
    }
}

/// Returns the state of a look-up in the account `here`, with that inventory and label.
fn lookup_text(
    shared: &Shared,
    lookup: &LookupState,
    (inventory, here): (&Inventory, &str),
    id: &KeyId,
    theme: &Theme,
) -> (String, Style) {
    match lookup {
        LookupState::Found(owner) => {
            let owner = inventory.owner(id).unwrap_or(*owner);
            owner_text(shared, inventory, owner, id, theme)
        }
        LookupState::Miss(miss) => {
            let sentence = shared.miss_sentence_in(id, miss, here);
            (without_subject(&sentence, id.as_str()), theme.warning)
        }
        LookupState::Pending(_) => (messages::lookup::LOOKING_UP_OWNER.to_owned(), theme.dim),
        LookupState::Searching(_) => (messages::lookup::SEARCHING_LISTS.to_owned(), theme.dim),
    }
}

/// Returns a sentence without its subject, which the row has before it.
fn without_subject(sentence: &str, subject: &str) -> String {
    sentence.strip_prefix(subject).map_or(sentence, str::trim_start).to_owned()
}

/// Returns the owner and the status of a key.
fn owner_text(
    shared: &Shared,
    inventory: &Inventory,
    owner: UserIndex,
    id: &KeyId,
    theme: &Theme,
) -> (String, Style) {
    let facts = inventory.facts(owner);
    if facts.key(id).is_none() && (facts.keys.live_value().is_some() || facts.is_deleted()) {
        return (shared.owner_not_found(id, owner), theme.warning);
    }
    let status = match facts.key(id) {
        Some(key) => key_status(shared, id, &key.status, theme).0,
        None => match &facts.keys {
            Known::Denied(_) => messages::lookup::STATUS_DENIED.to_owned(),
            Known::Failed(_) => messages::lookup::STATUS_UNREADABLE.to_owned(),
            _ => messages::lookup::READING_STATUS.to_owned(),
        },
    };
    (format!("{}, {status}", facts.name), theme.strong)
}
