//! The sentences of the report about the controls.

use super::benchmark::Control;
use super::result::{Credential, Finding, Note, UnknownFact, Verdict};
use crate::model::{counted, counted_as, format_utc};

/// Returns what a control asks for.
pub(crate) fn title(control: Control) -> &'static str {
    match control {
        Control::NoRootKey => "The root user has no access key",
        Control::UnusedDisabled => "Credentials unused for 45 days are disabled",
        Control::OneActiveKey => "Each user has at most one active access key",
        Control::Rotated => "Active access keys are at most 90 days old",
    }
}

/// Returns a verdict, for people and programs.
pub(crate) fn verdict(verdict: Verdict) -> &'static str {
    match verdict {
        Verdict::Pass => "pass",
        Verdict::Fail => "fail",
        Verdict::NotKnown => "not known",
    }
}

/// Returns a credential, for people and programs.
pub(crate) fn credential(credential: Credential) -> &'static str {
    match credential {
        Credential::Key(1) => "access key 1",
        Credential::Key(_) => "access key 2",
        Credential::UnlistedKey => "access key, not in the credential report",
        Credential::Password => "password",
        Credential::PossiblePassword => "password, if there is one",
    }
}

/// Returns the status of a credential, for people.
pub(crate) fn status(finding: &Finding) -> &str {
    match (&finding.status, finding.credential) {
        (Some(status), _) => status.as_str(),
        (None, Credential::PossiblePassword | Credential::UnlistedKey) => "not known",
        (None, _) => "enabled",
    }
}

/// Returns what is missing, in a sentence.
pub(crate) fn missing(missing: UnknownFact) -> String {
    match missing {
        UnknownFact::RowsLeftOut(rows) => {
            format!("{} of the credential report could not be used.", counted(rows, "row"))
        }
        UnknownFact::SinceReport(generated) => format!(
            "The credential report is of {}, which is too old: IAM did not generate a new one.",
            format_utc(generated)
        ),
        UnknownFact::RootRow => "The credential report has no row of the root user.".to_owned(),
        UnknownFact::NewRootKey => {
            "Root has an access key that is not in the credential report, so its status is not \
             known."
                .to_owned()
        }
        UnknownFact::RootKeys => {
            "Whether root has an access key that is newer than the credential report could not be \
             read."
                .to_owned()
        }
        UnknownFact::Users(users) => counted_as(
            users,
            "user of the account is not in the credential report.",
            "users of the account are not in the credential report.",
        ),
        UnknownFact::NumberOfUsers => {
            "The number of users of the account could not be read, so users may be missing from \
             the credential report."
                .to_owned()
        }
    }
}

/// Returns the sentence about credentials of which the report does not say whether they fail.
pub(crate) fn undecided(credentials: usize) -> String {
    let credentials = counted_as(credentials, "credential fails", "credentials fail");
    format!("The credential report does not say whether {credentials}.")
}

/// Returns a note, in a sentence.
pub(crate) fn note(note: Note) -> &'static str {
    match note {
        Note::InactiveRootKey => {
            "Root has an inactive access key. The audit of this version accepts it; v7.0.0 does not."
        }
    }
}

/// Returns a hash in hexadecimal.
pub(crate) fn hexadecimal(hash: &[u8; 32]) -> String {
    let digits = hash.iter().flat_map(|byte| [byte >> 4, byte & 15]);
    digits.filter_map(|digit| char::from_digit(digit.into(), 16)).collect()
}
