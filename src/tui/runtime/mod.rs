//! The loop that ties the state to a terminal, a clock, the network and the
//! journal. Everything that blocks or waits runs in tasks; this thread only
//! takes messages in, and draws.

mod backend;
mod clipboard;
mod clock;
mod effects;
mod input;
mod out;
mod pager;
mod recovery;
mod signals;
mod terminal;

use std::io;
use std::pin::pin;
use std::time::Duration;

use ratatui::Terminal;
use tokio::sync::mpsc::{UnboundedReceiver, unbounded_channel};
use tokio::time::Instant;

use crate::changes::Journal;
use crate::sessions::Opener;
use crate::tui::app::{Effect, Message, Options, Signal, State};
use crate::tui::view::{Theme, draw};

use backend::FrameBackend;
use clock::Clock;
use effects::{Effects, Journals, News};
use input::Input;
use out::Out;
use pager::Paged;
use signals::Signals;
use terminal::TerminalGuard;

#[cfg(feature = "bench")]
pub(crate) use backend::FrameBackend as BenchBackend;
pub(crate) use terminal::NoTerminal;

/// What a screen is started with.
pub(crate) struct Start {
    /// Opens the sessions.
    pub opener: Opener,
    /// Where changes are written down.
    pub journal: Journal,
    /// Where changes are kept that could not be written there, and were sent
    /// all the same since the user said so.
    pub unwritten: Journal,
    /// What is fixed for the run.
    pub options: Options,
    /// How the screen looks.
    pub theme: Theme,
    /// Whether clicks and the wheel are taken.
    pub mouse: bool,
    /// Whether frames are put between synchronized-update brackets.
    pub synchronized: bool,
}

/// Why the screen ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum End {
    /// The user left.
    Quit,
    /// A signal asked for it.
    Signalled,
    /// The terminal has gone: nothing can be printed.
    Gone,
}

/// How the screen ended.
#[derive(Debug)]
pub(crate) struct Ended {
    /// Why.
    pub end: End,
    /// The changes that were confirmed and not sent, each in a line.
    pub unsent: Vec<String>,
    /// The changes that were sent and have no outcome yet, each in a line.
    pub sent: Vec<String>,
    /// What came of those that were waited for, a sentence each.
    pub told: Vec<String>,
}

/// Why there was no screen.
#[derive(Debug)]
pub(crate) enum Failure {
    /// There is no terminal.
    NoTerminal(NoTerminal),
    /// The terminal could not be used.
    Io(io::Error),
}

/// So many ready messages are taken in before the next frame.
const BATCH: usize = 1_000;

/// Changes in flight have so long to end once the terminal has gone, or a
/// signal has asked the program to end.
const LAST_WAIT: Duration = Duration::from_secs(10);

/// What to say of a paste of which not all was kept.
const PASTE_WAS_CUT: &str =
    "The pasted text was longer than 4 MiB: key IDs in the rest of it were not looked for. Paste the rest by itself.";

/// How long to look out for a signal to end before the program is stopped anew.
const GLANCE: Duration = Duration::from_secs(1);

/// Runs the screen until the user leaves.
///
/// # Errors
/// Where there is no terminal, or it can't be used.
pub(crate) async fn run(mut start: Start) -> Result<Ended, Failure> {
    terminal::check().map_err(Failure::NoTerminal)?;
    terminal::install_panic_hook();
    // From here on no signal can end the program with the terminal altered.
    let signals = Signals::new().map_err(Failure::Io)?;
    start.options.no_shell = !signals::has_shell();
    // The themes see to NO_COLOR; crossterm's own way of honouring it would
    // take the selection away with the colours.
    crossterm::style::force_color_output(true);
    // Before the size is asked for, so that none is missed.
    let input = Input::new().map_err(Failure::Io)?;
    let clock = Clock::start();
    let guard = TerminalGuard::enter(start.mouse).map_err(Failure::Io)?;
    let mut screen = Screen::new(guard, &start).map_err(Failure::Io)?;
    let size = crossterm::terminal::size().map_err(Failure::Io)?;
    let (mut state, first) = State::new(start.options, size, clock.now());
    screen.show(&mut state, clock).map_err(Failure::Io)?;

    let (news, arrived) = unbounded_channel();
    let journals = Journals { written: start.journal, unwritten: start.unwritten };
    let mut effects = Effects::new(start.opener, journals, clock, news);
    for effect in first {
        effects.carry_out(effect);
    }
    let mut ears = Ears { input, signals, arrived };
    let end = drive(&mut state, &mut screen, &mut effects, &mut ears, clock).await;
    if end == End::Gone {
        // It may still be there: whoever sends SIGHUP need not be the system,
        // and an error in writing need not be the end.
        TerminalGuard::release();
    }
    let Ears { input, signals, mut arrived } = ears;
    drop((input, signals));
    if end == End::Gone {
        finish(&mut state, &mut effects, &mut arrived, clock).await;
    }
    drop(screen);
    Ok(Ended { end, unsent: state.unsent(), sent: state.sent(), told: state.parting().to_vec() })
}

