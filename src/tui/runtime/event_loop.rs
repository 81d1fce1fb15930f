//! The event loop: passes messages to the state, runs its effects, and draws.
//! Everything that blocks or waits runs in tasks.

use std::io;
use std::pin::pin;
use std::time::Duration;

use ratatui::Terminal;
use tokio::runtime::{self, Runtime};
use tokio::sync::mpsc::{UnboundedReceiver, unbounded_channel};
use tokio::time::Instant;

use crate::tui::app::App;
use crate::tui::context::Shared;
use crate::tui::effect::{Effects, TerminalEffect};
use crate::tui::handlers::{sent_changes, unsent_changes};
use crate::tui::message::{Message, Signal};
use crate::tui::messages;
use crate::tui::render::Theme;
use crate::tui::runtime::backend::FrameBackend;
use crate::tui::runtime::blocking_stdout::BlockingStdout;
use crate::tui::runtime::clock::{Clock, sleep_until};
use crate::tui::runtime::frame_schedule::FrameSchedule;
use crate::tui::runtime::input::TerminalInput;
use crate::tui::runtime::pager::PagerResult;
use crate::tui::runtime::screen::{EndReason, ScreenEnd, ScreenError, ScreenSetup};
use crate::tui::runtime::signals::Signals;
use crate::tui::runtime::tasks::{EventSender, Journals, TaskContext, TaskEvent, TaskRunner};
use crate::tui::runtime::terminal::TerminalGuard;
use crate::tui::runtime::{blocking_stdout, clipboard, pager, signals, terminal};

/// Maximum number of ready messages handled before the next frame.
const MAX_MESSAGES_PER_FRAME: usize = 1_000;

/// Time that changes in flight have to finish after the terminal was closed or
/// a signal asked the program to end, and files that are being written.
const SHUTDOWN_TIMEOUT: Duration = Duration::from_secs(10);

/// Time to wait for a terminating signal before the program is stopped again.
const STOP_GRACE_PERIOD: Duration = Duration::from_secs(1);

/// Runs the screen until the user quits. Tasks run on `workers`, which are started after the first
/// frame if they are not running already.
///
/// # Errors
/// Returns an error if there is no terminal or it cannot be used, or if no thread can be started.
pub(crate) async fn run(
    mut setup: ScreenSetup,
    workers: &mut Option<Runtime>,
) -> Result<ScreenEnd, ScreenError> {
    terminal::check()?;
    terminal::install_panic_hook();
    // Before the terminal is altered, so that no signal can leave it so.
    let signals = Signals::new()?;
    setup.options.no_shell = !signals::has_shell();
    // The themes handle NO_COLOR; crossterm would also drop the reversed style of
    // the selection.
    crossterm::style::force_color_output(true);
    // Before the size is read, so that no resize is missed.
    let input = TerminalInput::new()?;
    let mut event_loop = EventLoop::start(setup, input, signals, workers)?;
    let end = event_loop.run().await;
    let EventLoop { mut app, screen, mut tasks, sources, clock } = event_loop;
    if end == EndReason::TerminalClosed {
        // The terminal may still be open: SIGHUP can come from any process, and a
        // write error can be temporary.
        TerminalGuard::release();
    }
    let EventSources { input, signals, mut task_events } = sources;
    drop((input, signals));
    if end == EndReason::TerminalClosed {
        finish_changes(&mut app, &mut tasks, &mut task_events, clock).await;
    }
    drop(screen);
    Ok(ScreenEnd {
        end,
        unsent: unsent_changes(&app.shared),
        sent: sent_changes(&app.shared),
        messages: exit_messages(app.shared),
    })
}

/// Starts the threads that run tasks. The event loop has a thread of its own.
///
/// # Errors
/// Returns an error if they cannot be started.
pub(crate) fn start_workers() -> io::Result<Runtime> {
    runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build()
}

/// Returns the lines to print after the screen: outcomes that were waited for, what the watch has
/// seen, what was changed, and files that may not have been written.
fn exit_messages(shared: Shared) -> Vec<String> {
    let summary = shared.change_queue.summary();
    let unwritten = shared.exit.unwritten.iter().map(|path| messages::export::unwritten(path));
    let unwritten: Vec<_> = unwritten.collect();
    let lines = shared.exit.exit_lines.into_iter().chain(shared.watch.into_lines());
    lines.chain(summary).chain(unwritten).collect()
}

/// The sources of events.
struct EventSources {
    input: TerminalInput,
    signals: Signals,
    task_events: UnboundedReceiver<TaskEvent>,
}

/// The terminal and the theme.
struct TerminalScreen {
    guard: TerminalGuard,
    terminal: Terminal<FrameBackend<BlockingStdout<io::Stdout>>>,
    theme: Theme,
    schedule: FrameSchedule,
}

impl TerminalScreen {
    /// Draws the app if a frame is due. One without changes writes nothing.
    fn show(&mut self, app: &mut App, clock: Clock) -> io::Result<()> {
        if !self.schedule.take_due(app, clock.now().mono) {
            return Ok(());
        }
        self.terminal.backend_mut().set_size(app.shared.size);
        self.terminal.draw(|frame| app.draw(&self.theme, frame))?;
        app.drawn(clock.now());
        Ok(())
    }

