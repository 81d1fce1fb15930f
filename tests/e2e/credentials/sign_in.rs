//! `keyflip login` and the sign-in on the screen, at the demo's Identity Center. It approves a code
//! at the third call for its token, one second apart.

use std::os::unix::fs::{MetadataExt as _, PermissionsExt as _, chown, symlink};

use serde_json::{Value, json};

use crate::support::demo::Demo;
use crate::support::home::Home;
use crate::support::launch::Launch;
use crate::support::moto;
use crate::support::process::{Exit, Finished};

/// The cached token of the session `demo`.
const TOKEN: &str = ".aws/sso/cache/89e495e7941cf9e40e6980d14a16bf023ccd4c91.json";

/// The account of the profile `member`.
const ACCOUNT: &str = "123456789012";

/// A home without a token, and a demo with Identity Center.
fn signed_out() -> (Home, Demo) {
    let home = Home::new();
    let files = home.path(".aws");
    let demo = Demo::start(&home, &["--organization", "3", "--files", files.to_str().unwrap()]);
    let member = format!(
        "\n[profile member]\nregion = us-east-1\nendpoint_url = {}\nsso_session = demo\n\
         sso_account_id = {ACCOUNT}\nsso_role_name = IncidentResponder\n",
        demo.url()
    );
    home.write(".aws/config", &(home.read(".aws/config") + &member));
    std::fs::remove_dir_all(home.path(".aws/sso")).unwrap();
    (home, demo)
}

fn keyflip(home: &Home, demo: &Demo, arguments: &[&str]) -> Launch {
    Launch::keyflip(home, arguments).env("AWS_ENDPOINT_URL", demo.url())
}

fn says(finished: &Finished, code: i32, parts: &[&str]) {
    assert_eq!(finished.exit, Exit::Code(code), "{finished:?}");
    for part in parts {
        assert!(finished.stderr.contains(part), "{part}: {finished:?}");
    }
}

/// Returns the times of the calls of an operation, in milliseconds.
fn times(demo: &Demo, operation: &str) -> Vec<u64> {
    let calls = demo.calls_of(operation).into_iter();
    calls.map(|call| call["at_ms"].as_u64().unwrap()).collect()
}

#[test]
fn a_code_is_approved_elsewhere_and_the_token_opens_sessions() {
    let (home, demo) = signed_out();
    let refused = keyflip(&home, &demo, &["list", "--profile", "member"]).run();
    says(&refused, 253, &["no cached SSO token", "Run keyflip login --profile member"]);
    let login = || keyflip(&home, &demo, &["login"]).run();
    let finished = login();
    assert!(finished.stdout.starts_with("Signed in to session demo until "), "{finished:?}");
    assert_eq!(finished.stdout.lines().count(), 1, "{finished:?}");
    let url = demo.url();
    says(
        &finished,
        0,
        &[
            "Session    demo\n",
            &format!("Start URL  {url}/start\n"),
            "Region     us-east-1\n",
            &format!("NOT AWS {url}\n"),
            &format!("  {url}/device?user_code="),
            "  Code: ",
            "10:00 left",
            "Approve it only if you have started this sign-in yourself",
        ],
    );
    assert!(!finished.stderr.contains(['█', '\u{1b}', '\r']), "plain lines: {finished:?}");
    let polls = times(&demo, "CreateToken");
    assert_eq!(polls.len(), 3, "{polls:?}");
    assert!(polls.windows(2).all(|pair| pair[1] - pair[0] >= 990), "{polls:?}");
    let mode = |path: &str| home.path(path).metadata().unwrap().permissions().mode() & 0o777;
    assert_eq!((mode(TOKEN), mode(".aws/sso/cache")), (0o600, 0o700));
    let token: Value = serde_json::from_str(&home.read(TOKEN)).unwrap();
    let secret = token["accessToken"].as_str().unwrap();
    let shown = format!("{}{}", finished.stderr, finished.stdout);
    assert!(!shown.contains(secret) && !shown.contains(token["clientSecret"].as_str().unwrap()));
    let listed = keyflip(&home, &demo, &["list", "--profile", "member"]).run();
    assert!(listed.stdout.contains("svc-billing-0042"), "{listed:?}");
    says(&login(), 0, &["Code: "]);
    assert_eq!(times(&demo, "RegisterClient").len(), 1, "the client is registered already");
}

