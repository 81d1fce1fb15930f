//! Search for key IDs in any text: an e-mail, a log line, a URL, a pasted alert.
//!
//! ```text
//! text ─┬─► as it is ─────────────────────────────┬─► word ───────────────► IDs
//!       ├─► without colors, escapes, entities ────┤
//!       ├─► the same, without HTML tags ──────────┼─► base64 ─► decoded ──► IDs
//!       │                                         ├─► join ───────────────► assembled IDs
//!       │                                         └─► masked, ARNs
//!       └─► decoded as quoted-printable ─────────────► word ──────────────► IDs
//! ```
//!
//! Every form of the text is searched, since decoding may also destroy an ID.

mod decode;
mod join;
mod masked;
mod mentions;
mod word;

use std::collections::HashSet;
use std::sync::Arc;

use super::{Arn, KeyId, UserName};

pub(crate) use decode::decode_text;
pub(crate) use masked::MaskedId;
pub(super) use word::ISSUED_ID_LENGTH;

/// What a text says about access keys. The text itself may contain secrets and is not kept.
#[derive(Clone, Debug, Default, PartialEq)]
pub(crate) struct TextScan {
    /// The IDs, each once, in the order of first appearance.
    pub ids: Vec<FoundId>,
    /// Masked IDs such as `AKIA************WX26`, each once.
    pub masked: Vec<MaskedId>,
    /// ARNs of users, each once.
    pub users: Vec<Arn>,
    /// Accounts that a text with a masked ID names, each once: all 12 digits, or the last four.
    pub accounts: Vec<Arc<str>>,
    /// Words of a text with a masked ID that may be names of users, each once.
    pub user_names: Vec<UserName>,
    /// Beginnings of IDs whose rest is missing, each once.
    pub truncated: Vec<Arc<str>>,
}

/// An ID found in a text.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct FoundId {
    /// The ID.
    pub id: KeyId,
    /// How the text has it.
    pub form: IdForm,
}

/// How a text has an ID.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(crate) enum IdForm {
    /// As AWS writes it, perhaps encoded.
    Exact,
    /// In lower case, which AWS never uses.
    LowerCase,
    /// In pieces, or with other letters and digits directly after it. It may be another ID than the
    /// one that was meant.
    Assembled,
}

impl TextScan {
    /// Returns whether there is nothing to look for.
    pub(crate) fn is_empty(&self) -> bool {
        self.ids.is_empty() && self.masked.is_empty() && self.users.is_empty()
    }
}

/// Returns what the text says about access keys.
///
/// - An ID needs no word boundary before it, since it may be part of a URL or follow an escape.
/// - A text that is a single word without a known prefix may be an ID of another service with the
///   IAM API. With lower-case letters it may be a secret key, and is not returned.
///
/// Takes time linear in the length of the text.
pub(crate) fn scan_text(text: &str) -> TextScan {
    let mut scan = Collector::default();
    let decoded = decode::decode(text);
    let untagged = decode::without_tags(&decoded);
    let mut forms = vec![text, &decoded, &untagged];
    forms.dedup();
    for form in &forms {
        scan.words(form, IdForm::Exact);
    }
    let soft_breaks =
        if decode::is_quoted_printable(text) { IdForm::Exact } else { IdForm::Assembled };
    if let Some(plain) = decode::quoted_printable(text) {
        scan.words(&plain, soft_breaks);
    }
    for form in &forms {
        for plain in decode::base64_parts(form) {
            scan.words(&plain, IdForm::Exact);
            scan.context(&plain);
        }
        for id in join::ids_in_pieces(form) {
            scan.add(&id, IdForm::Assembled);
        }
        scan.context(form);
    }
    if !scan.scan.masked.is_empty() {
        scan.scan.accounts = mentions::accounts(&untagged);
        scan.scan.user_names = mentions::user_names(&untagged);
    }
    scan.finish(text)
}

/// Collects the results of all forms of a text.
#[derive(Default)]
struct Collector {
    seen: HashSet<KeyId>,
    scan: TextScan,
    /// IDs of another length than AWS's: looked up only if nothing better begins like them.
    unusual: Vec<String>,
}

impl Collector {
    fn add(&mut self, id: &str, form: IdForm) {
        if let Ok(id) = KeyId::parse(id)
            && self.seen.insert(id.clone())
        {
            self.scan.ids.push(FoundId { id, form });
        }
    }

    /// Adds the IDs in the words of one form of the text.
    fn words(&mut self, text: &str, form: IdForm) {
        for found in word::find_words(text) {
            match found {
                word::Found::Id(id) => self.add(id, form),
                word::Found::LowerCase(id) => self.add(&id, IdForm::LowerCase),
                word::Found::Glued(id) => self.add(id, IdForm::Assembled),
                word::Found::Unusual(id) => self.unusual.push(id.to_owned()),
                word::Found::Truncated(start) => self.scan.truncated.push(start.into()),
            }
        }
    }

    /// Adds the masked IDs and the user ARNs of one form of the text.
    fn context(&mut self, text: &str) {
        let found = masked::find_masked(text);
        self.scan.truncated.extend(found.truncated);
        for masked in found.masked {
            if !self.scan.masked.contains(&masked) {
                self.scan.masked.push(masked);
            }
        }
        for arn in mentions::user_arns(text) {
            if !self.scan.users.contains(&arn) {
                self.scan.users.push(arn);
            }
        }
    }

    fn finish(mut self, text: &str) -> TextScan {
        let begins_an_id =
            |start: &str, ids: &[FoundId]| ids.iter().any(|it| it.id.as_str().starts_with(start));
        for id in std::mem::take(&mut self.unusual) {
            let known = self.scan.ids.iter().any(|it| id.starts_with(it.id.as_str()));
            if !known && !begins_an_id(&id, &self.scan.ids) {
                self.add(&id, IdForm::Exact);
            }
        }
        let mut scan = self.scan;
        if scan.ids.is_empty() && scan.truncated.is_empty() {
            scan.ids.extend(word::lone_word(text).map(|id| FoundId { id, form: IdForm::Exact }));
        }
        let mut starts: Vec<Arc<str>> = Vec::new();
        for start in std::mem::take(&mut scan.truncated) {
            let is_known = begins_an_id(&start, &scan.ids)
                || scan.masked.iter().any(|masked| masked.begins_with(&start))
                || starts.contains(&start);
            if !is_known {
                starts.push(start);
            }
        }
        scan.truncated = starts;
        scan.masked.retain(|masked| !scan.ids.iter().any(|found| masked.matches(&found.id)));
        scan
    }
}

#[cfg(test)]
mod tests;
