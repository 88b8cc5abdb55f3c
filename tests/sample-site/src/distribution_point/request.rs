//! A request as it comes over the wire (RFC 9112), and the names in its address (RFC 3986).
use std::io::{self, BufRead, Read as _};

/// More than this in front of the body, or in it, and the request is refused.
const MOST: u64 = 1 << 20;

/// What a client asks for.
#[derive(Debug, Clone, Default)]
pub(super) struct Request {
    pub(super) method: String,
    /// The address as it was written.
    pub(super) target: String,
    /// Names in lower case.
    headers: Vec<(String, String)>,
}

impl Request {
    /// The next request of a connection; `None` when there is none any more.
    pub(super) fn read(reader: &mut impl BufRead) -> io::Result<Option<Self>> {
        let mut head = reader.by_ref().take(MOST);
        let Some(first) = line(&mut head)? else { return Ok(None) };
        let mut words = first.split(' ');
        let (method, target) = (words.next().unwrap_or_default(), words.next().unwrap_or_default());
        let mut request = Self { method: method.to_owned(), target: target.to_owned(), headers: Vec::new() };
        while let Some(text) = line(&mut head)?.filter(|text| !text.is_empty()) {
            let (name, value) = text.split_once(':').ok_or_else(|| bad("a header without colon"))?;
            request.headers.push((name.to_ascii_lowercase(), value.trim().to_owned()));
        }
        let length = request.header("content-length").map_or(Ok(0), str::parse).map_err(|_| bad("a length"))?;
        if length > MOST {
            return Err(bad("a body that is too long"));
        }
        io::copy(&mut reader.by_ref().take(length), &mut io::sink())?;
        Ok(Some(request))
    }

    /// The first header of this name, which is in lower case.
    pub(super) fn header(&self, name: &str) -> Option<&str> {
        self.headers.iter().find(|(own, _)| own == name).map(|(_, value)| value.as_str())
    }

    /// Whether the client goes on to use the connection.
    pub(super) fn keeps_alive(&self) -> bool {
        !self.header("connection").is_some_and(|value| value.eq_ignore_ascii_case("close"))
    }

    /// The names of the path and those of the query, decoded; `None` when they are no UTF-8. As in IIS, `\` parts names too.
    pub(super) fn names(&self) -> Option<(Vec<String>, Option<Vec<String>>)> {
        let after_host = match self.target.split_once("://") {
            Some((_, rest)) => rest.find('/').map_or("/", |at| &rest[at..]),
            None => &self.target,
        };
        let (path, query) = after_host.split_once('?').map_or((after_host, None), |(path, query)| (path, Some(query)));
        let names = |text: &str| {
            let text = decode(text)?.replace('\\', "/");
            Some(text.split('/').filter(|name| !name.is_empty()).map(str::to_owned).collect::<Vec<_>>())
        };
        match query {
            Some(query) => Some((names(path)?, Some(names(query)?))),
            None => Some((names(path)?, None)),
        }
    }

    /// The part of a file that is asked for: first byte and, if told, last one.
    pub(super) fn range(&self) -> Option<(u64, Option<u64>)> {
        let (first, last) = self.header("range")?.strip_prefix("bytes=")?.split_once('-')?;
        let last = if last.is_empty() { None } else { Some(last.parse().ok()?) };
        Some((first.parse().ok()?, last))
    }
}

/// A line without its end, or `None` at the end of everything.
fn line(reader: &mut impl BufRead) -> io::Result<Option<String>> {
    let mut bytes = Vec::new();
    if reader.read_until(b'\n', &mut bytes)? == 0 {
        return Ok(None);
    }
    let text = String::from_utf8(bytes).map_err(|_| bad("no UTF-8"))?;
    Ok(Some(text.trim_end_matches(['\r', '\n']).to_owned()))
}

fn bad(what: &str) -> io::Error {
    io::Error::new(io::ErrorKind::InvalidData, format!("the request has {what}"))
}

/// Percent-encoding undone.
fn decode(text: &str) -> Option<String> {
    let (bytes, mut at, mut out) = (text.as_bytes(), 0, Vec::with_capacity(text.len()));
    while at < bytes.len() {
        let hex = (bytes[at] == b'%').then(|| text.get(at + 1..at + 3)).flatten();
        match hex.map(|digits| u8::from_str_radix(digits, 16)) {
            Some(Ok(byte)) => {
                out.push(byte);
                at += 3;
            }
            _ => {
                out.push(bytes[at]);
                at += 1;
            }
        }
    }
    String::from_utf8(out).ok()
}

/// A path with everything percent-encoded that has a meaning in an address; `/` stays.
pub(crate) fn encode(path: &str) -> String {
    let plain = |byte: u8| byte.is_ascii_alphanumeric() || b"-._~/$".contains(&byte);
    path.bytes().map(|byte| if plain(byte) { char::from(byte).to_string() } else { format!("%{byte:02X}") }).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(text: &str) -> Request {
        Request::read(&mut text.as_bytes()).unwrap().unwrap()
    }

    #[test]
    fn a_request_is_taken_apart() {
        let request =
            read("GET /SMS_DP_SMSPKG$/A.1/sccm?/a%20b/c.txt HTTP/1.1\r\nRange: bytes=5-\r\nconnection: close\r\n\r\n");
        let names = |list: &[&str]| list.iter().map(|&name| name.to_owned()).collect::<Vec<_>>();
        assert_eq!(request.names(), Some((names(&["SMS_DP_SMSPKG$", "A.1", "sccm"]), Some(names(&["a b", "c.txt"])))));
        assert_eq!((request.range(), request.keeps_alive()), (Some((5, None)), false));
        assert!(Request::read(&mut &b""[..]).unwrap().is_none());
    }

    #[test]
    fn a_body_is_read_over() {
        let mut text = &b"PROPFIND / HTTP/1.1\r\nContent-Length: 3\r\n\r\nabcGET /x HTTP/1.1\r\n\r\n"[..];
        assert_eq!(Request::read(&mut text).unwrap().unwrap().method, "PROPFIND");
        assert_eq!(Request::read(&mut text).unwrap().unwrap().target, "/x");
    }

    #[test]
    fn what_is_encoded_is_decoded() {
        for name in ["a b", "#1", "%41", "a+b", "caf\u{e9}", "\u{1f680}", "a&b;c=d[x]?"] {
            assert_eq!(decode(&encode(name)).as_deref(), Some(name));
        }
        assert_eq!(decode("100%"), Some("100%".to_owned()));
        assert_eq!(decode("%FF"), None);
    }
}
