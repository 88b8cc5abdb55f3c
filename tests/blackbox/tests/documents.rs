//! Documents that are made from the code: they must say what the code says.
//!
//! `TSM_UPDATE_DOCS=1 cargo test -p tsm-blackbox --test documents` writes them anew.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, missing_docs)]

use std::fmt::Write;
use std::path::PathBuf;
use tsm_formats::{Evidence, MediaProfile};
use tsm_media::ErrorKind;

fn check(name: &str, text: &str) {
    let path = PathBuf::from(concat!(env!("CARGO_MANIFEST_DIR"), "/../../docs")).join(name);
    if std::env::var_os("TSM_UPDATE_DOCS").is_some() {
        std::fs::create_dir_all(path.parent().unwrap()).unwrap();
        std::fs::write(&path, text).unwrap();
    }
    let found = std::fs::read_to_string(&path).unwrap_or_default().replace("\r\n", "\n");
    assert!(found == text, "docs/{name} is not what the code says; write it anew with TSM_UPDATE_DOCS=1");
}

#[test]
fn the_schemas_of_all_formats_are_published() {
    for name in ["definition", "facts", "manifest"] {
        let schema = serde_json::to_string_pretty(&tsm_media::schema(name).unwrap()).unwrap();
        check(&format!("schema/{name}.schema.json"), &format!("{schema}\n"));
    }
}

#[test]
fn the_page_of_the_media_profile_lists_every_value() {
    let items = MediaProfile::default().evidence();
    let mut page = String::from(
        "# The media profile: what is known about the product's media\n\n\
         Made from the code (`native/formats/src/profile`); a test keeps it current. No sample of real media is public, so every\n\
         value that a medium needs and that is not proven stands in one place, the media profile, with the kind of evidence there\n\
         is for it. `Get-TaskSequenceMedia -ProfileEvidence` (or `tsmedia show --profile-evidence`) holds a real medium against\n\
         it; `-MediaProfile <file>` overrides values without a new release.\n",
    );
    for (title, kinds) in [
        ("Proven or documented", &[Evidence::Proven, Evidence::Documented][..]),
        ("Seen in public programs, logs or listings", &[Evidence::Source, Evidence::Log]),
        ("Inferred", &[Evidence::Inferred]),
        ("General knowledge or unknown", &[Evidence::General, Evidence::Unknown]),
    ] {
        write!(page, "\n## {title}\n\n| value | built in | evidence | what would settle it |\n|---|---|---|---|\n")
            .unwrap();
        for item in items.iter().filter(|i| kinds.contains(&i.evidence)) {
            let value = item.value.to_string().replace('|', "\\|");
            let shown = if value.len() > 120 { format!("{}...", &value[..117]) } else { value };
            writeln!(page, "| `{}` | `{shown}` | {:?} | {} |", item.key, item.evidence, item.settled_by).unwrap();
        }
    }
    check("profile.md", &page);
}

#[test]
fn the_page_of_errors_lists_every_number() {
    let mut page = String::from(
        "# Errors\n\nMade from the code (`native/media/src/kinds.rs`); a test keeps it current. A number is never used again for\n\
         something else. 10xx input, 11xx site, 12xx content, 13xx certificate, 14xx target, 15xx boot image and layout,\n\
         16xx build, 17xx verification, 18xx publication, 19xx the program itself.\n\n| number | name | what to do |\n|---|---|---|\n",
    );
    for kind in ErrorKind::ALL {
        writeln!(page, "| {} | {} | {} |", kind.code(), kind.symbol(), kind.action()).unwrap();
    }
    check("errors.md", &page);
}

#[test]
fn the_page_of_checks_lists_the_catalogue() {
    let mut page = String::from(
        "# Checks of a definition\n\nMade from the code (`native/media/src/checks.rs`); a test keeps it current. What is allowed but unwise is a warning, what only\n\
         fails in the field a failed check; `-IgnoreTestFailure` builds in spite of it. Checks of values, boot image, content and folders are not\n\
         listed: their errors have the numbers of [errors.md](errors.md).\n\n| check | what should be true | what a client shows when it is not |\n|---|---|---|\n",
    );
    for check in tsm_media::check_catalogue() {
        writeln!(page, "| `{}` | {} | {} |", check.id, check.title, check.symptom.unwrap_or("-")).unwrap();
    }
    check("checks.md", &page);
}
