//! The loop that ties the state to a terminal, a clock, the network and the
//! journal. Everything that blocks or waits runs in tasks; this thread only
//! takes messages in, and draws.

use std::io;
use std::pin::pin;
use std::time::Duration;

use ratatui::Terminal;
use tokio::sync::mpsc::{UnboundedReceiver, unbounded_channel};
use tokio::time::Instant;

use crate::changes::Journal;
use crate::session_factory::SessionFactory;
use crate::tui::app::{Effect, Message, ScreenOptions, Signal, State};
use crate::tui::view::{Theme, draw};

use super::backend::FrameBackend;
use super::blocking_stdout::BlockingStdout;
use super::clock::Clock;
use super::effects::{EffectRunner, Journals, TaskEvent};
use super::input::TerminalInput;
use super::pager::PagerResult;
use super::signals::Signals;
use super::terminal::NoTerminal;
use super::terminal::TerminalGuard;
use super::{blocking_stdout, clipboard, pager, signals, terminal};

/// What a screen is started with.
pub(crate) struct ScreenSetup {
    /// Opens the sessions.
    pub session_factory: SessionFactory,
    /// Where changes are written down.
    pub journal: Journal,
    /// Where changes are kept that could not be written there, and were sent
    /// all the same since the user said so.
    pub unjournaled: Journal,
    /// What is fixed for the run.
    pub options: ScreenOptions,
    /// How the screen looks.
    pub theme: Theme,
    /// Whether clicks and the wheel are taken.
    pub mouse: bool,
    /// Whether frames are put between synchronized-update brackets.
    pub synchronized: bool,
}

/// Why the screen ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum EndReason {
    /// The user left.
    Quit,
    /// A signal asked for it.
    Signalled,
    /// The terminal has gone: nothing can be printed.
    Gone,
}

/// How the screen ended.
#[derive(Debug)]
pub(crate) struct ScreenEnd {
    /// Why.
    pub end: EndReason,
    /// The changes that were confirmed and not sent, each in a line.
    pub unsent: Vec<String>,
    /// The changes that were sent and have no outcome yet, each in a line.
    pub sent: Vec<String>,
    /// What came of those that were waited for, a sentence each.
    pub messages: Vec<String>,
}

/// Why there was no screen.
#[derive(Debug)]
pub(crate) enum ScreenError {
    /// There is no terminal.
    NoTerminal(NoTerminal),
    /// The terminal could not be used.
    Io(io::Error),
}

/// So many ready messages are taken in before the next frame.
const MAX_MESSAGES_PER_FRAME: usize = 1_000;

/// Changes in flight have so long to end once the terminal has gone, or a
/// signal has asked the program to end.
const SHUTDOWN_TIMEOUT: Duration = Duration::from_secs(10);

/// What to say of a paste of which not all was kept.
const PASTE_WAS_CUT: &str = "The pasted text was longer than 4 MiB: key IDs in the rest of it were not looked for. Paste the rest by itself.";

/// How long to look out for a signal to end before the program is stopped anew.
const STOP_GRACE_PERIOD: Duration = Duration::from_secs(1);

