//! Parser of the credential report, a CSV file that IAM generates at most once every four hours.
//! Columns are found by name, since AWS inserts new ones. Format:
//! <https://docs.aws.amazon.com/IAM/latest/UserGuide/id_credentials_getting-report.html>.
//!
//! Each line is parsed by itself, so that an odd one costs no other: user names have no line
//! breaks.

use std::collections::{HashMap, HashSet};
use std::sync::Arc;

use csv::{ReaderBuilder, StringRecord};
use jiff::Timestamp;
use sha2::{Digest as _, Sha256};
use thiserror::Error;

use crate::model::{
    Arn, CredentialReport, KeyStatus, Known, LastUse, OddReportRow, ROOT_USER_NAME, ReportRow,
    ReportRowDefect, ReportedKey, UserName, escape_hidden, known_age,
};

/// Columns that say whether the key of a slot is active.
const ACTIVE: [&str; 2] = ["access_key_1_active", "access_key_2_active"];
/// Columns with the creation time of the key of a slot.
const LAST_ROTATED: [&str; 2] = ["access_key_1_last_rotated", "access_key_2_last_rotated"];
/// Texts of columns without a value.
const NO_VALUE: [&str; 4] = ["", "N/A", "no_information", "not_supported"];

/// Parses a report that was generated at `generated`. A row that cannot be read, or repeats
/// a user, is left out and named.
///
/// # Errors
/// Returns an error if the header line is not text or lacks a column.
pub(crate) fn parse_report(
    content: &[u8],
    generated: Timestamp,
) -> Result<CredentialReport, ReportError> {
    let mut lines = content
        .split(|byte| *byte == b'\n')
        .map(|line| line.strip_suffix(b"\r").unwrap_or(line))
        .filter(|line| !line.is_empty());
    let header = lines.next().unwrap_or_default();
    let columns = ReportColumns::from_header(&fields(header).ok_or(ReportError::HeaderNotText)?)?;
    let sha256 = Sha256::digest(content).into();
    let mut report = CredentialReport { rows: Vec::new(), odd: Vec::new(), generated, sha256 };
    for (number, line) in (1..).zip(lines) {
        let Some(record) = fields(line) else {
            report.odd.push(OddReportRow { number, user: None, defect: ReportRowDefect::NotText });
            continue;
        };
        match columns.row(number, &record, generated) {
            Ok(row) => report.rows.push(row),
            Err(defect) => {
                report.odd.push(OddReportRow { number, user: columns.user_name(&record), defect });
            }
        }
    }
    set_aside_repeated(&mut report);
    Ok(report)
}

/// Moves the rows of a user who has several to the odd ones. The first stays if all say the same.
fn set_aside_repeated(report: &mut CredentialReport) {
    let mut rows_of: HashMap<_, Vec<&ReportRow>> = HashMap::new();
    for row in &report.rows {
        rows_of.entry(&row.user).or_default().push(row);
    }
    let mut repeated = HashSet::new();
    for rows in rows_of.into_values() {
        let [first, others @ ..] = rows.as_slice() else { continue };
        repeated.extend(others.iter().map(|row| row.number));
        if others.iter().any(|row| ReportRow { number: first.number, ..(*row).clone() } != **first)
        {
            repeated.insert(first.number);
        }
    }
    if repeated.is_empty() {
        return;
    }
    let set_aside = report.rows.extract_if(.., |row| repeated.contains(&row.number));
    report.odd.extend(set_aside.map(|row| row.into_odd(ReportRowDefect::Repeated)));
    report.odd.sort_unstable_by_key(|row| row.number);
}

/// Returns the fields of a line; `None` if it is not UTF-8 text.
fn fields(line: &[u8]) -> Option<StringRecord> {
    if !line.contains(&b'"') {
        // Building a parser for each line would take longer than parsing it.
        return Some(std::str::from_utf8(line).ok()?.split(',').collect());
    }
    let reader = ReaderBuilder::new().has_headers(false).flexible(true).from_reader(line);
    reader.into_records().next()?.ok()
}

/// A report that cannot be parsed.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
pub(crate) enum ReportError {
    /// The header line is not UTF-8 text.
    #[error("the report's header line is not UTF-8 text")]
    HeaderNotText,
    /// There is no column of this name.
    #[error("the report has no column {0}")]
    ColumnMissing(String),
}

/// Number of columns, and the index of each that is used.
struct ReportColumns {
    number: usize,
    user: usize,
    arn: usize,
    created: Option<usize>,
    password: Option<usize>,
    password_used: Option<usize>,
    password_changed: Option<usize>,
    mfa: Option<usize>,
    keys: [ReportKeyColumns; 2],
}

struct ReportKeyColumns {
    /// The number of the key in the names of its columns: 1 or 2.
    number: u8,
    active: usize,
    rotated: usize,
    used: Option<usize>,
    region: Option<usize>,
    service: Option<usize>,
}

