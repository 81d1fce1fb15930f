//! Checks of the controls.

use jiff::{SignedDuration, Timestamp};

use super::benchmark::Control;
use super::result::{CisReport, ControlResult, Credential, Finding, Note, UnknownFact, Verdict};
use crate::cli::BenchmarkVersion;
use crate::model::{
    CredentialReport, IamSummary, LastUse, ReportRow, ReportedKey, UserName, known_age, whole_days,
};

/// Time without use from which a credential must be disabled: 45 days.
const UNUSED_FROM: SignedDuration = SignedDuration::from_hours(45 * 24);

/// Age up to which a key counts as rotated: 90 days.
const ROTATED_WITHIN: SignedDuration = SignedDuration::from_hours(90 * 24);

/// Age from which a credential report shows too little of the present. IAM generates one that is
/// not older than four hours:
/// <https://docs.aws.amazon.com/IAM/latest/UserGuide/id_credentials_getting-report.html>. The rest
/// is for clocks that differ.
const MAX_REPORT_AGE: SignedDuration = SignedDuration::from_hours(8);

/// Checks the controls of a version at `now`. Ages count back from the time of the credential
/// report, since a later use is not in it. `account` has counts of the account, if they could be
/// read.
pub(crate) fn check(
    report: &CredentialReport,
    account: Option<IamSummary>,
    benchmark: BenchmarkVersion,
    now: Timestamp,
) -> CisReport {
    let checker = Checker { report, account, benchmark, now };
    let results = Control::ALL.into_iter().filter_map(|control| {
        let number = control.number(benchmark)?;
        Some(checker.result(control, number))
    });
    CisReport {
        benchmark,
        generated: report.generated,
        sha256: report.sha256,
        users: checker.users().count(),
        has_root: checker.has_root(),
        left_out: report.odd.clone(),
        account,
        results: results.collect(),
    }
}

/// A credential, and whether it fails; `None` if that is not known.
type Checked = (Finding, Option<bool>);

struct Checker<'a> {
    report: &'a CredentialReport,
    account: Option<IamSummary>,
    benchmark: BenchmarkVersion,
    now: Timestamp,
}

