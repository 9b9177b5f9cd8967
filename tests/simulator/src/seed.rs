//! What a simulated company starts with.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;
use std::time::Duration;

use jiff::civil::{Date, date};
use rust_decimal::Decimal;

use crate::model::{Assignment, Employee, Source, Text, TimeOffType, Unit};
use crate::request::{NewRequest, RequestStatus};

/// The day that the simulator takes for today unless told otherwise.
const TODAY: Date = date(2026, 11, 2);

/// The key that is accepted unless told otherwise.
pub(crate) const KEY: &str = "simulator-key";

const FIRST_NAMES: [&str; 20] = [
    "Ada", "Ben", "Carla", "Deniz", "Eva", "Farid", "Greta", "Hugo", "Ines", "Jan", "Kira", "Lars",
    "Mona", "Nils", "Olga", "Paul", "Rana", "Sven", "Tara", "Uwe",
];
const LAST_NAMES: [&str; 7] = ["Abel", "Brandt", "Castro", "Demir", "Eder", "Fuchs", "Grün"];
const DEPARTMENTS: [&str; 5] = ["Support", "Sales", "Engineering", "Finance", "People"];
const DIVISIONS: [&str; 3] = ["Europe", "Americas", "Asia-Pacific"];
const LOCATIONS: [&str; 4] = ["Berlin", "Lisbon", "Austin", "Remote"];
const TITLES: [&str; 4] = ["Agent", "Senior Agent", "Team Lead", "Specialist"];

/// A company to start a simulator with. Made by [`small`](Self::small) or
/// [`company`](Self::company), then adjusted.
#[derive(Debug, Clone)]
pub struct Seed {
    pub(crate) company_name: String,
    pub(crate) today: Date,
    pub(crate) opened: Date,
    pub(crate) keys: BTreeSet<String>,
    pub(crate) employees: BTreeMap<u64, Employee>,
    pub(crate) types: Vec<TimeOffType>,
    pub(crate) default_hours: Option<Vec<(String, Decimal)>>,
    pub(crate) requests: Vec<NewRequest>,
    pub(crate) latency: Duration,
    pub(crate) lockout: Duration,
}

impl Default for Seed {
    fn default() -> Self {
        Self::small()
    }
}

impl Seed {
    /// About forty people, among them employee 452, and the types 78 (Vacation, hours), 83 (Sick,
    /// hours), 85 (Training, days), 90 (Flexible, discretionary hours) and 97 (`source: remote`).
    ///
    /// Employee 452 has on 2026-11-02, before any request that a test adds: 78 120 h and 8 h more
    /// on the first of each month, 83 80 h, 85 10 days, 90 unlimited. Employee 453 is in debt (78
    /// at -8 h), 454 lacks type 85, 460 has no work e-mail, no
    /// department, division, location and job title, 461 and 462 have the same one in
    /// different case, 463, 464 and 465 are inactive, 466 is hidden from the directory.
    pub fn small() -> Self {
        let mut seed = Self::without_people();
        let usual = usual_assignments();
        for (index, id) in (440..=479).enumerate() {
            let mut employee = person(id, index).with_assignments(Arc::clone(&usual));
            match id {
                453 => {
                    employee.assignments = Arc::new([
                        Assignment::accruing(78, -8, 8),
                        Assignment::manual(83, 16),
                        Assignment::manual(85, 1),
                        Assignment::discretionary(90),
                    ]);
                }
                454 => {
                    employee.assignments = Arc::new([
                        Assignment::accruing(78, 60, 8),
                        Assignment::manual(83, 40),
                        Assignment::discretionary(90),
                    ]);
                }
                460 => {
                    employee.work_email = None;
                    employee.department = None;
                    employee.division = None;
                    employee.location = None;
                    employee.job_title = None;
                }
                461 => employee.work_email = Some("same.address@example.com".into()),
                462 => employee.work_email = Some("Same.Address@Example.com".into()),
                463..=465 => employee.active = false,
                466 => employee.hidden_from_directory = true,
                _ => {}
            }
            seed.employees.insert(id, employee);
        }
        seed.requests = vec![
            NewRequest::new(441, 78, date(2026, 8, 3), date(2026, 8, 7))
                .per_day(8)
                .status(RequestStatus::Approved)
                .employee_note("Summer"),
            NewRequest::new(441, 83, date(2026, 9, 14), date(2026, 9, 14))
                .per_day(8)
                .status(RequestStatus::Canceled),
            NewRequest::new(442, 85, date(2026, 11, 23), date(2026, 11, 24)).per_day(1),
            NewRequest::new(443, 78, date(2026, 12, 21), date(2026, 12, 23))
                .per_day(8)
                .status(RequestStatus::Approved),
            NewRequest::new(443, 78, date(2026, 10, 5), date(2026, 10, 6))
                .lump(16)
                .status(RequestStatus::Denied),
        ];
        seed
    }

    /// A company of `count` active employees with work e-mails, ids 1 to `count`, cheaply made,
    /// with the types and policies of [`small`](Self::small) and no requests.
    pub fn company(count: u64) -> Self {
        let mut seed = Self::without_people();
        let usual = usual_assignments();
        seed.employees = (1..=count)
            .zip(0..)
            .map(|(id, index)| (id, person(id, index).with_assignments(Arc::clone(&usual))))
            .collect();
        seed
    }

