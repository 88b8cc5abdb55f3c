//! What the walks through all three trees have in common: the list of files, its bounds, and careful names.

use std::collections::HashSet;

use super::findings::{FindingCode, Findings};
use super::{FileInfo, Limits, ReadError, Tree};

/// A list of files that grows within limits.
pub(super) struct Walk<'a> {
    pub(super) tree: Tree,
    pub(super) limits: Limits,
    pub(super) findings: &'a mut Findings,
    pub(super) files: Vec<FileInfo>,
    path_bytes: u64,
    extents: usize,
    directory_bytes: u64,
    steps: usize,
    /// Directories that were read, by the byte offset of what describes them.
    seen: HashSet<u64>,
}

impl<'a> Walk<'a> {
    pub(super) fn new(tree: Tree, limits: Limits, findings: &'a mut Findings) -> Self {
        let (files, seen) = Default::default();
        Self { tree, limits, findings, files, path_bytes: 0, extents: 0, directory_bytes: 0, steps: 0, seen }
    }

    pub(super) fn place(&self, path: &str) -> String {
        format!("{} /{path}", self.tree)
    }

    pub(super) fn find(&mut self, code: FindingCode, path: &str, text: impl Into<String>) {
        let place = self.place(path);
        self.findings.add(code, place, text);
    }

    fn over(&self, what: &'static str, limit: u64) -> ReadError {
        ReadError::Limit { tree: self.tree, what, limit }
    }

    pub(super) fn push(&mut self, file: FileInfo) -> Result<(), ReadError> {
        self.path_bytes += file.path.len() as u64;
        self.extents += file.extents.len();
        if self.files.len() >= self.limits.entries {
            return Err(self.over("entries", self.limits.entries as u64));
        }
        if self.path_bytes > self.limits.path_bytes {
            return Err(self.over("bytes of paths", self.limits.path_bytes));
        }
        self.check_extents(0)?;
        self.files.push(file);
        Ok(())
    }

    /// Room for `more` extents than the list has.
    pub(super) fn check_extents(&self, more: usize) -> Result<(), ReadError> {
        if self.extents.saturating_add(more) > self.limits.extents {
            return Err(self.over("extents", self.limits.extents as u64));
        }
        Ok(())
    }

    /// Room for a directory of `bytes`.
    pub(super) fn directory(&mut self, bytes: u64) -> Result<(), ReadError> {
        self.directory_bytes = self.directory_bytes.saturating_add(bytes);
        if self.directory_bytes > self.limits.directory_bytes {
            return Err(self.over("bytes of directories", self.limits.directory_bytes));
        }
        Ok(())
    }

    /// Notes work on allocation descriptors, or on the continuation areas of Rock Ridge.
    pub(super) fn steps(&mut self, more: usize) -> Result<(), ReadError> {
        self.steps = self.steps.saturating_add(more);
        if self.steps > self.limits.steps() {
            return Err(self.over("steps through descriptors of files", self.limits.steps() as u64));
        }
        Ok(())
    }

    /// Whether the directory that `offset` describes may be entered: not seen before, and not too deep.
    pub(super) fn enter(&mut self, offset: u64, path: &str, depth: usize) -> bool {
        if depth > self.limits.depth {
            self.find(FindingCode::Damaged, path, format!("deeper than {} folders; not followed", self.limits.depth));
            return false;
        }
        let new = self.seen.insert(offset);
        if !new {
            self.find(FindingCode::Cycle, path, "leads to a directory that was read already; not followed");
        }
        new
    }

    /// `name` below `folder`, changed where it could not be a name in any file system.
    pub(super) fn join(&mut self, folder: &str, name: &str) -> String {
        let clean: String = name.chars().map(|c| if matches!(c, '/' | '\0') { '_' } else { c }).collect();
        let clean = if matches!(clean.as_str(), "" | "." | "..") { "_".to_owned() } else { clean };
        if clean != name {
            self.find(FindingCode::Name, folder, format!("the name {name:?} is read as {clean:?}"));
        }
        if folder.is_empty() { clean } else { format!("{folder}/{clean}") }
    }

    /// Notes a name that its folder holds twice.
    pub(super) fn check_unique(&mut self, names: &mut HashSet<String>, path: &str) {
        if !names.insert(path.to_owned()) {
            self.find(FindingCode::Name, path, "the name is used twice in its folder");
        }
    }
}
