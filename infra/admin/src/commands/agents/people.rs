//! The users of the management units, with their associations.

use std::collections::{HashMap, HashSet};

use futures_util::future::try_join;
use futures_util::{StreamExt as _, TryStreamExt as _, stream};
use genesys_cloud::{AgentAssociations, Client, ManagementUnit, User, UserId};

use crate::Error;
use crate::output::Progress;
use crate::permissions::listed;

/// What one call asks for.
const PART: usize = 100;
/// Calls at a time. Genesys counts by the minute, so more would only wait sooner.
const AT_ONCE: usize = 4;

/// A user of a management unit.
pub(super) struct Person {
    pub(super) id: UserId,
    pub(super) email: Option<String>,
    pub(super) name: Option<String>,
    /// `None` where Genesys says nothing of the user: there are none.
    pub(super) associations: Option<AgentAssociations>,
    /// Whether the command is about the user. An id or an address of somebody else counts as well.
    pub(super) is_shown: bool,
}

/// The unit of this name or id.
pub(super) fn chosen<'a>(
    units: &'a [ManagementUnit],
    wanted: &str,
) -> Result<&'a ManagementUnit, Error> {
    let named = |unit: &ManagementUnit| unit.name.clone().unwrap_or_else(|| unit.id.to_string());
    let is_wanted = |unit: &&ManagementUnit| {
        unit.id.as_str() == wanted || named(unit).to_lowercase() == wanted.to_lowercase()
    };
    let mut found = units.iter().filter(is_wanted);
    match (found.next(), found.next()) {
        (Some(unit), None) => Ok(unit),
        (Some(_), Some(_)) => {
            Err(Error::Usage(format!("Several units are called {wanted:?}. Name one by its id.")))
        }
        _ => {
            let names: Vec<String> = units.iter().map(named).collect();
            let known = listed(&names);
            Err(Error::Usage(format!(
                "This OAuth client sees no unit {wanted:?}. It sees {known}."
            )))
        }
    }
}

/// Reads everybody of the units; the command is about those in `only`, where it names one.
pub(super) async fn read(
    client: &Client,
    units: &[ManagementUnit],
    only: Option<&ManagementUnit>,
    progress: &Progress,
) -> Result<Vec<Person>, Error> {
    let (mut seen, mut shown, mut ids) = (HashSet::new(), HashSet::new(), Vec::new());
    progress.begin("units", units.len());
    for unit in units {
        for id in client.unit_users(&unit.id).await? {
            if only.is_none_or(|only| only.id == unit.id) {
                shown.insert(id.clone());
            }
            if seen.insert(id.clone()) {
                ids.push(id);
            }
        }
        progress.advance(1);
    }
    progress.begin("users", ids.len());
    let parts = stream::iter(ids.chunks(PART).map(|part| async move {
        let read = read_part(client, part).await;
        progress.advance(part.len());
        read
    }));
    let parts: Vec<Vec<Person>> = parts.buffered(AT_ONCE).try_collect().await?;
    let mut people: Vec<Person> = parts.into_iter().flatten().collect();
    people.iter_mut().for_each(|person| person.is_shown = shown.contains(&person.id));
    Ok(people)
}

async fn read_part(client: &Client, part: &[UserId]) -> Result<Vec<Person>, Error> {
    let (users, associations) = try_join(client.users(part), client.associations(part)).await?;
    let mut users: HashMap<UserId, User> =
        users.into_iter().map(|user| (user.id.clone(), user)).collect();
    let mut associations: HashMap<UserId, AgentAssociations> =
        associations.into_iter().map(|known| (known.agent.clone(), known)).collect();
    let person = |id: &UserId| {
        let (email, name) = users.remove(id).map_or((None, None), |user| (user.email, user.name));
        let associations = associations.remove(id);
        Person { id: id.clone(), email, name, associations, is_shown: true }
    };
    Ok(part.iter().map(person).collect())
}
