//! Suggestions for a mistyped name.

/// Returns up to three names that differ from `typed` in at most a third of its letters, or begin
/// with it; the most similar first.
pub(crate) fn similar_names<'a>(typed: &str, names: impl Iterator<Item = &'a str>) -> Vec<&'a str> {
    let wanted = typed.to_lowercase();
    let limit = wanted.chars().count().div_ceil(3);
    let mut found: Vec<(bool, usize, &str)> = names
        .filter_map(|name| {
            let lower = name.to_lowercase();
            let distance = strsim::levenshtein(&wanted, &lower);
            let is_beginning = !wanted.is_empty() && lower.starts_with(&wanted);
            (distance <= limit || is_beginning).then_some((!is_beginning, distance, name))
        })
        .collect();
    found.sort_unstable();
    found.dedup();
    found.into_iter().take(3).map(|(.., name)| name).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn similar_names_are_suggested_nearest_first() {
        let names = ["theme", "themes", "region", "read_only"];
        assert_eq!(similar_names("thene", names.into_iter()), ["theme", "themes"]);
        assert_eq!(similar_names("reg", names.into_iter()), ["region"], "its beginning is enough");
        let names = ["team-2", "team-2", "team-1", "team-3-payments"];
        assert_eq!(
            similar_names("team-3", names.into_iter()),
            ["team-3-payments", "team-1", "team-2"]
        );
        assert_eq!(similar_names("profile", names.into_iter()), [""; 0]);
    }
}
