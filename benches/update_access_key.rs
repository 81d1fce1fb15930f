//! One `update-access-key`, the whole process: keyflip beside two bare programs that make the same
//! call through the SDK, and beside the AWS CLI where there is one, by turns in the same run
//! against the demo endpoint. One of the bare programs does nothing else. The other also does what
//! every program of that kind has to: it reads the system's certificates, as the SDK's own HTTP
//! client does when it is built, and it appends two lines to a file, each synced to the disk.
//!
//! `cargo bench --bench update_access_key`

use std::fs::File;
use std::io::{BufRead as _, BufReader, Write as _};
use std::path::Path;
use std::process::{Child, Command, ExitCode, Stdio};
use std::sync::Arc;
use std::time::{Duration, Instant};

use aws_sdk_iam::Client;
use aws_sdk_iam::config::{BehaviorVersion, Credentials, Region};
use aws_sdk_iam::types::StatusType;
use hyper_rustls::ConfigBuilderExt as _;
use rustls::ClientConfig;
use rustls::crypto::ring;

/// Runs of each program that are measured.
const ROUNDS: usize = 40;

/// Runs of the AWS CLI, which takes half a second each.
const CLI_ROUNDS: usize = 5;

/// How many times the time of the bare program with certificates and a file keyflip may take.
const BUDGET: f64 = 1.3;

/// The argument that makes this program the one that only calls.
const BARE: &str = "--one-call";

/// The argument that makes this program the one that also reads certificates and writes a file.
const BARE_WITH_FILE: &str = "--one-call-certificates-file";

/// The demo's key and its owner, as the README names them.
const KEY: [&str; 2] = ["AKIARZPUZDIKFYHOWX26", "svc-billing-0042"];

/// The demo operator's credentials: no secret, the endpoint verifies nothing.
const SIGNER: [&str; 2] = ["AKIARZPUZDIKDEMOOPER", "demo-secret-that-opens-nothing-anywhere0"];

#[path = "../tests/e2e/support/sdk_http.rs"]
mod sdk_http;

type Error = Box<dyn std::error::Error>;

fn main() -> Result<ExitCode, Error> {
    if std::env::args().any(|word| word == BARE) {
        one_call()?;
        return Ok(ExitCode::SUCCESS);
    }
    if std::env::args().any(|word| word == BARE_WITH_FILE) {
        let roots = ClientConfig::builder_with_provider(Arc::new(ring::default_provider()));
        let _certificates = roots.with_safe_default_protocol_versions()?.with_native_roots()?;
        append("before")?;
        one_call()?;
        append("after")?;
        return Ok(ExitCode::SUCCESS);
    }
    let (mut demo, url) = demo()?;
    let outcome = measure(&url);
    demo.kill()?;
    demo.wait()?;
    outcome
}

/// Starts the demo endpoint, and returns its URL.
fn demo() -> Result<(Child, String), Error> {
    let mut demo =
        Command::new(env!("CARGO_BIN_EXE_keyflip")).arg("demo").stdout(Stdio::piped()).spawn()?;
    let output = demo.stdout.take().ok_or("the demo has no output")?;
    for line in BufReader::new(output).lines() {
        if let Some(url) = line?.split_whitespace().find(|word| word.starts_with("http://")) {
            return Ok((demo, url.to_owned()));
        }
    }
    Err("the demo ended before it served".into())
}