    /// Enters the terminal again after another program had it, and redraws it.
    fn retake(&mut self) -> io::Result<()> {
        self.guard.take()?;
        self.terminal.backend_mut().cursor_is_hidden();
        self.terminal.clear()
    }
}

/// The app, and everything it is connected to.
struct EventLoop {
    /// Boxed, since the event loop is moved and the app is large: each copy of it would take pages
    /// of the stack before the first frame.
    app: Box<App>,
    screen: TerminalScreen,
    tasks: TaskRunner,
    sources: EventSources,
    clock: Clock,
}

impl EventLoop {
    /// Enters the terminal, draws the first frame, and starts the first tasks.
    fn start(
        setup: ScreenSetup,
        input: TerminalInput,
        signals: Signals,
        workers: &mut Option<Runtime>,
    ) -> io::Result<Self> {
        let clock = Clock::start();
        let guard = TerminalGuard::enter(setup.mouse)?;
        let size = crossterm::terminal::size()?;
        let backend = FrameBackend::new(blocking_stdout::stdout(), size, setup.synchronized);
        let terminal = Terminal::new(backend)?;
        let (theme, schedule) = (setup.theme, FrameSchedule::new());
        let mut screen = TerminalScreen { guard, terminal, theme, schedule };
        let mut effects = Effects::default();
        let mut app = Box::new(App::new(setup.options, size.into(), clock.now(), &mut effects));
        screen.show(&mut app, clock)?;
        let (sender, task_events) = unbounded_channel();
        let journals = Journals { written: setup.journal, unjournaled: setup.unjournaled };
        let workers = match workers {
            Some(running) => running,
            None => workers.insert(start_workers()?),
        };
        let workers = workers.handle().clone();
        let context = TaskContext {
            session_factory: setup.session_factory,
            events: EventSender(sender),
            clock,
        };
        let mut tasks = TaskRunner::new(workers, journals, context);
        let sources = EventSources { input, signals, task_events };
        tasks.start_all(effects.tasks);
        Ok(Self { app, screen, tasks, sources, clock })
    }

    /// Handles messages and draws until the screen ends.
    async fn run(&mut self) -> EndReason {
        let mut end = EndReason::Quit;
        let (mut exit_deadline, mut files_deadline) = (None::<Instant>, None);
        loop {
            let end_by = exit_deadline.into_iter().chain(files_deadline).min();
            let Some(message) = self.next_message(end_by).await else { return end };
            let mut effects = Effects::default();
            let mut next = Some(message);
            for _ in 0..MAX_MESSAGES_PER_FRAME {
                let Some(message) = next else { break };
                match message {
                    Message::Signal(Signal::HangUp) => return EndReason::TerminalClosed,
                    Message::Signal(Signal::Terminate) => {
                        end = EndReason::Signalled;
                        exit_deadline.get_or_insert_with(|| Instant::now() + SHUTDOWN_TIMEOUT);
                    }
                    #[cfg(debug_assertions)]
                    Message::Input(ref event) => panic_if_asked(event),
                    _ => {}
                }
                self.screen.schedule.note(&message);
                self.app.update(message, self.clock.now(), &mut effects);
                next = self.ready_message();
            }
            self.settle(&mut effects);
            if self.run_effects(effects).await.is_err()
                || self.screen.show(&mut self.app, self.clock).is_err()
            {
                return EndReason::TerminalClosed;
            }
            if self.app.should_exit() {
                return end;
            }
            if self.app.waits_for_files() {
                files_deadline.get_or_insert_with(|| Instant::now() + SHUTDOWN_TIMEOUT);
            } else {
                // A change was begun meanwhile.
                files_deadline = None;
            }
        }
    }

    /// Waits for a message; `None` if `end_by` has passed.
    async fn next_message(&mut self, end_by: Option<Instant>) -> Option<Message> {
        let deadlines = [self.app.deadline(), self.screen.schedule.deadline()];
        let deadline = deadlines.into_iter().flatten().min().map(|at| self.clock.at(at));
        let sources = &mut self.sources;
        tokio::select! {
            biased;
            signal = sources.signals.next() => Some(Message::Signal(signal)),
            event = sources.input.next() => {
                Some(event.map_or(Message::Signal(Signal::HangUp), Message::Input))
            }
            Some(event) = sources.task_events.recv() => Some(self.tasks.on_event(event)),
            () = sleep_until(deadline) => Some(Message::Deadline),
            () = sleep_until(end_by) => None,
        }
    }

    /// Returns a message that is ready, if there is one.
    fn ready_message(&mut self) -> Option<Message> {
        if let Some(event) = self.sources.input.ready() {
            return Some(Message::Input(event));
        }
        let event = self.sources.task_events.try_recv().ok()?;
        Some(self.tasks.on_event(event))
    }

