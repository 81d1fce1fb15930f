//! The command palette and the help.

use crossterm::event::{Event, KeyCode};

use crate::tui::effect::TerminalEffect;
use crate::tui::keymap::{ACTIONS, Action, Keymap};
use crate::tui::message::Message;
use crate::tui::popups::Popup;
use crate::tui::tests::{Driver, ONE, OWN, TWO_A, activity, press, session_context};

/// Types text as a person does, and presses enter.
fn type_and_run(driver: &mut Driver, text: &str) {
    for c in text.chars() {
        driver.keys(&if c == ' ' { "space".to_owned() } else { c.to_string() });
    }
    driver.keys("enter");
}

/// Waits until a fixed time.
fn wait_until(driver: &mut Driver, seconds: u64) {
    let end = std::time::Duration::from_secs(seconds);
    let rest = end.checked_sub(driver.now.mono).expect("the time has not passed");
    driver.wait(u64::try_from(rest.as_millis()).unwrap());
}

#[test]
fn enter_does_what_the_key_does() {
    let mut run = 0;
    for spec in ACTIONS {
        let Some(key) = spec.keys.first() else { continue };
        let mut by_key = Driver::ready(120, 40);
        by_key.keys("j space");
        let mut by_palette = Driver::ready(120, 40);
        by_palette.keys("j space");
        if spec.action == Action::Palette
            || !by_key.app.ui.panes.is_possible(spec.action, &by_key.app.shared)
        {
            continue;
        }
        by_key.keys(key);
        by_palette.keys(":");
        type_and_run(&mut by_palette, spec.name);
        wait_until(&mut by_key, 10);
        wait_until(&mut by_palette, 10);
        assert_eq!(by_key.text(), by_palette.text(), "{}", spec.name);
        assert_eq!(by_key.terminal_effects, by_palette.terminal_effects, "{}", spec.name);
        assert_eq!(by_key.app.should_exit(), by_palette.app.should_exit(), "{}", spec.name);
        run += 1;
    }
    assert!(run > 25, "only {run} actions were possible");
}

#[test]
fn views_have_names() {
    let mut driver = Driver::ready(120, 40);
    for (name, shown) in
        [("Overview", "Overview"), ("Users", "Users 4"), ("Keys", "Keys 4"), ("Users", "Users 4")]
    {
        driver.keys("ctrl-p");
        type_and_run(&mut driver, name);
        driver.assert_shows(&format!(" {shown} "));
    }
    driver.keys("ctrl-p");
    type_and_run(&mut driver, "organization");
    driver.keys(":");
    type_and_run(&mut driver, "keys");
    driver.assert_shows(" Keys 4 ");
    driver.keys(": k e y s");
    driver.assert_hides("view of all keys");
}

#[test]
fn only_possible_actions_are_listed() {
    let mut driver = Driver::new(120, 40);
    driver.keys(":");
    driver.assert_hides("deactivate the marked keys");
    driver.keys("esc");
    assert!(driver.app.popup().is_none());
    driver.open(session_context());
    driver.serve();
    driver.keys(":");
    driver.assert_shows("deactivate the marked keys");
    driver.keys("u n d o");
    driver.assert_hides("undo the last change");
    driver.keys("esc ctrl-p x y z z y");
    driver.assert_shows("No action that is possible now matches. ? lists all.");
    driver.keys("enter");
    assert!(driver.app.popup().is_some());
}

#[test]
fn keys_are_shown_and_found_as_bound() {
    let mut driver = Driver::ready(120, 40);
    let keys = ["z".to_owned()];
    let bindings = [("sort", &keys[..])];
    driver.app.shared.options.keymap = Keymap::with(bindings.into_iter()).unwrap();
    driver.keys(": z");
    driver.assert_shows("▸ z                 sort          next order");
    driver.keys("enter");
    driver.assert_shows("Sorted by newest key");
}

#[test]
fn the_palette_never_confirms_and_opens_over_no_dialog() {
    let mut driver = Driver::ready(120, 40);
    driver.batch([":", "d", "enter", "y", "enter"].map(press).to_vec());
    assert!(matches!(driver.app.popup(), Some(Popup::Confirm(_))));
    driver.wait(300);
    for key in [":", "ctrl-p"] {
        driver.keys(key);
        assert!(matches!(driver.app.popup(), Some(Popup::Confirm(_))), "{key}");
    }
    assert!(driver.changes().is_empty());
    driver.keys("esc :");
    driver.keys("y n");
    assert!(driver.changes().is_empty());
    assert!(matches!(driver.app.popup(), Some(Popup::Actions(_))));
}

