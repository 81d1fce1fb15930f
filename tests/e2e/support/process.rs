//! A program without a terminal, and properties of any process.

use std::fs;
use std::io::{Read, Write};
use std::os::unix::process::ExitStatusExt;
use std::process::{Command, ExitStatus, Stdio};
use std::sync::Arc;
use std::thread;
use std::time::Duration;

use rustix::process::{Pid, Signal, kill_process};

use super::WAIT_TIMEOUT;
use super::launch::alone;
use super::monitor::Monitor;

/// The exit of a process.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Exit {
    /// Exited with that code.
    Code(i32),
    /// Killed by the signal of that number.
    Signal(i32),
}

impl From<ExitStatus> for Exit {
    fn from(status: ExitStatus) -> Self {
        status.code().map_or_else(|| Self::Signal(status.signal().unwrap()), Self::Code)
    }
}

/// Exit and output of a process.
#[derive(Debug)]
pub(crate) struct Finished {
    /// The exit.
    pub exit: Exit,
    /// Everything written to standard output.
    pub stdout: String,
    /// Everything written to standard error.
    pub stderr: String,
}

/// State and output of a process so far.
#[derive(Default)]
struct Seen {
    stdout: Vec<u8>,
    stderr: Vec<u8>,
    open: usize,
    exit: Option<Exit>,
}

/// A process without a terminal. Dropping it kills the process.
pub(crate) struct Running {
    pid: Pid,
    seen: Arc<Monitor<Seen>>,
}

impl Running {
    /// Starts it, and reads its output as it arrives.
    pub(super) fn start(mut command: Command, input: Option<Vec<u8>>) -> Self {
        let stdin = if input.is_some() { Stdio::piped() } else { Stdio::null() };
        command.stdin(stdin).stdout(Stdio::piped()).stderr(Stdio::piped());
        let mut child = alone(|| command.spawn())
            .unwrap_or_else(|error| panic!("{command:?} did not start: {error}"));
        if let (Some(text), Some(mut pipe)) = (input, child.stdin.take()) {
            // A program may end without reading its input.
            thread::spawn(move || drop(pipe.write_all(&text)));
        }
        let pid = Pid::from_child(&child);
        let seen = Monitor::new(Seen { open: 2, ..Seen::default() });
        pump(child.stdout.take().unwrap(), &seen, |seen| &mut seen.stdout);
        pump(child.stderr.take().unwrap(), &seen, |seen| &mut seen.stderr);
        let ended = Arc::clone(&seen);
        thread::spawn(move || {
            let exit = child.wait().unwrap().into();
            ended.change(|seen| seen.exit = Some(exit));
        });
        Self { pid, seen }
    }

    /// Waits for a line on standard output that contains `text`.
    pub(crate) fn line_with(&self, text: &str) -> String {
        let found = self.seen.wait(WAIT_TIMEOUT, |seen| {
            let output = String::from_utf8_lossy(&seen.stdout);
            let line = output
                .split_inclusive('\n')
                .find(|line| line.ends_with('\n') && line.contains(text));
            line.map(|line| Some(line.trim_end().to_owned())).or((seen.open == 0).then_some(None))
        });
        found.flatten().unwrap_or_else(|| panic!("no line with {text:?} came. {}", self.story()))
    }

    /// Sends the process a signal.
    pub(crate) fn signal(&self, signal: Signal) {
        kill_process(self.pid, signal).unwrap();
    }

    /// Returns the peak of its resident memory so far, in MiB; `None` once it has ended.
    pub(crate) fn peak_memory(&self) -> Option<u64> {
        Some(self.status("VmHWM:")? / 1024)
    }

    /// Returns the number of its threads; `None` once it has ended.
    #[cfg(target_os = "linux")]
    pub(crate) fn threads(&self) -> Option<u64> {
        self.status("Threads:")
    }

    /// Returns a number of `/proc/PID/status`.
    fn status(&self, name: &str) -> Option<u64> {
        let path = format!("/proc/{}/status", self.pid.as_raw_nonzero());
        let status = fs::read_to_string(path).ok()?;
        let line = status.lines().find(|line| line.starts_with(name))?;
        line.split_whitespace().nth(1)?.parse().ok()
    }

    /// Waits for its end and for all of its output.
    pub(crate) fn finish(self) -> Finished {
        let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
        let finished = self.seen.wait(3 * WAIT_TIMEOUT, |seen| {
            let exit = seen.exit.filter(|_| seen.open == 0)?;
            Some(Finished { exit, stdout: text(&seen.stdout), stderr: text(&seen.stderr) })
        });
        finished.unwrap_or_else(|| panic!("the program did not end. {}", self.story()))
    }

    /// Returns its output so far for failure messages.
    fn story(&self) -> String {
        self.seen.look(|seen| {
            let (stdout, stderr) =
                (String::from_utf8_lossy(&seen.stdout), String::from_utf8_lossy(&seen.stderr));
            format!(
                "It wrote:\n{stdout}\nand on standard error:\n{stderr}\nIts end: {:?}",
                seen.exit
            )
        })
    }
}

impl Drop for Running {
    fn drop(&mut self) {
        if self.seen.look(|seen| seen.exit.is_none()) {
            let _ = kill_process(self.pid, Signal::KILL);
        }
    }
}

/// Reads a pipe to its end on a new thread.
fn pump(
    mut pipe: impl Read + Send + 'static,
    seen: &Arc<Monitor<Seen>>,
    buffer: fn(&mut Seen) -> &mut Vec<u8>,
) {
    let seen = Arc::clone(seen);
    thread::spawn(move || {
        let mut chunk = [0; 8192];
        while let Ok(count @ 1..) = pipe.read(&mut chunk) {
            seen.change(|seen| buffer(seen).extend_from_slice(&chunk[..count]));
        }
        seen.change(|seen| seen.open -= 1);
    });
}

/// Returns the CPU time used by a running process, in steps of 10 ms (Linux counts in hundredths
/// of a second: proc(5), utime and stime).
pub(super) fn cpu_time(pid: Pid) -> Duration {
    let stat = fs::read_to_string(format!("/proc/{}/stat", pid.as_raw_nonzero())).unwrap();
    let after_name = stat.rsplit(')').next().unwrap();
    let ticks: u64 = after_name
        .split_whitespace()
        .skip(11)
        .take(2)
        .map(|field| field.parse::<u64>().unwrap())
        .sum();
    Duration::from_millis(ticks * 10)
}

/// Returns the number of open descriptors of a running process. Only root can count those of
/// keyflip; other users get the size of its descriptor table (proc(5), FDSize), which grows in
/// steps.
#[allow(dead_code, reason = "benches/account.rs stands on this file too")]
pub(crate) fn descriptors(pid: impl std::fmt::Display) -> u64 {
    if let Ok(open) = fs::read_dir(format!("/proc/{pid}/fd")) {
        return open.count() as u64;
    }
    let status = fs::read_to_string(format!("/proc/{pid}/status")).unwrap();
    let room = status.lines().find_map(|line| line.strip_prefix("FDSize:")).unwrap();
    room.trim().parse().unwrap()
}
