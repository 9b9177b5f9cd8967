//! Everything that changes while a simulator runs, and what a call does to it.

use serde::Serialize;

use crate::answer::Answer;
use crate::call::Call;
use crate::company::Company;
use crate::fault::{Action, Operation, Release};
use crate::faults::{Faults, Met};
use crate::gate::{Gate, Verdict};
use crate::routes;
use crate::seed::Seed;

/// How often each operation was called since the start or the last reset, whatever it answered.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize)]
pub struct Calls {
    /// Creates.
    pub create: u64,
    /// Status changes.
    pub status: u64,
    /// Lists of requests.
    pub list: u64,
    /// Calculators.
    pub calculator: u64,
    /// Lists of types.
    pub types: u64,
    /// Pages of employees.
    pub employees: u64,
    /// Directories.
    pub directory: u64,
    /// How many of all these brought no accepted key.
    pub unauthorized: u64,
}

impl Calls {
    /// All calls.
    pub fn total(&self) -> u64 {
        self.reads() + self.writes()
    }

    /// Creates and status changes.
    pub fn writes(&self) -> u64 {
        self.create + self.status
    }

    /// Everything else.
    pub fn reads(&self) -> u64 {
        self.list + self.calculator + self.types + self.employees + self.directory
    }

    fn count(&mut self, operation: Operation) {
        *match operation {
            Operation::Create => &mut self.create,
            Operation::Status => &mut self.status,
            Operation::List => &mut self.list,
            Operation::Calculator => &mut self.calculator,
            Operation::Types => &mut self.types,
            Operation::Employees => &mut self.employees,
            Operation::Directory => &mut self.directory,
        } += 1;
    }
}

/// A write that reached the company, in the order in which they took effect.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Write {
    /// Create or status change.
    pub operation: Operation,
    /// Whose request it was about, when that is known.
    pub employee_id: Option<u64>,
    /// The request that was made or changed; `None` when the write was refused.
    pub request_id: Option<u64>,
    /// The HTTP status that the company gave, whatever the caller got to see.
    pub status: u16,
    /// It took effect after its caller had gone.
    pub late: bool,
}

/// A write that waits for its release.
struct Late {
    number: u64,
    call: Call,
    employee: Option<u64>,
    release: Release,
}

pub(crate) struct World {
    pub(crate) company: Company,
    pub(crate) gate: Gate,
    pub(crate) faults: Faults,
    pub(crate) calls: Calls,
    pub(crate) writes: Vec<Write>,
    late: Vec<Late>,
    late_so_far: u64,
    answered: u64,
    base: String,
}

impl World {
    /// `base` is the URL before `/api/v1`.
    pub(crate) fn new(seed: Seed, base: String) -> Self {
        Self {
            gate: Gate::new(seed.keys.clone(), seed.lockout),
            faults: Faults::new(seed.latency),
            company: Company::new(seed),
            calls: Calls::default(),
            writes: Vec::new(),
            late: Vec::new(),
            late_so_far: 0,
            answered: 0,
            base,
        }
    }

    /// The next `x-request-id`.
    pub(crate) fn next_request_id(&mut self) -> String {
        self.answered += 1;
        (9_900_000_000 + self.answered).to_string()
    }

    /// Whom a call is about.
    fn employee(&self, call: &Call) -> Option<u64> {
        let of_request = |id| self.company.requests.get(&id).map(|request| request.employee);
        match call.operation {
            Operation::Create | Operation::Calculator => call.path_id,
            Operation::Status => call.path_id.and_then(of_request),
            Operation::List => {
                let number = |name| call.query.get(name).and_then(|text| text.parse().ok());
                number("employeeId").or_else(|| number("id").and_then(of_request))
            }
            Operation::Types | Operation::Employees | Operation::Directory => None,
        }
    }

    /// Counts a call, asks the gate, and picks the fault that meets it.
    pub(crate) fn receive(&mut self, call: &Call) -> Result<Option<Action>, Answer> {
        self.calls.count(call.operation);
        match self.gate.check(&call.credentials) {
            Verdict::Welcome => {}
            Verdict::Unauthorized => {
                self.calls.unauthorized += 1;
                return Err(Answer::unauthorized(&self.company.name));
            }
            Verdict::LockedOut => {
                self.calls.unauthorized += 1;
                return Err(Answer::locked_out());
            }
        }
        let page = (call.operation == Operation::Employees && self.faults.care_for_pages())
            .then(|| routes::employees::page_number(&self.company, call))
            .flatten();
        let met = Met {
            operation: call.operation,
            method: &call.method,
            employee: self.employee(call),
            page,
        };
        Ok(self.faults.decide(&met))
    }

    /// Does what a call asks for, then what had been waiting for it.
    pub(crate) fn perform(&mut self, call: &Call, twist: Option<&Action>) -> Answer {
        let answer = self.effect(call, twist, false);
        let employee = self.employee(call);
        let asks_for_all = call.operation == Operation::List
            && call.query.get("employeeId").is_none()
            && call.query.get("id").is_none();
        let due = |late: &mut Late| {
            let same = asks_for_all || (employee.is_some() && employee == late.employee);
            match &mut late.release {
                Release::AfterLists(left) if same && call.operation == Operation::List => {
                    *left = left.saturating_sub(1);
                    *left == 0
                }
                Release::AfterNextSend => same && call.operation == late.call.operation,
                _ => false,
            }
        };
        let ripe: Vec<Late> = self.late.extract_if(.., due).collect();
        self.commit(&ripe);
        answer
    }

    fn effect(&mut self, call: &Call, twist: Option<&Action>, late: bool) -> Answer {
        let employee = self.employee(call);
        let company = &mut self.company;
        let answer = match call.operation {
            Operation::Create => routes::create::answer(company, call, &self.base),
            Operation::Status => routes::status::answer(company, call),
            Operation::List => routes::list::answer(company, call),
            Operation::Calculator => routes::calculator::answer(company, call),
            Operation::Types => routes::types::answer(company, call),
            Operation::Employees => routes::employees::answer(company, call, &self.base, twist),
            Operation::Directory => routes::directory::answer(company, call),
        };
        if call.operation.is_write() {
            let made = match call.operation {
                Operation::Create => self.company.requests.keys().next_back().copied(),
                _ => call.path_id,
            };
            self.writes.push(Write {
                operation: call.operation,
                employee_id: employee,
                request_id: made.filter(|_| answer.status.is_success()),
                status: answer.status.as_u16(),
                late,
            });
        }
        answer
    }

    fn commit(&mut self, late: &[Late]) {
        for late in late {
            self.effect(&late.call, None, true);
        }
    }

    pub(crate) fn postpone(&mut self, call: Call, release: Release) -> u64 {
        self.late_so_far += 1;
        let employee = self.employee(&call);
        self.late.push(Late { number: self.late_so_far, call, employee, release });
        self.late_so_far
    }

    /// Does every write that still waits; how many there were.
    pub(crate) fn release_all(&mut self) -> usize {
        let late = std::mem::take(&mut self.late);
        self.commit(&late);
        late.len()
    }

    pub(crate) fn release_one(&mut self, number: u64) {
        let ripe: Vec<Late> = self.late.extract_if(.., |late| late.number == number).collect();
        self.commit(&ripe);
    }

    pub(crate) fn waiting(&self) -> usize {
        self.late.len()
    }
}
