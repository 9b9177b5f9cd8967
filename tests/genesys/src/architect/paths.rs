use std::collections::BTreeSet;

use super::{Action, Operand, Workflow};

/// Where one way through a workflow ends.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct PathEnd {
    /// Whether an end-workflow action was reached.
    pub ended: bool,
    /// The turn taken at the data action: `success`, `failure`, `timeout`, or empty before the
    /// call.
    pub answer: &'static str,
    /// All variables that were given a value on the way.
    pub assigned: BTreeSet<String>,
}

impl Workflow {
    /// The ends of all ways through the workflow. Each decision may go either way; a loop may be
    /// skipped or run.
    #[must_use]
    pub fn path_ends(&self) -> BTreeSet<PathEnd> {
        let start = PathEnd { ended: false, answer: "", assigned: BTreeSet::new() };
        walk(&self.actions, BTreeSet::from([start]))
    }
}

fn walk(actions: &[Action], mut ways: BTreeSet<PathEnd>) -> BTreeSet<PathEnd> {
    for action in actions {
        let (mut after, going): (BTreeSet<_>, BTreeSet<_>) =
            ways.into_iter().partition(|way| way.ended);
        for way in going {
            after.extend(step(action, way));
        }
        ways = after;
    }
    ways
}

fn step(action: &Action, mut way: PathEnd) -> BTreeSet<PathEnd> {
    match action {
        Action::EndWorkflow(_) => {
            way.ended = true;
            BTreeSet::from([way])
        }
        Action::UpdateData(update) => {
            way.assigned.extend(
                update.statements.iter().map(|statement| statement.assignment().variable.clone()),
            );
            BTreeSet::from([way])
        }
        Action::Decision(decision) => [&decision.yes, &decision.no]
            .into_iter()
            .flat_map(|branch| walk(branch, BTreeSet::from([way.clone()])))
            .collect(),
        Action::Loop(repeated) => {
            way.assigned.insert(repeated.index.clone());
            let mut ways = walk(&repeated.actions, BTreeSet::from([way.clone()]));
            ways.insert(way);
            ways
        }
        Action::CallData(call) => [
            ("success", Some(&call.call.success_outputs), &call.success),
            ("failure", Some(&call.call.failure_outputs), &call.failure),
            ("timeout", None, &call.timeout),
        ]
        .into_iter()
        .flat_map(|(answer, outputs, branch)| {
            let mut way = PathEnd { answer, ..way.clone() };
            way.assigned.extend(outputs.into_iter().flatten().filter_map(|(_, operand)| {
                match operand {
                    Operand::Var(name) => Some(name.clone()),
                    _ => None,
                }
            }));
            walk(branch, BTreeSet::from([way]))
        })
        .collect(),
    }
}