#[test]
fn a_paste_runs_nothing_and_its_key_ids_are_found() {
    for text in ["quit the program\n", "deactivate\n"] {
        let mut driver = Driver::ready(120, 40);
        driver.keys(":");
        driver.types(text);
        driver.wait(400);
        assert!(matches!(driver.app.popup(), Some(Popup::Actions(_))), "{text}");
        assert!(!driver.app.should_exit());
        driver.assert_shows(&format!("> {}", text.trim()));
    }
    let mut driver = Driver::ready(120, 40);
    driver.keys(":");
    driver.types(&format!("key {OWN} leaked\n"));
    driver.wait(400);
    driver.serve();
    assert!(driver.app.popup().is_none());
    driver.assert_shows("▸ operator");
    driver.keys("ctrl-p");
    driver.batch(vec![Message::Input(Event::Paste(ONE.to_owned()))]);
    driver.serve();
    assert!(driver.app.popup().is_none());
    driver.assert_shows("▸ alice");
}

#[test]
fn text_in_one_burst_filters_the_list_before_enter_runs_the_first_entry() {
    for open in [":", "?"] {
        let mut driver = Driver::ready(120, 40);
        driver.keys(open);
        driver.types("distributed");
        driver.wait(400);
        driver.keys("enter");
        driver.assert_shows("  IAM users  ");
    }
    // As if `/` had opened a filter: it is text, too.
    for text in ["no such action", "/overview"] {
        let mut driver = Driver::ready(120, 40);
        driver.keys("?");
        driver.types(text);
        driver.wait(400);
        driver.keys("enter");
        assert!(matches!(driver.app.popup(), Some(Popup::Actions(_))), "{text}");
    }
}

#[test]
fn the_help_has_topics_and_is_filtered_and_runs_actions() {
    let mut driver = Driver::ready(120, 40);
    driver.keys("?");
    driver.assert_shows("  Incident");
    driver.assert_shows("undo the last change (asks) – not possible now");
    driver.keys("/ m f a : y");
    driver.assert_shows(
        "mfa:yes or mfa:no                         users with or without an MFA device",
    );
    driver.assert_shows("  Filter");
    driver.assert_hides("  Incident");
    driver.keys("enter");
    driver.assert_shows("  Filter");
    driver.keys("esc");
    driver.assert_shows("  Incident");
    driver.keys("/ t o g g l e enter");
    driver.assert_shows("Deactivate this access key?");
    driver.keys("esc ? / u n d o enter");
    assert!(driver.app.popup().is_none());
    driver.assert_shows("There is no change to undo in this account");
}

#[test]
fn the_help_over_a_popup_runs_nothing_and_leads_back_to_it() {
    let mut driver = Driver::ready(120, 40);
    driver.batch(vec![Message::Input(Event::Paste(format!("{TWO_A} {OWN}")))]);
    driver.serve();
    let is_results = |driver: &Driver| matches!(driver.app.popup(), Some(Popup::LookupResults(_)));
    assert!(is_results(&driver));
    driver.keys("j");
    let results = driver.text();
    driver.keys("? / d e a c t i v a t e enter");
    driver.assert_shows(" Help ");
    driver.assert_hides("not possible now");
    driver.assert_hides("enter runs");
    assert!(driver.hints().iter().all(|hint| hint.key != "enter"));
    driver.keys("esc esc");
    assert_eq!(driver.text(), results);
    driver.keys("?");
    driver.batch(vec![Message::Input(Event::Paste(ONE.to_owned()))]);
    driver.serve();
    driver.assert_shows("▸ alice");
    assert!(driver.app.popup().is_none());
    driver.keys("! esc");
    assert!(driver.app.popup().is_none(), "the results are no longer below");
}

#[test]
fn the_help_over_the_activity_has_the_keys_of_that_popup() {
    let mut driver = activity::read(120, 40);
    driver.keys("?");
    for text in
        ["  This popup", "R                 read every Region", "list the marked issued access"]
    {
        driver.assert_shows(text);
    }
    for text in ["full scan of the account", "mark or unmark the selected key", "  Filter"] {
        driver.assert_hides(text);
    }
    driver.keys("esc");
    assert!(matches!(driver.app.popup(), Some(Popup::Activity(_))));
}

