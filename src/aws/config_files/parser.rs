//! Parser of one file, with the rules of Python's `RawConfigParser`, which the AWS CLI uses:
//! <https://docs.python.org/3/library/configparser.html#supported-ini-file-structure>.
//!
//! Python gives up a file at its first odd line. Here such a line is noted with its section.

use std::borrow::Cow;
use std::collections::{BTreeMap, HashMap};
use std::path::Path;
use std::sync::Arc;

use zeroize::Zeroizing;

use crate::aws::config_files::syntax_error::{LineProblem, SyntaxError};

/// The settings of one section, including secrets. Keys are in lower case. Values that span several
/// lines keep their line feeds.
pub(in crate::aws) type SectionValues = BTreeMap<String, Zeroizing<String>>;

/// Section whose settings all other sections of the file inherit.
const INHERITED: &str = "DEFAULT";

/// A section of one file.
#[derive(Debug)]
pub(super) struct Section {
    /// Text between the brackets, as written.
    pub title: String,
    /// Line of the title, from 1.
    pub line: usize,
    /// Settings.
    pub values: SectionValues,
    /// First line of the section that cannot be used.
    pub error: Option<SyntaxError>,
    /// `true` if the title itself cannot be read.
    pub is_lost: bool,
}

/// Contents of one file.
#[derive(Debug, Default)]
pub(super) struct ParsedFile {
    /// Sections in order.
    pub sections: Vec<Section>,
    /// First line above all sections that is no comment.
    pub stray: Option<SyntaxError>,
}

/// Parses the bytes of a file. A byte order mark is skipped.
pub(super) fn parse_file(path: &Arc<Path>, bytes: &[u8]) -> ParsedFile {
    let mut parser = Parser {
        path,
        line: 0,
        file: ParsedFile::default(),
        by_title: HashMap::new(),
        current: None,
        last: None,
    };
    let bytes = bytes.strip_prefix(b"\xef\xbb\xbf").unwrap_or(bytes);
    for line in bytes.split(|b| *b == b'\n') {
        let line = line.strip_suffix(b"\r").unwrap_or(line);
        for line in line.split(|b| *b == b'\r') {
            parser.line += 1;
            parser.read_line(line);
        }
    }
    let mut file = parser.file;
    for section in &mut file.sections {
        for value in section.values.values_mut() {
            let end = value.trim_end().len();
            value.truncate(end);
        }
    }
    inherit(&mut file);
    file
}

/// Copies the settings of `[DEFAULT]` to the other sections, and removes it.
fn inherit(file: &mut ParsedFile) {
    let is_inherited = |s: &Section| !s.is_lost && s.title == INHERITED;
    let Some(at) = file.sections.iter().position(is_inherited) else { return };
    let inherited = file.sections.remove(at);
    for section in &mut file.sections {
        for (key, value) in &inherited.values {
            section.values.entry(key.clone()).or_insert_with(|| value.clone());
        }
    }
    if inherited.error.is_some() {
        file.sections.push(Section { is_lost: true, ..inherited });
    }
}

/// State between two lines.
struct Parser<'a> {
    path: &'a Arc<Path>,
    /// Current line, from 1.
    line: usize,
    file: ParsedFile,
    by_title: HashMap<String, usize>,
    /// Index of the current section.
    current: Option<usize>,
    /// Key and indentation of the setting that the next line may continue.
    last: Option<(String, usize)>,
}

impl Parser<'_> {
    /// Reads one line. A line that is indented more deeply than the setting before it continues
    /// that setting.
    fn read_line(&mut self, bytes: &[u8]) {
        let text = String::from_utf8_lossy(bytes);
        let content = text.trim();
        if content.starts_with(['#', ';']) {
            return;
        }
        if content.is_empty() {
            if let Some(value) = self.last_value() {
                value.push('\n');
            }
            return;
        }
        let indent = text.chars().take_while(|c| c.is_whitespace()).count();
        let continues = self.last.as_ref().is_some_and(|(_, depth)| indent > *depth);
        let is_title = !continues && content.starts_with('[');
        if matches!(text, Cow::Owned(_)) && !is_title {
            self.note(LineProblem::NotUtf8);
        } else if continues {
            self.continue_value(content);
        } else if is_title {
            self.open_section(content, matches!(text, Cow::Owned(_)));
        } else {
            self.add_setting(content, indent);
        }
    }

    fn last_value(&mut self) -> Option<&mut Zeroizing<String>> {
        let (key, _) = self.last.as_ref()?;
        self.file.sections.get_mut(self.current?)?.values.get_mut(key)
    }

    /// Appends a line to the last value. Below an empty value it must be a nested setting.
    fn continue_value(&mut self, content: &str) {
        let Some(value) = self.last_value() else { return };
        let is_nested = value.is_empty() || value.starts_with('\n');
        value.push('\n');
        value.push_str(content);
        if is_nested && !content.contains('=') {
            self.note(LineProblem::SettingWithoutEquals);
        }
    }

    /// Opens the section whose title stands between the first `[` and the last `]`.
    fn open_section(&mut self, content: &str, is_garbled: bool) {
        self.last = None;
        let (title, problem) = match content.rfind(']') {
            None => (&content[1..], Some(LineProblem::SectionNotClosed)),
            Some(1) => ("", Some(LineProblem::SectionWithoutName)),
            Some(end) => (&content[1..end], is_garbled.then_some(LineProblem::NotUtf8)),
        };
        if problem.is_none()
            && let Some(first) = self.by_title.get(title)
        {
            self.current = Some(*first);
            if title != INHERITED {
                self.note(LineProblem::SectionTwice);
            }
            return;
        }
        let at = self.file.sections.len();
        if problem.is_none() {
            self.by_title.insert(title.to_owned(), at);
        }
        self.file.sections.push(Section {
            title: title.to_owned(),
            line: self.line,
            values: SectionValues::new(),
            error: None,
            is_lost: problem.is_some(),
        });
        self.current = Some(at);
        if let Some(problem) = problem {
            self.note(problem);
        }
    }

    fn add_setting(&mut self, content: &str, indent: usize) {
        self.last = None;
        let Some(section) = self.current.and_then(|at| self.file.sections.get_mut(at)) else {
            return self.note(LineProblem::SettingBeforeSection);
        };
        let Some((key, value)) = content.split_once(['=', ':']) else {
            return self.note(LineProblem::SettingWithoutEquals);
        };
        let key = key.trim_end().to_lowercase();
        if key.is_empty() {
            return self.note(LineProblem::SettingWithoutName);
        }
        let former =
            section.values.insert(key.clone(), Zeroizing::new(value.trim_start().to_owned()));
        self.last = Some((key, indent));
        if former.is_some() {
            self.note(LineProblem::SettingTwice);
        }
    }

    /// Notes the current line as the first odd one of its section.
    fn note(&mut self, problem: LineProblem) {
        let error = match self.current.and_then(|at| self.file.sections.get_mut(at)) {
            Some(section) => &mut section.error,
            None => &mut self.file.stray,
        };
        error.get_or_insert_with(|| SyntaxError {
            path: Arc::clone(self.path),
            line: self.line,
            problem,
        });
    }
}
