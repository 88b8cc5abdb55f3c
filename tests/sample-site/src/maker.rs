//! The making: boot images, packages and the operating system image, package by package.
use std::io::{Seek as _, SeekFrom, Write as _};
use std::ops::ControlFlow;
use std::sync::Arc;

use anyhow::{Context as _, Result};
use camino::{Utf8Path, Utf8PathBuf};
use tsm_site::PackageKind;
use tsm_wim::{Architecture, CaptureOptions, Compression, Library, append, capture};

use crate::boot::image::{boot_image_tree, without_boot_files};
use crate::boot::program::Machine;
use crate::chance::Chance;
use crate::library::LibraryWriter;
use crate::packages;
use crate::site::{MADE_AT, MadePackage, PRIMARY, SECOND, SiteOptions};
use crate::tree::{ARCHIVE, Data, Tree};

/// What a site is made with.
pub(crate) struct Maker<'a> {
    library: LibraryWriter,
    wim: Arc<Library>,
    staging: Utf8PathBuf,
    options: &'a SiteOptions,
    packages: Vec<MadePackage>,
}

/// What a boot image is like.
struct BootImage {
    id: &'static str,
    version: u32,
    name: &'static str,
    machine: Machine,
}

impl Maker<'_> {
    /// Makes the content library of a site in an empty folder and tells what is in it.
    pub(crate) fn make(root: &Utf8Path, options: &SiteOptions) -> Result<Vec<MadePackage>> {
        // First, since without it nothing should be left behind.
        let wim = Library::load(&options.libwim)?;
        let library = LibraryWriter::new(&root.join(PRIMARY), &root.join(SECOND))?;
        let staging = root.join("staging");
        let mut maker = Maker { library, wim, staging, options, packages: Vec::new() };
        maker.boot_images()?;
        maker.packages()?;
        maker.operating_system()?;
        let Maker { library, staging, packages, .. } = maker;
        library.finish()?;
        std::fs::remove_dir_all(&staging).with_context(|| format!("cannot remove {staging}"))?;
        Ok(packages)
    }

    fn boot_images(&mut self) -> Result<()> {
        use Machine::{Arm64, X64, X86};
        let image = |id, version, name, machine| BootImage { id, version, name, machine };
        let seed = self.options.seed;
        let mut x64 = boot_image_tree(X64, seed, MADE_AT)?;
        if let Some(programs) = &self.options.boot_programs {
            programs.put_into(&mut x64)?;
        }
        if let Some(signers) = &self.options.signers {
            signers.sign(&mut x64)?;
        }
        let x64 = self.stage("x64", &x64)?;
        let x86 = self.stage("x86", &boot_image_tree(X86, seed, MADE_AT)?)?;
        let arm64 = self.stage("arm64", &boot_image_tree(Arm64, seed, MADE_AT)?)?;
        let bare = self.stage("bare", &without_boot_files(X64, MADE_AT))?;
        self.boot_image(&image("PS100005", 3, "Boot image (x64)", X64), &x64, 1)?;
        self.boot_image(&image("PS100006", 2, "Boot image (x86)", X86), &x86, 1)?;
        self.boot_image(&image("PS100007", 1, "Boot image (arm64)", Arm64), &arm64, 1)?;
        self.boot_image(&image("PS100008", 1, "Boot image with two images", X64), &x64, 2)?;
        self.boot_image(&image("PS100009", 1, "Boot image without boot files", X64), &bare, 1)?;
        let broken = image("PS10000A", 1, "Boot image that is no WIM", X64);
        self.add_boot_image(&broken, Data::Bytes(b"This is not a WIM.\r\n".repeat(100)))
    }

    /// Captures a staged folder once or twice; what an image has beyond the folder is there only meanwhile.
    fn boot_image(&mut self, image: &BootImage, folder: &Utf8Path, count: u32) -> Result<()> {
        let large = self.options.large_boot_image.filter(|_| image.id == "PS100005");
        let path = self.staging.join(format!("{}.wim", image.id));
        for number in 1..=count {
            let mut more = Tree::new(MADE_AT);
            if number > 1 {
                more.file("second.txt", "only in the second image\r\n");
            }
            if let Some(length) = large {
                let head = Chance::new(self.options.seed, "large").bytes(1 << 20);
                let head = head[..usize::try_from(length).unwrap_or(usize::MAX).min(head.len())].to_vec();
                more.file_with("large.bin", Data::Sparse { head, length }, ARCHIVE);
            }
            more.write_to(folder)?;
            if large.is_some() {
                stamp(&folder.join("large.bin"))?;
            }
            let compression = if large.is_some() { Compression::None } else { Compression::Xpress };
            let options = self.capture_options(image, number, compression);
            self.capture(folder, &path, &options)?;
            for name in more.entries.keys() {
                std::fs::remove_file(folder.join(name)).with_context(|| format!("cannot remove {name} again"))?;
            }
        }
        self.add_boot_image(image, Data::File(path))
    }

    fn add_boot_image(&mut self, image: &BootImage, data: Data) -> Result<()> {
        let mut tree = Tree::new(MADE_AT);
        tree.file_with(&format!("boot.{}.wim", image.id), data, ARCHIVE);
        let architecture = match image.machine {
            Machine::X86 => tsm_site::Architecture::X86,
            Machine::X64 => tsm_site::Architecture::X64,
            Machine::Arm64 => tsm_site::Architecture::Arm64,
        };
        self.single(image.id, PackageKind::BootImage, image.name, vec![(image.version, tree)], Some(architecture))
    }

    fn packages(&mut self) -> Result<()> {
        let seed = self.options.seed;
        let package = PackageKind::Package;
        let hard = [1, 2].map(|version| (version, packages::hard_package(seed, version, MADE_AT))).to_vec();
        self.single("PS100011", package, "Hard names and folders", hard, None)?;
        for (id, version, name) in [("PS100012", 1, "Prestart tools"), ("PS100013", 4, "Site tools")] {
            let tree = packages::sharing_package(seed, name, MADE_AT);
            self.single(id, package, name, vec![(version, tree)], None)?;
        }
        let mut chance = Chance::new(seed, "content IDs");
        let mut application = vec![(format!("Content_{}.1", chance.guid()), packages::application(seed, MADE_AT))];
        application.push((format!("Content_{}.1", chance.guid()), Tree::new(MADE_AT)));
        self.several("PS100014", PackageKind::Application, "Application with two contents", application)?;
        let drivers =
            (0..40).map(|number| (chance.guid(), packages::driver(seed, number, MADE_AT))).collect::<Vec<_>>();
        self.several("PS100015", PackageKind::DriverPackage, "Drivers of forty devices", drivers)?;
        for number in 0..self.options.many_packages {
            let name = format!("Small package {number}");
            let mut tree = Tree::new(MADE_AT);
            tree.file("setup/run.cmd", format!("@echo off\r\nrem {name}\r\n"));
            self.single(&many_id(number), package, &name, vec![(1, tree)], None)?;
        }
        match self.options.many_files {
            0 => Ok(()),
            count => {
                let tree = packages::many(seed, count, MADE_AT);
                self.single("PS100021", package, "Many small files", vec![(1, tree)], None)
            }
        }
    }

    fn operating_system(&mut self) -> Result<()> {
        let data = match self.options.sparse_os_image {
            Some(length) => {
                Data::Sparse { head: b"stand-in of the sample site: an image of this size\r\n".to_vec(), length }
            }
            None => {
                let path = self.staging.join("install.wim");
                let tree = packages::operating_system(self.options.seed, MADE_AT);
                let name = "Windows 11 Enterprise";
                let image = BootImage { id: "PS100020", version: 1, name, machine: Machine::X64 };
                let mut options = self.capture_options(&image, 1, Compression::Xpress);
                options.boot_index = 0;
                options.properties = vec![
                    ("WINDOWS/EDITIONID".to_owned(), "Enterprise".to_owned()),
                    ("WINDOWS/LANGUAGES/LANGUAGE".to_owned(), "en-US".to_owned()),
                    ("WINDOWS/LANGUAGES/LANGUAGE[2]".to_owned(), "de-DE".to_owned()),
                    ("WINDOWS/LANGUAGES/DEFAULT".to_owned(), "en-US".to_owned()),
                    ("WINDOWS/INSTALLATIONTYPE".to_owned(), "Client".to_owned()),
                ];
                self.capture(&self.stage("os", &tree)?, &path, &options)?;
                Data::File(path)
            }
        };
        let mut tree = Tree::new(MADE_AT);
        tree.file_with("install.wim", data, ARCHIVE);
        self.single("PS100020", PackageKind::OperatingSystemImage, "Windows 11 Enterprise", vec![(1, tree)], None)
    }

    /// A package of one content per version; the last one is current.
    fn single(
        &mut self,
        id: &str,
        kind: PackageKind,
        name: &str,
        versions: Vec<(u32, Tree)>,
        architecture: Option<tsm_site::Architecture>,
    ) -> Result<()> {
        let mut contents = Vec::new();
        let mut current = 0;
        for (version, tree) in versions {
            contents.push(self.library.content(&format!("{id}.{version}"), tree)?);
            current = version;
        }
        let ids: Vec<&str> = contents.iter().map(|content| content.id.as_str()).collect();
        self.library.package(id, Some(current), &ids)?;
        let newest = contents.split_off(contents.len().saturating_sub(1));
        self.packages.push(MadePackage {
            id: id.to_owned(),
            kind,
            name: name.to_owned(),
            version: current,
            architecture,
            contents: newest,
            old_contents: contents,
        });
        Ok(())
    }

    /// A package of several contents, which has no version in the library.
    fn several(&mut self, id: &str, kind: PackageKind, name: &str, trees: Vec<(String, Tree)>) -> Result<()> {
        let mut contents = Vec::new();
        for (content, tree) in trees {
            contents.push(self.library.content(&content, tree)?);
        }
        let ids: Vec<&str> = contents.iter().map(|content| content.id.as_str()).collect();
        self.library.package(id, None, &ids)?;
        self.packages.push(MadePackage {
            id: id.to_owned(),
            kind,
            name: name.to_owned(),
            version: 1,
            architecture: None,
            contents,
            old_contents: Vec::new(),
        });
        Ok(())
    }

    fn capture_options(&self, image: &BootImage, number: u32, compression: Compression) -> CaptureOptions {
        let suffix = if number > 1 { " (second)" } else { "" };
        let mut guid = [0; 16];
        guid.copy_from_slice(&Chance::new(self.options.seed, image.id).bytes(16));
        CaptureOptions {
            image_name: format!("{}{suffix}", image.name),
            description: "made by tsmedia-sample-site".to_owned(),
            compression,
            boot_index: u32::from(number == 1),
            guid,
            times: MADE_AT,
            fix_source_times: true,
            architecture: Some(match image.machine {
                Machine::X86 => Architecture::X86,
                Machine::X64 => Architecture::X64,
                Machine::Arm64 => Architecture::Arm64,
            }),
            version: Some((10, 0, 26100, 1)),
            properties: vec![
                ("WINDOWS/EDITIONID".to_owned(), "WindowsPE".to_owned()),
                ("WINDOWS/INSTALLATIONTYPE".to_owned(), "WindowsPE".to_owned()),
                ("WINDOWS/LANGUAGES/LANGUAGE".to_owned(), "en-US".to_owned()),
                ("WINDOWS/LANGUAGES/DEFAULT".to_owned(), "en-US".to_owned()),
            ],
            integrity: false,
        }
    }

    /// Writes a tree to a folder of its own, for capturing.
    fn stage(&self, name: &str, tree: &Tree) -> Result<Utf8PathBuf> {
        let folder = self.staging.join(name);
        std::fs::create_dir_all(&folder).with_context(|| format!("cannot make {folder}"))?;
        tree.write_to(&folder)?;
        Ok(folder)
    }

    /// Captures a folder, as a new WIM or as one more image of the one that is there.
    fn capture(&self, folder: &Utf8Path, target: &Utf8Path, options: &CaptureOptions) -> Result<()> {
        let make = if target.exists() { append } else { capture };
        make(&self.wim, folder, target, options, &mut |_, _| ControlFlow::Continue(()))?;
        Ok(())
    }
}

/// The ID of one of many packages.
fn many_id(number: u32) -> String {
    format!("PS1A{number:04X}")
}

/// Writes into a file at each MiB where it is, so that a reader that takes a wrong part of it is found out.
fn stamp(path: &Utf8Path) -> Result<()> {
    const EVERY: usize = 1 << 20;
    let stamped = || -> std::io::Result<()> {
        let mut file = std::fs::File::options().write(true).open(path)?;
        let end = file.metadata()?.len().saturating_sub(8);
        for at in (EVERY as u64..end).step_by(EVERY) {
            file.seek(SeekFrom::Start(at))?;
            file.write_all(&at.to_le_bytes())?;
        }
        Ok(())
    };
    stamped().with_context(|| format!("cannot write {path}"))
}
