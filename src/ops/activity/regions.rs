//! Which Regions are asked: CloudTrail keeps the events of each Region there.

use crate::model::{ActivityRegions, Region};

/// Regions of a partition.
#[derive(Clone, Debug)]
pub(crate) struct PartitionRegions {
    /// The Region that has the events of IAM and of other global services.
    pub global: Region,
    /// Every Region.
    pub all: Vec<Region>,
}

/// Returns the Regions to ask, each once: that of the global services, that of the last use, then the
/// chosen ones. A name in `last_use` that no Region has is left out: IAM reports `aws-global` or `N/A`
/// for some services.
pub(crate) fn regions(
    chosen: &ActivityRegions,
    partition: &PartitionRegions,
    last_use: Option<&str>,
) -> Vec<Region> {
    let last_use = last_use.and_then(Region::parse).filter(|name| partition.all.contains(name));
    let chosen: &[Region] = match chosen {
        ActivityRegions::Usual => &[],
        ActivityRegions::Listed(regions) => regions,
        ActivityRegions::All => &partition.all,
    };
    let mut regions = Vec::new();
    for region in [Some(partition.global.clone()), last_use].into_iter().flatten().chain(chosen.to_vec())
    {
        if !regions.contains(&region) {
            regions.push(region);
        }
    }
    regions
}