#[test]
fn login_under_sudo_leaves_the_files_to_the_user() {
    const ANN: u32 = 12_345;
    let (home, demo) = signed_out();
    if !rustix::process::geteuid().is_root() {
        return;
    }
    for directory in ["", ".aws"] {
        chown(home.path(directory), Some(ANN), Some(ANN)).unwrap();
    }
    says(&keyflip(&home, &demo, &["login"]).env("SUDO_UID", ANN.to_string()).run(), 0, &[]);
    for directory in [".aws/sso", ".aws/sso/cache"] {
        assert_eq!(home.path(directory).metadata().unwrap().uid(), ANN, "{directory}");
    }
    for file in std::fs::read_dir(home.path(".aws/sso/cache")).unwrap() {
        let file = file.unwrap();
        assert_eq!(file.metadata().unwrap().uid(), ANN, "{file:?}");
    }
}

#[test]
fn a_slow_approval_slows_the_calls_down() {
    let (home, demo) = signed_out();
    let slow = json!({"operations": ["CreateToken"], "times": 1});
    demo.faults(&json!({"errors": [{"status": 400, "code": "SlowDownException", "on": slow}]}));
    says(&keyflip(&home, &demo, &["login"]).run(), 0, &[]);
    let polls = times(&demo, "CreateToken");
    assert_eq!(polls.len(), 4);
    assert!(polls.windows(2).all(|pair| pair[1] - pair[0] >= 5_990), "{polls:?}");
}

#[test]
fn refused_and_expired_codes_and_failures_each_have_a_sentence_and_lose_no_token() {
    let (home, demo) = signed_out();
    home.write(TOKEN, "former");
    let on = json!({"operations": ["CreateToken"]});
    let error = |status: u16, code: &str| json!({"errors": [{"status": status, "code": code, "message": "Said so", "on": on}]});
    for (faults, code, sentence) in [
        (error(400, "AccessDeniedException"), 254, "keyflip: The sign-in was refused."),
        (error(400, "ExpiredTokenException"), 254, "The code expired before it was approved."),
        (error(400, "InvalidScopeException"), 254, "InvalidScopeException: Said so"),
        (
            json!({"permissions": {"deny": ["RegisterClient"]}}),
            254,
            "RegisterClient failed with AccessDeniedException",
        ),
    ] {
        demo.faults(&faults);
        says(&keyflip(&home, &demo, &["login"]).run(), code, &[sentence]);
        assert_eq!(home.read(TOKEN), "former");
        for entry in std::fs::read_dir(home.path(".aws/sso/cache")).unwrap() {
            let path = entry.unwrap().path();
            if path != home.path(TOKEN) {
                std::fs::remove_file(path).unwrap();
            }
        }
    }
    // The service fails for a while; the SDK makes three attempts a call.
    demo.faults(&json!({"server_error": {"operations": ["CreateToken"], "times": 3}}));
    let finished = keyflip(&home, &demo, &["login"]).run();
    says(&finished, 0, &["No answer from Identity Center", "still trying."]);
    assert!(home.read(TOKEN).contains("demo-access-"), "a broken file is replaced");
}

#[test]
fn a_cache_that_cannot_be_written_is_reported_before_anything_is_sent() {
    let (home, demo) = signed_out();
    let calls = demo.calls().len();
    std::fs::create_dir_all(home.path(".aws/sso")).unwrap();
    symlink("/dev/null", home.path(".aws/sso/cache")).unwrap();
    let refused = keyflip(&home, &demo, &["login"]).run();
    says(&refused, 255, &["Could not write to ", "/.aws/sso/cache: ", "nothing was sent."]);
    std::fs::remove_file(home.path(".aws/sso/cache")).unwrap();
    // A limit on the size of files stands for a full disk.
    let program = env!("CARGO_BIN_EXE_keyflip");
    let script = format!("trap '' XFSZ; ulimit -f 1; exec {program} login");
    let full = Launch::program(&home, "sh", &["-c", &script]).env("AWS_ENDPOINT_URL", demo.url());
    says(&full.run(), 255, &["Could not write to ", "nothing was sent."]);
    assert_eq!(demo.calls().len(), calls);
    assert_eq!(std::fs::read_dir(home.path(".aws/sso/cache")).unwrap().count(), 0);
}

#[test]
fn several_sessions_are_listed_and_one_can_be_named() {
    let (home, demo) = signed_out();
    let other = "\n[sso-session other]\nsso_region = eu-west-1\nsso_start_url = https://d-1.awsapps.com/start\n";
    home.write(".aws/config", &(home.read(".aws/config") + other));
    let refused = keyflip(&home, &demo, &["login"]).run();
    says(&refused, 255, &["several sessions: demo, other. Name one with --sso-session."]);
    let refused = keyflip(&home, &demo, &["login", "--sso-session", "dmeo"]).run();
    says(&refused, 255, &["There is no [sso-session dmeo]", "Did you mean demo?"]);
    let refused = keyflip(&home, &demo, &["login", "--profile", "acme-staging"]).run();
    says(&refused, 255, &["Profile acme-staging does not use Identity Center."]);
    assert!(times(&demo, "RegisterClient").is_empty());
    for arguments in [["--sso-session", "demo"], ["--profile", "member"]] {
        says(&keyflip(&home, &demo, &[&["login"], &arguments[..]].concat()).run(), 0, &[]);
    }
    let refused = keyflip(&home, &demo, &["login", "--demo"]).run();
    says(&refused, 252, &["The demo is always signed in."]);
}

