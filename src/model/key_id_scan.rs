//! Search for key IDs in any text: an e-mail, a log line, a URL, a pasted alert.

use std::collections::HashSet;

use super::{KeyId, KeyKind};

/// An ID found in a text.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct FoundId {
    /// The ID.
    pub id: KeyId,
    /// Its kind, by the prefix.
    pub kind: KeyKind,
    /// Whether the text has it in lower case, which AWS never uses.
    pub lowercase: bool,
}

/// Prefixes of access keys, and of other unique IDs that people paste in place of one:
/// <https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_identifiers.html#identifiers-unique-ids>.
const ID_PREFIXES: [&[u8; 4]; 9] =
    [b"AKIA", b"ASIA", b"AIDA", b"AROA", b"ABIA", b"ACCA", b"AGPA", b"AIPA", b"ANPA"];

/// Length of every ID that AWS issues, in characters.
pub(super) const ISSUED_ID_LENGTH: usize = 20;

/// Returns the IDs in `text`, each once, in the order of first appearance.
///
/// - An ID needs no word boundary before it, since it may be part of a URL (`%3DAKIA…`) or follow an
///   escape (`\nAKIA…`).
/// - After an ID the run of capital letters and digits has to end. A longer run with the prefix of
///   a key is returned whole, so that no 20 characters of it are mistaken for another ID.
/// - A text that is a single word without a known prefix may be an ID of another service with the
///   IAM API. With lower-case letters it may be a secret key, and is not returned.
///
/// Takes time linear in the length of the text.
pub(crate) fn scan_key_ids(text: &str) -> Vec<FoundId> {
    let mut seen = HashSet::new();
    let mut found = Vec::new();
    let mut add = |candidate: &str, lowercase| {
        if let Ok(id) = KeyId::parse(candidate)
            && seen.insert(id.clone())
        {
            let kind = id.kind();
            found.push(FoundId { id, kind, lowercase });
        }
    };
    // Anything not ASCII ends a run, so that all slices are between characters.
    for word in text.split(|c: char| !c.is_ascii_alphanumeric()) {
        if is_lowercase_id(word) {
            add(&word.to_ascii_uppercase(), true);
            continue;
        }
        for run in word.split(|c: char| c.is_ascii_lowercase()) {
            for id in ids_in_run(run) {
                add(id, false);
            }
        }
    }
    let alone = text.trim();
    if found.is_empty()
        && !has_known_prefix(alone.as_bytes())
        && !alone.contains(|c: char| c.is_ascii_lowercase())
    {
        found.extend(KeyId::parse(alone).ok().map(|id| FoundId {
            kind: id.kind(),
            id,
            lowercase: false,
        }));
    }
    found
}

/// Returns the IDs in a run of capital letters and digits.
fn ids_in_run(run: &str) -> Vec<&str> {
    let bytes = run.as_bytes();
    let (mut ids, mut at) = (Vec::new(), 0);
    while at + ISSUED_ID_LENGTH <= bytes.len() {
        let end = at + ISSUED_ID_LENGTH;
        if has_known_prefix(&bytes[at..]) && (end == bytes.len() || has_known_prefix(&bytes[end..]))
        {
            ids.push(&run[at..end]);
            at = end;
        } else {
            at += 1;
        }
    }
    if ids.is_empty() {
        ids.extend(run.find("AKIA").map(|at| &run[at..]));
    }
    ids
}

fn has_known_prefix(bytes: &[u8]) -> bool {
    ID_PREFIXES.iter().any(|prefix| bytes.starts_with(*prefix))
}