impl Checker<'_> {
    fn result(&self, control: Control, number: &'static str) -> ControlResult {
        let (checked, mut missing) = match control {
            Control::NoRootKey => (self.root_keys(), self.missing_of_root()),
            Control::UnusedDisabled => (self.of_users(Self::unused), self.missing_of_users()),
            Control::OneActiveKey => (self.of_users(Self::active_pair), self.missing_of_users()),
            Control::Rotated => (self.of_users(Self::rotated), self.missing_of_users()),
        };
        missing.extend(self.old_report());
        let has_passing_key = checked.iter().any(|(_, fails)| *fails == Some(false));
        let (mut failing, mut undecided) = (Vec::new(), Vec::new());
        for (finding, fails) in checked {
            match fails {
                Some(true) => failing.push(finding),
                Some(false) => {}
                None => undecided.push(finding),
            }
        }
        let verdict = if !failing.is_empty() {
            Verdict::Fail
        } else if undecided.is_empty() && missing.is_empty() {
            Verdict::Pass
        } else {
            Verdict::NotKnown
        };
        let note = (control == Control::NoRootKey && has_passing_key && verdict == Verdict::Pass)
            .then_some(Note::InactiveRootKey);
        ControlResult { control, number, verdict, failing, undecided, missing, note }
    }

    fn has_root(&self) -> bool {
        self.report.rows.iter().any(|row| row.user.is_none())
    }

    fn users(&self) -> impl Iterator<Item = &ReportRow> {
        self.report.rows.iter().filter(|row| row.user.is_some())
    }

    fn of_users(&self, check: fn(&Self, &ReportRow) -> Vec<Checked>) -> Vec<Checked> {
        self.users().flat_map(|row| check(self, row)).collect()
    }

    fn root_keys(&self) -> Vec<Checked> {
        let inactive_fail = self.benchmark.counts_inactive_root_keys();
        let root = self.report.rows.iter().filter(|row| row.user.is_none());
        let listed = root
            .flat_map(|row| &row.keys)
            .map(|key| (self.key_finding(None, key), Some(is_active(key) || inactive_fail)));
        // Its status is not known, and does not matter.
        let unlisted = (inactive_fail && self.has_unlisted_root_key()).then_some((
            Finding {
                user: None,
                credential: Credential::UnlistedKey,
                status: None,
                created: None,
                last_use: None,
                age_days: None,
                unused_days: None,
            },
            Some(true),
        ));
        listed.chain(unlisted).collect()
    }

    /// Returns whether root has a key, and the report has none.
    fn has_unlisted_root_key(&self) -> bool {
        let mut root = self.report.rows.iter().filter(|row| row.user.is_none());
        self.account.and_then(|it| it.root_has_key) == Some(true)
            && root.all(|row| row.keys.is_empty())
    }

    fn unused(&self, row: &ReportRow) -> Vec<Checked> {
        let unused_for = |finding: &Finding| {
            let since = finding.last_use.as_ref()?.unused_since(finding.created)?;
            Some(self.age(since)? >= UNUSED_FROM)
        };
        let keys = row.keys.iter().filter(|key| is_active(key));
        let keys = keys.map(|key| self.key_finding(row.user.as_ref(), key));
        keys.chain(self.password(row))
            .map(|finding| {
                let fails = unused_for(&finding);
                (finding, fails)
            })
            .collect()
    }

    /// Returns the password of a user, unless the report says that there is none.
    fn password(&self, row: &ReportRow) -> Option<Finding> {
        let is_enabled = row.password_enabled.value().copied();
        let last_use = row.password_last_use.value().map(|used| match used {
            Some(at) => LastUse::Used { at: *at, service: None, region: None },
            None => LastUse::Never,
        });
        let finding = Finding {
            user: row.user.clone(),
            credential: match is_enabled {
                Some(_) => Credential::Password,
                None => Credential::PossiblePassword,
            },
            status: None,
            created: row.password_changed,
            // Whether there is one decides.
            last_use: last_use.filter(|_| is_enabled.is_some()),
            age_days: None,
            unused_days: None,
        };
        (is_enabled != Some(false)).then(|| finding.with_ages(self.report.generated))
    }

    fn active_pair(&self, row: &ReportRow) -> Vec<Checked> {
        let active: Vec<_> = row.keys.iter().filter(|key| is_active(key)).collect();
        let fails = Some(active.len() > 1);
        active.into_iter().map(|key| (self.key_finding(row.user.as_ref(), key), fails)).collect()
    }

    fn rotated(&self, row: &ReportRow) -> Vec<Checked> {
        let keys = row.keys.iter().filter(|key| is_active(key));
        keys.map(|key| {
            let age = key.created.and_then(|created| self.age(created));
            (self.key_finding(row.user.as_ref(), key), age.map(|age| age > ROTATED_WITHIN))
        })
        .collect()
    }

    fn key_finding(&self, user: Option<&UserName>, key: &ReportedKey) -> Finding {
        Finding {
            user: user.cloned(),
            credential: Credential::Key(key.slot),
            status: Some(key.status.clone()),
            created: key.created,
            last_use: key.last_use.value().cloned(),
            age_days: None,
            unused_days: None,
        }
        .with_ages(self.report.generated)
    }

    /// Returns how old a time of the report is; `None` for one that is later than the report.
    fn age(&self, at: Timestamp) -> Option<SignedDuration> {
        known_age(at, self.report.generated)
    }

    fn old_report(&self) -> Option<UnknownFact> {
        let generated = self.report.generated;
        (self.now.duration_since(generated) > MAX_REPORT_AGE)
            .then_some(UnknownFact::SinceReport(generated))
    }

    fn missing_of_root(&self) -> Vec<UnknownFact> {
        let missing = if !self.has_root() {
            Some(UnknownFact::RootRow)
        } else if self.account.is_none() {
            Some(UnknownFact::RootKeys)
        } else if self.has_unlisted_root_key() && !self.benchmark.counts_inactive_root_keys() {
            Some(UnknownFact::NewRootKey)
        } else {
            None
        };
        missing.into_iter().collect()
    }

    fn missing_of_users(&self) -> Vec<UnknownFact> {
        let left_out = self.report.odd.len();
        let left_out = (left_out > 0).then_some(UnknownFact::RowsLeftOut(left_out));
        let users = match self.account {
            None => Some(UnknownFact::NumberOfUsers),
            Some(IamSummary { users, .. }) => {
                let absent =
                    users.saturating_sub(self.users().count() + self.report.unread_users());
                (absent > 0).then_some(UnknownFact::Users(absent))
            }
        };
        left_out.into_iter().chain(users).collect()
    }
}

impl Finding {
    /// Sets the ages, counted back from `now`.
    fn with_ages(self, now: Timestamp) -> Self {
        let since = self.last_use.as_ref().and_then(|used| used.unused_since(self.created));
        Self {
            age_days: self.created.and_then(|created| begun_days(created, now)),
            unused_days: since
                .and_then(|since| known_age(since, now).map(|_| whole_days(since, now))),
            ..self
        }
    }
}

/// Returns the number of days that have begun since a time, so that a key that is older than a
/// limit has more days than the limit; `None` for a time that is later than the report.
fn begun_days(since: Timestamp, now: Timestamp) -> Option<i64> {
    let age = known_age(since, now)?;
    Some((age.as_secs() + 86_399) / 86_400)
}

fn is_active(key: &ReportedKey) -> bool {
    key.status.is_active()
}
