//! Writing a bundle: beside its place first, and read back before it gets there.

use super::gather::{Gathered, gather};
use super::{Bundle, check_free, head, is_file_name, read, unusable};
use crate::blueprint::Blueprint;
use crate::build;
use crate::definition::Definition;
use crate::disc::Disc;
use crate::partial::{partial_of, refused};
use crate::supply::{Keeping, Supply};
use crate::{Error, ErrorKind, Host, Result, Secrets, Stage, secure_boot};
use camino::Utf8Path;
use jiff::Timestamp;
use tsm_job::Context;
use tsm_platform::{ExclusiveFile, ExclusiveFolder};

/// The label of a bundle that is a disc image.
const LABEL: &str = "TaskSequenceMedia bundle";

/// Plans the medium and writes everything that it is made from.
pub(super) fn export(
    definition: &Definition,
    target: &Utf8Path,
    secrets: &Secrets,
    host: &Host,
    context: &Context,
) -> Result<Bundle> {
    check_free(target)?;
    let mut blueprints = Vec::new();
    for part in secure_boot::parts(definition) {
        let supply = Supply::new(&part.definition, secrets, Keeping::Kept);
        blueprints.push(Blueprint::make(&part.definition, secrets, host, &supply, context)?);
    }
    let plans = blueprints.iter().map(Blueprint::plan).collect::<Result<Vec<_>>>()?;
    let plan = secure_boot::join(plans, definition);
    let created = definition.epoch.and_then(|e| Timestamp::from_second(e).ok()).unwrap_or_else(Timestamp::now);
    let gathered = gather(definition, &blueprints, &plan, created, context)?;
    for field in &gathered.index.left_out {
        let message = format!(
            "What '{field}' names is not in the bundle, as it holds a secret: name it where the medium is made."
        );
        context.warning(ErrorKind::BundleLeavesOut.code(), message);
    }
    let boot_image = blueprints.first().map(|blueprint| &blueprint.boot_image);
    let disc = Disc { label: LABEL, items: &gathered.items, folders: &gathered.folders, boot_entries: &[], boot_image };
    if is_file_name(target) {
        write_file(&disc, target, created, context)?;
    } else {
        write_folder(&disc, target, context)?;
    }
    context.information(format!("The bundle '{target}' is written and checked."));
    Ok(bundle(definition, target, gathered))
}

fn bundle(definition: &Definition, target: &Utf8Path, gathered: Gathered) -> Bundle {
    let Gathered { items, index, .. } = gathered;
    Bundle {
        path: target.to_string(),
        plan_id: index.plan_id,
        tool: index.tool,
        created: index.created,
        files: items.len() as u64,
        bytes: items.iter().filter_map(|item| item.size).sum(),
        packages: index.packages,
        left_out: index.left_out,
        definition: definition.clone(),
    }
}

fn write_file(disc: &Disc<'_>, target: &Utf8Path, created: Timestamp, context: &Context) -> Result<()> {
    let partial = partial_of(target);
    let fault = |e| unusable(target, format!("The bundle '{target}' cannot be written."), e);
    let mut file =
        ExclusiveFile::create(&partial).map_err(fault)?.map_err(|refusal| refused(refusal, Stage::Content))?;
    let image = build::write_image(disc, &build::Made::default(), created, &mut file, context)?;
    let inner = file.file().map_err(fault)?;
    head::write(inner, image.length, image.hashes.sha256).map_err(fault)?;
    tsm_platform::flush_file(inner).map_err(fault)?;
    head::check(&partial, context)?;
    file.put(target).map_err(fault)
}

fn write_folder(disc: &Disc<'_>, target: &Utf8Path, context: &Context) -> Result<()> {
    let fault = |e| unusable(target, format!("The bundle '{target}' cannot be written."), e);
    let folder = ExclusiveFolder::create(target).map_err(fault)?.map_err(|refusal| refused(refusal, Stage::Content))?;
    build::write_folder(disc, folder.path(), context).map_err(|e| as_bundle(e, target))?;
    read::check_folder(folder.path(), context)?;
    folder.put().map_err(fault)
}

/// Faults of writing name the folder that is made; the user knows its target.
fn as_bundle(error: Error, target: &Utf8Path) -> Error {
    match error.kind() {
        ErrorKind::BuildFailed => {
            let message = format!("The bundle '{target}' cannot be written: {}", error.message());
            Error::new(ErrorKind::BundleUnusable, Stage::Content, message).target(target.as_str()).source(error)
        }
        _ => error,
    }
}
