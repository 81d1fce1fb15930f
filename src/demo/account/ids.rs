//! Unique IDs that encode their account, as the IDs of AWS do.

use crate::demo::rng::Rng;

const BASE32_ALPHABET: &[u8; 32] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";

/// Number of bits of an ID that distinguish it within its account.
const SERIAL_BITS: u32 = 39;

/// Returns an ID: the prefix (`AKIA`, `ASIA`, `AIDA`, `AROA`, …), then in base32 a 1
/// bit, 40 bits of account ID and the low 39 bits of `serial`.
pub(crate) fn unique_id(prefix: &str, account: &str, serial: u64) -> String {
    let account: u128 = account.parse().unwrap_or(0);
    let serial = u128::from(serial & ((1 << SERIAL_BITS) - 1));
    let bits: u128 = 1 << 79 | account << SERIAL_BITS | serial;
    let digits = (0..16).rev().map(|place| {
        let digit = usize::try_from(bits >> (5 * place) & 31).unwrap_or(0);
        char::from(BASE32_ALPHABET[digit])
    });
    prefix.chars().chain(digits).collect()
}

/// Returns the ID derived from a name. Those of users, roles and groups have 21 characters.
pub(crate) fn derived_id(prefix: &str, account: &str, name: &str) -> String {
    let mut rng = Rng::from_text(name);
    let mut id = unique_id(prefix, account, rng.next());
    if matches!(prefix, "AIDA" | "AROA" | "AGPA") {
        let digit = usize::try_from(rng.next() & 31).unwrap_or(0);
        id.push(char::from(BASE32_ALPHABET[digit]));
    }
    id
}

/// Returns the account encoded in an ID; `None` for older IDs and invalid text.
pub(crate) fn account_in(id: &str) -> Option<String> {
    let digits = id.as_bytes().get(4..14)?;
    let mut bits: u64 = 0;
    for digit in digits {
        let value = BASE32_ALPHABET.iter().position(|known| known == digit)?;
        bits = bits << 5 | u64::try_from(value).ok()?;
    }
    let is_newer = bits >> 49 == 1;
    let number = bits >> 9 & 0xff_ffff_ffff;
    (is_newer && number <= 999_999_999_999).then(|| format!("{number:012}"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_id_encodes_its_account() {
        let id = unique_id("AKIA", "123456789012", u64::MAX);
        assert_eq!((id.len(), &id[..12]), (20, "AKIARZPUZDIK"));
        assert_eq!(account_in(&id).as_deref(), Some("123456789012"));
        assert_eq!(
            account_in(&unique_id("ASIA", "210987654321", 7)).as_deref(),
            Some("210987654321")
        );
        let user = derived_id("AIDA", "123456789012", "ann");
        assert_eq!((user.len(), account_in(&user).as_deref()), (21, Some("123456789012")));
        assert_eq!(derived_id("ACCA", "123456789012", "ann").len(), 20);
    }

    #[test]
    fn a_published_id_gives_its_account_and_an_older_id_gives_none() {
        assert_eq!(account_in("ASIAY34FZKBOKMUTVV7A").as_deref(), Some("609629065308"));
        assert_eq!(account_in("AKIAIOSFODNN7EXAMPLE"), None);
        assert_eq!(account_in("AKIA"), None);
    }
}
