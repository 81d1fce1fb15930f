//! Cycles among imports.

use std::collections::{BTreeMap, BTreeSet};

use super::source_tree::ModulePath;

/// Returns each group of modules that import one another, directly or through others of the group.
pub(super) fn cycles(imports: &BTreeSet<(ModulePath, ModulePath)>) -> Vec<BTreeSet<ModulePath>> {
    let mut targets: BTreeMap<&ModulePath, Vec<&ModulePath>> = BTreeMap::new();
    for (from, to) in imports {
        targets.entry(from).or_default().push(to);
    }
    let reached: BTreeMap<_, _> =
        targets.keys().map(|module| (*module, reachable(module, &targets))).collect();
    let mut cycles: Vec<BTreeSet<ModulePath>> = Vec::new();
    for (module, reached_from_it) in &reached {
        if !reached_from_it.contains(*module) || cycles.iter().any(|group| group.contains(*module))
        {
            continue;
        }
        let leads_back = |other: &&&ModulePath| {
            reached.get(**other).is_some_and(|reached| reached.contains(*module))
        };
        let group = reached_from_it.iter().filter(leads_back).map(|other| (*other).clone());
        cycles.push(group.collect());
    }
    cycles
}

fn reachable<'a>(
    start: &'a ModulePath,
    targets: &BTreeMap<&'a ModulePath, Vec<&'a ModulePath>>,
) -> BTreeSet<&'a ModulePath> {
    let (mut reached, mut next) = (BTreeSet::new(), vec![start]);
    while let Some(module) = next.pop() {
        for target in targets.get(module).into_iter().flatten() {
            if reached.insert(*target) {
                next.push(*target);
            }
        }
    }
    reached
}
