//! CA bundle of `--ca-bundle`, `AWS_CA_BUNDLE` and the profile, and the certificate check with it.
//!
//! Like OpenSSL, which the AWS CLI uses, the check also accepts a server certificate that is itself
//! in the bundle. Self-signed server certificates are usually marked as those of a CA, and webpki
//! refuses such a certificate as a server's.

use std::path::Path;
use std::sync::Arc;

use rustls::client::danger::{HandshakeSignatureValid, ServerCertVerified, ServerCertVerifier};
use rustls::client::{WebPkiServerVerifier, verify_server_name};
use rustls::crypto::ring;
use rustls::pki_types::pem::PemObject;
use rustls::pki_types::{CertificateDer, ServerName, UnixTime};
use rustls::server::ParsedCertificate;
use rustls::{
    CertificateError, ClientConfig, DigitallySignedStruct, OtherError, RootCertStore,
    SignatureScheme,
};

use crate::aws::connect_options::SettingsError;
use crate::aws::errors::certificate::is_ca_as_server;
use crate::aws::messages;

/// The certificates of a PEM file, which replace the system's. There is at least one.
#[derive(Clone, Debug)]
pub(in crate::aws) struct CaBundle {
    certificates: Vec<CertificateDer<'static>>,
    roots: Arc<RootCertStore>,
}

impl CaBundle {
    /// Reads a bundle and checks that every certificate parses. Text between certificates is
    /// ignored.
    ///
    /// # Errors
    /// Returns an error if the file cannot be read, or has no certificate or an invalid one.
    pub(in crate::aws) fn read(path: &Path) -> Result<Self, SettingsError> {
        let unusable = |reason: &str| {
            SettingsError::new(messages::bad_ca_bundle(path, reason), messages::GIVE_CA_BUNDLE)
        };
        let pem = std::fs::read(path).map_err(|error| unusable(&error.to_string()))?;
        let (mut certificates, mut roots) = (Vec::new(), RootCertStore::empty());
        for (index, certificate) in CertificateDer::pem_slice_iter(&pem).enumerate() {
            let number = index + 1;
            let certificate =
                certificate.map_err(|_| unusable(&messages::certificate_not_pem(number)))?;
            roots
                .add(certificate.clone())
                .map_err(|_| unusable(&messages::certificate_invalid(number)))?;
            certificates.push(certificate);
        }
        if certificates.is_empty() {
            return Err(unusable(messages::NO_CERTIFICATE));
        }
        Ok(Self { certificates, roots: Arc::new(roots) })
    }

    /// Returns TLS settings that trust only this bundle.
    ///
    /// # Errors
    /// Returns an error if the TLS library rejects the settings.
    pub(in crate::aws) fn config(&self) -> Result<ClientConfig, rustls::Error> {
        let provider = Arc::new(ring::default_provider());
        let chains = WebPkiServerVerifier::builder_with_provider(
            Arc::clone(&self.roots),
            Arc::clone(&provider),
        )
        .build()
        .map_err(|error| rustls::Error::Other(OtherError(Arc::new(error))))?;
        let verifier = Arc::new(BundleVerifier { chains, certificates: self.certificates.clone() });
        let builder = ClientConfig::builder_with_provider(provider);
        let builder = builder.with_safe_default_protocol_versions()?;
        Ok(builder.dangerous().with_custom_certificate_verifier(verifier).with_no_client_auth())
    }
}

/// Accepts a server certificate that a certificate of the bundle has issued, or that is itself in
/// the bundle. It must be within its validity time and have the server's name in either case.
#[derive(Debug)]
struct BundleVerifier {
    chains: Arc<WebPkiServerVerifier>,
    certificates: Vec<CertificateDer<'static>>,
}

impl ServerCertVerifier for BundleVerifier {
    fn verify_server_cert(
        &self,
        end_entity: &CertificateDer<'_>,
        intermediates: &[CertificateDer<'_>],
        server_name: &ServerName<'_>,
        ocsp_response: &[u8],
        now: UnixTime,
    ) -> Result<ServerCertVerified, rustls::Error> {
        let verified = self.chains.verify_server_cert(
            end_entity,
            intermediates,
            server_name,
            ocsp_response,
            now,
        );
        match verified {
            Err(error) if is_only_untrusted(&error) && self.certificates.contains(end_entity) => {
                verify_server_name(&ParsedCertificate::try_from(end_entity)?, server_name)?;
                Ok(ServerCertVerified::assertion())
            }
            verified => verified,
        }
    }

    fn verify_tls12_signature(
        &self,
        message: &[u8],
        certificate: &CertificateDer<'_>,
        signed: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, rustls::Error> {
        self.chains.verify_tls12_signature(message, certificate, signed)
    }

    fn verify_tls13_signature(
        &self,
        message: &[u8],
        certificate: &CertificateDer<'_>,
        signed: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, rustls::Error> {
        self.chains.verify_tls13_signature(message, certificate, signed)
    }

    fn supported_verify_schemes(&self) -> Vec<SignatureScheme> {
        self.chains.supported_verify_schemes()
    }
}

/// Returns whether the certificate was refused only because no CA of the bundle has issued it, or
/// because it is that of a CA. webpki checks the validity time before both, and refuses an expired
/// certificate with another error.
fn is_only_untrusted(error: &rustls::Error) -> bool {
    match error {
        rustls::Error::InvalidCertificate(CertificateError::UnknownIssuer) => true,
        rustls::Error::InvalidCertificate(CertificateError::Other(OtherError(cause))) => {
            is_ca_as_server(cause.as_ref())
        }
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_invalid_ca_bundle_is_an_error_with_its_path() {
        let directory = tempfile::tempdir().unwrap();
        let path = directory.path().join("ca.pem");
        for content in [
            "",
            "junk",
            "-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n",
            "-----BEGIN CERTIFICATE-----\n",
        ] {
            std::fs::write(&path, content).unwrap();
            let error = CaBundle::read(&path).unwrap_err();
            assert!(error.message.starts_with("Could not use the CA bundle"), "{error}");
            assert!(error.message.contains("/ca.pem: "), "{error}");
        }
        assert!(CaBundle::read(&directory.path().join("none.pem")).is_err());
    }
}
