//! Key IDs in any text: an e-mail, a log line, a URL, a pasted alert.

use std::collections::HashSet;

use super::{KeyId, KeyKind};

/// An ID taken out of a text.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct FoundId {
    /// The ID.
    pub id: KeyId,
    /// What its prefix tells.
    pub kind: KeyKind,
}

/// The prefixes that IAM's documentation lists for access keys and for
/// principals that people paste in place of one ("IAM identifiers", unique
/// identifiers).
const PREFIXES: [&[u8; 4]; 9] = [b"AKIA", b"ASIA", b"AIDA", b"AROA", b"ABIA", b"ACCA", b"AGPA", b"AIPA", b"ANPA"];

/// All IDs that AWS issues are this long.
const LENGTH: usize = 20;

/// The IDs in `text`, each once, in the order of their first appearance.
///
/// No word boundary is asked for, since an ID may stand in a URL
/// (`%3DAKIA…`), behind an escape (`\nAKIA…`) or between any punctuation.
/// Takes time in proportion to the text, whatever it holds.
pub(crate) fn find_ids(text: &str) -> Vec<FoundId> {
    let bytes = text.as_bytes();
    let mut seen = HashSet::new();
    let mut found = Vec::new();
    let mut at = 0;
    while at + LENGTH <= bytes.len() {
        let Some(candidate) = id_at(bytes, at) else {
            at += 1;
            continue;
        };
        at += LENGTH;
        if let Ok(id) = KeyId::parse(candidate)
            && seen.insert(id.clone())
        {
            let kind = id.kind();
            found.push(FoundId { id, kind });
        }
    }
    found
}

/// The 20 characters from `at` on, if they can be an ID.
fn id_at(bytes: &[u8], at: usize) -> Option<&str> {
    if bytes[at] != b'A' {
        return None;
    }
    let slice = bytes.get(at..at + LENGTH)?;
    let issued = PREFIXES.iter().any(|prefix| slice.starts_with(*prefix))
        && slice[4..].iter().all(|b| b.is_ascii_uppercase() || b.is_ascii_digit());
    issued.then(|| std::str::from_utf8(slice).ok()).flatten()
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn ids(text: &str) -> Vec<String> {
        find_ids(text).into_iter().map(|f| f.id.to_string()).collect()
    }

    #[test]
    fn ids_need_no_boundary() {
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
    fn each_once_in_order_and_with_its_kind() {
        let text = "ASIAY34FZKBOKMUTVV7A AKIARZPUZDIKFYHOWX26 ASIAY34FZKBOKMUTVV7A AIDARZPUZDIKFYHOWX26";
        let kinds: Vec<_> = find_ids(text).into_iter().map(|f| f.kind).collect();
        assert_eq!(kinds, [KeyKind::Temporary, KeyKind::LongTerm, KeyKind::UserId]);
    }

    #[test]
    fn two_ids_without_anything_between_them_are_two() {
        assert_eq!(ids("AKIARZPUZDIKFYHOWX26AKIARZPUZDIKJ3TBYUFZ").len(), 2);
        assert_eq!(ids("AKIAKIARZPUZDIKFYHOWX26").len(), 1);
    }

    #[test]
    fn words_and_short_ids_are_none() {
        assert!(ids("AKIA akiarzpuzdikfyhowx26 AKIARZPUZDIK AKIA-RZPUZDIKFYHOWX26").is_empty());
        assert!(ids("").is_empty());
    }

    proptest! {
        #[test]
        fn any_text_gives_up_valid_ids_each_once_and_those_that_were_put_in(
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
        fn text_made_of_pieces_of_ids_is_never_a_panic(text in "(AKIA|ASIA|AIDA|[A-Z2-7]{1,20}|[a-z é%\n])*") {
            prop_assert!(ids(&text).iter().all(|id| text.contains(id.as_str())));
        }
    }
}
