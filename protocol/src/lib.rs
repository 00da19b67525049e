//! Everything that crosses the network: JSON documents, error codes, events and rows of the
//! stream, query parameters and paths. Server and page use the same types.
//!
//! Invariant: nothing here depends on leptos, axum or a database, and all of it compiles to WASM.
//! One file per noun; `tests/golden/` holds the JSON of each type, so that a change of the
//! contract shows in review.

mod absent;
pub mod action;
pub mod annotation;
pub mod audit;
pub mod boot;
pub mod boot_admin;
pub mod cleared;
mod code;
#[cfg(feature = "schema")]
mod code_schema;
pub mod dashboard;
pub mod dashboard_index;
mod dashboard_paths;
pub mod dashboard_version;
mod definitions;
mod edit_paths;
pub mod error;
mod escape;
pub mod event;
pub mod frame;
pub mod history;
pub mod json;
pub mod kept;
pub mod option_name;
pub mod options;
pub mod outline;
pub mod paths;
pub mod people;
mod people_paths;
pub mod prefs;
mod preview_paths;
pub mod query;
mod reading;
pub mod right;
pub mod role;
pub mod role_defaults;
pub mod role_document;
pub mod row;
mod stream_event;
mod tag_values;
mod text_node;
pub mod token;
mod variable_paths;
pub mod variables;
pub mod widget;

pub use action::Action;
pub use annotation::{Annotation, Annotations, NewAnnotation};
pub use audit::{AuditActor, AuditActorKind, AuditEntry, AuditPage};
pub use boot::{Boot, DashboardBoot, DashboardLink, ListedMetric, MetricsBoot};
pub use boot_admin::{
    AccessMetric, AccountBoot, InvitationsBoot, PeopleBoot, RolesBoot, SessionsBoot, TokensBoot,
};
pub use cleared::Cleared;
pub use code::{AuditCode, ErrorCode, RejectionCode};
pub use dashboard::{Dashboard, GridPlace};
pub use dashboard_index::{
    DashboardEntry, DashboardIndex, DeletedDashboard, Owner, Ownership, Star,
};
pub use dashboard_version::{DashboardSource, DashboardVersion, VersionsBoot};
pub use definitions::Definition;
pub use error::{ApiError, Conflict, ErrorBody};
pub use escape::escaped;
pub use event::{EventFields, LogLevel, LogRecord};
pub use frame::{Frame, Hello, SeriesInfo};
pub use history::{History, HistoryColumns, HistoryStep, MetricColumns};
pub use kept::{CopiedWidgets, Draft, DraftEntry};
pub use options::{OptionValue, Options, StateName, Threshold};
pub use outline::{DashboardOutline, MetricOutline, PageOutline, WidgetOutline};
pub use people::{
    AcceptInvitation, ConfirmEnrolment, Disabled, Enrolment, Invitation, LinkCreated,
    NewInvitation, NewName, PasswordProof, RecoveryCodes, ResetPassword, SecondFactor, Session,
};
pub use prefs::{DashboardPreferences, Preferences, WidgetOverride};
pub use query::{
    AnnotationParams, AuditFormat, AuditParams, ClearParams, ColumnsParams, DashboardParams,
    HistoryParams, ParameterError, PictureParams, QueryTime, SeriesParams, StreamParams,
    VariableParams,
};
pub use reading::natural_order;
pub use right::Right;
pub use role::{ChangePassword, Me, NewPassword, NewUser, OpenOfUser, SignIn, User};
pub use role_defaults::RoleDefaults;
pub use role_document::{Grant, Role, Roles, UserRoles, is_role_name};
pub use row::FrameRow;
pub use stream_event::StreamEvent;
pub use tag_values::TagValues;
pub use telemetry::{Kind, Metric, Unit};
pub use text_node::{TextKind, TextNode};
pub use token::{NewToken, Scope, Token, TokenCreated, TokenOwner};
pub use variables::{Variable, VariableKind, VariableOptions, VariableState};
pub use widget::{Field, MetricRef, Widget, WidgetKind};
