//! Small helps for messages.

/// The text with a capital letter in front, for a message that begins with it.
pub(crate) fn sentence(text: &str) -> String {
    let mut chars = text.chars();
    chars.next().map_or_else(String::new, |first| first.to_uppercase().chain(chars).collect())
}

/// Whether two paths differ at most in the case of their letters.
pub(crate) fn same_in_any_case(one: &str, other: &str) -> bool {
    // Nearly all paths are ASCII, and lists are long: no copies for those.
    let ascii = one.is_ascii() && other.is_ascii();
    one.eq_ignore_ascii_case(other) || (!ascii && one.to_lowercase() == other.to_lowercase())
}

/// Whether a path begins with ASCII letters, whatever their case.
pub(crate) fn begins_in_any_case(path: &str, begin: &str) -> bool {
    path.get(..begin.len()).is_some_and(|first| first.eq_ignore_ascii_case(begin))
}

/// A number of bytes for people: `1.4 MiB`.
pub(crate) fn bytes(count: u64) -> String {
    const UNITS: [&str; 5] = ["bytes", "KiB", "MiB", "GiB", "TiB"];
    let mut value = count as f64;
    let mut unit = 0;
    while value >= 1024.0 && unit + 1 < UNITS.len() {
        value /= 1024.0;
        unit += 1;
    }
    if unit == 0 { format!("{count} bytes") } else { format!("{value:.1} {}", UNITS[unit]) }
}

/// The bytes of hexadecimal digits; `None` for any other text.
pub(crate) fn from_hex(text: &str) -> Option<Vec<u8>> {
    let digits: Option<Vec<u8>> = text.chars().map(|c| c.to_digit(16).and_then(|d| u8::try_from(d).ok())).collect();
    let digits = digits?;
    (digits.len() % 2 == 0).then(|| digits.chunks(2).map(|pair| (pair[0] << 4) | pair[1]).collect())
}

/// Bytes as upper-case hexadecimal digits.
pub(crate) fn hex(bytes: &[u8]) -> String {
    use std::fmt::Write;
    bytes.iter().fold(String::with_capacity(bytes.len() * 2), |mut text, byte| {
        let _ = write!(text, "{byte:02X}");
        text
    })
}
