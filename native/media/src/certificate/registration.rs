//! What the site must be told about a medium before it works: its registration record, and the calls that submit it.
//!
//! `SMS_Site.SubmitRegistrationRecord` takes it (`docs/formats.md`, "Media certificate"). The private key stays on the medium:
//! the site needs the certificate alone.

use super::RegistrationState;
use crate::options::UserDeviceAffinity;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use tsm_cert::MediaCertificate;
use tsm_formats::MediaProfile;

/// Boot media; other values are for PXE and for proxies (SDK: SubmitRegistrationRecord).
const TYPE_BOOT_MEDIA: i32 = 1;
/// What stands for the name of the SMS Provider in commands.
const PROVIDER: &str = "$SmsProvider";

/// The parameters of `SMS_Site.SubmitRegistrationRecord`, under their own names.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "PascalCase")]
pub struct RegistrationRecord {
    /// The media GUID, as it stands in the variables of the medium.
    #[serde(rename = "SMSID")]
    pub smsid: String,
    /// The certificate: X.509, DER, in hexadecimal digits.
    pub certificate: String,
    /// Always empty: the key is not for the site.
    #[serde(rename = "CertificatePFX")]
    pub certificate_pfx: String,
    /// 1: boot media.
    pub r#type: i32,
    /// Always empty: boot media have no server.
    pub server_name: String,
    /// User device affinity: 0 not allowed, 1 waits for an administrator, 2 automatic.
    pub uda_setting: i32,
    /// How the certificate came to be; which number means what is only inferred (media profile).
    pub issued_cert: i32,
}

impl RegistrationRecord {
    /// The record for a medium.
    pub(crate) fn of(
        media_guid: &str,
        certificate: &MediaCertificate,
        affinity: UserDeviceAffinity,
        profile: &MediaProfile,
    ) -> Self {
        Self {
            smsid: media_guid.to_owned(),
            certificate: crate::text::hex(certificate.der()),
            certificate_pfx: String::new(),
            r#type: TYPE_BOOT_MEDIA,
            server_name: String::new(),
            uda_setting: match affinity {
                UserDeviceAffinity::DoNotAllow => 0,
                UserDeviceAffinity::AdministratorApproval => 1,
                UserDeviceAffinity::AutoApproval => 2,
            },
            issued_cert: match certificate.is_self_signed() {
                true => profile.certificate.issued_cert_self_signed,
                false => profile.certificate.issued_cert_issued,
            },
        }
    }
}

/// A call of the AdminService (REST) of a site.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct AdminServiceCall {
    /// The HTTP method.
    pub method: String,
    /// The path behind the name of the server.
    pub path: String,
    /// The body: JSON.
    pub body: String,
}

/// How a medium becomes known to its site. It does not work before.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct Registration {
    /// Whether it has been done.
    pub state: RegistrationState,
    /// What is to be submitted.
    pub record: RegistrationRecord,
    /// The same as JSON text.
    pub json: String,
    /// The command that submits it through WMI; `$SmsProvider` has to be the name of the SMS Provider. 0 is success.
    pub cim_command: String,
    /// The call that submits it through the AdminService.
    pub admin_service: AdminServiceCall,
    /// The command for that call.
    pub admin_service_command: String,
}

impl Registration {
    /// The calls for a record.
    pub(crate) fn new(record: RegistrationRecord, site_code: &str, state: RegistrationState) -> Self {
        let json = serde_json::to_string(&record).unwrap_or_default();
        let path = "/AdminService/wmi/SMS_Site.SubmitRegistrationRecord".to_owned();
        Self {
            cim_command: cim_command(&record, site_code),
            admin_service_command: format!(
                "Invoke-RestMethod -Method Post -Uri \"https://{PROVIDER}{path}\" -UseDefaultCredentials -ContentType \
                 'application/json' -Body '{}'",
                quoted(&json)
            ),
            admin_service: AdminServiceCall { method: "POST".into(), path, body: json.clone() },
            state,
            record,
            json,
        }
    }
}

/// Text within a PowerShell literal in single quotes. Records can come from a manifest, which anybody may have written.
fn quoted(text: &str) -> String {
    text.replace('\'', "''")
}

fn cim_command(record: &RegistrationRecord, site_code: &str) -> String {
    format!(
        "Invoke-CimMethod -ComputerName {PROVIDER} -Namespace 'root\\SMS\\site_{}' -ClassName SMS_Site -MethodName \
         SubmitRegistrationRecord -Arguments @{{ SMSID = '{}'; Certificate = '{}'; CertificatePFX = ''; Type = {}; \
         ServerName = ''; UdaSetting = {}; IssuedCert = {} }}",
        quoted(site_code),
        quoted(&record.smsid),
        quoted(&record.certificate),
        record.r#type,
        record.uda_setting,
        record.issued_cert
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    fn record() -> RegistrationRecord {
        RegistrationRecord {
            smsid: "{09821541-3BE2-421C-AA13-D1E0AD000000}".into(),
            certificate: "3082".into(),
            certificate_pfx: String::new(),
            r#type: 1,
            server_name: String::new(),
            uda_setting: 2,
            issued_cert: 1,
        }
    }

    #[test]
    fn the_record_has_the_names_of_the_method_parameters() {
        let registration = Registration::new(record(), "PS1", RegistrationState::NotRegistered);
        assert_eq!(
            registration.json,
            r#"{"SMSID":"{09821541-3BE2-421C-AA13-D1E0AD000000}","Certificate":"3082","CertificatePFX":"","Type":1,"ServerName":"","UdaSetting":2,"IssuedCert":1}"#
        );
        assert_eq!(registration.admin_service.body, registration.json);
        assert!(registration.admin_service_command.ends_with(&format!("-Body '{}'", registration.json)));
    }

    #[test]
    fn the_command_names_site_method_and_every_argument() {
        let command = Registration::new(record(), "PS1", RegistrationState::Unknown).cim_command;
        for part in [
            r"-Namespace 'root\SMS\site_PS1' -ClassName SMS_Site -MethodName SubmitRegistrationRecord",
            "SMSID = '{09821541-3BE2-421C-AA13-D1E0AD000000}'",
            "UdaSetting = 2; IssuedCert = 1 }",
        ] {
            assert!(command.contains(part), "{command}");
        }
    }

    #[test]
    fn a_record_of_a_stranger_cannot_end_its_quotes() {
        let record = RegistrationRecord { smsid: "x'; Remove-Item / '".into(), ..record() };
        let registration = Registration::new(record, "P'1", RegistrationState::Unknown);
        assert!(registration.cim_command.contains(r"site_P''1'"), "{}", registration.cim_command);
        assert!(registration.cim_command.contains("'x''; Remove-Item / '''"), "{}", registration.cim_command);
        assert!(registration.admin_service_command.contains("x''; Remove-Item / ''"));
    }
}
