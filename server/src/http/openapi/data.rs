//! Routes of what is measured, and of what shows it.

use protocol::event::{EventIn, Ingested};
use protocol::history::{History, HistoryColumns};
use protocol::{
    Annotation, Annotations, Cleared, Dashboard, DashboardIndex, DashboardPreferences, ErrorCode,
    EventFields, Metric, NewAnnotation, Ownership, Preferences, Star, StreamParams, VariableState,
    paths,
};
use schemars::{Schema, SchemaGenerator, json_schema};

use super::operation::Shape::{Flag, List, OneOf, Tags, Text, Whole};
use super::operation::{Content, JSON, Of, Operation, Parameter, object, opaque};

const FROM: Parameter = Parameter::new(
    "from",
    Whole(i64::MIN, i64::MAX),
    "Start in ms since the epoch; as a negative number, before now. Five minutes before now without it",
);
const TO: Parameter = Parameter::new(
    "to",
    Whole(i64::MIN, i64::MAX),
    "End in ms since the epoch; as a negative number, before now",
);
const POINTS: Parameter = Parameter::new(
    "points",
    Whole(1, 5_000),
    "Most steps of one series; 600 without it",
);
const METRIC: Parameter = Parameter::new("metric", Text, "Name in the metric list").required();
const METRICS: Parameter = Parameter::new(StreamParams::METRICS, List, "Names in the metric list");
const VARIABLES: Parameter = Parameter::new(
    "var-NAME",
    Tags,
    "What is chosen of the variable, once for each value; `*` for all",
);
const TAGS: Parameter = Parameter::new("tag.NAME", Tags, "Only series with this value of the tag");

