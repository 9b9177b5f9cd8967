//! What an organisation starts with.

use genesys_bundle::Bundle;

use crate::organisation::{BusinessUnit, Flow, Integration, Organisation, Plan, Unit, User, id_of};

/// Whom an organisation has. Units, plans and the integration are always the same: a business unit
/// in New York, with the unit Berlin in its own zone and the unit New York in the business unit's,
/// and one plan and activity code for each of the time-off types 78, 83, 85 and 90. No agent is
/// associated with an HRIS id, and there are no requests.
#[derive(Debug, Clone)]
pub struct Seed {
    users: Vec<(usize, String)>,
}

impl Default for Seed {
    fn default() -> Self {
        Self::small()
    }
}

/// Users of [`Seed::small`] whose address is not their HRIS one, each in another way.
const MISMATCHES: [(usize, &str); 5] = [
    (440, "Agent440@Example.com"),
    (442, "agent442+wfm@example.com"),
    (443, "ågent443@example.com"),
    (444, "agent444@example.org"),
    (446, "agnet446@example.com"),
];

/// An employee of the simulated company without a user.
const WITHOUT_USER: usize = 455;

/// A user whom the simulated company does not know.
const UNKNOWN: (usize, &str) = (900_000, "kiosk@example.com");

impl Seed {
    /// The people of the simulated company's small seed (440 to 479), with the addresses that they
    /// have there, but for 440 (case), 442 (alias), 443 (accent), 444 (domain) and 446 (two
    /// letters); 455 has no user, and user 900000 is nobody there. The users' ids end in the
    /// employee ids.
    pub fn small() -> Self {
        let email = |id: usize| {
            let planned = MISMATCHES.iter().find(|(number, _)| *number == id);
            planned
                .map_or_else(|| format!("agent{id}@example.com"), |(_, email)| (*email).to_owned())
        };
        let people = (440..=479).filter(|id| *id != WITHOUT_USER).map(|id| (id, email(id)));
        Self { users: people.chain([(UNKNOWN.0, UNKNOWN.1.to_owned())]).collect() }
    }

    /// Adds the people by whom a simulated company grows that started small: 480 and up, until
    /// there are `count` employees.
    #[must_use]
    pub fn grown_to(mut self, count: usize) -> Self {
        let more = (480..).take(count.saturating_sub(40));
        self.users.extend(more.map(|id| (id, format!("agent{id}@example.com"))));
        self
    }

    /// Users 1 to `count`, with the addresses of a simulated company of that many.
    pub fn company(count: usize) -> Self {
        Self { users: (1..=count).map(|id| (id, format!("agent{id}@example.com"))).collect() }
    }

    pub(crate) fn organisation(self, bundle: &Bundle) -> Organisation {
        let business_unit = id_of('b', 1);
        let unit = |number, name: &str, time_zone: Option<&str>| Unit {
            id: id_of('c', number),
            name: name.to_owned(),
            business_unit: business_unit.clone(),
            time_zone: time_zone.map(str::to_owned),
        };
        let units = vec![unit(1, "Berlin", Some("Europe/Berlin")), unit(2, "New York", None)];
        let integration =
            Integration { id: id_of('d', 1), name: "BambooHR".to_owned(), active: true };
        let plans = [
            ("9", "78", "Vacation"),
            ("10", "83", "Sick"),
            ("11", "85", "Training"),
            ("12", "90", "Flexible"),
        ];
        let plans = plans.into_iter().zip(1..).map(|((code, time_off_type, name), number)| Plan {
            id: id_of('e', number),
            name: name.to_owned(),
            business_unit: business_unit.clone(),
            activity_code: code.to_owned(),
            time_off_type: Some((time_off_type.to_owned(), integration.id.clone())),
            approves_itself: false,
            units: units.iter().map(|unit| unit.id.clone()).collect(),
            staffing_groups: Vec::new(),
        });
        let users = self.users.into_iter().map(|(number, email)| {
            let unit = units.get(number % 2).map(|unit| unit.id.clone());
            let name = format!("Agent {number}");
            User { id: id_of('a', number), name, email, active: true, unit }
        });
        let flows = bundle.workflows().zip(1..).map(|(workflow, number)| Flow {
            id: id_of('f', number),
            name: workflow.name.clone(),
            published: true,
        });
        Organisation {
            users: users.map(|user| (user.id.clone(), user)).collect(),
            plans: plans.collect(),
            flows: flows.collect(),
            actions: bundle.actions().map(|action| action.name.clone()).collect(),
            business_units: vec![BusinessUnit {
                id: business_unit.clone(),
                name: "Contact centre".to_owned(),
                time_zone: "America/New_York".to_owned(),
            }],
            units,
            integrations: vec![integration],
            ..Organisation::default()
        }
    }
}
