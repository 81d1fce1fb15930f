//! A program on a real pseudoterminal, with its output parsed by vt100.

use std::fs::File;
use std::io::{Read, Write};
use std::num::NonZeroU16;
use std::sync::Arc;
use std::thread::{self, JoinHandle};
use std::time::{Duration, Instant};

use filedescriptor::{FileDescriptor, POLLIN, poll, pollfd};
use portable_pty::{Child, CommandBuilder, MasterPty, PtySize, native_pty_system};
use rustix::process::{Pid, Signal, kill_process};
use rustix::termios::{LocalModes, OptionalActions, Termios, tcgetattr, tcsetattr};
use vt100::{Color, MouseProtocolMode, Parser, Screen};

use super::launch::alone;
use super::monitor::Monitor;
use super::process::{Exit, cpu_time};
use super::terminal_modes::Modes;
use super::{WAIT_TIMEOUT, screen_cells};

/// A program on a pseudoterminal. Dropping it kills the program.
pub(crate) struct Pty {
    pid: Pid,
    state: Arc<Monitor<PtyState>>,
    /// The terminal's modes before the program started.
    before: String,
    line: Option<Line>,
}

/// The test's end of the terminal; dropping it hangs up.
struct Line {
    master: Box<dyn MasterPty + Send>,
    keys: File,
    reader: JoinHandle<()>,
    /// Dropped to stop the reader.
    stop: std::io::PipeWriter,
}

/// The terminal's visible state.
struct PtyState {
    parser: Parser<Modes>,
    transcript: Vec<u8>,
    changed: Instant,
    /// True if the program's end of the terminal is closed.
    closed: bool,
    exit: Option<Exit>,
}

impl Pty {
    /// Starts a command on a new terminal.
    pub(super) fn start(command: CommandBuilder, columns: u16, rows: u16) -> Self {
        let (pair, keys, before, child) = alone(|| {
            let pair = native_pty_system().openpty(size(columns, rows)).unwrap();
            let keys =
                FileDescriptor::dup(&pair.master.as_raw_fd().unwrap()).unwrap().as_file().unwrap();
            let before = format!("{:?}", tcgetattr(&keys).unwrap());
            let child = pair.slave.spawn_command(command).unwrap();
            (pair, keys, before, child)
        });
        let output = keys.try_clone().unwrap();
        drop(pair.slave); // or the program's end would never be seen to close

        let parser =
            Parser::new_with_callbacks(nonzero(rows), nonzero(columns), 0, Modes::default());
        let state = PtyState {
            parser,
            transcript: Vec::new(),
            changed: Instant::now(),
            closed: false,
            exit: None,
        };
        let state = Monitor::new(state);
        let (stopped, stop) = std::io::pipe().unwrap();
        let shared = Arc::clone(&state);
        let reader = thread::spawn(move || read(output, &stopped, &shared));
        let pid = Pid::from_raw(child.process_id().unwrap().cast_signed()).unwrap();
        let shared = Arc::clone(&state);
        thread::spawn(move || {
            // The standard library's child reports a signal by its number.
            let child: Box<dyn Child> = child;
            let mut child = child.downcast::<std::process::Child>().unwrap();
            let exit = child.wait().unwrap().into();
            shared.change(|state| state.exit = Some(exit));
        });
        Self { pid, state, before, line: Some(Line { master: pair.master, keys, reader, stop }) }
    }

    /// Returns the current screen.
    pub(crate) fn cells(&self) -> Screen {
        self.state.look(|state| state.parser.screen().clone())
    }

    /// Returns the text of the current screen.
    pub(crate) fn screen(&self) -> String {
        screen_cells::text(&self.cells())
    }

    /// Waits until a complete frame fulfils the condition; `what` describes it for the failure
    /// message. Incomplete frames are skipped.
    pub(crate) fn wait_until(&self, what: &str, mut ready: impl FnMut(&Screen) -> bool) {
        let seen = self.state.wait(WAIT_TIMEOUT, |state| {
            let whole = state.closed || !state.parser.callbacks().in_frame;
            let is_there = whole && ready(state.parser.screen());
            (is_there || state.closed).then_some(is_there)
        });
        assert!(seen == Some(true), "Waited for {what}. {}", self.story());
    }

    /// Returns true if a complete frame fulfils the condition within that time. For scripts that
    /// continue either way.
    pub(crate) fn comes(&self, limit: Duration, mut ready: impl FnMut(&str) -> bool) -> bool {
        let seen = self.state.wait(limit, |state| {
            let whole = state.closed || !state.parser.callbacks().in_frame;
            let is_there = whole && ready(&screen_cells::text(state.parser.screen()));
            (is_there || state.closed).then_some(is_there)
        });
        seen == Some(true)
    }

