//! The same package is the same wherever it comes from: what the generator made, byte for byte, with names, folders, times
//! and attributes. The trees are those of the sample site, every package of it.

use crate::kit::tools::need;
use crate::kit::{Folder, site};
use crate::taking::{HARD, folder, made, point, point_with, stream, take};
use std::sync::Arc;
use tsm_content::ContentSource;
use tsm_net::{Identity, Trust};
use tsm_sample_site::foreign::{Apache, ClientCertificates, Nginx};
use tsm_sample_site::{Authority, Behaviour, DistributionPoint, Flaw, Site};

/// Every package of the site is what the generator made.
fn check(site: &Site, source: &Arc<dyn ContentSource>) {
    for package in &site.packages {
        let taken = take(std::slice::from_ref(source), &package.id).unwrap_or_else(|e| panic!("{}: {e}", package.id));
        assert_eq!(taken.contents, made(package), "{} from {}", package.id, source.name());
        assert_eq!(taken.oddities, [""; 0], "{}", package.id);
    }
    let package = site.package(HARD).unwrap();
    assert_eq!(stream(std::slice::from_ref(source), HARD).unwrap(), made(package), "as a stream");
}

#[test]
fn from_the_library_in_folders() {
    let site = site!();
    check(site, &folder(site));
}

#[test]
fn from_our_distribution_point() {
    let site = site!();
    let server = DistributionPoint::start(site, Behaviour::default()).unwrap();
    check(site, &point(&server.url()));
}

#[test]
fn from_nginx() {
    need!("nginx");
    let site = site!();
    let nginx = Nginx::start(&site.libraries()).unwrap();
    check(site, &point(nginx.url()));
}

#[test]
fn from_nginx_with_a_client_certificate() {
    need!("nginx");
    let site = site!();
    let authority = Authority::new("Sample authority").unwrap();
    let server = authority.server(Flaw::None).unwrap();
    let nginx = Nginx::start_tls(&site.libraries(), &server, &authority, ClientCertificates::Needed).unwrap();
    let mut trust = Trust::system();
    trust.add_file(authority.pem().as_bytes()).unwrap();
    let identity = Identity::from_pkcs12(&authority.client().unwrap().pkcs12("sesame").unwrap(), "sesame").unwrap();
    check(site, &point_with(nginx.url(), &trust, Some(&identity)));
    let without = take(&[point_with(nginx.url(), &trust, None)], HARD).unwrap_err();
    let needed = tsm_content::ContentErrorKind::Net(tsm_net::NetErrorKind::CertificateNeeded);
    assert_eq!(without.kind(), needed, "{without}");
}

/// Apache has no listings as pages here, so that everything has to come from PROPFIND.
#[test]
fn from_apache_with_propfind() {
    need!("apache2");
    let site = site!();
    let apache = Apache::start(site).unwrap();
    check(site, &point(apache.url()));
}

/// An image above 4 GiB, most of it a hole: sizes do not fit into 32 bits. Headers only; the bytes are hashed in the folder.
#[test]
fn an_image_of_more_than_4_gib() {
    const SIZE: u64 = (5 << 30) + 1;
    let place = Folder::new();
    let mut tree = tsm_sample_site::Tree::new(1_700_000_000);
    let data = tsm_sample_site::Data::Sparse { head: b"stand-in".to_vec(), length: SIZE };
    tree.file_with("install.wim", data, 0x20);
    let site = Site::of_tree(&place.join("site"), "PS100020", tree).unwrap();
    let server = DistributionPoint::start(&site, Behaviour::default()).unwrap();
    for source in [folder(&site), point(&server.url())] {
        let content = source.package("PS100020", &tsm_job::Context::silent()).unwrap();
        let (tree, file) = (&content.contents[0], &content.contents[0].files[0]);
        assert_eq!(file.size, SIZE);
        source.check(&content.place(tree, file), file).unwrap();
        // The last byte, from beyond 4 GiB.
        let mut opened = source.open(&content.place(tree, file), file, SIZE - 1, None).unwrap();
        let mut last = Vec::new();
        std::io::Read::read_to_end(&mut opened.body, &mut last).unwrap();
        assert_eq!((opened.from, last.as_slice()), (SIZE - 1, &[0][..]));
    }
}
