//! The modules of a crate and what each imports, read from its sources.
//!
//! Re-exports are followed: a module that imports a name through its parent's `pub use` imports the
//! module that defines it. A `mod` declaration imports nothing, nor does a `use` of a module: the
//! paths that begin with its name do. Tests are left out.

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
    /// Names that its `use` items bring in, with their paths from the crate.
    uses: BTreeMap<String, ModulePath>,
    /// Paths from the crate that its code names.
    paths: BTreeSet<ModulePath>,
    /// First names of the paths that lead out of the crate, among them the names of other crates.
    outer_names: BTreeSet<String>,
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
            written: BTreeSet::new(),
        };
        reader.visit_file(&file);
        self.modules.insert(path, reader.finish());
        children
    }

    /// Returns every import of a module by another one.
    pub(super) fn imports(&self) -> BTreeSet<(ModulePath, ModulePath)> {
        let mut imports = BTreeSet::new();
        for (from, module) in &self.modules {
            let targets = module.paths.iter().filter_map(|path| self.resolve(path));
            imports.extend(targets.filter(|to| to != from).map(|to| (from.clone(), to)));
        }
        imports
    }

    /// Returns the modules that use another crate.
    pub(super) fn users_of(&self, other_crate: &str) -> Vec<&ModulePath> {
        let modules = self.modules.iter();
        let users = modules.filter(|(_, module)| module.outer_names.contains(other_crate));
        users.map(|(path, _)| path).collect()
    }

    /// Returns the module that defines what a path names, unless that is a module itself.
    fn resolve(&self, path: &[String]) -> Option<ModulePath> {
        let mut at = ModulePath::new();
        for (number, name) in path.iter().enumerate() {
            let module = self.modules.get(&at)?;
            if module.children.contains(name) {
                at.push(name.clone());
            } else if let Some(used) = module.uses.get(name) {
                let rest = [used, &path[number + 1..]].concat();
                return self.resolve(&rest);
            } else {
                return Some(at);
            }
        }
        None
    }
}

/// Collects the paths of a file.
struct Reader {
    path: ModulePath,
    module: Module,
    /// Paths as the code writes them. Those of re-exports are left out: they import nothing unless
    /// the module uses the name itself.
    written: BTreeSet<Vec<String>>,
}

impl Reader {
    /// Returns the path from the crate, if these segments name something in it.
    fn absolute(&self, segments: &[String]) -> Option<ModulePath> {
        let (first, rest) = segments.split_first()?;
        match first.as_str() {
            "crate" => Some(rest.to_vec()),
            "self" => Some([&self.path, rest].concat()),
            "super" => {
                let levels = segments.iter().take_while(|segment| *segment == "super").count();
                let ancestor = &self.path[..self.path.len().checked_sub(levels)?];
                Some([ancestor, &segments[levels..]].concat())
            }
            child if self.module.children.contains(child) => Some([&self.path, segments].concat()),
            name => self.module.uses.get(name).map(|used| [used, rest].concat()),
        }
    }

    /// Returns the module with the paths that were read, now that all its `use` items are known.
    fn finish(mut self) -> Module {
        for written in std::mem::take(&mut self.written) {
            match self.absolute(&written) {
                Some(path) => drop(self.module.paths.insert(path)),
                None => self.module.outer_names.extend(written.into_iter().next()),
            }
        }
        self.module
    }

    /// Takes every path in the text of a macro for one of the code.
    fn add_tokens(&mut self, text: &str) {
        let text = text.replace(" ::", "::").replace(":: ", "::");
        for path in text.split(|c: char| !c.is_alphanumeric() && !"_:".contains(c)) {
            let segments = path.split(':').filter(|segment| !segment.is_empty());
            self.written.insert(segments.map(str::to_owned).collect());
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
                prefix.push("*".to_owned());
                self.written.insert(prefix);
            }
        }
    }

    fn add_name(&mut self, mut path: Vec<String>, name: &str, alias: &str, is_reexport: bool) {
        if name != "self" {
            path.push(name.to_owned());
        }
        let alias = if alias == "self" { path.last().cloned() } else { Some(alias.to_owned()) };
        if let (Some(alias), Some(path)) = (alias, self.absolute(&path)) {
            self.module.uses.insert(alias, path);
        }
        if !is_reexport {
            self.written.insert(path);
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
        self.written.insert(segments);
        visit::visit_path(self, path);
    }

    /// `pub(crate)` and the like import nothing.
    fn visit_visibility(&mut self, _visibility: &'ast Visibility) {}

    fn visit_macro(&mut self, found: &'ast Macro) {
        self.add_tokens(&found.tokens.to_string());
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
