//! Lists of a folder: the page that a GET gives, and the answer to PROPFIND (RFC 4918).
use std::fmt::Write as _;

use super::request::encode;
use super::shelf::Entry;
use super::switches::{Behaviour, Switch};

/// What [`Switch::HugeListing`] adds, bytes.
const HUGE: usize = 50 << 20;

/// The folder of a page.
pub(crate) struct Page<'a> {
    /// The host and port that the client named.
    pub(crate) host: &'a str,
    /// The decoded path, without a slash at its end.
    pub(crate) path: &'a str,
    /// The list of all contents, whose visible names have a `\` in front.
    pub(crate) is_top: bool,
}

/// The page: in preformatted text a line an entry, with date, time, size or tag, and one link with an absolute address,
/// which begins with `http://` over HTTPS too.
pub(crate) fn html(page: &Page<'_>, entries: &[Entry], behaviour: &Behaviour) -> Vec<u8> {
    let mut text = format!("<html><head><title>{0}</title></head><body><H1>{0}</H1><hr>\r\n<pre>", escape(page.path));
    for entry in entries {
        let _ = write!(text, "{}\r\n", html_line(page, entry, behaviour));
    }
    if behaviour.has(Switch::ForeignLink) {
        let foreign = behaviour.foreign.as_deref().unwrap_or("http://elsewhere.contoso.test");
        let address = format!("{foreign}{}/foreign.txt", encode(page.path));
        let _ = write!(text, "{} <a href=\"{address}\">{address}</a><br>\r\n", columns(None, Some(7), behaviour));
    }
    text.push_str("</pre><hr></body></html>\r\n");
    let mut bytes = text.into_bytes();
    // Once for a content is enough.
    if behaviour.has(Switch::HugeListing) && page.path.matches('/').count() == 2 {
        let filler = b"<!-- nothing but a very long page -->\r\n";
        bytes.extend(filler.repeat(HUGE / filler.len()));
    }
    bytes
}

fn html_line(page: &Page<'_>, entry: &Entry, behaviour: &Behaviour) -> String {
    let mut path = format!("{}/{}", page.path, entry.name);
    if behaviour.has(Switch::OtherCase) {
        path = in_other_case(&path);
    }
    let mut address = format!("http://{}{}", page.host, encode(&path));
    if behaviour.has(Switch::Backslash) {
        let (host, path) = (format!("http://{}", page.host), encode(&path).replace('/', "\\"));
        address = format!("{host}{path}");
    }
    let shown = if page.is_top { format!("\\{}", entry.name) } else { format!("http://{}{path}", page.host) };
    let columns = columns(Some(entry.modified), entry.size, behaviour);
    format!("{columns} <a href=\"{}\">{}</a><br>", escape(&address), escape(&shown))
}

/// Date, time, and the size or the tag of a folder.
fn columns(modified: Option<i64>, size: Option<u64>, behaviour: &Behaviour) -> String {
    let german = behaviour.has(Switch::GermanDates);
    let time = jiff::Timestamp::from_second(modified.unwrap_or(0)).unwrap_or_default();
    let format = if german { "%d.%m.%Y  %H:%M" } else { "%-m/%-d/%Y  %-I:%M %P" };
    let date = time.to_zoned(jiff::tz::TimeZone::UTC).strftime(format).to_string();
    let what = match size {
        Some(size) if german => with_points(size),
        Some(size) => size.to_string(),
        None if behaviour.has(Switch::Semicolon) => "&lt;dir&gt;".to_owned(),
        None => "&lt;dir&gt".to_owned(),
    };
    format!("{date:>20} {what:>14}")
}

fn with_points(size: u64) -> String {
    let digits = size.to_string();
    let mut text = String::new();
    for (at, digit) in digits.chars().enumerate() {
        if at > 0 && (digits.len() - at).is_multiple_of(3) {
            text.push('.');
        }
        text.push(digit);
    }
    text
}

/// The application and the content ID in another case; names of files stay.
fn in_other_case(path: &str) -> String {
    let mut parts: Vec<String> = path.split('/').map(str::to_owned).collect();
    for part in parts.iter_mut().take(3) {
        *part = if *part == part.to_lowercase() { part.to_uppercase() } else { part.to_lowercase() };
    }
    parts.join("/")
}

