//! The browser of this machine.

use std::process::Stdio;

use crate::model::split_words;
use crate::ops::sign_in::prompt::SignInPrompt;

/// Variables of a session over SSH, whose display is that of another machine or none.
const SSH_VARIABLES: [&str; 3] = ["SSH_CONNECTION", "SSH_CLIENT", "SSH_TTY"];

/// Variables of a display.
const DISPLAY_VARIABLES: [&str; 2] = ["WAYLAND_DISPLAY", "DISPLAY"];

/// Place of the address in a command of `BROWSER`.
const ADDRESS: &str = "%s";

/// Returns the command that opens the page of a code in the user's browser: that of `BROWSER`, or
/// the system's. `None` over SSH, without a display, and for a page that AWS does not run, which
/// the user should look at first.
pub(crate) fn browser_command(
    prompt: &SignInPrompt,
    environment: impl Fn(&str) -> Option<String>,
) -> Option<Vec<String>> {
    let is_set = |name: &str| environment(name).is_some_and(|value| !value.is_empty());
    let has_display =
        cfg!(target_os = "macos") || DISPLAY_VARIABLES.iter().any(|name| is_set(name));
    // The user has asked for a browser if there is no code.
    let is_foreign = prompt.not_aws.is_some() && prompt.code.is_some();
    if is_foreign || !has_display || SSH_VARIABLES.iter().any(|name| is_set(name)) {
        return None;
    }
    let system = if cfg!(target_os = "macos") { "open" } else { "xdg-open" };
    let chosen = environment("BROWSER").unwrap_or_default();
    // Alternatives are separated by colons.
    let chosen = chosen.split(':').next().unwrap_or_default();
    // As Python's `webbrowser` does, which the AWS CLI uses.
    let mut command = split_words(chosen).unwrap_or_default();
    if command.is_empty() {
        command.push(system.to_owned());
    }
    let address = prompt.address();
    match command.iter_mut().find(|word| word.contains(ADDRESS)) {
        Some(word) => *word = word.replace(ADDRESS, address),
        None => command.push(address.to_string()),
    }
    Some(command)
}

/// Starts the browser, and does not wait for it. Returns whether it was started.
pub(crate) fn open_browser(command: &[String]) -> bool {
    let [program, arguments @ ..] = command else { return false };
    let started = tokio::process::Command::new(program)
        .args(arguments)
        .stdin(Stdio::null())
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        // So that ctrl-c does not end it.
        .process_group(0)
        .spawn();
    if let Err(error) = &started {
        tracing::debug!(%error, "could not start the browser");
    }
    started.is_ok()
}

#[cfg(all(test, target_os = "linux"))]
mod tests {
    use std::time::Duration;

    use super::*;

    fn command(not_aws: Option<&str>, variables: &[(&str, &str)]) -> Option<String> {
        let prompt = SignInPrompt {
            session: "corp".into(),
            start_url: "https://d-1.awsapps.com/start".into(),
            region: "us-east-1".into(),
            code: Some("PQCF-FCCN".into()),
            page: "https://d-1.awsapps.com/device".into(),
            complete_page: Some("https://d-1.awsapps.com/device?user_code=PQCF-FCCN".into()),
            host: "d-1.awsapps.com".into(),
            not_aws: not_aws.map(Into::into),
            lifetime: Duration::from_mins(10),
        };
        let environment = |name: &str| {
            variables.iter().find(|(set, _)| *set == name).map(|(_, value)| (*value).to_owned())
        };
        browser_command(&prompt, environment).map(|words| words.join("|"))
    }

    #[test]
    fn a_browser_is_opened_only_on_a_local_display_and_for_pages_of_aws() {
        let page = "https://d-1.awsapps.com/device?user_code=PQCF-FCCN";
        let x11 = ("DISPLAY", ":0");
        assert_eq!(command(None, &[]), None);
        assert_eq!(command(None, &[("DISPLAY", "")]), None);
        assert_eq!(command(None, &[x11]), Some(format!("xdg-open|{page}")));
        assert_eq!(command(None, &[x11, ("SSH_TTY", "/dev/pts/1")]), None);
        assert_eq!(command(Some("http://127.0.0.1:1"), &[x11]), None);
        let browser =
            |value| command(None, &[("WAYLAND_DISPLAY", "wayland-0"), ("BROWSER", value)]);
        assert_eq!(browser("firefox -P work:chromium"), Some(format!("firefox|-P|work|{page}")));
        assert_eq!(browser("open-in '%s' --new"), Some(format!("open-in|{page}|--new")));
        let script = browser("sh -c 'exec my-browser \"$1\"' '' %s");
        assert_eq!(script, Some(format!("sh|-c|exec my-browser \"$1\"||{page}")));
        assert_eq!(browser("my-browser '%s"), Some(format!("xdg-open|{page}")));
    }
}
