//! The distribution point, asked by curl: every form of address, every switch, every trouble.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, missing_docs)]

mod common;
use std::process::{Command, Stdio};
use std::sync::LazyLock;
use std::time::{Duration, Instant};

use common::{Scratch, skipped};
use tsm_sample_site::{
    Authority, Behaviour, DistributionPoint, Flaw, MadeFile, Site, SiteOptions, Switch, Trouble, What,
};

/// One site for all tests; none of them breaks it.
fn site() -> Option<&'static Site> {
    static SITE: LazyLock<Option<(Scratch, Site)>> = LazyLock::new(|| {
        if !has_curl() {
            return None;
        }
        let scratch = Scratch::new();
        let site = common::site(&scratch.path("site"), &SiteOptions::default())?;
        Some((scratch, site))
    });
    SITE.as_ref().map(|(_, site)| site)
}

fn has_curl() -> bool {
    let found = Command::new("curl").arg("--version").stdout(Stdio::null()).status().is_ok();
    if !found {
        skipped("curl is not installed");
    }
    found
}

/// What curl got.
struct Got {
    /// 0 when all was well for curl.
    exit: i32,
    status: u16,
    body: Vec<u8>,
    /// Header lines in lower case.
    headers: String,
}

impl Got {
    fn text(&self) -> String {
        String::from_utf8_lossy(&self.body).into_owned()
    }
}

fn curl(url: &str, more: &[&str]) -> Got {
    let scratch = Scratch::new();
    let (body, headers) = (scratch.path("body"), scratch.path("headers"));
    let fixed = ["-s", "-g", "--path-as-is", "-m", "20", "-o", body.as_str(), "-D", headers.as_str()];
    let output = Command::new("curl").args(fixed).args(["-w", "%{http_code}"]).args(more).arg(url).output().unwrap();
    Got {
        exit: output.status.code().unwrap(),
        status: String::from_utf8_lossy(&output.stdout).parse().unwrap(),
        body: std::fs::read(&body).unwrap_or_default(),
        headers: std::fs::read_to_string(&headers).unwrap_or_default().to_lowercase(),
    }
}

/// The package with hard names, and one of its files with more than a byte.
fn shared(site: &Site) -> (String, &MadeFile) {
    let content = &site.package("PS100011").unwrap().contents[0];
    (content.id.clone(), content.files.iter().find(|file| file.path == "Common/shared.dll").unwrap())
}

fn bytes(site: &Site, file: &MadeFile) -> Vec<u8> {
    std::fs::read(site.file_of_hash(&file.hash).unwrap()).unwrap()
}

fn encode(path: &str) -> String {
    path.bytes()
        .map(|b| {
            let plain = b.is_ascii_alphanumeric() || b"/.-_".contains(&b);
            if plain { char::from(b).to_string() } else { format!("%{b:02x}") }
        })
        .collect()
}

fn start(behaviour: Behaviour) -> Option<(DistributionPoint, String, &'static Site)> {
    let site = site()?;
    let point = DistributionPoint::start(site, behaviour).unwrap();
    let base = format!("{}/SMS_DP_SMSPKG$", point.url());
    Some((point, base, site))
}

#[test]
fn every_file_in_every_form() {
    let Some((_point, base, site)) = start(Behaviour::default()) else { return };
    let library = &site.libraries()[0];
    for (url, path) in
        [("PkgLib/PS100011.INI", "PkgLib/PS100011.INI"), ("Datalib/PS100011.2.INI", "DataLib/PS100011.2.INI")]
    {
        let got = curl(&format!("{base}/{url}"), &[]);
        assert_eq!((got.status, got.body), (200, std::fs::read(library.join(path)).unwrap()), "{url}");
        assert!(got.headers.contains("application/octet-stream"));
    }
    let content = &site.package("PS100011").unwrap().contents[0];
    for file in &content.files {
        let (id, path, hash) = (&content.id, encode(&file.path), &file.hash);
        let wanted = bytes(site, file);
        let record = std::fs::read(library.join(format!("DataLib/{id}/{}.INI", file.path))).unwrap();
        for (url, wanted) in [
            (format!("Datalib/{id}/{path}.INI"), &record),
            (format!("FileLib/{}/{hash}", &hash[..4]), &wanted),
            (format!("{id}/{path}"), &wanted),
            (format!("{id}/sccm?/{path}"), &wanted),
            (format!("{}/{path}", id.to_lowercase()), &wanted),
        ] {
            let got = curl(&format!("{base}/{url}"), &[]);
            assert_eq!((got.status, &got.body), (200, wanted), "{url}");
        }
    }
}

