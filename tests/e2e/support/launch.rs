//! A program to be started, and the environment that it finds.

use std::collections::BTreeMap;
use std::ffi::{OsStr, OsString};
use std::path::PathBuf;
use std::process::Command;
use std::sync::{Mutex, PoisonError};

use portable_pty::CommandBuilder;

use super::home::Home;
use super::process::{Finished, Running};
use super::pty::Pty;

/// Two threads that open terminals and start programs at once could hand one
/// test's terminal to another's program, which would then keep it open.
static STARTING: Mutex<()> = Mutex::new(());

/// Does the starting alone.
pub(super) fn alone<R>(start: impl FnOnce() -> R) -> R {
    let _alone = STARTING.lock().unwrap_or_else(PoisonError::into_inner);
    start()
}

/// A program, its arguments and its whole environment. Nothing is inherited
/// but PATH: no AWS_* variable, no proxy, no locale of the developer's.
pub(crate) struct Launch {
    program: OsString,
    arguments: Vec<OsString>,
    environment: BTreeMap<OsString, OsString>,
    folder: PathBuf,
    input: Option<String>,
}

impl Launch {
    /// The keyflip binary of this build, or the one that `KEYFLIP_PROGRAM`
    /// names: a release build, for one.
    pub(crate) fn keyflip(home: &Home, arguments: &[&str]) -> Self {
        let program = std::env::var("KEYFLIP_PROGRAM")
            .unwrap_or_else(|_| env!("CARGO_BIN_EXE_keyflip").to_owned());
        Self::program(home, &program, arguments)
    }

    /// Any program, found by PATH.
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

    /// Gives it a key to sign with, in the environment.
    pub(crate) fn signed_by(self, key: &str, secret: &str) -> Self {
        self.env("AWS_ACCESS_KEY_ID", key)
            .env("AWS_SECRET_ACCESS_KEY", secret)
            .env("AWS_REGION", "us-east-1")
    }

    /// Leaves a variable out.
    pub(crate) fn without(mut self, name: &str) -> Self {
        self.environment.remove(OsStr::new(name));
        self
    }

    /// What a program without a terminal reads from its standard input;
    /// nothing, if this is not called.
    pub(crate) fn stdin(mut self, text: &str) -> Self {
        self.input = Some(text.to_owned());
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

    /// Starts it without a terminal, and goes on.
    pub(crate) fn start(self) -> Running {
        let mut command = Command::new(&self.program);
        command.args(&self.arguments).env_clear().envs(&self.environment).current_dir(&self.folder);
        Running::start(command, self.input)
    }

    /// Runs it without a terminal, to its end.
    pub(crate) fn run(self) -> Finished {
        self.start().finish()
    }
}
