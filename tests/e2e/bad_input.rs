//! Tests of invalid input: each error message says what to do, and nothing is changed.

use std::io::{Read as _, Write as _};
use std::net::TcpListener;

use crate::support::demo::Demo;
use crate::support::home::Home;
use crate::support::launch::Launch;
use crate::support::process::Exit;
use crate::support::screen_steps::KEY;

#[test]
fn an_unknown_profile_is_reported_with_similar_ones() {
    let home = Home::new();
    home.write(
        ".aws/config",
        "[profile production]\nregion = us-east-1\n[profile staging]\nregion = us-east-1\n",
    );
    let mut pty = Launch::keyflip(&home, &["--profile", "prodution"]).on_pty(120, 40);
    pty.wait_for_words("production");
    pty.wait_for_words("Press r to try again");
    pty.press("q");
    assert_eq!(pty.exit(), Exit::Code(0));
}

#[test]
fn an_invalid_configuration_is_reported_with_its_line() {
    let home = Home::new();
    home.write(".aws/config", "[default]\nregion = us-east-1\n\nthis is no setting\n");
    let pty = Launch::keyflip(&home, &[]).on_pty(120, 40);
    pty.wait_for_words("line 4");
    let own = Home::new();
    own.write(".config/keyflip/config.toml", "ascii = true\nread_only = maybe\n");
    let finished = Launch::keyflip(&own, &[]).run();
    assert_eq!(finished.exit, Exit::Code(255));
    assert!(finished.stderr.contains("line 2"), "{}", finished.stderr);
}

#[test]
fn missing_credentials_are_reported_with_the_sources_tried() {
    let home = Home::new();
    let pty = Launch::keyflip(&home, &[]).on_pty(120, 40);
    pty.wait_for("no session");
    pty.wait_for_words("aws configure");
}

#[test]
fn an_unreachable_or_invalid_endpoint_is_reported() {
    let home = Home::new();
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let url = format!("http://{}", listener.local_addr().unwrap());
    let talker = std::thread::spawn(move || {
        let (mut stream, _) = listener.accept().unwrap();
        let _ = stream.read(&mut [0; 4096]);
        let _ =
            stream.write_all(b"HTTP/1.1 200 OK\r\ncontent-length: 20\r\n\r\n<html>sign in</html>");
    });
    let launch = |url: &str| {
        Launch::keyflip(&home, &["--endpoint-url", url]).signed_by("AKIAIOSFODNN7EXAMPLE", "x")
    };
    let pty = launch(&url).on_pty(120, 40);
    pty.wait_for_words(&format!("Check that {url} is an IAM endpoint"));
    talker.join().unwrap();
    // The server on this port has ended.
    let pty = launch(&url).on_pty(120, 40);
    pty.wait_for("no session");
    pty.wait_for_words(&format!("Check the endpoint {url}"));
}

#[test]
fn settings_that_panic_the_sdk_are_reported() {
    let home = Home::new();
    let demo = Demo::start(&home, &[]);
    home.write(".aws/config", "[default]\nretry_mode = legacy\nmax_attempts = 0\n");
    let launch = demo.screen(&home, &[]).without("AWS_REGION");
    let mut pty =
        launch.env("AWS_MAX_ATTEMPTS", "0").env("AWS_RETRY_MODE", "legacy").on_pty(120, 40);
    pty.wait_ready(KEY);
    pty.press("q");
    assert_eq!(pty.exit(), Exit::Code(0));
}

#[test]
fn the_demo_refuses_options_that_lead_to_another_account() {
    let home = Home::new();
    for option in [["--profile", "production"], ["--endpoint-url", "http://127.0.0.1:9"]] {
        for command in [&["find", KEY][..], &["deactivate", KEY, "--yes"], &[]] {
            let words = [&["--demo"], command, &option].concat();
            let finished = Launch::keyflip(&home, &words).run();
            assert_eq!(finished.exit, Exit::Code(252), "{words:?}");
            assert!(finished.stderr.contains("cannot be used with it"), "{}", finished.stderr);
        }
    }
}