#[test]
fn folders_are_listed_and_headed_and_what_is_not_there_is_404() {
    let Some((point, base, _site)) = start(Behaviour::default()) else { return };
    let text = curl(&format!("{base}/PS100011.2"), &[]).text();
    let host = point.url().replace("http://", "");
    assert!(text.contains(&format!("&lt;dir&gt <a href=\"http://{host}/SMS_DP_SMSPKG$/PS100011.2/Empty\">")), "{text}");
    assert!(text.contains("zero.dat"));
    assert!(curl(&format!("{base}/PS100011.2/One/Two/Three"), &[]).text().contains("/One/Two/Three/deep.txt\">"));
    // The list of everything comes for a folder of DataLib too.
    for path in ["Datalib", "Datalib/PS100011.2"] {
        let text = curl(&format!("{base}/{path}"), &[]).text();
        assert!(text.contains(">\\PS100005.3.INI</a>") && text.contains(">\\PS100011.2</a>"), "{path}: {text}");
    }
    let head = curl(&format!("{base}/PS100011.2/zero.dat"), &["-I"]);
    assert!(head.status == 200 && head.headers.contains("content-length: 0"), "{}", head.headers);
    let head = curl(&format!("{base}/PS100011.2/Common/shared.dll"), &["-I"]);
    assert!(head.headers.contains("content-length: 10000"), "{}", head.headers);
    assert!(curl(&format!("{base}/PS100011.2/Common"), &["-I"]).headers.contains("content-length: 0"));
    for path in [
        "",
        "/nothing",
        "/PkgLib/PS1FFFFF.INI",
        "/FileLib/0000/0000",
        "/../PkgLib/PS100011.INI",
        "/PS100011.2/..%5c..%5cx",
    ] {
        assert_eq!(curl(&format!("{base}{path}"), &[]).status, 404, "{path}");
    }
    assert_eq!(curl(&format!("{}/other", point.url()), &[]).status, 404);
    assert!(point.seen().iter().all(|seen| seen.host == host));
}

#[test]
fn propfind_gives_a_multistatus() {
    let Some((point, base, _site)) = start(Behaviour::default()) else { return };
    let ask = |path: &str, depth: &str| {
        curl(&format!("{base}/{path}"), &["-X", "PROPFIND", "-H", &format!("Depth: {depth}")])
    };
    let got = ask("PS100011.2", "1");
    assert_eq!(got.status, 207);
    assert!(got.text().contains("<D:href>/SMS_DP_SMSPKG$/PS100011.2/Empty/</D:href>"), "{}", got.text());
    assert!(got.text().contains("/zero.dat</D:href>"));
    let names = ask("PS100011.2/Names", "1").text();
    assert!(names.contains("/Names/percent%20%2541.txt</D:href>"), "{names}");
    assert_eq!(ask("PS100011.2", "0").text().matches("<D:response>").count(), 1);
    // A package's ID stands for its content.
    assert!(ask("PS100011", "1").text().contains("zero.dat"));
    point.behave(Behaviour::with(&[Switch::NoPropfind]));
    let got = ask("PS100011.2", "1");
    assert!(got.status == 405 && got.headers.contains("allow: get, head"));
}

