//! Schemas of codes: texts, of those that this version knows.

use std::borrow::Cow;

use schemars::{JsonSchema, Schema, SchemaGenerator, json_schema};

use super::{AuditCode, ErrorCode, RejectionCode};

macro_rules! schemas {
    ($($code:ident)+) => {$(
        impl JsonSchema for $code {
            fn schema_name() -> Cow<'static, str> {
                stringify!($code).into()
            }

            fn json_schema(_: &mut SchemaGenerator) -> Schema {
                let names: Vec<&str> = $code::ALL.iter().map(|code| code.name()).collect();
                json_schema!({ "type": "string", "enum": names })
            }
        }
    )+};
}

schemas! { ErrorCode RejectionCode AuditCode }
