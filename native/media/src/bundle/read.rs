//! Reading a bundle: every byte is checked before anything of it is used.

use super::index::{DEFINITION, INDEX, Index, SUMS, Sums, read_sums};
use super::{Bundle, altered, check_free, gather, head, unusable};
use crate::carrier::Carrier;
use crate::definition::Definition;
use crate::partial::refused;
use crate::{Error, ErrorKind, Host, Result, Stage};
use camino::{Utf8Path, Utf8PathBuf};
use sha2::{Digest, Sha256};
use std::collections::BTreeMap;
use std::fs::{File, OpenOptions};
use std::io::{self, Read, Write};
use std::time::{Duration, SystemTime};
use tsm_formats::{MediaProfile, Sha256Hash};
use tsm_job::{Activity, Context, Unit};
use tsm_optical::FileInfo;
use tsm_platform::ExclusiveFolder;

/// More than this no list of files is long.
const MOST_SUMS: u64 = 1 << 30;

/// Checks a bundle, unpacks it where it is one file, and gives the definition of its medium.
pub(super) fn import(
    source: &Utf8Path,
    destination: Option<&Utf8Path>,
    medium: &Utf8Path,
    context: &Context,
) -> Result<Bundle> {
    std::fs::metadata(source).map_err(|e| unusable(source, format!("The bundle '{source}' cannot be read."), e))?;
    let (checked, folder) = match (source.is_dir(), destination) {
        (true, None) => {
            let checked = check_folder(source, context)?;
            restore_times(&checked.index, source)?;
            (checked, source.to_owned())
        }
        (true, Some(destination)) => {
            let message =
                format!("'{source}' is a folder: it is used where it is, and not unpacked to '{destination}'.");
            return Err(Error::new(ErrorKind::OptionsContradict, Stage::Input, message).target("destination"));
        }
        (false, Some(destination)) => (unpack(source, destination, context)?, destination.to_owned()),
        (false, None) => {
            let message = format!("'{source}' is a file: name the folder into which it is to be unpacked.");
            return Err(Error::new(ErrorKind::DefinitionIncomplete, Stage::Input, message).target("destination"));
        }
    };
    let Checked { index, files, bytes } = checked;
    let folder = camino::absolute_utf8(&folder).unwrap_or(folder);
    let definition = Definition { path: medium.to_string(), ..Definition::load(&folder.join(DEFINITION))? };
    context.information(format!("The bundle '{source}' is whole."));
    Ok(Bundle {
        path: folder.into_string(),
        plan_id: index.plan_id,
        tool: index.tool,
        created: index.created,
        files,
        bytes,
        packages: index.packages,
        left_out: index.left_out,
        definition,
    })
}

/// A bundle whose bytes are those that were written.
pub(super) struct Checked {
    index: Index,
    files: u64,
    bytes: u64,
}

/// Checks a bundle that is a folder.
pub(super) fn check_folder(folder: &Utf8Path, context: &Context) -> Result<Checked> {
    Reader::open(folder)?.check(None, context)
}

/// Checks a bundle that is a file and unpacks it.
fn unpack(source: &Utf8Path, destination: &Utf8Path, context: &Context) -> Result<Checked> {
    check_free(destination)?;
    head::check(source, context)?;
    let fault = |e| unusable(destination, format!("The folder '{destination}' cannot be written."), e);
    let folder =
        ExclusiveFolder::create(destination).map_err(fault)?.map_err(|refusal| refused(refusal, Stage::Content))?;
    let checked = Reader::open(source)?.check(Some(folder.path()), context)?;
    folder.put().map_err(fault)?;
    Ok(checked)
}

/// A bundle that is being checked.
struct Reader<'a> {
    source: &'a Utf8Path,
    carrier: Carrier,
    files: BTreeMap<String, FileInfo>,
    folders: Vec<String>,
}

