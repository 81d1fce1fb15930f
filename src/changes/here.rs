//! What the journal says about this process, and the ID of a change.

use std::sync::{Arc, LazyLock};

use jiff::Timestamp;

use super::entry::clip;
use crate::model::visible;

/// The machine, the person and the process that a change is made from.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Here {
    /// The host's name, as the kernel tells it.
    pub host: Arc<str>,
    /// The operating system's user, by name where it has one.
    pub os_user: Arc<str>,
    /// The user who called sudo, as the environment says.
    pub sudo_user: Option<Arc<str>>,
    /// The process.
    pub pid: u32,
}

impl Here {
    /// This process. Asked once.
    pub(crate) fn this_process() -> &'static Self {
        static HERE: LazyLock<Here> = LazyLock::new(|| Here {
            host: visible(&host()).into(),
            os_user: visible(&os_user()).into(),
            sudo_user: std::env::var("SUDO_USER").ok().filter(|user| !user.is_empty()).map(|user| clip(&user)),
            pid: std::process::id(),
        });
        &HERE
    }
}

#[cfg(unix)]
fn host() -> String {
    rustix::system::uname().nodename().to_string_lossy().into_owned()
}

#[cfg(not(unix))]
fn host() -> String {
    std::env::var("COMPUTERNAME").unwrap_or_else(|_| "unknown".to_owned())
}

/// The name that /etc/passwd gives the real user ID, else what the
/// environment says, with the number beside it, since it says what it likes.
#[cfg(unix)]
fn os_user() -> String {
    let uid = rustix::process::getuid().as_raw();
    let passwd = std::fs::read_to_string("/etc/passwd").unwrap_or_default();
    match (name_of(uid, &passwd), std::env::var("USER")) {
        (Some(name), _) => name.to_owned(),
        (None, Ok(name)) if !name.is_empty() => format!("{name} (uid {uid})"),
        _ => format!("uid {uid}"),
    }
}

#[cfg(not(unix))]
fn os_user() -> String {
    std::env::var("USERNAME").unwrap_or_else(|_| "unknown".to_owned())
}

/// The user of that number, by name where /etc/passwd has one: `ann (uid 1000)`.
#[cfg(unix)]
pub(super) fn user_name(uid: u32) -> String {
    let passwd = std::fs::read_to_string("/etc/passwd").unwrap_or_default();
    match name_of(uid, &passwd) {
        Some(name) => format!("{} (uid {uid})", visible(name)),
        None => format!("uid {uid}"),
    }
}

/// The user of that number in the text of a passwd file (passwd(5)).
#[cfg(unix)]
fn name_of(uid: u32, passwd: &str) -> Option<&str> {
    passwd.lines().find_map(|line| {
        let mut fields = line.split(':');
        let name = fields.next().filter(|name| !name.is_empty())?;
        let number: u32 = fields.nth(1)?.parse().ok()?;
        (number == uid).then_some(name)
    })
}

/// The digits of an ID's random part: none that looks like another.
const DIGITS: &[u8; 32] = b"0123456789abcdefghjkmnpqrstvwxyz";

/// A new ID for a change, unique across processes and short enough to type:
/// the second in UTC and five random digits, `20261124T140211Z-k7q2x`.
pub(crate) fn new_id(now: Timestamp) -> Arc<str> {
    // Without the system's random numbers, the nanosecond and the process
    // still tell two changes apart.
    let random = getrandom::u64()
        .unwrap_or_else(|_| u64::from(now.subsec_nanosecond().unsigned_abs()) ^ u64::from(std::process::id()));
    let mut id = now.strftime("%Y%m%dT%H%M%SZ-").to_string();
    for place in 0..5 {
        let digit = usize::try_from(random >> (5 * place) & 31).unwrap_or_default();
        id.push(char::from(DIGITS[digit]));
    }
    id.into()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ids_sort_by_time_and_differ_within_a_second() {
        let now: Timestamp = "2026-11-24T14:02:11.5Z".parse().unwrap();
        let ids: std::collections::HashSet<_> = (0..100).map(|_| new_id(now)).collect();
        assert_eq!(ids.len(), 100);
        assert!(ids.iter().all(|id| id.starts_with("20261124T140211Z-") && id.len() == 22), "{ids:?}");
    }

    #[cfg(unix)]
    #[test]
    fn a_user_has_the_name_that_passwd_gives() {
        let passwd = "root:x:0:0:root:/root:/bin/sh\nbroken\nann:x:1000:1000:Ann,,,:/home/ann:/bin/sh\n";
        assert_eq!((name_of(1000, passwd), name_of(7, passwd)), (Some("ann"), None));
    }
}
