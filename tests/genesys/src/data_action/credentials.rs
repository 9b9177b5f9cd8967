use std::collections::BTreeMap;
use std::fmt;

/// The fields of the integration's credential (type User Defined, or User Defined (OAuth)).
#[derive(Clone)]
pub struct Credentials(pub(super) BTreeMap<String, String>);

impl fmt::Debug for Credentials {
    /// The names of the fields; a value may be a key.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("Credentials").field(&self.0.keys()).finish()
    }
}

impl Credentials {
    /// The two fields that the bundle asks for: `baseUrl` (with the stage, without a slash at its
    /// end) and `apiKey`.
    #[must_use]
    pub fn new(base_url: &str, api_key: &str) -> Self {
        Self(BTreeMap::new()).field("baseUrl", base_url).field("apiKey", api_key)
    }

    /// The same with another key.
    #[must_use]
    pub fn api_key(self, api_key: &str) -> Self {
        self.field("apiKey", api_key)
    }

    /// The three that it asks for beside them with OAuth: `tokenUrl`, `clientId` and
    /// `clientSecret`.
    #[must_use]
    pub fn oauth(self, token_url: &str, client_id: &str, client_secret: &str) -> Self {
        self.field("tokenUrl", token_url)
            .field("clientId", client_id)
            .field("clientSecret", client_secret)
    }

    fn field(mut self, name: &str, value: &str) -> Self {
        self.0.insert(name.to_owned(), value.to_owned());
        self
    }
}
