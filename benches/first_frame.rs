//! From exec to the first full frame: keyflip beside a bare ratatui program
//! that draws one box, both as processes on a pty, by turns in the same run.
//!
//! `cargo bench --bench first_frame`

use std::io::{self, Read as _};
use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::time::{Duration, Instant};

use portable_pty::{CommandBuilder, PtySize, native_pty_system};
use ratatui::Terminal;
use ratatui::backend::CrosstermBackend;
use ratatui::widgets::Block;

/// Starts of each program that are measured.
const ROUNDS: usize = 40;

/// How many times the bare program's time keyflip may take.
const BUDGET: f64 = 1.5;

/// The argument that makes this program the bare one.
const BARE: &str = "--one-box";

/// The lower right corner of a box: the frame is there down to its end.
const CORNER: &[u8] = "┘".as_bytes();

/// The end of a synchronized update: keyflip's frame is there, whole.
const FRAME_END: &[u8] = b"\x1b[?2026l";

type Error = Box<dyn std::error::Error>;

fn main() -> Result<ExitCode, Error> {
    if std::env::args().any(|word| word == BARE) {
        one_box()?;
        return Ok(ExitCode::SUCCESS);
    }
    let home = tempfile::tempdir()?;
    let installed = |program: &Path, name: &str| -> Result<PathBuf, Error> {
        let copy = home.path().join(name);
        std::fs::copy(program, &copy)?;
        Ok(copy)
    };
    // Copied, as an installation does: the page cache has what a linker wrote in small pieces,
    // which take a program of this size up to a third of a millisecond longer to load.
    let keyflip = installed(Path::new(env!("CARGO_BIN_EXE_keyflip")), "keyflip")?;
    let bare = installed(&std::env::current_exe()?, "bare")?;
    let command = |program: &Path, arguments: &[&str]| {
        let mut command = CommandBuilder::new(program);
        command.args(arguments);
        command.env_clear();
        command.env("TERM", "xterm-256color");
        command.env("HOME", home.path());
        command.cwd(home.path());
        command
    };
    // Nothing answers there: the first frame must not wait for the network.
    let endpoint = "http://127.0.0.1:9";
    let mut usual = command(&keyflip, &[]);
    usual.env("AWS_ENDPOINT_URL", endpoint);
    let with_option = command(&keyflip, &["--endpoint-url", endpoint]);
    let bare = command(&bare, &[BARE]);
    let programs = [(&usual, FRAME_END), (&with_option, FRAME_END), (&bare, CORNER)];
    let mut times = [const { Vec::new() }; 3];
    for round in 0..=ROUNDS {
        for ((program, end), times) in programs.iter().zip(&mut times) {
            let time = first_frame(program, end)?;
            // The first round brings the programs into the page cache.
            if round > 0 {
                times.push(time);
            }
        }
    }
    let [usual, with_option, bare] = times;
    Ok(report(usual, with_option, bare))
}

/// Prints the times, and compares the usual start with the budget.
#[expect(clippy::print_stdout, reason = "a benchmark prints")]
fn report(usual: Vec<Duration>, with_option: Vec<Duration>, bare: Vec<Duration>) -> ExitCode {
    let median = |name: &str, mut times: Vec<Duration>| {
        times.sort_unstable();
        let at = |share: usize| times[(times.len() - 1) * share / 100].as_secs_f64() * 1e3;
        println!("{name:23} median {:6.2} ms, fastest {:6.2}, p90 {:6.2}", at(50), at(0), at(90));
        at(50)
    };
    let bare = median("bare ratatui, one box", bare);
    let with_option = median("keyflip --endpoint-url", with_option) / bare;
    let usual = median("keyflip", usual) / bare;
    println!(
        "keyflip takes {usual:.2} times as long, with an option {with_option:.2}; the budget is {BUDGET:.1}"
    );
    if usual <= BUDGET { ExitCode::SUCCESS } else { ExitCode::FAILURE }
}

/// Starts the program on a terminal and returns how long it took until that came
/// from it.
fn first_frame(command: &CommandBuilder, end: &[u8]) -> Result<Duration, Error> {
    let pair = native_pty_system().openpty(PtySize {
        rows: 40,
        cols: 120,
        pixel_width: 0,
        pixel_height: 0,
    })?;
    let mut output = pair.master.try_clone_reader()?;
    let start = Instant::now();
    let mut child = pair.slave.spawn_command(command.clone())?;
    let mut seen = Vec::new();
    let mut chunk = [0; 16384];
    let taken = loop {
        let count = output.read(&mut chunk)?;
        if count == 0 {
            return Err("the program ended before its first frame".into());
        }
        seen.extend_from_slice(&chunk[..count]);
        if seen.windows(end.len()).any(|bytes| bytes == end) {
            break start.elapsed();
        }
    };
    child.kill()?;
    child.wait()?;
    Ok(taken)
}

/// The bare program: takes the terminal over, draws one box, and waits.
fn one_box() -> io::Result<()> {
    crossterm::terminal::enable_raw_mode()?;
    crossterm::execute!(io::stdout(), crossterm::terminal::EnterAlternateScreen)?;
    let mut terminal = Terminal::new(CrosstermBackend::new(io::stdout()))?;
    terminal.draw(|frame| frame.render_widget(Block::bordered().title("box"), frame.area()))?;
    crossterm::event::read().map(drop)
}