#[test]
fn ctrl_c_cancels_and_the_terminal_shows_the_code_until_then() {
    let (home, demo) = signed_out();
    let mut pty = keyflip(&home, &demo, &["login"]).on_pty(100, 50);
    pty.wait_for("10:00 left. Press ctrl-c to cancel.");
    let screen = pty.screen();
    assert!(screen.contains("Code: ") && screen.contains("█▀▀▀▀▀█"), "{screen}");
    pty.press("ctrl-c");
    assert_eq!(pty.exit(), Exit::Code(130));
    assert!(!pty.screen().contains("Press ctrl-c"), "{}", pty.screen());
    assert!(!home.path(TOKEN).exists());
    let pty = keyflip(&home, &demo, &["login", "--ascii"]).on_pty(100, 24);
    pty.wait_for("Signed in to session demo until");
    assert_eq!(pty.exit(), Exit::Code(0));
    let written = String::from_utf8_lossy(&pty.written_since(0)).into_owned();
    assert!(written.is_ascii() && written.contains("####"), "{written}");
}

#[test]
fn the_screen_offers_the_sign_in_and_goes_on_after_it() {
    let (home, demo) = signed_out();
    let mut pty = keyflip(&home, &demo, &["--profile", "member"]).on_pty(120, 40);
    pty.wait_for("You are not signed in to session demo.");
    assert_eq!(demo.calls().len(), 0, "nothing can be read without a token");
    pty.press("enter");
    pty.wait_for("Code: ");
    let screen = pty.screen();
    let host = demo.url().trim_start_matches("http://");
    for text in [&format!("Host       {host}"), "NOT AWS http", "█▀▀▀▀▀█", "left."] {
        assert!(screen.contains(text), "{text}: {screen}");
    }
    pty.wait_for("svc-billing-0042");
    assert_eq!(times(&demo, "CreateToken").len(), 3);
    assert_eq!(times(&demo, "GetRoleCredentials").len(), 1);
    assert!(!pty.screen().contains("✗"), "{}", pty.screen());
    pty.press("q");
    assert_eq!(pty.exit(), Exit::Code(0));
}

/// The AWS SDK for Python signs with the token, and renews it with keyflip's client.
#[test]
fn boto3_uses_the_token_and_the_client() {
    let Some(python) = moto::python() else { return };
    let (home, demo) = signed_out();
    says(&keyflip(&home, &demo, &["login"]).run(), 0, &[]);
    let run = |script: &str| {
        let python = python.to_str().unwrap();
        let launch = Launch::program(&home, python, &["-c", script]).env("AWS_PROFILE", "member");
        let finished = launch.env("AWS_ENDPOINT_URL", demo.url()).run();
        assert_eq!(finished.exit, Exit::Code(0), "{finished:?}");
        finished.stdout
    };
    let users = "import boto3\n\
        for user in boto3.client('iam').list_users()['Users']: print(user['UserName'])\n";
    assert!(run(users).contains("svc-billing-0042"));
    let ended = |text: &str| {
        let mut token: Value = serde_json::from_str(text).unwrap();
        token["expiresAt"] = "2026-01-01T00:00:00Z".into();
        token
    };
    let before = ended(&home.read(TOKEN));
    home.write(TOKEN, &before.to_string());
    assert!(run(users).contains("svc-billing-0042"), "it renews the token");
    let after: Value = serde_json::from_str(&home.read(TOKEN)).unwrap();
    assert_ne!(before["accessToken"], after["accessToken"]);
    assert_eq!(before["clientId"], after["clientId"]);
    let listed = keyflip(&home, &demo, &["list", "--profile", "member"]).run();
    assert!(listed.stdout.contains("svc-billing-0042"), "with the token that botocore wrote");
    // The botocore of the AWS CLI keeps its client under this name.
    let cached = "import hashlib, json, os\n\
        key = {'tool': 'botocore', 'startUrl': 'URL/start', 'region': 'us-east-1',\n\
               'scopes': ['sso:account:access'], 'session_name': 'demo'}\n\
        name = hashlib.sha1(json.dumps(key, sort_keys=True).encode('utf-8')).hexdigest()\n\
        made = json.load(open(os.path.expanduser(f'~/.aws/sso/cache/{name}.json')))\n\
        print(made['clientId'], made['scopes'])\n"
        .replace("URL", demo.url());
    let client = after["clientId"].as_str().unwrap();
    assert_eq!(run(&cached).trim(), format!("{client} ['sso:account:access']"));
    assert_eq!(times(&demo, "RegisterClient").len(), 1);
}

