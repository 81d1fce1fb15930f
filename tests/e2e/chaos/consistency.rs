//! Checks that the call log, the journal and the screen agree.

use std::collections::{BTreeMap, BTreeSet};

use jiff::{SignedDuration, Timestamp};
use serde_json::{Value, json};

use super::Tally;
use super::user::{RequestedChange, User};
use crate::support::demo::Demo;
use crate::support::home::Home;
use crate::support::process::Exit;

/// The access key that signs.
pub(super) const OPERATOR_KEY: &str = "AKIARZPUZDIKDEMOOPER";

/// A key of the second account, to which the credentials may change.
pub(super) const STAGING_KEY: &str = "AKIATCH6YDSYQDEMOOPS";

pub(super) struct ConsistencyCheck<'a> {
    pub home: &'a Home,
    pub demo: &'a Demo,
    /// Upper bound of the time at which the endpoint's clock was 0.
    pub started: Timestamp,
    pub user: &'a User<'a>,
    pub killed: bool,
}

fn text(value: &Value, name: &str) -> String {
    value[name].as_str().unwrap_or_else(|| panic!("no {name}: {value}")).to_owned()
}

fn time(value: &Value, name: &str) -> Timestamp {
    text(value, name).parse().unwrap()
}

fn requested_change(intent: &Value) -> RequestedChange {
    (text(intent, "key"), text(intent, "status_after"))
}

