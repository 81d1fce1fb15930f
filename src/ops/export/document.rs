//! A document: what one table or popup shows at one time, and where that comes from.

use std::convert::Infallible;
use std::fmt::Write as _;
use std::path::Path;

use jiff::Timestamp;
use serde_json::{Map, Value};

use crate::cli::ListColumn;
use crate::model::{KeyId, csv_line, escape_hidden, escape_json, escape_markdown};
use crate::ops::activity::Activity;
use crate::ops::aws_format::iso_time;
use crate::ops::export::markdown::{push_code, push_table};
use crate::ops::export::messages;
use crate::ops::export::table::{ExportCell, ExportTable};
use crate::ops::file_format::FileFormat;
use crate::ops::list_row::{ACCOUNT_COLUMNS, LIST_CSV_COLUMNS, LIST_TABLE_COLUMNS, ListRow};

/// Level of the heading of an activity, which is a section of an incident record.
const SECTION_LEVEL: usize = 2;

/// What a table or a popup shows. It is a copy, so that nothing that is read later changes it.
#[derive(Clone, Debug)]
pub(crate) struct Document {
    /// What it is, for the name of a file: `users`, or a key ID.
    pub name: String,
    /// Title, as on the screen.
    pub title: String,
    /// Where it comes from.
    pub origin: Origin,
    /// When it was shown. Ages count back from there.
    pub at: Timestamp,
    /// What is shown.
    pub content: Content,
}

/// Where a document comes from, as far as that applies.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Origin {
    /// Alias and ID of the account; `None` for what is of several.
    pub account: Option<String>,
    /// `NOT AWS` with the URL, or `DEMO`; `None` for AWS's endpoints.
    pub endpoint: Option<String>,
    /// ARN of the caller.
    pub caller: Option<String>,
    /// Filter in force.
    pub filter: Option<String>,
    /// Sort order.
    pub order: Option<String>,
    /// How much of the account was read.
    pub coverage: Option<String>,
}

/// Content of a document.
#[derive(Clone, Debug)]
pub(crate) enum Content {
    /// Keys, and users without keys.
    Keys(Vec<ListRow>),
    /// Another table.
    Table(ExportTable),
    /// Lines of a popup.
    Lines(Vec<String>),
    /// What a key has done.
    Activity(Box<Activity>),
}

impl Origin {
    /// Returns name and text of each part that applies.
    fn parts(&self) -> impl Iterator<Item = (&'static str, &str)> {
        let parts = [
            ("Account", &self.account),
            ("Endpoint", &self.endpoint),
            ("Caller", &self.caller),
            ("Filter", &self.filter),
            ("Order", &self.order),
            ("Coverage", &self.coverage),
        ];
        parts.into_iter().filter_map(|(name, text)| Some((name, text.as_deref()?)))
    }
}

