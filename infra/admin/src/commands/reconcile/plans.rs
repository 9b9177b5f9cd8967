//! Which time-off type of BambooHR an activity code stands for.

use contract::TimeOffTypeId;
use genesys_cloud::{
    ActivityCodeId, IntegrationId, ManagementUnitId, PlanTimeOffType, TimeOffPlan,
};

/// What the plans of a business unit say of an activity code.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Mapped {
    /// This type of ours.
    To(TimeOffTypeId),
    /// A type of another integration.
    Elsewhere,
    /// None.
    Nowhere,
    /// Several plans have the code and disagree, as they may where staffing groups have their own.
    Disagreeing,
}

/// What `plans` say of `code` in `unit`, for the integration that is meant.
pub(crate) fn mapped(
    plans: &[TimeOffPlan],
    unit: &ManagementUnitId,
    code: &ActivityCodeId,
    integration: &IntegrationId,
) -> Mapped {
    let governs = |plan: &&TimeOffPlan| {
        let scope = plan.scope();
        let is_for_the_unit =
            scope.management_units.is_empty() || scope.management_units.contains(unit);
        plan.activity_code_ids.contains(code) && is_for_the_unit
    };
    let all: Vec<&TimeOffPlan> = plans.iter().filter(governs).collect();
    let in_use: Vec<&TimeOffPlan> =
        all.iter().copied().filter(|plan| plan.enabled != Some(false)).collect();
    // A request outlives the plan that it was submitted under.
    let plans = if in_use.is_empty() { all } else { in_use };
    let mut answers = plans.iter().map(|plan| of_plan(plan, integration));
    let first = answers.next().unwrap_or(Mapped::Nowhere);
    if answers.all(|other| other == first) { first } else { Mapped::Disagreeing }
}

fn of_plan(plan: &TimeOffPlan, integration: &IntegrationId) -> Mapped {
    match &plan.hris_time_off_type {
        Some(PlanTimeOffType { hris_integration_id: Some(other), .. }) if other != integration => {
            Mapped::Elsewhere
        }
        Some(of_plan) => to(&of_plan.id),
        None => Mapped::Nowhere,
    }
}

/// A type by the id that Genesys has for it.
pub(crate) fn to(id: &genesys_cloud::TimeOffTypeId) -> Mapped {
    id.as_str().parse().map_or(Mapped::Nowhere, Mapped::To)
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use super::*;

    fn plan(time_off_type: Value, scope: Value) -> Value {
        json!({
            "id": "p", "activityCodeIds": ["9"], "enabled": true,
            "hrisTimeOffType": time_off_type, "businessUnitAssociation": scope,
        })
    }

    fn of(id: &str, integration: Value) -> Value {
        json!({ "id": id, "hrisIntegrationId": integration })
    }

    fn mapped_by(plans: &[Value], code: &str) -> Mapped {
        let plans: Vec<TimeOffPlan> =
            plans.iter().map(|plan| serde_json::from_value(plan.clone()).unwrap()).collect();
        let unit = "u".parse().unwrap();
        mapped(&plans, &unit, &code.parse().unwrap(), &"i".parse().unwrap())
    }

    fn to_type(id: u64) -> Mapped {
        Mapped::To(TimeOffTypeId::new(id).unwrap())
    }

    #[test]
    fn a_code_stands_for_the_type_of_its_plan() {
        let unit = json!({ "managementUnits": [{ "id": "u" }] });
        let other_unit = json!({ "managementUnits": [{ "id": "v" }] });
        let group = json!({ "staffingGroups": [{ "id": "g" }] });
        let ours = plan(of("78", json!("i")), unit.clone());
        let another = plan(of("83", json!("i")), group);
        for (plans, expected) in [
            (vec![ours.clone()], to_type(78)),
            (vec![plan(of("78", Value::Null), Value::Null)], to_type(78)),
            (vec![ours.clone(), plan(of("83", json!("i")), other_unit)], to_type(78)),
            (vec![ours.clone(), another.clone()], Mapped::Disagreeing),
            (vec![ours.clone(), ours.clone()], to_type(78)),
            (vec![ours.clone(), plan(Value::Null, unit.clone())], Mapped::Disagreeing),
            (vec![plan(of("78", json!("j")), unit.clone())], Mapped::Elsewhere),
            (vec![plan(of("vacation", json!("i")), unit.clone())], Mapped::Nowhere),
            (vec![plan(Value::Null, unit.clone())], Mapped::Nowhere),
            (vec![], Mapped::Nowhere),
        ] {
            assert_eq!(mapped_by(&plans, "9"), expected, "{plans:?}");
        }
        assert_eq!(mapped_by(std::slice::from_ref(&ours), "10"), Mapped::Nowhere);
        // What is not in use any more counts only where nothing else does.
        let mut old = another;
        old["enabled"] = json!(false);
        assert_eq!(mapped_by(&[old.clone(), ours], "9"), to_type(78));
        assert_eq!(mapped_by(&[old], "9"), to_type(83));
    }
}
