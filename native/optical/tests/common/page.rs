//! The tables in `docs/optical.md`: made by tests, each between two marks, and checked against what the tests found.
//!
//! `TSM_UPDATE_DOCS=1` writes them anew. The tables are of the tools of Debian 12; with those of others, which may do better,
//! they are not compared.

use std::path::Path;

/// Checks or writes what stands between the marks of `name`.
pub fn check(name: &str, text: &str) {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../docs/optical.md");
    let page = std::fs::read_to_string(&path).unwrap().replace("\r\n", "\n");
    let (open, close) = (format!("<!-- {name}: made by a test -->\n"), format!("<!-- end of {name} -->"));
    let (before, rest) = page.split_once(&open).unwrap_or_else(|| panic!("docs/optical.md has no mark {open:?}"));
    let (found, after) = rest.split_once(&close).unwrap_or_else(|| panic!("docs/optical.md has no mark {close:?}"));
    if std::env::var_os("TSM_UPDATE_DOCS").is_some() {
        std::fs::write(&path, format!("{before}{open}{text}{close}{after}")).unwrap();
        return;
    }
    let system = std::fs::read_to_string("/etc/os-release").unwrap_or_default();
    if !system.lines().any(|line| line == "VERSION_CODENAME=bookworm") {
        eprintln!("docs/optical.md was not compared: this is not Debian 12");
        return;
    }
    assert!(
        found == text,
        "docs/optical.md does not say what was found; write it anew with TSM_UPDATE_DOCS=1. Found:\n{text}"
    );
}

/// A table of Markdown: the heads of its columns, then its rows.
pub fn table(heads: &[&str], rows: &[Vec<String>]) -> String {
    let line = |cells: &[String]| format!("| {} |\n", cells.join(" | "));
    let heads: Vec<String> = heads.iter().map(|head| (*head).to_owned()).collect();
    let rule = format!("|{}\n", "---|".repeat(heads.len()));
    rows.iter().fold(line(&heads) + &rule, |text, row| text + &line(row))
}
