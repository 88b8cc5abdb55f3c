//! The variables of a medium: what the site says, what the admin asked for, and what is fresh in every medium.

use crate::blueprint::Blueprint;
use crate::boot_image::Origin;
use crate::definition::{Kind, MediaMode};
use crate::{Error, ErrorKind, Result, Stage, UserDeviceAffinity, management_points};
use jiff::Timestamp;
use tsm_formats::variables::{MediaVariables, VariablesError, names};
use tsm_site::Architecture;
use zeroize::Zeroizing;

/// What is fresh in every medium.
pub(crate) struct Fresh {
    /// The media GUID, as it stands in the variables.
    pub media_guid: String,
    /// The certificate with its key: PKCS #12; absent for media without one.
    pub pkcs12: Option<Zeroizing<Vec<u8>>>,
}

/// The variables, in the order of the media profile; those of the admin follow in their own order.
pub(crate) fn make(blueprint: &Blueprint, fresh: &Fresh) -> Result<MediaVariables> {
    let mut variables = MediaVariables::new();
    let fault = |e: VariablesError| {
        Error::new(ErrorKind::VariableValueInvalid, Stage::Build, format!("A media variable cannot be written: {e}."))
            .source(e)
    };
    for name in &blueprint.profile.variables.order {
        if let Some(value) = value(blueprint, fresh, name) {
            variables.push(name, &value).map_err(fault)?;
        }
    }
    for (name, value) in optional(blueprint) {
        variables.push(name, &value).map_err(fault)?;
    }
    if let Some((name, value)) = distribution_points(blueprint) {
        variables.push(name, &value).map_err(fault)?;
    }
    for variable in &blueprint.definition.variable {
        variables.push(&variable.name, &variable.value).map_err(fault)?;
    }
    Ok(variables)
}

/// The value of one of the medium's own variables; `None` when this medium does not have it.
fn value(blueprint: &Blueprint, fresh: &Fresh, name: &str) -> Option<Zeroizing<String>> {
    let (definition, facts) = (&blueprint.definition, &blueprint.facts);
    if definition.kind == Kind::Capture && !blueprint.profile.capture.variables.iter().any(|own| own == name) {
        return None;
    }
    let profile = &blueprint.profile.variables;
    let points = || management_points::written(&definition.management_point, facts.ports, profile);
    let text = match name {
        names::MANAGEMENT_POINT => (definition.media_mode == Some(MediaMode::SiteBased)).then(points),
        names::LOCATION_MANAGEMENT_POINTS => (definition.media_mode == Some(MediaMode::Dynamic)).then(points),
        names::MEDIA_GUID => Some(fresh.media_guid.clone()),
        names::MEDIA_PFX => return fresh.pkcs12.as_ref().map(|bytes| Zeroizing::new(crate::text::hex(bytes))),
        names::SITE_CODE => Some(facts.site_code.clone()),
        names::BOOT_IMAGE_PACKAGE_ID => package(blueprint).map(|(id, _)| id.to_owned()),
        names::BOOT_IMAGE_SOURCE_VERSION => package(blueprint).map(|(_, version)| version.to_string()),
        names::HTTP_PORT => Some(facts.ports.map_or(profile.http_port, |p| p.http).to_string()),
        names::HTTPS_PORT => Some(facts.ports.map_or(profile.https_port, |p| p.https).to_string()),
        names::IIS_SSL_STATE => Some(facts.iis_ssl_state.unwrap_or(profile.iis_ssl_state).to_string()),
        names::LAUNCH_MODE => Some((definition.kind.rules().launch_mode)(definition, profile).to_owned()),
        names::MEDIA_TYPE => Some((definition.kind.rules().word)(&blueprint.profile.media_types).to_owned()),
        names::STAND_ALONE => {
            let mark = &blueprint.profile.stand_alone.mark;
            (definition.kind == Kind::StandAlone && !mark.is_empty()).then(|| mark.clone())
        }
        names::PUBLIC_ROOT_KEY => facts.public_root_key.as_ref().map(|k| k.to_uppercase()),
        names::ROOT_CA_CERTIFICATES => root_certificates(blueprint),
        names::SITE_SIGNING_CERTIFICATE => facts.site_signing_certificate.as_ref().map(|c| c.to_uppercase()),
        names::USE_FIRST_CERTIFICATE => {
            Some(facts.use_first_certificate.map_or(profile.use_first_certificate, u8::from).to_string())
        }
        names::UNKNOWN_X64_GUID => unknown(blueprint, Architecture::X64),
        names::UNKNOWN_X86_GUID => unknown(blueprint, Architecture::X86),
        names::UNKNOWN_ARM64_GUID => unknown(blueprint, Architecture::Arm64),
        names::PREFERRED_MANAGEMENT_POINTS => {
            facts.prefer_boundary_group_management_points.map(|prefer| u8::from(prefer).to_string())
        }
        names::BRANDING_TITLE => facts.organization_name.clone().filter(|name| !name.is_empty()),
        names::TIME_ZONE => facts.time_zone.clone(),
        _ => None,
    };
    text.map(Zeroizing::new)
}

