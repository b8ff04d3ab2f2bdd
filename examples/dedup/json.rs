//! Fields of JSON objects, as `dedup` and `watch` understand them.

use serde_json::{Map, Value};

/// The value of a field; none where it is missing or null.
pub fn take(object: &mut Map<String, Value>, field: &str) -> Option<Value> {
    object.remove(field).filter(|value| !value.is_null())
}

/// A name: a string, or an integer.
pub fn name(value: &Value) -> Option<String> {
    match value {
        Value::String(name) => Some(name.clone()),
        Value::Number(number) if !number.is_f64() => Some(number.to_string()),
        _ => None,
    }
}
