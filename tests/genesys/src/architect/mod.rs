//! Architect workflows: read, examined and run.

mod archy;
mod document;
mod evaluate;
mod execution;
mod expression;
mod paths;
mod run;
mod value;

pub use document::{
    Action, CallData, DataActionCall, Decision, Loop, Operand, UpdateData, Variable, Workflow,
};
pub use evaluate::EvaluationError;
pub use expression::{Expression, Function, SyntaxError};
pub use paths::PathEnd;
pub use run::{AbsentLists, ActionExecution, Ending, Interpreter, MAX_ACTIONS, MAX_ENTRIES, Run};
pub use value::Value;
