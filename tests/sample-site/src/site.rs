//! The site: what is asked for, what was made, and the making.
use std::ops::ControlFlow;
use std::sync::Arc;

use anyhow::{Context as _, Result, bail};
use camino::{Utf8Path, Utf8PathBuf};
use serde::{Deserialize, Serialize};
use tsm_site::PackageKind;
use tsm_wim::{Architecture, CaptureOptions, Compression, Library, append, capture};

use crate::boot::image::{boot_image_tree, without_boot_files};
use crate::boot::program::Machine;
use crate::chance::Chance;
use crate::library::LibraryWriter;
use crate::packages;
use crate::tree::{ARCHIVE, Data, Tree};

/// The site code of the make-believe site; its package IDs begin with it.
pub const SITE_CODE: &str = "PS1";
/// Time of everything in the site, seconds since 1970: 2023-11-14T22:13:20Z.
pub const MADE_AT: i64 = 1_700_000_000;
/// The folder of the content library's first drive.
pub const PRIMARY: &str = "SCCMContentLib";
/// The folder of the content library's second drive.
pub const SECOND: &str = "SCCMContentLibE";
/// The site facts.
pub const FACTS: &str = "facts.json";
/// What was made, for [`Site::open`].
const MADE: &str = "sample-site.json";

/// What the site is to be like.
#[derive(Debug, Clone, Default)]
pub struct SiteOptions {
    /// Decides every byte that looks random.
    pub seed: u64,
    /// Adds a file of this size, bytes, to the boot image PS100005, which is then stored without compression.
    pub large_boot_image: Option<u64>,
    /// Makes the operating system image PS100020 a file of this size, bytes, most of it a hole: for sizes above 4 GiB.
    pub sparse_os_image: Option<u64>,
    /// Adds the package PS100021 with this many files of 4 KiB; 0 for none.
    pub many_files: u32,
    /// Files to load libwim from before the system's own.
    pub libwim: Vec<Utf8PathBuf>,
}

impl SiteOptions {
    /// The usual site of another seed.
    #[must_use]
    pub fn with_seed(seed: u64) -> Self {
        Self { seed, ..Self::default() }
    }

    /// The same with a package of `count` small files.
    #[must_use]
    pub fn many_files(self, count: u32) -> Self {
        Self { many_files: count, ..self }
    }
}

/// A file of a content.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct MadeFile {
    /// Its path with `/`.
    pub path: String,
    /// Bytes.
    pub size: u64,
    /// SHA-256, 64 upper-case hexadecimal digits: its name in FileLib.
    pub hash: String,
    /// Windows' `FILE_ATTRIBUTE_*`.
    pub attributes: u32,
    /// Last write, seconds since 1970.
    pub modified: i64,
}

/// A content.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct MadeContent {
    /// The content ID.
    pub id: String,
    /// Hash over the whole, 64 upper-case hexadecimal digits.
    pub hash: String,
    /// Its files by path.
    pub files: Vec<MadeFile>,
    /// Its folders by path, those with something in them too.
    pub folders: Vec<String>,
}

/// A package.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct MadePackage {
    /// The package ID.
    pub id: String,
    /// What it holds.
    pub kind: PackageKind,
    /// Its name.
    pub name: String,
    /// The version of its source.
    pub version: u32,
    /// The architecture, for boot images.
    pub architecture: Option<tsm_site::Architecture>,
    /// What is current of it.
    pub contents: Vec<MadeContent>,
    /// What is left of older versions.
    pub old_contents: Vec<MadeContent>,
}

/// A make-believe site in a folder.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Site {
    #[serde(skip)]
    root: Utf8PathBuf,
    /// The seed it was made from.
    pub seed: u64,
    /// Its packages by ID.
    pub packages: Vec<MadePackage>,
}