/// The answer to PROPFIND with `Depth: 1`, or 0 when there are no entries to list: the folder itself, then what is in it.
pub(crate) fn multistatus(path: &str, entries: &[Entry]) -> Vec<u8> {
    let mut text = String::from("<?xml version=\"1.0\" encoding=\"utf-8\"?>\r\n<D:multistatus xmlns:D=\"DAV:\">\r\n");
    response(&mut text, &format!("{path}/"), None, 0);
    for entry in entries {
        let end = if entry.size.is_none() { "/" } else { "" };
        response(&mut text, &format!("{path}/{}{end}", entry.name), entry.size, entry.modified);
    }
    text.push_str("</D:multistatus>\r\n");
    text.into_bytes()
}

/// The answer to PROPFIND on a file.
pub(crate) fn multistatus_of_file(path: &str, size: u64) -> Vec<u8> {
    let mut text = String::from("<?xml version=\"1.0\" encoding=\"utf-8\"?>\r\n<D:multistatus xmlns:D=\"DAV:\">\r\n");
    response(&mut text, path, Some(size), 0);
    text.push_str("</D:multistatus>\r\n");
    text.into_bytes()
}

fn response(text: &mut String, path: &str, size: Option<u64>, modified: i64) {
    let kind = match size {
        Some(size) => format!("<D:resourcetype/><D:getcontentlength>{size}</D:getcontentlength>"),
        None => "<D:resourcetype><D:collection/></D:resourcetype>".to_owned(),
    };
    let _ = write!(
        text,
        "<D:response><D:href>{}</D:href><D:propstat><D:prop>{kind}<D:getlastmodified>{}</D:getlastmodified></D:prop>\
         <D:status>HTTP/1.1 200 OK</D:status></D:propstat></D:response>\r\n",
        escape(&encode(path)),
        http_date(modified)
    );
}

/// A time as HTTP writes it (RFC 9110, 5.6.7).
pub(super) fn http_date(seconds: i64) -> String {
    let time = jiff::Timestamp::from_second(seconds).unwrap_or_default();
    time.to_zoned(jiff::tz::TimeZone::UTC).strftime("%a, %d %b %Y %H:%M:%S GMT").to_string()
}

fn escape(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;").replace('"', "&quot;")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn page(entries: &[Entry], behaviour: &Behaviour) -> String {
        let page = Page { host: "dp:8080", path: "/SMS_DP_SMSPKG$/PS100011.2", is_top: false };
        String::from_utf8(html(&page, entries, behaviour)).unwrap()
    }

    fn entry(name: &str, size: Option<u64>) -> Entry {
        Entry { name: name.to_owned(), size, modified: 1_700_000_000 }
    }

    #[test]
    fn a_line_is_as_it_was_seen() {
        let text = page(&[entry("Sub", None), entry("a&b #1.txt", Some(1_234_567))], &Behaviour::default());
        assert!(text.contains("11/14/2023  10:13 pm"), "{text}");
        assert!(
            text.contains("&lt;dir&gt <a href=\"http://dp:8080/SMS_DP_SMSPKG$/PS100011.2/Sub\">http://dp:8080/"),
            "{text}"
        );
        assert!(text.contains("1234567 <a href=\"http://dp:8080/SMS_DP_SMSPKG$/PS100011.2/a%26b%20%231.txt\">"));
        assert!(text.contains(">http://dp:8080/SMS_DP_SMSPKG$/PS100011.2/a&amp;b #1.txt</a>"));
    }

    #[test]
    fn switches_change_the_form() {
        let entries = [entry("Sub", None), entry("a.txt", Some(1_234_567))];
        assert!(page(&entries, &Behaviour::with(&[Switch::Semicolon])).contains("&lt;dir&gt; <a"));
        let german = page(&entries, &Behaviour::with(&[Switch::GermanDates]));
        assert!(german.contains("14.11.2023  22:13") && german.contains(" 1.234.567 <a"), "{german}");
        let slashes = page(&entries, &Behaviour::with(&[Switch::Backslash]));
        assert!(slashes.contains("href=\"http://dp:8080\\SMS_DP_SMSPKG$\\PS100011.2\\a.txt\""), "{slashes}");
        let case = page(&entries, &Behaviour::with(&[Switch::OtherCase]));
        assert!(case.contains("/sms_dp_smspkg$/ps100011.2/a.txt"), "{case}");
        assert!(page(&entries, &Behaviour::with(&[Switch::ForeignLink])).contains("http://elsewhere.contoso.test/"));
    }
}
