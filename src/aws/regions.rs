//! Regions of each partition, as of November 2026:
//! <https://docs.aws.amazon.com/global-infrastructure/latest/regions/aws-regions.html>. One that AWS
//! adds later can be named in the configuration.

use crate::model::Region;

/// Regions of a partition.
struct PartitionRegions {
    partition: &'static str,
    /// Region whose event history has the events of IAM and of the other global services:
    /// <https://docs.aws.amazon.com/awscloudtrail/latest/userguide/cloudtrail-concepts.html#cloudtrail-concepts-global-service-events>.
    events: &'static str,
    /// Other Regions that every account has.
    enabled: &'static [&'static str],
    /// Regions that an account has to enable.
    opt_in: &'static [&'static str],
}

const PARTITIONS: [PartitionRegions; 8] = [
    PartitionRegions {
        partition: "aws",
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
    in_partition("aws-us-gov", "us-gov-west-1", &["us-gov-east-1"]),
    in_partition("aws-cn", "cn-north-1", &["cn-northwest-1"]),
    in_partition("aws-eusc", "eusc-de-east-1", &[]),
    in_partition("aws-iso", "us-iso-east-1", &["us-iso-west-1"]),
    in_partition("aws-iso-b", "us-isob-east-1", &["us-isob-west-1"]),
    in_partition("aws-iso-e", "eu-isoe-west-1", &[]),
    in_partition("aws-iso-f", "us-isof-south-1", &["us-isof-east-1"]),
];

/// Returns a partition all of whose Regions every account has.
const fn in_partition(
    partition: &'static str,
    events: &'static str,
    enabled: &'static [&'static str],
) -> PartitionRegions {
    PartitionRegions { partition, events, enabled, opt_in: &[] }
}

/// Returns a partition, and that of most accounts for an unknown name.
fn find(partition: &str) -> &'static PartitionRegions {
    const MAIN: &PartitionRegions = &PARTITIONS[0];
    PARTITIONS.iter().find(|regions| regions.partition == partition).unwrap_or(MAIN)
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
    use crate::aws::endpoint_hosts::region_partition;

    #[test]
    fn each_region_belongs_to_one_partition() {
        let mut names = BTreeSet::new();
        for regions in &PARTITIONS {
            let all = all_regions(regions.partition);
            assert_eq!(all.first(), Some(&event_region(regions.partition)));
            for region in all {
                assert_eq!(Region::parse(region.as_str()).as_ref(), Some(&region));
                assert_eq!(region_partition(region.as_str()), regions.partition, "{region}");
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
