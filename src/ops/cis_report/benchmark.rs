//! Versions of the benchmark, and the numbers of its controls.

use crate::cli::BenchmarkVersion;

/// A control about access keys and other credentials.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Control {
    /// The root user has no access key.
    NoRootKey,
    /// Credentials that were not used for 45 days are disabled.
    UnusedDisabled,
    /// No user has more than one active key.
    OneActiveKey,
    /// Active keys are at most 90 days old.
    Rotated,
}

impl BenchmarkVersion {
    /// All versions, the oldest first.
    #[cfg(test)]
    pub(crate) const ALL: [Self; 4] = [Self::V1_4, Self::V3, Self::V5, Self::V7];

    /// Returns the version: `5.0.0`.
    pub(crate) fn version(self) -> &'static str {
        match self {
            Self::V1_4 => "1.4.0",
            Self::V3 => "3.0.0",
            Self::V5 => "5.0.0",
            Self::V7 => "7.0.0",
        }
    }

    /// Returns whether an inactive key of root fails [`Control::NoRootKey`]. Before v7, the audit
    /// looks for active ones only.
    pub(super) fn counts_inactive_root_keys(self) -> bool {
        self == Self::V7
    }
}

impl Control {
    /// All controls, in the order of their numbers.
    pub(crate) const ALL: [Self; 4] =
        [Self::NoRootKey, Self::UnusedDisabled, Self::OneActiveKey, Self::Rotated];

    /// Returns the number in a version; `None` if that has no such control. The first, second and
    /// fourth are those of
    /// [Security Hub](https://docs.aws.amazon.com/securityhub/latest/userguide/iam-controls.html)
    /// (IAM.4, IAM.22, IAM.3), which does not check the third.
    pub(crate) fn number(self, benchmark: BenchmarkVersion) -> Option<&'static str> {
        let [no_root_key, unused_disabled, one_active_key, rotated] = match benchmark {
            BenchmarkVersion::V1_4 | BenchmarkVersion::V3 => {
                [Some("1.4"), Some("1.12"), Some("1.13"), Some("1.14")]
            }
            // Without the control about security questions, the 1.3 of the versions before.
            BenchmarkVersion::V5 => [Some("1.3"), Some("1.11"), Some("1.12"), Some("1.13")],
            BenchmarkVersion::V7 => [Some("2.4"), Some("2.11"), None, Some("2.12")],
        };
        match self {
            Self::NoRootKey => no_root_key,
            Self::UnusedDisabled => unused_disabled,
            Self::OneActiveKey => one_active_key,
            Self::Rotated => rotated,
        }
    }
}
