//! What a line is, with the rules of Python's `RawConfigParser`.

use crate::aws::config_files::syntax_error::LineProblem;
use crate::aws::config_files::text::SourceLine;

/// A line without the white space around it.
pub(super) enum Line<'a> {
    Empty,
    Comment,
    /// Title of a section.
    Title,
    /// A setting, or what should be one.
    Setting(&'a str),
    /// A line that is indented more deeply than the setting before it, and continues that setting.
    Continuation(&'a str),
    /// A line that is not UTF-8, and no title.
    Unreadable,
}

/// Tells what each line of a file is.
#[derive(Default)]
pub(super) struct LineReader<'a> {
    /// Whether the lines are below a title.
    is_in_section: bool,
    /// The last setting, and the line that it is in. The next line may continue it.
    last: Option<(&'a str, &'a str)>,
}

impl<'a> LineReader<'a> {
    /// Creates a reader for the lines below a title.
    pub(super) fn of_section() -> Self {
        Self { is_in_section: true, last: None }
    }

    /// Returns what the next line is.
    pub(super) fn read(&mut self, line: SourceLine<'a>) -> Line<'a> {
        let content = line.text.trim();
        if content.is_empty() {
            return Line::Empty;
        }
        if content.starts_with(['#', ';']) {
            return Line::Comment;
        }
        let continues = self.is_continued_by(line.text);
        let is_title = !continues && content.starts_with('[');
        if !line.is_readable && !is_title {
            return Line::Unreadable;
        }
        if continues {
            return Line::Continuation(content);
        }
        self.is_in_section |= is_title;
        self.last = (self.is_in_section && !is_title).then_some((content, line.text));
        if is_title { Line::Title } else { Line::Setting(content) }
    }

    fn is_continued_by(&self, line: &str) -> bool {
        line.starts_with(char::is_whitespace)
            && self.last.is_some_and(|(setting, last)| {
                indent_width(line) > indent_width(last) && split_setting(setting).is_ok()
            })
    }
}

fn indent_width(line: &str) -> usize {
    line.chars().take_while(|c| c.is_whitespace()).count()
}

/// Returns the title between the first `[` and the last `]`, or as much of it as can be read.
pub(super) fn split_title_line(line: &str) -> (&str, Option<LineProblem>) {
    match line.rfind(']') {
        None => (&line[1..], Some(LineProblem::SectionNotClosed)),
        Some(1) => ("", Some(LineProblem::SectionWithoutName)),
        Some(end) => (&line[1..end], None),
    }
}

/// Splits a setting into its name, as written, and its value.
///
/// # Errors
/// Returns an error if it has no equals sign or no name.
pub(super) fn split_setting(line: &str) -> Result<(&str, &str), LineProblem> {
    let (key, value) = line.split_once(['=', ':']).ok_or(LineProblem::SettingWithoutEquals)?;
    match key.trim_end() {
        "" => Err(LineProblem::SettingWithoutName),
        key => Ok((key, value.trim_start())),
    }
}
