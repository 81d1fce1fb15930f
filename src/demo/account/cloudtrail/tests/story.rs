//! Tests of the events of the demo.

use jiff::Timestamp;
use serde_json::Value;

use super::{LEAKED, MINTED, Scene, by, ids};
use crate::demo::account::Organization;
use crate::demo::account::ids::account_in;

/// The Regions in which something was called.
const REGIONS: [&str; 8] = [
    "us-east-1",
    "eu-west-1",
    "eu-central-1",
    "ap-south-1",
    "ap-southeast-1",
    "ap-southeast-3",
    "us-west-2",
    "ap-east-1",
];

/// Returns the record of an event.
fn record(event: &Value) -> Value {
    serde_json::from_str(event["CloudTrailEvent"].as_str().unwrap()).unwrap()
}

/// Checks that the newest event of each key is its last use.
fn check_last_uses(scene: &mut Scene, account: usize) -> usize {
    let mut newest: Vec<(String, i64, String, String)> = Vec::new();
    for region in REGIONS {
        scene.region = region;
        for event in scene.all(&[]).0 {
            let text = |field: &str| event[field].as_str().unwrap().to_owned();
            let service = text("EventSource").trim_end_matches(".amazonaws.com").to_owned();
            let entry =
                (text("AccessKeyId"), event["EventTime"].as_i64().unwrap(), service, region.into());
            match newest.iter_mut().find(|(key, ..)| *key == entry.0) {
                Some(known) if known.1 < entry.1 => *known = entry,
                Some(_) => {}
                None => newest.push(entry),
            }
        }
    }
    let account = &scene.store.accounts[account];
    for (key, time, service, region) in &newest {
        assert_eq!(account_in(key).as_deref(), Some(account.id.as_str()));
        let Some((_, key)) = account.key(key) else {
            assert!(key.starts_with("ASIA"), "{key} belongs to nobody");
            continue;
        };
        let used = key.last_use.as_ref().unwrap();
        let last_use = (used.at.as_second(), &used.service, &used.region);
        assert_eq!((*time, service, region), last_use, "{}", key.id);
        assert!(key.created.as_second() <= *time);
    }
    newest.len()
}

#[test]
fn the_newest_event_of_a_key_is_its_last_use() {
    assert_eq!(check_last_uses(&mut Scene::new(), 0), 10);
}

#[test]
fn the_leaked_key_of_every_member_has_events() {
    let mut scene = Scene::new();
    scene.store.join(Organization::new(3, 0, "", scene.now));
    let described = scene.store.describe_organization();
    for (index, member) in described.as_array().unwrap().iter().enumerate() {
        let key: &'static str = Box::leak(member["leaked_key"].as_str().unwrap().into());
        scene.key = key;
        // The leaked keys are those of users in quarantine.
        scene.store.account_index(member["account"].as_str().unwrap()).unwrap();
        let account = scene.store.accounts.last_mut().unwrap();
        account.user_mut(member["leaked_user"].as_str().unwrap()).unwrap().attached.clear();
        assert_eq!(check_last_uses(&mut scene, 2 + index), 2, "{member}");
    }
}

#[test]
fn issued_credentials_have_events_of_their_own_and_created_keys_exist() {
    let mut scene = Scene::new();
    let mut issued = Vec::new();
    for event in scene.all(&by("AccessKeyId", LEAKED)).0 {
        let reply = &record(&event)["responseElements"];
        let of = |part: &str| reply[part]["accessKeyId"].as_str().map(str::to_owned);
        issued.extend(of("credentials").or(of("accessKey")));
    }
    assert_eq!(issued.len(), 4);
    let (role, _) = scene.all(&by("EventName", "AssumeRole"));
    let role = record(
        role.iter()
            .find(|event| event["CloudTrailEvent"].as_str().unwrap().contains("AROA"))
            .unwrap(),
    );
    let role = role["responseElements"]["assumedRoleUser"]["assumedRoleId"].clone();
    let auditor = scene.store.accounts[0].roles.iter().find(|role| role.name == "Auditor").unwrap();
    assert!(role.as_str().unwrap().starts_with(&auditor.id));
    for key in &issued {
        assert!(!scene.all(&by("AccessKeyId", key)).0.is_empty(), "{key}");
    }
    let account = &scene.store.accounts[0];
    assert!(account.key(MINTED).is_some() && issued.iter().any(|key| key == MINTED));
    let created = scene.all(&by("EventName", "CreateAccessKey")).0;
    let at = scene.store.accounts[0].key(MINTED).unwrap().1.created;
    assert_eq!(created[0]["EventTime"].as_i64(), Some(at.as_second()));
}

#[test]
fn the_leaked_key_has_events_in_several_regions() {
    for (region, expected) in [("eu-west-1", 318), ("ap-southeast-1", 3), ("us-west-2", 0)] {
        let (events, _) = Scene::in_region(region).all(&by("AccessKeyId", LEAKED));
        assert_eq!((events.len(), ids(&events).len()), (expected, expected), "{region}");
    }
}

#[test]
fn the_record_of_an_event_is_json_with_the_id_of_the_event() {
    let (events, pages) = Scene::new().all(&[]);
    assert!(pages > 3);
    for event in &events {
        let record = record(event);
        assert_eq!(
            (&record["eventID"], &record["awsRegion"]),
            (&event["EventId"], &"us-east-1".into())
        );
        assert_eq!(record["userIdentity"]["accessKeyId"], event["AccessKeyId"]);
        let time: Timestamp = record["eventTime"].as_str().unwrap().parse().unwrap();
        assert_eq!(Some(time.as_second()), event["EventTime"].as_i64());
        let key = event["AccessKeyId"].as_str().unwrap();
        assert_eq!(account_in(key).as_deref(), record["recipientAccountId"].as_str());
    }
}