    /// Returns the exit if the program ends within that time.
    pub(crate) fn ended(&self, limit: Duration) -> Option<Exit> {
        self.state.wait(limit, |state| state.exit.filter(|_| state.closed))
    }

    /// Waits until the text is on the screen.
    pub(crate) fn wait_for(&self, text: &str) {
        self.wait_until(&format!("{text:?}"), |cells| screen_cells::text(cells).contains(text));
    }

    /// Waits until the text is no longer on the screen.
    pub(crate) fn wait_gone(&self, text: &str) {
        self.wait_until(&format!("{text:?} to go"), |cells| {
            !screen_cells::text(cells).contains(text)
        });
    }

    /// Waits until no output has arrived for that long.
    pub(crate) fn wait_quiet(&self, quiet: Duration) {
        let end = Instant::now() + WAIT_TIMEOUT + quiet;
        loop {
            let (changed, count) = self.state.look(|state| (state.changed, state.transcript.len()));
            let left = quiet.saturating_sub(changed.elapsed());
            if left.is_zero() {
                return;
            }
            assert!(Instant::now() < end, "Waited for {quiet:?} without output. {}", self.story());
            self.state.wait(left, |state| (state.transcript.len() != count).then_some(()));
        }
    }

    /// Waits until the program has written more than `mark` bytes.
    pub(crate) fn wait_written(&self, mark: usize) {
        let more =
            self.state.wait(WAIT_TIMEOUT, |state| (state.transcript.len() > mark).then_some(()));
        assert!(more.is_some(), "Waited for anything to be written. {}", self.story());
    }

    /// Fails as soon as output arrives within that time.
    pub(crate) fn assert_silent(&self, time: Duration) {
        let count = self.bytes_written();
        let broken = self.state.wait(time, |state| (state.transcript.len() != count).then_some(()));
        let bytes = self.written_since(count);
        assert!(
            broken.is_none(),
            "It wrote {} within {time:?}. {}",
            bytes.escape_ascii(),
            self.story()
        );
    }

    /// Returns the number of bytes that the program has written to the terminal.
    pub(crate) fn bytes_written(&self) -> usize {
        self.state.look(|state| state.transcript.len())
    }

    /// Returns the bytes written since `bytes_written` returned `mark`; all bytes for 0.
    pub(crate) fn written_since(&self, mark: usize) -> Vec<u8> {
        self.state.look(|state| state.transcript[mark..].to_vec())
    }

    /// Returns the number of frames drawn as synchronized updates.
    pub(crate) fn frames(&self) -> usize {
        self.state.look(|state| state.parser.callbacks().frames)
    }

    /// Returns the program's process ID.
    #[allow(dead_code, reason = "benches/account.rs stands on this file too")]
    pub(crate) fn pid(&self) -> i32 {
        self.pid.as_raw_nonzero().get()
    }

    /// Returns the CPU time used so far.
    pub(crate) fn cpu_time(&self) -> Duration {
        cpu_time(self.pid)
    }

    /// Sends the bytes in one write.
    pub(crate) fn send(&mut self, keys: impl AsRef<[u8]>) {
        self.line_mut().keys.write_all(keys.as_ref()).unwrap();
    }

    /// Presses keys by name, each in its own write: `"down t esc"`.
    pub(crate) fn press(&mut self, keys: &str) {
        for key in keys.split(' ') {
            self.send(key_bytes(key));
        }
    }

    /// Pastes text in bracketed paste mode.
    pub(crate) fn paste(&mut self, text: &str) {
        self.send(format!("\x1b[200~{text}\x1b[201~"));
    }

    /// Changes the terminal's size.
    pub(crate) fn resize(&mut self, columns: u16, rows: u16) {
        self.state.change(|state| state.parser.set_size(nonzero(rows), nonzero(columns)));
        self.line_mut().master.resize(size(columns, rows)).unwrap();
    }

    /// Sends the program a signal.
    pub(crate) fn signal(&self, signal: Signal) {
        kill_process(self.pid, signal).unwrap();
    }

    /// Closes the terminal, as a dropped SSH session does. The kernel sends SIGHUP; every later
    /// read and write of the program fails.
    pub(crate) fn hang_up(&mut self) {
        if let Some(Line { reader, stop, .. }) = self.line.take() {
            drop(stop);
            reader.join().unwrap();
        }
    }

    /// Waits until the program has ended and all its output has arrived.
    pub(crate) fn exit(&self) -> Exit {
        let ended = self.state.wait(WAIT_TIMEOUT, |state| state.exit.filter(|_| state.closed));
        ended.unwrap_or_else(|| panic!("Waited for the program's end. {}", self.story()))
    }