/// Writes a browser that runs this Python with the address in `url`; returns its command.
fn browser(home: &Home, script: &str) -> String {
    home.write(
        "browser.py",
        &format!("import sys, urllib.request as web\nurl = sys.argv[1]\n{script}\n"),
    );
    format!("python3 {}", home.path("browser.py").display())
}

#[test]
fn a_browser_of_this_machine_signs_in_without_a_code() {
    let (home, demo) = signed_out();
    let login = |script: &str, arguments: &[&str]| {
        let arguments = [&["login", "--browser"], arguments].concat();
        let launch = keyflip(&home, &demo, &arguments).env("DISPLAY", ":0");
        launch.env("BROWSER", browser(&home, script)).run()
    };
    let finished = login("web.urlopen(url).read()", &[]);
    says(
        &finished,
        0,
        &["/authorize?response_type=code", "The browser of this machine was started."],
    );
    assert!(!finished.stderr.contains("Code: "), "{finished:?}");
    let token: Value = serde_json::from_str(&home.read(TOKEN)).unwrap();
    assert!(token["refreshToken"].as_str().is_some());
    let listed = keyflip(&home, &demo, &["list", "--profile", "member"]).run();
    assert!(listed.stdout.contains("svc-billing-0042"), "{listed:?}");
    let registered = demo.calls_of("RegisterClient").into_iter().next();
    let params = &registered.unwrap()["params"];
    assert_eq!(params["grantTypes"], "authorization_code refresh_token");
    assert_eq!(params["redirectUris"], "http://127.0.0.1/oauth/callback");
    // The client is kept for this grant, and a code needs another.
    says(&login("web.urlopen(url).read()", &[]), 0, &[]);
    assert_eq!(times(&demo, "RegisterClient").len(), 1);
    says(&keyflip(&home, &demo, &["login"]).run(), 0, &["Code: "]);
    assert_eq!(times(&demo, "RegisterClient").len(), 2);
    let before = home.read(TOKEN);
    let calls = times(&demo, "CreateToken").len();
    let other = "import urllib.parse as parse\n\
        query = parse.parse_qs(parse.urlsplit(url).query)\n\
        back = query['redirect_uri'][0]\n";
    // Requests of any other page in the browser do not end the sign-in.
    let foreign = "for forged in ('?code=x&state=forged', '?error=access_denied'):\n\
        \x20   try: web.urlopen(back + forged)\n\
        \x20   except web.HTTPError as error: assert error.code == 400\n\
        \x20   else: raise SystemExit(1)\n";
    let denied = format!(
        "{other}{foreign}web.urlopen(back + '?error=access_denied&state=' + query['state'][0]).read()"
    );
    says(&login(&denied, &[]), 254, &["The sign-in was refused."]);
    assert_eq!(times(&demo, "CreateToken").len(), calls, "no code was exchanged");
    let config = home.read(".aws/config");
    home.write(
        ".aws/config",
        &config.replace("sso_region", "sso_use_device_code = true\nsso_region"),
    );
    says(&login("", &[]), 255, &["sso_use_device_code = true. Sign in without --browser."]);
    home.write(".aws/config", &config);
    let old = format!(
        "\n[profile old]\nsso_region = us-east-1\nsso_start_url = {}/start\n\
         sso_account_id = {ACCOUNT}\nsso_role_name = IncidentResponder\n",
        demo.url()
    );
    home.write(".aws/config", &(config + &old));
    says(&login("", &["--profile", "old"]), 255, &["Only an [sso-session] can be signed in"]);
    assert_eq!(home.read(TOKEN), before);
}

#[test]
fn the_organization_is_read_once_the_user_has_signed_in() {
    let (home, demo) = signed_out();
    let mut pty = demo.screen(&home, &[]).env("AWS_ENDPOINT_URL", demo.url()).on_pty(120, 40);
    pty.wait_for("svc-billing-0042");
    pty.press("o");
    pty.wait_for("You are not signed in to session demo.");
    assert!(times(&demo, "ListAccounts").is_empty());
    pty.press("enter");
    pty.wait_for("Code: ");
    pty.wait_for("Signed in to IAM Identity Center until");
    pty.wait_for("team-0001");
    pty.press("q");
    assert_eq!(pty.exit(), Exit::Code(0));
}
