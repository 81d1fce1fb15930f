//! Tests that secrets do not leak: runs every command and the main screens with known secrets,
//! then searches all output and files for them.

mod commands;
mod forms;

use std::fs;
use std::path::Path;
use std::time::Duration;

use rustix::process::{Resource, Rlimit, getrlimit, setrlimit};
use serde_json::{Value, json};

use commands::COMMANDS;
use forms::forms;

use crate::commands::help;
use crate::commands::other_accounts::{member, organization};
use crate::support::demo::Demo;
use crate::support::home::Home;
use crate::support::launch::Launch;
use crate::support::process::Exit;
use crate::support::screen_steps::KEY;

/// The access key ID of the demo's operator, and its secret.
const OPERATOR: (&str, &str) = ("AKIARZPUZDIKDEMOOPER", "demo-secret-that-opens-nothing-anywhere0");
const CODE: &str = "918273";

/// A credential source, and its secrets.
struct Signer {
    name: &'static str,
    environment: Vec<(&'static str, String)>,
    options: Vec<&'static str>,
}

fn text(value: &Value, name: &str) -> String {
    value[name].as_str().unwrap().to_owned()
}

/// Writes the AWS configuration; returns the credential sources and all secrets.
fn signers(home: &Home, demo: &Demo) -> (Vec<Signer>, Vec<String>) {
    let session =
        demo.apply(&json!({"open_session": {"user": "operator", "seconds": 3600, "mfa": true}}));
    let (secret, token) = (text(&session, "SecretAccessKey"), text(&session, "SessionToken"));
    let printed = json!({"Version": 1, "AccessKeyId": session["AccessKeyId"], "SecretAccessKey": secret,
        "SessionToken": token, "Expiration": session["Expiration"]});
    home.write("process.json", &printed.to_string());
    let (key, own) = OPERATOR;
    home.write(
        ".aws/config",
        &format!(
            "[profile process]\ncredential_process = cat {}\n[profile broken]\ncredential_process = echo leaked-process-words\n\
             [profile base]\naws_access_key_id = {key}\naws_secret_access_key = {own}\n\
             [profile role]\nrole_arn = arn:aws:iam::123456789012:role/ops/IncidentResponse\nsource_profile = base\n\
             mfa_serial = arn:aws:iam::123456789012:mfa/operator\n",
            home.path("process.json").display()
        ),
    );
    let environment = |key: &str, secret: &str, token: Option<&str>| {
        let mut environment = vec![
            ("AWS_ACCESS_KEY_ID", key.to_owned()),
            ("AWS_SECRET_ACCESS_KEY", secret.to_owned()),
        ];
        environment.extend(token.map(|token| ("AWS_SESSION_TOKEN", token.to_owned())));
        environment
    };
    let signer = |name, environment, options| Signer { name, environment, options };
    let (wrong_secret, wrong_token) =
        ("wrong-secret-wrong-secret-wrong-secret-0", "wrong-token-wrong-token-wrong-token");
    let signers = vec![
        signer("environment", environment(key, own, None), vec![]),
        signer(
            "session",
            environment(&text(&session, "AccessKeyId"), &secret, Some(&token)),
            vec![],
        ),
        signer(
            "wrong",
            environment("ASIARZPUZDIKWRONGKEY", wrong_secret, Some(wrong_token)),
            vec![],
        ),
        signer("process", vec![], vec!["--profile", "process"]),
        signer("broken process", vec![], vec!["--profile", "broken"]),
        signer("role", vec![], vec!["--profile", "role", "--mfa-code", CODE]),
    ];
    let secrets = [own, &secret, &token, wrong_secret, wrong_token, "leaked-process-words"];
    (signers, secrets.map(str::to_owned).into())
}

impl Signer {
    fn launch(&self, home: &Home, demo: &Demo, arguments: &[&str], log: &Path) -> Launch {
        let debug = format!("--debug={}", log.display());
        let mut launch =
            Launch::keyflip(home, &[arguments, &self.options[..], &[debug.as_str()]].concat())
                .env("AWS_ENDPOINT_URL", demo.url())
                .env("AWS_REGION", "us-east-1")
                .env("RUST_LOG", "trace")
                .env("RUST_BACKTRACE", "full");
        for (name, value) in &self.environment {
            launch = launch.env(name, value);
        }
        launch
    }
}

/// Collects all files below the folder, except those that hold the secrets by design.
fn files(folder: &Path, found: &mut Vec<(String, String)>) {
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        let name = path.file_name().unwrap().to_string_lossy().into_owned();
        if path.is_dir() && name != ".aws" {
            files(&path, found);
        } else if path.is_file() && name != "process.json" {
            found.push((
                path.display().to_string(),
                String::from_utf8_lossy(&fs::read(&path).unwrap()).into_owned(),
            ));
        }
    }
}

