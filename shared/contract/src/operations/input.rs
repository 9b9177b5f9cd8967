//! The fields that go into the operations.

use super::{DataType, Field, VariableKind};

/// What a field is in the workflow (`None`: Genesys' contract has no such variable), and in the
/// data action and the API.
type Kinds = (Option<VariableKind>, DataType);

const TEXT: Kinds = (Some(VariableKind::String), DataType::String);
/// A workflow passes a collection on as text, since a data action's inputs have no arrays.
const LIST: Kinds = (Some(VariableKind::StringCollection), DataType::String);
const API_TEXT: Kinds = (None, DataType::String);
const API_BOOLEAN: Kinds = (None, DataType::Boolean);
const API_INTEGER: Kinds = (None, DataType::Integer);

macro_rules! inputs {
    ($($variant:ident $name:literal $kinds:ident,)*) => {
        /// A field that goes into an operation. What is not listed here cannot be read.
        #[derive(Clone, Copy, Debug, PartialEq, Eq)]
        pub enum Input {
            $(#[doc = concat!("`", $name, "`")] $variant,)*
        }

        impl Input {
            /// Every field, in the order of the list.
            pub const ALL: &'static [Self] = &[$(Self::$variant),*];

            /// Its name: in the data action and the API; behind `Flow.` in the workflow.
            pub const fn name(self) -> &'static str {
                match self {
                    $(Self::$variant => $name,)*
                }
            }

            const fn kinds(self) -> Kinds {
                match self {
                    $(Self::$variant => $kinds,)*
                }
            }
        }
    };
}

inputs! {
    AgentId "agentId" TEXT,
    InputDates "inputDates" LIST,
    InputTimeOffTypeIds "inputTimeOffTypeIds" LIST,
    InputTimeOffTypeId2s "inputTimeOffTypeId2s" LIST,
    InputTimeOffRequestId "inputTimeOffRequestId" TEXT,
    Dates "dates" LIST,
    StartDateTimes "startDateTimes" LIST,
    MinDate "minDate" TEXT,
    MaxDate "maxDate" TEXT,
    TimeOffStatus "timeOffStatus" TEXT,
    TimeOffTypeId "timeOffTypeId" TEXT,
    // BambooHR needs no secondary id of a type: the operations take the field and do not read it.
    TimeOffTypeId2 "timeOffTypeId2" TEXT,
    PayableMinutes "payableMinutes" LIST,
    DurationMinutes "durationMinutes" LIST,
    Notes "notes" TEXT,
    // Only Genesys' older list names the next two.
    OverrideBalanceThreshold "overrideBalanceThreshold" API_BOOLEAN,
    AverageMinutesPerDay "averageMinutesPerDay" API_INTEGER,
    // The look-ups, which Genesys does not have.
    ExternalId "externalId" API_TEXT,
    Email "email" API_TEXT,
}

impl From<Input> for Field {
    fn from(input: Input) -> Self {
        let (flow, action) = input.kinds();
        Self { name: input.name().to_owned(), flow, action: Some(action) }
    }
}
