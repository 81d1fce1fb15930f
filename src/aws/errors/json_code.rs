//! Error codes of responses in JSON.

use aws_smithy_runtime_api::client::orchestrator::HttpResponse;
use serde_json::Value;

/// Returns the error code of a response in JSON; `None` if it has none. The code is in a header or
/// in the body, may have a namespace before it, and a URL after it:
/// `aws.example#ForbiddenException:http://…`
/// (<https://smithy.io/2.0/aws/protocols/aws-json-1_1-protocol.html#operation-error-serialization>).
pub(in crate::aws) fn json_error_code(response: &HttpResponse) -> Option<String> {
    let in_body = || {
        let body: Value = serde_json::from_slice(response.body().bytes()?).ok()?;
        let code = body.get("__type").or_else(|| body.get("code"))?;
        Some(code.as_str()?.to_owned())
    };
    let in_header = response.headers().get("x-amzn-errortype").map(str::to_owned);
    let code = in_header.or_else(in_body)?;
    let code = code.split(':').next().unwrap_or_default();
    Some(code.rsplit('#').next().unwrap_or_default().to_owned())
}
