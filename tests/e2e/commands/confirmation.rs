//! Tests of the confirmation of changes: where it is asked, and what it shows.

use super::other_accounts::{member, organization};
use super::{KEY, MEMBER_KEY, at, by_shell, ends};
use crate::support::demo::Demo;
use crate::support::home::Home;
use crate::support::process::Exit;

/// An active key of another user of the account, and the key of another account.
const OTHER_KEY_OF_ACCOUNT: &str = "AKIARZPUZDIKNHN4FYRQ";
#[test]
fn with_the_ids_on_standard_input_the_terminal_is_asked() {
    let home = Home::new();
    let demo = Demo::start(&home, &[]);
    home.write("ids.txt", &format!("{KEY}\n{OTHER_KEY_OF_ACCOUNT}\n"));
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
fn on_a_narrow_terminal_each_key_is_a_block_with_all_that_is_to_be_checked() {
    let home = Home::new();
    let demo = organization(&home, &[]);
    let lines = |keys: &[&str]| {
        let words = [&["deactivate", "--any-account"], keys].concat();
        let mut pty = member(&home, &demo, &words).on_pty(80, 40);
        pty.wait_for("Type ");
        pty.press("ctrl-c");
        assert_eq!(pty.exit(), Exit::Code(130));
        pty.screen()
    };
    let screen = lines(&[KEY]);
    for line in [
        "AccessKeyId:  AKIARZPUZDIKFYHOWX26",
        "UserName:     svc-billing-0042",
        "Change:       Active → Inactive",
        "Other keys:   AKIARZPUZDIKJ3TBYUFZ Inactive",
    ] {
        assert!(screen.lines().any(|it| it.trim_end() == line), "{line}: {screen}");
    }
    assert!(screen.lines().any(|line| line.starts_with("LastUsedDate: 2")), "{screen}");
    let screen = lines(&[KEY, OTHER_KEY_OF_ACCOUNT, MEMBER_KEY]);
    assert_eq!(screen.matches("  LastUsedDate: ").count(), 3, "{screen}");
    assert_eq!(screen.matches("  UserName:     ").count(), 3, "{screen}");
}

#[test]
fn before_an_activation_the_reason_of_the_deactivation_is_shown() {
    let home = Home::new();
    let demo = Demo::start(&home, &[]);
    ends(at(&home, &demo, &["deactivate", KEY, "--yes", "--reason", "INC-42"]), 0);
    let usable = "Anyone who has its secret access key can use it again.";
    for words in [&["activate", KEY][..], &["undo"]] {
        let mut pty = at(&home, &demo, words).on_pty(200, 30);
        pty.wait_for("last four characters:");
        let screen = pty.screen();
        let note = screen.lines().find(|line| line.contains("Deactivated at")).unwrap();
        assert!(note.starts_with(&format!("keyflip: {KEY}: Deactivated at ")), "{note}");
        assert!(note.contains(" by OS user ") && note.ends_with("Reason: INC-42"), "{note}");
        assert!(screen.contains(usable), "{screen}");
        pty.press("ctrl-c");
        assert_eq!(pty.exit(), Exit::Code(130));
    }
    // Someone else has deactivated this one, so the journal has no reason.
    let pty = at(&home, &demo, &["activate", "AKIARZPUZDIKJ3TBYUFZ"]).on_pty(200, 30);
    pty.wait_for("last four characters:");
    let screen = pty.screen();
    assert!(screen.contains(usable) && !screen.contains("Deactivated at"), "{screen}");
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
