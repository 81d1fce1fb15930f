//! Causes of an error, including those that `source` skips.

use std::error::Error;
use std::io;

use crate::aws::messages;
use crate::model::escape_hidden;

/// Iterates over an error and its causes, including the inner error of an [`io::Error`], which
/// `source` skips.
fn error_chain<'a>(
    error: Option<&'a (dyn Error + 'static)>,
) -> impl Iterator<Item = &'a (dyn Error + 'static)> {
    std::iter::successors(error, |&error| {
        match error.downcast_ref::<io::Error>().and_then(io::Error::get_ref) {
            Some(inner) => Some(inner),
            None => error.source(),
        }
    })
}

/// Returns the first cause of type `T`.
pub(in crate::aws) fn find_cause<'a, T: Error + 'static>(
    error: Option<&'a (dyn Error + 'static)>,
) -> Option<&'a T> {
    error_chain(error).find_map(|cause| cause.downcast_ref::<T>())
}

/// Returns the text of the innermost cause, escaped. The SDK's outer errors only say "dispatch
/// failure".
pub(in crate::aws) fn root_cause(error: Option<&(dyn Error + 'static)>) -> String {
    let text = error_chain(error).last().map(ToString::to_string).unwrap_or_default();
    if text.is_empty() { messages::NO_REASON.to_owned() } else { escape_hidden(&text).into_owned() }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[derive(Debug, thiserror::Error)]
    #[error("why")]
    struct Inner;

    #[test]
    fn the_inner_error_of_an_io_error_is_among_its_causes() {
        let outer = io::Error::other(io::Error::other(Inner));
        assert!(find_cause::<Inner>(Some(&outer)).is_some());
        assert_eq!(root_cause(Some(&outer)), "why");
    }
}
