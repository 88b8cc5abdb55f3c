//! Ciphers beyond the common ones are safer, and read by fewer clients (`docs/formats.md`, "Envelope", "Media certificate").

use super::{Rule, Subject};
use crate::report::Check;
use crate::{CertificateEncryption, VariablesEncryption};

pub(super) const RULE: Rule = Rule {
    id: "definition.encryption",
    title: "Every client can read the variables and the certificate",
    symptom: Some("The wizard refuses the right password, or the management point refuses the medium."),
    look,
};

fn look(subject: &Subject<'_>) -> Vec<Check> {
    let definition = subject.definition;
    let mut rare = Vec::new();
    if definition.variables_encryption == Some(VariablesEncryption::Aes256) {
        rare.push("the variables file with AES-256, which is not documented for media");
    }
    if definition.certificate_encryption == Some(CertificateEncryption::Pbes2) {
        rare.push("the certificate with PBES2, which an older Windows PE cannot open");
    }
    if rare.is_empty() {
        return Vec::new();
    }
    let evidence = format!("Encrypted are {}.", rare.join(", and "));
    vec![RULE.warning(evidence, "Try the medium on one computer of each kind, or leave the choice out.")]
}

#[cfg(test)]
mod tests {
    use super::super::tests::outcomes;
    use super::*;
    use crate::report::Outcome::Warning;

    #[test]
    fn rare_ciphers_are_a_warning() {
        assert!(outcomes(&RULE, |_| {}).is_empty());
        let of = |variables, certificate| {
            outcomes(&RULE, |c| {
                (c.definition.variables_encryption, c.definition.certificate_encryption) = (variables, certificate);
            })
        };
        assert_eq!(of(Some(VariablesEncryption::Aes256), None), [Warning]);
        assert_eq!(of(None, Some(CertificateEncryption::Pbes2)), [Warning]);
        assert!(of(Some(VariablesEncryption::Aes128), Some(CertificateEncryption::Classic)).is_empty());
    }
}
