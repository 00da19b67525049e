//! What a route takes and answers, apart from who may ask it: one constant for each.

use protocol::{Conflict, ErrorCode};
use schemars::{JsonSchema, Schema, SchemaGenerator, json_schema};

/// The type of a body, and what it holds.
pub type Content = (&'static str, SchemaOf);
/// The schema of a type, by a reference to where it stands once.
pub type SchemaOf = fn(&mut SchemaGenerator) -> Schema;

/// The status of an answer, with its bodies.
pub type Answer = (u16, &'static [Content]);

pub const JSON: &str = "application/json";
pub const FORM: &str = "application/x-www-form-urlencoded";

/// Bodies that hold a type.
pub struct Of<T>(std::marker::PhantomData<T>);

impl<T: JsonSchema> Of<T> {
    pub const SCHEMA: SchemaOf = SchemaGenerator::subschema_for::<T>;
    pub const JSON: &[Content] = &[(JSON, Self::SCHEMA)];
    pub const JSON_OR_FORM: &[Content] = &[(JSON, Self::SCHEMA), (FORM, Self::SCHEMA)];
    pub const OK: &[Answer] = &[(200, Self::JSON)];
    pub const CREATED: &[Answer] = &[(201, Self::JSON)];
    /// To a script, and to a form.
    pub const OK_OR_PAGE: &[Answer] = &[(200, Self::JSON), (303, &[])];
}

/// Any object.
pub fn object(_: &mut SchemaGenerator) -> Schema {
    json_schema!({ "type": "object" })
}

/// Something that is no JSON.
pub fn opaque(_: &mut SchemaGenerator) -> Schema {
    json_schema!({})
}

/// What a parameter of a query takes.
#[derive(Clone, Copy)]
pub enum Shape {
    Text,
    Whole(i64, i64),
    Flag,
    OneOf(&'static [&'static str]),
    /// Several, parted by commas.
    List,
    /// Any number of `tag.NAME=VALUE`.
    Tags,
}

/// A parameter of a query.
#[derive(Clone, Copy)]
pub struct Parameter {
    pub name: &'static str,
    pub words: &'static str,
    pub shape: Shape,
    pub is_required: bool,
}

impl Parameter {
    pub const fn new(name: &'static str, shape: Shape, words: &'static str) -> Parameter {
        Parameter {
            name,
            words,
            shape,
            is_required: false,
        }
    }

    pub const fn required(self) -> Parameter {
        Parameter {
            is_required: true,
            ..self
        }
    }
}

/// A route in words, with what it takes and answers.
#[derive(Clone, Copy)]
pub struct Operation {
    pub method: &'static str,
    pub path: &'static str,
    pub summary: &'static str,
    pub query: &'static [Parameter],
    pub body: &'static [Content],
    /// Statuses of success, or of an answer that is no error, with their bodies.
    pub answers: &'static [Answer],
    /// Errors beyond those that come with who may ask and with a body or parameters.
    pub errors: &'static [ErrorCode],
    /// The document that comes with `stale_version`.
    pub stale: Option<SchemaOf>,
    /// Whether parameters in the path are numbers.
    pub by_number: bool,
    /// Whether the route rejects tokens whatever their scopes.
    pub people_only: bool,
}

impl Operation {
    const fn new(method: &'static str, path: &'static str, summary: &'static str) -> Operation {
        Operation {
            method,
            path,
            summary,
            query: &[],
            body: &[],
            answers: &[(204, &[])],
            errors: &[],
            stale: None,
            by_number: false,
            people_only: false,
        }
    }

    pub const fn get(path: &'static str, summary: &'static str) -> Operation {
        Operation::new("GET", path, summary)
    }

    pub const fn post(path: &'static str, summary: &'static str) -> Operation {
        Operation::new("POST", path, summary)
    }

    pub const fn put(path: &'static str, summary: &'static str) -> Operation {
        Operation::new("PUT", path, summary)
    }

    pub const fn delete(path: &'static str, summary: &'static str) -> Operation {
        Operation::new("DELETE", path, summary)
    }

    pub const fn query(self, query: &'static [Parameter]) -> Operation {
        Operation { query, ..self }
    }

    pub const fn takes(self, body: &'static [Content]) -> Operation {
        Operation { body, ..self }
    }

    /// Without it 204.
    pub const fn answers(self, answers: &'static [Answer]) -> Operation {
        Operation { answers, ..self }
    }

    pub const fn fails(self, errors: &'static [ErrorCode]) -> Operation {
        Operation { errors, ..self }
    }

    /// Takes a document, and answers it under its new version.
    pub const fn replaces<T: JsonSchema>(self) -> Operation
    where
        Conflict<T>: JsonSchema,
    {
        Operation {
            body: Of::<T>::JSON,
            answers: Of::<T>::OK,
            stale: Some(Of::<Conflict<T>>::SCHEMA),
            ..self
        }
    }

    pub const fn by_number(self) -> Operation {
        Operation {
            by_number: true,
            ..self
        }
    }

    pub const fn people_only(self) -> Operation {
        Operation {
            people_only: true,
            ..self
        }
    }
}