    /// Adds active employees with work e-mails, ids from 480 up, until there are `count` people.
    #[must_use]
    pub fn grown_to(mut self, count: usize) -> Self {
        let usual = usual_assignments();
        for (id, index) in (480..).zip(0..) {
            if self.employees.len() >= count {
                break;
            }
            let assignments = Arc::clone(&usual);
            self.employees
                .entry(id)
                .or_insert_with(|| person(id, index).with_assignments(assignments));
        }
        self
    }

    fn without_people() -> Self {
        let mut remote = TimeOffType::new(97, "Statutory leave", Unit::Days);
        remote.source = Source::Remote;
        Self {
            company_name: "acme".into(),
            today: TODAY,
            opened: TODAY,
            keys: BTreeSet::from([KEY.to_owned()]),
            employees: BTreeMap::new(),
            types: vec![
                TimeOffType::new(78, "Vacation", Unit::Hours),
                TimeOffType::new(83, "Sick", Unit::Hours),
                TimeOffType::new(85, "Training", Unit::Days),
                TimeOffType::new(90, "Flexible", Unit::Hours),
                remote,
            ],
            default_hours: Some(week([8, 8, 8, 8, 8, 0, 0])),
            requests: Vec::new(),
            latency: Duration::ZERO,
            lockout: Duration::from_secs(60),
        }
    }

    /// Sets the company's today. Opening balances keep holding on 2026-11-02.
    #[must_use]
    pub fn today(mut self, today: Date) -> Self {
        self.today = today;
        self
    }

    /// Accepts this API key instead of `simulator-key`.
    #[must_use]
    pub fn api_key(mut self, key: impl Into<String>) -> Self {
        self.keys = BTreeSet::from([key.into()]);
        self
    }

    /// Sets the company's name, which stands in the `WWW-Authenticate` realm.
    #[must_use]
    pub fn company_name(mut self, name: impl Into<String>) -> Self {
        self.company_name = name.into();
        self
    }

    /// Adds an employee, or replaces the one with this id.
    #[must_use]
    pub fn employee(mut self, employee: Employee) -> Self {
        self.employees.insert(employee.id, employee);
        self
    }

    /// Removes everybody.
    #[must_use]
    pub fn no_employees(mut self) -> Self {
        self.employees.clear();
        self
    }

    /// Adds a time-off type, or replaces the one with this id.
    #[must_use]
    pub fn time_off_type(mut self, kind: TimeOffType) -> Self {
        self.types.retain(|known| known.id != kind.id);
        self.types.push(kind);
        self
    }

    /// The type leaves a request `requested` after the API user approved it, because further
    /// approvers are to follow. An unknown id changes nothing.
    #[must_use]
    pub fn multi_step(mut self, type_id: u64) -> Self {
        for kind in self.types.iter_mut().filter(|kind| kind.id == type_id) {
            kind.multi_step = true;
        }
        self
    }

    /// Denying an approved request of the type answers 403. An unknown id changes nothing.
    #[must_use]
    pub fn refuses_deny_of_approved(mut self, type_id: u64) -> Self {
        for kind in self.types.iter_mut().filter(|kind| kind.id == type_id) {
            kind.refuses_deny_of_approved = true;
        }
        self
    }

    /// Sets the default hours of Monday to Sunday; the entry `default` stays 8.
    #[must_use]
    pub fn default_hours(mut self, hours: [u32; 7]) -> Self {
        self.default_hours = Some(week(hours));
        self
    }

    /// Leaves `defaultHours` out of the answer, as one recording of 2020 does.
    #[must_use]
    pub fn without_default_hours(mut self) -> Self {
        self.default_hours = None;
        self
    }

    /// Adds a request, entered by hand. What is approved and has begun by 2026-11-02 is already
    /// missing from the opening balance.
    #[must_use]
    pub fn request(mut self, request: NewRequest) -> Self {
        self.requests.push(request);
        self
    }

    /// Answers every call this much later.
    #[must_use]
    pub fn latency(mut self, latency: Duration) -> Self {
        self.latency = latency;
        self
    }

    /// How long everything answers 403 after the fifth try with an unknown key (default a minute;
    /// BambooHR does not publish its own).
    #[must_use]
    pub fn lockout(mut self, lockout: Duration) -> Self {
        self.lockout = lockout;
        self
    }
}

fn usual_assignments() -> Arc<[Assignment]> {
    Arc::new([
        Assignment::accruing(78, 120, 8),
        Assignment::manual(83, 80),
        Assignment::manual(85, 10),
        Assignment::discretionary(90),
    ])
}

fn pick<const N: usize>(list: [&'static str; N], index: usize) -> Text {
    list.get(index % N).copied().unwrap_or_default().into()
}

fn person(id: u64, index: usize) -> Employee {
    let email = format!("agent{id}@example.com");
    let mut employee =
        Employee::new(id, pick(FIRST_NAMES, index), pick(LAST_NAMES, index / 3), email);
    employee.job_title = Some(pick(TITLES, index / 2));
    employee.department = Some(pick(DEPARTMENTS, index));
    employee.division = Some(pick(DIVISIONS, index));
    employee.location = Some(pick(LOCATIONS, index));
    employee
}

/// In an order that is no order, with the extra entry `default`, as recorded.
fn week(
    [monday, tuesday, wednesday, thursday, friday, saturday, sunday]: [u32; 7],
) -> Vec<(String, Decimal)> {
    [
        ("Saturday", saturday),
        ("Sunday", sunday),
        ("default", 8),
        ("Monday", monday),
        ("Tuesday", tuesday),
        ("Wednesday", wednesday),
        ("Thursday", thursday),
        ("Friday", friday),
    ]
    .map(|(name, hours)| (name.to_owned(), Decimal::from(hours)))
    .into()
}
