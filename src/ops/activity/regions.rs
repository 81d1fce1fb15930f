//! Which Regions are asked: CloudTrail keeps the events of each Region there.

use crate::aws::Session;
use crate::model::{ActivityRegions, IamRead, KeyId, KeyKind, LastUse, ReadData, Region};

/// Returns the Regions to ask about a key. The last use of a long-term key is read if it is not known;
/// without it, its Region is left out.
pub(crate) async fn query_regions(
    session: &Session,
    key: &KeyId,
    last_use: Option<LastUse>,
    chosen: &ActivityRegions,
) -> Vec<Region> {
    let last_use = match last_use {
        None if key.kind() == KeyKind::LongTerm => read_last_use(session, key).await,
        known => known,
    };
    let last_use = last_use.as_ref().and_then(LastUse::region);
    regions(chosen, &session.event_region(), &session.all_regions(), last_use.map(AsRef::as_ref))
}

async fn read_last_use(session: &Session, key: &KeyId) -> Option<LastUse> {
    let read = session.screen_reader().read(&IamRead::LastUse { key: key.clone() }).await;
    match read {
        Ok(ReadData::LastUse { last_use, .. }) => Some(last_use),
        _ => None,
    }
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
