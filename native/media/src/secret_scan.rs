//! Texts that look as if they held a secret: names of variables, their values, command lines.
//!
//! A text that looks like one and is none costs a warning; a secret that is not recognised stands in a log. So the rules
//! are broad.

/// Parts of names under which people keep secrets.
const WORDS: &[&str] = &[
    "password",
    "passwd",
    "passphrase",
    "pwd",
    "secret",
    "token",
    "apikey",
    "api_key",
    "api-key",
    "accesskey",
    "accountkey",
    "privatekey",
    "productkey",
    "credential",
    "sharedaccesssignature",
];

/// Beginnings of texts that are secrets by themselves: keys, tokens of services.
const BEGINNINGS: &[&str] = &["-----BEGIN", "AKIA", "ghp_", "github_pat_", "xoxb-", "xoxp-", "eyJ"];

/// Whether a variable of this name usually holds a secret.
pub(crate) fn is_secret_name(name: &str) -> bool {
    let name = name.to_ascii_lowercase();
    WORDS.iter().any(|word| name.contains(word))
}

/// Whether a text holds a secret: `password=...`, `/pwd:...`, `-Password ...`, `https://user:word@server`, a key, a token.
pub(crate) fn holds_secret(text: &str) -> bool {
    names_a_secret(text) || has_user_information(text) || text.split_whitespace().any(is_key_or_token)
}

/// A word of the list that something is given to.
fn names_a_secret(text: &str) -> bool {
    let text = text.to_ascii_lowercase();
    WORDS.iter().any(|word| {
        text.match_indices(word).any(|(at, _)| {
            let behind = text[at + word.len()..].trim_start_matches(['"', '\'']);
            let assigned = behind.trim_start().strip_prefix(['=', ':']);
            // `-Password value`; the word itself may be the end of a longer one: `-AdminPassword value`.
            let is_option = text[..at].rsplit(char::is_whitespace).next().is_some_and(|w| w.starts_with(['-', '/']));
            let follows = behind.starts_with(char::is_whitespace).then(|| behind.trim_start());
            let value = assigned.or_else(|| follows.filter(|v| is_option && !v.starts_with(['-', '/'])));
            value.is_some_and(|v| !v.trim().is_empty())
        })
    })
}

/// `scheme://user:word@server` (RFC 3986, 3.2.1).
fn has_user_information(text: &str) -> bool {
    text.match_indices("://").any(|(at, mark)| {
        let server = text[at + mark.len()..].split(['/', '?', '#', ' ', '"']).next().unwrap_or_default();
        server.rsplit_once('@').is_some_and(|(user, _)| user.contains(':'))
    })
}

fn is_key_or_token(word: &str) -> bool {
    let word = word.trim_start_matches(['"', '\'']);
    const SHORTEST: usize = 16;
    word.len() >= SHORTEST && BEGINNINGS.iter().any(|begin| word.starts_with(begin)) || word.starts_with("-----BEGIN")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_that_say_so_are_secret() {
        for name in ["OSDJoinPassword", "adminPWD", "ServiceToken", "My_Api_Key", "OSDProductKey", "CLIENTSECRET"] {
            assert!(is_secret_name(name), "{name}");
        }
        for name in ["OSDComputerName", "Zone", "SMSTSPreferredAdvertID", "Keyboard", "Path"] {
            assert!(!is_secret_name(name), "{name}");
        }
    }

    #[test]
    fn texts_that_hold_one_are_found() {
        for text in [
            "cmd /C join.cmd /password:Hunter2",
            "net use z: \\\\srv\\x /user:a /pwd=b",
            "powershell -File a.ps1 -AdminPassword Hunter2",
            "Server=db;Password = 'x';",
            "https://user:word@server/share",
            "DefaultEndpointsProtocol=https;AccountKey=abc==",
            "AKIAIOSFODNN7EXAMPLE",
            "eyJhbGciOiJIUzI1NiJ9.e30.x",
            "-----BEGIN RSA PRIVATE KEY-----",
        ] {
            assert!(holds_secret(text), "{text}");
        }
    }

    #[test]
    fn other_texts_are_left_alone() {
        for text in [
            "cmd /C start.cmd",
            "Change your password at the counter",
            "https://server/share",
            "https://server/a@b:c",
            "mailto a:b@c",
            "powershell -File reset-password.ps1 -Verbose",
            "powershell -AskPassword",
            "",
        ] {
            assert!(!holds_secret(text), "{text}");
        }
    }
}
