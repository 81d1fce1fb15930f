//! The demo endpoint, served by the keyflip binary.

use super::home::Home;
use super::http;
use super::launch::Launch;
use super::process::Running;

/// The access key ID of the demo account's operator, and its secret, which is not a real one.
const OPERATOR: &str = "AKIARZPUZDIKDEMOOPER";
const SECRET: &str = "demo-secret-that-opens-nothing-anywhere0";

/// A running `keyflip demo`. Dropping it ends the process.
pub(crate) struct Demo {
    url: String,
    _server: Running,
}

impl Demo {
    /// Starts it on a free port, with additional options.
    pub(crate) fn start(home: &Home, options: &[&str]) -> Self {
        let mut arguments = vec!["demo", "--port", "0"];
        arguments.extend(options);
        Self::serving(Launch::keyflip(home, &arguments))
    }

    /// Starts any server that prints its URL.
    fn serving(launch: Launch) -> Self {
        let server = launch.start();
        let line = server.line_with("http://");
        let url = line[line.find("http://").unwrap()..].split_whitespace().next().unwrap();
        Self { url: url.trim_end_matches(['/', '.', ',']).to_owned(), _server: server }
    }

    /// Returns its base URL, `http://127.0.0.1:PORT`.
    pub(crate) fn url(&self) -> &str {
        &self.url
    }

    /// Returns the launch of keyflip's screen on this account, signed by its operator, with
    /// additional options.
    pub(crate) fn screen(&self, home: &Home, options: &[&str]) -> Launch {
        let mut arguments = vec!["--endpoint-url", self.url()];
        arguments.extend(options);
        Launch::keyflip(home, &arguments).signed_by(OPERATOR, SECRET)
    }

    /// Returns the key and the new status of each UpdateAccessKey call received.
    pub(crate) fn changes(&self) -> Vec<(String, String)> {
        let calls = self.calls();
        let changes = calls.iter().filter(|call| call["operation"] == "UpdateAccessKey");
        let parameter = |call: &serde_json::Value, name: &str| {
            call["params"][name].as_str().unwrap().to_owned()
        };
        changes.map(|call| (parameter(call, "AccessKeyId"), parameter(call, "Status"))).collect()
    }

    /// Returns the log of all answered calls, in order.
    pub(crate) fn calls(&self) -> Vec<serde_json::Value> {
        serde_json::from_str(&http::get(&self.url, "/_demo/calls"))
            .expect("the call log is a JSON array")
    }

    /// Returns the answered calls of an operation, in order.
    pub(crate) fn calls_of(&self, operation: &str) -> Vec<serde_json::Value> {
        self.calls().into_iter().filter(|call| call["operation"] == operation).collect()
    }

    /// Replaces the current faults.
    pub(crate) fn faults(&self, faults: &serde_json::Value) {
        http::post(&self.url, "/_demo/faults", &faults.to_string());
    }

    /// Changes the account as someone other than keyflip; returns the result.
    pub(crate) fn apply(&self, deed: &serde_json::Value) -> serde_json::Value {
        serde_json::from_str(&http::post(&self.url, "/_demo/apply", &deed.to_string()))
            .expect("it answers with JSON")
    }
}
