//! Search for key IDs in any text: an e-mail, a log line, a URL, a pasted alert.
//!
//! ```text
//! text ─┬─► as it is ─────────────────────────────┬─► word ───────────────► IDs
//!       ├─► without colors, escapes, entities ────┼─► base64 ─► decoded ──► IDs
//!       ├─► the same, without HTML tags ──────────┼─► join ───────────────► assembled IDs
//!       └─► decoded as quoted-printable, both ────┴─► masked, mentions ───► masked IDs, users
//! ```
//!
//! Every form of the text is searched, since decoding may also destroy an ID.

mod decode;
mod join;
mod masked;
mod mentions;
mod word;

use std::collections::hash_map::Entry;
use std::collections::{HashMap, HashSet};
use std::sync::Arc;

use super::{Arn, ISSUED_ID_LENGTH, KeyId, KeyKind, UserName};

pub(crate) use decode::decode_text;
pub(crate) use masked::MaskedId;

/// Maximum number of IDs of another length than AWS's, and of beginnings of IDs, that are kept.
const MAX_ODD_WORDS: usize = 1000;

/// What a text says about access keys. The text itself may contain secrets and is not kept.
#[derive(Clone, Debug, Default, PartialEq)]
pub(crate) struct TextScan {
    /// The IDs, each once, in the order of first appearance.
    pub ids: Vec<FoundId>,
    /// Masked IDs, each once.
    pub masked: Vec<MaskedMention>,
    /// ARNs of users, each once, unless there is a whole ID of a long-term key.
    pub users: Vec<Arn>,
    /// Words of a text with a masked ID that may be names of users, each once.
    pub user_names: Vec<UserName>,
    /// Beginnings of IDs whose rest is missing, each once.
    pub truncated: Vec<Arc<str>>,
    /// Whether there may be more masked IDs, users and beginnings: the text has too many.
    pub is_limited: bool,
}

/// A masked ID in a text.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct MaskedMention {
    /// The masked ID, such as `AKIA************WX26`.
    pub id: MaskedId,
    /// Accounts that its line names, else those of the whole text: all 12 digits, or the last four.
    pub accounts: Arc<[Arc<str>]>,
}

/// An ID found in a text.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct FoundId {
    /// The ID.
    pub id: KeyId,
    /// How the text has it. If it has it several times, the first in the order of the forms.
    pub form: IdForm,
}

/// How a text has an ID.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub(crate) enum IdForm {
    /// As AWS writes it, perhaps encoded.
    Exact,
    /// In lower case, which AWS never uses.
    LowerCase,
    /// With other capital letters or digits directly after it.
    Glued,
    /// In pieces. It may be another ID than the one that was meant.
    Assembled,
}

impl TextScan {
    /// Returns whether there is nothing to look for.
    pub(crate) fn is_empty(&self) -> bool {
        self.ids.is_empty() && self.masked.is_empty() && self.users.is_empty()
    }

    /// Returns whether there is the whole ID of a long-term key, in one piece. What else the text
    /// says of users does not matter then.
    pub(crate) fn has_keys(&self) -> bool {
        let is_key = |found: &FoundId| found.id.kind() == KeyKind::LongTerm;
        self.ids.iter().any(|found| is_key(found) && found.form != IdForm::Assembled)
    }
}

/// Returns what the text says about access keys.
///
/// - An ID needs no word boundary before it, since it may be part of a URL or follow an escape.
/// - A text that is a single word without a known prefix may be an ID of another service with the
///   IAM API. With lower-case letters it may be a secret key, and is not returned.
///
/// Takes time linear in the length of the text, but for sorting.
pub(crate) fn scan_text(text: &str) -> TextScan {
    let decoded = decode::decode(text);
    let untagged = decode::without_tags(&decoded);
    let quoted = decode::quoted_printable(text);
    let untagged_quoted = quoted.as_deref().map(decode::without_tags);
    let soft_breaks =
        if decode::is_quoted_printable(text) { IdForm::Exact } else { IdForm::Assembled };
    let mut forms =
        vec![(text, IdForm::Exact), (&*decoded, IdForm::Exact), (&*untagged, IdForm::Exact)];
    let quoted_forms = quoted.as_deref().into_iter().chain(untagged_quoted.as_deref());
    forms.extend(quoted_forms.map(|form| (form, soft_breaks)));
    forms.dedup();
    let mut scan = Collector::default();
    for (form, words) in &forms {
        scan.add_words(form, *words);
    }
    for (form, _) in &forms {
        for plain in decode::base64_parts(form) {
            scan.add_words(&plain, IdForm::Exact);
            scan.add_context(&plain);
        }
        for id in join::ids_in_pieces(form) {
            scan.add(&id, IdForm::Assembled);
        }
        scan.add_context(form);
    }
    let mut accounts = Vec::new();
    if !scan.scan.masked.is_empty() {
        for (form, _) in &forms {
            accounts.extend(mentions::accounts(form));
            for name in mentions::user_names(form) {
                if !scan.scan.user_names.contains(&name) {
                    scan.scan.user_names.push(name);
                }
            }
        }
    }
    scan.finish(text, accounts)
}

