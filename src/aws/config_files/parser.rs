//! Parser of one file, with the rules of Python's `RawConfigParser`, which the AWS CLI uses:
//! <https://docs.python.org/3/library/configparser.html#supported-ini-file-structure>.
//!
//! Python gives up a file at its first odd line. Here such a line is noted with its section.
//!
//! A file is divided into sections at once, but a section is parsed when it is used: a file may have
//! thousands of profiles, and most commands use one or two.

use std::collections::BTreeMap;
use std::ops::Range;
use std::path::Path;
use std::sync::{Arc, OnceLock};

use zeroize::Zeroizing;

use crate::aws::config_files::lines::{Line, LineReader, split_setting, split_title_line};
use crate::aws::config_files::syntax_error::{LineProblem, SyntaxError};
use crate::aws::config_files::text::{FileText, TextLine};

/// Name of the setting that holds an access key ID.
pub(super) const KEY_ID_SETTING: &str = "aws_access_key_id";

/// Section whose settings all other sections of the file inherit.
const INHERITED: &str = "DEFAULT";

/// The settings of one section, including secrets. Keys are in lower case. Values that span several
/// lines keep their line feeds.
pub(in crate::aws) type SectionValues = BTreeMap<String, Zeroizing<String>>;

/// A file that is divided into sections.
#[derive(Default)]
pub(super) struct DividedFile {
    /// Sections in order.
    pub sections: Vec<Section>,
    /// Sections without a readable title: title as far as it can be read, and syntax error.
    pub lost: Vec<(String, SyntaxError)>,
    /// First line above all sections that is no comment.
    pub stray: Option<SyntaxError>,
    /// Access key IDs of all sections.
    pub key_ids: Vec<String>,
}

/// A section that is parsed on demand.
pub(super) struct Section {
    file: Arc<SharedText>,
    title: Range<usize>,
    /// Line of the title, from 1.
    line: usize,
    /// The lines below the title.
    body: Range<usize>,
}

/// What the sections of a file share.
struct SharedText {
    text: FileText,
    /// Settings that they inherit.
    inherited: OnceLock<SectionValues>,
}

/// The settings of a section.
#[derive(Default)]
pub(super) struct ParsedSection {
    pub values: SectionValues,
    /// First line of the section that cannot be used.
    pub error: Option<SyntaxError>,
}

/// Divides the bytes of a file into sections. A byte order mark is skipped.
pub(super) fn divide_file(path: &Arc<Path>, bytes: Zeroizing<Vec<u8>>) -> DividedFile {
    let text = FileText::new(path, bytes);
    let file = Arc::new(SharedText { text, inherited: OnceLock::new() });
    let mut divider = Divider::new(&file);
    let mut reader = LineReader::default();
    for line in file.text.lines(file.text.whole(), 1) {
        divider.add(line, &reader.read(line));
    }
    let DividedFile { mut sections, mut lost, stray, key_ids } = divider.found;
    let defaults: Vec<_> = sections.extract_if(.., |it| it.title() == INHERITED).collect();
    let defaults = parse(&file.text, &defaults);
    lost.extend(defaults.error.map(|error| (INHERITED.to_owned(), error)));
    // It is set here alone.
    let _ = file.inherited.set(defaults.values);
    DividedFile { sections, lost, stray, key_ids }
}

impl Section {
    /// Returns the text between the brackets, as written.
    pub(super) fn title(&self) -> &str {
        self.file.text.slice(&self.title)
    }

    /// Returns the line of the title, from 1.
    pub(super) fn line(&self) -> usize {
        self.line
    }

    /// Returns whether two sections have the same title in the same file.
    pub(super) fn repeats(&self, other: &Self) -> bool {
        Arc::ptr_eq(&self.file, &other.file) && self.title() == other.title()
    }

    /// Returns an error for the line of the title.
    pub(super) fn title_error(&self, problem: LineProblem) -> SyntaxError {
        self.file.text.error(self.line, problem)
    }

    /// Parses the section.
    pub(super) fn parse(&self) -> ParsedSection {
        let mut parsed = parse(&self.file.text, std::slice::from_ref(self));
        for (key, value) in self.file.inherited.get().into_iter().flatten() {
            parsed.values.entry(key.clone()).or_insert_with(|| value.clone());
        }
        parsed
    }
}

/// Finds the sections of a file.
struct Divider<'a> {
    file: &'a Arc<SharedText>,
    found: DividedFile,
    /// Whether the last title could be read.
    is_named: bool,
}

impl<'a> Divider<'a> {
    fn new(file: &'a Arc<SharedText>) -> Self {
        Self { file, found: DividedFile::default(), is_named: false }
    }