    fn settle(&mut self, effects: &mut Effects) {
        if self.sources.input.paste_was_cut() {
            self.report_error(messages::lookup::PASTE_WAS_CUT);
        }
        self.app.settle(self.clock.now(), effects);
    }

    fn report_error(&mut self, sentence: impl Into<String>) {
        self.app.shared.notifications.report_error(sentence, self.clock.now().wall);
    }

    /// Runs effects: those on the terminal here, all others in tasks. Those that hand the terminal
    /// to another program come last.
    async fn run_effects(&mut self, effects: Effects) -> io::Result<()> {
        self.tasks.start_all(effects.tasks);
        let leaves = |it: &_| matches!(it, TerminalEffect::Page(_) | TerminalEffect::Suspend);
        let (last, first): (Vec<_>, Vec<_>) = effects.terminal.into_iter().partition(leaves);
        for effect in first.into_iter().chain(last) {
            match effect {
                TerminalEffect::Suspend => {
                    TerminalGuard::release();
                    signals::stop_this_group();
                    self.retake_terminal().await?;
                }
                TerminalEffect::Repaint => self.retake_terminal().await?,
                TerminalEffect::Copy(text) => {
                    clipboard::copy(&text, &mut blocking_stdout::stdout())?;
                }
                TerminalEffect::Page(text) => self.run_pager(&text).await?,
            }
        }
        Ok(())
    }

    async fn retake_terminal(&mut self) -> io::Result<()> {
        in_foreground(&mut self.sources.signals).await?;
        // Nothing tells a program in the background of a resize.
        if let Ok(size) = crossterm::terminal::size() {
            self.app.shared.size = size.into();
        }
        self.screen.retake()
    }

    /// Hands the terminal to the user's pager until that ends. Tasks and messages continue
    /// meanwhile; uses of the terminal, which only input requests, cannot occur.
    async fn run_pager(&mut self, text: &str) -> io::Result<()> {
        // Two readers of the terminal would each get some of the keys.
        self.sources.input.close();
        TerminalGuard::release();
        let modes = terminal::terminal_modes();
        let EventSources { signals, task_events, .. } = &mut self.sources;
        let result = {
            let mut pager = pin!(pager::show(text, signals));
            loop {
                let deadline = self.app.deadline().map(|deadline| self.clock.at(deadline));
                let message = tokio::select! {
                    result = &mut pager => break result,
                    Some(event) = task_events.recv() => self.tasks.on_event(event),
                    () = sleep_until(deadline) => Message::Deadline,
                };
                let mut effects = Effects::default();
                self.app.update(message, self.clock.now(), &mut effects);
                self.app.settle(self.clock.now(), &mut effects);
                self.tasks.start_all(effects.tasks);
            }
        };
        // A killed pager does not restore the modes itself.
        modes.iter().for_each(terminal::restore_modes);
        self.retake_terminal().await?;
        self.sources.input.open()?;
        match result {
            PagerResult::Done => {}
            PagerResult::Failed(sentence) => self.report_error(sentence),
            PagerResult::Signal(signal) => self.sources.signals.push_back(signal),
        }
        Ok(())
    }
}

/// Waits until this program is in the foreground. From the background the terminal cannot be used:
/// the kernel stops a process that tries.
///
/// # Errors
/// Returns an error if the program is asked to end meanwhile.
async fn in_foreground(signals: &mut Signals) -> io::Result<()> {
    while !signals::in_foreground() {
        match tokio::time::timeout(STOP_GRACE_PERIOD, signals.next()).await {
            Ok(Signal::Terminate | Signal::HangUp) => {
                return Err(io::Error::other("asked to end in the background"));
            }
            Ok(Signal::Stop | Signal::Continue) => {}
            Err(_) => signals::stop_this_group(),
        }
    }
    Ok(())
}

/// Panics if `KEYFLIP_PANIC` is set, to test that a panic restores the terminal.
#[cfg(debug_assertions)]
fn panic_if_asked(event: &crossterm::event::Event) {
    let Ok(wanted) = std::env::var("KEYFLIP_PANIC") else { return };
    let pressed = event.as_key_press_event().map(|key| key.code.to_string());
    assert!(wanted != "1" && pressed.as_ref() != Some(&wanted), "KEYFLIP_PANIC is set");
}

/// Finishes the confirmed changes and the files being written after the terminal was closed, so that
/// the journal has the outcomes.
async fn finish_changes(
    app: &mut App,
    tasks: &mut TaskRunner,
    task_events: &mut UnboundedReceiver<TaskEvent>,
    clock: Clock,
) {
    let wait = async {
        while !app.shared.change_queue.in_flight().is_empty()
            || !app.shared.exit.unwritten.is_empty()
        {
            let mut effects = Effects::default();
            app.shared.change_queue.start_next(&mut effects);
            tasks.start_all(effects.tasks);
            let Some(event) = task_events.recv().await else { return };
            // From here on, only changes are carried out.
            app.update(tasks.on_event(event), clock.now(), &mut Effects::default());
        }
    };
    let _ = tokio::time::timeout(SHUTDOWN_TIMEOUT, wait).await;
}
