//! Files in the cache of Identity Center, which the AWS CLI and the SDKs share: JSON objects with
//! secrets in them.

use std::fmt::Write as _;
use std::io;
use std::path::Path;
use std::time::SystemTime;

use jiff::{Timestamp, Unit};
use serde_json::{Map, Value};
use sha1::{Digest as _, Sha1};
use zeroize::Zeroizing;

use crate::private_files;

/// Size that a token's file does not exceed. Access tokens are shorter than 2 KiB.
const TOKEN_FILE_BYTES: usize = 8_192;

/// Returns the name of a file: the SHA-1 of its identifier, which is the session name or start URL
/// of a token.
pub(super) fn file_name(identifier: &str) -> String {
    let mut name = String::with_capacity(45);
    for byte in Sha1::digest(identifier) {
        // Writing to a String cannot fail.
        let _ = write!(name, "{byte:02x}");
    }
    name + ".json"
}

/// Returns a field that is a text and not empty. As in the SDK, its name may have any case.
pub(super) fn text<'a>(fields: &'a Map<String, Value>, name: &str) -> Option<&'a str> {
    let (_, value) = fields.iter().find(|(key, _)| key.eq_ignore_ascii_case(name))?;
    value.as_str().filter(|text| !text.is_empty())
}

/// Returns a time as the AWS CLI writes it: `2026-11-29T03:04:24Z`, in whole seconds.
pub(super) fn written_time(time: SystemTime) -> Option<String> {
    let time = Timestamp::try_from(time).and_then(|time| time.round(Unit::Second));
    time.ok().map(|time| time.to_string())
}

/// Replaces a file of the cache by one with these fields, which only its owner can read. Creates
/// the directory with mode 0700 if it is missing. The fields are on disk when it returns, since a
/// refresh token that was used up cannot be had again.
///
/// # Errors
/// Returns an error if the file cannot be written. The former one stays intact.
pub(super) fn save_fields(path: &Path, fields: &Map<String, Value>) -> io::Result<()> {
    let text = Zeroizing::new(serde_json::to_vec(fields)?);
    private_files::replace_durably(path, &text)
}

/// Checks that a file as large as that of a token could be written to the directory now.
///
/// # Errors
/// Returns an error if not: the directory is read-only, or the disk is full.
pub(super) fn check_writable(directory: &Path) -> io::Result<()> {
    private_files::check_replaceable(&directory.join("token"), TOKEN_FILE_BYTES)
}