    fn add(&mut self, line: TextLine<'_>, kind: &Line<'_>) {
        let found = &mut self.found;
        match kind {
            Line::Title(content) => self.add_title(line, content),
            Line::Setting(_) | Line::Continuation(_) | Line::Unreadable
                if found.sections.is_empty() && found.lost.is_empty() =>
            {
                let problem = match kind {
                    Line::Unreadable => LineProblem::NotUtf8,
                    _ => LineProblem::SettingBeforeSection,
                };
                found.stray.get_or_insert_with(|| self.file.text.error(line.number, problem));
            }
            Line::Setting(content) => found.key_ids.extend(key_id_of(content)),
            Line::Empty | Line::Comment | Line::Continuation(_) | Line::Unreadable => {}
        }
    }

    fn add_title(&mut self, line: TextLine<'_>, content: &str) {
        let found = &mut self.found;
        if let Some(last) = found.sections.last_mut().filter(|_| self.is_named) {
            last.body.end = line.start;
        }
        let text = &self.file.text;
        let (title, problem) = split_title_line(content);
        let problem = problem.or((!line.is_readable).then_some(LineProblem::NotUtf8));
        self.is_named = problem.is_none();
        if let Some(problem) = problem {
            return found.lost.push((title.to_owned(), text.error(line.number, problem)));
        }
        let bracket = line.start + line.text.len() - line.text.trim_start().len();
        let title = bracket + 1..bracket + 1 + title.len();
        let body = line.start + line.text.len() + 1..text.whole().end;
        let file = Arc::clone(self.file);
        found.sections.push(Section { file, title, line: line.number, body });
    }
}

/// Returns the access key ID if the setting is one.
fn key_id_of(setting: &str) -> Option<String> {
    let is_key_id = |name: &str| name.eq_ignore_ascii_case(KEY_ID_SETTING);
    setting.get(..KEY_ID_SETTING.len()).filter(|start| is_key_id(start))?;
    let (name, id) = split_setting(setting).ok()?;
    is_key_id(name).then(|| id.to_owned())
}

/// Parses what is below one title, or below several of the same section.
fn parse(text: &FileText, sections: &[Section]) -> ParsedSection {
    let mut parser = SectionParser::default();
    for section in sections {
        parser.last = None;
        let mut reader = LineReader::of_section();
        for line in text.lines(section.body.clone(), section.line + 1) {
            if let Err(problem) = parser.read_line(&reader.read(line)) {
                parser.section.error.get_or_insert_with(|| text.error(line.number, problem));
            }
        }
    }
    let mut section = parser.section;
    for value in section.values.values_mut() {
        let end = value.trim_end().len();
        value.truncate(end);
    }
    section
}

/// State between two lines.
#[derive(Default)]
struct SectionParser {
    section: ParsedSection,
    /// Key of the setting that the next line may continue.
    last: Option<String>,
}

impl SectionParser {
    /// Reads a line.
    ///
    /// # Errors
    /// Returns an error if the line cannot be used.
    fn read_line(&mut self, line: &Line<'_>) -> Result<(), LineProblem> {
        match line {
            Line::Empty => {
                if let Some(value) = self.last_value() {
                    value.push('\n');
                }
                Ok(())
            }
            // A title is above the lines of a section.
            Line::Comment | Line::Title(_) => Ok(()),
            Line::Unreadable => Err(LineProblem::NotUtf8),
            Line::Setting(content) => self.add_setting(content),
            Line::Continuation(content) => self.continue_value(content),
        }
    }

    fn add_setting(&mut self, content: &str) -> Result<(), LineProblem> {
        self.last = None;
        let (key, value) = split_setting(content)?;
        let key = key.to_lowercase();
        let value = Zeroizing::new(value.to_owned());
        let former = self.section.values.insert(key.clone(), value);
        self.last = Some(key);
        former.map_or(Ok(()), |_| Err(LineProblem::SettingTwice))
    }

    /// Appends a line to the last value. Below an empty value it must be a nested setting.
    fn continue_value(&mut self, content: &str) -> Result<(), LineProblem> {
        let Some(value) = self.last_value() else { return Ok(()) };
        let is_nested = value.is_empty() || value.starts_with('\n');
        value.push('\n');
        value.push_str(content);
        if is_nested && !content.contains('=') {
            return Err(LineProblem::SettingWithoutEquals);
        }
        Ok(())
    }

    fn last_value(&mut self) -> Option<&mut Zeroizing<String>> {
        self.section.values.get_mut(self.last.as_ref()?)
    }
}
