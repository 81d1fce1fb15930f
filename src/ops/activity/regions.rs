//! Which Regions are asked: CloudTrail keeps the events of each Region there.

use crate::aws::Session;
use crate::model::{
    ActivityRegions, IamRead, KeyId, KeyKind, KeyLastUse, LastUse, ReadData, Region, ServiceError,
};
use crate::ops::activity::messages;

/// The Regions to ask about a key.
#[derive(Clone, Debug)]
pub(crate) struct QueryRegions {
    /// The Regions, each once.
    pub regions: Vec<Region>,
    /// What is not certain of them, in sentences.
    pub notes: Vec<String>,
}

/// Returns the Regions to ask about a key. The last use of a long-term key is read if it is not
/// known; if that fails, its Region is left out. So are chosen Regions of another partition, where
/// the session's credentials are not valid.
pub(crate) async fn query_regions(
    session: &Session,
    key: &KeyId,
    last_use: Option<LastUse>,
    chosen: &ActivityRegions,
) -> QueryRegions {
    let mut notes = Vec::new();
    let last_use = match last_use {
        None if key.kind() == KeyKind::LongTerm => match read_last_use(session, key).await {
            Ok(last_use) => last_use,
            Err(error) => {
                notes.push(messages::last_use_unknown(key, &error));
                None
            }
        },
        known => known,
    };
    let last_use = last_use.as_ref().and_then(LastUse::region).map(AsRef::as_ref);
    let asked = regions(chosen, &session.event_region(), &session.all_regions(), last_use);
    let (regions, foreign): (Vec<_>, Vec<_>) =
        asked.into_iter().partition(|region| session.is_in_partition(region));
    if !foreign.is_empty() {
        notes.push(messages::other_partition(&foreign, session.partition()));
    }
    QueryRegions { regions, notes }
}

async fn read_last_use(session: &Session, key: &KeyId) -> Result<Option<LastUse>, ServiceError> {
    let read = session.screen_reader().read(&IamRead::LastUse { key: key.clone() }).await?;
    Ok(match read {
        ReadData::LastUse(KeyLastUse { last_use, .. }) => Some(last_use),
        _ => None,
    })
}

/// Returns the Regions to ask, each once: that of the global services, that of the last use, then
/// the chosen ones. A name in `last_use` that no Region has is left out: IAM reports `aws-global`
/// or `N/A` for some services.
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

#[cfg(test)]
mod tests {
    use super::*;

    fn region(name: &str) -> Region {
        Region::parse(name).unwrap()
    }

    #[test]
    fn the_global_region_and_that_of_the_last_use_come_first_and_each_once() {
        let (global, all) =
            (region("us-east-1"), ["us-east-1", "eu-west-1", "ap-east-1"].map(region));
        let asked = |chosen: &ActivityRegions, last_use| {
            let regions = regions(chosen, &global, &all, last_use);
            regions.iter().map(ToString::to_string).collect::<Vec<_>>().join(" ")
        };
        let listed = ActivityRegions::Listed(vec![region("ap-east-1"), region("us-east-1")]);
        assert_eq!(asked(&ActivityRegions::Usual, None), "us-east-1");
        assert_eq!(asked(&ActivityRegions::Usual, Some("eu-west-1")), "us-east-1 eu-west-1");
        assert_eq!(asked(&listed, Some("eu-west-1")), "us-east-1 eu-west-1 ap-east-1");
        assert_eq!(
            asked(&ActivityRegions::All, Some("ap-east-1")),
            "us-east-1 ap-east-1 eu-west-1"
        );
        for none in ["aws-global", "N/A", ""] {
            assert_eq!(asked(&ActivityRegions::Usual, Some(none)), "us-east-1");
        }
    }
}