/// The variables of options, which stand where the media profile says; an empty name there leaves one out.
fn optional(blueprint: &Blueprint) -> impl Iterator<Item = (&str, String)> {
    let (definition, profile) = (&blueprint.definition, &blueprint.profile);
    let (prestart, metadata, affinity) = (&profile.prestart, &profile.metadata, &profile.user_device_affinity);
    let affinity_word = match definition.user_device_affinity {
        UserDeviceAffinity::DoNotAllow => None,
        UserDeviceAffinity::AdministratorApproval => Some(affinity.pending_word.as_str()),
        UserDeviceAffinity::AutoApproval => Some(affinity.auto_word.as_str()),
    };
    let stand_alone = &profile.stand_alone;
    let text = |value: Option<&str>| value.map(str::to_owned);
    let time = |value: Option<Timestamp>| value.map(|time| time.to_string());
    [
        (&prestart.command_variable, definition.prestart_command.clone()),
        (&prestart.package_variable, blueprint.extras.prestart.as_ref().map(|p| p.id.clone())),
        (&metadata.created_by_variable, definition.created_by.clone()),
        (&metadata.version_variable, definition.version.clone()),
        (&metadata.comment_variable, definition.comment.clone()),
        (&affinity.variable, text(affinity_word)),
        (&stand_alone.start_variable, time(definition.media_start_date)),
        (&stand_alone.expiration_variable, time(definition.media_expiration_date)),
    ]
    .into_iter()
    .filter_map(|(name, value)| Some((name.as_str(), value.filter(|_| !name.is_empty())?)))
}

/// The distribution points of a prestaged medium, where the media profile names a variable for them.
fn distribution_points(blueprint: &Blueprint) -> Option<(&str, String)> {
    let (definition, profile) = (&blueprint.definition, &blueprint.profile.prestaged);
    let name = &profile.distribution_point_variable;
    let asked = definition.kind == Kind::Prestaged && !name.is_empty() && !definition.distribution_point.is_empty();
    asked.then(|| (name.as_str(), definition.distribution_point.join(&profile.distribution_point_separator)))
}

fn root_certificates(blueprint: &Blueprint) -> Option<String> {
    let certificates = &blueprint.facts.root_ca_certificates;
    let upper: Vec<String> = certificates.iter().map(|c| c.to_uppercase()).collect();
    (!upper.is_empty()).then(|| upper.join(&blueprint.profile.variables.root_certificate_separator))
}

fn package(blueprint: &Blueprint) -> Option<(&str, u32)> {
    match &blueprint.boot_image.origin {
        Origin::Package { id, version, .. } => Some((id, *version)),
        Origin::File => None,
    }
}

fn unknown(blueprint: &Blueprint, architecture: Architecture) -> Option<String> {
    if !blueprint.definition.allow_unknown_machine {
        return None;
    }
    let record = blueprint.facts.unknown_computers.iter().find(|u| u.architecture == architecture)?;
    Some(record.id.clone())
}
