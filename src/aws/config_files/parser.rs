//! Parser of one file, with the rules of Python's `RawConfigParser`, which the AWS CLI uses:
//! <https://docs.python.org/3/library/configparser.html#supported-ini-file-structure>.
//!
//! Python gives up a file at its first odd line. Here such a line is noted with its section.
//!
//! A file is divided into sections at once, but a section is parsed when it is used: a file may
//! have thousands of profiles, and most commands use one or two.

use std::collections::BTreeMap;
use std::ops::Range;
use std::path::Path;
use std::sync::{Arc, OnceLock};

use memchr::{memchr, memchr_iter, memchr2_iter, memrchr};
use zeroize::Zeroizing;

use crate::aws::config_files::lines::{Line, LineReader, split_setting, split_title_line};
use crate::aws::config_files::syntax_error::{LineProblem, SettingLocation, SyntaxError};
use crate::aws::config_files::text::FileText;

/// Name of the setting that holds an access key ID.
pub(super) const KEY_ID_SETTING: &str = "aws_access_key_id";

/// Settings that are one line. Python joins an indented line below one of them to its value, which
/// may be a secret, and the value is shown in errors. A command may span several lines.
const ONE_LINE_SETTINGS: [&str; 28] = [
    KEY_ID_SETTING,
    "aws_account_id",
    "aws_secret_access_key",
    "aws_security_token",
    "aws_session_token",
    "ca_bundle",
    "credential_source",
    "duration_seconds",
    "endpoint_url",
    "external_id",
    "ignore_configured_endpoint_urls",
    "login_session",
    "max_attempts",
    "mfa_serial",
    "region",
    "role_arn",
    "role_session_name",
    "services",
    "source_profile",
    "sso_account_id",
    "sso_region",
    "sso_role_name",
    "sso_session",
    "sso_start_url",
    "sso_use_device_code",
    "use_dualstack_endpoint",
    "use_fips_endpoint",
    "web_identity_token_file",
];

/// Section whose settings all other sections of the file inherit.
const INHERITED: &str = "DEFAULT";

/// The settings of one section, including secrets. Keys are in lower case. Values that span several
/// lines keep their line feeds.
pub(in crate::aws) type SectionValues = BTreeMap<String, Zeroizing<String>>;

/// A file that is divided into sections.
pub(super) struct DividedFile {
    /// Sections in order.
    pub sections: Vec<Section>,
    /// Sections without a readable title: title as far as it can be read, and syntax error.
    pub lost: Vec<(String, SyntaxError)>,
    /// First line above all sections that is no comment.
    pub stray: Option<SyntaxError>,
    /// Access key IDs of all settings.
    pub key_ids: Vec<String>,
}

/// A section that is parsed on demand.
pub(in crate::aws) struct Section {
    file: Arc<SharedText>,
    title: Range<usize>,
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

/// Divides the bytes of a file into sections.
pub(super) fn divide_file(path: &Arc<Path>, bytes: Zeroizing<Vec<u8>>) -> DividedFile {
    let text = FileText::new(path, bytes);
    let file = Arc::new(SharedText { text, inherited: OnceLock::new() });
    let mut divider = Divider::new(&file);
    divider.find_titles();
    let key_ids = key_ids(file.text.text());
    let Divider { mut sections, mut lost, stray, .. } = divider;
    let defaults: Vec<_> = sections.extract_if(.., |it| it.title() == INHERITED).collect();
    let defaults = parse(&file.text, &defaults);
    lost.extend(defaults.error.map(|error| (INHERITED.to_owned(), error)));
    // It is set here alone.
    let _ = file.inherited.set(defaults.values);
    DividedFile { sections, lost, stray, key_ids }
}

impl Section {
    /// Returns the text between the brackets, as written.
    pub(in crate::aws) fn title(&self) -> &str {
        self.file.text.slice(&self.title)
    }

    /// Returns the line of the title.
    pub(super) fn location(&self) -> SettingLocation {
        self.file.text.location(self.title.start)
    }

    /// Returns whether two sections have the same title in the same file.
    pub(super) fn repeats(&self, other: &Self) -> bool {
        Arc::ptr_eq(&self.file, &other.file) && self.title() == other.title()
    }

    /// Returns an error for the line of the title.
    pub(super) fn title_error(&self, problem: LineProblem) -> SyntaxError {
        self.file.text.error(self.title.start, problem)
    }

