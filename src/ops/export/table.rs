//! Tables other than lists of keys.

use serde_json::{Map, Value};

/// Rows with named columns.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct ExportTable {
    /// Names of the columns.
    pub columns: Vec<&'static str>,
    /// Rows, each with a cell per column.
    pub rows: Vec<Vec<ExportCell>>,
}

/// Cell of a table.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum ExportCell {
    /// Text.
    Text(String),
    /// Number.
    Count(usize),
    /// A value that is not known; another column says why.
    Unknown,
}

impl ExportCell {
    /// Returns a text; unknown without one.
    pub(crate) fn from_option(text: Option<impl ToString>) -> Self {
        text.map_or(Self::Unknown, |text| Self::Text(text.to_string()))
    }

    /// Returns the cell as text, with `unknown` for a value that is not known.
    pub(super) fn text(&self, unknown: &str) -> String {
        match self {
            Self::Text(text) => text.clone(),
            Self::Count(count) => count.to_string(),
            Self::Unknown => unknown.to_owned(),
        }
    }

    fn json(&self) -> Value {
        match self {
            Self::Text(text) => text.as_str().into(),
            Self::Count(count) => (*count).into(),
            Self::Unknown => Value::Null,
        }
    }
}

impl ExportTable {
    /// Returns a row as an object.
    pub(super) fn row_json(&self, row: &[ExportCell]) -> Value {
        let members = self.columns.iter().zip(row);
        members.map(|(name, cell)| ((*name).to_owned(), cell.json())).collect::<Map<_, _>>().into()
    }
}
