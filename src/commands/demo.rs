//! `keyflip demo`: serves the demo account on a loopback port until it is
//! interrupted.

use std::fmt::Write as _;
use std::fs;
use std::io;
use std::path::Path;

use jiff::Timestamp;

use crate::cli;
use crate::commands::error::CommandError;
use crate::commands::exit::Exit;
use crate::commands::messages;
use crate::commands::output;
use crate::demo::{self, DemoOptions, DemoServer, Faults};
use crate::model::shell_quote;
use crate::private_files;

/// The names of the AWS configuration files that `--files` writes.
const CONFIG_FILE_NAME: &str = "config";
const CREDENTIALS_FILE_NAME: &str = "credentials";
/// The first line of both. Files without it are not replaced.
const FIRST_LINE: &str = "# Written by keyflip demo";
/// The beginning of the demo's URL, before the port.
const LOOPBACK_URL: &str = "http://127.0.0.1:";
/// The directory of cached tokens of Identity Center.
const TOKEN_CACHE: &str = "sso/cache";

/// Serves the demo account until a signal ends it.
pub(super) fn run(args: &cli::DemoArgs) -> Result<Exit, CommandError> {
    let options = options(args)?;
    let runtime =
        tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build();
    let runtime = runtime.map_err(CommandError::Runtime)?;
    runtime.block_on(serve(&options, args.files.as_deref()))
}

async fn serve(options: &DemoOptions, files: Option<&Path>) -> Result<Exit, CommandError> {
    let running =
        demo::start(options).map_err(|error| CommandError::DemoListen(options.port, error))?;
    if let Some(directory) = files {
        write_files(&running, directory)?;
    }
    output::print(&instructions(&running, files))?;
    tokio::signal::ctrl_c().await.map_err(CommandError::DemoWait)?;
    Ok(Exit::Interrupted)
}

/// Returns the commands that configure a shell to use the demo.
fn instructions(running: &DemoServer, files: Option<&Path>) -> String {
    let mut text = messages::demo_serving(&running.url()) + "\n\n";
    match files {
        Some(directory) => {
            for (name, file) in [
                ("AWS_CONFIG_FILE", CONFIG_FILE_NAME),
                ("AWS_SHARED_CREDENTIALS_FILE", CREDENTIALS_FILE_NAME),
            ] {
                let _ = writeln!(
                    text,
                    "export {name}={}",
                    shell_quote(&directory.join(file).to_string_lossy())
                );
            }
            if running.has_organization() {
                // Identity Center is not found by the endpoint_url of a profile.
                let _ = writeln!(text, "export AWS_ENDPOINT_URL={}", running.url());
                text.push_str(&home_of_token(directory));
            }
            let _ = writeln!(text, "export AWS_PROFILE=demo");
        }
        None => {
            for (name, value) in running.environment() {
                let _ = writeln!(text, "export {name}={value}");
            }
        }
    }
    text.push_str("\nkeyflip list\naws iam list-users\n");
    text
}

/// Returns the line that lets Identity Center's token be found, which is looked for in `~/.aws`
/// only.
fn home_of_token(directory: &Path) -> String {
    match directory.parent() {
        Some(home) if directory.file_name() == Some(".aws".as_ref()) && home.is_absolute() => {
            format!("export HOME={}\n", shell_quote(&home.to_string_lossy()))
        }
        _ => format!("# {}\n", messages::DEMO_TOKEN_NEEDS_HOME),
    }
}

