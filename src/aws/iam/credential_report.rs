//! Parser of the credential report, a CSV file that IAM generates at most once every four hours.
//! Columns are found by name, since AWS inserts new ones. Format:
//! <https://docs.aws.amazon.com/IAM/latest/UserGuide/id_credentials_getting-report.html>.

use std::sync::Arc;

use csv::{Reader, ReaderBuilder, StringRecord};
use jiff::Timestamp;
use thiserror::Error;

use crate::model::{
    Arn, KeyStatus, Known, LastUse, ROOT_USER_NAME, ReportRow, ReportedKey, UserName, escape_hidden,
};

/// Parses the rows of a report that was generated at `generated`.
///
/// # Errors
/// Returns an error if a column is missing, or if a row is not UTF-8 text or incomplete.
pub(crate) fn parse_report(
    content: &[u8],
    generated: Timestamp,
) -> Result<Vec<ReportRow>, ReportError> {
    let mut reader = ReaderBuilder::new().flexible(true).from_reader(content);
    let columns = ReportColumns::of(&mut reader)?;
    let mut rows = Vec::new();
    for record in reader.records() {
        let record = record.map_err(|_| ReportError::RowNotText(rows.len() + 1))?;
        rows.push(
            columns
                .row(&record, generated)
                .ok_or_else(|| ReportError::RowIncomplete(rows.len() + 1))?,
        );
    }
    Ok(rows)
}

/// A report that cannot be parsed. Rows count from 1, without the header line.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
pub(crate) enum ReportError {
    /// The header line is not UTF-8 text.
    #[error("the report's header line is not UTF-8 text")]
    HeaderNotText,
    /// There is no column of this name.
    #[error("the report has no column {0}")]
    ColumnMissing(String),
    /// The row is not UTF-8 text.
    #[error("row {0} of the report is not UTF-8 text")]
    RowNotText(usize),
    /// The row lacks a field.
    #[error("row {0} of the report is incomplete")]
    RowIncomplete(usize),
}

/// Index of each column.
struct ReportColumns {
    user: usize,
    arn: usize,
    created: Option<usize>,
    password: Option<usize>,
    mfa: Option<usize>,
    keys: [ReportKeyColumns; 2],
}

struct ReportKeyColumns {
    active: usize,
    rotated: usize,
    used: Option<usize>,
    region: Option<usize>,
    service: Option<usize>,
}

impl ReportColumns {
    fn of(reader: &mut Reader<&[u8]>) -> Result<Self, ReportError> {
        let headers = reader.headers().map_err(|_| ReportError::HeaderNotText)?;
        let optional = |name: &str| {
            headers.iter().position(|header| header.trim_start_matches('\u{feff}') == name)
        };
        let required =
            |name: &str| optional(name).ok_or_else(|| ReportError::ColumnMissing(name.to_owned()));
        let key = |n: u8| {
            Ok::<_, ReportError>(ReportKeyColumns {
                active: required(&format!("access_key_{n}_active"))?,
                rotated: required(&format!("access_key_{n}_last_rotated"))?,
                used: optional(&format!("access_key_{n}_last_used_date")),
                region: optional(&format!("access_key_{n}_last_used_region")),
                service: optional(&format!("access_key_{n}_last_used_service")),
            })
        };
        Ok(Self {
            user: required("user")?,
            arn: required("arn")?,
            created: optional("user_creation_time"),
            password: optional("password_enabled"),
            mfa: optional("mfa_active"),
            keys: [key(1)?, key(2)?],
        })
    }

    fn row(&self, record: &StringRecord, generated: Timestamp) -> Option<ReportRow> {
        let mut keys = Vec::new();
        for key in &self.keys {
            if key.is_taken(record)? {
                keys.push(key.read(record, generated)?);
            }
        }
        let user = record.get(self.user)?;
        Some(ReportRow {
            user: (user != ROOT_USER_NAME).then(|| UserName::from_service(user)),
            arn: Arn::from_service(record.get(self.arn)?),
            created: time_cell(record, self.created),
            password_enabled: bool_cell(record, self.password, generated),
            mfa: bool_cell(record, self.mfa, generated),
            keys,
        })
    }
}

impl ReportKeyColumns {
    /// Returns `true` if this slot has a key: it is active or has a date. Returns `None` if the row
    /// does not say.
    fn is_taken(&self, record: &StringRecord) -> Option<bool> {
        let active = parse_bool(record.get(self.active)?)?;
        Some(active || time_cell(record, Some(self.rotated)).is_some())
    }

    fn read(&self, record: &StringRecord, generated: Timestamp) -> Option<ReportedKey> {
        let status = if parse_bool(record.get(self.active)?)? {
            KeyStatus::Active
        } else {
            KeyStatus::Inactive
        };
        let created = time_cell(record, Some(self.rotated));
        Some(ReportedKey { status, created, last_use: self.last_use(record, generated) })
    }

