//! The users of the management units, with their associations.

use std::collections::HashSet;

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
}

/// Who is in the units.
pub(super) struct People {
    /// Whom the command is about.
    pub(super) shown: Vec<Person>,
    /// The associations of everybody else: an id of theirs may be somebody's of those, too.
    pub(super) others: Vec<AgentAssociations>,
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

/// Reads everybody of the units; of whom the command is about, address and name as well.
pub(super) async fn read(
    client: &Client,
    units: &[ManagementUnit],
    only: Option<&ManagementUnit>,
    progress: &Progress,
) -> Result<People, Error> {
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
    let parts = stream::iter(ids.chunks(PART).map(|part| {
        let shown = &shown;
        async move {
            let read = read_part(client, part, shown).await;
            progress.advance(part.len());
            read
        }
    }));
    let parts: Vec<People> = parts.buffered(AT_ONCE).try_collect().await?;
    let mut people = People { shown: Vec::new(), others: Vec::new() };
    for part in parts {
        people.shown.extend(part.shown);
        people.others.extend(part.others);
    }
    Ok(people)
}

async fn read_part(
    client: &Client,
    part: &[UserId],
    shown: &HashSet<UserId>,
) -> Result<People, Error> {
    let named: Vec<UserId> = part.iter().filter(|id| shown.contains(*id)).cloned().collect();
    let (users, associations) =
        futures_util::try_join!(client.users(&named), client.associations(part))?;
    let (of_shown, others): (Vec<_>, Vec<_>) =
        associations.into_iter().partition(|known| shown.contains(&known.agent));
    let person = |id: UserId| {
        let user: Option<&User> = users.iter().find(|user| user.id == id);
        let associations = of_shown.iter().find(|known| known.agent == id).cloned();
        Person {
            email: user.and_then(|user| user.email.clone()),
            name: user.and_then(|user| user.name.clone()),
            id,
            associations,
        }
    };
    Ok(People { shown: named.into_iter().map(person).collect(), others })
}
