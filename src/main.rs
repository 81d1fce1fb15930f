//! Arguments → run → exit code.

use std::process::ExitCode;

fn main() -> ExitCode {
    // A word that is no text can name nothing that keyflip knows: it is taken
    // with the bad characters replaced, and refused by name.
    let args: Vec<String> =
        std::env::args_os().map(|word| word.to_string_lossy().into_owned()).collect();
    // A fault of the program has told of itself by then; 255 is anything else.
    let code = std::panic::catch_unwind(|| keyflip::run(&args)).unwrap_or(255);
    ExitCode::from(code)
}