    fn last_use(&self, record: &StringRecord, generated: Timestamp) -> Known<LastUse> {
        let value = match (self.used.and_then(|at| record.get(at)), time_cell(record, self.used)) {
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

fn time_cell(record: &StringRecord, column: Option<usize>) -> Option<Timestamp> {
    record.get(column?)?.parse().ok()
}

fn text_cell(record: &StringRecord, column: Option<usize>) -> Option<Arc<str>> {
    match record.get(column?)? {
        "" | "N/A" | "no_information" | "not_supported" => None,
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
mod tests {
    use super::*;
    use proptest::prelude::*;

    const HEADER: &str = "user,arn,user_creation_time,password_enabled,password_last_used,mfa_active,\
        access_key_1_active,access_key_1_last_rotated,access_key_1_last_used_date,access_key_1_last_used_region,\
        access_key_1_last_used_service,access_key_2_active,access_key_2_last_rotated,access_key_2_last_used_date";

    fn rows(text: &str) -> Result<Vec<ReportRow>, ReportError> {
        parse_report(text.as_bytes(), Timestamp::UNIX_EPOCH)
    }

    #[test]
    fn root_users_and_keys_are_read_by_column_name() {
        let text = format!(
            "{HEADER}\n\
             <root_account>,arn:aws:iam::1:root,2020-01-01T00:00:00+00:00,not_supported,no_information,true,\
             false,N/A,N/A,N/A,N/A,false,N/A,N/A\n\
             ann,arn:aws:iam::1:user/ann,2021-01-01T00:00:00Z,false,N/A,false,\
             true,2022-01-01T00:00:00+00:00,2023-01-01T00:00:00+00:00,us-east-1,s3,false,2022-06-01T00:00:00+00:00,N/A\n"
        );
        let rows = rows(&text).unwrap();
        assert_eq!((rows[0].user.is_none(), rows[0].keys.len()), (true, 0));
        assert_eq!((rows[0].password_enabled.value(), rows[0].mfa.value()), (None, Some(&true)));
        let [first, second] = rows[1].keys.as_slice() else { panic!("two keys") };
        assert_eq!((&first.status, &second.status), (&KeyStatus::Active, &KeyStatus::Inactive));
        assert!(
            matches!(first.last_use.value(), Some(LastUse::Used { service: Some(s), .. }) if &**s == "s3")
        );
        assert_eq!(second.last_use.value(), Some(&LastUse::Never));
    }

    #[test]
    fn a_report_without_the_key_columns_is_unreadable() {
        assert_eq!(
            rows("user,arn\nann,x\n").unwrap_err().to_string(),
            "the report has no column access_key_1_active"
        );
        assert_eq!(
            rows(&format!("{HEADER}\nann,x\n")).unwrap_err().to_string(),
            "row 1 of the report is incomplete"
        );
        assert!(rows("").is_err());
    }

    proptest! {
        #[test]
        fn invalid_reports_never_panic(junk in proptest::collection::vec(any::<u8>(), 0..200)) {
            let _ = parse_report(&junk, Timestamp::UNIX_EPOCH);
            let mut text = HEADER.as_bytes().to_vec();
            text.push(b'\n');
            text.extend(&junk);
            let _ = parse_report(&text, Timestamp::UNIX_EPOCH);
        }

        #[test]
        fn a_row_needs_the_active_column_of_both_keys(
            rows in proptest::collection::vec(
                proptest::collection::vec("(true|FALSE|false|N/A|2022-01-01T00:00:00Z|[ -~é\\u{202e}]{0,8})", 14), 0..4,
            ),
            well_formed in any::<bool>(),
        ) {
            let mut text = format!("{HEADER}\n").into_bytes();
            let mut expected = Some(Vec::new());
            for mut row in rows {
                if well_formed {
                    (row[6], row[11]) = ("true".to_owned(), "false".to_owned());
                }
                let mut line = csv::Writer::from_writer(Vec::new());
                line.write_record(&row).unwrap();
                text.extend(line.into_inner().unwrap());
                let key = |active: &str, made: &str| Some(parse_bool(active)? || made.parse::<Timestamp>().is_ok());
                let keys = key(&row[6], &row[7]).zip(key(&row[11], &row[12]));
                let keys = keys.map(|(first, second)| usize::from(first) + usize::from(second));
                expected = expected.zip(keys).map(|(mut all, keys)| { all.push(keys); all });
            }
            let read = parse_report(&text, Timestamp::UNIX_EPOCH).ok();
            let read = read.map(|rows| rows.iter().map(|row| row.keys.len()).collect::<Vec<_>>());
            prop_assert_eq!(read, expected);
        }
    }
}