impl ConsistencyCheck<'_> {
    /// Checks that they agree.
    pub(super) fn agree(&self, screen: &str) {
        let journal = self.home.journal();
        let (intents, outcomes) = split(&journal);
        let calls = self.calls();
        self.check_confirmed(&intents);
        self.check_ends(&intents, &outcomes);
        self.check_calls(&intents, &outcomes, &calls);
        self.check_statuses(&intents, &outcomes, &calls);
        self.check_accounts(&intents, &calls);
        // A verified status on the screen must be in the journal.
        for intent in &intents {
            let (key, status) = requested_change(intent);
            if screen.contains(&format!("IAM reports {key}")) {
                let proved = outcomes.values().any(|ending| text(ending, "outcome") == "verified");
                assert!(
                    proved,
                    "the screen tells of a proof ({key} {status}) that the journal lacks:\n{screen}"
                );
            }
        }
    }

    pub(super) fn count(&self, tally: &mut Tally) {
        let journal = self.home.journal();
        let (intents, outcomes) = split(&journal);
        let calls = self.calls();
        tally.calls += calls.len();
        tally.carried_out += calls.iter().filter(|call| call["carried_out"] == true).count();
        let is_member =
            |call: &&Value| self.user.member_of(call["key"].as_str().unwrap()).is_some();
        tally.in_members += calls.iter().filter(is_member).count();
        tally.open += intents.len() - outcomes.len();
        for ending in outcomes.values() {
            *tally.outcomes.entry(text(ending, "outcome")).or_default() += 1;
        }
    }

    fn calls(&self) -> Vec<Value> {
        let calls = self.demo.calls();
        calls.into_iter().filter(|call| call["operation"] == "UpdateAccessKey").collect()
    }

    /// Checks that every intent was confirmed, once for each occurrence.
    fn check_confirmed(&self, intents: &[&Value]) {
        let mut confirmed = self.user.confirmed.clone();
        for intent in intents {
            let requested_change = requested_change(intent);
            let at = confirmed.iter().position(|confirmed| *confirmed == requested_change);
            let at = at.unwrap_or_else(|| {
                panic!("{requested_change:?} was never confirmed: {:?}", self.user.confirmed)
            });
            confirmed.remove(at);
        }
    }

    /// Checks that every intent has one outcome, unless its process was killed.
    fn check_ends(&self, intents: &[&Value], outcomes: &BTreeMap<String, &Value>) {
        for intent in intents {
            let has_ended = outcomes.contains_key(&text(intent, "id"));
            assert!(
                has_ended
                    || self.killed
                    || self.user.pty.ended(std::time::Duration::ZERO).is_some_and(|exit| {
                        // After a signal the program waits 10 s for outcomes, and no longer.
                        exit != Exit::Code(0)
                    }),
                "no outcome, and nothing was killed: {intent}"
            );
        }
        assert!(outcomes.len() <= intents.len(), "an outcome without an intent");
    }

    /// Checks that every call has an intent written before it, and that changes recorded as
    /// without effect had none.
    fn check_calls(
        &self,
        intents: &[&Value],
        outcomes: &BTreeMap<String, &Value>,
        calls: &[Value],
    ) {
        for call in calls {
            let requested_change =
                (text(&call["params"], "AccessKeyId"), text(&call["params"], "Status"));
            let at = self.started + SignedDuration::from_millis(call["at_ms"].as_i64().unwrap());
            let before = |intent: &&&Value| {
                self::requested_change(intent) == requested_change && time(intent, "time") <= at
            };
            let intent = intents.iter().rfind(before);
            let intent = intent.unwrap_or_else(|| panic!("a call without an intent: {call}"));
            let Some(ending) = outcomes.get(&text(intent, "id")) else { continue };
            let verdict = text(ending, "outcome");
            let changed_nothing = ["refused", "not sent"].contains(&verdict.as_str());
            assert!(
                !(changed_nothing && call["carried_out"] == true),
                "{verdict}, but it was done: {call} {ending}"
            );
        }
        let attempts: u64 =
            outcomes.values().filter_map(|ending| ending["attempts"].as_u64()).sum();
        if outcomes.len() == intents.len() {
            assert!(
                attempts >= calls.len() as u64,
                "{} calls, but {attempts} attempts",
                calls.len()
            );
        }
    }

    /// Checks that verified statuses are current at the end, unless someone changed them since.
    fn check_statuses(
        &self,
        intents: &[&Value],
        outcomes: &BTreeMap<String, &Value>,
        calls: &[Value],
    ) {
        let statuses = self.statuses();
        let mut last = BTreeMap::new();
        for intent in intents {
            last.insert(text(intent, "key"), *intent);
        }
        for (key, intent) in last {
            let Some(ending) = outcomes.get(&text(intent, "id")) else { continue };
            let wanted = text(intent, "status_after");
            let done = calls
                .iter()
                .rev()
                .find(|call| call["params"]["AccessKeyId"] == *key && call["carried_out"] == true);
            let signs = [OPERATOR_KEY, STAGING_KEY].contains(&key.as_str());
            let others = signs || self.user.elsewhere.contains(&key);
            if text(ending, "outcome").starts_with("verified") && !others {
                assert_eq!(
                    statuses.get(&key),
                    Some(&wanted),
                    "{key} was proved otherwise: {ending}"
                );
            }
            if let (Some(done), false) = (done, others) {
                assert_eq!(
                    statuses.get(&key),
                    Some(&text(&done["params"], "Status")),
                    "{key}, by the log of calls"
                );
            }
        }
    }

    /// Checks that every call was made in the account of its intent: that of the key, or of the key
    /// that signs.
    fn check_accounts(&self, intents: &[&Value], calls: &[Value]) {
        for call in calls {
            let key = &call["params"]["AccessKeyId"];
            let account = match self.user.member_of(call["key"].as_str().unwrap()) {
                Some(account) => account,
                None if call["key"] == STAGING_KEY => "210987654321",
                None => "123456789012",
            };
            let same = |intent: &&&Value| intent["key"] == *key && intent["account"] == account;
            assert!(
                intents.iter().any(|intent| same(&intent)),
                "no intent for account {account}: {call} {intents:?}"
            );
        }
    }

    /// Returns the status of every key of both accounts, read by a separate process.
    fn statuses(&self) -> BTreeMap<String, String> {
        let signers = [OPERATOR_KEY, STAGING_KEY].into_iter();
        let own = signers.flat_map(|signer| self.statuses_by(signer, None));
        let confirmed = self.user.confirmed.iter();
        let used: BTreeSet<_> = confirmed.filter_map(|(key, _)| self.user.member_of(key)).collect();
        let members = used.into_iter().flat_map(|id| self.statuses_by(OPERATOR_KEY, Some(id)));
        own.chain(members).collect()
    }

    fn statuses_by(&self, signer: &str, account: Option<&str>) -> Vec<(String, String)> {
        // The simulated user may have deactivated the signing key.
        self.demo.apply(&json!({"set_status": {"key": signer, "status": "Active"}}));
        let mut words = vec!["list", "--format", "jsonl"];
        words.extend(account.iter().flat_map(|account| ["--account", *account]));
        let launch = self.demo.screen(self.home, &words);
        let listed = launch.signed_by(signer, "any").run();
        let rows = crate::support::screen_steps::lines(&listed.stdout);
        let nested = |row: &Value| row["AccessKeys"].as_array().cloned().unwrap_or_default();
        let keys = rows.iter().flat_map(|row| nested(row).into_iter().chain([row.clone()]));
        let keys = keys.filter(|key| key["AccessKeyId"].is_string());
        keys.map(|key| (text(&key, "AccessKeyId"), text(&key, "Status"))).collect()
    }
}

fn split(journal: &[Value]) -> (Vec<&Value>, BTreeMap<String, &Value>) {
    let intents = journal.iter().filter(|line| line["line"] == "intent").collect();
    let mut outcomes = BTreeMap::new();
    for line in journal.iter().filter(|line| line["line"] == "outcome") {
        let first = outcomes.entry(text(line, "id")).or_insert(line);
        // A session of the same account that is opened later settles what was unknown.
        let is_settled = text(line, "outcome") == "settled"
            && ["unknown", "not verified in time"].contains(&text(first, "outcome").as_str());
        assert!(std::ptr::eq(*first, line) || is_settled, "two outcomes: {first} {line}");
    }
    (intents, outcomes)
}