#[expect(clippy::print_stdout, reason = "a benchmark prints")]
fn measure(url: &str) -> Result<ExitCode, Error> {
    // On a RAM disk, where there is one: the disk's own fsync is not measured.
    let memory = Path::new("/dev/shm");
    let home = if memory.is_dir() { tempfile::tempdir_in(memory)? } else { tempfile::tempdir()? };
    let disk = tempfile::tempdir_in(env!("CARGO_TARGET_TMPDIR"))?;
    let call = |program: &Path, words: &[&str], home: &Path| {
        let mut command = Command::new(program);
        command.args(words).env_clear().env("HOME", home).current_dir(home).stdout(Stdio::null());
        command.envs([
            ("AWS_ENDPOINT_URL", url),
            ("AWS_ACCESS_KEY_ID", SIGNER[0]),
            ("AWS_REGION", "us-east-1"),
        ]);
        command.env("AWS_DEFAULT_REGION", "us-east-1");
        command
            .env("AWS_SECRET_ACCESS_KEY", SIGNER[1])
            .env("PATH", std::env::var_os("PATH").unwrap_or_default());
        command
    };
    let words = [
        "update-access-key",
        "--access-key-id",
        KEY[0],
        "--user-name",
        KEY[1],
        "--status",
        "Active",
    ];
    let keyflip = Path::new(env!("CARGO_BIN_EXE_keyflip"));
    let mut ours = call(keyflip, &words, home.path());
    let mut on_disk = call(keyflip, &words, disk.path());
    let this = std::env::current_exe()?;
    let mut bare = call(&this, &[BARE], home.path());
    let mut with_file = call(&this, &[BARE_WITH_FILE], home.path());
    let mut times: [Vec<Duration>; 4] = Default::default();
    for round in 0..=ROUNDS {
        let commands = [&mut ours, &mut on_disk, &mut bare, &mut with_file];
        for (command, times) in commands.into_iter().zip(&mut times) {
            let time = timed(command)?;
            // The first round brings the programs into the page cache.
            if round > 0 {
                times.push(time);
            }
        }
    }
    let [times, disk_times, bare_times, file_times] = &mut times;
    let median = print_times("keyflip", times);
    let bare_median = print_times("bare SDK program", bare_times);
    let file_median = print_times("… with certificates, file", file_times);
    print_times("keyflip, journal on disk", disk_times);
    let mut cli = call(Path::new("aws"), &["iam"], home.path());
    cli.args(words);
    match (0..CLI_ROUNDS).map(|_| timed(&mut cli)).collect::<Result<Vec<_>, _>>() {
        Ok(mut cli_times) => {
            let cli = print_times("AWS CLI found here", &mut cli_times);
            println!("keyflip is {:.0} times as fast as that AWS CLI", cli / median);
        }
        Err(_) => println!("there is no working AWS CLI here to compare with"),
    }
    let ratio = median / file_median;
    println!(
        "keyflip takes {:.2} times as long as the bare program, and {ratio:.2} times as long as the \
         one with certificates and a file; the budget of the latter is {BUDGET:.1}",
        median / bare_median
    );
    Ok(if ratio <= BUDGET { ExitCode::SUCCESS } else { ExitCode::FAILURE })
}

/// Prints the times and gives the median, in milliseconds.
#[expect(clippy::print_stdout, reason = "a benchmark prints")]
fn print_times(name: &str, times: &mut [Duration]) -> f64 {
    times.sort_unstable();
    let at = |share: usize| times[(times.len() - 1) * share / 100].as_secs_f64() * 1e3;
    println!("{name:26} median {:7.2} ms, fastest {:7.2}, p90 {:7.2}", at(50), at(0), at(90));
    at(50)
}

fn timed(command: &mut Command) -> Result<Duration, Error> {
    let begun = Instant::now();
    let status = command.status()?;
    let took = begun.elapsed();
    if status.success() { Ok(took) } else { Err(format!("{command:?} ended with {status}").into()) }
}

/// Appends a line to a file in the current directory, and waits until it is on the disk.
fn append(line: &str) -> Result<(), Error> {
    let mut file = File::options().create(true).append(true).open("bare.log")?;
    writeln!(file, "{line}")?;
    Ok(file.sync_data()?)
}

/// The bare program: one call through the SDK, with the same HTTP stack.
fn one_call() -> Result<(), Error> {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
    let config = aws_sdk_iam::Config::builder()
        .behavior_version(BehaviorVersion::latest())
        .region(Region::new("us-east-1"))
        .endpoint_url(std::env::var("AWS_ENDPOINT_URL")?)
        .credentials_provider(Credentials::new(SIGNER[0], SIGNER[1], None, None, "bare"))
        .http_client(sdk_http::plain_http())
        .build();
    let call =
        Client::from_conf(config).update_access_key().access_key_id(KEY[0]).user_name(KEY[1]);
    runtime.block_on(call.status(StatusType::Active).send())?;
    Ok(())
}
