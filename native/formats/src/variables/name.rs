//! Which names a customer may give to a task sequence variable.
//!
//! The rules are those of "How to use task sequence variables in Configuration Manager" (Microsoft Learn): letters,
//! digits, underscore and hyphen, 1 to 256 characters, beginning with a letter; names with a leading underscore are
//! read-only variables of the product.

use std::fmt;

/// The longest name that the documentation allows, in characters.
const MAX_LEN: usize = 256;

/// A name that cannot be given to a customer's variable.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("'{}' is no name for a task sequence variable: {reason}", .name.escape_debug())]
pub struct NameError {
    /// The name.
    pub name: String,
    /// What is wrong with it.
    pub reason: NameReason,
}

/// What is wrong with a name.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum NameReason {
    /// No character at all.
    Empty,
    /// More characters than this.
    TooLong(usize),
    /// Begins with `_SMS`: a variable of the medium or the client.
    Reserved,
    /// Begins with another underscore: read-only in a task sequence.
    ReadOnly,
    /// Does not begin with a letter, but with this.
    FirstCharacter(char),
    /// Holds a character other than letters, digits, underscore and hyphen.
    Character(char),
}

impl fmt::Display for NameReason {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Empty => f.write_str("it is empty"),
            Self::TooLong(limit) => write!(f, "it has more than {limit} characters"),
            Self::Reserved => f.write_str("names that begin with _SMS belong to Configuration Manager"),
            Self::ReadOnly => f.write_str("names that begin with an underscore are read-only variables"),
            Self::FirstCharacter(found) => {
                write!(f, "it must begin with a letter from A to Z, not with '{}'", found.escape_debug())
            }
            Self::Character(found) => {
                write!(f, "only letters, digits, '_' and '-' are allowed, not '{}'", found.escape_debug())
            }
        }
    }
}

/// Checks a name that a customer gives to a variable.
///
/// # Errors
/// [`NameError`] with the first rule that the name breaks.
pub fn check_customer_name(name: &str) -> Result<(), NameError> {
    match broken_rule(name) {
        None => Ok(()),
        Some(reason) => Err(NameError { name: name.to_owned(), reason }),
    }
}

fn broken_rule(name: &str) -> Option<NameReason> {
    let first = match name.chars().next() {
        None => return Some(NameReason::Empty),
        Some(first) => first,
    };
    if name.chars().nth(MAX_LEN).is_some() {
        return Some(NameReason::TooLong(MAX_LEN));
    }
    if name.get(..4).is_some_and(|start| start.eq_ignore_ascii_case("_SMS")) {
        return Some(NameReason::Reserved);
    }
    if first == '_' {
        return Some(NameReason::ReadOnly);
    }
    if let Some(found) = name.chars().find(|c| !c.is_ascii_alphanumeric() && !matches!(c, '_' | '-')) {
        return Some(NameReason::Character(found));
    }
    (!first.is_ascii_alphabetic()).then_some(NameReason::FirstCharacter(first))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn documented_names_are_allowed() {
        for name in ["a", "OSDComputerName", "My-Var_2", "SMSTSUDAUsers", "SMSTSPreferredAdvertID", &"x".repeat(256)] {
            assert_eq!(check_customer_name(name), Ok(()), "{name}");
        }
    }

    #[test]
    fn every_other_name_is_refused_with_its_reason() {
        use NameReason::{Character, Empty, FirstCharacter, ReadOnly, Reserved, TooLong};
        for (name, reason) in [
            ("", Empty),
            (&"x".repeat(257), TooLong(256)),
            ("_SMSTSMediaPFX", Reserved),
            ("_smsTSx", Reserved),
            ("_other", ReadOnly),
            ("_\u{e4}\u{e4}", ReadOnly),
            ("1abc", FirstCharacter('1')),
            ("-abc", FirstCharacter('-')),
            ("a b", Character(' ')),
            ("a=b", Character('=')),
            ("n\u{e9}", Character('\u{e9}')),
            ("a\0", Character('\0')),
            ("a\n", Character('\n')),
        ] {
            assert_eq!(check_customer_name(name).unwrap_err().reason, reason, "{name:?}");
        }
    }

    #[test]
    fn the_message_shows_no_raw_control_character() {
        let message = check_customer_name("a\u{1b}").unwrap_err().to_string();
        assert_eq!(
            message,
            "'a\\u{1b}' is no name for a task sequence variable: only letters, digits, '_' and '-' are allowed, not '\\u{1b}'"
        );
    }
}