/// Returns whether the word is a key ID in lower or mixed case.
fn is_lowercase_id(word: &str) -> bool {
    let is_key = |prefix: &str| ["AKIA", "ASIA"].iter().any(|key| key.eq_ignore_ascii_case(prefix));
    word.len() == ISSUED_ID_LENGTH
        && word.bytes().any(|b| b.is_ascii_lowercase())
        && is_key(&word[..4])
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn ids(text: &str) -> Vec<String> {
        scan_key_ids(text).into_iter().map(|f| f.id.to_string()).collect()
    }

    #[test]
    fn ids_need_no_word_boundary() {
        let id = "AKIARZPUZDIKFYHOWX26";
        for text in [
            format!("%3D{id}&x"),
            format!(r"line\n{id}\n"),
            format!("\"{id}\","),
            format!("<{id}>."),
            format!("key={id}"),
            format!("日本{id}語"),
        ] {
            assert_eq!(ids(&text), [id], "{text}");
        }
    }

    #[test]
    fn a_single_word_may_be_an_unusual_id_but_no_secret() {
        assert_eq!(ids(" LOCALKEY_0123456789\n"), ["LOCALKEY_0123456789"]);
        for text in [
            "ASIARZPUZDIKFYHOWX266",
            "wJalrXUtnFEMIK7MDENGbPxRfiCYEXAMPLEKEYxx",
            "LOCALKEY0123456789 x",
            "LOCALKEY012345",
        ] {
            assert!(ids(text).is_empty(), "{text}");
        }
    }

    #[test]
    fn ids_are_unique_in_order_and_have_their_kind() {
        let text =
            "ASIAY34FZKBOKMUTVV7A AKIARZPUZDIKFYHOWX26 ASIAY34FZKBOKMUTVV7A AIDARZPUZDIKFYHOWX26";
        let kinds: Vec<_> = scan_key_ids(text).into_iter().map(|f| f.kind).collect();
        assert_eq!(kinds, [KeyKind::Temporary, KeyKind::LongTerm, KeyKind::UserId]);
    }

    #[test]
    fn two_adjacent_ids_are_both_found() {
        assert_eq!(ids("AKIARZPUZDIKFYHOWX26AKIARZPUZDIKJ3TBYUFZ").len(), 2);
        assert_eq!(ids("AKIAKIARZPUZDIKFYHOWX26").len(), 1);
    }

    #[test]
    fn words_and_short_ids_are_ignored() {
        assert!(ids("AKIA akiarzpuzdik AKIARZPUZDIK AKIA-RZPUZDIKFYHOWX26").is_empty());
        assert!(ids("").is_empty());
    }

    #[test]
    fn an_id_of_another_length_is_never_truncated() {
        for id in ["AKIARZPUZDIKFYHOWX266", "AKIARZPUZDIKFYHOWX2"] {
            assert_eq!(ids(&format!("id={id}, ")), [id]);
        }
        assert!(ids("ASIARZPUZDIKFYHOWX266").is_empty());
    }

    #[test]
    fn a_lower_case_id_must_be_a_whole_word() {
        let found = scan_key_ids("key akiarzpuzdikfyhowx26.");
        assert_eq!((found[0].id.as_str(), found[0].lowercase), ("AKIARZPUZDIKFYHOWX26", true));
        assert!(ids("xakiarzpuzdikfyhowx26 akiarzpuzdikfyhowx266").is_empty());
    }

    proptest! {
        #[test]
        fn scanning_any_text_finds_each_valid_id_once(
            before in any::<String>(), after in any::<String>(), body in "[A-Z2-7]{16}",
        ) {
            let id = format!("AKIA{body}");
            let found = ids(&format!("{before} {id} {after}"));
            prop_assert!(found.contains(&id), "{found:?}");
            prop_assert!(found.iter().all(|id| KeyId::parse(id).is_ok()));
            let once: HashSet<_> = found.iter().collect();
            prop_assert_eq!(once.len(), found.len());
        }

        #[test]
        fn fragments_of_ids_never_panic(text in "(AKIA|ASIA|AIDA|[A-Z2-7]{1,20}|[a-z é%\n])*") {
            let shown = text.to_ascii_uppercase();
            prop_assert!(ids(&text).iter().all(|id| shown.contains(id.as_str())));
        }
    }
}