/// What the loop listens to.
struct Ears {
    input: Input,
    signals: Signals,
    /// News of its tasks.
    arrived: UnboundedReceiver<News>,
}

/// The terminal, and what is drawn on it.
struct Screen {
    guard: TerminalGuard,
    terminal: Terminal<FrameBackend<Out<io::Stdout>>>,
    theme: Theme,
}

impl Screen {
    fn new(guard: TerminalGuard, start: &Start) -> io::Result<Self> {
        let size = crossterm::terminal::size()?;
        let backend = FrameBackend::new(out::terminal(), size, start.synchronized);
        Ok(Self { guard, terminal: Terminal::new(backend)?, theme: start.theme.clone() })
    }

    /// Draws the state; what has not changed writes nothing.
    fn show(&mut self, state: &mut State, clock: Clock) -> io::Result<()> {
        self.terminal.backend_mut().set_size(state.size);
        self.terminal.draw(|frame| draw(state, &self.theme, frame))?;
        state.drawn(clock.now());
        Ok(())
    }

    /// Takes the terminal over again, whatever was done to it, and paints it.
    fn take_again(&mut self) -> io::Result<()> {
        self.guard.take()?;
        self.terminal.backend_mut().cursor_is_hidden();
        self.terminal.clear()
    }
}

/// Takes messages in and draws, until the program is to end.
async fn drive(state: &mut State, screen: &mut Screen, effects: &mut Effects, ears: &mut Ears, clock: Clock) -> End {
    let mut end = End::Quit;
    let mut leave_by = None;
    loop {
        let deadline = state.deadline().map(|deadline| clock.at(deadline));
        let first = tokio::select! {
            biased;
            signal = ears.signals.next() => Some(Message::Signal(signal)),
            event = ears.input.next() => Some(event.map_or(Message::Signal(Signal::Gone), Message::Input)),
            Some(news) = ears.arrived.recv() => Some(effects.take_news(news)),
            () = sleep_until(deadline) => Some(Message::Deadline),
            () = sleep_until(leave_by) => return end,
        };
        let mut wanted = Vec::new();
        let mut next = first;
        for _ in 0..BATCH {
            if let Some(message) = next {
                match message {
                    Message::Signal(Signal::Gone) => return End::Gone,
                    Message::Signal(Signal::End) => {
                        end = End::Signalled;
                        leave_by.get_or_insert_with(|| Instant::now() + LAST_WAIT);
                    }
                    #[cfg(debug_assertions)]
                    Message::Input(_) => panic_if_asked(),
                    _ => {}
                }
                if !(matches!(message, Message::Input(_)) && state.discards_input()) {
                    wanted.extend(state.update(message, clock.now()));
                }
            }
            next = match ears.input.ready() {
                Some(event) => Some(Message::Input(event)),
                None => match ears.arrived.try_recv() {
                    Ok(news) => Some(effects.take_news(news)),
                    Err(_) => break,
                },
            };
        }
        if let Ok(size) = crossterm::terminal::size()
            && size != state.size
        {
            state.size = size;
        }
        if ears.input.paste_was_cut() {
            state.notices.fail(PASTE_WAS_CUT, clock.now().wall);
        }
        wanted.extend(state.settle(clock.now()));
        if carry_out(wanted, state, screen, effects, ears, clock).await.is_err() || screen.show(state, clock).is_err() {
            return End::Gone;
        }
        if state.has_left() {
            return end;
        }
    }
}