pub const OPERATIONS: &[Operation] = &[
    Operation::get(paths::HEALTH, "Whether the process answers")
        .answers(&[(200, &[(JSON, object)])]),
    Operation::get(paths::READY, "Whether what is measured is kept")
        .answers(&[(200, &[(JSON, object)]), (503, &[(JSON, object)])]),
    Operation::get(paths::METRICS, "The visible part of the metric list")
        .answers(Of::<Vec<Metric>>::OK),
    Operation::get(paths::STREAM, "Server-sent events: hello, frames, events")
        .query(&[
            METRICS,
            Parameter::new("rate", Whole(1, 10), "Most frames a second; 10 without it"),
            Parameter::new(
                StreamParams::LAST_EVENT_ID,
                Whole(0, i64::MAX),
                "The last event that was received; the header `Last-Event-ID` overrides it",
            ),
            Parameter::new(
                StreamParams::ONCE,
                Flag,
                "1: end when everything that there is has been sent",
            ),
            Parameter::new(
                StreamParams::DEFINITIONS,
                Flag,
                "1: begin with the definitions of the metrics",
            ),
        ])
        .answers(&[(200, &[("text/event-stream", opaque)])]),
    Operation::get(paths::HISTORY, "One metric over time")
        .query(&[METRIC, FROM, TO, POINTS, TAGS])
        .answers(Of::<History>::OK)
        .fails(&[ErrorCode::NotFound, ErrorCode::TooMuch]),
    Operation::get(
        paths::HISTORY_COLUMNS,
        "Several metrics over the same time, in columns",
    )
    .query(&[METRICS.required(), FROM, TO, POINTS])
    .answers(Of::<HistoryColumns>::OK)
    .fails(&[ErrorCode::TooMuch]),
    Operation::get(paths::DASHBOARDS, "All dashboards as far as one sees them")
        .answers(Of::<Vec<Dashboard>>::OK),
    Operation::get(paths::DASHBOARD, "One dashboard as far as one sees it")
        .answers(Of::<Dashboard>::OK),
    Operation::put(
        paths::DASHBOARD,
        "Replace the version that the document names, 0 for a new one",
    )
    .query(&[
        Parameter::new(
            "owner",
            Text,
            "Whom a new one belongs to: `team`, `role:NAME` or `me`; without it the team, for who has the \
             right to edit its dashboards, and else whoever asks",
        ),
        Parameter::new(
            "shared",
            Flag,
            "1: everybody who is signed in reads a new one; without it not if it is a person's",
        ),
    ])
    .replaces::<Dashboard>()
    .fails(&[
        ErrorCode::NotOwner,
        ErrorCode::RightMissing,
        ErrorCode::NameTaken,
        ErrorCode::InvalidDocument,
        ErrorCode::DocumentTooLarge,
        ErrorCode::TooManyDashboards,
        ErrorCode::FromFile,
    ]),
    Operation::delete(
        paths::DASHBOARD,
        "Remove a dashboard, which can be put back for a while; a built-in one goes back to what is \
         delivered",
    )
    .fails(&[
        ErrorCode::NotOwner,
        ErrorCode::RightMissing,
        ErrorCode::FromFile,
    ])
    .people_only(),
    Operation::get(
        paths::DASHBOARD_INDEX,
        "What a list of dashboards shows, without their documents",
    )
    .answers(Of::<DashboardIndex>::OK),
    Operation::put(
        paths::DASHBOARD_OWNER,
        "Give a dashboard to another owner, or to other readers; a person without an id is whoever asks",
    )
    .takes(Of::<Ownership>::JSON)
    .answers(Of::<Ownership>::OK)
    .fails(&[
        ErrorCode::NotOwner,
        ErrorCode::RightMissing,
        ErrorCode::AdminsOnly,
        ErrorCode::InvalidDocument,
        ErrorCode::TooManyDashboards,
    ])
    .people_only(),
    Operation::put(
        paths::DASHBOARD_STAR,
        "Star a dashboard, so that one's lists begin with it",
    )
    .takes(Of::<Star>::JSON)
    .fails(&[ErrorCode::TooManyDashboards]),
    Operation::post(
        paths::DASHBOARD_RESTORE,
        "Put back a dashboard that was removed",
    )
    .answers(Of::<Dashboard>::OK)
    .fails(&[
        ErrorCode::NotOwner,
        ErrorCode::RightMissing,
        ErrorCode::NameTaken,
        ErrorCode::TooManyDashboards,
    ])
    .people_only(),
    Operation::get(
        paths::DASHBOARD_VARIABLES,
        "What is chosen of a dashboard's variables, and what can be",
    )
    .query(&[VARIABLES])
    .answers(Of::<VariableState>::OK),
    Operation::get(
        paths::WIDGET_PICTURE,
        "A widget as a picture: its id and `.svg`",
    )
    .query(&[
        FROM,
        TO,
        Parameter::new("width", Whole(100, 2_000), "In pixels"),
        Parameter::new("height", Whole(60, 1_200), "In pixels"),
        Parameter::new("theme", OneOf(&["light", "dark", "auto"]), "Colours"),
        Parameter::new("zone", Text, "`utc`, or minutes ahead of it: -840 to 840"),
        Parameter::new("bare", Flag, "1: the chart alone"),
        VARIABLES,
    ])
    .answers(&[(200, &[("image/svg+xml", opaque)])])
    .fails(&[ErrorCode::TooMuch]),
    Operation::get(
        paths::PREFERENCES,
        "What holds for every dashboard of a person",
    )
    .answers(Of::<Preferences>::OK),
    Operation::put(
        paths::PREFERENCES,
        "Replace the version that the document names",
    )
    .replaces::<Preferences>()
    .fails(&[ErrorCode::InvalidDocument, ErrorCode::DocumentTooLarge]),
    Operation::get(
        paths::DASHBOARD_PREFERENCES,
        "What a person changed about one dashboard",
    )
    .answers(Of::<DashboardPreferences>::OK),
    Operation::put(
        paths::DASHBOARD_PREFERENCES,
        "Replace the version that the document names",
    )
    .replaces::<DashboardPreferences>()
    .fails(&[
        ErrorCode::InvalidDocument,
        ErrorCode::DocumentTooLarge,
        ErrorCode::TooManyDashboards,
    ]),
    Operation::get(paths::ANNOTATIONS, "Annotations that touch a time")
        .query(&[FROM, TO])
        .answers(Of::<Annotations>::OK),
    Operation::post(paths::ANNOTATIONS, "Add an annotation")
        .takes(Of::<NewAnnotation>::JSON)
        .answers(Of::<Annotation>::CREATED)
        .fails(&[ErrorCode::TooManyAnnotations]),
    Operation::delete(
        paths::ANNOTATIONS,
        "Clear up what one author made, the oldest first",
    )
    .query(&[Parameter::new(
        "author",
        Text,
        "The name of the user or token that made them",
    )
    .required()])
    .answers(Of::<Cleared>::OK),
    Operation::delete(paths::ANNOTATION, "Remove an annotation").by_number(),
    Operation::delete(
        paths::ADMIN_SERIES,
        "Forget series of a metric, with their history, that are not sent any more",
    )
    .query(&[METRIC, TAGS])
    .answers(Of::<Cleared>::OK)
    .fails(&[ErrorCode::NotFound]),
    Operation::post(
        paths::EVENTS,
        "Send events: 207 when some are rejected, 422 when all are",
    )
    .takes(EVENTS)
    .answers(&[
        (202, Of::<Ingested>::JSON),
        (207, Of::<Ingested>::JSON),
        (422, Of::<Ingested>::JSON),
    ])
    .fails(&[ErrorCode::Empty, ErrorCode::TooManyEvents]),
    Operation::get(paths::EVENT, "Everything that came with one recent event")
        .by_number()
        .answers(Of::<EventFields>::OK),
    Operation::post(paths::OTLP_METRICS, "Send OpenTelemetry metrics")
        .takes(&[(PROTOBUF, opaque)])
        .answers(&[(200, &[(PROTOBUF, opaque)])])
        .fails(&[ErrorCode::BadProtobuf, ErrorCode::TooManyPoints]),
];

const PROTOBUF: &str = "application/x-protobuf";
const EVENTS: &[Content] = &[(JSON, events), ("application/x-ndjson", opaque)];

/// One event, or several.
fn events(generator: &mut SchemaGenerator) -> Schema {
    let (one, all) = (
        generator.subschema_for::<EventIn>(),
        generator.subschema_for::<Vec<EventIn>>(),
    );
    json_schema!({ "anyOf": [one, all] })
}
