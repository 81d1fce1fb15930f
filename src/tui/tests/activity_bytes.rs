//! Bytes that the popup on what a key has done writes while it fills.

use ratatui::Terminal;

use crate::model::{EscapedText, TrailEvent};
use crate::ops::activity::ActivityProgress;
use crate::tui::context::ActivityUpdate;
use crate::tui::render::Theme;
use crate::tui::runtime::FrameBackend;
use crate::tui::tests::activity::{begin, call, page, query, region, send};
use crate::tui::tests::{Driver, ONE};

/// Pages that come: 5,000 events of 50 each.
const PAGES: i64 = 100;

/// Median of the bytes of a move in Users, the costliest frame that a key causes in the lists.
const USERS_BUDGET: usize = 2_500;

/// A terminal that keeps its bytes.
struct Output(Terminal<FrameBackend<Vec<u8>>>);

impl Output {
    fn new(size: (u16, u16)) -> Self {
        Self(Terminal::new(FrameBackend::new(Vec::new(), size, true)).unwrap())
    }

    /// Draws the screen; returns the number of bytes written.
    fn draw(&mut self, driver: &Driver) -> usize {
        let before = self.0.backend().written().len();
        self.0.draw(|frame| driver.app.draw(&Theme::default(), frame)).unwrap();
        self.0.backend().written().len() - before
    }
}

/// Returns the events of a page, each older than the one before, from many sources to many
/// services.
fn events(page: i64) -> Vec<TrailEvent> {
    let event = |n: i64| {
        let n = page * 50 + n;
        let service = ["s3", "sts", "iam", "ec2", "kms", "lambda"][usize::try_from(n % 6).unwrap()];
        TrailEvent {
            source_ip: Some(EscapedText::from(format!("203.0.113.{}", n * n % 200).as_str())),
            error_code: (n % 9 == 0).then(|| "AccessDenied".into()),
            ..call(&format!("e{n}"), n * 60, service, &format!("Get{}", n % 31))
        }
    };
    (0..50).map(event).collect()
}

/// Returns the bytes of the whole popup, then those of each page.
fn bytes_of_pages(size: (u16, u16), keys: &str) -> (usize, Vec<usize>) {
    let mut driver = Driver::ready(size.0, size.1);
    driver.keys("tab c");
    let number = begin(&mut driver, query(ONE, &["us-east-1"]));
    send(&mut driver, number, page("us-east-1", events(0), false));
    driver.keys(keys);
    let mut output = Output::new(size);
    let whole = output.draw(&driver);
    let pages = (1..PAGES).map(|n| {
        send(&mut driver, number, page("us-east-1", events(n), false));
        output.draw(&driver)
    });
    let mut pages: Vec<_> = pages.collect();
    // A throttled call is repeated; nothing of it is shown.
    let throttled = ActivityProgress::Throttled(region("us-east-1"));
    send(&mut driver, number, ActivityUpdate::Progress(throttled));
    assert_eq!(output.draw(&driver), 0, "an unchanged frame");
    pages.sort_unstable();
    (whole, pages)
}

#[test]
fn a_page_writes_less_than_a_move_in_users() {
    for size in [(80, 24), (120, 40), (200, 50)] {
        let (whole, pages) = bytes_of_pages(size, "g");
        let (median, most) = (pages[pages.len() / 2], pages[pages.len() - 1]);
        assert!(median <= USERS_BUDGET, "{size:?}: {median} bytes a page");
        assert!(most <= whole, "{size:?}: {most} bytes for a page, {whole} for the whole screen");
        let (_, pages) = bytes_of_pages(size, "tab");
        let most = pages[pages.len() - 1];
        // Older events come below those in view: only the count in the title changes.
        assert!(most <= 100, "{size:?}: {most} bytes a page in the timeline");
    }
}
