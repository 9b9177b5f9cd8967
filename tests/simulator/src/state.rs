//! Everything that changes while a simulator runs, and what a call does to it.

use crate::answer::Answer;
use crate::api_keys::{ApiKeys, Verdict};
use crate::call::Call;
use crate::call_statistics::{Calls, Write};
use crate::company::Company;
use crate::fault_action::{Action, Release};
use crate::fault_choice::{FaultChoice, Met};
use crate::late_writes::{LateWrite, LateWrites, Passing};
use crate::operation::Operation;
use crate::routes;
use crate::row_mutation::{RowMutation, mutated};
use crate::seed::Seed;

pub(crate) struct SimulatorState {
    pub(crate) company: Company,
    pub(crate) api_keys: ApiKeys,
    pub(crate) faults: FaultChoice,
    pub(crate) calls: Calls,
    pub(crate) writes: Vec<Write>,
    pub(crate) row_mutations: Vec<RowMutation>,
    late: LateWrites,
    answered: u64,
}

impl SimulatorState {
    pub(crate) fn new(seed: Seed) -> Self {
        Self {
            api_keys: ApiKeys::new(seed.keys.clone(), seed.lockout),
            faults: FaultChoice::new(seed.latency),
            company: Company::new(seed),
            calls: Calls::default(),
            writes: Vec::new(),
            row_mutations: Vec::new(),
            late: LateWrites::default(),
            answered: 0,
        }
    }

    /// The next `x-request-id`: 39 digits, as recorded.
    pub(crate) fn next_request_id(&mut self) -> String {
        self.answered += 1;
        format!("27{:037}", self.answered)
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

    /// Counts a call, checks its key, and picks the fault that meets it.
    pub(crate) fn receive(&mut self, call: &Call) -> Result<Option<Action>, Answer> {
        self.calls.count(call.operation);
        match self.api_keys.check(&call.credentials) {
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
        let passing = Passing {
            operation: call.operation,
            employee: self.employee(call),
            concerns_everybody: call.operation == Operation::List
                && call.query.get("employeeId").is_none()
                && call.query.get("id").is_none(),
        };
        let due = self.late.due_after(&passing);
        self.commit(due);
        mutated(&self.row_mutations, call.operation, answer)
    }

    fn effect(&mut self, call: &Call, twist: Option<&Action>, late: bool) -> Answer {
        let employee = self.employee(call);
        let answer = work(&mut self.company, call, twist);
        if call.operation.is_write() {
            let made = match call.operation {
                Operation::Create => Some(self.company.last_stored),
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

    fn commit(&mut self, due: Vec<LateWrite>) -> usize {
        let count = due.len();
        for late in due {
            self.company.promised_id = late.promised_id;
            self.company.histories.set_late_since(Some(late.asked_after));
            self.effect(&late.call, None, true);
            self.company.histories.set_late_since(None);
            self.company.promised_id = None;
        }
        count
    }

    /// What a write would be answered if it were done now; nothing is done. A create's id is kept
    /// for it.
    pub(crate) fn promise(&mut self, call: &Call) -> (Answer, Option<u64>) {
        let mut trial = self.company.clone();
        let answer = work(&mut trial, call, None);
        let creates = call.operation == Operation::Create && answer.status.is_success();
        (answer, creates.then(|| self.company.next_id()))
    }

    pub(crate) fn postpone(
        &mut self,
        call: Call,
        release: Release,
        promised_id: Option<u64>,
    ) -> u64 {
        let employee = self.employee(&call);
        self.late.add(call, employee, release, (promised_id, self.company.histories.so_far()))
    }

    /// Does every write that still waits; how many there were.
    pub(crate) fn release_all(&mut self) -> usize {
        let due = self.late.take_all();
        self.commit(due)
    }

    pub(crate) fn release_one(&mut self, number: u64) {
        let due = self.late.take_one(number);
        self.commit(due);
    }

    pub(crate) fn waiting(&self) -> usize {
        self.late.waiting()
    }
}

fn work(company: &mut Company, call: &Call, twist: Option<&Action>) -> Answer {
    match call.operation {
        Operation::Create => routes::create::answer(company, call),
        Operation::Status => routes::status::answer(company, call),
        Operation::List => routes::list::answer(company, call),
        Operation::Calculator => routes::calculator::answer(company, call),
        Operation::Types => routes::types::answer(company, call),
        Operation::Employees => routes::employees::answer(company, call, twist),
        Operation::Directory => routes::directory::answer(company, call),
    }
}