impl Site {
    /// Makes a site in `dir`, which must be empty or not there.
    ///
    /// # Errors
    /// A folder with something in it, no libwim, or what the file system says.
    pub fn generate(dir: &Utf8Path, options: &SiteOptions) -> Result<Self> {
        let root = absolute(dir)?;
        std::fs::create_dir_all(&root).with_context(|| format!("cannot make {root}"))?;
        let mut entries = root.read_dir_utf8().with_context(|| format!("cannot list {root}"))?;
        if entries.next().is_some() {
            bail!("{root} is not empty: a sample site wants a folder of its own");
        }
        let mut maker = Maker {
            library: LibraryWriter::new(&root.join(PRIMARY), &root.join(SECOND))?,
            wim: Library::load(&options.libwim)?,
            staging: root.join("staging"),
            options,
            packages: Vec::new(),
        };
        maker.boot_images()?;
        maker.packages()?;
        maker.operating_system()?;
        let Maker { library, staging, packages, .. } = maker;
        library.finish()?;
        std::fs::remove_dir_all(&staging).with_context(|| format!("cannot remove {staging}"))?;
        let site = Self { root, seed: options.seed, packages };
        site.facts().and_then(|facts| write_json(&site.facts_path(), &facts))?;
        write_json(&site.root.join(MADE), &site)?;
        Ok(site)
    }

    /// A site that was made earlier.
    ///
    /// # Errors
    /// When there is none.
    pub fn open(dir: &Utf8Path) -> Result<Self> {
        let root = absolute(dir)?;
        let path = root.join(MADE);
        let text = std::fs::read_to_string(&path).with_context(|| format!("no sample site: cannot read {path}"))?;
        let site: Self = serde_json::from_str(&text).with_context(|| format!("no sample site: {path}"))?;
        Ok(Self { root, ..site })
    }

    /// The folder of the site, absolute.
    #[must_use]
    pub fn root(&self) -> &Utf8Path {
        &self.root
    }

    /// The folders of the content library, the primary drive first.
    #[must_use]
    pub fn libraries(&self) -> [Utf8PathBuf; 2] {
        [self.root.join(PRIMARY), self.root.join(SECOND)]
    }

    /// The site facts as a file.
    #[must_use]
    pub fn facts_path(&self) -> Utf8PathBuf {
        self.root.join(FACTS)
    }

    /// A package by its ID.
    #[must_use]
    pub fn package(&self, id: &str) -> Option<&MadePackage> {
        self.packages.iter().find(|package| package.id.eq_ignore_ascii_case(id))
    }

    /// Where the bytes of a hash lie, on either drive.
    #[must_use]
    pub fn file_of_hash(&self, hash: &str) -> Option<Utf8PathBuf> {
        let folder = hash.get(..4)?;
        let place = |library: Utf8PathBuf| library.join("FileLib").join(folder).join(hash);
        self.libraries().map(place).into_iter().find(|path| path.is_file())
    }

    /// The file `boot.<package>.wim` of a boot image in the library.
    #[must_use]
    pub fn boot_wim(&self, package: &str) -> Option<Utf8PathBuf> {
        let file = self.package(package)?.contents.first()?.files.first()?;
        self.file_of_hash(&file.hash)
    }
}

fn absolute(dir: &Utf8Path) -> Result<Utf8PathBuf> {
    camino::absolute_utf8(dir).with_context(|| format!("cannot tell the full path of {dir}"))
}

pub(crate) fn write_json(path: &Utf8Path, value: &impl Serialize) -> Result<()> {
    let mut text = serde_json::to_string_pretty(value).with_context(|| format!("cannot write {path}"))?;
    text.push('\n');
    std::fs::write(path, text).with_context(|| format!("cannot write {path}"))
}

/// What a site is made with.
struct Maker<'a> {
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
    fn boot_images(&mut self) -> Result<()> {
        use Machine::{Arm64, X64, X86};
        let image = |id, version, name, machine| BootImage { id, version, name, machine };
        let seed = self.options.seed;
        let x64 = self.stage("x64", &boot_image_tree(X64, seed, MADE_AT)?)?;
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
