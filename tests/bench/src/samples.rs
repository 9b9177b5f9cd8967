use std::time::Duration;

/// Times of one thing, measured again and again.
#[derive(Clone, Debug, Default)]
pub(crate) struct Samples(Vec<Duration>);

impl Samples {
    pub(crate) fn add(&mut self, sample: Duration) {
        let at = self.0.partition_point(|known| *known <= sample);
        self.0.insert(at, sample);
    }

    /// The quantile by nearest rank, in ms: of 25 samples the 13th for 0.5, the greatest for 0.99.
    pub(crate) fn quantile(&self, quantile: f64) -> f64 {
        #[expect(
            clippy::cast_precision_loss,
            clippy::cast_possible_truncation,
            clippy::cast_sign_loss,
            reason = "a rank of thousands"
        )]
        let rank = (quantile * self.0.len() as f64).ceil() as usize;
        self.0.get(rank.saturating_sub(1)).map_or(f64::NAN, |sample| sample.as_secs_f64() * 1_000.0)
    }
}

impl FromIterator<Duration> for Samples {
    fn from_iter<I: IntoIterator<Item = Duration>>(samples: I) -> Self {
        let mut samples: Vec<Duration> = samples.into_iter().collect();
        samples.sort_unstable();
        Self(samples)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn quantiles_are_samples() {
        let samples: Samples = (1..=25).rev().map(Duration::from_millis).collect();
        assert_eq!(
            (samples.quantile(0.5), samples.quantile(0.99), samples.quantile(0.0)),
            (13.0, 25.0, 1.0)
        );
        let mut added = Samples::default();
        [3, 1, 2].map(Duration::from_millis).into_iter().for_each(|sample| added.add(sample));
        assert_eq!(added.quantile(0.5), 2.0);
    }
}
