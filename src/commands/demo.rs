//! `keyflip demo`: the demo account on a loopback port, for as long as it is
//! let run.

use std::fmt::Write as _;
use std::fs;
use std::path::Path;

use crate::cli;
use crate::commands::output;
use crate::commands::output::Exit;
use crate::demo::{self, DemoOptions, DemoServer, Faults};
use crate::model::shell_quote;

/// The names of the demo's AWS configuration files.
const CONFIG_FILE_NAME: &str = "config";
const CREDENTIALS_FILE_NAME: &str = "credentials";

/// Serves the demo account until a signal ends it.
pub(crate) fn run(asked: &cli::DemoArgs) -> Exit {
    let options = match options(asked) {
        Ok(options) => options,
        Err(sentence) => {
            return Exit::refused(Exit::Usage.code(), &format!("keyflip: {sentence}\n"));
        }
    };
    let runtime =
        match tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build() {
            Ok(runtime) => runtime,
            Err(error) => {
                return Exit::failed(&format!("The demo can't start its threads: {error}."));
            }
        };
    runtime.block_on(serve(&options, asked.files.as_deref()))
}

async fn serve(options: &DemoOptions, files: Option<&Path>) -> Exit {
    let running = match demo::start(options) {
        Ok(running) => running,
        Err(error) => {
            return Exit::failed(&format!(
                "The demo can't listen on port {} of 127.0.0.1: {error}.",
                options.port
            ));
        }
    };
    if let Some(directory) = files
        && let Err(error) = write_files(&running, directory)
    {
        return Exit::failed(&format!(
            "The demo's files can't be written to {}: {error}.",
            directory.display()
        ));
    }
    let printed = output::print(&instructions(&running, files));
    if printed != Exit::Done {
        return printed;
    }
    match tokio::signal::ctrl_c().await {
        Ok(()) => Exit::Interrupted,
        Err(error) => Exit::failed(&format!("The demo can't wait for ctrl-c: {error}.")),
    }
}

/// How to reach the demo, in a form to paste into a shell.
fn instructions(running: &DemoServer, files: Option<&Path>) -> String {
    let mut text =
        format!("The demo account is served at {} until ctrl-c. To reach it:\n\n", running.url());
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

/// Writes the demo's profiles as AWS configuration files.
fn write_files(running: &DemoServer, directory: &Path) -> std::io::Result<()> {
    fs::create_dir_all(directory)?;
    fs::write(directory.join(CONFIG_FILE_NAME), running.config())?;
    fs::write(directory.join(CREDENTIALS_FILE_NAME), DemoServer::credentials())
}

fn options(asked: &cli::DemoArgs) -> Result<DemoOptions, String> {
    let latency = Some(asked.latency).filter(|latency| !latency.is_zero());
    let simple = Faults::simple(latency, asked.rate, asked.burst);
    let faults = match &asked.faults {
        Some(text) => {
            let told = faults(text)?;
            Faults {
                latency: simple.latency.or(told.latency),
                rate: simple.rate.or(told.rate),
                ..told
            }
        }
        None => simple,
    };
    Ok(DemoOptions {
        port: asked.port,
        users: asked.users.and_then(|users| usize::try_from(users).ok()),
        faults,
        control: true,
        ..DemoOptions::default()
    })
}

/// Faults as JSON: the text itself where it begins as an object does, else
/// the file of that name.
fn faults(text: &str) -> Result<Faults, String> {
    let json = if text.trim_start().starts_with('{') {
        text.to_owned()
    } else {
        fs::read_to_string(Path::new(text))
            .map_err(|error| format!("The faults in {text} can't be read: {error}."))?
    };
    serde_json::from_str(&json).map_err(|error| format!("The faults are not understood: {error}."))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_example_of_the_help_is_read() {
        let command = cli::command();
        let help = command
            .find_subcommand("demo")
            .and_then(clap::Command::get_after_help)
            .unwrap()
            .to_string();
        let examples: Vec<&str> =
            help.lines().filter(|line| line.trim_start().starts_with('{')).collect();
        assert!(examples.len() >= 5, "{examples:?}");
        for example in examples {
            let json = example.rfind('}').map(|end| &example[..=end]).unwrap_or_default();
            assert!(faults(json).is_ok(), "{json}");
        }
    }
}
