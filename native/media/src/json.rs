//! Helpers for reading JSON that people wrote.

/// The message of a JSON error without its position, which is said elsewhere.
pub(crate) fn plain_message(error: &serde_json::Error) -> String {
    let text = error.to_string();
    match text.rfind(" at line ") {
        Some(end) => text[..end].to_owned(),
        None => text,
    }
}

/// The candidate that is most like `name`, if any is like it at all; of equals the first. A part of a name is like the whole.
pub(crate) fn nearest<'a>(name: &str, candidates: impl Iterator<Item = &'a str>) -> Option<&'a str> {
    const LIKENESS_OF_A_PART: f64 = 0.85;
    let name = name.to_ascii_lowercase();
    candidates
        .map(|c| {
            let candidate = c.to_ascii_lowercase();
            let part = name.len() > 3 && candidate.contains(&name);
            let likeness = strsim::jaro_winkler(&name, &candidate);
            (if part { likeness.max(LIKENESS_OF_A_PART) } else { likeness }, c)
        })
        .filter(|(likeness, _)| *likeness > 0.75)
        .reduce(|best, next| if next.0 > best.0 { next } else { best })
        .map(|(_, c)| c)
}