impl Document {
    /// Returns the formats that it can have, the usual one first.
    pub(crate) fn formats(&self) -> &'static [FileFormat] {
        use FileFormat::{Csv, Json, JsonLines, Markdown, PlainText};
        match self.content {
            Content::Keys(_) | Content::Table(_) => &[Markdown, Csv, Json],
            Content::Lines(_) => &[Markdown, PlainText],
            Content::Activity(_) => &[Markdown, Json, JsonLines, Csv],
        }
    }

    /// Returns the format of a file: the usual one unless its name ends with that of another;
    /// `None` if the document cannot have that format.
    pub(crate) fn format_of(&self, path: &Path) -> Option<FileFormat> {
        let named = FileFormat::of_file(path);
        let mut formats = self.formats().iter().copied();
        formats.find(|format| named.is_none_or(|named| named == *format))
    }

    /// Returns the key whose changes come before the text in this format.
    pub(crate) fn changes_of(&self, format: FileFormat) -> Option<&KeyId> {
        match &self.content {
            Content::Activity(activity) if format == FileFormat::Markdown => {
                Some(&activity.query().key)
            }
            _ => None,
        }
    }

    /// Returns the text in one of its formats.
    pub(crate) fn text(&self, format: FileFormat) -> String {
        match (&self.content, format) {
            (Content::Activity(activity), format) => activity_text(activity, format, self.at),
            (_, FileFormat::Markdown) => self.markdown(),
            (Content::Keys(rows), FileFormat::Csv) => self.keys_csv(rows),
            (Content::Table(table), FileFormat::Csv) => {
                let rows = table.rows.iter();
                let cells = rows.map(|row| row.iter().map(|cell| cell.text("")).collect());
                std::iter::once(csv_line(&table.columns))
                    .chain(cells.map(|cells: Vec<_>| csv_line(&cells)))
                    .collect()
            }
            (Content::Keys(rows), _) => {
                self.json(rows.iter().map(|row| row.json(self.at)).collect())
            }
            (Content::Table(table), _) => {
                self.json(table.rows.iter().map(|row| table.row_json(row)).collect())
            }
            (Content::Lines(lines), _) => self.plain_text(lines),
        }
    }

    fn markdown(&self) -> String {
        let mut text = format!("# {}\n\n", escape_markdown(&escape_hidden(&self.title)));
        let shown = ("Shown", iso_time(self.at));
        let parts = self.origin.parts().map(|(name, part)| (name, part.to_owned()));
        let parts = parts.chain([shown]);
        let parts: Vec<_> = parts
            .map(|(name, part)| format!("{name}: {}", escape_markdown(&escape_hidden(&part))))
            .collect();
        let _ = writeln!(text, "{}\n", parts.join(" · "));
        match &self.content {
            Content::Keys(rows) => {
                let columns = LIST_TABLE_COLUMNS;
                let cells = |row: &ListRow| {
                    columns.iter().map(|column| row.table_cell(*column, self.at)).collect()
                };
                push_table(&mut text, &names(&columns), rows.iter().map(cells));
            }
            Content::Table(table) => {
                let cells = |row: &Vec<ExportCell>| {
                    row.iter().map(|cell| cell.text(messages::NOT_KNOWN)).collect()
                };
                push_table(&mut text, &table.columns, table.rows.iter().map(cells));
            }
            Content::Lines(lines) => push_code(&mut text, lines),
            Content::Activity(_) => {}
        }
        text
    }

    /// Returns the columns of `keyflip list --all-accounts --format csv`: without comments, the
    /// account is in the rows.
    fn keys_csv(&self, rows: &[ListRow]) -> String {
        let columns: Vec<_> = ACCOUNT_COLUMNS.into_iter().chain(LIST_CSV_COLUMNS).collect();
        let mut text = csv_line(&names(&columns));
        for row in rows {
            let cells = columns.iter().map(|column| row.cell(*column, self.at));
            text.push_str(&csv_line(&cells.collect::<Vec<_>>()));
        }
        text
    }

    fn json(&self, rows: Vec<Value>) -> String {
        let mut members = Map::new();
        members.insert("Title".to_owned(), self.title.as_str().into());
        for (name, part) in self.origin.parts() {
            members.insert(name.to_owned(), part.into());
        }
        members.insert("Shown".to_owned(), iso_time(self.at).into());
        members.insert("Rows".to_owned(), rows.into());
        escape_json(&format!("{:#}\n", Value::Object(members))).into_owned()
    }

    fn plain_text(&self, lines: &[String]) -> String {
        let mut text = format!("{}\n", escape_hidden(&self.title));
        for (name, part) in self.origin.parts() {
            let _ = writeln!(text, "{name}: {}", escape_hidden(part));
        }
        let _ = writeln!(text, "Shown: {}\n", iso_time(self.at));
        for line in lines {
            let _ = writeln!(text, "{}", escape_hidden(line));
        }
        text
    }
}

fn names(columns: &[ListColumn]) -> Vec<&'static str> {
    columns.iter().map(|column| column.name()).collect()
}

fn activity_text(activity: &Activity, format: FileFormat, now: Timestamp) -> String {
    let mut text = String::new();
    let Ok(()) = activity.write(format, SECTION_LEVEL, now, |part| {
        text.push_str(part);
        Ok::<_, Infallible>(())
    });
    text
}
