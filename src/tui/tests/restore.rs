//! The view that is kept of an account, and shown at the next start.

use std::sync::Arc;

use super::*;
use crate::inventory::{SortBy, SortOrder};
use crate::tui::context::{SavedView, View};

/// The account in the file.
const ACCOUNT: &str = "123456789012 aws";

fn saved() -> SavedView {
    SavedView {
        view: View::Users,
        users: SortOrder { by: SortBy::Name, ..SortOrder::default() }.reversed(),
        keys: SortOrder::default(),
        filter: "path:/".to_owned(),
    }
}

/// Starts a screen that keeps views, and opens its session.
fn opened(options: ScreenOptions) -> Driver {
    let mut driver = Driver::new(120, 40);
    let mut effects = Effects::default();
    let options = ScreenOptions { restore: true, ..options };
    driver.app = App::new(options, (120, 40).into(), start(), &mut effects);
    driver.tasks = effects.tasks;
    driver.open(session_context());
    driver
}

fn load(driver: &mut Driver, view: Option<SavedView>) {
    assert!(driver.tasks.contains(&TaskEffect::LoadView(ACCOUNT.into())), "{:?}", driver.tasks);
    driver.batch(vec![Message::ViewLoaded(ACCOUNT.into(), view.map(Box::new))]);
}

fn serve(driver: &mut Driver) {
    for _ in 0..2 {
        driver.serve();
        driver.wait(200);
    }
    driver.serve();
}

/// Returns the views saved since the last call.
fn taken(driver: &mut Driver) -> Vec<SavedView> {
    let is_save = |effect: &mut TaskEffect| matches!(effect, TaskEffect::SaveView(..));
    let taken = driver.tasks.extract_if(.., is_save);
    let views = taken.filter_map(|effect| match effect {
        TaskEffect::SaveView(account, view) => {
            assert_eq!(account, Arc::from(ACCOUNT));
            Some(view)
        }
        _ => None,
    });
    views.collect()
}

#[test]
fn the_kept_filter_and_order_are_shown_and_one_esc_clears_the_filter() {
    let mut driver = opened(ScreenOptions::default());
    load(&mut driver, Some(saved()));
    serve(&mut driver);
    driver.assert_shows("/path:/");
    driver.assert_shows("by name, reversed");
    let screen = driver.text();
    let row = |name: &str| screen.find(name).unwrap_or_else(|| panic!("{name}:\n{screen}"));
    assert!(row(" operator  ") < row(" bob  ") && row(" bob  ") < row(" alice  "), "{screen}");
    driver.assert_hides("unsorted");
    assert_eq!(taken(&mut driver), [], "nothing has changed");
    driver.keys("esc");
    driver.assert_hides("/path:/");
    assert_eq!(taken(&mut driver), [SavedView { filter: String::new(), ..saved() }]);
}

#[test]
fn view_and_order_are_kept_as_they_change_and_the_filter_once_it_is_typed() {
    let mut driver = opened(ScreenOptions::default());
    load(&mut driver, None);
    serve(&mut driver);
    driver.keys("/ b o b");
    assert_eq!(taken(&mut driver), []);
    driver.keys("enter");
    let kept = SavedView { filter: "bob".to_owned(), ..SavedView::default() };
    assert_eq!(taken(&mut driver), std::slice::from_ref(&kept));
    driver.keys("v");
    assert_eq!(taken(&mut driver), [SavedView { view: View::Keys, ..kept }]);
    driver.keys("o");
    assert_eq!(taken(&mut driver), [], "the organization is of no account");
}

#[test]
fn a_key_a_plan_or_something_typed_takes_precedence() {
    let find = ScreenOptions { find: Some(ONE.to_owned()), ..ScreenOptions::default() };
    let plan = ScreenOptions { plan: Some("plan.json".into()), ..ScreenOptions::default() };
    for options in [find, plan] {
        let mut driver = opened(options);
        load(&mut driver, Some(saved()));
        driver.assert_hides("/path:/");
        assert_eq!(taken(&mut driver), [], "what is kept stays");
    }
    let mut driver = opened(ScreenOptions::default());
    driver.keys("/ x");
    load(&mut driver, Some(saved()));
    driver.assert_hides("path:/");
    driver.assert_shows("/x");
}

#[test]
fn the_view_of_another_account_and_a_failure_change_nothing() {
    let mut driver = opened(ScreenOptions::default());
    let other = Message::ViewLoaded("210987654321 aws".into(), Some(Box::new(saved())));
    let failure = Message::ViewsFailed("Could not restore the last view.".to_owned());
    driver.batch(vec![other, failure]);
    driver.assert_hides("/path:/");
    driver.keys("S !");
    driver.assert_shows("Could not restore the last view.");
    assert_eq!(taken(&mut driver), [], "the kept view is not read yet");
}

#[test]
fn nothing_is_kept_unless_asked_for_nor_of_the_demo() {
    let mut off = Driver::ready(120, 40);
    off.keys("v S");
    let mut demo = Driver::new(120, 40);
    demo.app.shared.options.restore = true;
    demo.open(SessionContext {
        endpoint: Endpoint::Demo("http://127.0.0.1:1".into()),
        ..session_context()
    });
    demo.keys("v S");
    for driver in [&off, &demo] {
        let is_of_views =
            |it: &TaskEffect| matches!(it, TaskEffect::LoadView(_) | TaskEffect::SaveView(..));
        assert!(!driver.tasks.iter().any(is_of_views));
    }
}

#[test]
fn the_kept_views_of_all_keys_and_of_the_overview_are_shown() {
    for (view, title) in [(View::Keys, "Keys 4"), (View::Overview, "Overview 3")] {
        let mut driver = opened(ScreenOptions::default());
        load(&mut driver, Some(SavedView { view, ..SavedView::default() }));
        serve(&mut driver);
        assert_eq!(driver.app.ui.panes.view, view);
        driver.assert_shows(title);
    }
}
