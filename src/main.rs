//! Entry point: collects the arguments, calls [`keyflip::run`] and returns its exit code.

use std::process::ExitCode;

fn main() -> ExitCode {
    // An argument that is not UTF-8 cannot be valid. Its bad bytes are replaced, so that the error
    // can quote it.
    let args: Vec<String> =
        std::env::args_os().map(|argument| argument.to_string_lossy().into_owned()).collect();
    // The panic hook has printed the message by now. 255 is the exit code for other errors.
    let code = std::panic::catch_unwind(|| keyflip::run(&args)).unwrap_or(255);
    ExitCode::from(code)
}