#[test]
fn signatures_come_as_something_like_tar() {
    let Some((point, _, site)) = start(Behaviour::default()) else { return };
    let body = curl(&format!("{}/SMS_DP_SMSSIG$/PS100012.1.tar", point.url()), &[]).body;
    let files = &site.package("PS100012").unwrap().contents[0].files;
    let (mut at, mut names) = (0, Vec::new());
    while at < body.len() {
        let header = &body[at..at + 512];
        names.push(String::from_utf8_lossy(&header[..100]).trim_end_matches('\0').replace('\\', "/"));
        let size = u64::from_str_radix(std::str::from_utf8(&header[124..135]).unwrap(), 8).unwrap() as usize;
        assert_eq!((&header[257..264], &header[148..156], (size - 24) % 18), (&b"ustar  "[..], &[0; 8][..], 0));
        at += 512 + size.next_multiple_of(512);
    }
    names.sort();
    let mut wanted: Vec<_> = files.iter().map(|file| file.path.clone()).collect();
    wanted.sort();
    assert_eq!(names, wanted);
}

#[test]
fn ranges_are_those_of_the_file_that_the_client_began_with() {
    let Some((point, base, site)) = start(Behaviour::default()) else { return };
    let (_, file) = shared(site);
    let (all, url) = (bytes(site, file), format!("{base}/FileLib/{}/{}", &file.hash[..4], file.hash));
    let part = curl(&url, &["-r", "100-199"]);
    assert_eq!((part.status, &part.body[..]), (206, &all[100..200]));
    assert!(part.headers.contains("content-range: bytes 100-199/10000"), "{}", part.headers);
    assert_eq!(curl(&url, &["-r", "9999-"]).body, &all[9999..]);
    assert_eq!(curl(&url, &["-r", "10000-"]).status, 416);
    let tag = part.headers.lines().find_map(|line| line.strip_prefix("etag: ")).unwrap().to_owned();
    let with = |tag: &str| curl(&url, &["-r", "100-", "-H", &format!("If-Range: {tag}")]).status;
    assert_eq!((with(&tag), with("\"other\"")), (206, 200));
    point.behave(Trouble::new(What::NewTag, "").into());
    assert_eq!(with(&tag), 200);
    point.behave(Behaviour::with(&[Switch::NoRanges]));
    assert_eq!(curl(&url, &["-r", "100-199"]).status, 200);
    point.behave(Behaviour::with(&[Switch::NoTags]));
    assert!(!curl(&url, &[]).headers.contains("etag"));
}

#[test]
fn forms_can_be_switched_off_and_filtered() {
    let Some((point, base, site)) = start(Behaviour::default()) else { return };
    let (id, file) = shared(site);
    let file_lib = format!("FileLib/{}/{}", &file.hash[..4], file.hash);
    for (switch, path) in [
        (Switch::NoPkgLib, "PkgLib/PS100011.INI".to_owned()),
        (Switch::NoFileLib, file_lib),
        (Switch::NoQueryForm, format!("{id}/sccm?/Common/shared.dll")),
        (Switch::Filter, format!("{id}/Names/web.config")),
    ] {
        point.behave(Behaviour::default());
        assert_eq!(curl(&format!("{base}/{path}"), &[]).status, 200, "{switch:?}");
        point.behave(Behaviour::with(&[switch]));
        assert_eq!(curl(&format!("{base}/{path}"), &[]).status, 404, "{switch:?}");
    }
    // The query is not filtered.
    assert_eq!(curl(&format!("{base}/{id}/sccm?/Names/web.config"), &[]).status, 200);
    point.behave(Behaviour::with(&[Switch::NoListing]));
    let got = curl(&format!("{base}/{id}"), &[]);
    assert!(got.status == 403 && got.text().contains("403.14"));
    point.behave(Behaviour::with(&[Switch::NoListing, Switch::ShortErrors]));
    assert!(!curl(&format!("{base}/{id}"), &[]).text().contains("403.14"));
}

