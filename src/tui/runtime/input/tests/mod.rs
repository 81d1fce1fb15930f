//! Tests of the parser: a table of sequences, timing, and random bytes.

mod encodings;

use std::time::Duration;

use crossterm::event::{
    Event, KeyCode, KeyEvent, KeyEventKind, KeyModifiers, MouseButton, MouseEvent, MouseEventKind,
};
use proptest::collection::vec;
use proptest::prelude::*;
use tokio::time::Instant;

use super::parser::{ESC_TIMEOUT, Parser, SEQUENCE_TIMEOUT};
use super::paste::{MAX_PASTE_BYTES, PASTE_TIMEOUT};

const NONE: KeyModifiers = KeyModifiers::NONE;
const SHIFT: KeyModifiers = KeyModifiers::SHIFT;
const ALT: KeyModifiers = KeyModifiers::ALT;
const CTRL: KeyModifiers = KeyModifiers::CONTROL;

/// A parser with a clock.
struct Terminal {
    parser: Parser,
    now: Instant,
}

impl Terminal {
    fn new() -> Self {
        Self { parser: Parser::default(), now: Instant::now() }
    }

    /// Returns the events of these bytes.
    fn send(&mut self, bytes: impl AsRef<[u8]>) -> Vec<Event> {
        self.parser.feed(bytes.as_ref(), self.now);
        self.events()
    }

    /// Returns the events after that much silence.
    fn wait(&mut self, time: Duration) -> Vec<Event> {
        self.now += time;
        self.parser.on_timeout(self.now);
        self.events()
    }

    fn events(&mut self) -> Vec<Event> {
        std::iter::from_fn(|| self.parser.next()).collect()
    }
}

/// Returns the events of these chunks, which arrive at the same time, and of the
/// silence after them.
fn events_of<'a>(chunks: impl IntoIterator<Item = &'a [u8]>) -> Vec<Event> {
    let mut terminal = Terminal::new();
    let mut events: Vec<Event> =
        chunks.into_iter().flat_map(|chunk| terminal.send(chunk)).collect();
    events.extend(terminal.wait(SEQUENCE_TIMEOUT));
    events
}

fn key(code: KeyCode, modifiers: KeyModifiers) -> Event {
    Event::Key(KeyEvent::new(code, modifiers))
}

fn char(c: char) -> Event {
    key(KeyCode::Char(c), NONE)
}

fn esc() -> Event {
    key(KeyCode::Esc, NONE)
}

fn ctrl_c() -> Event {
    key(KeyCode::Char('c'), CTRL)
}

fn mouse(kind: MouseEventKind, column: u16, row: u16, modifiers: KeyModifiers) -> Event {
    Event::Mouse(MouseEvent { kind, column, row, modifiers })
}

#[test]
fn sequences_that_are_no_keys_do_not_affect_the_next_key() {
    let others: &[&[u8]] = &[
        b"\x1b[?997;1n",    // the color scheme
        b"\x1b[?2026;2$y",  // a mode, DEC's
        b"\x1b[4;2$y",      // a mode, ANSI's
        b"\x1b[0n",         // it is well
        b"\x1b[12;40R",     // where the cursor is
        b"\x1b[?62;1;6c",   // what it is
        b"\x1b[>41;354;0c", // which version
        b"\x1b[8;24;80t",   // its size
        b"\x1b[?1u",        // its keyboard protocol
        b"\x1b[I\x1b[O",    // focus
        b"\x1b[201~",       // the end of no paste
        b"\x1b[57441;2u",   // a modifier alone
        b"\x1b[<0;0;1M",    // a click at no place
        b"\x1b[M   \x1b[<256;1;1M",
        b"\x1b[1;99999999999999999999A",
        b"\x1b[1;999A",
        b"\x1b[ q",
        b"\x1b[!p",
        b"\x1b[1 \"A",
        b"\x1b[[n",
        b"\x1bOn",
        b"\x1bP>|some terminal 1.2\x1b\\",
        b"\x1bP1$r0m\x1b\\",
        b"\x1b]11;rgb:ffff/ffff/ffff\x07",
        b"\x1b]52;c;eQo=\x1b\\",
        b"\x1b]l\xe2\x9c\x93 a title\x1b\\",
        b"\x1b_Gi=1;OK\x1b\\",
        b"\x1b^private\x1b\\",
        b"\x1bXanything\x1b\\",
        b"\x9b?997;1n",
        "\u{9b}?997;1n".as_bytes(),
        b"\x90>|x\x9c",
        b"\x9d11;\xe2\x9c\x93\x9c",
        "\u{9f}x\u{9c}".as_bytes(),
        b"\x84\x8d\x9c",
        b"\x1b[?99\x18", // cut
        b"\x1bPx\x1a",
        b"\xff\xfe\xc3\xe2\x82\xf8", // no UTF-8
    ];
    for other in others {
        assert_eq!(
            Terminal::new().send([*other, b"n"].concat()),
            [char('n')],
            "{}",
            other.escape_ascii()
        );
        assert_eq!(events_of([*other]), [], "{}", other.escape_ascii());
    }
}