/// Runs the screen until the user leaves.
///
/// # Errors
/// Where there is no terminal, or it can't be used.
pub(crate) async fn run(mut start: ScreenSetup) -> Result<ScreenEnd, ScreenError> {
    terminal::check().map_err(ScreenError::NoTerminal)?;
    terminal::install_panic_hook();
    // From here on no signal can end the program with the terminal altered.
    let signals = Signals::new().map_err(ScreenError::Io)?;
    start.options.no_shell = !signals::has_shell();
    // The themes see to NO_COLOR; crossterm's own way of honouring it would
    // take the selection away with the colours.
    crossterm::style::force_color_output(true);
    // Before the size is asked for, so that none is missed.
    let input = TerminalInput::new().map_err(ScreenError::Io)?;
    let clock = Clock::start();
    let guard = TerminalGuard::enter(start.mouse).map_err(ScreenError::Io)?;
    let mut screen = TerminalScreen::new(guard, &start).map_err(ScreenError::Io)?;
    let size = crossterm::terminal::size().map_err(ScreenError::Io)?;
    let (mut state, first) = State::new(start.options, size, clock.now());
    screen.show(&mut state, clock).map_err(ScreenError::Io)?;

    let (event_sender, task_events) = unbounded_channel();
    let journals = Journals { written: start.journal, unjournaled: start.unjournaled };
    let mut effects = EffectRunner::new(start.session_factory, journals, clock, event_sender);
    for effect in first {
        effects.start(effect);
    }
    let mut sources = EventSources { input, signals, task_events };
    let end = run_loop(&mut state, &mut screen, &mut effects, &mut sources, clock).await;
    if end == EndReason::Gone {
        // It may still be there: whoever sends SIGHUP need not be the system,
        // and an error in writing need not be the end.
        TerminalGuard::release();
    }
    let EventSources { input, signals, task_events: mut arrived } = sources;
    drop((input, signals));
    if end == EndReason::Gone {
        finish_changes(&mut state, &mut effects, &mut arrived, clock).await;
    }
    drop(screen);
    Ok(ScreenEnd {
        end,
        unsent: state.unsent(),
        sent: state.sent(),
        messages: state.exit_messages().to_vec(),
    })
}

/// What the loop listens to.
struct EventSources {
    input: TerminalInput,
    signals: Signals,
    /// News of its tasks.
    task_events: UnboundedReceiver<TaskEvent>,
}

/// The terminal, and what is drawn on it.
struct TerminalScreen {
    guard: TerminalGuard,
    terminal: Terminal<FrameBackend<BlockingStdout<io::Stdout>>>,
    theme: Theme,
}