#[test]
fn listings_have_switches() {
    let Some((point, base, _)) = start(Behaviour::default()) else { return };
    let list = |switch| {
        point.behave(Behaviour { foreign: Some("http://127.0.0.1:9".into()), ..Behaviour::with(&[switch]) });
        curl(&format!("{base}/PS100011.2"), &[])
    };
    assert!(list(Switch::ForeignLink).text().contains("http://127.0.0.1:9/SMS_DP_SMSPKG$/PS100011.2/foreign.txt"));
    assert!(list(Switch::HugeListing).body.len() > 50_000_000);
    let got = list(Switch::Chunked);
    assert!(got.headers.contains("transfer-encoding: chunked") && got.text().ends_with("</html>\r\n"));
}

#[test]
fn windows_authentication_is_asked_for() {
    let Some((_point, base, _)) = start(Behaviour::with(&[Switch::Windows])) else { return };
    // Also for what is not there: that is how clients find out.
    for path in ["PkgLib/PS100011.INI", "nothing"] {
        let got = curl(&format!("{base}/{path}"), &[]);
        assert_eq!(got.status, 401);
        assert!(got.headers.contains("www-authenticate: negotiate\r\nwww-authenticate: ntlm"), "{}", got.headers);
    }
}

#[test]
fn statuses_and_redirects() {
    let Some((point, base, _)) = start(Behaviour::default()) else { return };
    for (text, status, header) in [
        ("403.16", 403, ""),
        ("404", 404, ""),
        ("429", 429, "retry-after: 1"),
        ("500", 500, ""),
        ("503", 503, "retry-after"),
        ("redirect=http://127.0.0.1:9", 302, "location: http://127.0.0.1:9/sms_dp_smspkg$/pkglib/ps100011.ini"),
    ] {
        point.behave(text.parse::<Trouble>().unwrap().times(1).into());
        let got = curl(&format!("{base}/PkgLib/PS100011.INI"), &[]);
        assert!(got.status == status && got.headers.contains(header), "{text}: {} {}", got.status, got.headers);
        assert_eq!(curl(&format!("{base}/PkgLib/PS100011.INI"), &[]).status, 200, "{text}: once only");
    }
}

#[test]
fn bodies_have_troubles() {
    let Some((point, base, site)) = start(Behaviour::default()) else { return };
    let (_, file) = shared(site);
    let (all, url) = (bytes(site, file), format!("{base}/FileLib/{}/{}", &file.hash[..4], file.hash));
    let got = |text: &str, more: &[&str]| {
        point.behave(text.parse::<Trouble>().unwrap().into());
        curl(&url, more)
    };
    // curl's 18: less than promised; 28: too slow.
    for end in [0, 1, 9999] {
        let cut = got(&format!("cut={end}@FileLib"), &[]);
        assert_eq!((cut.exit, &cut.body[..]), (18, &all[..end]), "{end}");
    }
    assert_eq!(got("cut=10000", &[]).exit, 0);
    assert_eq!(got("length=5", &[]).exit, 18);
    let short = got("length=-5", &[]);
    assert_eq!((short.exit, &short.body[..]), (0, &all[..9995]));
    let altered = got("altered", &[]);
    let bits: u32 = altered.body.iter().zip(&all).map(|(a, b)| (a ^ b).count_ones()).sum();
    assert_eq!((altered.exit, altered.body.len(), bits), (0, 10_000, 1));
    assert_eq!(got("no-length", &[]).body, all);
    let stalled = got("stall=100", &["-m", "1"]);
    assert_eq!((stalled.exit, stalled.body.len()), (28, 100));
    let trickled = got("trickle", &["-m", "2"]);
    assert!(trickled.exit == 28 && (1..=3).contains(&trickled.body.len()), "{}", trickled.body.len());
    for text in ["endless", "long=10737418240"] {
        let endless = got(text, &["--max-filesize", "10000000000", "-m", "1"]);
        assert!(endless.exit != 0 && (endless.body.len() > 10_000 || endless.exit == 63), "{text}");
    }
    let begun = Instant::now();
    assert_eq!(got("slow-start=300", &[]).body, all);
    assert!(begun.elapsed() >= Duration::from_millis(300));
}

