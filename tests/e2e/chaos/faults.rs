//! Generates faults from the seed.

use serde_json::{Value, json};

use super::Rng;
use super::user::KNOWN;

const UPDATE: &str = "UpdateAccessKey";

/// Returns a random combination of all faults.
pub(super) fn any(rng: &mut Rng) -> Value {
    let mut faults = json!({"latency": {"fixed": 0.01, "jitter": 0.2}});
    let share =
        |rng: &mut Rng, most: usize| f64::from(u32::try_from(rng.below(most + 1)).unwrap()) / 100.0;
    for (name, most) in [
        ("throttle", 50),
        ("server_error", 15),
        ("reset", 15),
        ("truncate", 10),
        ("junk", 10),
        ("cut", 10),
    ] {
        if rng.below(2) == 0 {
            faults[name] = json!({"probability": share(rng, most)});
        }
    }
    // Faults that leave the outcome unknown, for the UpdateAccessKey call only.
    for name in ["reset_after", "server_error_after", "hang", "hang_after"] {
        if rng.below(3) == 0 {
            faults[name] = json!({"operations": [UPDATE], "probability": share(rng, 60)});
        }
    }
    if rng.below(2) == 0 {
        faults["stale"] = json!({"seconds": rng.below(11), "signing_seconds": rng.below(4)});
    }
    if rng.below(4) == 0 {
        let reads = ["ListAccessKeys", "GetAccessKeyLastUsed", "GetUser"];
        faults["hang"] = json!({"operations": reads, "probability": share(rng, 20)});
    }
    if rng.below(3) == 0 {
        let keys = if rng.below(2) == 0 { vec![*rng.one(&KNOWN[..3])] } else { Vec::new() };
        faults["vanish"] = json!({"share": 0.05, "keys": keys});
    }
    if rng.below(6) == 0 {
        let on = json!({"operations": [UPDATE], "probability": 0.5});
        faults["errors"] = json!([{"status": 403, "code": "AccessDenied", "message": "not now", "after": false, "on": on}]);
    }
    faults
}
