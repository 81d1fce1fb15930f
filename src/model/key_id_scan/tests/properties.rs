//! Properties of the scan over any text.

use std::collections::HashSet;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use proptest::prelude::*;

use super::{each, ids};
use crate::model::KeyId;
use crate::model::key_id_scan::{decode_text, scan_text};

/// Encodings that an ID may go through. Each must be found again.
fn encoded(id: &str, way: usize, at: usize) -> String {
    let (start, end) = id.split_at(at);
    match way {
        0 => id.to_owned(),
        1 => STANDARD.encode(format!("id={id}\nsecret=x")),
        2 => each(id, |c| format!("%{:02X}", u32::from(c))),
        3 => each(id, |c| format!("&#{};", u32::from(c))),
        4 => each(id, |c| format!("\\u{:04x}", u32::from(c))),
        5 => format!("{start}\u{200b}{end}"),
        6 => format!("{start}\u{1b}[1m{end}\u{1b}[0m"),
        7 => format!("{start}<b>{end}</b>"),
        8 => format!("{start}=\n{end}"),
        9 => format!("{start}\n> {end}"),
        10 => each(id, |c| format!("{c}\0")),
        _ => each(id, |c| format!("%25{:02X}", u32::from(c))),
    }
}

proptest! {
    #[test]
    fn an_id_put_in_through_an_encoding_is_found(
        before in any_text(), after in any_text(), body in "[A-P][A-Z2-7]{14}[2-7]",
        way in 0usize..12, at in 1usize..20,
    ) {
        prop_assume!(!body.contains("XXXXX"));
        let id = format!("AKIA{body}");
        let text = format!("{before} {} {after}", encoded(&id, way, at));
        let found = ids(&text);
        prop_assert!(found.contains(&id), "{way}: {found:?} in {text:?}");
        prop_assert!(found.iter().all(|id| KeyId::parse(id).is_ok()));
        let once: HashSet<_> = found.iter().collect();
        prop_assert_eq!(once.len(), found.len());
    }

    #[test]
    fn a_text_without_an_id_has_none(text in "(AKIA|ASIA|AIDA|[A-Z2-7]{1,13}|[a-z é>*\u{200b}\n])*") {
        // An ID that is found has its characters in the text, in this order, and nothing visible
        // but line ends and markup between them.
        let shown: String = text.to_ascii_uppercase().chars().filter(char::is_ascii_alphanumeric).collect();
        for found in scan_text(&text).ids {
            prop_assert!(shown.contains(found.id.as_str()), "{:?} in {text:?}", found.id);
        }
    }

    #[test]
    fn any_text_is_scanned(text in any_text(), bytes in any::<Vec<u8>>()) {
        scan_text(&text);
        scan_text(&decode_text(&bytes));
    }
}

/// Returns texts with control characters and the beginnings of sequences. A whole terminal sequence
/// hides what is part of it.
fn any_text() -> impl Strategy<Value = String> {
    let openings =
        ["<!--", "<b", "\u{1b}]", "\u{9d}", "=?", "&#", "%", "\\u", "=\n", "AKIA", "****"];
    let piece = prop_oneof![
        any::<char>()
            .prop_filter("ESC", |c| *c != '\u{1b}' && *c != '\u{9b}')
            .prop_map(String::from),
        prop::sample::select(openings.to_vec()).prop_map(str::to_owned),
    ];
    prop::collection::vec(piece, 0..30).prop_map(|pieces| pieces.concat())
}