#[test]
fn over_https_with_and_without_client_certificates() {
    let Some(site) = site() else { return };
    let (ours, other) = (Authority::new("ours").unwrap(), Authority::new("other").unwrap());
    let scratch = Scratch::new();
    let write = |name: &str, text: &str| {
        let path = scratch.path(name);
        std::fs::write(&path, text).unwrap();
        path.into_string()
    };
    let trusted = write("ca.pem", &ours.pem());
    let [good, bad] = [("good", &ours), ("bad", &other)].map(|(name, authority)| {
        let client = authority.client().unwrap();
        (write(&format!("{name}.pem"), &client.certificate), write(&format!("{name}.key"), &client.key))
    });
    let start = |switches: &[Switch], flaw| {
        DistributionPoint::start_tls(site, Behaviour::with(switches), &ours.server(flaw).unwrap(), &ours).unwrap()
    };
    let ask = |point: &DistributionPoint, application: &str, more: &[&str]| {
        let url = format!("{}/{application}/PkgLib/PS100011.INI", point.url());
        curl(&url, &[&["--cacert", trusted.as_str()], more].concat())
    };
    let point = start(&[], Flaw::None);
    assert_eq!(ask(&point, "SMS_DP_SMSPKG$", &[]).status, 200);
    assert!(curl(&format!("{}/SMS_DP_SMSPKG$/PS100011.2", point.url()), &["-k"]).text().contains("href=\"http://127"));

    let point = start(&[Switch::Certificate], Flaw::None);
    let without = ask(&point, "SMS_DP_SMSPKG$", &[]);
    assert!(without.status == 403 && without.text().contains("403.7"), "{}", without.text());
    let with = |(certificate, key): &(String, String)| {
        ask(&point, "SMS_DP_SMSPKG$", &["--cert", certificate.as_str(), "--key", key.as_str()])
    };
    assert_eq!(with(&good).status, 200);
    let foreign = with(&bad);
    assert!(foreign.status == 403 && foreign.text().contains("403.16"), "{}", foreign.text());
    assert_eq!(ask(&point, "NOCERT_SMS_DP_SMSPKG$", &[]).status, 401);
    point.behave(Behaviour::with(&[Switch::Certificate, Switch::AnonymousNoCert]));
    assert_eq!(ask(&point, "NOCERT_SMS_DP_SMSPKG$", &[]).status, 200);
    assert_eq!(point.seen().iter().filter(|seen| seen.certificate).count(), 2);

    // curl's 60: the certificate is not trusted; the same for dates and names.
    for flaw in [Flaw::Expired, Flaw::WrongHost] {
        assert_eq!(ask(&start(&[], flaw), "SMS_DP_SMSPKG$", &[]).exit, 60, "{flaw:?}");
    }
    let url = format!("{}/SMS_DP_SMSPKG$/PkgLib/PS100011.INI", start(&[], Flaw::None).url());
    assert_ne!(curl(&url, &[]).exit, 0);
}

#[test]
fn openssl_reads_the_client_certificate() {
    let authority = Authority::new("ours").unwrap();
    let scratch = Scratch::new();
    let path = scratch.path("client.pfx");
    std::fs::write(&path, authority.client().unwrap().pkcs12("sesame").unwrap()).unwrap();
    let arguments = ["pkcs12", "-legacy", "-in", path.as_str(), "-passin", "pass:sesame", "-nodes", "-info"];
    let Some(text) = common::tool("openssl", &arguments) else { return };
    assert!(text.contains("BEGIN PRIVATE KEY") && text.contains("Client of the sample site"), "{text}");
}

#[test]
fn a_stalled_connection_ends_with_the_distribution_point() {
    let Some((point, base, _)) = start(Trouble::new(What::Stall(0), "").into()) else { return };
    let url = format!("{base}/PkgLib/PS100011.INI");
    let asking = std::thread::spawn(move || curl(&url, &[]).exit);
    std::thread::sleep(Duration::from_millis(300));
    let begun = Instant::now();
    drop(point);
    assert_ne!(asking.join().unwrap(), 0);
    assert!(begun.elapsed() < Duration::from_secs(5), "{:?}", begun.elapsed());
}
