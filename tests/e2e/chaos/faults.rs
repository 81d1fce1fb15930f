//! Generates faults from the seed.

use serde_json::{Value, json};

use super::Rng;
use super::user::KNOWN;

const UPDATE: &str = "UpdateAccessKey";

/// Returns a random combination of all faults.
pub(super) fn any(dice: &mut Rng) -> Value {
    let mut faults = json!({"latency": {"fixed": 0.01, "jitter": 0.2}});
    let share = |dice: &mut Rng, most: usize| {
        f64::from(u32::try_from(dice.below(most + 1)).unwrap()) / 100.0
    };
    for (name, most) in [
        ("throttle", 50),
        ("server_error", 15),
        ("reset", 15),
        ("truncate", 10),
        ("junk", 10),
        ("cut", 10),
    ] {
        if dice.below(2) == 0 {
            faults[name] = json!({"probability": share(dice, most)});
        }
    }
    // Faults that leave the outcome unknown, for the UpdateAccessKey call only.
    for name in ["reset_after", "server_error_after", "hang", "hang_after"] {
        if dice.below(3) == 0 {
            faults[name] = json!({"operations": [UPDATE], "probability": share(dice, 60)});
        }
    }
    if dice.below(2) == 0 {
        faults["stale"] = json!({"seconds": dice.below(11), "signing_seconds": dice.below(4)});
    }
    if dice.below(4) == 0 {
        let reads = ["ListAccessKeys", "GetAccessKeyLastUsed", "GetUser"];
        faults["hang"] = json!({"operations": reads, "probability": share(dice, 20)});
    }
    if dice.below(3) == 0 {
        let keys = if dice.below(2) == 0 { vec![*dice.one(&KNOWN[..3])] } else { Vec::new() };
        faults["vanish"] = json!({"share": 0.05, "keys": keys});
    }
    if dice.below(6) == 0 {
        let on = json!({"operations": [UPDATE], "probability": 0.5});
        faults["errors"] = json!([{"status": 403, "code": "AccessDenied", "message": "not now", "after": false, "on": on}]);
    }
    faults
}
