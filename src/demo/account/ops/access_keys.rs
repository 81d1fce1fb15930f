//! ListAccessKeys, GetAccessKeyLastUsed and the one write, UpdateAccessKey.

use jiff::Timestamp;

use crate::demo::account::ApiRequest;
use crate::demo::account::call_context::{CallContext, target_owner};
use crate::demo::account::ids::unique_id;
use crate::demo::account::pagination;
use crate::demo::account::pagination::PageRequest;
use crate::demo::account::types::{AccessKey, Status};
use crate::demo::account::validation::{ParamCheck, access_key_id};
use crate::demo::account::xml::Xml;
use crate::demo::account::{AccountStore, ApiError, Conditions, Operation, Owner};

/// ListAccessKeys, with the statuses of `lag` ago.
pub(crate) fn list(call: &CallContext<'_>, xml: &mut Xml) -> Result<(), ApiError> {
    let owner = call.target_owner()?;
    let page = PageRequest::parse(call.params, call.conditions.paging)?;
    let generated = page.endless.map(|number| {
        let id = unique_id("AKIA", &call.account.id, number);
        AccessKey::new(id, call.now, Status::Active)
    });
    let own = call.account.keys_of(&owner).unwrap_or_default().iter();
    let others = call.account.contradictions.listed_too.iter();
    let own = own
        .chain(others.filter(|(user, _)| owner == Owner::User(user.clone())).map(|(_, key)| key));
    let (keys, next) = match &generated {
        Some(key) => (vec![key], page.paginate(std::iter::empty::<(String, ())>()).1),
        None => page.paginate((0..).zip(own).map(|(n, key): (u32, _)| (format!("{n:04}"), key))),
    };
    xml.list("AccessKeyMetadata", keys, |xml, key| {
        if let Owner::User(name) = &owner {
            xml.leaf("UserName", name);
        }
        xml.leaf("AccessKeyId", &key.id);
        xml.leaf("Status", key.status_behind(call.now, call.conditions.lag).as_str());
        xml.time("CreateDate", key.created);
    });
    pagination::write_next_marker(xml, next.as_deref());
    Ok(())
}

/// GetAccessKeyLastUsed. It returns the owner except for root's keys.
pub(crate) fn last_used(call: &CallContext<'_>, xml: &mut Xml) -> Result<(), ApiError> {
    access_key_id(ParamCheck::new(call.params)).finish()?;
    let id = call.params.get("AccessKeyId").map(String::as_str).unwrap_or_default();
    let vanished = &call.conditions.vanished;
    let found = call.account.key(id).filter(|(owner, _)| {
        let owner_gone = matches!(owner, Owner::User(name) if vanished.has_user(name));
        !owner_gone && !vanished.has_key(id)
    });
    let Some((owner, key)) = found else {
        let (arn, _) = call.caller.principal.identity(call.account);
        let action = Operation::GetAccessKeyLastUsed.action();
        let message = format!(
            "User: {arn} is not authorized to perform: {action} on resource: access key {id}"
        );
        return Err(ApiError::denied(message));
    };
    if let Owner::User(name) = owner {
        xml.leaf("UserName", call.account.contradictions.former.get(id).unwrap_or(name));
    }
    let used = key.last_use.as_ref();
    xml.group("AccessKeyLastUsed", |xml| {
        if let Some(used) = used {
            xml.time("LastUsedDate", used.at);
        }
        xml.leaf("ServiceName", used.map_or("N/A", |used| &used.service));
        xml.leaf("Region", used.map_or("N/A", |used| &used.region));
    });
    Ok(())
}

impl AccountStore {
    /// UpdateAccessKey. Like IAM, it checks the user before the key.
    pub(crate) fn update_access_key(
        &mut self,
        request: &ApiRequest,
        now: Timestamp,
        conditions: &Conditions,
    ) -> Result<(), ApiError> {
        let params = &request.params;
        let caller = self.authorize(Operation::UpdateAccessKey, request, now, conditions)?;
        let check = access_key_id(ParamCheck::new(params))
            .required("Status")
            .one_of("Status", &["Active", "Inactive"]);
        check.finish()?;
        let account = &mut self.accounts[caller.account];
        let owner = target_owner(account, &caller, params, conditions)?;
        let id = params.get("AccessKeyId").map(String::as_str).unwrap_or_default();
        let status = params.get("Status").and_then(|text| Status::parse(text));
        let keys = account.keys_of_mut(&owner).into_iter().flatten();
        let key = keys.into_iter().find(|key| key.id == id && !conditions.vanished.has_key(id));
        let (Some(key), Some(status)) = (key, status) else { return Err(ApiError::no_key(id)) };
        if key.status() != status {
            key.set(status, now);
        }
        Ok(())
    }
}