#[test]
fn esc_is_a_key_if_nothing_follows() {
    let mut terminal = Terminal::new();
    assert_eq!(terminal.send("\x1b"), []);
    assert_eq!(terminal.wait(ESC_TIMEOUT / 2), []);
    assert_eq!(terminal.send("[A"), [key(KeyCode::Up, NONE)]);
    // What was pressed before comes with it.
    assert_eq!(terminal.send("y\x1b"), []);
    assert_eq!(terminal.wait(ESC_TIMEOUT), [char('y'), esc()]);
    assert_eq!(terminal.parser.deadline(), None);
    assert_eq!(terminal.send("\x1b\x1b[A"), [esc(), key(KeyCode::Up, NONE)]);
    assert_eq!(events_of([b"\x1b\x1b\x1b".as_slice()]), [esc(), esc(), esc()]);
}

#[test]
fn esc_and_ctrl_c_work_inside_any_sequence() {
    for begun in [
        "\x1b[",
        "\x1b[?99;",
        "\x1b[1$",
        "\x1b[[",
        "\x1b[M!",
        "\x1bO",
        "\x1bP",
        "\x1b]0;title",
        "\x1b_G",
        "\u{9b}",
    ] {
        let mut terminal = Terminal::new();
        assert_eq!(terminal.send(begun), []);
        assert_eq!(terminal.send("\x03"), [ctrl_c()], "{begun:?}");
        assert_eq!(terminal.send("n"), [char('n')], "{begun:?}");
        terminal.send(begun);
        assert_eq!(terminal.send("\x1b"), []);
        assert_eq!(terminal.wait(ESC_TIMEOUT), [esc()], "{begun:?}");
        assert_eq!(terminal.send("n"), [char('n')], "{begun:?}");
        terminal.send(begun);
        assert_eq!(terminal.wait(SEQUENCE_TIMEOUT), []);
        assert_eq!(terminal.send("n"), [char('n')], "{begun:?}");
    }
}

#[test]
fn pasted_text_never_acts_and_unterminated_pastes_end() {
    let text = "d y\x03\x1b[A\x1b[200~\x1b[201\x1b]é\u{9c}\r\n";
    let pasted = Event::Paste(text.to_owned());
    assert_eq!(Terminal::new().send(format!("\x1b[200~{text}\x1b[201~n")), [pasted, char('n')]);
    assert_eq!(
        Terminal::new().send(b"\x1b[200~AKIA\xff\x1b[201~"),
        [Event::Paste("AKIA\u{fffd}".to_owned())]
    );

    let mut terminal = Terminal::new();
    for (call, event) in [("\x1b", esc()), ("\x03", ctrl_c())] {
        assert_eq!(terminal.send("\x1b[200~y"), []);
        assert_eq!(terminal.send(call), [], "it belongs to the paste still");
        assert_eq!(terminal.wait(PASTE_TIMEOUT), []);
        assert_eq!(terminal.send("y"), []);
        // Pressed again and again.
        let received: Vec<_> = (0..20)
            .flat_map(|_| {
                let mut events = terminal.send(call);
                events.extend(terminal.wait(ESC_TIMEOUT));
                events
            })
            .collect();
        assert!(
            received.len() > 5 && received.iter().all(|received| *received == event),
            "{received:?}"
        );
        assert_eq!(terminal.send("n"), [char('n')]);
    }
    // An end that is torn after a pause.
    assert_eq!(terminal.send("\x1b[200~y"), []);
    assert_eq!(terminal.wait(PASTE_TIMEOUT), []);
    assert_eq!(terminal.send("\x1b"), []);
    assert_eq!(terminal.wait(ESC_TIMEOUT / 2), []);
    assert_eq!(terminal.send("[201~n"), [Event::Paste("y".to_owned()), char('n')]);
}