impl TerminalScreen {
    fn new(guard: TerminalGuard, start: &ScreenSetup) -> io::Result<Self> {
        let size = crossterm::terminal::size()?;
        let backend = FrameBackend::new(blocking_stdout::stdout(), size, start.synchronized);
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
    fn retake(&mut self) -> io::Result<()> {
        self.guard.take()?;
        self.terminal.backend_mut().cursor_is_hidden();
        self.terminal.clear()
    }
}

/// Takes messages in and draws, until the program is to end.
async fn run_loop(
    state: &mut State,
    screen: &mut TerminalScreen,
    effects: &mut EffectRunner,
    sources: &mut EventSources,
    clock: Clock,
) -> EndReason {
    let mut end = EndReason::Quit;
    let mut leave_by = None;
    loop {
        let deadline = state.deadline().map(|deadline| clock.at(deadline));
        let first = tokio::select! {
            biased;
            signal = sources.signals.next() => Some(Message::Signal(signal)),
            event = sources.input.next() => Some(event.map_or(Message::Signal(Signal::Gone), Message::Input)),
            Some(event) = sources.task_events.recv() => Some(effects.take_task_event(event)),
            () = sleep_until(deadline) => Some(Message::Deadline),
            () = sleep_until(leave_by) => return end,
        };
        let mut wanted = Vec::new();
        let mut next = first;
        for _ in 0..MAX_MESSAGES_PER_FRAME {
            if let Some(message) = next {
                match message {
                    Message::Signal(Signal::Gone) => return EndReason::Gone,
                    Message::Signal(Signal::End) => {
                        end = EndReason::Signalled;
                        leave_by.get_or_insert_with(|| Instant::now() + SHUTDOWN_TIMEOUT);
                    }
                    #[cfg(debug_assertions)]
                    Message::Input(_) => panic_if_asked(),
                    _ => {}
                }
                if !(matches!(message, Message::Input(_)) && state.discards_input()) {
                    wanted.extend(state.update(message, clock.now()));
                }
            }
            next = match sources.input.ready() {
                Some(event) => Some(Message::Input(event)),
                None => match sources.task_events.try_recv() {
                    Ok(event) => Some(effects.take_task_event(event)),
                    Err(_) => break,
                },
            };
        }
        if let Ok(size) = crossterm::terminal::size()
            && size != state.size
        {
            state.size = size;
        }
        if sources.input.paste_was_cut() {
            state.notifications.report_error(PASTE_WAS_CUT, clock.now().wall);
        }
        wanted.extend(state.settle(clock.now()));
        if run_effects(wanted, state, screen, effects, sources, clock).await.is_err()
            || screen.show(state, clock).is_err()
        {
            return EndReason::Gone;
        }
        if state.has_left() {
            return end;
        }
    }
}

/// Carries out effects: those on the terminal here, all others in tasks. What
/// gives the terminal away for a while comes last.
async fn run_effects(
    mut wanted: Vec<Effect>,
    state: &mut State,
    screen: &mut TerminalScreen,
    effects: &mut EffectRunner,
    sources: &mut EventSources,
    clock: Clock,
) -> io::Result<()> {
    wanted.sort_by_key(|effect| matches!(effect, Effect::Page(_) | Effect::Suspend));
    for effect in wanted {
        match effect {
            Effect::Suspend => {
                TerminalGuard::release();
                signals::stop_this_group();
                in_foreground(sources).await?;
                screen.retake()?;
            }
            Effect::Repaint => {
                in_foreground(sources).await?;
                screen.retake()?;
            }
            Effect::Copy(text) => clipboard::copy(&text, &mut blocking_stdout::stdout())?,
            Effect::Page(text) => run_pager(&text, state, screen, effects, sources, clock).await?,
            other => effects.start(other),
        }
    }
    Ok(())
}

/// Gives the terminal to the user's pager until that ends. Everything but the
/// screen goes on meanwhile.
async fn run_pager(
    text: &str,
    state: &mut State,
    screen: &mut TerminalScreen,
    effects: &mut EffectRunner,
    sources: &mut EventSources,
    clock: Clock,
) -> io::Result<()> {
    // Two readers would share the keys between them.
    sources.input.close();
    TerminalGuard::release();
    let modes = terminal::terminal_modes();
    let paged = {
        let mut pager = pin!(pager::show(text, &mut sources.signals));
        loop {
            let deadline = state.deadline().map(|deadline| clock.at(deadline));
            let message = tokio::select! {
                paged = &mut pager => break paged,
                Some(event) = sources.task_events.recv() => effects.take_task_event(event),
                () = sleep_until(deadline) => Message::Deadline,
            };
            let mut wanted = state.update(message, clock.now());
            wanted.extend(state.settle(clock.now()));
            for effect in wanted {
                effects.start(effect);
            }
        }
    };
    // One that was ended by force leaves them as it had them.
    modes.iter().for_each(terminal::restore_modes);
    in_foreground(sources).await?;
    screen.retake()?;
    sources.input.open()?;
    match paged {
        PagerResult::Done => {}
        PagerResult::Failed(sentence) => {
            state.notifications.report_error(sentence, clock.now().wall);
        }
        PagerResult::Signal(signal) => sources.signals.put_back(signal),
    }
    Ok(())
}

/// Waits until the terminal is this program's again. From the background it
/// can't be taken: the shell has it, and goes on stopping whoever tries.
///
/// # Errors
/// The program was asked to end meanwhile.
async fn in_foreground(sources: &mut EventSources) -> io::Result<()> {
    while !signals::in_foreground() {
        match tokio::time::timeout(STOP_GRACE_PERIOD, sources.signals.next()).await {
            Ok(Signal::End | Signal::Gone) => {
                return Err(io::Error::other("asked to end in the background"));
            }
            Ok(Signal::Stop | Signal::Continue) => {}
            Err(_) => signals::stop_this_group(),
        }
    }
    Ok(())
}

pub(super) async fn sleep_until(deadline: Option<Instant>) {
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
async fn finish_changes(
    state: &mut State,
    effects: &mut EffectRunner,
    arrived: &mut UnboundedReceiver<TaskEvent>,
    clock: Clock,
) {
    let wait = async {
        while !state.change_queue.in_flight().is_empty() {
            for effect in state.change_queue.start_next() {
                effects.start(effect);
            }
            let Some(event) = arrived.recv().await else { return };
            let _ = state.update(effects.take_task_event(event), clock.now());
        }
    };
    let _ = tokio::time::timeout(SHUTDOWN_TIMEOUT, wait).await;
}
