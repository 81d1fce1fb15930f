//! The machine, user and process that make a change.

use std::sync::LazyLock;

use rustix::io::Errno;
use rustix::process::{Pid, test_kill_process};

use super::journal::fields::clip_text;
use crate::model::{EscapedText, escape_hidden};

/// The machine, user and process that make a change.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct OsIdentity {
    /// The host name.
    pub host: EscapedText,
    /// The operating system's user, by name if it has one.
    pub os_user: EscapedText,
    /// The user who called sudo, by the environment variable `SUDO_USER`.
    pub sudo_user: Option<EscapedText>,
    /// The process ID.
    pub pid: u32,
}

impl OsIdentity {
    /// Returns this process; read once.
    pub(crate) fn current() -> &'static Self {
        static CURRENT: LazyLock<OsIdentity> = LazyLock::new(|| OsIdentity {
            host: host().into(),
            os_user: os_user().into(),
            sudo_user: std::env::var("SUDO_USER")
                .ok()
                .filter(|user| !user.is_empty())
                .map(|user| clip_text(&user)),
            pid: std::process::id(),
        });
        &CURRENT
    }
}

/// Returns the user of a process and who called sudo: `ann`, or `root (SUDO_USER ann)`.
pub(crate) fn os_user_label(os_user: &str, sudo_user: Option<&str>) -> String {
    match sudo_user {
        Some(user) => format!("{os_user} (SUDO_USER {user})"),
        None => os_user.to_owned(),
    }
}

/// Returns a user of an operating system for a sentence, so that `root` is not taken for the root
/// user of an account: `OS user root on bastion`.
pub(crate) fn os_user_on_host(os_user: &str, host: &str) -> String {
    format!("OS user {os_user} on {host}")
}

/// Returns whether that process of that machine is known to have ended: the machine is this one,
/// and has no such process. In a container, another one of the same host name may still run it.
pub(super) fn has_ended(host: &str, pid: u32) -> bool {
    let pid = i32::try_from(pid).ok().and_then(Pid::from_raw);
    *host == *OsIdentity::current().host
        && pid.is_some_and(|pid| test_kill_process(pid) == Err(Errno::SRCH))
}

fn host() -> String {
    rustix::system::uname().nodename().to_string_lossy().into_owned()
}

/// Returns the name of the real user ID in /etc/passwd, else that of the environment with the
/// number beside it, since the environment can hold any name.
fn os_user() -> String {
    let uid = rustix::process::getuid().as_raw();
    let passwd = std::fs::read_to_string("/etc/passwd").unwrap_or_default();
    match (name_in_passwd(uid, &passwd), std::env::var("USER")) {
        (Some(name), _) => name.to_owned(),
        (None, Ok(name)) if !name.is_empty() => format!("{name} (uid {uid})"),
        _ => format!("uid {uid}"),
    }
}

/// Returns the user with that ID, by name if /etc/passwd has one: `ann (uid 1000)`.
pub(super) fn user_name(uid: u32) -> String {
    let passwd = std::fs::read_to_string("/etc/passwd").unwrap_or_default();
    match name_in_passwd(uid, &passwd) {
        Some(name) => format!("{} (uid {uid})", escape_hidden(name)),
        None => format!("uid {uid}"),
    }
}

/// Returns the name of a user ID in the text of a passwd file
/// (<https://man7.org/linux/man-pages/man5/passwd.5.html>).
fn name_in_passwd(uid: u32, passwd: &str) -> Option<&str> {
    passwd.lines().find_map(|line| {
        let mut fields = line.split(':');
        let name = fields.next().filter(|name| !name.is_empty())?;
        let number: u32 = fields.nth(1)?.parse().ok()?;
        (number == uid).then_some(name)
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_user_name_comes_from_passwd() {
        let passwd =
            "root:x:0:0:root:/root:/bin/sh\nbroken\nann:x:1000:1000:Ann,,,:/home/ann:/bin/sh\n";
        assert_eq!((name_in_passwd(1000, passwd), name_in_passwd(7, passwd)), (Some("ann"), None));
    }
}
