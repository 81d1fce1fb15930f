//! The modules of a crate and what each imports, read from its sources.
//!
//! Re-exports are followed: a module that imports a name through its parent's `pub use` imports the
//! module that defines it. A `mod` declaration imports nothing. Tests are left out.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::Path;

use syn::visit::{self, Visit};
use syn::{Attribute, Item, ItemMod, ItemUse, Macro, UseTree, Visibility};

/// Path of a module below the crate, such as `tui::app`; empty for the crate itself.
pub(super) type ModulePath = Vec<String>;

/// The modules of a crate by their paths.
#[derive(Debug, Default)]
pub(super) struct SourceTree {
    modules: BTreeMap<ModulePath, Module>,
}

/// A module: one file.
#[derive(Debug, Default)]
struct Module {
    /// Names of its child modules, without tests.
    children: BTreeSet<String>,
    /// Names that it re-exports, with their paths from the crate.
    reexports: BTreeMap<String, ModulePath>,
    /// Paths from the crate that its code names.
    paths: BTreeSet<ModulePath>,
}

impl SourceTree {
    /// Reads the crate whose `lib.rs` is in this folder.
    pub(super) fn read(src: &Path) -> Self {
        let mut tree = Self::default();
        tree.read_module(src, &[], &fs::read_to_string(src.join("lib.rs")).unwrap());
        tree
    }

    /// Returns the tree of sources in memory: the path of each module and its text.
    pub(super) fn of(sources: &[(&str, &str)]) -> Self {
        let mut tree = Self::default();
        for (path, text) in sources {
            let path = path.split("::").filter(|name| !name.is_empty()).map(str::to_owned);
            tree.add(path.collect(), text);
        }
        tree
    }

    fn read_module(&mut self, src: &Path, path: &[String], text: &str) {
        for child in self.add(path.to_vec(), text) {
            let child_path = [path, &[child]].concat();
            let file = src.join(child_path.join("/"));
            let text = fs::read_to_string(file.with_extension("rs"))
                .or_else(|_| fs::read_to_string(file.join("mod.rs")))
                .unwrap_or_else(|error| panic!("{}: {error}", file.display()));
            self.read_module(src, &child_path, &text);
        }
    }

    /// Adds a module and returns the names of its children.
    fn add(&mut self, path: ModulePath, text: &str) -> BTreeSet<String> {
        let file = syn::parse_file(text).unwrap_or_else(|error| panic!("{path:?}: {error}"));
        let declared = file.items.iter().filter_map(|item| match item {
            Item::Mod(child) if child.content.is_none() && !is_test(&child.attrs) => {
                Some(child.ident.to_string())
            }
            _ => None,
        });
        let children: BTreeSet<String> = declared.collect();
        let mut reader = Reader {
            path: path.clone(),
            module: Module { children: children.clone(), ..Module::default() },
            names: BTreeSet::new(),
        };
        reader.visit_file(&file);
        let Reader { mut module, names, .. } = reader;
        // A re-export imports nothing unless the module uses the name itself.
        let used = module.reexports.iter().filter(|(name, _)| names.contains(*name));
        module.paths.extend(used.map(|(_, path)| path.clone()).collect::<Vec<_>>());
        self.modules.insert(path, module);
        children
    }

    /// Returns every import of a module by another one.
    pub(super) fn imports(&self) -> BTreeSet<(ModulePath, ModulePath)> {
        let mut imports = BTreeSet::new();
        for (from, module) in &self.modules {
            let targets = module.paths.iter().map(|path| self.resolve(path));
            imports.extend(targets.filter(|to| to != from).map(|to| (from.clone(), to)));
        }
        imports
    }

    /// Returns the module that defines what a path names.
    fn resolve(&self, path: &[String]) -> ModulePath {
        let mut at = ModulePath::new();
        for (number, name) in path.iter().enumerate() {
            let Some(module) = self.modules.get(&at) else { break };
            if module.children.contains(name) {
                at.push(name.clone());
            } else if let Some(reexport) = module.reexports.get(name) {
                let rest = [reexport, &path[number + 1..]].concat();
                return self.resolve(&rest);
            } else {
                break;
            }
        }
        at
    }
}