/// Writes the demo's profiles as AWS configuration files. Keeps sections that the user has added to
/// them. Files that the demo has not written, or that the user has changed otherwise, are left
/// alone, since they may hold somebody's only copy of a secret key.
///
/// # Errors
/// Returns an error if there is such a file, or if one cannot be written.
fn write_files(running: &DemoServer, directory: &Path) -> Result<(), CommandError> {
    let failed = |path: &Path| {
        let path = path.to_owned();
        move |error| CommandError::DemoFiles(path, error)
    };
    let every_section = DemoServer::config_of(&running.url(), true);
    let mut files = Vec::new();
    for (name, text, every_section) in [
        (CONFIG_FILE_NAME, running.config(), every_section),
        (CREDENTIALS_FILE_NAME, DemoServer::credentials(), DemoServer::credentials()),
    ] {
        let path = directory.join(name);
        let added = match fs::read(&path) {
            Ok(bytes) => added_sections(&path, &bytes, &every_section)?,
            Err(error) if error.kind() == io::ErrorKind::NotFound => String::new(),
            Err(error) => return Err(failed(&path)(error)),
        };
        files.push((path, format!("{FIRST_LINE}\n{text}{added}")));
    }
    for (path, text) in &files {
        private_files::replace(path, text.as_bytes()).map_err(failed(path))?;
    }
    let Some((name, text)) = running.cached_token(Timestamp::now()) else { return Ok(()) };
    let path = directory.join(TOKEN_CACHE).join(name);
    private_files::replace(&path, text.as_bytes()).map_err(failed(&path))
}

/// Returns the sections that the user has added to those of the demo, which may have another port.
///
/// # Errors
/// Returns an error if the demo has not written the file, or the user has changed one of its
/// sections.
fn added_sections(path: &Path, bytes: &[u8], of_demo: &str) -> Result<String, CommandError> {
    let text = str::from_utf8(bytes).ok().and_then(|text| text.strip_prefix(FIRST_LINE));
    let text = text.and_then(|text| text.strip_prefix('\n'));
    let text = text.ok_or_else(|| CommandError::DemoFileOfOthers(path.to_owned()))?;
    let of_demo: Vec<_> = sections(of_demo)
        .into_iter()
        .map(|section| (title(section), without_port(section)))
        .collect();
    let mut added = String::new();
    for section in sections(text) {
        match of_demo.iter().find(|(known, _)| *known == title(section)) {
            None => added.push_str(section),
            Some((_, known)) if *known == without_port(section) => {}
            Some(_) => return Err(CommandError::DemoFileChanged(path.to_owned())),
        }
    }
    Ok(added)
}

/// Returns the sections of a file, each from its title to the next one. The first has none if the
/// file begins with something else.
fn sections(text: &str) -> Vec<&str> {
    let titles = text.match_indices("\n[").map(|(at, _)| at + 1);
    let mut starts: Vec<_> = std::iter::once(0).chain(titles).collect();
    starts.push(text.len());
    starts.windows(2).filter_map(|ends| text.get(ends[0]..ends[1])).collect()
}

fn title(section: &str) -> &str {
    section.lines().next().unwrap_or_default().trim()
}

/// Returns a section without the ports of its URLs, and without empty lines at its end.
fn without_port(section: &str) -> String {
    let mut parts = section.trim_end().split(LOOPBACK_URL);
    let first = parts.next().unwrap_or_default().to_owned();
    parts.fold(first, |text, part| {
        text + LOOPBACK_URL + part.trim_start_matches(|c: char| c.is_ascii_digit())
    })
}

fn options(args: &cli::DemoArgs) -> Result<DemoOptions, CommandError> {
    let latency = Some(args.latency).filter(|latency| !latency.is_zero());
    let simple = Faults::simple(latency, args.rate, args.burst);
    let faults = match &args.faults {
        Some(text) => {
            let faults = parse_faults(text)?;
            Faults {
                latency: simple.latency.or(faults.latency),
                rate: simple.rate.or(faults.rate),
                ..faults
            }
        }
        None => simple,
    };
    Ok(DemoOptions {
        port: args.port,
        users: args.users.and_then(|users| usize::try_from(users).ok()),
        organization: args.organization,
        faults,
        serves_admin_api: true,
        ..DemoOptions::default()
    })
}

