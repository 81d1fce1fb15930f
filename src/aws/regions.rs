//! Partitions, and the Regions of each as of November 2026:
//! <https://docs.aws.amazon.com/global-infrastructure/latest/regions/aws-regions.html>. One that
//! AWS adds later can be named in the configuration.

use crate::model::Region;

/// A partition of AWS.
pub(super) struct Partition {
    name: &'static str,
    /// Prefixes of the names of its Regions.
    region_prefixes: &'static [&'static str],
    /// Suffix of the names of its hosts without dual stack.
    pub host_suffix: &'static str,
    /// Suffix of the names of its hosts with dual stack.
    dual_stack_suffix: &'static str,
    /// Region whose event history has the events of IAM and of the other global services:
    /// <https://docs.aws.amazon.com/awscloudtrail/latest/userguide/cloudtrail-concepts.html#cloudtrail-concepts-global-service-events>.
    events: &'static str,
    /// Other Regions that every account has.
    enabled: &'static [&'static str],
    /// Regions that an account has to enable.
    opt_in: &'static [&'static str],
}

/// All partitions, that of most accounts first.
pub(super) const PARTITIONS: [Partition; 8] = [
    Partition {
        name: "aws",
        region_prefixes: &["us", "eu", "ap", "sa", "ca", "me", "af", "il", "mx"],
        host_suffix: "amazonaws.com",
        dual_stack_suffix: "api.aws",
        events: "us-east-1",
        enabled: &[
            "us-east-2",
            "us-west-1",
            "us-west-2",
            "eu-central-1",
            "eu-west-1",
            "eu-west-2",
            "eu-west-3",
            "eu-north-1",
            "ap-south-1",
            "ap-northeast-1",
            "ap-northeast-2",
            "ap-northeast-3",
            "ap-southeast-1",
            "ap-southeast-2",
            "ca-central-1",
            "sa-east-1",
        ],
        opt_in: &[
            "af-south-1",
            "ap-east-1",
            "ap-east-2",
            "ap-south-2",
            "ap-southeast-3",
            "ap-southeast-4",
            "ap-southeast-5",
            "ap-southeast-6",
            "ap-southeast-7",
            "ca-west-1",
            "eu-central-2",
            "eu-south-1",
            "eu-south-2",
            "il-central-1",
            "me-central-1",
            "me-south-1",
            "mx-central-1",
        ],
    },
    Partition {
        name: "aws-us-gov",
        region_prefixes: &["us-gov"],
        host_suffix: "amazonaws.com",
        dual_stack_suffix: "api.aws",
        events: "us-gov-west-1",
        enabled: &["us-gov-east-1"],
        opt_in: &[],
    },
    Partition {
        name: "aws-cn",
        region_prefixes: &["cn"],
        host_suffix: "amazonaws.com.cn",
        dual_stack_suffix: "api.amazonwebservices.com.cn",
        events: "cn-north-1",
        enabled: &["cn-northwest-1"],
        opt_in: &[],
    },
    Partition {
        name: "aws-eusc",
        region_prefixes: &["eusc-de"],
        host_suffix: "amazonaws.eu",
        dual_stack_suffix: "api.amazonwebservices.eu",
        events: "eusc-de-east-1",
        enabled: &[],
        opt_in: &[],
    },
    Partition {
        name: "aws-iso",
        region_prefixes: &["us-iso"],
        host_suffix: "c2s.ic.gov",
        dual_stack_suffix: "api.aws.ic.gov",
        events: "us-iso-east-1",
        enabled: &["us-iso-west-1"],
        opt_in: &[],
    },
    Partition {
        name: "aws-iso-b",
        region_prefixes: &["us-isob"],
        host_suffix: "sc2s.sgov.gov",
        dual_stack_suffix: "api.aws.scloud",
        events: "us-isob-east-1",
        enabled: &["us-isob-west-1"],
        opt_in: &[],
    },
    Partition {
        name: "aws-iso-e",
        region_prefixes: &["eu-isoe"],
        host_suffix: "cloud.adc-e.uk",
        dual_stack_suffix: "api.cloud-aws.adc-e.uk",
        events: "eu-isoe-west-1",
        enabled: &[],
        opt_in: &[],
    },
    Partition {
        name: "aws-iso-f",
        region_prefixes: &["us-isof"],
        host_suffix: "csp.hci.ic.gov",
        dual_stack_suffix: "api.aws.hci.ic.gov",
        events: "us-isof-south-1",
        enabled: &["us-isof-east-1"],
        opt_in: &[],
    },
];

