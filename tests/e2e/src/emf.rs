//! CloudWatch's embedded metric format, checked as its specification says
//! (<https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/CloudWatch_Embedded_Metric_Format_Specification.html>).

use serde_json::Value;

/// The units that CloudWatch knows.
const UNITS: [&str; 27] = [
    "Seconds",
    "Microseconds",
    "Milliseconds",
    "Bytes",
    "Kilobytes",
    "Megabytes",
    "Gigabytes",
    "Terabytes",
    "Bits",
    "Kilobits",
    "Megabits",
    "Gigabits",
    "Terabits",
    "Percent",
    "Count",
    "Bytes/Second",
    "Kilobytes/Second",
    "Megabytes/Second",
    "Gigabytes/Second",
    "Terabytes/Second",
    "Bits/Second",
    "Kilobits/Second",
    "Megabits/Second",
    "Gigabits/Second",
    "Terabits/Second",
    "Count/Second",
    "None",
];

/// The metrics of a line, as `Name by dimension+dimension`, sorted; each named one and each
/// dimension is there to be read.
///
/// # Errors
/// What keeps CloudWatch from taking metrics from the line.
pub fn metrics(line: &Value) -> Result<Vec<String>, String> {
    let root = line.as_object().ok_or("the line is no object")?;
    let metadata = root.get("_aws").and_then(Value::as_object).ok_or("_aws is no object")?;
    let timestamp = metadata
        .get("Timestamp")
        .and_then(Value::as_i64)
        .ok_or("_aws.Timestamp is no whole number")?;
    // Seconds or microseconds by mistake would lie in 1970 or far ahead.
    if !(1_600_000_000_000..10_000_000_000_000).contains(&timestamp) {
        return Err(format!("_aws.Timestamp {timestamp} is not in milliseconds"));
    }
    let mut found = Vec::new();
    for directive in array(metadata.get("CloudWatchMetrics"), "_aws.CloudWatchMetrics")? {
        let namespace = directive["Namespace"].as_str().unwrap_or_default();
        if !(1..=1024).contains(&namespace.len()) {
            return Err("a directive has no Namespace".to_owned());
        }
        let mut sets = Vec::new();
        for set in array(directive.get("Dimensions"), "Dimensions")? {
            let names = set.as_array().ok_or("a dimension set is no array")?;
            let names: Vec<&str> = names
                .iter()
                .map(|name| name.as_str().ok_or("a dimension is no text"))
                .collect::<Result<_, _>>()?;
            if names.len() > 30 {
                return Err("a dimension set has more than 30 dimensions".to_owned());
            }
            for &name in &names {
                let value = root
                    .get(name)
                    .and_then(Value::as_str)
                    .ok_or_else(|| format!("the dimension {name} has no text"))?;
                if !(1..=1024).contains(&value.len()) {
                    return Err(format!("the dimension {name} is empty or too long"));
                }
            }
            sets.push(names.join("+"));
        }
        let definitions = array(directive.get("Metrics"), "Metrics")?;
        if definitions.len() > 100 {
            return Err("a directive has more than 100 metrics".to_owned());
        }
        for definition in definitions {
            let name = definition["Name"].as_str().ok_or("a metric has no Name")?;
            let unit = definition["Unit"].as_str().unwrap_or("None");
            if !UNITS.contains(&unit) {
                return Err(format!("{name} has the unknown unit {unit}"));
            }
            let values = root.get(name).ok_or_else(|| format!("the metric {name} has no value"))?;
            let numbers = values.as_array().map_or(std::slice::from_ref(values), Vec::as_slice);
            if numbers.is_empty() || numbers.len() > 100 || !numbers.iter().all(Value::is_number) {
                return Err(format!("the metric {name} is no number"));
            }
            found.extend(sets.iter().map(|set| format!("{name} by {set}")));
        }
    }
    found.sort();
    if found.windows(2).any(|pair| pair[0] == pair[1]) {
        return Err(format!("a metric is named twice: {found:?}"));
    }
    Ok(found)
}

fn array<'a>(value: Option<&'a Value>, what: &str) -> Result<&'a Vec<Value>, String> {
    value
        .and_then(Value::as_array)
        .filter(|entries| !entries.is_empty())
        .ok_or_else(|| format!("{what} is no array with entries"))
}
