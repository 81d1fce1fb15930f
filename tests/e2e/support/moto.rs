//! moto, an independent implementation of IAM and STS, as a test server.
//!
//! Runs in a virtual environment under `target/`, which the first test that needs it creates from
//! `tests/requirements.txt`.

use std::fs::{self, File};
use std::io::{BufRead, BufReader, Write};
use std::path::{Path, PathBuf};
use std::process::{Child, ChildStdin, ChildStdout, Command, Stdio};

use aws_credential_types::Credentials;
use aws_sdk_iam::Client;
use aws_sdk_iam::config::{BehaviorVersion, Region};
use aws_sdk_iam::error::DisplayErrorContext;
use aws_sdk_iam::types::AccessKey;
use tokio::runtime::Runtime;

use super::http;
use super::launch::alone;
use super::sdk_http::plain_http;

const REQUIREMENTS: &str = include_str!("../../requirements.txt");
const SKIP: &str = "KEYFLIP_SKIP_MOTO";

/// Serves on a free port, prints it, and ends at the end of its standard input, so that a killed
/// test leaves no server running.
const SERVE: &str = r#"
import logging, sys
logging.getLogger("werkzeug").setLevel(logging.CRITICAL)
from moto.server import ThreadedMotoServer
server = ThreadedMotoServer("127.0.0.1", 0, verbose=False)
server.start()
print(server.get_host_and_port()[1], flush=True)
sys.stdin.read()
server.stop()
"#;

/// Policy that allows the operator everything keyflip does.
const OPERATOR_POLICY: &str =
    r#"{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":"iam:*","Resource":"*"}]}"#;

/// A running moto whose account has one user, the operator, whose key signs.
pub(crate) struct Moto {
    url: String,
    operator: AccessKey,
    iam: Client,
    runtime: Runtime,
    server: Child,
    _input: ChildStdin,
}

impl Moto {
    /// Starts a separate moto for a test. Returns `None` only if the environment asks to skip
    /// moto.
    pub(crate) fn start() -> Option<Self> {
        let python = python()?;
        let mut command = Command::new(python);
        command.args(["-c", SERVE]).env_remove("INITIAL_NO_AUTH_ACTION_COUNT");
        command.stdin(Stdio::piped()).stdout(Stdio::piped());
        let mut server = alone(|| command.spawn()).unwrap();
        let url = format!("http://127.0.0.1:{}", first_line(server.stdout.take().unwrap()));
        let input = server.stdin.take().unwrap();
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
        let anyone =
            AccessKey::builder().user_name("").access_key_id("anyone").secret_access_key("none");
        let anyone = anyone.status("Active".into()).build().unwrap();
        let iam = client(&url, &anyone);
        let mut moto = Self { url, operator: anyone, iam, runtime, server, _input: input };
        moto.operator = moto.create_user("operator", Some(OPERATOR_POLICY));
        moto.sign_with(&moto.operator.clone());
        Some(moto)
    }

    /// Returns its base URL, `http://127.0.0.1:PORT`.
    pub(crate) fn url(&self) -> &str {
        &self.url
    }

    /// Returns the key that signs for the fixture and, by default, for keyflip.
    pub(crate) fn operator(&self) -> &AccessKey {
        &self.operator
    }

    /// Signs all further calls of this fixture with that key.
    pub(crate) fn sign_with(&mut self, key: &AccessKey) {
        self.iam = client(&self.url, key);
    }

    /// Creates a user with one key and an optional inline policy.
    pub(crate) fn create_user(&self, name: &str, policy: Option<&str>) -> AccessKey {
        self.wait(self.iam.create_user().user_name(name).send());
        if let Some(policy) = policy {
            let put = self.iam.put_user_policy().user_name(name).policy_name("test");
            self.wait(put.policy_document(policy).send());
        }
        self.create_key(name)
    }

    /// Creates another key for a user.
    pub(crate) fn create_key(&self, user: &str) -> AccessKey {
        self.wait(self.iam.create_access_key().user_name(user).send()).access_key.unwrap()
    }

    /// Renames a user.
    pub(crate) fn rename_user(&self, name: &str, to: &str) {
        self.wait(self.iam.update_user().user_name(name).new_user_name(to).send());
    }