fn holds_none(secrets: &[String], places: &[(String, String)]) {
    for (place, content) in places {
        for (secret, form) in
            secrets.iter().flat_map(|secret| forms(secret).map(|form| (secret, form)))
        {
            assert!(!content.contains(&form), "{place} holds the secret {secret}:\n{content}");
        }
        // Six digits can occur in any longer number.
        let mut numbers = content.split(|c: char| !c.is_ascii_digit() && c != '.' && c != ':');
        assert!(!numbers.any(|number| number == CODE), "{place} holds the code:\n{content}");
    }
}

#[test]
fn no_command_leaks_a_secret() {
    let home = Home::new();
    let demo = Demo::start(&home, &[]);
    // The demo prints the credentials of its own account, and keeps running.
    let tried: Vec<_> = COMMANDS.iter().map(|words| words[0]).chain(["demo"]).collect();
    let all = help::commands(&home);
    assert!(
        all.iter().all(|name| tried.contains(&name.as_str())),
        "{all:?} of which are tried: {tried:?}"
    );
    let (signers, secrets) = signers(&home, &demo);
    let plan = ["plan", "age>1d", "user:ci-*"];
    let planned = signers[0].launch(&home, &demo, &plan, &home.path("debug.log")).run();
    assert_eq!(planned.exit, Exit::Code(0), "{planned:?}");
    home.write("plan.json", &planned.stdout);
    let mut places = Vec::new();
    let mut carried_out = 0;
    for signer in &signers {
        for command in COMMANDS {
            let finished = signer.launch(&home, &demo, command, &home.path("debug.log")).run();
            carried_out += usize::from(finished.exit == Exit::Code(0));
            let name = format!("{} as {}", command.join(" "), signer.name);
            places.extend([
                (format!("{name}, standard output"), finished.stdout),
                (format!("{name}, standard error"), finished.stderr),
            ]);
        }
    }
    files(&home.path(""), &mut places);
    let log =
        places.iter().find(|(place, _)| place.ends_with("debug.log")).expect("there is a log");
    assert!(log.1.len() > 1_000 && carried_out > 3 * 12, "{carried_out} commands were carried out");
    assert!(places.iter().any(|(place, _)| place.ends_with("journal.jsonl")));
    holds_none(&secrets, &places);
}

#[test]
fn no_command_in_other_accounts_leaks_a_token() {
    let home = Home::new();
    let demo = organization(&home, &[]);
    let leaked = "AKIAULX2HYJ3VNYBDUQ4";
    let debug = format!("--debug={}", home.path("debug.log").display());
    let mut places = Vec::new();
    for (words, code) in [
        (&["accounts", "--roles"][..], 0),
        (&["deactivate", leaked, "--any-account", "--yes"], 0),
        (&["find", leaked, "--any-account", "--role", "OrganizationAccountAccessRole"], 0),
        (&["find", "AKIA************DUQ4", "--all-accounts"], 1),
        (&["list", "--all-accounts"], 1),
        (&["list", "--account", "team-0002"], 255),
    ] {
        let launch = member(&home, &demo, &[words, &[&debug]].concat()).env("RUST_LOG", "trace");
        let finished = launch.run();
        assert_eq!(finished.exit, Exit::Code(code), "{finished:?}");
        let name = words.join(" ");
        places.push((format!("{name}, standard output"), finished.stdout));
        places.push((format!("{name}, standard error"), finished.stderr));
    }
    files(&home.path(""), &mut places);
    let log = places.iter().find(|(place, _)| place.ends_with("debug.log")).unwrap();
    assert!(log.1.contains("ListAccountRoles"), "the log has the calls of the portal");
    let secrets = [OPERATOR.1, "demo-sso-token", "demo-refresh-token", "demo-client-secret"];
    holds_none(&secrets.map(str::to_owned), &places);
}