#[test]
fn the_help_explains_the_signs_of_the_lists() {
    let mut driver = Driver::ready(120, 40);
    driver.keys("? / s i g n s");
    for text in ["◆ marked", "▁▂▃▄▅▆▇█ before an age or a last use", "12+ is 12 or more"]
    {
        driver.assert_shows(text);
    }
}

#[test]
fn the_help_over_an_input_keeps_its_text() {
    let mut driver = Driver::ready(120, 40);
    let keys = ["f1".to_owned()];
    let bindings = [("help", &keys[..])];
    driver.app.shared.options.keymap = Keymap::with(bindings.into_iter()).unwrap();
    let help = || Message::Input(Event::Key(KeyCode::F(1).into()));
    driver.keys("! e");
    driver.types("x");
    let prompt = driver.text();
    driver.batch(vec![help()]);
    driver.assert_shows(" Help ");
    driver.keys("esc");
    assert_eq!(driver.text(), prompt);
    driver.keys("esc");
    driver.assert_shows(" Errors, newest first ");
}

#[test]
fn the_help_reaches_every_line_on_the_smallest_screen() {
    let mut driver = Driver::ready(40, 10);
    driver.keys("?");
    let mut seen = String::new();
    for _ in 0..400 {
        seen += &driver.text();
        driver.keys("j");
    }
    for part in
        ["▸ j ", "marked:yes or marked:no", "In a dialog: y confirms", "the credential", "Signs"]
    {
        assert!(seen.contains(part), "{part}:\n{seen}");
    }
    let end = driver.text();
    driver.keys("G");
    assert_eq!(driver.text(), end);
    for _ in 0..400 {
        driver.keys("k");
    }
    driver.assert_shows("  Incident");
    driver.keys("V esc ? v");
    let Some(TerminalEffect::Page(text)) = driver.terminal_effects.last() else {
        panic!("{:?}", driver.terminal_effects)
    };
    assert!(text.contains("g  home           first row"), "{text}");
    assert!(text.contains("path:/service/"), "{text}");
}

#[test]
fn the_keys_of_the_help_follow_the_bindings() {
    let mut driver = Driver::ready(80, 24);
    let keys = |key: &str| vec![key.to_owned()];
    let bindings = [("down", keys("x")), ("page-down", keys("f2")), ("filter", keys("F"))];
    let bindings = bindings.iter().map(|(name, keys)| (*name, &keys[..]));
    driver.app.shared.options.keymap = Keymap::with(bindings).unwrap();
    driver.keys("?");
    let hints: Vec<_> = driver.hints().into_iter().map(|hint| hint.key).collect();
    assert_eq!(hints, ["enter", "esc", "F", "x k", "v"]);
    let selected = |driver: &mut Driver| driver.text().lines().position(|line| line.contains('▸'));
    let first = selected(&mut driver);
    driver.keys("x");
    assert_ne!(selected(&mut driver), first);
    driver.keys("k");
    assert_eq!(selected(&mut driver), first);
    driver.batch(vec![Message::Input(Event::Key(KeyCode::F(2).into()))]);
    driver.assert_hides("  Incident");
    driver.keys("j");
    assert!(driver.app.popup().is_none(), "j no longer does anything");
}

#[test]
fn the_palette_and_the_help_wide_and_narrow() {
    for (size, columns, rows) in [("120x40", 120, 40), ("80x24", 80, 24), ("40x10", 40, 10)] {
        let mut driver = Driver::ready(columns, rows);
        driver.keys("?");
        insta::assert_snapshot!(format!("help-{size}"), driver.text());
        driver.keys("esc : a c t i");
        insta::assert_snapshot!(format!("palette-{size}"), driver.text());
    }
}

#[test]
fn the_signs_name_the_keys_in_force() {
    let mut driver = Driver::ready(120, 60);
    let (deactivate, activate) = (["x".to_owned()], []);
    let bindings = [("deactivate", &deactivate[..]), ("activate", &activate[..])];
    driver.app.shared.options.keymap = Keymap::with(bindings.into_iter()).unwrap();
    driver.keys("? G");
    driver.assert_shows("x and activate apply to all marked keys");
}
