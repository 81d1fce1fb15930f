//! Lists that are read as a whole, page by page. A page may have fewer items than asked for, or
//! none, and others may follow:
//! <https://docs.aws.amazon.com/IAM/latest/APIReference/API_ListAccessKeys.html>.

use crate::aws::errors::classify::unreadable_response;
use crate::aws::messages;
use crate::model::ServiceError;

/// Page limit of a list that is read as a whole. Those of IAM and of the portal have at most some
/// hundred items.
const MAX_PAGES: usize = 1000;

/// One page of a list.
pub(in crate::aws) struct ListPage<T> {
    pub items: Vec<T>,
    /// Whether more pages follow.
    pub truncated: bool,
    /// Marker or token of the next page.
    pub marker: Option<String>,
}

/// Reads all items of a list, page by page.
///
/// # Errors
/// Returns an error if a page fails, if a marker is repeated or missing, or after 1,000 pages.
pub(in crate::aws) async fn all_pages<T, E, F>(
    operation: &'static str,
    ask: impl Fn(Option<String>) -> F,
) -> Result<Vec<T>, E>
where
    E: From<ServiceError>,
    F: Future<Output = Result<ListPage<T>, E>>,
{
    let mut items = Vec::new();
    let mut markers: Vec<String> = Vec::new();
    loop {
        let page = ask(markers.last().cloned()).await?;
        items.extend(page.items);
        match page.marker {
            _ if !page.truncated => return Ok(items),
            Some(marker) if !markers.contains(&marker) && markers.len() + 1 < MAX_PAGES => {
                markers.push(marker);
            }
            Some(_) => return Err(endless_list(operation).into()),
            None => return Err(unreadable_response(operation, messages::NO_NEXT_PAGE).into()),
        }
    }
}

/// Returns the error for a list that repeats a page, or has empty ones without end.
pub(crate) fn endless_list(operation: &'static str) -> ServiceError {
    unreadable_response(operation, messages::ENDLESS_LIST)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::ErrorKind;

    fn read(
        page: impl Fn(Option<&str>) -> (bool, Option<&'static str>),
    ) -> Result<Vec<u8>, ServiceError> {
        let runtime = tokio::runtime::Builder::new_current_thread().build().unwrap();
        let page = &page;
        runtime.block_on(all_pages("List", |marker| async move {
            let (truncated, marker) = page(marker.as_deref());
            Ok(ListPage { items: vec![1], truncated, marker: marker.map(str::to_owned) })
        }))
    }

    #[test]
    fn pages_are_followed_to_the_end() {
        let items = read(|marker| match marker {
            None => (true, Some("a")),
            Some("a") => (true, Some("b")),
            _ => (false, Some("left over")),
        });
        assert_eq!(items.unwrap().len(), 3);
    }

    #[test]
    fn a_repeated_or_missing_marker_is_an_error() {
        for page in [(true, Some("same")), (true, None)] {
            assert_eq!(read(|_| page).unwrap_err().kind, ErrorKind::Unreadable);
        }
    }

    #[test]
    fn cyclic_and_endless_markers_are_errors() {
        let circle = read(|marker| (true, Some(if marker == Some("a") { "b" } else { "a" })));
        assert_eq!(circle.unwrap_err().kind, ErrorKind::Unreadable);
        let runtime = tokio::runtime::Builder::new_current_thread().build().unwrap();
        let asked = std::cell::Cell::new(0);
        let endless: Result<_, ServiceError> = runtime.block_on(all_pages("List", |_| async {
            asked.set(asked.get() + 1);
            Ok(ListPage {
                items: Vec::<u8>::new(),
                truncated: true,
                marker: Some(asked.get().to_string()),
            })
        }));
        assert_eq!((endless.unwrap_err().kind, asked.get()), (ErrorKind::Unreadable, MAX_PAGES));
    }
}
