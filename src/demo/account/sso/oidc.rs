//! The OIDC service: clients, device authorization and tokens.

use jiff::Timestamp;
use serde_json::{Value, json};

use super::sign_ins::{
    ACCESS_TOKEN_SECONDS, CODE_SECONDS, DeviceProblem, POLL_INTERVAL_SECONDS, SignIns, Tokens,
};
use crate::demo::account::ApiError;
use crate::demo::account::validation::{Params, required};

/// The grant type of device codes.
const DEVICE_GRANT: &str = "urn:ietf:params:oauth:grant-type:device_code";
/// The grant type of codes that the browser brings back.
const CODE_GRANT: &str = "authorization_code";
/// The grant type of refresh tokens.
const REFRESH_GRANT: &str = "refresh_token";

/// RegisterClient. A client that names scopes gets refresh tokens.
pub(super) fn register_client(
    sign_ins: &mut SignIns,
    params: &Params,
    now: Timestamp,
) -> Result<Value, ApiError> {
    required(params, "clientName")?;
    if required(params, "clientType")? != "public" {
        return Err(ApiError::new(
            400,
            "InvalidClientMetadataException",
            "Only the client type public is supported",
        ));
    }
    let is_refreshable = params.get("scopes").is_some_and(|scopes| !scopes.is_empty());
    let client = sign_ins.register(is_refreshable, now);
    Ok(json!({
        "clientId": client.id,
        "clientSecret": client.secret,
        "clientIdIssuedAt": now.as_second(),
        "clientSecretExpiresAt": client.expires.as_second(),
    }))
}

/// StartDeviceAuthorization. `page` is the URL of the page for the user's code.
pub(super) fn start_device_authorization(
    sign_ins: &mut SignIns,
    page: &str,
    params: &Params,
    now: Timestamp,
) -> Result<Value, ApiError> {
    let client = client(sign_ins, params, now)?;
    let start_url = required(params, "startUrl")?;
    if !start_url.starts_with("http://") && !start_url.starts_with("https://") {
        return Err(ApiError::invalid_request("Invalid start url provided"));
    }
    let (device_code, user_code) = sign_ins.start_device(&client, now);
    Ok(json!({
        "deviceCode": device_code,
        "userCode": user_code,
        "verificationUri": page,
        "verificationUriComplete": format!("{page}?user_code={user_code}"),
        "expiresIn": CODE_SECONDS,
        "interval": POLL_INTERVAL_SECONDS,
    }))
}

/// The page that authorizes a client, as if the user had signed in and approved. Returns the
/// address that the browser goes to next; `None` if the request is not valid.
pub(super) fn authorize(sign_ins: &mut SignIns, params: &Params) -> Option<String> {
    let get = |name| required(params, name).ok();
    let is_valid = get("response_type")? == "code" && get("code_challenge_method")? == "S256";
    let redirect = get("redirect_uri")?;
    let port = redirect.strip_prefix("http://127.0.0.1:")?.strip_suffix("/oauth/callback")?;
    (is_valid && port.parse::<u16>().is_ok()).then_some(())?;
    let code = sign_ins.authorize(get("client_id")?, get("code_challenge")?, redirect)?;
    Some(format!("{redirect}?code={code}&state={}", get("state")?))
}

/// CreateToken.
pub(super) fn create_token(
    sign_ins: &mut SignIns,
    params: &Params,
    now: Timestamp,
) -> Result<Value, ApiError> {
    let client = client(sign_ins, params, now)?;
    let invalid_grant = || ApiError::new(400, "InvalidGrantException", "Invalid grant provided");
    let tokens = match required(params, "grantType")? {
        REFRESH_GRANT => {
            let token = required(params, "refreshToken")?;
            sign_ins.refresh(token, now).ok_or_else(invalid_grant)?
        }
        CODE_GRANT => {
            let get = |name| required(params, name);
            let redirect = (get("codeVerifier")?, get("redirectUri")?);
            sign_ins.redeem(&client, get("code")?, redirect, now).ok_or_else(invalid_grant)?
        }
        DEVICE_GRANT => {
            let code = required(params, "deviceCode")?;
            sign_ins.poll(&client, code, now).map_err(|problem| match problem {
                DeviceProblem::Unknown => invalid_grant(),
                DeviceProblem::Pending => ApiError::new(
                    400,
                    "AuthorizationPendingException",
                    "The user has not approved the code yet",
                ),
                DeviceProblem::TooFast => {
                    ApiError::new(400, "SlowDownException", "The client polls too often")
                }
                DeviceProblem::Expired => {
                    ApiError::new(400, "ExpiredTokenException", "The device code has expired")
                }
            })?
        }
        _ => {
            let message = "The grant type is not supported";
            return Err(ApiError::new(400, "UnsupportedGrantTypeException", message));
        }
    };
    let Tokens { access, refresh } = tokens;
    let mut reply = json!({
        "accessToken": access,
        "tokenType": "Bearer",
        "expiresIn": ACCESS_TOKEN_SECONDS,
    });
    if let Some(refresh) = refresh {
        reply["refreshToken"] = refresh.into();
    }
    Ok(reply)
}

/// Returns the ID of the client, whose secret must be right.
fn client(sign_ins: &SignIns, params: &Params, now: Timestamp) -> Result<String, ApiError> {
    let (id, secret) = (required(params, "clientId")?, required(params, "clientSecret")?);
    if sign_ins.knows_client(id, secret, now) {
        return Ok(id.to_owned());
    }
    Err(ApiError::new(401, "InvalidClientException", "Invalid client"))
}