/// Carries out effects: those on the terminal here, all others in tasks. What
/// gives the terminal away for a while comes last.
async fn carry_out(
    mut wanted: Vec<Effect>,
    state: &mut State,
    screen: &mut Screen,
    effects: &mut Effects,
    ears: &mut Ears,
    clock: Clock,
) -> io::Result<()> {
    wanted.sort_by_key(|effect| matches!(effect, Effect::Page(_) | Effect::Suspend));
    for effect in wanted {
        match effect {
            Effect::Suspend => {
                TerminalGuard::release();
                signals::stop_this_group();
                in_foreground(ears).await?;
                screen.take_again()?;
            }
            Effect::Repaint => {
                in_foreground(ears).await?;
                screen.take_again()?;
            }
            Effect::Copy(text) => clipboard::send(&text, &mut out::terminal())?,
            Effect::Page(text) => page(&text, state, screen, effects, ears, clock).await?,
            other => effects.carry_out(other),
        }
    }
    Ok(())
}

/// Gives the terminal to the user's pager until that ends. Everything but the
/// screen goes on meanwhile.
async fn page(
    text: &str,
    state: &mut State,
    screen: &mut Screen,
    effects: &mut Effects,
    ears: &mut Ears,
    clock: Clock,
) -> io::Result<()> {
    // Two readers would share the keys between them.
    ears.input.close();
    TerminalGuard::release();
    let modes = terminal::modes();
    let paged = {
        let mut pager = pin!(pager::show(text, &mut ears.signals));
        loop {
            let deadline = state.deadline().map(|deadline| clock.at(deadline));
            let message = tokio::select! {
                paged = &mut pager => break paged,
                Some(news) = ears.arrived.recv() => effects.take_news(news),
                () = sleep_until(deadline) => Message::Deadline,
            };
            let mut wanted = state.update(message, clock.now());
            wanted.extend(state.settle(clock.now()));
            for effect in wanted {
                effects.carry_out(effect);
            }
        }
    };
    // One that was ended by force leaves them as it had them.
    modes.iter().for_each(terminal::set_back);
    in_foreground(ears).await?;
    screen.take_again()?;
    ears.input.open()?;
    match paged {
        Paged::Done => {}
        Paged::Failed(sentence) => state.notices.fail(sentence, clock.now().wall),
        Paged::Signal(signal) => ears.signals.put_back(signal),
    }
    Ok(())
}

/// Waits until the terminal is this program's again. From the background it
/// can't be taken: the shell has it, and goes on stopping whoever tries.
///
/// # Errors
/// The program was asked to end meanwhile.
async fn in_foreground(ears: &mut Ears) -> io::Result<()> {
    while !signals::in_foreground() {
        match tokio::time::timeout(GLANCE, ears.signals.next()).await {
            Ok(Signal::End | Signal::Gone) => return Err(io::Error::other("asked to end in the background")),
            Ok(Signal::Stop | Signal::Continue) => {}
            Err(_) => signals::stop_this_group(),
        }
    }
    Ok(())
}

async fn sleep_until(deadline: Option<Instant>) {
    match deadline {
        Some(deadline) => tokio::time::sleep_until(deadline).await,
        None => std::future::pending().await,
    }
}

/// Panics where a test asks for it with KEYFLIP_PANIC: nothing else shows that
/// a fault of this program gives the terminal back.
#[cfg(debug_assertions)]
fn panic_if_asked() {
    assert!(std::env::var_os("KEYFLIP_PANIC").is_none(), "KEYFLIP_PANIC is set");
}

/// Carries what was confirmed to its end, so that each change has its outcome
/// in the journal, although there is no terminal to show it on.
async fn finish(state: &mut State, effects: &mut Effects, arrived: &mut UnboundedReceiver<News>, clock: Clock) {
    let wait = async {
        while !state.changes.under_way().is_empty() {
            for effect in state.changes.release() {
                effects.carry_out(effect);
            }
            let Some(news) = arrived.recv().await else { return };
            let _ = state.update(effects.take_news(news), clock.now());
        }
    };
    let _ = tokio::time::timeout(LAST_WAIT, wait).await;
}
