//! The text of one file.

use std::ops::Range;
use std::path::Path;
use std::sync::Arc;

use zeroize::Zeroizing;

use crate::aws::config_files::syntax_error::{LineProblem, SyntaxError};

const BYTE_ORDER_MARK: char = '\u{feff}';

/// The text of a file. Its lines end with a line feed.
pub(super) struct FileText {
    path: Arc<Path>,
    text: Zeroizing<String>,
    /// Numbers of the lines that are not UTF-8, sorted.
    garbled: Vec<usize>,
}

/// A line of the text.
#[derive(Clone, Copy)]
pub(super) struct TextLine<'a> {
    /// Number, from 1.
    pub number: usize,
    /// Where it starts in the text.
    pub start: usize,
    pub text: &'a str,
    /// `false` if it is not UTF-8. What cannot be read is replaced then.
    pub is_readable: bool,
}

impl FileText {
    /// Decodes the bytes of a file.
    pub(super) fn new(path: &Arc<Path>, mut bytes: Zeroizing<Vec<u8>>) -> Self {
        let bytes = match String::from_utf8(std::mem::take(&mut *bytes)) {
            Ok(text) if !text.contains('\r') => {
                let text = Zeroizing::new(text);
                return Self { path: Arc::clone(path), text, garbled: Vec::new() };
            }
            Ok(text) => text.into_bytes(),
            Err(error) => error.into_bytes(),
        };
        let bytes = Zeroizing::new(bytes);
        let mut text = Zeroizing::new(String::with_capacity(bytes.len()));
        let mut garbled = Vec::new();
        let lines = bytes
            .split(|byte| *byte == b'\n')
            .flat_map(|line| line.strip_suffix(b"\r").unwrap_or(line).split(|byte| *byte == b'\r'));
        for (number, line) in (1..).zip(lines) {
            if std::str::from_utf8(line).is_err() {
                garbled.push(number);
            }
            text.push_str(&String::from_utf8_lossy(line));
            text.push('\n');
        }
        Self { path: Arc::clone(path), text, garbled }
    }

    /// Returns where the text starts and ends, without a byte order mark.
    pub(super) fn whole(&self) -> Range<usize> {
        let is_marked = self.text.starts_with(BYTE_ORDER_MARK);
        if is_marked { BYTE_ORDER_MARK.len_utf8()..self.text.len() } else { 0..self.text.len() }
    }

    /// Returns a part of the text.
    pub(super) fn slice(&self, part: &Range<usize>) -> &str {
        self.text.get(part.clone()).unwrap_or_default()
    }

    /// Returns the lines of a part of the text, whose first line has the number `first`.
    pub(super) fn lines(
        &self,
        part: Range<usize>,
        first: usize,
    ) -> impl Iterator<Item = TextLine<'_>> {
        let mut start = part.start;
        (first..).zip(self.slice(&part).split('\n')).map(move |(number, text)| {
            let is_readable = self.garbled.binary_search(&number).is_err();
            let line = TextLine { number, start, text, is_readable };
            start += text.len() + 1;
            line
        })
    }

    /// Returns an error for a line.
    pub(super) fn error(&self, line: usize, problem: LineProblem) -> SyntaxError {
        SyntaxError { path: Arc::clone(&self.path), line, problem }
    }
}