    /// Returns true if the terminal is in raw mode.
    pub(crate) fn is_raw(&mut self) -> bool {
        !self.modes().local_modes.intersects(LocalModes::ICANON | LocalModes::ECHO)
    }

    /// Checks that the terminal's modes are as they were before the program started.
    pub(crate) fn assert_restored(&mut self) {
        let cells = self.cells();
        let broken = [
            (cells.alternate_screen(), "the alternate screen is still on"),
            (cells.hide_cursor(), "the cursor is still hidden"),
            (cells.bracketed_paste(), "bracketed paste is still on"),
            (cells.mouse_protocol_mode() != MouseProtocolMode::None, "the mouse is still reported"),
            (
                cells.application_cursor() || cells.application_keypad(),
                "the arrow keys or the keypad are altered",
            ),
            (
                cells.bold() || cells.dim() || cells.underline() || cells.inverse(),
                "attributes are still on",
            ),
            (
                cells.fgcolor() != Color::Default || cells.bgcolor() != Color::Default,
                "colors are still on",
            ),
            (
                self.state.look(|state| state.parser.callbacks().in_frame),
                "a synchronized update is still open",
            ),
            (
                self.state.look(|state| state.parser.callbacks().focus_reports),
                "focus is still reported",
            ),
            (
                format!("{:?}", self.modes()) != self.before,
                "the line's modes differ: raw mode, most likely",
            ),
        ];
        let broken: Vec<&str> =
            broken.iter().filter(|(is_broken, _)| *is_broken).map(|(_, what)| *what).collect();
        assert!(
            broken.is_empty(),
            "The terminal is not as it was: {}. {}",
            broken.join("; "),
            self.story()
        );
    }

    /// Sets the terminal to cooked mode, as a shell does.
    pub(crate) fn cook(&mut self) {
        let mut modes = self.modes();
        modes.local_modes |= LocalModes::ICANON | LocalModes::ECHO | LocalModes::ISIG;
        tcsetattr(&self.line_mut().keys, OptionalActions::Now, &modes).unwrap();
    }

    fn modes(&mut self) -> Termios {
        tcgetattr(&self.line_mut().keys).unwrap()
    }

    fn line_mut(&mut self) -> &mut Line {
        self.line.as_mut().expect("the terminal was hung up")
    }

    /// Returns the screen and the exit for failure messages.
    fn story(&self) -> String {
        let exit = self.state.look(|state| state.exit);
        let end = exit.map_or("The program runs".to_owned(), |exit| {
            format!("The program has ended with {exit:?}")
        });
        format!("{end}, and the screen is:\n{}", screen_cells::framed(&self.cells()))
    }
}

impl Drop for Pty {
    fn drop(&mut self) {
        if self.state.look(|state| state.exit.is_none()) {
            let _ = kill_process(self.pid, Signal::KILL);
        }
        self.hang_up();
    }
}

/// Reads output until either end is closed.
fn read(mut output: File, stopped: &std::io::PipeReader, state: &Monitor<PtyState>) {
    use std::os::fd::AsRawFd;
    let watch = |fd| pollfd { fd, events: POLLIN, revents: 0 };
    let mut ends = [watch(output.as_raw_fd()), watch(stopped.as_raw_fd())];
    let mut chunk = vec![0; 65536];
    loop {
        poll(&mut ends, None).unwrap();
        // Linux returns EIO once the program's end is closed and read out.
        let count = if ends[1].revents == 0 { output.read(&mut chunk).unwrap_or(0) } else { 0 };
        if count == 0 {
            return state.change(|state| state.closed = true);
        }
        state.change(|state| {
            state.parser.process(&chunk[..count]);
            state.transcript.extend_from_slice(&chunk[..count]);
            state.changed = Instant::now();
        });
    }
}

/// Returns the bytes xterm sends for a named key; any other name is sent as text.
fn key_bytes(name: &str) -> Vec<u8> {
    let bytes = match name {
        "esc" => "\x1b",
        "enter" => "\r",
        "tab" => "\t",
        "space" => " ",
        "backspace" => "\x7f",
        "up" => "\x1b[A",
        "down" => "\x1b[B",
        "right" => "\x1b[C",
        "left" => "\x1b[D",
        "pgup" => "\x1b[5~",
        "pgdn" => "\x1b[6~",
        _ => match name.strip_prefix("ctrl-").map(str::as_bytes) {
            Some([letter]) => return vec![letter & 0x1f],
            _ => name,
        },
    };
    bytes.into()
}

fn size(columns: u16, rows: u16) -> PtySize {
    PtySize { rows, cols: columns, pixel_width: 0, pixel_height: 0 }
}

fn nonzero(number: u16) -> NonZeroU16 {
    NonZeroU16::new(number).expect("a terminal has rows and columns")
}
