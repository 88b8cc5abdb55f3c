//! Options whose place on real media nobody has shown: they are written where the media profile says, and a client may
//! pass them over.

use super::{Rule, Subject};
use crate::report::Check;
use crate::{ErrorKind, Kind, UserDeviceAffinity};

pub(super) const RULE: Rule = Rule {
    id: "definition.unproven-place",
    title: "Every option stands where clients are known to look for it",
    symptom: Some("The client passes the option over."),
    look,
};

fn look(subject: &Subject<'_>) -> Vec<Check> {
    let (definition, profile) = (subject.definition, subject.profile);
    let metadata = &profile.metadata;
    let options = [
        ("prestartCommand", definition.prestart_command.is_some(), &profile.prestart.command_variable),
        ("prestartPackage", definition.prestart_package.is_some(), &profile.prestart.package_variable),
        ("createdBy", definition.created_by.is_some(), &metadata.created_by_variable),
        ("version", definition.version.is_some(), &metadata.version_variable),
        ("comment", definition.comment.is_some(), &metadata.comment_variable),
        (
            "userDeviceAffinity",
            definition.user_device_affinity != UserDeviceAffinity::DoNotAllow,
            &profile.user_device_affinity.variable,
        ),
        ("application", !definition.application.is_empty(), &profile.layout.package_directory),
        ("package", !definition.package.is_empty(), &profile.layout.package_directory),
        ("driverPackage", !definition.driver_package.is_empty(), &profile.layout.package_directory),
        (
            "distributionPoint",
            definition.kind == Kind::Prestaged && !definition.distribution_point.is_empty(),
            &profile.prestaged.distribution_point_variable,
        ),
    ];
    let stand_alone = &profile.stand_alone;
    let dates = [
        ("mediaStartDate", definition.media_start_date.is_some(), &stand_alone.start_variable),
        ("mediaExpirationDate", definition.media_expiration_date.is_some(), &stand_alone.expiration_variable),
    ];
    let options = options.into_iter().chain(dates).collect::<Vec<_>>();
    let place = |(option, _, variable): &(&str, bool, &String)| match variable.is_empty() {
        true => format!("{option} (nowhere)"),
        false if variable.contains('/') => format!("{option} (folder {variable})"),
        false => format!("{option} (variable {variable})"),
    };
    let asked: Vec<String> = options.iter().filter(|(_, asked, _)| *asked).map(place).collect();
    if asked.is_empty() {
        return Vec::new();
    }
    let evidence = format!("Not proven on real media: {}.", asked.join(", "));
    let remedy = "Try the medium on one computer. docs/lab-check.md says how a real medium settles the place for good.";
    vec![RULE.warning(evidence, remedy).number(ErrorKind::PlaceUnproven)]
}

#[cfg(test)]
mod tests {
    use super::super::tests::look;
    use super::*;

    #[test]
    fn each_such_option_is_named_with_its_place() {
        let checks = look(&RULE, |c| {
            c.definition.prestart_command = Some("cmd /C x".into());
            c.definition.user_device_affinity = UserDeviceAffinity::AutoApproval;
        });
        let evidence = &checks[0].evidence;
        assert!(evidence.contains("prestartCommand (variable _SMSTS") && evidence.contains("SMSTSAssignUsersMode"));
        assert_eq!(checks[0].error_id.as_deref(), Some("TSM1030"));
        assert!(look(&RULE, |_| {}).is_empty());
    }
}
