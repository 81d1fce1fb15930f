//! The event loop: passes messages to the state, runs its effects, and draws.
//! Everything that blocks or waits runs in tasks.

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

/// The settings of a screen.
pub(crate) struct ScreenSetup {
    /// Opens sessions.
    pub session_factory: SessionFactory,
    /// The journal of changes.
    pub journal: Journal,
    /// The journal in memory, for changes that the user sends although the
    /// journal cannot be written.
    pub unjournaled: Journal,
    /// The options of the run.
    pub options: ScreenOptions,
    /// The theme.
    pub theme: Theme,
    /// True to handle mouse clicks and the wheel.
    pub mouse: bool,
    /// True to wrap frames in synchronized-update sequences.
    pub synchronized: bool,
}

/// The reason why the screen ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum EndReason {
    /// The user quit.
    Quit,
    /// A signal ended it.
    Signalled,
    /// The terminal was closed: nothing can be printed.
    Gone,
}

/// The result of a screen.
#[derive(Debug)]
pub(crate) struct ScreenEnd {
    /// The reason.
    pub end: EndReason,
    /// Confirmed changes that were not sent, one line each.
    pub unsent: Vec<String>,
    /// Sent changes whose outcome is unknown, one line each.
    pub sent: Vec<String>,
    /// The results of changes that finished while quitting, one sentence each.
    pub messages: Vec<String>,
}

/// The reason why the screen could not start.
#[derive(Debug)]
pub(crate) enum ScreenError {
    /// There is no usable terminal.
    NoTerminal(NoTerminal),
    /// Reading from or writing to the terminal failed.
    Io(io::Error),
}

/// Maximum number of ready messages handled before the next frame.
const MAX_MESSAGES_PER_FRAME: usize = 1_000;

/// Time that changes in flight have to finish after the terminal was closed or
/// a signal asked the program to end.
const SHUTDOWN_TIMEOUT: Duration = Duration::from_secs(10);

/// The error for a paste that was cut.
const PASTE_WAS_CUT: &str = "The pasted text is longer than 4 MiB. keyflip did not search the rest for key IDs: paste it separately.";

/// Time to wait for a terminating signal before the program is stopped again.
const STOP_GRACE_PERIOD: Duration = Duration::from_secs(1);

/// Runs the screen until the user quits.
///
/// # Errors
/// Returns an error if there is no terminal or it cannot be used.
pub(crate) async fn run(mut start: ScreenSetup) -> Result<ScreenEnd, ScreenError> {
    terminal::check().map_err(ScreenError::NoTerminal)?;
    terminal::install_panic_hook();
    // Before the terminal is altered, so that no signal can leave it so.
    let signals = Signals::new().map_err(ScreenError::Io)?;
    start.options.no_shell = !signals::has_shell();
    // The themes handle NO_COLOR; crossterm would also drop the reversed style of
    // the selection.
    crossterm::style::force_color_output(true);
    // Before the size is read, so that no resize is missed.
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
        // The terminal may still be open: SIGHUP can come from any process, and a
        // write error can be temporary.
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

/// The sources of events.
struct EventSources {
    input: TerminalInput,
    signals: Signals,
    /// Events of the tasks.
    task_events: UnboundedReceiver<TaskEvent>,
}

/// The terminal and the theme.
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

    /// Draws the state. A frame without changes writes nothing.
    fn show(&mut self, state: &mut State, clock: Clock) -> io::Result<()> {
        self.terminal.backend_mut().set_size(state.size);
        self.terminal.draw(|frame| draw(state, &self.theme, frame))?;
        state.drawn(clock.now());
        Ok(())
    }

    /// Enters the terminal again after another program had it, and redraws it.
    fn retake(&mut self) -> io::Result<()> {
        self.guard.take()?;
        self.terminal.backend_mut().cursor_is_hidden();
        self.terminal.clear()
    }
}

/// Handles messages and draws until the screen ends.
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

/// Runs effects: those on the terminal here, all others in tasks. Effects that
/// hand the terminal to another program come last.
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

/// Hands the terminal to the user's pager until that ends. Tasks and messages
/// continue meanwhile.
async fn run_pager(
    text: &str,
    state: &mut State,
    screen: &mut TerminalScreen,
    effects: &mut EffectRunner,
    sources: &mut EventSources,
    clock: Clock,
) -> io::Result<()> {
    // Two readers of the terminal would each get some of the keys.
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
    // A killed pager does not restore the modes itself.
    modes.iter().for_each(terminal::restore_modes);
    in_foreground(sources).await?;
    screen.retake()?;
    sources.input.open()?;
    match paged {
        PagerResult::Done => {}
        PagerResult::Failed(sentence) => {
            state.notifications.report_error(sentence, clock.now().wall);
        }
        PagerResult::Signal(signal) => sources.signals.push_back(signal),
    }
    Ok(())
}

/// Waits until this program is in the foreground. From the background the
/// terminal cannot be used: the kernel stops a process that tries.
///
/// # Errors
/// Returns an error if the program is asked to end meanwhile.
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

/// Panics if `KEYFLIP_PANIC` is set, to test that a panic restores the terminal.
#[cfg(debug_assertions)]
fn panic_if_asked() {
    assert!(std::env::var_os("KEYFLIP_PANIC").is_none(), "KEYFLIP_PANIC is set");
}

/// Finishes the confirmed changes after the terminal was closed, so that the
/// journal has their outcomes.
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
