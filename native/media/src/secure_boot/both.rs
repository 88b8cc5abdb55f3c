//! Two media of one definition: one with the boot loader of 2011, one with that of 2023.

use crate::definition::Definition;
use crate::options::{BootLoaderChoice, TargetSecureBoot};
use crate::plan::Plan;
use camino::{Utf8Path, Utf8PathBuf};
use sha2::{Digest, Sha256};

/// One of the media that a definition asks for.
pub(crate) struct Part {
    /// The definition of just this medium.
    pub definition: Definition,
}

/// The media that a definition asks for: one, or two with the years in their names (`boot-2011.iso`, `boot-2023.iso`).
pub(crate) fn parts(definition: &Definition) -> Vec<Part> {
    if definition.boot_loader != BootLoaderChoice::Both {
        return vec![Part { definition: definition.clone() }];
    }
    // Each is for the computers of its year, whatever all of them together are.
    let part = |boot_loader, target, year| {
        let path = with_suffix(&definition.path, year);
        let target_secure_boot = definition.target_secure_boot.map(|_| target);
        Part { definition: Definition { path, boot_loader, target_secure_boot, ..definition.clone() } }
    };
    vec![
        part(BootLoaderChoice::WindowsProductionPCA2011, TargetSecureBoot::Of2011, "2011"),
        part(BootLoaderChoice::WindowsUEFICA2023, TargetSecureBoot::Of2023, "2023"),
    ]
}

/// The plans of the media of one definition as one: the volumes of the second medium follow those of the first.
pub(crate) fn join(mut plans: Vec<Plan>, definition: &Definition) -> Plan {
    let mut whole = plans.remove(0);
    if plans.is_empty() {
        return whole;
    }
    whole.parts = vec![std::mem::take(&mut whole.plan_id)];
    for mut plan in plans {
        let before = u32::try_from(whole.volumes.len()).unwrap_or(u32::MAX);
        plan.entries.iter_mut().for_each(|entry| entry.volume += before);
        plan.volumes.iter_mut().for_each(|volume| volume.index += before);
        whole.parts.push(plan.plan_id);
        whole.entries.extend(plan.entries);
        whole.volumes.extend(plan.volumes);
        // They are made one after the other: the temporary folder is empty in between.
        whole.staging_bytes = whole.staging_bytes.max(plan.staging_bytes);
        whole.target_bytes = whole.target_bytes.saturating_add(plan.target_bytes);
    }
    whole.plan_id = crate::text::hex(&Sha256::digest(whole.parts.concat().as_bytes()));
    whole.path.clone_from(&definition.path);
    whole.definition = definition.clone();
    whole
}

fn with_suffix(path: &str, suffix: &str) -> String {
    let path = Utf8Path::new(path);
    let name = match (path.file_stem(), path.extension()) {
        (Some(stem), Some(extension)) => format!("{stem}-{suffix}.{extension}"),
        _ => format!("{}-{suffix}", path.file_name().unwrap_or_default()),
    };
    let folder = path.parent().map_or_else(Utf8PathBuf::new, Utf8Path::to_owned);
    folder.join(name).into_string()
}

#[cfg(test)]
mod tests {
    use super::with_suffix;
    use camino::Utf8PathBuf;

    #[test]
    fn the_year_stands_before_the_ending() {
        // As paths: on Windows either separator may stand there.
        let named = |path: &str, suffix: &str| Utf8PathBuf::from(with_suffix(path, suffix));
        assert_eq!(named("/media/boot.iso", "2011"), "/media/boot-2011.iso");
        assert_eq!(named("boot.x64.iso", "2023"), "boot.x64-2023.iso");
        assert_eq!(named("/media/boot", "2023"), "/media/boot-2023");
    }
}
