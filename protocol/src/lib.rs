//! Every type that crosses the network, and nothing else: the only serde types of the app.
//!
//! One file per noun. Each has a golden JSON in its tests, so that a change of the contract
//! is a change that somebody sees.

pub mod annotation;
pub mod boot;
pub mod dashboard;
mod definitions;
pub mod error;
pub mod event;
pub mod frame;
pub mod history;
pub mod paths;
pub mod prefs;
pub mod role;
pub mod widget;

pub use annotation::{Annotation, Annotations, NewAnnotation};
pub use boot::Boot;
pub use dashboard::{Dashboard, GridPlace};
pub use error::{ApiError, Conflict, ErrorBody};
pub use event::{LogLevel, LogRecord};
pub use frame::{Frame, FrameRow, Hello, SeriesInfo};
pub use history::{History, HistoryStep};
pub use prefs::{Preferences, WidgetOverride};
pub use role::{Me, NewToken, NewUser, Scope, SignIn, TokenCreated};
pub use telemetry::{Kind, Metric, Unit};
pub use widget::{Field, MetricRef, Options, StateName, Threshold, Widget, WidgetKind};
