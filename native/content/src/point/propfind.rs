//! The other way to list a folder: the answer to PROPFIND (RFC 4918 9.1), which the clients of the product use.

use super::listing::{Entry, ListingError};
use tsm_net::{Url, decode};

/// The body of the request: only what is read.
pub(super) const REQUEST: &str = "<?xml version=\"1.0\" encoding=\"utf-8\"?>\
    <D:propfind xmlns:D=\"DAV:\"><D:prop><D:resourcetype/><D:getcontentlength/></D:prop></D:propfind>";

/// The entries of `folder`, from a multistatus of depth 1. The folder itself is in it, and left out.
pub(super) fn read(text: &str, folder: &Url) -> Result<Vec<Entry>, ListingError> {
    let document = roxmltree::Document::parse(text).map_err(|_| ListingError::Form("it is no XML"))?;
    let root = document.root_element();
    if root.tag_name().name() != "multistatus" {
        return Err(ListingError::Form("it is no multistatus"));
    }
    let wanted = decode(folder.path()).unwrap_or_default();
    let mut entries = Vec::new();
    for response in root.children().filter(|n| n.tag_name().name() == "response") {
        let href = response.children().find(|n| n.tag_name().name() == "href").and_then(|n| n.text());
        let href = href.ok_or(ListingError::Form("an entry has no address"))?.trim();
        let is_folder = response.descendants().any(|n| n.tag_name().name() == "collection");
        if let Some(name) = name_of(href, &wanted)? {
            entries.push(Entry { name, is_folder });
        }
    }
    Ok(entries)
}

/// The name behind an address or path; `None` for the folder itself.
fn name_of(href: &str, wanted: &str) -> Result<Option<String>, ListingError> {
    let foreign = || ListingError::Foreign(href.to_owned());
    let path = match href.split_once("://") {
        Some((_, rest)) => rest.find('/').and_then(|at| rest.get(at..)).ok_or_else(foreign)?,
        None => href,
    };
    let path = path.trim_end_matches('/');
    let (parent, name) = path.rsplit_once('/').ok_or_else(foreign)?;
    let (parent, name) = (decode(parent).ok_or_else(foreign)?, decode(name).ok_or_else(foreign)?);
    if format!("{parent}/{name}").to_lowercase() == wanted.to_lowercase() {
        return Ok(None);
    }
    if parent.to_lowercase() != wanted.to_lowercase() {
        return Err(foreign());
    }
    Ok(Some(name))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn entries(hrefs: &[(&str, bool)]) -> Result<Vec<(String, bool)>, ListingError> {
        let mut text = "<?xml version=\"1.0\"?><d:multistatus xmlns:d=\"DAV:\">".to_owned();
        for (href, is_folder) in hrefs {
            let kind = if *is_folder { "<d:collection/>" } else { "" };
            text.push_str(&format!(
                "<d:response><d:href>{href}</d:href><d:propstat><d:prop><d:resourcetype>{kind}</d:resourcetype></d:prop>\
                 </d:propstat></d:response>"
            ));
        }
        text.push_str("</d:multistatus>");
        let folder = Url::parse("http://dp1/SMS_DP_SMSPKG$/PS100011.2").unwrap();
        Ok(read(&text, &folder)?.into_iter().map(|e| (e.name, e.is_folder)).collect())
    }

    #[test]
    fn the_folder_itself_is_left_out_and_names_are_decoded() {
        let found = entries(&[
            ("/SMS_DP_SMSPKG$/PS100011.2/", true),
            ("/SMS_DP_SMSPKG$/PS100011.2/Sub/", true),
            ("http://dp1/sms_dp_smspkg%24/PS100011.2/a%20b.txt", false),
        ]);
        assert_eq!(found.unwrap(), [("Sub".to_owned(), true), ("a b.txt".to_owned(), false)]);
    }

    #[test]
    fn what_lies_elsewhere_and_what_is_no_multistatus_is_refused() {
        assert!(matches!(entries(&[("/other/x", false)]), Err(ListingError::Foreign(_))));
        let folder = Url::parse("http://dp1/x").unwrap();
        for text in ["", "<a/>", "<!DOCTYPE a [<!ENTITY b 'c'>]><multistatus/>"] {
            assert!(matches!(read(text, &folder), Err(ListingError::Form(_))), "{text}");
        }
    }
}
