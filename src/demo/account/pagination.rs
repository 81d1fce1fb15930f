//! Pagination of lists with opaque markers.

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;

use super::validation::{ParamCheck, Params};
use super::xml::Xml;
use super::{ApiError, Paging};

/// Default number of entries per page.
const DEFAULT_PAGE_ENTRIES: usize = 100;

/// The requested page.
pub(crate) struct PageRequest<'a> {
    /// The key of its first entry, or empty for the first page.
    pub from: String,
    /// The page number, if the list is endless.
    pub endless: Option<u64>,
    size: usize,
    paging: Paging,
    asked: Option<&'a str>,
}

/// Returns the marker of the page that starts at a key.
fn encode_marker(key: &str) -> String {
    URL_SAFE_NO_PAD.encode(format!("from:{key}"))
}

impl<'a> PageRequest<'a> {
    /// Parses the parameters.
    pub(crate) fn parse(params: &'a Params, paging: Paging) -> Result<Self, ApiError> {
        ParamCheck::new(params)
            .number("MaxItems", 1, 1_000)
            .length("Marker", 1, usize::MAX)
            .finish()?;
        let asked = params.get("Marker").map(String::as_str);
        let size = params
            .get("MaxItems")
            .and_then(|text| text.parse().ok())
            .unwrap_or(DEFAULT_PAGE_ENTRIES);
        Self::new(asked, size, paging).ok_or_else(|| ApiError::validation("Invalid Marker."))
    }

    /// Creates the request of a page of at most `size` entries; `None` if the marker is
    /// invalid.
    pub(crate) fn new(asked: Option<&'a str>, size: usize, paging: Paging) -> Option<Self> {
        let from = asked.map_or(Some(String::new()), decode_marker)?;
        let endless = if paging.endless { Some(from.parse().unwrap_or(0)) } else { None };
        let size = size.min(paging.at_most.unwrap_or(usize::MAX)).max(1);
        Some(Self { from, endless, size, paging, asked })
    }

    /// Returns the entries of this page out of all sorted entries, and the marker of
    /// the next page, if any.
    pub(crate) fn paginate<T>(
        &self,
        mut entries: impl Iterator<Item = (String, T)>,
    ) -> (Vec<T>, Option<String>) {
        let page = entries
            .by_ref()
            .filter(|(key, _)| *key >= self.from)
            .take(self.size)
            .map(|(_, entry)| entry)
            .collect();
        let next = entries.next().map(|(key, _)| encode_marker(&key));
        (page, self.next_marker(next))
    }

    fn next_marker(&self, next: Option<String>) -> Option<String> {
        match (self.endless, self.paging.repeats) {
            (Some(number), _) => Some(encode_marker(&(number + 1).to_string())),
            (None, true) => {
                self.asked.map(str::to_owned).or(next).or_else(|| Some(encode_marker(&self.from)))
            }
            (None, false) => next,
        }
    }
}

/// Decodes a marker; `None` if it is invalid.
fn decode_marker(marker: &str) -> Option<String> {
    let text = String::from_utf8(URL_SAFE_NO_PAD.decode(marker).ok()?).ok()?;
    text.strip_prefix("from:").map(str::to_owned)
}

/// Writes `IsTruncated` and `Marker`.
pub(crate) fn write_next_marker(xml: &mut Xml, next: Option<&str>) {
    xml.leaf("IsTruncated", if next.is_some() { "true" } else { "false" });
    xml.optional("Marker", next);
}

#[cfg(test)]
mod tests {
    use super::*;

    fn walk(paging: Paging, size: &str, pages: usize) -> (Vec<u32>, Option<String>) {
        let mut params = Params::from([("MaxItems".to_owned(), size.to_owned())]);
        let mut seen = Vec::new();
        let mut next = None;
        for _ in 0..pages {
            let page = PageRequest::parse(&params, paging).unwrap();
            let (entries, marker) = page.paginate((0..10).map(|n| (n.to_string(), n)));
            seen.extend(entries);
            next.clone_from(&marker);
            let Some(marker) = marker else { break };
            params.insert("Marker".to_owned(), marker);
        }
        (seen, next)
    }

    #[test]
    fn pages_join_without_gaps_or_repeats() {
        let all: Vec<u32> = (0..10).collect();
        assert_eq!(walk(Paging::default(), "4", 99), (all.clone(), None));
        assert_eq!(walk(Paging::default(), "10", 99), (all.clone(), None));
        assert_eq!(walk(Paging { at_most: Some(3), ..Paging::default() }, "1000", 99), (all, None));
    }

    #[test]
    fn a_repeated_marker_never_changes() {
        let (seen, next) = walk(Paging { repeats: true, ..Paging::default() }, "4", 5);
        assert_eq!(seen, [0, 1, 2, 3, 4, 5, 6, 7, 4, 5, 6, 7, 4, 5, 6, 7, 4, 5, 6, 7]);
        assert!(next.is_some());
    }

    #[test]
    fn an_invalid_marker_is_refused() {
        let params = Params::from([("Marker".to_owned(), "made up".to_owned())]);
        let error = PageRequest::parse(&params, Paging::default()).err().unwrap();
        assert_eq!(error.code, "ValidationError");
    }
}
