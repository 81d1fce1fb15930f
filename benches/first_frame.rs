//! From exec to the first full frame: keyflip beside a bare ratatui program
//! that draws one box, both as processes on a pty, by turns in the same run.
//!
//! `cargo bench --bench first_frame`

use std::io::{self, Read as _};
use std::process::ExitCode;
use std::time::{Duration, Instant};

use portable_pty::{CommandBuilder, PtySize, native_pty_system};
use ratatui::Terminal;
use ratatui::backend::CrosstermBackend;
use ratatui::widgets::Block;

/// Pairs of starts that are measured.
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
    let mut keyflip = CommandBuilder::new(env!("CARGO_BIN_EXE_keyflip"));
    // Nothing answers there: the first frame must not wait for the network.
    keyflip.args(["--endpoint-url", "http://127.0.0.1:9"]);
    let mut bare = CommandBuilder::new(std::env::current_exe()?);
    bare.arg(BARE);
    for command in [&mut keyflip, &mut bare] {
        command.env_clear();
        command.env("TERM", "xterm-256color");
        command.env("HOME", home.path());
        command.cwd(home.path());
    }
    let (mut ours, mut theirs) = (Vec::new(), Vec::new());
    for round in 0..=ROUNDS {
        let pair = (first_frame(&keyflip, FRAME_END)?, first_frame(&bare, CORNER)?);
        // The first round brings both programs into the page cache.
        if round > 0 {
            ours.push(pair.0);
            theirs.push(pair.1);
        }
    }
    Ok(report(&mut ours, &mut theirs))
}

#[expect(clippy::print_stdout, reason = "a benchmark prints")]
fn report(ours: &mut [Duration], theirs: &mut [Duration]) -> ExitCode {
    let of = |name: &str, times: &mut [Duration]| {
        times.sort_unstable();
        let at = |share: usize| times[(times.len() - 1) * share / 100].as_secs_f64() * 1e3;
        println!("{name:22} median {:6.2} ms, fastest {:6.2}, p90 {:6.2}", at(50), at(0), at(90));
        at(50)
    };
    let (ours, theirs) = (of("keyflip", ours), of("bare ratatui, one box", theirs));
    let times = ours / theirs;
    println!("keyflip takes {times:.2} times as long; the budget is {BUDGET:.1}");
    if times <= BUDGET { ExitCode::SUCCESS } else { ExitCode::FAILURE }
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