impl<'a> Reader<'a> {
    fn open(source: &'a Utf8Path) -> Result<Self> {
        let invalid =
            |message: String| Error::new(ErrorKind::BundleInvalid, Stage::Content, message).target(source.as_str());
        let (carrier, listed, odd) = Carrier::open(source, &MediaProfile::default(), &Host::default())
            .map_err(|e| invalid(format!("'{source}' is no bundle.")).source(e))?;
        if let Some(odd) = odd.first() {
            return Err(altered(source, format!("'{odd}' is neither a file nor a folder")));
        }
        let (folders, files): (Vec<_>, Vec<_>) = listed.into_iter().partition(|info| info.is_dir);
        let folders = folders.into_iter().map(|info| info.path).collect();
        let files: BTreeMap<_, _> = files.into_iter().map(|info| (info.path.clone(), info)).collect();
        if ![INDEX, SUMS].iter().all(|name| files.contains_key(*name)) {
            return Err(invalid(format!("'{source}' is no bundle: it has no {INDEX} and {SUMS}.")));
        }
        Ok(Self { source, carrier, files, folders })
    }

    /// Compares every file with its hash, and writes it to a folder where one is given.
    fn check(mut self, to: Option<&Utf8Path>, context: &Context) -> Result<Checked> {
        let sums = self.sums()?;
        self.check_names(&sums)?;
        let index = self.index(&sums)?;
        if let Some(missing) = index.folders.iter().find(|folder| !self.folders.contains(folder)) {
            return Err(altered(self.source, format!("the folder '{missing}' is missing")));
        }
        self.check_definition(&sums)?;
        let bytes = self.files.values().map(|info| info.size).sum();
        let mut activity = context.activity("Reading bundle", Unit::Bytes, bytes);
        for folder in index.folders.iter().filter(|_| to.is_some()) {
            if let Some(to) = to {
                let place = place(to, folder)?;
                std::fs::create_dir_all(&place).map_err(|e| unusable(&place, cannot_write(&place), e))?;
            }
        }
        let files = std::mem::take(&mut self.files);
        for (path, info) in &files {
            let found = self.copy(info, to, &mut activity, context)?;
            if sums.get(path).is_some_and(|wanted| *wanted != found) {
                return Err(altered(self.source, format!("'{path}' has other bytes than were written")));
            }
        }
        Ok(Checked { index, files: files.len() as u64, bytes })
    }

    fn sums(&mut self) -> Result<Sums> {
        let bytes = self.small(SUMS)?;
        read_sums(&bytes).ok_or_else(|| altered(self.source, format!("its {SUMS} is damaged")))
    }

    /// What is listed has to be there, and nothing else.
    fn check_names(&self, sums: &Sums) -> Result<()> {
        if let Some(missing) = sums.keys().find(|path| !self.files.contains_key(*path)) {
            return Err(altered(self.source, format!("'{missing}' is missing")));
        }
        match self.files.keys().find(|path| *path != SUMS && !sums.contains_key(*path)) {
            Some(foreign) => Err(altered(self.source, format!("'{foreign}' does not belong to it"))),
            None => Ok(()),
        }
    }

    fn index(&mut self, sums: &Sums) -> Result<Index> {
        let bytes = self.known(INDEX, sums)?;
        Index::read(&bytes, self.source)
    }

    /// Files of this computer go on a medium only when its user names them: the definition of a bundle names none.
    fn check_definition(&mut self, sums: &Sums) -> Result<()> {
        let bytes = self.known(DEFINITION, sums)?;
        let text = String::from_utf8_lossy(&bytes);
        match gather::is_own(&Definition::parse(&text, None)?) {
            true => Ok(()),
            false => Err(altered(self.source, format!("its {DEFINITION} names what is not in it"))),
        }
    }

    /// The bytes of a file that is read as a whole and is what was written.
    fn known(&mut self, path: &str, sums: &Sums) -> Result<Vec<u8>> {
        if !self.files.contains_key(path) {
            return Err(altered(self.source, format!("'{path}' is missing")));
        }
        let bytes = self.small(path)?;
        let found = Sha256Hash::from(<[u8; 32]>::from(Sha256::digest(&bytes)));
        match sums.get(path) == Some(&found) {
            true => Ok(bytes),
            false => Err(altered(self.source, format!("'{path}' has other bytes than were written"))),
        }
    }

    /// The bytes of a file that is read as a whole.
    fn small(&mut self, path: &str) -> Result<Vec<u8>> {
        let unreadable = |e| unusable(self.source, format!("'{path}' in '{}' cannot be read.", self.source), e);
        let Some(info) = self.files.get(path).filter(|info| info.size <= MOST_SUMS) else {
            return Err(altered(self.source, format!("'{path}' is too long")));
        };
        let mut bytes = Vec::new();
        self.carrier.read(info).and_then(|mut file| file.read_to_end(&mut bytes)).map_err(unreadable)?;
        Ok(bytes)
    }

