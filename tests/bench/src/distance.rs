use std::fmt;
use std::time::Duration;

use serde::Serialize;

/// How far away BambooHR and AWS are: by how many milliseconds later they answer.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Distance {
    /// BambooHR.
    pub bamboohr_ms: u64,
    /// DynamoDB and Secrets Manager.
    pub aws_ms: u64,
}

impl Distance {
    /// Everything is right here: what is measured is the function's own time.
    pub(crate) const NONE: Self = Self::same(0);
    /// The same for both, to compare with earlier measurements.
    pub(crate) const SAME: [Self; 3] = [Self::NONE, Self::same(20), Self::same(50)];
    /// As in life: BambooHR takes hundreds of milliseconds, DynamoDB a few.
    pub const REALISTIC: Self = Self { bamboohr_ms: 200, aws_ms: 5 };

    const fn same(ms: u64) -> Self {
        Self { bamboohr_ms: ms, aws_ms: ms }
    }

    pub(crate) fn bamboohr(self) -> Duration {
        Duration::from_millis(self.bamboohr_ms)
    }

    pub(crate) fn aws(self) -> Duration {
        Duration::from_millis(self.aws_ms)
    }
}

impl fmt::Display for Distance {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { bamboohr_ms, aws_ms } = self;
        if bamboohr_ms == aws_ms {
            write!(f, "{aws_ms} ms away")
        } else {
            write!(f, "BambooHR {bamboohr_ms} ms, AWS {aws_ms} ms away")
        }
    }
}