/// Collects the paths of a file.
struct Reader {
    path: ModulePath,
    module: Module,
    /// Every name that the code uses, outside of `use` items.
    names: BTreeSet<String>,
}

impl Reader {
    /// Returns the path from the crate, if these segments name something in it.
    fn absolute(&self, segments: &[String]) -> Option<ModulePath> {
        let (first, rest) = segments.split_first()?;
        match first.as_str() {
            "crate" => Some(rest.to_vec()),
            "self" => Some([&self.path, rest].concat()),
            "super" => {
                let (_, parent) = self.path.split_last()?;
                Some([parent, rest].concat())
            }
            child if self.module.children.contains(child) => Some([&self.path, segments].concat()),
            _ => None,
        }
    }

    fn add_use(&mut self, tree: &UseTree, mut prefix: Vec<String>, is_reexport: bool) {
        match tree {
            UseTree::Path(path) => {
                prefix.push(path.ident.to_string());
                self.add_use(&path.tree, prefix, is_reexport);
            }
            UseTree::Group(group) => {
                for tree in &group.items {
                    self.add_use(tree, prefix.clone(), is_reexport);
                }
            }
            UseTree::Name(name) => {
                let name = name.ident.to_string();
                self.add_name(prefix, &name, &name, is_reexport);
            }
            UseTree::Rename(rename) => {
                let (name, alias) = (rename.ident.to_string(), rename.rename.to_string());
                self.add_name(prefix, &name, &alias, is_reexport);
            }
            UseTree::Glob(_) => {
                self.module.paths.extend(self.absolute(&prefix));
            }
        }
    }

    fn add_name(&mut self, mut path: Vec<String>, name: &str, alias: &str, is_reexport: bool) {
        if name != "self" {
            path.push(name.to_owned());
        }
        let Some(path) = self.absolute(&path) else { return };
        if is_reexport {
            self.module.reexports.insert(alias.to_owned(), path);
        } else {
            self.module.paths.insert(path);
        }
    }
}

impl<'ast> Visit<'ast> for Reader {
    fn visit_item(&mut self, item: &'ast Item) {
        let is_left_out = match item {
            Item::Fn(item) => is_test(&item.attrs),
            Item::Impl(item) => is_test(&item.attrs),
            Item::Mod(item) => is_test(&item.attrs),
            Item::Use(item) => is_test(&item.attrs),
            _ => false,
        };
        if !is_left_out {
            visit::visit_item(self, item);
        }
    }

    fn visit_item_mod(&mut self, item: &'ast ItemMod) {
        assert!(item.content.is_none(), "{:?} has a module inside, {}", self.path, item.ident);
    }

    fn visit_item_use(&mut self, item: &'ast ItemUse) {
        let is_reexport = !matches!(item.vis, Visibility::Inherited);
        self.add_use(&item.tree, Vec::new(), is_reexport);
    }

    fn visit_path(&mut self, path: &'ast syn::Path) {
        let segments: Vec<_> =
            path.segments.iter().map(|segment| segment.ident.to_string()).collect();
        self.names.extend(segments.first().cloned());
        self.module.paths.extend(self.absolute(&segments));
        visit::visit_path(self, path);
    }

    /// `pub(crate)` and the like import nothing.
    fn visit_visibility(&mut self, _visibility: &'ast Visibility) {}

    fn visit_macro(&mut self, found: &'ast Macro) {
        let text = found.tokens.to_string();
        let words = text.split(|c: char| !c.is_alphanumeric() && c != '_');
        self.names.extend(words.map(str::to_owned));
        visit::visit_macro(self, found);
    }
}

/// Returns whether an item is compiled for tests only: `cfg(test)`, `cfg(all(test, …))`.
fn is_test(attributes: &[Attribute]) -> bool {
    attributes.iter().filter(|attribute| attribute.path().is_ident("cfg")).any(|attribute| {
        let condition = attribute.meta.require_list().map(|list| list.tokens.to_string());
        condition.is_ok_and(|text| {
            text.split(|c: char| !c.is_alphanumeric()).any(|word| word == "test")
                && !text.contains("not")
        })
    })
}
