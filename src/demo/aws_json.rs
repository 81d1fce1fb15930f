//! Calls with the AWS JSON protocol 1.1, of CloudTrail: the operation is in a header, and the
//! parameters are a JSON object.

use std::collections::BTreeMap;

use hyper::header::HeaderMap;
use serde_json::Value;

/// The header with the operation.
const TARGET_HEADER: &str = "x-amz-target";
/// The service in the header. Clients put nothing or `com.amazonaws.cloudtrail.v20131101.`
/// before it.
const CLOUDTRAIL: &str = "CloudTrail_20131101";

/// Parses a request. Returns `None` if it has another protocol.
pub(crate) fn parse(headers: &HeaderMap, body: &[u8]) -> Option<BTreeMap<String, String>> {
    let target = headers.get(TARGET_HEADER)?.to_str().unwrap_or_default();
    let (service, operation) = target.rsplit_once('.').unwrap_or_default();
    let known = service.rsplit('.').next() == Some(CLOUDTRAIL);
    let mut params = BTreeMap::new();
    if let Ok(fields) = serde_json::from_slice(body) {
        flatten("", &fields, &mut params);
    }
    let operation = if known { operation } else { target };
    params.insert("Action".to_owned(), operation.to_owned());
    Some(params)
}

/// Adds the texts, numbers and truth values of a JSON value. Their names are those of the
/// query protocol: `LookupAttributes.1.AttributeKey`.
fn flatten(name: &str, value: &Value, params: &mut BTreeMap<String, String>) {
    let inner = |part: &str| {
        if name.is_empty() { part.to_owned() } else { format!("{name}.{part}") }
    };
    match value {
        Value::Object(fields) => {
            fields.iter().for_each(|(field, value)| flatten(&inner(field), value, params));
        }
        Value::Array(items) => {
            let numbered = (1_usize..).zip(items);
            numbered.for_each(|(n, value)| flatten(&inner(&n.to_string()), value, params));
        }
        Value::String(text) => drop(params.insert(name.to_owned(), text.clone())),
        Value::Number(_) | Value::Bool(_) => {
            params.insert(name.to_owned(), value.to_string());
        }
        Value::Null => {}
    }
}