/// Parses faults in JSON: the text itself if it begins with `{`, else the file
/// of that name.
///
/// # Errors
/// Returns an error if the file cannot be read or the JSON is not valid.
fn parse_faults(text: &str) -> Result<Faults, CommandError> {
    let json = if text.trim_start().starts_with('{') {
        text.to_owned()
    } else {
        fs::read_to_string(Path::new(text))
            .map_err(|error| CommandError::UnreadableFaults(text.to_owned(), error))?
    };
    serde_json::from_slice(json.as_bytes()).map_err(CommandError::InvalidFaults)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_home_directory_of_the_token_is_printed() {
        let line = |directory: &str| home_of_token(Path::new(directory));
        assert_eq!(line("/tmp/a demo/.aws"), "export HOME='/tmp/a demo'\n");
        for other in ["/tmp/demo", ".aws", "demo/.aws"] {
            assert!(
                line(other).starts_with("# The token of Identity Center is found only in ~/.aws")
            );
        }
    }

    #[tokio::test]
    async fn files_of_others_are_kept() {
        use std::os::unix::fs::PermissionsExt as _;
        let running = demo::start(&DemoOptions::default()).unwrap();
        let home = tempfile::tempdir().unwrap();
        let (directory, own) = (home.path().join(".aws"), "[default]\naws_access_key_id = mine\n");
        let path = |name: &str| directory.join(name);
        for name in [CREDENTIALS_FILE_NAME, CONFIG_FILE_NAME] {
            fs::create_dir_all(&directory).unwrap();
            fs::write(path(name), own).unwrap();
            let error = write_files(&running, &directory).unwrap_err();
            assert!(error.to_string().contains(&format!("/.aws/{name} was not written by")));
            assert_eq!(fs::read_to_string(path(name)).unwrap(), own);
            assert_eq!(fs::read_dir(&directory).unwrap().count(), 1, "nothing else was written");
            fs::remove_dir_all(&directory).unwrap();
        }
        for _ in 0..2 {
            write_files(&running, &directory).unwrap();
            let mode = fs::metadata(path(CREDENTIALS_FILE_NAME)).unwrap().permissions().mode();
            assert_eq!(mode & 0o777, 0o600);
        }
    }

    #[tokio::test]
    async fn sections_of_the_user_are_kept_and_changed_ones_are_an_error() {
        let run = |organization| DemoOptions { organization, ..DemoOptions::default() };
        let home = tempfile::tempdir().unwrap();
        let config = home.path().join(CONFIG_FILE_NAME);
        let member = "[profile member]\nendpoint_url = http://127.0.0.1:8000\n";
        write_files(&demo::start(&run(Some(3))).unwrap(), home.path()).unwrap();
        fs::write(&config, fs::read_to_string(&config).unwrap() + member).unwrap();
        for organization in [None, Some(3)] {
            let running = demo::start(&run(organization)).unwrap();
            write_files(&running, home.path()).unwrap();
            let text = fs::read_to_string(&config).unwrap();
            assert_eq!(text, format!("{FIRST_LINE}\n{}{member}", running.config()));
        }
        let changed = fs::read_to_string(&config).unwrap().replace("us-east-1", "eu-west-1");
        fs::write(&config, &changed).unwrap();
        let running = demo::start(&run(Some(3))).unwrap();
        let error = write_files(&running, home.path()).unwrap_err();
        assert!(matches!(error, CommandError::DemoFileChanged(_)), "{error}");
        assert_eq!(fs::read_to_string(&config).unwrap(), changed);
    }

    #[test]
    fn every_example_of_the_help_is_valid() {
        let command = cli::command();
        let help = command
            .find_subcommand("demo")
            .and_then(clap::Command::get_before_long_help)
            .unwrap()
            .to_string();
        let examples: Vec<&str> =
            help.lines().filter(|line| line.trim_start().starts_with('{')).collect();
        assert!(examples.len() >= 5, "{examples:?}");
        for example in examples {
            let json = example.rfind('}').map(|end| &example[..=end]).unwrap_or_default();
            assert!(parse_faults(json).is_ok(), "{json}");
        }
    }
}
