//! ListUsers and GetUser.

use crate::demo::account::call_context::CallContext;
use crate::demo::account::pagination;
use crate::demo::account::pagination::PageRequest;
use crate::demo::account::types::User;
use crate::demo::account::validation::ParamCheck;
use crate::demo::account::xml::Xml;
use crate::demo::account::{ApiError, Owner};

/// Users on each page of an endless list.
const FAKE_USERS_PER_PAGE: usize = 100;

/// ListUsers: the users below a path, by name.
pub(crate) fn list(call: &CallContext<'_>, xml: &mut Xml) -> Result<(), ApiError> {
    ParamCheck::new(call.params).length("PathPrefix", 1, 512).finish()?;
    let prefix = call.params.get("PathPrefix").map_or("/", String::as_str);
    if !prefix.starts_with('/') {
        let rule =
            "It must begin with / and contain only alphanumeric characters and/or / characters.";
        return Err(ApiError::validation(format!(
            "The specified value for pathPrefix is invalid. {rule}"
        )));
    }
    let page = PageRequest::parse(call.params, call.conditions.paging)?;
    if let Some(number) = page.endless {
        write_fake_users(call, &page, number, xml);
        return Ok(());
    }
    let below =
        call.account.users_from(&page.from).filter(|(_, user)| user.path.starts_with(prefix));
    let (users, next) = page.paginate(below.map(|(key, user)| (key.clone(), user)));
    xml.list("Users", users, |xml, user| write_user(xml, user, &call.account.id));
    pagination::write_next_marker(xml, next.as_deref());
    Ok(())
}

/// Writes a page of an endless list with invented users.
fn write_fake_users(call: &CallContext<'_>, page: &PageRequest<'_>, number: u64, xml: &mut Xml) {
    let id = &call.account.id;
    let users = (0..FAKE_USERS_PER_PAGE)
        .map(|n| User::new(id, &format!("endless-{number:08}-{n:03}"), "/endless/", call.now));
    let (_, next) = page.paginate(std::iter::empty::<(String, ())>());
    xml.list("Users", users, |xml, user| write_user(xml, &user, id));
    pagination::write_next_marker(xml, next.as_deref());
}

/// GetUser, with tags and permissions boundary.
pub(crate) fn get(call: &CallContext<'_>, xml: &mut Xml) -> Result<(), ApiError> {
    let account = call.account;
    match call.target_owner()? {
        Owner::Root => xml.group("User", |xml| {
            xml.leaf("Path", "/");
            xml.leaf("UserId", &account.id);
            xml.leaf("Arn", &format!("arn:aws:iam::{}:root", account.id));
            xml.time("CreateDate", account.root.created);
            if let Some(time) = account.root.password_last_used {
                xml.time("PasswordLastUsed", time);
            }
        }),
        Owner::User(name) => {
            let user = account.user(&name).ok_or_else(|| ApiError::no_user(&name))?;
            xml.group("User", |xml| {
                write_user(xml, user, &account.id);
                if let Some(boundary) = &user.boundary {
                    xml.group("PermissionsBoundary", |xml| {
                        xml.leaf("PermissionsBoundaryType", "Policy");
                        xml.leaf("PermissionsBoundaryArn", boundary);
                    });
                }
                tags(xml, user);
            });
        }
    }
    Ok(())
}

/// Writes a user as in ListUsers, without tags and boundary.
fn write_user(xml: &mut Xml, user: &User, account: &str) {
    xml.leaf("Path", &user.path);
    xml.leaf("UserName", &user.name);
    xml.leaf("UserId", &user.id);
    xml.leaf("Arn", &user.arn(account));
    xml.time("CreateDate", user.created);
    if let Some(time) = user.password_last_used {
        xml.time("PasswordLastUsed", time);
    }
}

/// Writes the tags of a user.
pub(crate) fn tags(xml: &mut Xml, user: &User) {
    if user.tags.is_empty() {
        return;
    }
    xml.list("Tags", &user.tags, |xml, (key, value)| {
        xml.leaf("Key", key);
        xml.leaf("Value", value);
    });
}
