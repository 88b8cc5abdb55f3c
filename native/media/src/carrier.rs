//! What a medium is on: a disc image, a folder, or an image in a WIM. All list their files and read them alike.

use crate::boot_image::load_library;
use crate::evidence::known_paths;
use crate::staging::Staging;
use crate::window::Window;
use crate::{Error, ErrorKind, Host, Result, Stage};
use camino::{Utf8Path, Utf8PathBuf};
use std::collections::HashSet;
use std::fs::File;
use std::io::{self, Read};
use std::ops::ControlFlow;
use tsm_formats::MediaProfile;
use tsm_optical::{FileInfo, Image, Tree};
use tsm_wim::{Wim, WimError, WimInfo};

/// No path in Windows has more folders; a deeper tree is a loop.
const DEEPEST_FOLDER: usize = 128;

/// What a medium is on.
pub(crate) enum Carrier {
    /// A disc image, and the tree that systems prefer.
    Disc(Box<Image<Window>>, Tree),
    /// A folder.
    Folder(Utf8PathBuf),
    /// A WIM.
    Wim(Box<WimCarrier>),
}

/// A WIM whose first image is a medium.
pub(crate) struct WimCarrier {
    /// The WIM.
    pub wim: Wim,
    /// What it says about itself.
    pub info: WimInfo,
    length: u64,
    /// Where files are taken out to be read whole: libwim compares their SHA-1 then.
    folder: Option<Staging>,
    last: Option<Utf8PathBuf>,
}

impl Carrier {
    /// Opens a medium and lists its files and folders, those of a disc in its preferred tree. Also gives what is in a folder
    /// and is neither a file nor a folder.
    pub fn open(path: &Utf8Path, profile: &MediaProfile, host: &Host) -> Result<(Self, Vec<FileInfo>, Vec<String>)> {
        let fault =
            |message: String| Error::new(ErrorKind::MediumUnreadable, Stage::Verify, message).target(path.as_str());
        if path.is_dir() {
            let mut listing = Listing { root: path, files: Vec::new(), odd: Vec::new() };
            listing
                .list(path, "", 0)
                .map_err(|e| fault(format!("The files of the folder '{path}' cannot be listed.")).source(e))?;
            return Ok((Self::Folder(path.to_owned()), listing.files, listing.odd));
        }
        let mut file =
            File::open(path).map_err(|e| fault(format!("The medium '{path}' cannot be opened.")).source(e))?;
        let mut begin = Vec::new();
        if (&mut file).take(8).read_to_end(&mut begin).is_ok() && begin == b"MSWIM\0\0\0" {
            let (carrier, files) = WimCarrier::open(path, profile, host)?;
            return Ok((Self::Wim(Box::new(carrier)), files, Vec::new()));
        }
        let mut image = Image::open(Window::new(file))
            .map_err(|e| fault(format!("'{path}' is not a disc image: {e}.")).source(e))?;
        let tree = image.trees().first().copied().unwrap_or(Tree::Iso);
        let files =
            image.files(tree).map_err(|e| fault(format!("The files of '{path}' cannot be listed: {e}.")).source(e))?;
        Ok((Self::Disc(Box::new(image), tree), files, Vec::new()))
    }

    /// The bytes of a file.
    pub fn read<'a>(&'a mut self, file: &'a FileInfo) -> io::Result<Box<dyn Read + 'a>> {
        Ok(match self {
            Self::Disc(image, _) => Box::new(image.read_file(file)),
            Self::Folder(root) => Box::new(File::open(root.join(&file.path))?),
            Self::Wim(wim) => Box::new(wim.read(&file.path)?),
        })
    }

    /// The disc image, when it is one.
    pub fn disc(&mut self) -> Option<&mut Image<Window>> {
        match self {
            Self::Disc(image, _) => Some(image),
            Self::Folder(_) | Self::Wim(_) => None,
        }
    }

    /// The WIM, when it is one.
    pub fn wim(&self) -> Option<&WimCarrier> {
        match self {
            Self::Wim(wim) => Some(wim),
            Self::Disc(..) | Self::Folder(_) => None,
        }
    }

