//! Credentials that a command writes:
//! <https://docs.aws.amazon.com/sdkref/latest/guide/feature-process-credentials.html>.
//!
//! The command is run here, not by the SDK, which runs it in a shell, takes fewer forms of time,
//! and passes an empty token on.

use std::io;
use std::process::{ExitStatus, Stdio};
use std::time::SystemTime;

use aws_credential_types::Credentials;
use serde_json::{Map, Value};
use thiserror::Error;
use tokio::io::AsyncReadExt as _;
use tokio::process::Command;
use zeroize::Zeroizing;

use crate::aws::time::parse_time;
use crate::model::{Secret, SplitError, split_words};

/// Limit of the output, in bytes. Credentials have about 2,000.
const OUTPUT_LIMIT: u64 = 1024 * 1024;

/// A `credential_process` and the profile's account.
#[derive(Clone, Debug)]
pub(in crate::aws) struct CredentialProcess {
    /// Command line, which may hold secrets.
    pub command: Secret,
    /// `aws_account_id`, for output without an account.
    pub account: Option<String>,
}

/// A command that gave no credentials. Its texts are fragments that end a sentence. They quote
/// neither the command nor its output, which may hold secrets.
#[derive(Debug, Error)]
pub(in crate::aws) enum ProcessError {
    /// The command line cannot be split into words.
    #[error("credential_process cannot be split into words: {0}")]
    NotSplit(#[from] SplitError),
    /// The command line has no words.
    #[error("credential_process is empty")]
    NoCommand,
    /// The command cannot be started.
    #[error("the command could not be started: {0}")]
    NotStarted(io::Error),
    /// The output cannot be read.
    #[error("the output of the command could not be read: {0}")]
    NotRead(io::Error),
    /// The command reports a failure.
    #[error("the command failed ({0})")]
    Failed(ExitStatus),
    /// There is no output.
    #[error("the command wrote nothing to its standard output")]
    NoOutput,
    /// The output is not JSON from this line and column on.
    #[error("the output of the command is not JSON (line {0}, column {1})")]
    NotJson(usize, usize),
    /// The output is a JSON text, number or list.
    #[error("the output of the command is not a JSON object")]
    NotObject,
    /// `Version` has another value.
    #[error("Version in the output of the command is not the number 1")]
    WrongVersion,
    /// This field is missing or empty.
    #[error("{0} is missing in the output of the command")]
    Missing(&'static str),
    /// This field is a number, a list or an object.
    #[error("{0} in the output of the command is not a text")]
    NotText(&'static str),
    /// `Expiration` is no time.
    #[error("Expiration in the output of the command is not a time such as 2026-11-29T03:04:24Z")]
    BadExpiration,
    /// `Expiration` is in the past.
    #[error("the command wrote credentials that have already expired")]
    Expired,
}

impl CredentialProcess {
    /// Runs the command, without a shell, and reads the credentials that it writes. Dropping the
    /// future kills the command. Its standard error is discarded, since it may hold secrets. Its
    /// standard input is empty, since the keys that the user presses are meant for the screen;
    /// commands that ask something read `/dev/tty`.
    ///
    /// # Errors
    /// Returns an error if the command fails or writes no valid credentials.
    pub(in crate::aws) async fn run(&self) -> Result<Credentials, ProcessError> {
        let words = split_words(self.command.reveal())?;
        let (program, arguments) = words.split_first().ok_or(ProcessError::NoCommand)?;
        let mut command = Command::new(program);
        command
            .args(arguments)
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .kill_on_drop(true);
        let mut child = command.spawn().map_err(ProcessError::NotStarted)?;
        let mut output = Zeroizing::new(Vec::with_capacity(8 * 1024));
        if let Some(stdout) = child.stdout.take() {
            let read = stdout.take(OUTPUT_LIMIT).read_to_end(&mut output).await;
            read.map_err(ProcessError::NotRead)?;
        }
        let status = child.wait().await.map_err(ProcessError::NotRead)?;
        if !status.success() {
            return Err(ProcessError::Failed(status));
        }
        self.parse(&output, SystemTime::now())
    }

    fn parse(&self, output: &[u8], now: SystemTime) -> Result<Credentials, ProcessError> {
        if output.trim_ascii().is_empty() {
            return Err(ProcessError::NoOutput);
        }
        let parsed: Value = serde_json::from_slice(output)
            .map_err(|error| ProcessError::NotJson(error.line(), error.column()))?;
        let Value::Object(mut fields) = parsed else { return Err(ProcessError::NotObject) };
        match fields.get("Version") {
            None => return Err(ProcessError::Missing("Version")),
            Some(version) if version.as_f64() != Some(1.0) => {
                return Err(ProcessError::WrongVersion);
            }
            Some(_) => {}
        }
        let mut required = |name| take_text(&mut fields, name)?.ok_or(ProcessError::Missing(name));
        let mut credentials = Credentials::builder()
            .access_key_id(required("AccessKeyId")?)
            .secret_access_key(required("SecretAccessKey")?)
            .provider_name("CredentialProcess");
        credentials.set_session_token(take_text(&mut fields, "SessionToken")?);
        if let Some(expiration) = fields.get("Expiration").filter(|value| !value.is_null()) {
            let expiry =
                expiration.as_str().and_then(parse_time).ok_or(ProcessError::BadExpiration)?;
            if expiry <= now {
                return Err(ProcessError::Expired);
            }
            credentials.set_expiry(Some(expiry));
        }
        let account = match fields.get("AccountId") {
            Some(Value::Number(account)) => Some(account.to_string()),
            _ => take_text(&mut fields, "AccountId")?,
        };
        let account = account.or_else(|| self.account.clone());
        credentials.set_account_id(account.map(Into::into));
        Ok(credentials.build())
    }
}

/// Takes a text out of the fields; `None` if it is missing, null or empty.
fn take_text(
    fields: &mut Map<String, Value>,
    name: &'static str,
) -> Result<Option<String>, ProcessError> {
    match fields.get_mut(name).map(Value::take) {
        None | Some(Value::Null) => Ok(None),
        // A command that reads the text from a file often leaves its line end.
        Some(Value::String(text)) => {
            let text = text.trim();
            Ok((!text.is_empty()).then(|| text.to_owned()))
        }
        Some(_) => Err(ProcessError::NotText(name)),
    }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::*;

    const KEY: &str = r#""Version": 1, "AccessKeyId": "AKIARZPUZDIKFYHOWX26", "SecretAccessKey": "wJalrXUtnFEMI""#;

    fn process(command: &str) -> CredentialProcess {
        CredentialProcess { command: Secret::new(command), account: Some("123456789012".into()) }
    }

    fn parse(output: &str) -> Result<Credentials, ProcessError> {
        // 2026-11-28T00:00:00Z.
        let now = SystemTime::UNIX_EPOCH + Duration::from_hours(498_840);
        process("x").parse(output.as_bytes(), now)
    }

    fn parse_fields(fields: &str) -> Credentials {
        parse(&format!("{{{KEY}{fields}}}\n")).unwrap()
    }

    #[test]
    fn token_expiration_and_account_are_optional() {
        let credentials = parse_fields("");
        assert_eq!(credentials.access_key_id(), "AKIARZPUZDIKFYHOWX26");
        assert_eq!(credentials.secret_access_key(), "wJalrXUtnFEMI");
        assert_eq!((credentials.session_token(), credentials.expiry()), (None, None));
        assert_eq!(credentials.account_id().unwrap().as_str(), "123456789012");
        for none in ["null", "\"\""] {
            let credentials = parse_fields(&format!(", \"SessionToken\": {none}"));
            assert_eq!(credentials.session_token(), None, "an empty token is not sent");
        }
        let credentials = parse_fields(
            ", \"SessionToken\": \"t\\n\", \"AccountId\": \"1\", \"Expiration\": \"2026-11-29T03:04:24UTC\"",
        );
        assert_eq!(credentials.session_token(), Some("t"));
        assert_eq!(credentials.account_id().unwrap().as_str(), "1");
        let expiry = credentials.expiry().unwrap();
        assert_eq!(expiry, SystemTime::UNIX_EPOCH + Duration::from_secs(1_795_921_464));
    }

    #[test]
    fn each_invalid_output_has_its_reason() {
        let field = |name: &str, value: &str| format!("{{{KEY}, \"{name}\": {value}}}");
        for (output, reason) in [
            (" \n".to_owned(), "wrote nothing"),
            ("wJalrXUtnFEMI".to_owned(), "not JSON (line 1, column 1)"),
            ("{\"Version\": 1,\n\"wJalr".to_owned(), "not JSON (line 2"),
            (format!("{{{KEY}}} wJalr"), "not JSON"),
            ("[\"wJalr\"]".to_owned(), "not a JSON object"),
            ("{\"SecretAccessKey\": \"wJalr\"}".to_owned(), "Version is missing"),
            (field("Version", "\"1\""), "Version in the output of the command is not the number 1"),
            (field("Version", "2"), "is not the number 1"),
            (
                "{\"Version\": 1, \"SecretAccessKey\": \"wJalr\"}".to_owned(),
                "AccessKeyId is missing",
            ),
            (field("SecretAccessKey", "\"\""), "SecretAccessKey is missing"),
            (
                field("SecretAccessKey", "[\"wJalr\"]"),
                "SecretAccessKey in the output of the command is not a text",
            ),
            (field("SessionToken", "7"), "SessionToken in the output of the command is not a text"),
            (
                field("Expiration", "\"wJalr\""),
                "Expiration in the output of the command is not a time",
            ),
            (field("Expiration", "1795921464"), "is not a time"),
            (field("Expiration", "\"\""), "is not a time"),
            (field("Expiration", "\"2026-11-27T23:59:59Z\""), "already expired"),
        ] {
            let error = parse(&output).unwrap_err();
            let said = format!("{error} {error:?}");
            assert!(said.contains(reason) && !said.contains("wJalr"), "{output}: {said}");
        }
    }

    #[tokio::test]
    async fn the_command_runs_without_a_shell() {
        let run = async |command: &str| process(command).run().await.unwrap_err().to_string();
        assert_eq!(run("").await, "credential_process is empty");
        assert!(run("sh -c 'wJalr").await.ends_with("it has a quote that is not closed"));
        assert!(run("/no/such/wJalr").await.starts_with("the command could not be started: No"));
        assert_eq!(
            run("sh -c 'echo wJalr >&2; exit 3' # x").await,
            "the command failed (exit status: 3)"
        );
        assert_eq!(run("true $(exit 3) | false").await, ProcessError::NoOutput.to_string());
        assert!(run("sh -c 'exec yes'").await.starts_with("the command failed (signal"));
        let shown = format!("{:?}", process("tool wJalr"));
        assert!(!shown.contains("wJalr"), "{shown}");
        let written = process(&format!("printf '%s' '{{{KEY}}}'")).run().await.unwrap();
        assert_eq!(written.session_token(), None);
    }

    #[tokio::test]
    #[cfg_attr(not(target_os = "linux"), ignore = "reads /proc")]
    async fn the_standard_input_of_the_command_is_empty() {
        let command = format!(
            "sh -c 'test \"$(readlink /proc/self/fd/0)\" = /dev/null && printf %s \"$1\"' sh '{{{KEY}}}'"
        );
        assert!(process(&command).run().await.is_ok());
    }

    /// Returns `true` unless the process has ended. One that its parent has not waited for yet, a
    /// zombie, has ended.
    fn is_running(pid: &str) -> bool {
        let Ok(stat) = std::fs::read_to_string(format!("/proc/{pid}/stat")) else { return false };
        // The state follows the name, which is in brackets and may contain any character.
        let (_, fields) = stat.rsplit_once(") ").unwrap();
        !fields.starts_with(['Z', 'X'])
    }

    /// Waits until the condition is met, at most a minute.
    async fn wait_for<T>(mut condition: impl FnMut() -> Option<T>) -> T {
        let met = async {
            loop {
                match condition() {
                    Some(value) => break value,
                    None => tokio::time::sleep(Duration::from_millis(20)).await,
                }
            }
        };
        tokio::time::timeout(Duration::from_mins(1), met).await.expect("not within a minute")
    }

    #[tokio::test]
    #[cfg_attr(not(target_os = "linux"), ignore = "reads /proc")]
    async fn a_command_that_is_not_waited_for_is_killed() {
        let directory = tempfile::tempdir().unwrap();
        let file = directory.path().join("pid");
        let process = process(&format!("sh -c 'echo $$ > {}; exec sleep 3600'", file.display()));
        let started = wait_for(|| {
            let text = std::fs::read_to_string(&file).ok()?;
            text.strip_suffix('\n').map(str::to_owned)
        });
        let pid = tokio::select! {
            ended = process.run() => panic!("the command ended: {ended:?}"),
            pid = started => pid,
        };
        wait_for(|| (!is_running(&pid)).then_some(())).await;
    }
}