    /// Returns the location of the last setting of that name, which is in lower case.
    pub(super) fn location_of(&self, key: &str) -> Option<SettingLocation> {
        let text = &self.file.text;
        let mut reader = LineReader::of_section();
        let settings = text.lines(self.body.clone()).filter_map(|line| {
            let Line::Setting(content) = reader.read(line) else { return None };
            let (name, _) = split_setting(content).ok()?;
            (name.to_lowercase() == key).then_some(line.start)
        });
        settings.last().map(|start| text.location(start))
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

/// Finds the sections of a file. It looks at lines with a `[` and little else.
struct Divider<'a> {
    file: &'a Arc<SharedText>,
    sections: Vec<Section>,
    lost: Vec<(String, SyntaxError)>,
    stray: Option<SyntaxError>,
    /// Whether the last title could be read.
    is_named: bool,
    /// The reader of the lines below the last title, and where it is.
    reader: LineReader<'a>,
    read_to: usize,
}

impl<'a> Divider<'a> {
    fn new(file: &'a Arc<SharedText>) -> Self {
        Self {
            file,
            sections: Vec::new(),
            lost: Vec::new(),
            stray: None,
            is_named: false,
            reader: LineReader::default(),
            read_to: 0,
        }
    }

    fn find_titles(&mut self) {
        let text = self.file.text.text();
        let (mut above, mut end) = (text.len(), 0);
        for bracket in memchr_iter(b'[', text.as_bytes()) {
            if bracket < end {
                continue;
            }
            let start =
                memrchr(b'\n', &text.as_bytes()[end..bracket]).map_or(end, |at| end + at + 1);
            end = memchr(b'\n', &text.as_bytes()[bracket..]).map_or(text.len(), |at| bracket + at);
            if text[start..bracket].trim().is_empty() && self.is_title(start..end, bracket > start)
            {
                above = above.min(start);
                self.add_title(start..end, bracket);
            }
        }
        self.note_stray(0..above);
    }

    /// Returns whether a line that begins with `[` is a title. One that is indented may continue
    /// the setting above it.
    fn is_title(&mut self, line: Range<usize>, is_indented: bool) -> bool {
        let text = &self.file.text;
        let is_title = !is_indented || {
            for line in text.lines(self.read_to..line.start.saturating_sub(1)) {
                self.reader.read(line);
            }
            matches!(self.reader.read(text.line(line.clone())), Line::Title)
        };
        if is_title {
            self.reader = LineReader::of_section();
        }
        self.read_to = line.end + 1;
        is_title
    }

    fn add_title(&mut self, line: Range<usize>, bracket: usize) {
        let text = &self.file.text;
        if let Some(last) = self.sections.last_mut().filter(|_| self.is_named) {
            last.body.end = line.start;
        }
        let content = text.text()[bracket..line.end].trim_end();
        let (title, problem) = split_title_line(content);
        let is_readable = text.line(line.clone()).is_readable;
        let problem = problem.or((!is_readable).then_some(LineProblem::NotUtf8));
        self.is_named = problem.is_none();
        if let Some(problem) = problem {
            return self.lost.push((title.to_owned(), text.error(bracket, problem)));
        }
        let title = bracket + 1..bracket + 1 + title.len();
        let body = (line.end + 1).min(text.text().len())..text.text().len();
        self.sections.push(Section { file: Arc::clone(self.file), title, body });
    }

    /// Notes the first line above all titles that is no comment.
    fn note_stray(&mut self, above: Range<usize>) {
        let text = &self.file.text;
        let mut reader = LineReader::default();
        self.stray = text.lines(above).find_map(|line| match reader.read(line) {
            Line::Empty | Line::Comment | Line::Title => None,
            Line::Unreadable => Some(text.error(line.start, LineProblem::NotUtf8)),
            Line::Setting(_) | Line::Continuation(_) => {
                Some(text.error(line.start, LineProblem::SettingBeforeSection))
            }
        });
    }
}

/// Returns the values of all settings with the name of an access key ID.
fn key_ids(text: &str) -> Vec<String> {
    let id_at = |delimiter: usize| {
        let until = text[..delimiter].trim_end();
        let (before, name) =
            until.split_at_checked(until.len().checked_sub(KEY_ID_SETTING.len())?)?;
        let is_key_id = name.eq_ignore_ascii_case(KEY_ID_SETTING)
            && before.rsplit('\n').next().is_some_and(|before| before.trim().is_empty());
        let value = || text[delimiter + 1..].split('\n').next().unwrap_or_default();
        is_key_id.then(|| value().trim().to_owned())
    };
    memchr2_iter(b'=', b':', text.as_bytes()).filter_map(id_at).collect()
}

/// Parses what is below one title, or below several of the same section.
fn parse(text: &FileText, sections: &[Section]) -> ParsedSection {
    let mut parser = SectionParser::default();
    for section in sections {
        parser.last = None;
        let mut reader = LineReader::of_section();
        for line in text.lines(section.body.clone()) {
            if let Err(problem) = parser.read_line(&reader.read(line)) {
                parser.section.error.get_or_insert_with(|| text.error(line.start, problem));
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
            Line::Comment | Line::Title => Ok(()),
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
        if self.last.as_deref().is_some_and(|key| ONE_LINE_SETTINGS.contains(&key)) {
            return Err(LineProblem::Continuation);
        }
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
