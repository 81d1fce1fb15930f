//! The text of one file.

use std::ops::Range;
use std::path::Path;
use std::sync::Arc;

use memchr::memchr_iter;
use zeroize::Zeroizing;

use crate::aws::config_files::syntax_error::{LineProblem, SettingLocation, SyntaxError};

/// The byte order mark of UTF-8.
const BYTE_ORDER_MARK: [u8; 3] = *b"\xef\xbb\xbf";

/// The text of a file. Its lines end with a line feed. Places in it are counted in bytes.
pub(super) struct FileText {
    path: Arc<Path>,
    text: Zeroizing<String>,
    /// Where lines start that are not UTF-8, sorted.
    garbled: Vec<usize>,
}

/// A line of the text.
#[derive(Clone, Copy)]
pub(super) struct SourceLine<'a> {
    /// Where it starts.
    pub start: usize,
    /// What it contains, without its end.
    pub text: &'a str,
    /// `false` if it is not UTF-8. What cannot be read is replaced then.
    pub is_readable: bool,
}

impl FileText {
    /// Decodes the bytes of a file. A byte order mark is removed.
    pub(super) fn new(path: &Arc<Path>, mut bytes: Zeroizing<Vec<u8>>) -> Self {
        let path = Arc::clone(path);
        if bytes.starts_with(&BYTE_ORDER_MARK) {
            bytes.drain(..BYTE_ORDER_MARK.len());
        }
        let bytes = match String::from_utf8(std::mem::take(&mut *bytes)) {
            Ok(text) if !text.contains('\r') => {
                return Self { path, text: Zeroizing::new(text), garbled: Vec::new() };
            }
            Ok(text) => text.into_bytes(),
            Err(error) => error.into_bytes(),
        };
        let bytes = Zeroizing::new(bytes);
        // The worst case: growing would leave a copy of the secrets behind.
        let most = bytes.len() * char::REPLACEMENT_CHARACTER.len_utf8() + 1;
        let mut text = Zeroizing::new(String::with_capacity(most));
        let mut garbled = Vec::new();
        let lines = bytes
            .split(|byte| *byte == b'\n')
            .flat_map(|line| line.strip_suffix(b"\r").unwrap_or(line).split(|byte| *byte == b'\r'));
        for line in lines {
            if std::str::from_utf8(line).is_err() {
                garbled.push(text.len());
            }
            text.push_str(&String::from_utf8_lossy(line));
            text.push('\n');
        }
        Self { path, text, garbled }
    }

    /// Returns the whole text.
    pub(super) fn text(&self) -> &str {
        &self.text
    }

    /// Returns a part of the text.
    pub(super) fn slice(&self, part: &Range<usize>) -> &str {
        self.text.get(part.clone()).unwrap_or_default()
    }

    /// Returns the line in that place.
    pub(super) fn line(&self, place: Range<usize>) -> SourceLine<'_> {
        let is_readable = self.garbled.binary_search(&place.start).is_err();
        SourceLine { start: place.start, text: self.slice(&place), is_readable }
    }

    /// Returns the lines of a part of the text.
    pub(super) fn lines(&self, part: Range<usize>) -> impl Iterator<Item = SourceLine<'_>> {
        let mut start = part.start;
        self.slice(&part).split('\n').map(move |text| {
            let line = self.line(start..start + text.len());
            start += text.len() + 1;
            line
        })
    }

    /// Returns the number of the line that a place is in, from 1.
    pub(super) fn line_number(&self, place: usize) -> usize {
        let before = self.text.as_bytes().get(..place).unwrap_or_default();
        1 + memchr_iter(b'\n', before).count()
    }

    /// Returns the line that a place is in, for messages.
    pub(super) fn location(&self, place: usize) -> SettingLocation {
        SettingLocation { path: Arc::clone(&self.path), line: self.line_number(place) }
    }

    /// Returns an error for the line that a place is in.
    pub(super) fn error(&self, place: usize, problem: LineProblem) -> SyntaxError {
        SyntaxError { path: Arc::clone(&self.path), line: self.line_number(place), problem }
    }
}