    /// The label that systems show; a folder has none.
    pub fn label(&self) -> Option<String> {
        match self {
            Self::Disc(image, _) => {
                let labels = image.labels();
                labels.udf.clone().or_else(|| labels.joliet.clone()).or_else(|| labels.iso.clone())
            }
            Self::Folder(_) => None,
            Self::Wim(wim) => wim.info.images.first().map(|image| image.name.clone()),
        }
    }

    /// The length of the image, when it is one.
    pub fn image_length(&self) -> Option<u64> {
        match self {
            Self::Disc(image, _) => Some(image.len()),
            Self::Folder(_) => None,
            Self::Wim(wim) => Some(wim.length),
        }
    }
}

impl WimCarrier {
    /// Opens a WIM and lists what its first image has in the folders of a medium; the files of the operating system can be
    /// a hundred thousand.
    fn open(path: &Utf8Path, profile: &MediaProfile, host: &Host) -> Result<(Self, Vec<FileInfo>)> {
        let fault = |e: WimError| {
            let message = format!("The medium '{path}' cannot be read.");
            Error::new(ErrorKind::MediumUnreadable, Stage::Verify, message).target(path.as_str()).source(e)
        };
        let library = load_library(host)?;
        let wim = Wim::open(&library, path).map_err(fault)?;
        let info = wim.info().map_err(fault)?;
        let top = |path: &str| path.split('/').next().unwrap_or_default().to_lowercase();
        let known: HashSet<String> = known_paths(profile).iter().map(|path| top(path)).collect();
        let mut files = Vec::new();
        let visited = wim.visit(1, &mut |entry| {
            if known.contains(&top(&entry.path)) && !entry.is_reparse_point {
                files.push(FileInfo {
                    path: entry.path,
                    size: entry.size,
                    is_dir: entry.is_dir,
                    modified: Some(entry.modified),
                    extents: Vec::new(),
                });
            }
            ControlFlow::Continue(())
        });
        visited.map_err(fault)?;
        let length = std::fs::metadata(path).map_or(0, |m| m.len());
        Ok((Self { wim, info, length, folder: None, last: None }, files))
    }

    /// Takes a file out and opens it. The one before it goes away.
    fn read(&mut self, path: &str) -> io::Result<File> {
        if let Some(last) = self.last.take() {
            std::fs::remove_file(last)?;
        }
        if self.folder.is_none() {
            self.folder = Some(Staging::create(&tsm_platform::temporary_folder())?);
        }
        let folder = self.folder.as_ref().map(Staging::path).ok_or_else(|| io::Error::other("there is no folder"))?;
        let taken = self.wim.extract_file(1, path, folder).map_err(io::Error::other)?;
        let file = File::open(&taken)?;
        self.last = Some(taken);
        Ok(file)
    }
}

/// A folder that is being listed.
struct Listing<'a> {
    root: &'a Utf8Path,
    files: Vec<FileInfo>,
    odd: Vec<String>,
}

impl Listing<'_> {
    /// Links are not followed: no medium has any.
    fn list(&mut self, folder: &Utf8Path, relative: &str, depth: usize) -> io::Result<()> {
        if depth > DEEPEST_FOLDER {
            return Err(io::Error::other(format!("'{folder}' is more than {DEEPEST_FOLDER} folders deep")));
        }
        let mut entries = folder.read_dir_utf8()?.collect::<io::Result<Vec<_>>>()?;
        entries.sort_by(|a, b| a.file_name().cmp(b.file_name()));
        for entry in entries {
            let name = entry.file_name();
            let path = if relative.is_empty() { name.to_owned() } else { format!("{relative}/{name}") };
            let meta = std::fs::symlink_metadata(entry.path())?;
            let modified = meta.modified().ok().and_then(|t| jiff::Timestamp::try_from(t).ok()).map(|t| t.as_second());
            let info =
                |size| FileInfo { path: path.clone(), size, is_dir: meta.is_dir(), modified, extents: Vec::new() };
            if meta.is_dir() {
                self.files.push(info(0));
                self.list(&self.root.join(&path), &path, depth + 1)?;
            } else if meta.is_file() {
                self.files.push(info(meta.len()));
            } else {
                self.odd.push(path);
            }
        }
        Ok(())
    }
}
