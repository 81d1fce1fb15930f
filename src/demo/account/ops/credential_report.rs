//! The credential report: generated at most every four hours, encoded as base64.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use jiff::{SignedDuration, Timestamp};

use crate::demo::account::conditions::ReportConditions;
use crate::demo::account::time_format::{after, iso_in_report};
use crate::demo::account::types::{AccessKey, Certificate, Status, StoredReport, User};
use crate::demo::account::xml::Xml;
use crate::demo::account::{Account, ApiError};

/// Lifetime of a report.
const REPORT_LIFETIME: SignedDuration = SignedDuration::from_hours(4);

/// The columns in IAM's order.
const CSV_HEADER: &str = "user,arn,user_creation_time,password_enabled,password_last_used,password_last_changed,\
password_next_rotation,mfa_active,access_key_1_active,access_key_1_last_rotated,access_key_1_last_used_date,\
access_key_1_last_used_region,access_key_1_last_used_service,access_key_2_active,access_key_2_last_rotated,\
access_key_2_last_used_date,access_key_2_last_used_region,access_key_2_last_used_service,cert_1_active,\
cert_1_last_rotated,cert_2_active,cert_2_last_rotated";

/// Account of a row that is not of the account of the report.
const FOREIGN_ACCOUNT: &str = "210987654321";

impl StoredReport {
    /// Creates the account's report.
    pub(crate) fn for_account(account: &Account, asked: Timestamp, ready: Timestamp) -> Self {
        Self { asked, ready, content: csv(account) }
    }
}

/// GenerateCredentialReport.
pub(crate) fn generate(
    xml: &mut Xml,
    account: &mut Account,
    now: Timestamp,
    state: ReportConditions,
) {
    let (name, description) = match &account.report {
        Some(report) if now < report.ready => ("INPROGRESS", None),
        Some(report) if now < after(report.asked, REPORT_LIFETIME) => ("COMPLETE", None),
        _ => {
            let takes = if state.never_ready { REPORT_LIFETIME } else { state.takes };
            account.report = Some(StoredReport::for_account(account, now, after(now, takes)));
            ("STARTED", Some("No report exists. Starting a new report generation task"))
        }
    };
    xml.leaf("State", name);
    xml.optional("Description", description);
}

/// GetCredentialReport.
pub(crate) fn get(
    xml: &mut Xml,
    account: &Account,
    now: Timestamp,
    state: ReportConditions,
) -> Result<(), ApiError> {
    let refuse =
        |status, code: &'static str, message: &str| Err(ApiError::new(status, code, message));
    match &account.report {
        None => refuse(410, "ReportNotPresent", "No report is present. Generate a new report."),
        Some(report) if now < report.ready || state.never_ready => {
            refuse(404, "ReportInProgress", "Credential report is still being generated.")
        }
        Some(report) if now >= after(report.asked, REPORT_LIFETIME) => {
            refuse(410, "ReportExpired", "The report has expired. Generate a new report.")
        }
        Some(report) => {
            let content = with_odd_rows(&report.content, &account.id, state);
            let length = content.len().saturating_sub(state.cut);
            xml.leaf("Content", &STANDARD.encode(&content.as_bytes()[..length]));
            xml.leaf("ReportFormat", "text/csv");
            xml.time("GeneratedTime", report.ready);
            Ok(())
        }
    }
}

/// Returns the report with the rows that no report should have.
fn with_odd_rows(content: &str, account: &str, state: ReportConditions) -> String {
    let last = content.lines().last().unwrap_or_default();
    let mut text = content.to_owned();
    if state.repeats {
        text.extend(["\n", last]);
    }
    if state.foreign {
        let foreign = last.replace(account, FOREIGN_ACCOUNT);
        text.extend(["\nforeign-", &foreign]);
    }
    text
}

fn csv(account: &Account) -> String {
    let mut text = String::from(CSV_HEADER);
    let rows = std::iter::once(root_row(account))
        .chain(account.users.values().map(|user| user_row(account, user)));
    for row in rows {
        text.push('\n');
        text.push_str(&row.iter().map(|field| quote_field(field)).collect::<Vec<_>>().join(","));
    }
    text
}

