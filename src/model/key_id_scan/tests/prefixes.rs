//! Lengths of IDs by their prefix, and words that begin like one.

use super::{ID, found, ids};
use crate::model::key_id_scan::{IdForm, scan_text};

#[test]
fn ids_of_users_and_roles_have_21_characters() {
    for id in [
        "AIDAJQABLZS4A3QDU576Q",
        "AIDA2TOHFHNG7Q5FO2CUZ",
        "AROADBQP57FF2AEXAMPLE",
        "ANVA2TOHFHNG7Q5FO2CUZ",
        "APKA2TOHFHNG7Q5FO2CUZ",
        "ASCA2TOHFHNG7Q5FO2CUZ",
    ] {
        let exact = [(id.to_owned(), IdForm::Exact)];
        for text in [id.to_owned(), format!("\"{id}\":"), format!("{id}wJalr"), format!("{id}:x")] {
            assert_eq!(found(&text), exact, "{text}");
        }
        assert_eq!(ids(&format!("{id}{ID}{id}")), [id, ID]);
        assert_eq!(found(&format!("{id}0")), [(id.to_owned(), IdForm::Glued)]);
        let (start, end) = id.split_at(9);
        let spaced: Vec<_> = id.chars().map(String::from).collect();
        for text in [format!("{start}\n{end}\n"), format!("{start}**{end}"), spaced.join(" ")] {
            assert_eq!(found(&text), [(id.to_owned(), IdForm::Assembled)], "{text}");
        }
    }
    assert_eq!(ids("AIDARZPUZDIKFYHOWX26"), ["AIDARZPUZDIKFYHOWX26"], "older tools cut them");
    assert_eq!(ids(&format!("AIDARZPUZDIKFYHOWX26{ID}")), ["AIDARZPUZDIKFYHOWX26", ID]);
    assert_eq!(found(&format!("{ID}Q")), [(ID.to_owned(), IdForm::Glued)]);
}

#[test]
fn words_that_begin_with_asia_are_no_ids() {
    for text in [
        "ASIAPACIFICMARKETING",
        "ASIATICBLACKBEARFACT",
        "AsiaPacificMarketing",
        "ASIAPACIFICREGION",
    ] {
        let scan = scan_text(text);
        assert!(scan.ids.is_empty() && scan.truncated.is_empty(), "{text}: {scan:?}");
    }
    assert_eq!(ids("AKIAABCDEFGHIJKLMNOP"), ["AKIAABCDEFGHIJKLMNOP"], "long-term keys stay");
}