#[test]
fn no_screen_and_no_panic_leaks_a_secret() {
    let home = Home::new();
    let demo = Demo::start(&home, &[]);
    let (signers, mut secrets) = signers(&home, &demo);
    let mut places = Vec::new();
    for signer in &signers {
        for panics in [false, true] {
            let mut launch = signer.launch(&home, &demo, &[], &home.path("debug.log"));
            if panics {
                launch = launch.env("KEYFLIP_PANIC", "1");
            }
            let mut pty = launch.on_pty(120, 40);
            pty.comes(Duration::from_secs(5), |text| text.contains(KEY) || text.contains("✗"));
            for key in [
                "?", "esc", "!", "esc", "L", "esc", "p", "esc", "Y", "esc", "v", "enter", "esc",
                "o", "r", "o", "t", "esc",
            ] {
                if pty.ended(Duration::from_millis(40)).is_some() {
                    break;
                }
                pty.press(key);
            }
            if !panics {
                pty.paste(&format!(
                    "secret {} of {KEY}",
                    "pasted-secret-pasted-secret-pasted-secret"
                ));
                pty.comes(Duration::from_millis(400), |_| false);
            }
            for _ in 0..10 {
                if pty.ended(Duration::from_millis(200)).is_some() {
                    break;
                }
                pty.press("ctrl-c");
            }
            let written = String::from_utf8_lossy(&pty.written_since(0)).into_owned();
            assert!(
                !panics || written.contains("KEYFLIP_PANIC"),
                "{}: it did not panic",
                signer.name
            );
            places.push((format!("the screen as {}", signer.name), written));
        }
    }
    secrets.push("pasted-secret-pasted-secret-pasted-secret".to_owned());
    files(&home.path(""), &mut places);
    holds_none(&secrets, &places);
}

/// Beginnings of the demo's secrets: tokens, codes, the client's secret.
const SIGN_IN_SECRETS: [&str; 5] =
    ["demo-access-", "demo-refresh-", "demo-device-", "demo-authorization-", "demo-client-secret-"];

