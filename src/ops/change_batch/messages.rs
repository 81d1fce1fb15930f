//! Sentences about changes that are to be confirmed.

/// Returns what an activation means, in a sentence for the confirmation.
pub(crate) fn usable_again(is_several: bool) -> &'static str {
    if is_several {
        "Anyone who has their secret access keys can use them again."
    } else {
        "Anyone who has its secret access key can use it again."
    }
}