/// Quotes a CSV field if necessary.
fn quote_field(field: &str) -> String {
    if field.contains([',', '"', '\n', '\r']) {
        format!("\"{}\"", field.replace('"', "\"\""))
    } else {
        field.to_owned()
    }
}

fn root_row(account: &Account) -> Vec<String> {
    let root = &account.root;
    let mut row = vec![
        "<root_account>".to_owned(),
        format!("arn:aws:iam::{}:root", account.id),
        iso_in_report(root.created),
        "not_supported".to_owned(),
        root.password_last_used.map_or_else(|| "no_information".to_owned(), iso_in_report),
        "not_supported".to_owned(),
        "not_supported".to_owned(),
        root.mfa.is_some().to_string(),
    ];
    keys_and_certificates(&mut row, &root.keys, &[]);
    row
}

fn user_row(account: &Account, user: &User) -> Vec<String> {
    let na = || "N/A".to_owned();
    let profile = user.login_profile.as_ref();
    let sign_in =
        user.password_last_used.map_or_else(|| "no_information".to_owned(), iso_in_report);
    let mut row = vec![
        user.name.clone(),
        user.arn(&account.id),
        iso_in_report(user.created),
        profile.is_some().to_string(),
        if profile.is_some() { sign_in } else { na() },
        profile.map_or_else(na, |profile| iso_in_report(profile.created)),
        na(),
        (!user.mfa.is_empty()).to_string(),
    ];
    keys_and_certificates(&mut row, &user.keys, &user.certificates);
    row
}

/// Appends the columns of two keys and two certificates.
fn keys_and_certificates(row: &mut Vec<String>, keys: &[AccessKey], certificates: &[Certificate]) {
    let na = || "N/A".to_owned();
    for index in 0..2 {
        let key = keys.get(index);
        let used = key.and_then(|key| key.last_use.as_ref());
        row.push(key.is_some_and(|key| key.status() == Status::Active).to_string());
        row.push(key.map_or_else(na, |key| iso_in_report(key.created)));
        row.push(used.map_or_else(na, |used| iso_in_report(used.at)));
        row.push(used.map_or_else(na, |used| used.region.clone()));
        row.push(used.map_or_else(na, |used| used.service.clone()));
    }
    for index in 0..2 {
        let certificate = certificates.get(index);
        row.push(
            certificate.is_some_and(|certificate| certificate.status == Status::Active).to_string(),
        );
        row.push(certificate.map_or_else(na, |certificate| iso_in_report(certificate.uploaded)));
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::demo::account::AccountStore;

    #[test]
    fn the_report_has_root_first_and_a_complete_row_for_each_user() {
        let store = AccountStore::demo(Timestamp::now()).unwrap();
        let text = csv(&store.accounts[0]);
        let mut reader = csv::Reader::from_reader(text.as_bytes());
        let rows: Vec<_> = reader.records().collect::<Result<_, _>>().unwrap();
        assert_eq!(rows.len(), store.accounts[0].users.len() + 1);
        assert_eq!(&rows[0][0], "<root_account>");
        let never_used = rows.iter().find(|row| &row[0] == "ci-deploy-0007").unwrap();
        assert_eq!((&never_used[3], &never_used[8], &never_used[10]), ("false", "true", "N/A"));
        assert_eq!((&never_used[13], &never_used[14]), ("false", "N/A"));
        assert!(rows.iter().any(|row| &row[18] == "true"), "nobody has a certificate");
    }

    #[test]
    fn a_report_is_absent_then_in_progress_then_ready_then_expired() {
        let now = Timestamp::now();
        let mut store = AccountStore::demo(now).unwrap();
        let state = ReportConditions {
            takes: SignedDuration::from_secs(30),
            ..ReportConditions::default()
        };
        let account = &mut store.accounts[0];
        let xml = || Xml::new("R", crate::demo::account::Service::Iam);
        let code = |account: &Account, at| {
            get(&mut xml(), account, at, state).err().map(|error| error.code)
        };
        assert_eq!(code(account, now).as_deref(), Some("ReportNotPresent"));
        generate(&mut xml(), account, now, state);
        assert_eq!(code(account, now).as_deref(), Some("ReportInProgress"));
        assert_eq!(code(account, after(now, SignedDuration::from_secs(30))), None);
        assert_eq!(code(account, after(now, REPORT_LIFETIME)).as_deref(), Some("ReportExpired"));
    }
}