impl Partition {
    /// Returns the suffixes of the names of its hosts, without and with dual stack.
    pub(super) fn host_suffixes(&self) -> [&'static str; 2] {
        [self.host_suffix, self.dual_stack_suffix]
    }

    /// Returns whether a Region of this partition may have the name: `eu-central-1`.
    pub(super) fn has_region_name(&self, region: &str) -> bool {
        let strip = |prefix: &&str| region.strip_prefix(*prefix)?.strip_prefix('-');
        let rest = self.region_prefixes.iter().find_map(strip);
        let Some((area, number)) = rest.and_then(|rest| rest.split_once('-')) else {
            return false;
        };
        let is_made_of = |text: &str, kind: fn(&u8) -> bool| {
            !text.is_empty() && text.bytes().all(|byte| kind(&byte))
        };
        is_made_of(area, u8::is_ascii_lowercase) && is_made_of(number, u8::is_ascii_digit)
    }
}

/// Returns the partition of a region; `aws` for a region of no known form.
pub(super) fn region_partition(region: &str) -> &'static str {
    let partition = PARTITIONS.iter().find(|partition| partition.has_region_name(region));
    partition.map_or("aws", |partition| partition.name)
}

/// Returns a partition, and that of most accounts for an unknown name.
fn find(name: &str) -> &'static Partition {
    const MAIN: &Partition = &PARTITIONS[0];
    PARTITIONS.iter().find(|partition| partition.name == name).unwrap_or(MAIN)
}

/// Returns the Region whose event history has the events of IAM and of the other global services.
pub(super) fn event_region(partition: &str) -> Region {
    Region::known(find(partition).events)
}

/// Returns all Regions of a partition: first that of the global services, then those that every
/// account has.
pub(super) fn all_regions(partition: &str) -> Vec<Region> {
    let regions = find(partition);
    let names = [regions.events].into_iter().chain(regions.enabled.iter().copied());
    names.chain(regions.opt_in.iter().copied()).map(Region::known).collect()
}

/// Returns `false` for a Region that every account has.
pub(super) fn may_be_disabled(region: &Region) -> bool {
    let is_it = |name: &&str| *name == region.as_str();
    !PARTITIONS.iter().any(|regions| is_it(&regions.events) || regions.enabled.iter().any(is_it))
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;

    #[test]
    fn each_region_belongs_to_one_partition() {
        let mut names = BTreeSet::new();
        for regions in &PARTITIONS {
            let all = all_regions(regions.name);
            assert_eq!(all.first(), Some(&event_region(regions.name)));
            for region in all {
                assert_eq!(Region::parse(region.as_str()).as_ref(), Some(&region));
                assert_eq!(region_partition(region.as_str()), regions.name, "{region}");
                assert!(names.insert(region.clone()), "{region} is listed twice");
            }
        }
        assert_eq!(event_region("aws-cn").as_str(), "cn-north-1");
        assert_eq!(event_region("aws-of-the-future").as_str(), "us-east-1");
    }

    #[test]
    fn only_opt_in_and_unknown_regions_may_be_disabled() {
        for (name, expected) in [
            ("us-east-1", false),
            ("eu-west-1", false),
            ("us-gov-east-1", false),
            ("eu-south-2", true),
            ("xx-nowhere-9", true),
        ] {
            assert_eq!(may_be_disabled(&Region::known(name)), expected, "{name}");
        }
    }
}
