//! One call as it came in, taken apart once.

use axum::body::Bytes;
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use http::{HeaderMap, header};

use crate::answer::Format;
use crate::operation::Operation;

/// Query parameters in the order of the URL, decoded.
#[derive(Debug, Default)]
pub(crate) struct Query(Vec<(String, String)>);

impl Query {
    fn parse(raw: &str) -> Self {
        Self(url::form_urlencoded::parse(raw.as_bytes()).into_owned().collect())
    }

    /// The last value of a key: most HTTP stacks keep only that one of repeated keys.
    pub(crate) fn get(&self, key: &str) -> Option<&str> {
        self.0.iter().rev().find(|(name, _)| name == key).map(|(_, value)| value.as_str())
    }

    pub(crate) fn all<'a>(&'a self, key: &'a str) -> impl Iterator<Item = &'a str> {
        self.0.iter().filter(move |(name, _)| name == key).map(|(_, value)| value.as_str())
    }

    pub(crate) fn iter(&self) -> impl Iterator<Item = (&str, &str)> {
        self.0.iter().map(|(name, value)| (name.as_str(), value.as_str()))
    }
}

/// Who calls, as the `Authorization` header says.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum Credentials {
    Missing,
    Key(String),
}

impl Credentials {
    /// BambooHR takes the key as the user name; the password is anything.
    fn read(headers: &HeaderMap) -> Self {
        let key = headers
            .get(header::AUTHORIZATION)
            .and_then(|value| value.to_str().ok())
            .and_then(|value| value.strip_prefix("Basic "))
            .and_then(|encoded| STANDARD.decode(encoded).ok())
            .and_then(|decoded| String::from_utf8(decoded).ok())
            .and_then(|pair| pair.split_once(':').map(|(user, _)| user.to_owned()));
        key.map_or(Self::Missing, Self::Key)
    }
}

#[derive(Debug)]
pub(crate) struct Call {
    pub(crate) operation: Operation,
    pub(crate) method: String,
    /// The number in the path: an employee or a request. Text that is no number meets nobody.
    pub(crate) path_id: Option<u64>,
    /// The URL before `/employees` and the like, as the caller wrote it.
    pub(crate) base: String,
    pub(crate) query: Query,
    pub(crate) credentials: Credentials,
    pub(crate) format: Format,
    pub(crate) body: Bytes,
}

impl Call {
    pub(crate) fn new(
        operation: Operation,
        path_id: Option<u64>,
        parts: &http::request::Parts,
        body: Bytes,
    ) -> Self {
        let accepts_json = parts
            .headers
            .get_all(header::ACCEPT)
            .iter()
            .filter_map(|value| value.to_str().ok())
            .any(|value| value.contains("application/json"));
        Self {
            operation,
            method: parts.method.to_string(),
            path_id,
            base: base(parts),
            query: Query::parse(parts.uri.query().unwrap_or_default()),
            credentials: Credentials::read(&parts.headers),
            format: if accepts_json { Format::Json } else { Format::Xml },
            body,
        }
    }
}

/// Host and path up to and with the version.
fn base(parts: &http::request::Parts) -> String {
    let host = parts.headers.get(header::HOST).and_then(|value| value.to_str().ok());
    let path = parts.uri.path();
    let end = path.find("/v1/").map_or(0, |at| at + "/v1".len());
    format!("http://{}{}", host.unwrap_or("localhost"), path.get(..end).unwrap_or_default())
}