    /// Reads a file to its end, and writes it to a folder where one is given; gives its hash.
    fn copy(
        &mut self,
        info: &FileInfo,
        to: Option<&Utf8Path>,
        activity: &mut Activity,
        context: &Context,
    ) -> Result<Sha256Hash> {
        let source = self.source;
        let unreadable = |e| unusable(source, format!("'{}' in '{source}' cannot be read.", info.path), e);
        let mut target = to.map(|to| create(to, &info.path)).transpose()?;
        let mut reader = self.carrier.read(info).map_err(unreadable)?;
        let (mut hasher, mut buffer) = (Sha256::new(), vec![0; 1 << 20]);
        loop {
            context.check()?;
            let count = match reader.read(&mut buffer) {
                Ok(0) => break,
                Ok(count) => count,
                Err(e) if e.kind() == io::ErrorKind::Interrupted => continue,
                Err(e) => return Err(unreadable(e)),
            };
            hasher.update(&buffer[..count]);
            if let Some((file, place)) = &mut target {
                file.write_all(&buffer[..count]).map_err(|e| unusable(place, cannot_write(place), e))?;
            }
            activity.advance(count as u64);
        }
        if let Some((file, place)) = target {
            finish(&file, info.modified).map_err(|e| unusable(&place, cannot_write(&place), e))?;
        }
        Ok(Sha256Hash::from(<[u8; 32]>::from(hasher.finalize())))
    }
}

fn cannot_write(place: &Utf8Path) -> String {
    format!("'{place}' cannot be written.")
}

/// Where a path of the bundle lies in a folder: below it, whatever the path says.
fn place(folder: &Utf8Path, path: &str) -> Result<Utf8PathBuf> {
    let plain = |part: &str| !part.is_empty() && part != "." && part != ".." && !part.contains(['\\', '\0', ':']);
    match path.split('/').all(plain) {
        true => Ok(folder.join(path)),
        false => Err(altered(folder, format!("'{}' leads out of the folder", path.escape_debug()))),
    }
}

fn create(folder: &Utf8Path, path: &str) -> Result<(File, Utf8PathBuf)> {
    let place = place(folder, path)?;
    let made = || {
        if let Some(parent) = place.parent() {
            std::fs::create_dir_all(parent)?;
        }
        OpenOptions::new().write(true).create_new(true).open(&place)
    };
    match made() {
        Ok(file) => Ok((file, place)),
        Err(e) => Err(unusable(&place, cannot_write(&place), e)),
    }
}

fn finish(file: &File, modified: Option<i64>) -> io::Result<()> {
    if let Some(seconds) = modified.and_then(|seconds| u64::try_from(seconds).ok()) {
        file.set_modified(SystemTime::UNIX_EPOCH + Duration::from_secs(seconds))?;
    }
    tsm_platform::flush_file(file)
}

/// Gives files of the bundle their time again, which copying to another disk may have taken: it is part of the plan.
fn restore_times(index: &Index, folder: &Utf8Path) -> Result<()> {
    for (path, seconds) in &index.times {
        let place = place(folder, path)?;
        let restored = || -> io::Result<()> {
            let Ok(seconds) = u64::try_from(*seconds) else { return Ok(()) };
            let wanted = SystemTime::UNIX_EPOCH + Duration::from_secs(seconds);
            let found = std::fs::metadata(&place)?.modified()?;
            let same = found.duration_since(wanted).is_ok_and(|more| more < Duration::from_secs(1));
            if same { Ok(()) } else { OpenOptions::new().write(true).open(&place)?.set_modified(wanted) }
        };
        restored().map_err(|e| unusable(&place, format!("'{place}' cannot be given its time again."), e))?;
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_path_leads_out_of_the_folder() {
        let folder = Utf8Path::new("/bundle");
        assert_eq!(place(folder, "content/a b.txt").unwrap(), "/bundle/content/a b.txt");
        for bad in
            ["", "..", "../a", "a/../../b", "/etc/a", "a//b", "./a", "a/.", "C:a", "a\\..\\b", "a:stream", "a\0b"]
        {
            assert_eq!(place(folder, bad).unwrap_err().kind(), ErrorKind::BundleAltered, "{bad:?}");
        }
    }
}
