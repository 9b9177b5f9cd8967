//! Users: who is behind an id, and which id an e-mail address has.

use std::fmt;

use serde::Deserialize;
use serde_json::json;

use crate::chunks::Chunks;
use crate::client::Client;
use crate::error::Error;
use crate::id::UserId;
use crate::wire;
use crate::wire::open_enum;

open_enum! {
    /// Whether a user can log in.
    pub enum UserState {
        /// Can.
        Active = "active",
        /// Cannot.
        Inactive = "inactive",
        /// Is gone, and kept for the records.
        Deleted = "deleted",
    }
}

/// A user. `Debug` leaves name and addresses out.
#[derive(Clone, PartialEq, Eq, Deserialize)]
pub struct User {
    /// Its id.
    pub id: UserId,
    /// Whether it can log in; `None` where Genesys does not say.
    #[serde(default, deserialize_with = "wire::optional")]
    pub state: Option<UserState>,
    /// The address that Genesys compares with the HRIS', exactly. `None` for a user without one.
    #[serde(default, deserialize_with = "wire::optional")]
    pub email: Option<String>,
    /// The name that is displayed.
    #[serde(default, deserialize_with = "wire::optional")]
    pub name: Option<String>,
}

impl fmt::Debug for User {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("User")
            .field("id", &self.id)
            .field("state", &self.state)
            .finish_non_exhaustive()
    }
}

impl Client {
    /// The users with these ids, whatever their state; in Genesys' order. One that does not exist
    /// is not in the list. Needs no permission. A call for each 100 ids.
    ///
    /// # Errors
    /// As every call; an answer that breaks off is [`BadResponse`](crate::ErrorKind::BadResponse).
    pub async fn users(&self, ids: &[UserId]) -> Result<Vec<User>, Error> {
        let mut users = Vec::with_capacity(ids.len());
        let mut chunks = Chunks::of(ids);
        while let Some(part) = chunks.next() {
            let mut url = self.route(&["users"]);
            url.query_pairs_mut()
                .append_pair("state", "any")
                .extend_pairs(part.iter().map(|id| ("id", id.as_str())));
            match self.paged("/users", &url).await {
                Ok(found) => {
                    users.extend::<Vec<User>>(found);
                    chunks.done();
                }
                Err(error) => chunks.failed(error)?,
            }
        }
        Ok(users)
    }

    /// One user.
    ///
    /// # Errors
    /// [`NotFound`](crate::ErrorKind::NotFound) among others.
    pub async fn user(&self, id: &UserId) -> Result<User, Error> {
        let url = self.route(&["users", id.as_str()]);
        self.get("/users/{userId}", url).await?.json()
    }

    /// The active users with this address, of whom there is mostly one. Genesys compares without
    /// regard to case. Needs `directory:user:view`.
    ///
    /// # Errors
    /// As every call.
    pub async fn users_by_email(&self, email: &str) -> Result<Vec<User>, Error> {
        #[derive(Deserialize)]
        struct Found {
            // Nothing found may be said by leaving the list out.
            #[serde(default, deserialize_with = "wire::list")]
            results: Vec<User>,
        }

        let search = json!({
            "pageSize": 100,
            "pageNumber": 1,
            "query": [{ "type": "EXACT", "fields": ["email"], "value": email }],
        });
        let url = self.route(&["users", "search"]);
        let Found { results } = self.query("/users/search", url, Some(&search)).await?.json()?;
        Ok(results)
    }
}
