//! The encodings of keys and of the mouse.

use super::*;

#[test]
fn keys_in_every_form() {
    use KeyCode::{
        BackTab, Backspace, Char, Delete, Down, End, Enter, Esc, F, Home, Insert, Left, PageDown,
        PageUp,
    };
    use KeyCode::{Right, Tab, Up};
    let keys: &[(&[u8], KeyCode, KeyModifiers)] = &[
        (b"a", Char('a'), NONE),
        (b"A", Char('A'), SHIFT),
        ("é".as_bytes(), Char('é'), NONE),
        ("Ω".as_bytes(), Char('Ω'), SHIFT),
        ("𐐷".as_bytes(), Char('𐐷'), NONE),
        (b"\r", Enter, NONE),
        (b"\n", Char('j'), CTRL),
        (b"\t", Tab, NONE),
        (b"\x7f", Backspace, NONE),
        (b"\x08", Char('h'), CTRL),
        (b"\0", Char(' '), CTRL),
        (b"\x01", Char('a'), CTRL),
        (b"\x1a", Char('z'), CTRL),
        (b"\x1c", Char('4'), CTRL),
        (b"\x1f", Char('7'), CTRL),
        (b"\x1b", Esc, NONE),
        (b"\x1bd", Char('d'), ALT),
        (b"\x1bD", Char('D'), ALT.union(SHIFT)),
        (b"\x1b\\", Char('\\'), ALT),
        (b"\x1b ", Char(' '), ALT),
        ("\x1bé".as_bytes(), Char('é'), ALT),
        (b"\x1b\r", Enter, ALT),
        (b"\x1b\x7f", Backspace, ALT),
        (b"\x1b\x03", Char('c'), CTRL.union(ALT)),
        (b"\x1b[A", Up, NONE),
        (b"\x1b[B", Down, NONE),
        (b"\x1b[C", Right, NONE),
        (b"\x1b[D", Left, NONE),
        (b"\x1b[H", Home, NONE),
        (b"\x1b[F", End, NONE),
        (b"\x1bOA", Up, NONE),
        (b"\x1bOB", Down, NONE),
        (b"\x1bOD", Left, NONE),
        (b"\x1bOH", Home, NONE),
        (b"\x1bOF", End, NONE),
        (b"\x1bOP", F(1), NONE),
        (b"\x1bOQ", F(2), NONE),
        (b"\x1bOR", F(3), NONE),
        (b"\x1bOS", F(4), NONE),
        (b"\x1bO5P", F(1), CTRL),
        (b"\x1b[P", F(1), NONE),
        (b"\x1b[1;2Q", F(2), SHIFT),
        (b"\x1b[[A", F(1), NONE),
        (b"\x1b[[E", F(5), NONE),
        (b"\x1b[1~", Home, NONE),
        (b"\x1b[2~", Insert, NONE),
        (b"\x1b[4~", End, NONE),
        (b"\x1b[5~", PageUp, NONE),
        (b"\x1b[6~", PageDown, NONE),
        (b"\x1b[7~", Home, NONE),
        (b"\x1b[8~", End, NONE),
        (b"\x1b[11~", F(1), NONE),
        (b"\x1b[15~", F(5), NONE),
        (b"\x1b[17~", F(6), NONE),
        (b"\x1b[21~", F(10), NONE),
        (b"\x1b[23~", F(11), NONE),
        (b"\x1b[24~", F(12), NONE),
        (b"\x1b[1;5A", Up, CTRL),
        (b"\x1b[;5A", Up, CTRL),
        (b"\x1b[2A", Up, SHIFT),
        (b"\x1b[1;8D", Left, SHIFT.union(ALT).union(CTRL)),
        (b"\x1b[3;3~", Delete, ALT),
        (b"\x1b[Z", BackTab, SHIFT),
        (b"\x1b[1;6Z", BackTab, CTRL.union(SHIFT)),
        (b"\x1b[27u", Esc, NONE),
        (b"\x1b[13u", Enter, NONE),
        (b"\x1b[9;2u", BackTab, SHIFT),
        (b"\x1b[127;5u", Backspace, CTRL),
        (b"\x1b[97u", Char('a'), NONE),
        (b"\x1b[99;5u", Char('c'), CTRL),
        (b"\x1b[99;133u", Char('c'), CTRL), // with num lock
        (b"\x1b[97;2u", Char('A'), SHIFT),
        (b"\x1b[97:65;2;65u", Char('A'), SHIFT),
        (b"\x1b[57399u", Char('0'), NONE),
        (b"\x1b[57414u", Enter, NONE),
        (b"\x1b[57420u", Down, NONE),
        (b"\x1b[57376u", F(13), NONE),
        (b"\x1b[27;5;99~", Char('c'), CTRL),
        (b"\x1b[27;1;27~", Esc, NONE),
        (b"\x9bA", Up, NONE),
        (b"\x8fP", F(1), NONE),
    ];
    for &(bytes, code, modifiers) in keys {
        assert_eq!(events_of([bytes]), [key(code, modifiers)], "{}", bytes.escape_ascii());
    }
    let released = KeyEvent::new_with_kind(Char('a'), NONE, KeyEventKind::Release);
    assert_eq!(events_of([b"\x1b[97;1:3u".as_slice()]), [Event::Key(released)]);
}

#[test]
fn clicks_in_every_form() {
    use MouseEventKind::{Down, Drag, Moved, ScrollDown, ScrollUp, Up};
    let clicks: &[(&[u8], Event)] = &[
        (b"\x1b[<0;5;7M", mouse(Down(MouseButton::Left), 4, 6, NONE)),
        (b"\x1b[<2;1;1m", mouse(Up(MouseButton::Right), 0, 0, NONE)),
        (b"\x1b[<20;300;1M", mouse(Down(MouseButton::Left), 299, 0, SHIFT.union(CTRL))),
        (b"\x1b[<33;1;1M", mouse(Drag(MouseButton::Middle), 0, 0, NONE)),
        (b"\x1b[<35;1;1M", mouse(Moved, 0, 0, NONE)),
        (b"\x1b[<64;9;9M", mouse(ScrollUp, 8, 8, NONE)),
        (b"\x1b[<73;9;9M", mouse(ScrollDown, 8, 8, ALT)),
        (b"\x1b[96;9;9M", mouse(ScrollUp, 8, 8, NONE)),
        (b"\x1b[M !!", mouse(Down(MouseButton::Left), 0, 0, NONE)),
        (b"\x1b[M#\xe9\x9b", mouse(Up(MouseButton::Left), 200, 122, NONE)),
    ];
    for (bytes, event) in clicks {
        assert_eq!(events_of([*bytes]), std::slice::from_ref(event), "{}", bytes.escape_ascii());
    }
}
