//! No core dumps: the process holds secret keys and session tokens.

/// Forbids core dumps of this process. On Linux no other process of the same
/// user can read its memory or attach to it either, and what it starts is
/// free again (prctl(2), `PR_SET_DUMPABLE`); the limit is inherited, and can
/// be raised again.
pub(super) fn disable_core_dumps() {
    // Neither can fail: the limit is only lowered, and the value is known.
    #[cfg(unix)]
    {
        use rustix::process::{Resource, Rlimit, getrlimit, setrlimit};
        let _ = setrlimit(Resource::Core, Rlimit { current: Some(0), ..getrlimit(Resource::Core) });
    }
    #[cfg(target_os = "linux")]
    {
        use rustix::process::{DumpableBehavior, set_dumpable_behavior};
        let _ = set_dumpable_behavior(DumpableBehavior::NotDumpable);
    }
}

#[cfg(all(test, target_os = "linux"))]
mod tests {
    use rustix::process::{DumpableBehavior, Resource, dumpable_behavior, getrlimit};

    #[test]
    fn the_process_can_t_be_dumped() {
        super::disable_core_dumps();
        assert_eq!(getrlimit(Resource::Core).current, Some(0));
        assert_eq!(dumpable_behavior().unwrap(), DumpableBehavior::NotDumpable);
    }
}