impl ReportColumns {
    fn from_header(header: &StringRecord) -> Result<Self, ReportError> {
        let optional = |name: &str| {
            header.iter().position(|column| column.trim_start_matches('\u{feff}') == name)
        };
        let required =
            |name: &str| optional(name).ok_or_else(|| ReportError::ColumnMissing(name.to_owned()));
        let key = |number: u8| {
            let slot = usize::from(number) - 1;
            Ok::<_, ReportError>(ReportKeyColumns {
                number,
                active: required(ACTIVE[slot])?,
                rotated: required(LAST_ROTATED[slot])?,
                used: optional(&format!("access_key_{number}_last_used_date")),
                region: optional(&format!("access_key_{number}_last_used_region")),
                service: optional(&format!("access_key_{number}_last_used_service")),
            })
        };
        Ok(Self {
            number: header.len(),
            user: required("user")?,
            arn: required("arn")?,
            created: optional("user_creation_time"),
            password: optional("password_enabled"),
            password_used: optional("password_last_used"),
            password_changed: optional("password_last_changed"),
            mfa: optional("mfa_active"),
            keys: [key(1)?, key(2)?],
        })
    }

    fn row(
        &self,
        number: usize,
        record: &StringRecord,
        generated: Timestamp,
    ) -> Result<ReportRow, ReportRowDefect> {
        if record.len() < self.number {
            return Err(ReportRowDefect::CutShort);
        }
        let user = &record[self.user];
        if user.is_empty() {
            return Err(ReportRowDefect::BadValue("user"));
        }
        let mut keys = Vec::new();
        for key in &self.keys {
            keys.extend(key.read(record, generated)?);
        }
        Ok(ReportRow {
            number,
            user: (user != ROOT_USER_NAME).then(|| UserName::from_service(user)),
            arn: Arn::from_service(&record[self.arn]),
            created: time_cell(record, self.created),
            password_enabled: bool_cell(record, self.password, generated),
            password_last_use: password_use(record, self.password_used, generated),
            password_changed: time_cell(record, self.password_changed),
            mfa: bool_cell(record, self.mfa, generated),
            keys,
        })
    }

    /// Returns the user's name in a row, unless it may be cut short.
    fn user_name(&self, record: &StringRecord) -> Option<UserName> {
        let is_whole = record.len() > self.user + 1;
        record
            .get(self.user)
            .filter(|name| is_whole && !name.is_empty())
            .map(UserName::from_service)
    }
}

impl ReportKeyColumns {
    /// Returns the key in this slot, which has one if it is active or has a date.
    fn read(
        &self,
        record: &StringRecord,
        generated: Timestamp,
    ) -> Result<Option<ReportedKey>, ReportRowDefect> {
        let slot = usize::from(self.number) - 1;
        let active =
            parse_bool(&record[self.active]).ok_or(ReportRowDefect::BadValue(ACTIVE[slot]))?;
        let created = time_cell(record, Some(self.rotated));
        if created.is_none() && !NO_VALUE.contains(&&record[self.rotated]) {
            return Err(ReportRowDefect::BadValue(LAST_ROTATED[slot]));
        }
        // It is there, but no key can have been created after the report.
        let known = created.filter(|created| known_age(*created, generated).is_some());
        let status = if active { KeyStatus::Active } else { KeyStatus::Inactive };
        Ok((active || created.is_some()).then(|| ReportedKey {
            slot: self.number,
            status,
            created: known,
            last_use: self.last_use(record, generated),
        }))
    }

    fn last_use(&self, record: &StringRecord, generated: Timestamp) -> Known<LastUse> {
        let value = match (self.used.and_then(|at| record.get(at)), time_cell(record, self.used)) {
            (_, Some(at)) if known_age(at, generated).is_none() => return Known::NotRead,
            (_, Some(at)) => LastUse::Used {
                at,
                service: text_cell(record, self.service),
                region: text_cell(record, self.region),
            },
            (Some("N/A"), None) => LastUse::Never,
            _ => return Known::NotRead,
        };
        Known::Reported { value, at: generated }
    }
}

fn password_use(
    record: &StringRecord,
    column: Option<usize>,
    generated: Timestamp,
) -> Known<Option<Timestamp>> {
    let value = match (column.and_then(|at| record.get(at)), time_cell(record, column)) {
        (_, Some(at)) => Some(at),
        (Some("no_information"), None) => None,
        _ => return Known::NotRead,
    };
    Known::Reported { value, at: generated }
}

fn time_cell(record: &StringRecord, column: Option<usize>) -> Option<Timestamp> {
    record.get(column?)?.parse().ok()
}

fn text_cell(record: &StringRecord, column: Option<usize>) -> Option<Arc<str>> {
    match record.get(column?)? {
        text if NO_VALUE.contains(&text) => None,
        text => Some(escape_hidden(text).into()),
    }
}

fn parse_bool(text: &str) -> Option<bool> {
    match text.to_ascii_lowercase().as_str() {
        "true" => Some(true),
        "false" => Some(false),
        _ => None,
    }
}

fn bool_cell(record: &StringRecord, column: Option<usize>, generated: Timestamp) -> Known<bool> {
    match column.and_then(|at| record.get(at)).and_then(parse_bool) {
        Some(value) => Known::Reported { value, at: generated },
        None => Known::NotRead,
    }
}

#[cfg(test)]
mod tests;
