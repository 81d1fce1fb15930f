//! Benchmarks of the popup on what a key has done.

use crossterm::event::KeyCode;
use jiff::{SignedDuration, Timestamp};

use crate::model::{KeyId, Region, TrailEvent};
use crate::ops::activity::{ActivityProgress, ActivityQuery};
use crate::tui::bench::screen::{Bench, CpuTimer, print_times};
use crate::tui::context::ActivityUpdate;
use crate::tui::message::Message;
use crate::tui::popups::PopupRequest;

/// Number of pages: 10,000 events, after which keyflip stops by default.
const PAGES: u32 = 200;

/// Events of a page.
const PAGE_EVENTS: u32 = 50;

/// Measures the popup while its pages come, and its filter.
pub(super) fn measure() {
    let (Some(mut bench), Some(region)) = (Bench::new(0), Region::parse("us-east-1")) else {
        return;
    };
    let Ok(key) = KeyId::parse("AKIARZPUZDIKFYHOWX26") else { return };
    bench.open(PopupRequest::Activity(key.clone()).into());
    bench.settle();
    let until = bench.now.wall;
    let since = until - SignedDuration::from_hours(90 * 24);
    let regions = vec![region.clone()];
    let query = ActivityQuery {
        account: "123456789012".into(),
        notes: Vec::new(),
        key,
        since,
        until,
        ends_now: true,
        regions,
        max_events: 10_000,
        keeps_all_records: false,
    };
    let send = |bench: &mut Bench, update| bench.update(Message::Activity { number: 1, update });
    send(&mut bench, ActivityUpdate::Started(Box::new(query)));
    for (what, tab) in [
        ("key to frame in the summary of a key, pages coming", false),
        ("key to frame in the timeline of a key, pages coming", true),
    ] {
        if tab {
            bench.press(KeyCode::Tab);
            bench.settle();
        }
        let pages = if tab { PAGES / 2..PAGES } else { 0..PAGES / 2 };
        let keys = [KeyCode::Down, KeyCode::PageDown, KeyCode::End, KeyCode::Home];
        let times = pages.zip(keys.iter().cycle()).map(|(page, key)| {
            let events = (0..PAGE_EVENTS).map(|n| event(page * PAGE_EVENTS + n, &region, until));
            let (region, events) = (region.clone(), events.collect());
            let is_last = page + 1 == PAGES;
            let page = ActivityProgress::Page { region, events, unreadable: 0, is_last };
            let started = CpuTimer::start();
            send(&mut bench, ActivityUpdate::Progress(page));
            bench.press(*key);
            bench.settle();
            bench.draw();
            started.elapsed()
        });
        print_times(what, times.collect());
    }
    bench.press(KeyCode::Char('/'));
    bench.settle();
    let times = "203.0.113 create".chars().cycle().take(400).map(|c| {
        let started = CpuTimer::start();
        bench.press(KeyCode::Char(c));
        bench.settle();
        started.elapsed()
    });
    print_times("filter keystroke in the timeline, 10,000 events", times.collect());
}

/// Returns an event; each is older than the one before.
fn event(n: u32, region: &Region, until: Timestamp) -> TrailEvent {
    const CALLS: [(&str, &str); 4] =
        [("s3", "ListBuckets"), ("sts", "GetCallerIdentity"), ("iam", "CreateUser"), ("ec2", "x")];
    let (service, name) = CALLS[n as usize % CALLS.len()];
    TrailEvent {
        id: format!("event-{n}").into(),
        time: until - SignedDuration::from_secs(i64::from(n) * 60),
        region: region.clone(),
        service: service.into(),
        name: name.into(),
        source_ip: Some(format!("203.0.113.{}", n % 200).into()),
        user_agent: Some(format!("aws-sdk-go-v2/1.30.{} os/linux lang/go#1.22.5", n % 7).into()),
        principal: Some("arn:aws:iam::123456789012:user/svc-billing-0001".into()),
        error_code: n.is_multiple_of(9).then(|| "AccessDenied".into()),
        error_message: None,
        read_only: Some(true),
        target: Some(format!("bucket-{}", n % 50).into()),
        issued: None,
        search_text: Box::default(),
        unread_record: None,
        record: Some(format!("{{\"n\":{n},\"padding\":\"{:1500}\"}}", "").into()),
    }
}
