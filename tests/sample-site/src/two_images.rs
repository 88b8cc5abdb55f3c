//! A WIM with two images, for tests of what has to be chosen and of what lies in the way.
use std::ops::ControlFlow;

use anyhow::{Context as _, Result};
use camino::{Utf8Path, Utf8PathBuf};
use tsm_wim::{Architecture, CaptureOptions, Compression, Library, append};

use crate::site::{MADE_AT, Site};
use crate::tree::Tree;

impl Site {
    /// Makes a WIM at `path`: its first image is the operating system of the site, the second a smaller one that has a
    /// file `bootmgr` of its own.
    ///
    /// # Errors
    /// No libwim, a site without the image, or what the file system says.
    pub fn two_images(&self, path: &Utf8Path, libwim: &[Utf8PathBuf]) -> Result<()> {
        let package = self.package("PS100020").context("the site has no operating system image")?;
        let hash = package.contents.first().and_then(|c| c.files.first()).map(|f| f.hash.clone()).unwrap_or_default();
        let source = self.file_of_hash(&hash).context("the image is not in the library")?;
        std::fs::copy(&source, path).with_context(|| format!("cannot copy {source} to {path}"))?;
        let folder = Utf8PathBuf::from(format!("{path}.tree"));
        let mut tree = Tree::new(MADE_AT);
        tree.file("Windows/System32/ntoskrnl.exe", "another kernel");
        tree.file("bootmgr", "of the operating system");
        std::fs::create_dir(&folder).with_context(|| format!("cannot make {folder}"))?;
        tree.write_to(&folder)?;
        let options = CaptureOptions {
            image_name: "Second".to_owned(),
            compression: Compression::Xpress,
            times: MADE_AT,
            architecture: Some(Architecture::X64),
            ..CaptureOptions::default()
        };
        let appended = append(&Library::load(libwim)?, &folder, path, &options, &mut |_, _| ControlFlow::Continue(()));
        std::fs::remove_dir_all(&folder).with_context(|| format!("cannot remove {folder}"))?;
        appended.with_context(|| format!("cannot add an image to {path}"))
    }
}
