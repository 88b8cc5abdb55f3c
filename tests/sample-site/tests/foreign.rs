//! The servers of others serve the library as it is; asked by curl.
#![cfg(unix)]
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, missing_docs)]

mod common;
use std::process::Command;

use common::{Scratch, skipped};
use tsm_sample_site::foreign::{Apache, ClientCertificates, Nginx, Realm, find};
use tsm_sample_site::{Authority, Flaw, MadeFile, Site, SiteOptions};

/// A site, when everything that is needed is installed.
fn site(programs: &[&str]) -> Option<(Scratch, Site)> {
    for program in [&["curl"], programs].concat() {
        if find(program).is_none() {
            skipped(&format!("{program} is not installed"));
            return None;
        }
    }
    let scratch = Scratch::new();
    let site = common::site(&scratch.path("site"), &SiteOptions::default())?;
    Some((scratch, site))
}

/// Status and body.
fn curl_with(mut command: Command, url: &str, more: &[&str]) -> (u16, Vec<u8>) {
    let output = command.args(["-s", "-g", "-m", "20", "-w", "%{stderr}%{http_code}"]).args(more).arg(url).output();
    let output = output.unwrap();
    (String::from_utf8_lossy(&output.stderr).parse().unwrap(), output.stdout)
}

fn curl(url: &str, more: &[&str]) -> (u16, Vec<u8>) {
    curl_with(Command::new("curl"), url, more)
}

fn encode(path: &str) -> String {
    let plain = |b: u8| b.is_ascii_alphanumeric() || b"/.-_".contains(&b);
    path.bytes().map(|b| if plain(b) { char::from(b).to_string() } else { format!("%{b:02X}") }).collect()
}

/// Every file of the package with hard names, in three forms.
fn check_files(site: &Site, url: &str) {
    let content = &site.package("PS100011").unwrap().contents[0];
    let bytes = |file: &MadeFile| std::fs::read(site.file_of_hash(&file.hash).unwrap()).unwrap();
    for file in &content.files {
        let path = encode(&file.path);
        let base = format!("{url}/SMS_DP_SMSPKG$");
        let record = site.libraries()[0].join(format!("DataLib/{}/{}.INI", content.id, file.path));
        for (url, wanted) in [
            (format!("{base}/Datalib/{}/{path}.INI", content.id), std::fs::read(record).unwrap()),
            (format!("{base}/FileLib/{}/{}", &file.hash[..4], file.hash), bytes(file)),
            (format!("{base}/{}/{path}", content.id), bytes(file)),
        ] {
            let (status, body) = curl(&url, &[]);
            assert!(status == 200 && body == wanted, "{url}: {status}");
        }
    }
    let file = content.files.iter().find(|file| file.size == 10_000).unwrap();
    let url = format!("{url}/SMS_DP_SMSPKG$/FileLib/{}/{}", &file.hash[..4], file.hash);
    assert_eq!(curl(&url, &["-r", "100-199"]), (206, bytes(file)[100..200].to_vec()));
}

#[test]
fn nginx_serves_files_ranges_and_listings() {
    let Some((_scratch, site)) = site(&["nginx"]) else { return };
    let nginx = Nginx::start(&site.libraries()).unwrap();
    check_files(&site, nginx.url());
    let (status, page) = curl(&format!("{}/SMS_DP_SMSPKG$/PS100011.2", nginx.url()), &[]);
    let page = String::from_utf8(page).unwrap();
    assert!(
        status == 200 && page.contains(&format!("href=\"{}/SMS_DP_SMSPKG$/PS100011.2/Empty\"", nginx.url())),
        "{page}"
    );
    assert!(nginx.log().unwrap().iter().any(|line| line.ends_with(" 206 100 bytes=100-199")));
}

#[test]
fn nginx_wants_client_certificates() {
    let Some((scratch, site)) = site(&["nginx"]) else { return };
    let authority = Authority::new("ours").unwrap();
    let server = authority.server(Flaw::None).unwrap();
    let nginx = Nginx::start_tls(&site.libraries(), &server, &authority, ClientCertificates::Needed).unwrap();
    let client = authority.client().unwrap();
    let write = |name: &str, text: &str| {
        std::fs::write(scratch.path(name), text).unwrap();
        scratch.path(name).into_string()
    };
    let (ca, own, key) =
        (write("ca.pem", &authority.pem()), write("client.pem", &client.certificate), write("client.key", &client.key));
    let url = format!("{}/SMS_DP_SMSPKG$/PkgLib/PS100011.INI", nginx.url());
    assert_eq!(curl(&url, &["--cacert", &ca]).0, 400);
    assert_eq!(curl(&url, &["--cacert", &ca, "--cert", &own, "--key", &key]).0, 200);
}

#[test]
fn apache_serves_files_ranges_and_propfind() {
    let Some((_scratch, site)) = site(&["apache2"]) else { return };
    let apache = Apache::start(&site).unwrap();
    check_files(&site, apache.url());
    let url = format!("{}/SMS_DP_SMSPKG$/PS100011.2", apache.url());
    let (status, answer) = curl(&url, &["-X", "PROPFIND", "-H", "Depth: 1"]);
    let answer = String::from_utf8(answer).unwrap();
    assert_eq!(status, 207, "{answer}");
    for part in ["/PS100011.2/Empty/</D:href>", "/PS100011.2/zero.dat</D:href>", "<D:collection/>"] {
        assert!(answer.contains(part), "{part} is missing in {answer}");
    }
}

#[test]
fn apache_lets_in_who_has_a_ticket() {
    let Some((_scratch, site)) = site(&["apache2", "krb5kdc", "kadmin.local", "kdb5_util", "kinit"]) else { return };
    let realm = Realm::start().unwrap();
    let apache = realm.apache(&site).unwrap();
    let url = format!("{}/SMS_DP_SMSPKG$/PkgLib/PS100011.INI", apache.url());
    assert_eq!(curl(&url, &[]).0, 401);
    let (status, body) = curl_with(realm.command("curl").unwrap(), &url, &["--negotiate", "-u", ":"]);
    let wanted = std::fs::read(site.libraries()[0].join("PkgLib/PS100011.INI")).unwrap();
    assert_eq!((status, body), (200, wanted));
}
