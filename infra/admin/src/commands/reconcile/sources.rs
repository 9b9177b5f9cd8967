//! What `reconcile` reads from, and the units of the organisation.

use std::collections::BTreeMap;
use std::rc::Rc;

use genesys_cloud::{
    BusinessUnitId, Client, IntegrationId, ManagementUnit, ManagementUnitId, TimeOffPlan,
};
use jiff::tz::TimeZone;
use jiff::{SignedDuration, Timestamp};
use store::Table;

use crate::Error;
use crate::bamboohr::Hris;
use crate::context::Context;

/// A management unit, as far as requests need it.
#[derive(Clone, Debug)]
pub(crate) struct Unit {
    /// Its id.
    pub id: ManagementUnitId,
    /// The zone of its days; `None` where nobody says it, or it is not in the database.
    pub zone: Option<TimeZone>,
    /// The plans of its business unit.
    pub plans: Rc<[TimeOffPlan]>,
}

/// Genesys, BambooHR and our table, all for reading.
pub(crate) struct Sources<'a> {
    /// The command line and the environment.
    pub context: &'a Context,
    /// Genesys Cloud.
    pub genesys: Client,
    /// The integration that is meant.
    pub integration: IntegrationId,
    /// BambooHR.
    pub hris: Hris,
    /// Our table.
    pub table: Table,
    /// From what age on a request that is `Processing` counts as never ended.
    pub stuck: SignedDuration,
}

impl Sources<'_> {
    /// The time of day.
    pub(crate) fn now(&self) -> Timestamp {
        self.context.now()
    }

    /// Every unit that the OAuth client sees.
    pub(crate) async fn units(&self) -> Result<Vec<Unit>, Error> {
        let mut known: BTreeMap<BusinessUnitId, OfBusinessUnit> = BTreeMap::new();
        let listed = self.genesys.management_units().await?;
        self.context.progress().begin("units", listed.len());
        let mut units = Vec::new();
        for ManagementUnit { id, business_unit, time_zone, .. } in listed {
            let above = match business_unit {
                Some(above) => Some(self.business_unit(above, &mut known).await?),
                None => None,
            };
            let own = time_zone.filter(|zone| !zone.is_empty());
            let zone = own.or_else(|| above.as_ref().and_then(|above| above.zone.clone()));
            units.push(Unit {
                id,
                zone: zone.and_then(|name| TimeZone::get(&name).ok()),
                plans: above.map_or_else(|| Rc::from([]), |above| above.plans),
            });
            self.context.progress().advance(1);
        }
        Ok(units)
    }

    async fn business_unit(
        &self,
        id: BusinessUnitId,
        known: &mut BTreeMap<BusinessUnitId, OfBusinessUnit>,
    ) -> Result<OfBusinessUnit, Error> {
        if let Some(known) = known.get(&id) {
            return Ok(known.clone());
        }
        let found = OfBusinessUnit {
            zone: self.genesys.business_unit(&id).await?.time_zone().map(str::to_owned),
            plans: self.genesys.time_off_plans(&id).await?.into(),
        };
        known.insert(id, found.clone());
        Ok(found)
    }
}

/// What units have from their business unit.
#[derive(Clone)]
struct OfBusinessUnit {
    zone: Option<String>,
    plans: Rc<[TimeOffPlan]>,
}
