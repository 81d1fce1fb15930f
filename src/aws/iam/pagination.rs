//! Lists that come in pages. `IsTruncated` alone says whether more follow.

use crate::aws::errors::classify::unreadable_response;
use crate::model::ServiceError;

/// More pages than any list read whole can have.
const MAX_PAGES: usize = 100;

/// One page of a list.
pub(in crate::aws) struct ListPage<T> {
    pub items: Vec<T>,
    pub truncated: bool,
    pub marker: Option<String>,
}

/// All items of a list, page after page.
///
/// # Errors
/// That of a page; or a list that has no end, since a marker comes back or
/// is missing.
pub(in crate::aws) async fn all_pages<T, F>(
    operation: &'static str,
    ask: impl Fn(Option<String>) -> F,
) -> Result<Vec<T>, ServiceError>
where
    F: Future<Output = Result<ListPage<T>, ServiceError>>,
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
            Some(_) => return Err(unreadable_response(operation, "the list has no end")),
            None => {
                return Err(unreadable_response(
                    operation,
                    "the list has more pages and does not say where they begin",
                ));
            }
        }
    }
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
    fn a_list_without_end_is_an_error() {
        for page in [(true, Some("same")), (true, None)] {
            assert_eq!(read(|_| page).unwrap_err().kind, ErrorKind::Unreadable);
        }
    }

    #[test]
    fn markers_in_a_circle_and_new_ones_for_ever_come_to_an_end() {
        let circle = read(|marker| (true, Some(if marker == Some("a") { "b" } else { "a" })));
        assert_eq!(circle.unwrap_err().kind, ErrorKind::Unreadable);
        let runtime = tokio::runtime::Builder::new_current_thread().build().unwrap();
        let asked = std::cell::Cell::new(0);
        let endless = runtime.block_on(all_pages("List", |_| async {
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
