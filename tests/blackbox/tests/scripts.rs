//! Every PowerShell script of the project parses, shown where there is no PowerShell: a syntax error fails everywhere.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, missing_docs)]

use std::path::{Path, PathBuf};
use tree_sitter::{Node, Parser};

/// Folders of the checkout that hold scripts.
const FOLDERS: &[&str] = &["", "build", "module", "Pester", "tools"];

fn scripts() -> Vec<PathBuf> {
    fn walk(folder: &Path, deep: bool, found: &mut Vec<PathBuf>) {
        let Ok(entries) = std::fs::read_dir(folder) else { return };
        for entry in entries.map(Result::unwrap) {
            let path = entry.path();
            if path.is_dir() && deep {
                walk(&path, deep, found);
            } else if path.extension().is_some_and(|e| e == "ps1" || e == "psm1" || e == "psd1") {
                found.push(path);
            }
        }
    }
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../..").canonicalize().unwrap();
    let mut found = Vec::new();
    for folder in FOLDERS {
        walk(&root.join(folder), !folder.is_empty(), &mut found);
    }
    found.sort();
    found
}

fn parser() -> Parser {
    let mut parser = Parser::new();
    parser.set_language(&tree_sitter_powershell::LANGUAGE.into()).unwrap();
    parser
}

/// The text without what the grammar does not know, although PowerShell does: multipliers behind numbers, empty script
/// blocks, labels behind `break`. Every line stays a line.
fn within_the_grammar(text: &str) -> String {
    let mut plain = String::with_capacity(text.len());
    for line in text.lines() {
        let mut line = line.replace("{ }", "{ 0 }").replace("@{ 0 }", "@{ }").replace("break pump", "break");
        for suffix in ["KB", "MB", "GB", "L"] {
            line = without_multiplier(&line, suffix);
        }
        plain.push_str(&line);
        plain.push('\n');
    }
    plain
}

/// Takes `suffix` off where it stands directly behind a digit and nothing of a word follows.
fn without_multiplier(line: &str, suffix: &str) -> String {
    let mut plain = String::new();
    let mut rest = line;
    while let Some(place) = rest.find(suffix) {
        let (before, after) = (&rest[..place], &rest[place + suffix.len()..]);
        let word = before.rsplit(|c: char| !c.is_alphanumeric()).next().unwrap_or_default();
        let number = word.starts_with(|c: char| c.is_ascii_digit());
        plain.push_str(before);
        if !number || after.starts_with(|c: char| c.is_alphanumeric() || c == '_') {
            plain.push_str(suffix);
        }
        rest = after;
    }
    plain + rest
}

/// The first place that is no PowerShell.
fn first_error(text: &str) -> Option<(usize, usize)> {
    fn deepest(node: Node<'_>) -> Option<(usize, usize)> {
        if node.is_error() || node.is_missing() {
            let place = node.start_position();
            return Some((place.row + 1, place.column + 1));
        }
        let mut cursor = node.walk();
        let children: Vec<Node<'_>> = node.children(&mut cursor).collect();
        children.into_iter().filter(|c| c.has_error()).find_map(deepest)
    }
    let tree = parser().parse(within_the_grammar(text.trim_start_matches('\u{feff}')), None).unwrap();
    let root = tree.root_node();
    if root.has_error() { deepest(root).or(Some((1, 1))) } else { None }
}

#[test]
fn the_parser_sees_an_error() {
    assert_eq!(first_error("function Get-X {\n  param([string]$Name)\n  \"$Name\"\n}\n"), None);
    assert!(first_error("function Get-X {\n  param([string]$Name\n  \"$Name\"\n}\n").is_some());
    assert!(first_error("if ($a) {\n  'x'\n").is_some());
}

#[test]
fn every_script_parses() {
    let scripts = scripts();
    assert!(scripts.len() > 50, "only {} scripts were found", scripts.len());
    let faults: Vec<String> = scripts
        .iter()
        .filter_map(|path| {
            let (line, column) = first_error(&std::fs::read_to_string(path).unwrap())?;
            Some(format!("{}:{line}:{column}", path.display()))
        })
        .collect();
    assert!(faults.is_empty(), "no PowerShell: {faults:#?}");
}
