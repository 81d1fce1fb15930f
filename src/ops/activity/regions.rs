//! Which Regions are asked: CloudTrail keeps the events of each Region there.

use crate::aws::Session;
use crate::model::{
    ActivityRegions, IamRead, KeyId, KeyKind, LastUse, ReadData, Region, ServiceError,
};

/// The Regions to ask about a key.
#[derive(Clone, Debug)]
pub(crate) struct QueryRegions {
    /// The Regions, each once.
    pub regions: Vec<Region>,
    /// The error if the last use could not be read: its Region may be missing.
    pub last_use_error: Option<ServiceError>,
}

/// Returns the Regions to ask about a key. The last use of a long-term key is read if it is not known;
/// if that fails, its Region is left out.
pub(crate) async fn query_regions(
    session: &Session,
    key: &KeyId,
    last_use: Option<LastUse>,
    chosen: &ActivityRegions,
) -> QueryRegions {
    let read = match last_use {
        None if key.kind() == KeyKind::LongTerm => read_last_use(session, key).await,
        known => Ok(known),
    };
    let (last_use, last_use_error) = match read {
        Ok(last_use) => (last_use, None),
        Err(error) => (None, Some(error)),
    };
    let last_use = last_use.as_ref().and_then(LastUse::region).map(AsRef::as_ref);
    let regions = regions(chosen, &session.event_region(), &session.all_regions(), last_use);
    QueryRegions { regions, last_use_error }
}

async fn read_last_use(session: &Session, key: &KeyId) -> Result<Option<LastUse>, ServiceError> {
    let read = session.screen_reader().read(&IamRead::LastUse { key: key.clone() }).await?;
    Ok(match read {
        ReadData::LastUse { last_use, .. } => Some(last_use),
        _ => None,
    })
}

/// Returns the Regions to ask, each once: that of the global services, that of the last use, then the
/// chosen ones. A name in `last_use` that no Region has is left out: IAM reports `aws-global` or `N/A`
/// for some services.
fn regions(
    chosen: &ActivityRegions,
    global: &Region,
    all: &[Region],
    last_use: Option<&str>,
) -> Vec<Region> {
    let last_use = last_use.and_then(Region::parse).filter(|name| all.contains(name));
    let chosen: &[Region] = match chosen {
        ActivityRegions::Usual => &[],
        ActivityRegions::Listed(regions) => regions,
        ActivityRegions::All => all,
    };
    let mut regions = Vec::new();
    let first = [Some(global.clone()), last_use].into_iter().flatten();
    for region in first.chain(chosen.iter().cloned()) {
        if !regions.contains(&region) {
            regions.push(region);
        }
    }
    regions
}
