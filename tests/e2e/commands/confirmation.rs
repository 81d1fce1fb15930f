//! Tests of the confirmation of changes: where it is asked, and what it shows.

use super::{KEY, at, by_shell, ends};
use crate::support::demo::Demo;
use crate::support::home::Home;
use crate::support::process::Exit;

#[test]
fn with_the_ids_on_standard_input_the_terminal_is_asked() {
    let home = Home::new();
    let demo = Demo::start(&home, &[]);
    home.write("ids.txt", &format!("{KEY}\nAKIARZPUZDIKNHN4FYRQ\n"));
    let plan = ends(at(&home, &demo, &["plan", &format!("key:{KEY}")]), 0);
    home.write("plan.json", &plan.stdout);
    for (arguments, question, answer) in [
        ("deactivate - < ids.txt", "Deactivate these 2 keys? Type their number:", "2\n"),
        ("activate - < ids.txt", "Activate these 2 keys? Type their number:", "2\n"),
        ("apply - --keep-used-within 0s < plan.json", "Type y:", "y\n"),
        ("undo --plan - < plan.json", "Type its last four characters:", "WX26\n"),
    ] {
        let mut pty = by_shell(&home, &demo, "", arguments).on_pty(200, 30);
        pty.wait_for(question);
        pty.send(answer);
        pty.wait_for("IAM reports");
        assert_eq!(pty.exit(), Exit::Code(0), "{arguments}");
    }
    // A refusal and ctrl-c are read there, too.
    for (keys, code) in [("n\n", 1), ("\u{3}", 130)] {
        let mut pty = by_shell(&home, &demo, "", "deactivate - < ids.txt").on_pty(200, 30);
        pty.wait_for("Type their number:");
        pty.send(keys);
        assert_eq!(pty.exit(), Exit::Code(code));
    }
    assert_eq!(demo.changes().len(), 6);
}

#[test]
fn without_a_terminal_for_the_question_nothing_is_sent() {
    let home = Home::new();
    let demo = Demo::start(&home, &[]);
    home.write("ids.txt", KEY);
    let pty = by_shell(&home, &demo, "", "deactivate - < ids.txt 2> errors.txt").on_pty(200, 30);
    assert_eq!(pty.exit(), Exit::Code(252));
    assert!(home.read("errors.txt").contains("add --yes"));
    let finished = ends(at(&home, &demo, &["deactivate", "-"]).stdin(KEY), 252);
    assert!(finished.stderr.contains("add --yes"), "{finished:?}");
    assert_eq!(demo.changes(), []);
}