#[test]
fn no_sign_in_leaks_a_secret() {
    let home = Home::new();
    let directory = home.path(".aws");
    let demo = Demo::start(&home, &["--organization", "3", "--files", directory.to_str().unwrap()]);
    let member = format!(
        "\n[profile member]\nregion = us-east-1\nendpoint_url = {}\nsso_session = demo\n\
         sso_account_id = 123456789012\nsso_role_name = IncidentResponder\n",
        demo.url()
    );
    home.write(".aws/config", &(home.read(".aws/config") + &member));
    let forget = || fs::remove_dir_all(home.path(".aws/sso")).unwrap();
    let debug = format!("--debug={}", home.path("debug.log").display());
    let launch = |arguments: &[&str]| {
        Launch::keyflip(&home, &[arguments, &[debug.as_str()]].concat())
            .env("AWS_ENDPOINT_URL", demo.url())
            .env("RUST_LOG", "trace")
            .env("RUST_BACKTRACE", "full")
    };
    let mut places = Vec::new();
    forget();
    let finished = launch(&["login"]).run();
    assert!(finished.stdout.contains("Signed in"), "{finished:?}");
    places.push(("login".to_owned(), format!("{}{}", finished.stdout, finished.stderr)));
    let page = "import sys, urllib.request as web\nweb.urlopen(sys.argv[1]).read()\n";
    home.write("browser.py", page);
    let command = format!("python3 {}", home.path("browser.py").display());
    let browser = launch(&["login", "--browser"]).env("DISPLAY", ":0").env("BROWSER", command);
    let finished = browser.run();
    assert!(finished.stdout.contains("Signed in"), "{finished:?}");
    places.push(("login --browser".to_owned(), format!("{}{}", finished.stdout, finished.stderr)));
    for code in ["AccessDeniedException", "InvalidGrantException", "Unknown"] {
        let on = json!({"operations": ["CreateToken"]});
        demo.faults(&json!({"errors": [{"status": 400, "code": code, "on": on}]}));
        let finished = launch(&["login"]).run();
        places.push((code.to_owned(), format!("{}{}", finished.stdout, finished.stderr)));
    }
    demo.faults(&json!({}));
    for panics in [false, true] {
        forget();
        let mut screen = launch(&["--profile", "member"]);
        if panics {
            screen = screen.env("KEYFLIP_PANIC", "y");
        }
        let mut pty = screen.on_pty(120, 40);
        pty.wait_for("You are not signed in");
        pty.press("enter");
        pty.wait_for("Code: ");
        pty.press("y");
        if panics {
            assert!(pty.ended(Duration::from_secs(10)).is_some(), "it panics");
        } else {
            pty.wait_for(KEY);
            pty.press("q");
            pty.exit();
        }
        let written = String::from_utf8_lossy(&pty.written_since(0)).into_owned();
        assert!(!panics || written.contains("KEYFLIP_PANIC"), "{written}");
        places.push((format!("the screen, panics: {panics}"), written));
    }
    files(&home.path(""), &mut places);
    assert!(places.iter().any(|(place, _)| place.ends_with("debug.log")));
    holds_none(&SIGN_IN_SECRETS.map(str::to_owned), &places);
}

#[test]
#[cfg_attr(not(target_os = "linux"), ignore = "reads /proc")]
fn no_core_is_dumped_even_if_cores_are_enabled() {
    let limit = getrlimit(Resource::Core);
    setrlimit(Resource::Core, Rlimit { current: limit.maximum, ..limit }).unwrap();
    let home = Home::new();
    let mut pty = Launch::keyflip(&home, &["--demo"]).on_pty(120, 40);
    pty.wait_ready(KEY);
    let limits = fs::read_to_string(format!("/proc/{}/limits", pty.pid())).unwrap();
    let core = limits.lines().find_map(|line| line.strip_prefix("Max core file size")).unwrap();
    assert_eq!(core.split_whitespace().next(), Some("0"), "{limits}");
    pty.press("q");
    assert_eq!(pty.exit(), Exit::Code(0));
}

#[test]
fn a_password_in_an_endpoint_url_is_refused_and_not_shown() {
    let home = Home::new();
    let key = ["--access-key-id", KEY, "--status", "Inactive"];
    for url in [
        "http://ann:hunter2@127.0.0.1:1",
        "ann:hunter2@127.0.0.1",
        "//ann:hunter2@h",
        "http://127.0.0.1:1/?t=hunter2",
    ] {
        for words in [
            vec!["list"],
            vec!["deactivate", KEY, "--yes"],
            [&["update-access-key"], &key[..]].concat(),
        ] {
            let by_option =
                Launch::keyflip(&home, &[&words[..], &["--endpoint-url", url]].concat());
            let by_variable = Launch::keyflip(&home, &words).env("AWS_ENDPOINT_URL", url);
            for launch in [by_option, by_variable] {
                let finished = launch.signed_by(OPERATOR.0, OPERATOR.1).run();
                assert!(
                    !finished.stderr.contains("hunter2") && !finished.stdout.contains("hunter2"),
                    "{finished:?}"
                );
                assert!(
                    finished.stderr.contains("neither uses nor shows it"),
                    "{words:?} {url}: {finished:?}"
                );
            }
        }
    }
    let mut places = Vec::new();
    files(&home.path(""), &mut places);
    holds_none(&["hunter2".to_owned()], &places);
}