    /// Sets a key's status as someone other than keyflip.
    pub(crate) fn set_status(&self, user: &str, key: &str, status: &str) {
        let update =
            self.iam.update_access_key().user_name(user).access_key_id(key).status(status.into());
        self.wait(update.send());
    }

    /// Returns a key's status, read through the SDK.
    pub(crate) fn status(&self, user: &str, key: &str) -> String {
        let keys =
            self.wait(self.iam.list_access_keys().user_name(user).send()).access_key_metadata;
        let found = keys.into_iter().find(|found| found.access_key_id.as_deref() == Some(key));
        found
            .unwrap_or_else(|| panic!("moto knows no key {key} of {user}"))
            .status
            .unwrap()
            .to_string()
    }

    /// Makes moto check the signature and the signer's policies on all further calls.
    pub(crate) fn require_authorization(&self) {
        http::post(&self.url, "/moto-api/reset-auth", "0");
    }

    fn wait<T, E: std::error::Error>(&self, call: impl Future<Output = Result<T, E>>) -> T {
        self.runtime
            .block_on(call)
            .unwrap_or_else(|error| panic!("moto: {}", DisplayErrorContext(error)))
    }
}

impl Drop for Moto {
    fn drop(&mut self) {
        drop(self.server.kill());
        drop(self.server.wait());
    }
}

/// Returns a client that ignores the developer's environment, profiles and proxies.
fn client(url: &str, key: &AccessKey) -> Client {
    let credentials =
        Credentials::new(&key.access_key_id, &key.secret_access_key, None, None, "test");
    let config = aws_sdk_iam::Config::builder()
        .behavior_version(BehaviorVersion::latest())
        .region(Region::from_static("us-east-1"))
        .endpoint_url(url)
        .credentials_provider(credentials)
        .http_client(plain_http());
    Client::from_conf(config.build())
}

/// Returns the path of the Python that has moto and boto3. Returns `None` only if the environment
/// asks to skip moto.
pub(crate) fn python() -> Option<PathBuf> {
    if std::env::var_os(SKIP).is_some_and(|value| value == "1") {
        let name = std::thread::current().name().unwrap_or_default().to_owned();
        // The test runner hides the output of eprintln! for passing tests.
        let mut terminal = std::io::stderr();
        writeln!(terminal, "{name} was skipped, since {SKIP}=1 is set.").unwrap();
        return None;
    }
    Some(environment())
}

/// Returns the path of the Python that has moto; installs it first if needed. A lock prevents two
/// test processes from installing at once.
fn environment() -> PathBuf {
    let shared = Path::new(env!("CARGO_TARGET_TMPDIR"));
    let (home, done) = (shared.join("moto"), shared.join("moto/requirements.txt"));
    let python = home.join("bin/python");
    let lock = File::create(shared.join("moto.lock")).unwrap();
    lock.lock().unwrap();
    let is_current = fs::read_to_string(&done).is_ok_and(|made_from| made_from == REQUIREMENTS);
    if !(is_current && python.exists()) {
        let listed = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/requirements.txt");
        install(Command::new("python3").args(["-m", "venv", "--clear"]).arg(&home));
        let pip = [
            "-m",
            "pip",
            "install",
            "--quiet",
            "--disable-pip-version-check",
            "--no-deps",
            "--no-compile",
        ];
        install(Command::new(&python).args(pip).args(["--requirement", listed]));
        fs::write(done, REQUIREMENTS).unwrap();
    }
    python
}

/// Runs one installation step; the failure message says how to skip moto.
fn install(step: &mut Command) {
    step.stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::piped());
    let (happened, said) = match alone(|| step.spawn()).and_then(Child::wait_with_output) {
        Ok(output) if output.status.success() => return,
        Ok(output) => (
            format!("ended with {}", output.status),
            String::from_utf8_lossy(&output.stderr).into_owned(),
        ),
        Err(error) => ("could not be started".to_owned(), error.to_string()),
    };
    panic!(
        "This test asks moto, an IAM emulator, for which it needs python3 (3.10 or later, with venv and pip) and \
         PyPI. {step:?} {happened}: {said}\nTo leave such tests out, set {SKIP}=1."
    );
}

/// Returns the line in which the server prints its port.
fn first_line(output: ChildStdout) -> String {
    let mut line = String::new();
    BufReader::new(output).read_line(&mut line).unwrap();
    assert!(!line.is_empty(), "moto did not start; its own message stands above");
    line.trim().to_owned()
}
