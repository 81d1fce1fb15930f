//! The parameters of LookupEvents, and its pages.

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use jiff::{SignedDuration, Timestamp};
use serde_json::{Value, json};

use super::event::RecordedEvent;
use crate::demo::account::time_format::before;
use crate::demo::account::validation::Params;
use crate::demo::account::{ApiError, Conditions};
use crate::demo::rng::Rng;

/// The largest page, which is also the default.
const MAX_PAGE: usize = 50;
/// Age up to which events are kept.
const RETENTION: SignedDuration = SignedDuration::from_hours(24 * 90);
/// Number of stored events that a short page examines.
const EXAMINED_BY_SHORT_PAGE: usize = 40;

/// The attributes by which events are looked up.
const ATTRIBUTES: [&str; 8] = [
    "EventId",
    "EventName",
    "ReadOnly",
    "Username",
    "ResourceType",
    "ResourceName",
    "EventSource",
    "AccessKeyId",
];

/// A call of LookupEvents.
#[derive(Debug)]
pub(super) struct Lookup {
    /// The attribute and its value, if any.
    attribute: Option<(String, String)>,
    region: String,
    from: Timestamp,
    to: Timestamp,
    size: usize,
    /// Index of the first stored event to examine.
    first: usize,
    /// Hash of the parameters that a token is valid for.
    bound_to: u64,
}

impl Lookup {
    /// Parses the parameters of a call in this account and Region at `now`.
    ///
    /// # Errors
    /// Returns an error if a parameter is not valid, or the token is one of other parameters.
    pub(super) fn parse(
        params: &Params,
        account: &str,
        region: &str,
        now: Timestamp,
    ) -> Result<Self, ApiError> {
        let text = |name: &str| params.get(name).map(String::as_str);
        let attribute = attribute(params)?;
        let oldest = before(now, RETENTION);
        let from = text("StartTime").map_or(Ok(oldest), parse_time)?;
        let to = text("EndTime").map_or(Ok(Timestamp::MAX), parse_time)?;
        if from > to {
            return Err(invalid("InvalidTimeRangeException", "The start time is after the end."));
        }
        let size = text("MaxResults").map_or(Ok(MAX_PAGE), parse_size)?;
        let bound_to = Rng::from_text(&format!(
            "{account} {region} {attribute:?} {:?} {:?}",
            text("StartTime"),
            text("EndTime")
        ))
        .next();
        let token = text("NextToken").map(|token| decode_token(token, bound_to));
        let first = token.transpose()?.unwrap_or_default();
        let (region, from) = (region.to_owned(), from.max(oldest));
        Ok(Self { attribute, region, from, to, size, first, bound_to })
    }

    /// Returns the page of these events, which are stored newest first.
    pub(super) fn reply(&self, events: &[RecordedEvent], conditions: &Conditions) -> Value {
        let paging = conditions.paging;
        let size = self.size.min(paging.at_most.unwrap_or(MAX_PAGE)).max(1);
        let first = if paging.endless { self.first % events.len().max(1) } else { self.first };
        let short = conditions.trail.short_pages.then_some(first + EXAMINED_BY_SHORT_PAGE);
        let end = short.filter(|end| *end < events.len());
        let examined = events.iter().enumerate().take(end.unwrap_or(events.len())).skip(first);
        let mut page = Vec::new();
        let mut next = end;
        for (index, event) in examined.filter(|(_, event)| self.matches(event)) {
            if page.len() == size {
                next = Some(index);
                break;
            }
            page.push(event.json());
        }
        if paging.endless {
            next = Some(self.first + size);
        }
        if paging.repeats {
            next = Some(if self.first > 0 { self.first } else { next.unwrap_or_default() });
        }
        let mut reply = json!({ "Events": page });
        if let Some(next) = next {
            reply["NextToken"] = encode_token(self.bound_to, next).into();
        }
        reply
    }

    fn matches(&self, event: &RecordedEvent) -> bool {
        event.region == self.region
            && (self.from..=self.to).contains(&event.time)
            && self.attribute.as_ref().is_none_or(|(name, value)| has(event, name, value))
    }
}

/// Returns whether the event has this value of an attribute.
fn has(event: &RecordedEvent, attribute: &str, value: &str) -> bool {
    match attribute {
        "EventId" => event.id == value,
        "EventName" => event.name == value,
        "ReadOnly" => event.is_read_only().to_string() == value,
        "Username" => event.signer.username == value,
        "ResourceType" => event.resources().iter().any(|(kind, _)| *kind == value),
        "ResourceName" => event.resources().iter().any(|(_, name)| name == value),
        "EventSource" => event.source() == value,
        _ => event.signer.key == value,
    }
}

/// Returns the attribute to look up by, at most one.
fn attribute(params: &Params) -> Result<Option<(String, String)>, ApiError> {
    let of = |number: u8, part: &str| params.get(&format!("LookupAttributes.{number}.{part}"));
    let wrong = |message: &str| Err(invalid("InvalidLookupAttributesException", message));
    if of(2, "AttributeKey").is_some() {
        return wrong("You can only specify one lookup attribute.");
    }
    match (of(1, "AttributeKey"), of(1, "AttributeValue")) {
        (None, None) => Ok(None),
        (Some(name), Some(value)) if ATTRIBUTES.contains(&name.as_str()) && !value.is_empty() => {
            Ok(Some((name.clone(), value.clone())))
        }
        _ => wrong("The lookup attribute is not valid."),
    }
}

/// Parses a time in seconds since 1970, fractions allowed.
fn parse_time(text: &str) -> Result<Timestamp, ApiError> {
    let wrong = || invalid("InvalidTimeRangeException", "The time range is not valid.");
    let seconds: f64 = text.parse().map_err(|_| wrong())?;
    let since = SignedDuration::try_from_secs_f64(seconds).map_err(|_| wrong())?;
    Timestamp::from_duration(since).map_err(|_| wrong())
}

fn parse_size(text: &str) -> Result<usize, ApiError> {
    let size = text.parse().ok().filter(|size| (1..=MAX_PAGE).contains(size));
    size.ok_or_else(|| {
        invalid("InvalidMaxResultsException", "MaxResults must be between 1 and 50.")
    })
}

fn encode_token(bound_to: u64, next: usize) -> String {
    URL_SAFE_NO_PAD.encode(format!("{bound_to:016x}:{next}"))
}

/// Returns the index of the next event in a token for these parameters.
fn decode_token(token: &str, bound_to: u64) -> Result<usize, ApiError> {
    let text = URL_SAFE_NO_PAD.decode(token).ok().and_then(|text| String::from_utf8(text).ok());
    let next = text.and_then(|text| {
        let (hash, next) = text.split_once(':')?;
        (u64::from_str_radix(hash, 16) == Ok(bound_to)).then(|| next.parse().ok()).flatten()
    });
    next.ok_or_else(|| invalid("InvalidNextTokenException", "Invalid token."))
}

fn invalid(code: &'static str, message: &str) -> ApiError {
    ApiError::new(400, code, message)
}