#[test]
fn the_parsers_buffer_is_bounded() {
    let chunk = [b'7'; 4096];
    for begun in ["\x1b]52;c;", "\x1b[", "\x1bO", "\x1bP", "\x1b_", "\x1b[200~"] {
        let mut terminal = Terminal::new();
        terminal.send(begun);
        for _ in 0..2 * MAX_PASTE_BYTES / chunk.len() {
            assert_eq!(terminal.send(chunk), []);
        }
        assert!(
            terminal.parser.kept() <= 2 * MAX_PASTE_BYTES,
            "{begun:?} keeps {}",
            terminal.parser.kept()
        );
        match terminal.send("\x1b[201~").as_slice() {
            [] => assert!(terminal.parser.kept() < 10_000 && !terminal.parser.paste_was_cut()),
            [Event::Paste(text)] => {
                assert_eq!(text.len(), MAX_PASTE_BYTES);
                assert!(terminal.parser.paste_was_cut() && !terminal.parser.paste_was_cut());
            }
            other => panic!("{other:?}"),
        }
        assert_eq!(terminal.send("n"), [char('n')]);
    }
    // Esc in question behind each of them.
    let mut terminal = Terminal::new();
    for _ in 0..10_000 {
        terminal.parser.feed(b"y\x1b", terminal.now);
        terminal.parser.next();
    }
    assert!(terminal.parser.kept() < 100_000, "{}", terminal.parser.kept());
}

/// Generates bytes with complete and incomplete sequences.
fn bytes() -> impl Strategy<Value = Vec<u8>> {
    let piece = prop_oneof![
        vec(any::<u8>(), 1..4),
        "[ -~é✓]{1,3}".prop_map(String::into_bytes),
        Just(b"\x1b".to_vec()),
        Just(b"\x1b[".to_vec()),
        Just(b"\x1b[<".to_vec()),
        Just(b"\x1b[?".to_vec()),
        Just(b"\x1b[M".to_vec()),
        Just(b"\x1b[200~".to_vec()),
        Just(b"\x1b[201~".to_vec()),
        Just(b"\x1b\\".to_vec()),
        "\x1b[OP\\]_^X\\[]".prop_map(String::into_bytes),
        "[0-9;:]{1,5}[A-Z~uM]".prop_map(String::into_bytes),
    ];
    vec(piece, 0..20).prop_map(|pieces| pieces.concat())
}

/// Generates a complete report of the terminal: a control sequence that is not a
/// key, or a string.
fn answers() -> impl Strategy<Value = Vec<u8>> {
    let csi = prop_oneof![Just("\x1b[".into()), Just(vec![0x9b]), Just("\u{9b}".into())];
    let body = prop_oneof![
        "[?>=][0-9;:]{0,20}[ -/]{0,2}[@-~]",
        "[0-9;:]{0,20}[ -/]{1,3}[@-~]",
        "[0-9;]{0,9}[acntxR]"
    ];
    let sequence =
        (csi, body).prop_map(|(csi, body): (Vec<u8>, _)| [csi, body.into_bytes()].concat());
    let begin = prop_oneof!["\x1b[P_^X\\]]", "[\u{90}\u{98}\u{9d}-\u{9f}]"];
    let end = prop_oneof![Just("\x1b\\".into()), Just(vec![0x9c]), Just("\u{9c}".into())];
    let string =
        (begin, "[ -~é✓\u{9b}\n]{0,40}", end).prop_map(|(begin, body, end): (_, _, Vec<u8>)| {
            [begin.into_bytes(), body.into_bytes(), end].concat()
        });
    prop_oneof![sequence, string]
}

proptest! {
    #[test]
    fn splitting_the_bytes_makes_no_difference(bytes in bytes(), cuts in vec(any::<prop::sample::Index>(), 0..6)) {
        let mut cuts: Vec<usize> = cuts.iter().map(|cut| cut.index(bytes.len() + 1)).collect();
        cuts.extend([0, bytes.len()]);
        cuts.sort_unstable();
        let chunks = cuts.windows(2).map(|ends| &bytes[ends[0]..ends[1]]);
        prop_assert_eq!(events_of(chunks), events_of([bytes.as_slice()]));
        prop_assert_eq!(events_of(bytes.chunks(1)), events_of([bytes.as_slice()]));
    }

    #[test]
    fn esc_and_ctrl_c_work_within_a_second_after_any_bytes(bytes in bytes()) {
        for (call, event) in [("\x1b", esc()), ("\x03", ctrl_c())] {
            let mut terminal = Terminal::new();
            terminal.send(&bytes);
            terminal.wait(Duration::from_secs(1));
            let mut events = terminal.send(call);
            events.extend(terminal.wait(ESC_TIMEOUT));
            prop_assert_eq!(events, [event]);
            prop_assert_eq!(terminal.send("n"), [char('n')]);
            prop_assert_eq!(terminal.parser.deadline(), None);
            prop_assert!(terminal.parser.kept() < 10_000);
        }
    }

    #[test]
    fn a_terminal_reply_never_acts_even_if_truncated(answer in answers(), cut in any::<prop::sample::Index>()) {
        prop_assert_eq!(Terminal::new().send([&answer, b"n".as_slice()].concat()), [char('n')]);
        let cut = &answer[..cut.index(answer.len())];
        let events = events_of([cut]);
        // ESC alone is nothing but the esc key.
        prop_assert!(events.is_empty() || cut.ends_with(b"\x1b") && events == [esc()], "{events:?}");
    }
}
