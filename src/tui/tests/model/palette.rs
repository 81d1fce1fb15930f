//! Actions that are run in the command palette, which must act as their keys do.

use super::runner::ModelScreen;
use super::simultaneous_keys::KeysResult;
use crate::tui::app::App;
use crate::tui::effect::Effects;
use crate::tui::keymap::{ACTIONS, Action};
use crate::tui::popups::Popup;
use crate::tui::tests::press;

impl ModelScreen {
    /// Runs an action in the palette, if nothing is open and it is possible.
    pub(super) fn run_by_palette(&mut self, n: usize) {
        self.settle();
        let spec = &ACTIONS[n % ACTIONS.len()];
        let is_open = self.app.popup().is_some() || self.app.ui.panes.is_editing_filter();
        if is_open
            || matches!(spec.action, Action::Palette | Action::Quit)
            || !self.app.ui.panes.is_possible(spec.action, &self.app.shared)
        {
            return;
        }
        let name: Vec<_> = spec.name.chars().map(|c| c.to_string()).collect();
        let keys = [":"].into_iter().chain(name.iter().map(String::as_str)).chain(["enter"]);
        let keys: Vec<_> = keys.collect();
        if let Some(key) = spec.keys.first()
            && let (Some(by_key), Some(by_palette)) = (self.result(&[key]), self.result(&keys))
        {
            assert_eq!(by_palette, by_key, "the palette runs {} differently", spec.name);
        }
        self.press_keys(&keys);
        self.stats.run_by_palette += 1;
    }

    /// Returns the result of keys, each in its own batch; `None` if a question opens by itself.
    fn result(&self, keys: &[&str]) -> Option<KeysResult> {
        let (mut app, mut effects): (App, _) = (self.app.clone(), Effects::default());
        for key in keys {
            app.update(press(key), self.now, &mut effects);
            app.settle(self.now, &mut effects);
        }
        let is_asked = matches!(app.popup(), Some(Popup::RoutePicker(_) | Popup::SignIn(_)));
        (!is_asked).then(|| KeysResult::from_app(&app, &effects))
    }
}
