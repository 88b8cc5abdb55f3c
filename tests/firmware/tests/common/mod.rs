//! Media for the firmware: made by the product from a sample site whose boot image holds GRUB.
#![allow(dead_code, clippy::print_stderr, reason = "each test file uses its part")]

use std::path::{Path, PathBuf};
use std::time::Duration;

use camino::{Utf8Path, Utf8PathBuf};
use tempfile::TempDir;
use tsm_firmware::{BootError, Case, Firmware, Medium, Probe, Report, grub};
use tsm_job::Context;
use tsm_media::{Definition, Host, Manifest, Secrets};
use tsm_sample_site::{BootPrograms, Site, SiteOptions};

/// The files that make a disc a task sequence medium, and the boot image.
pub const FILES: [&str; 3] = ["SMS/data/TsmBootstrap.ini", "SMS/data/Variables.dat", BOOT_WIM];
/// The boot image on the medium.
pub const BOOT_WIM: &str = "sources/boot.wim";

/// Says loudly that a test did nothing; with `TSM_REQUIRE_TOOLS=1` that is a failure.
pub fn skipped(why: &dyn std::fmt::Display) {
    assert_ne!(std::env::var("TSM_REQUIRE_TOOLS").as_deref(), Ok("1"), "a needed tool is missing: {why}");
    eprintln!("SKIPPED: {why}");
}

/// The value; `None` and a loud word when something is not installed. Any other fault fails the test.
pub fn or_skip<T>(result: Result<T, BootError>) -> Option<T> {
    match result {
        Ok(value) => Some(value),
        Err(error) if error.is_missing_tool() => {
            skipped(&error);
            None
        }
        Err(error) => panic!("{error}"),
    }
}

/// Where logs and pictures are kept: `target/firmware`.
pub fn keep() -> PathBuf {
    Path::new(env!("CARGO_TARGET_TMPDIR")).parent().unwrap().join("firmware")
}

/// A disc that the product made. It goes away with this value.
pub struct Disc {
    _folder: TempDir,
    pub iso: Utf8PathBuf,
    /// The boot image, as the content library has it.
    pub boot_wim: PathBuf,
    pub manifest: Manifest,
}

impl Disc {
    /// A disc whose boot image has a file of `large` bytes; `None` where something is not installed.
    pub fn make(large: Option<u64>) -> Option<Self> {
        let programs = or_skip(grub::programs("iso9660", "udf"))?;
        let folder = tempfile::tempdir().unwrap();
        let root = Utf8Path::from_path(folder.path()).unwrap();
        let options = SiteOptions {
            large_boot_image: large,
            boot_programs: Some(BootPrograms { bios: programs.bios, uefi: programs.uefi }),
            ..SiteOptions::default()
        };
        let site = site(&root.join("site"), options)?;
        let iso = root.join("boot.iso");
        // GRUB's image for BIOS wants a boot information table; Microsoft's must not have one.
        let manifest = make_medium(&site, &iso, true);
        let boot_wim = site.boot_wim("PS100005").unwrap().into_std_path_buf();
        Some(Self { _folder: folder, iso, boot_wim, manifest })
    }

    /// A question for a whole file, with the answer of the manifest.
    pub fn probe(&self, path: &str) -> Probe {
        let record = self.manifest.files.iter().find(|f| f.path == path).expect("the manifest has the file");
        Probe::file(path, record.size, &record.sha256)
    }

    /// A question for a part of the boot image, with the answer of the content library's file.
    pub fn part(&self, from: u64, length: u64) -> Probe {
        Probe::part(BOOT_WIM, &self.boot_wim, from, length).unwrap()
    }

    /// Starts the disc and asks; every answer must be right. `None` where something is not installed.
    pub fn start(&self, name: &str, firmware: Firmware, probes: Vec<Probe>, time_limit: Duration) -> Option<Report> {
        let keep = keep();
        let medium = Medium::Disc(self.iso.as_std_path());
        let report = or_skip(Case { name, firmware, medium, probes, time_limit, keep: &keep }.run())?;
        eprintln!("{name}: {:.1} s from power on to the last answer", report.took.as_secs_f64());
        let log = keep.join(format!("{name}.serial.log"));
        assert!(report.faults().is_empty(), "{:#?}, serial log: {}", report.faults(), log.display());
        Some(report)
    }
}

/// Files to load libwim from before the system's own.
fn libwim() -> Vec<Utf8PathBuf> {
    std::env::var("TSM_LIBWIM").into_iter().map(Utf8PathBuf::from).collect()
}

/// A site; `None` where there is no libwim.
pub fn site(folder: &Utf8Path, options: SiteOptions) -> Option<Site> {
    match Site::generate(folder, &SiteOptions { libwim: libwim(), ..options }) {
        Ok(site) => Some(site),
        Err(error) if format!("{error:#}").contains("libwim") => {
            skipped(&format!("{error:#}"));
            None
        }
        Err(error) => panic!("{error:#}"),
    }
}

/// The medium of a site at `iso`, by the product's own walk, with or without a boot information table for BIOS.
pub fn make_medium(site: &Site, iso: &Utf8Path, table: bool) -> Manifest {
    let folder = iso.parent().unwrap();
    let definition = serde_json::json!({
        "schemaVersion": 1, "kind": "Bootable", "path": iso, "mediaType": "CdDvd", "mediaMode": "SiteBased",
        "siteFacts": site.facts_path(), "bootImage": "PS100005", "distributionPoint": site.libraries(),
        "managementPoint": ["http://mp1.contoso.test"], "variable": [{ "name": "Where", "value": "firmware test" }],
        "temporaryFolder": folder, "logPath": folder.join("CreateTSMedia.log")
    });
    let definition = Definition::parse(&definition.to_string(), None).unwrap();
    let mut host = Host { wim_library: libwim(), ..Host::default() };
    host.profile.boot_files.bios_boot_info_table = table;
    let medium = tsm_media::create(&definition, None, &Secrets::default(), &host, &Context::silent())
        .unwrap_or_else(|e| panic!("{e}: {:?}", e.causes()));
    let manifest = std::fs::read_to_string(medium.manifest_path.unwrap()).unwrap();
    serde_json::from_str(&manifest).unwrap()
}
