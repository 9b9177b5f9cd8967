//! The OAuth client that calls are made with.

use std::fmt;

use secrecy::{ExposeSecret, SecretString};

/// The text cannot be sent as an OAuth client's id or secret.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error(
    "an OAuth client's id and secret must not be empty and hold visible ASCII characters only, the \
    id no colon"
)]
pub struct InvalidCredentials;

/// An OAuth client of the grant type "Client Credentials". What it may do is what its roles may, in
/// the divisions that they are given for; scopes do not apply to it.
///
/// `Debug` shows nothing of the secret, and its memory is wiped when the last copy is dropped.
#[derive(Clone)]
pub struct ClientCredentials {
    id: String,
    secret: SecretString,
}

impl ClientCredentials {
    /// Checks that both can be sent. Genesys' ids are UUIDs, but that is not relied upon.
    ///
    /// # Errors
    /// [`InvalidCredentials`].
    pub fn new(id: &str, secret: impl Into<SecretString>) -> Result<Self, InvalidCredentials> {
        let secret = secret.into();
        let visible =
            |text: &str| !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_graphic());
        // Basic authentication separates the two with a colon.
        if !visible(id) || id.contains(':') || !visible(secret.expose_secret()) {
            return Err(InvalidCredentials);
        }
        Ok(Self { id: id.to_owned(), secret })
    }

    pub(crate) fn id(&self) -> &str {
        &self.id
    }

    pub(crate) fn secret(&self) -> &str {
        self.secret.expose_secret()
    }
}

impl fmt::Debug for ClientCredentials {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("ClientCredentials").field("id", &self.id).finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_secret_is_never_shown_and_both_can_be_sent() {
        let client = ClientCredentials::new("an-id", "very:secret").unwrap();
        assert!(!format!("{client:?}").contains("secret:"), "{client:?}");
        assert!(!format!("{client:?}").contains("very"), "{client:?}");
        for (id, secret) in
            [("", "s"), ("i", ""), ("a:b", "s"), ("i", "a b"), ("i\n", "s"), ("ä", "s")]
        {
            assert!(ClientCredentials::new(id, secret).is_err(), "{id:?} {secret:?}");
        }
    }
}
