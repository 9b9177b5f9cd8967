//! The AWS clients, made by hand from Lambda's environment.
//!
//! The usual way (`aws_config::load_from_env`) assembles a chain of providers and parses the
//! machine's certificates, which takes longer than everything else that happens before the first
//! call.

use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;

use aws_credential_types::Credentials;
use aws_credential_types::provider::SharedCredentialsProvider;
use aws_smithy_async::rt::sleep::TokioSleep;
use aws_smithy_async::time::SystemTimeSource;
use aws_smithy_runtime_api::client::behavior_version::BehaviorVersion;
use aws_smithy_runtime_api::client::http::SharedHttpClient;
use aws_smithy_types::retry::RetryConfig;
use aws_smithy_types::timeout::TimeoutConfig;
use aws_types::SdkConfig;
use aws_types::region::Region;
use rustls::RootCertStore;
use rustls::pki_types::CertificateDer;
use rustls::pki_types::pem::PemObject;
use secrecy::ExposeSecret;
use url::Url;

use crate::SettingError;
use crate::aws_http;
use crate::settings::AwsSettings;

/// The roots that AWS's endpoints chain to, published by AWS for programs that carry their own
/// (<https://www.amazontrust.com/repository/>). In DER: to decode PEM takes longer than all else
/// that is done with them.
const AMAZON_ROOTS: [&[u8]; 5] = [
    include_bytes!("../roots/amazon-root-ca-1.der"),
    include_bytes!("../roots/amazon-root-ca-2.der"),
    include_bytes!("../roots/amazon-root-ca-3.der"),
    include_bytes!("../roots/amazon-root-ca-4.der"),
    include_bytes!("../roots/starfield-services-root-ca-g2.der"),
];

/// Both services answer in milliseconds; an attempt that takes longer is better repeated. The
/// caller bounds the whole.
const CONNECT: Duration = Duration::from_secs(1);
/// From a person's machine.
const CONNECT_FAR: Duration = Duration::from_secs(5);
const ATTEMPT: Duration = Duration::from_secs(3);
const ATTEMPTS: u32 = 3;

/// The AWS clients of a process: one HTTP client, one configuration. Cheap to clone.
#[derive(Clone, Debug)]
pub struct Aws {
    dynamodb: SdkConfig,
    secrets_manager: aws_sdk_secretsmanager::Client,
}

impl Aws {
    /// Makes the clients. Nothing is sent.
    ///
    /// # Errors
    /// `AWS_CA_BUNDLE` names no readable file of PEM certificates.
    pub fn new(settings: &AwsSettings) -> Result<Self, SettingError> {
        let http = aws_http::builder(tls(roots(settings)?)?, CONNECT).no_proxy();
        let http = aws_http::client(http).map_err(unusable)?;
        let credentials = Credentials::new(
            &settings.access_key_id,
            settings.secret_access_key.expose_secret(),
            settings.session_token.as_ref().map(|token| token.expose_secret().to_owned()),
            None,
            "LambdaEnvironment",
        );
        let config = SdkConfig::builder()
            .behavior_version(BehaviorVersion::v2026_01_12())
            .region(Region::new(settings.region.clone()))
            .credentials_provider(SharedCredentialsProvider::new(credentials))
            .http_client(http)
            .sleep_impl(TokioSleep::new())
            .time_source(SystemTimeSource::new())
            .retry_config(RetryConfig::standard().with_max_attempts(ATTEMPTS))
            .timeout_config(
                TimeoutConfig::builder()
                    .connect_timeout(CONNECT)
                    .operation_attempt_timeout(ATTEMPT)
                    .build(),
            )
            .build();
        Ok(Self {
            dynamodb: at(&config, settings.dynamodb_endpoint.as_ref()),
            secrets_manager: aws_sdk_secretsmanager::Client::new(&at(
                &config,
                settings.secrets_manager_endpoint.as_ref(),
            )),
        })
    }

    /// The HTTP client of the SDK for a program that a person runs: it trusts what the machine
    /// trusts, or else the certificates in `ca_bundle`, and heeds the machine's proxy.
    ///
    /// # Errors
    /// `AWS_CA_BUNDLE` names no readable file of PEM certificates.
    pub fn http_client(ca_bundle: Option<PathBuf>) -> Result<SharedHttpClient, SettingError> {
        let roots = match ca_bundle {
            Some(path) => bundled_roots(&path)?,
            None => machine_roots(),
        };
        aws_http::client(aws_http::builder(tls(roots)?, CONNECT_FAR)).map_err(unusable)
    }

    /// A DynamoDB client. Made when it is asked for: a function that has no use for the table does
    /// not even contain the SDK's code for it.
    pub fn dynamodb(&self) -> aws_sdk_dynamodb::Client {
        aws_sdk_dynamodb::Client::new(&self.dynamodb)
    }

    pub(crate) fn secrets_manager(&self) -> &aws_sdk_secretsmanager::Client {
        &self.secrets_manager
    }
}

fn at(config: &SdkConfig, endpoint: Option<&Url>) -> SdkConfig {
    match endpoint {
        Some(url) => config.to_builder().endpoint_url(url.as_str()).build(),
        None => config.clone(),
    }
}

fn unusable(_: reqwest::Error) -> SettingError {
    SettingError::new("AWS_CA_BUNDLE", "does not give a usable set of certificates")
}

fn tls(roots: RootCertStore) -> Result<rustls::ClientConfig, SettingError> {
    let config = rustls::ClientConfig::builder_with_provider(Arc::new(
        rustls::crypto::ring::default_provider(),
    ))
    .with_safe_default_protocol_versions()
    .map_err(|_| SettingError::new("AWS_CA_BUNDLE", "cannot be heeded: TLS cannot be set up"))?;
    Ok(config.with_root_certificates(roots).with_no_client_auth())
}

/// The roots that the endpoints need, and no more: parsing the machine's takes 4 to 5 ms. Amazon's
/// are there at once, also where stand-ins speak plain HTTP and need none.
fn roots(settings: &AwsSettings) -> Result<RootCertStore, SettingError> {
    if let Some(path) = &settings.ca_bundle {
        return bundled_roots(path);
    }
    let endpoints = [&settings.dynamodb_endpoint, &settings.secrets_manager_endpoint];
    if endpoints.into_iter().flatten().any(|endpoint| endpoint.scheme() == "https") {
        return Ok(machine_roots());
    }
    let mut roots = RootCertStore::empty();
    roots.add_parsable_certificates(AMAZON_ROOTS.map(CertificateDer::from));
    Ok(roots)
}

fn machine_roots() -> RootCertStore {
    let mut roots = RootCertStore::empty();
    roots.add_parsable_certificates(rustls_native_certs::load_native_certs().certs);
    roots
}

fn bundled_roots(path: &Path) -> Result<RootCertStore, SettingError> {
    let mut roots = RootCertStore::empty();
    let pem = std::fs::read(path)
        .map_err(|_| SettingError::new("AWS_CA_BUNDLE", "names a file that cannot be read"))?;
    let all_added =
        CertificateDer::pem_slice_iter(&pem).all(|der| der.is_ok_and(|der| roots.add(der).is_ok()));
    if !all_added || roots.is_empty() {
        return Err(SettingError::new("AWS_CA_BUNDLE", "must name a file of PEM certificates"));
    }
    Ok(roots)
}