/// Collects the results of all forms of a text.
#[derive(Default)]
struct Collector {
    /// The position of each ID.
    seen: HashMap<KeyId, usize>,
    /// The ARNs so far.
    users: HashSet<Arn>,
    scan: TextScan,
    /// IDs of another length than AWS's: looked up only if nothing better begins like them.
    unusual: Vec<String>,
}

impl Collector {
    fn add(&mut self, id: &str, form: IdForm) {
        let Ok(id) = KeyId::parse(id) else { return };
        match self.seen.entry(id.clone()) {
            Entry::Occupied(entry) => {
                let known = &mut self.scan.ids[*entry.get()].form;
                *known = form.min(*known);
            }
            Entry::Vacant(entry) => {
                entry.insert(self.scan.ids.len());
                self.scan.ids.push(FoundId { id, form });
            }
        }
    }

    /// Adds the IDs in the words of one form of the text.
    fn add_words(&mut self, text: &str, form: IdForm) {
        for found in word::find_words(text) {
            match found {
                word::Found::Id(id) => self.add(id, form),
                word::Found::LowerCase(id) => self.add(&id, form.max(IdForm::LowerCase)),
                word::Found::Glued(id) => self.add(id, form.max(IdForm::Glued)),
                word::Found::Unusual(id) if self.unusual.len() < MAX_ODD_WORDS => {
                    self.unusual.push(id.to_owned());
                }
                word::Found::Truncated(start) if self.scan.truncated.len() < MAX_ODD_WORDS => {
                    self.scan.truncated.push(start.into());
                }
                word::Found::Unusual(_) | word::Found::Truncated(_) => self.scan.is_limited = true,
            }
        }
    }

    /// Adds the masked IDs and the user ARNs of one form of the text.
    fn add_context(&mut self, text: &str) {
        let found = masked::find_masked(text);
        self.scan.truncated.extend(found.truncated);
        self.scan.is_limited |= found.is_limited;
        for (id, positions) in found.masked {
            let lines = positions.into_iter().map(|at| mentions::line_at(text, at));
            let accounts = distinct(lines.flat_map(mentions::accounts));
            match self.scan.masked.iter_mut().find(|known| known.id == id) {
                Some(known) if known.accounts.is_empty() => known.accounts = accounts,
                Some(_) => {}
                None => self.scan.masked.push(MaskedMention { id, accounts }),
            }
        }
        let arns = mentions::user_arns(text);
        self.scan.is_limited |= arns.len() == mentions::MAX_ARNS;
        for arn in arns {
            if self.users.insert(arn.clone()) {
                self.scan.users.push(arn);
            }
        }
    }

    fn finish(mut self, text: &str, accounts: Vec<Arc<str>>) -> TextScan {
        let mut whole: Vec<_> = self.scan.ids.iter().map(|found| found.id.clone()).collect();
        whole.sort_unstable();
        // The first ID that is not less than a beginning begins with it, if any does.
        let begins_an_id = |start: &str| {
            let at = whole.partition_point(|id| id.as_str() < start);
            whole.get(at).is_some_and(|id| id.as_str().starts_with(start))
        };
        let is_longer = |id: &str| {
            let prefix = id.get(..ISSUED_ID_LENGTH).unwrap_or(id);
            whole.binary_search_by(|known| known.as_str().cmp(prefix)).is_ok()
        };
        for id in std::mem::take(&mut self.unusual) {
            if !begins_an_id(&id) && !is_longer(&id) {
                self.add(&id, IdForm::Exact);
            }
        }
        let mut scan = self.scan;
        if scan.ids.is_empty() && scan.truncated.is_empty() {
            scan.ids.extend(word::lone_word(text).map(|id| FoundId { id, form: IdForm::Exact }));
        }
        let mut starts = HashSet::new();
        let masked = &scan.masked;
        scan.truncated.retain(|start| {
            let is_masked = masked.iter().any(|masked| masked.id.begins_with(start));
            !begins_an_id(start) && !is_masked && starts.insert(Arc::clone(start))
        });
        scan.masked.retain(|masked| !whole.iter().any(|id| masked.id.matches(id)));
        let accounts = distinct(accounts);
        for masked in scan.masked.iter_mut().filter(|masked| masked.accounts.is_empty()) {
            masked.accounts = Arc::clone(&accounts);
        }
        if scan.has_keys() {
            scan.users.clear();
        }
        scan
    }
}

/// Returns the accounts, each once, in the order of the text.
fn distinct(accounts: impl IntoIterator<Item = Arc<str>>) -> Arc<[Arc<str>]> {
    let mut seen = HashSet::new();
    accounts.into_iter().filter(|account| seen.insert(Arc::clone(account))).collect()
}

#[cfg(test)]
mod tests;
