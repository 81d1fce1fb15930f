//! A program to start, and its environment.

use std::collections::BTreeMap;
use std::ffi::{OsStr, OsString};
use std::path::PathBuf;
use std::process::Command;
use std::sync::{Mutex, PoisonError};

use portable_pty::CommandBuilder;

use super::home::Home;
use super::process::{Finished, Running};
use super::pty::Pty;

/// Serializes starting: a program started while another thread opens a terminal could inherit
/// that terminal and keep it open.
static STARTING: Mutex<()> = Mutex::new(());

/// Runs `start` while no other thread starts a program.
pub(super) fn alone<R>(start: impl FnOnce() -> R) -> R {
    let _alone = STARTING.lock().unwrap_or_else(PoisonError::into_inner);
    start()
}

/// A program, its arguments and its whole environment. Only PATH is inherited: no AWS_*
/// variables, proxies or locale of the developer.
pub(crate) struct Launch {
    program: OsString,
    arguments: Vec<OsString>,
    environment: BTreeMap<OsString, OsString>,
    folder: PathBuf,
    input: Option<Vec<u8>>,
}

impl Launch {
    /// Launches the keyflip binary of this build, or the one in `KEYFLIP_PROGRAM`, such as a
    /// release build.
    pub(crate) fn keyflip(home: &Home, arguments: &[&str]) -> Self {
        let program = std::env::var("KEYFLIP_PROGRAM")
            .unwrap_or_else(|_| env!("CARGO_BIN_EXE_keyflip").to_owned());
        Self::program(home, &program, arguments)
    }

    /// Launches any program, found by PATH.
    pub(crate) fn program(home: &Home, program: &str, arguments: &[&str]) -> Self {
        let launch = Self {
            program: program.into(),
            arguments: arguments.iter().map(Into::into).collect(),
            environment: BTreeMap::new(),
            folder: home.path(""),
            input: None,
        };
        launch
            .env("PATH", std::env::var_os("PATH").unwrap_or_default())
            .env("HOME", home.path(""))
            .env("TMPDIR", home.path("tmp"))
            .env("TERM", "xterm-256color")
            .env("LANG", "C.UTF-8")
            .env("TZ", "UTC")
            .env("AWS_EC2_METADATA_DISABLED", "true") // a test never asks the network who it is
    }

    /// Sets a variable.
    pub(crate) fn env(mut self, name: &str, value: impl AsRef<OsStr>) -> Self {
        self.environment.insert(name.into(), value.as_ref().into());
        self
    }

    /// Sends standard output to a disk without space.
    pub(crate) fn with_full_disk(mut self) -> Self {
        let script = "exec \"$0\" \"$@\" > /dev/full".to_owned();
        self.arguments.splice(0..0, ["-c".into(), script.into(), self.program]);
        Self { program: "sh".into(), ..self }
    }

    /// Sets the access key in the environment.
    pub(crate) fn signed_by(self, key: &str, secret: &str) -> Self {
        self.env("AWS_ACCESS_KEY_ID", key)
            .env("AWS_SECRET_ACCESS_KEY", secret)
            .env("AWS_REGION", "us-east-1")
    }

    /// Removes a variable.
    pub(crate) fn without(mut self, name: &str) -> Self {
        self.environment.remove(OsStr::new(name));
        self
    }

    /// Sets the standard input of a program without a terminal; empty by default.
    pub(crate) fn stdin(mut self, text: impl AsRef<[u8]>) -> Self {
        self.input = Some(text.as_ref().to_vec());
        self
    }

    /// Starts it on a terminal of that size.
    pub(crate) fn on_pty(self, columns: u16, rows: u16) -> Pty {
        let mut command = CommandBuilder::new(&self.program);
        command.args(&self.arguments);
        command.env_clear();
        for (name, value) in &self.environment {
            command.env(name, value);
        }
        command.cwd(&self.folder);
        Pty::start(command, columns, rows)
    }

    /// Starts it without a terminal, and returns at once.
    pub(crate) fn start(self) -> Running {
        let mut command = Command::new(&self.program);
        command.args(&self.arguments).env_clear().envs(&self.environment).current_dir(&self.folder);
        Running::start(command, self.input)
    }

    /// Runs it without a terminal until it ends.
    pub(crate) fn run(self) -> Finished {
        self.start().finish()
    }
}
