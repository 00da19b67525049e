//! The JSON of every type that crosses the network, as files that show in review: each holds
//! examples, which are read as the type and written again, and must not change.
//!
//! A type that derives `Serialize` and has no file fails. `UPDATE_GOLDEN=1` writes the files again
//! from what was read of them: for a change that is meant.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::{Path, PathBuf};

use protocol::boot::{DashboardBoot, DashboardLink, ListedMetric, MetricsBoot};
use protocol::event::{EventIn, Ingested, MetaValue, Rejection};
use protocol::frame::Second;
use protocol::history::{HistorySeries, OwnSteps, RejectedMetric, SeriesColumns};
use protocol::role::Setup;
use protocol::*;
use serde::Serialize;
use serde::de::DeserializeOwned;

/// Reads a list of examples and writes it again.
type Again = fn(&str) -> serde_json::Result<String>;

fn again<T: Serialize + DeserializeOwned>(text: &str) -> serde_json::Result<String> {
    let examples: Vec<T> = serde_json::from_str(text)?;
    let written = serde_json::to_string_pretty(&examples)?;
    // The page reads with a decoder of its own.
    let read_by_page: Vec<T> = json::read(text)?;
    assert_eq!(serde_json::to_string_pretty(&read_by_page)?, written);
    Ok(written)
}

/// Types by name, generic ones with one of their documents.
macro_rules! types {
    ($($name:ident $(<$of:ty>)?),+ $(,)?) => {
        [$((stringify!($name), again::<$name $(<$of>)?> as Again)),+]
    };
}

fn types() -> BTreeMap<&'static str, Again> {
    let all = types![
        AccessMetric,
        AccountBoot,
        AcceptInvitation,
        Annotation,
        Annotations,
        ApiError,
        AuditActor,
        AuditActorKind,
        AuditCode,
        AuditEntry,
        AuditPage,
        Boot<DashboardBoot>,
        ChangePassword,
        Cleared,
        ConfirmEnrolment,
        Conflict<Dashboard>,
        CopiedWidgets,
        Dashboard,
        DashboardBoot,
        DashboardEntry,
        DashboardIndex,
        DashboardLink,
        DashboardPreferences,
        DashboardSource,
        DashboardVersion,
        DeletedDashboard,
        VersionsBoot,
        Definition,
        Disabled,
        Enrolment,
        ErrorBody,
        ErrorCode,
        Draft,
        DraftEntry,
        EventFields,
        EventIn,
        Field,
        Frame,
        Grant,
        GridPlace,
        Hello,
        History,
        HistoryColumns,
        HistorySeries,
        HistoryStep,
        Ingested,
        Invitation,
        InvitationsBoot,
        LinkCreated,
        ListedMetric,
        LogLevel,
        LogRecord,
        Me,
        MetaValue,
        MetricColumns,
        MetricRef,
        MetricsBoot,
        NewAnnotation,
        NewInvitation,
        NewName,
        NewPassword,
        NewToken,
        NewUser,
        OpenOfUser,
        Options,
        OwnSteps,
        Owner,
        Ownership,
        PeopleBoot,
        PasswordProof,
        Preferences,
        RecoveryCodes,
        Rejection,
        RejectedMetric,
        RejectionCode,
        Right,
        ResetPassword,
        Role,
        RoleDefaults,
        Roles,
        RolesBoot,
        Scope,
        Second,
        SecondFactor,
        SeriesColumns,
        SeriesInfo,
        Session,
        SessionsBoot,
        Setup,
        SignIn,
        Star,
        StateName,
        TextKind,
        TextNode,
        Threshold,
        Token,
        TokenCreated,
        TokenOwner,
        TokensBoot,
        User,
        UserRoles,
        Variable,
        VariableKind,
        VariableOptions,
        VariableState,
        Widget,
        WidgetKind,
        WidgetOverride,
    ];
    all.into_iter().collect()
}

fn golden(name: &str) -> PathBuf {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/golden");
    folder.join(format!("{name}.json"))
}

/// Holds a text equal to a file.
fn hold(name: &str, text: &str) {
    let (path, text) = (golden(name), format!("{text}\n"));
    if std::env::var_os("UPDATE_GOLDEN").is_some() {
        fs::write(&path, text).expect("writes");
        return;
    }
    let want = fs::read_to_string(&path).unwrap_or_else(|error| panic!("{name}: {error}"));
    assert!(want == text, "{name} is written as\n{text}\nnot as\n{want}");
}

#[test]
fn documents_are_written_as_they_were() {
    for (name, again) in types() {
        let text = fs::read_to_string(golden(name)).unwrap_or_else(|e| panic!("{name}: {e}"));
        let written = again(&text).unwrap_or_else(|error| panic!("{name}: {error}"));
        assert_ne!(written, "[]", "{name} has no example");
        hold(name, &written);
    }
}

#[test]
fn every_type_has_a_golden_file() {
    let mut derived = BTreeSet::new();
    for (path, text) in sources(&Path::new(env!("CARGO_MANIFEST_DIR")).join("src")) {
        let code = text.split("#[cfg(test)]").next().unwrap_or_default();
        let mut is_serialized = false;
        for line in code.lines().map(str::trim) {
            // A derive may be wrapped: the name is on a line of its own then.
            if line.contains("Serialize") && !line.starts_with("use ") && !line.contains("impl") {
                is_serialized = true;
            }
            is_serialized |= line.starts_with("codes! {");
            let name = line
                .strip_prefix("pub struct ")
                .or(line.strip_prefix("pub enum "));
            let name = name.or(line.strip_suffix("Code {").filter(|n| !n.contains(' ')));
            if let Some(name) = name.filter(|name| !name.starts_with('$')) {
                let name = if line.starts_with("pub") {
                    let end = name.find(|c: char| !c.is_ascii_alphanumeric());
                    name[..end.unwrap_or(name.len())].to_owned()
                } else {
                    format!("{name}Code")
                };
                if std::mem::take(&mut is_serialized) {
                    assert!(derived.insert(name.clone()), "{path}: {name} twice");
                }
            } else if line.starts_with("struct ") || line.starts_with("enum ") {
                is_serialized = false;
            }
        }
    }
    let held: BTreeSet<String> = types().into_keys().map(str::to_owned).collect();
    let missing: Vec<_> = derived.difference(&held).collect();
    assert!(missing.is_empty(), "without a golden file: {missing:?}");
    let gone: Vec<_> = held.difference(&derived).collect();
    assert!(gone.is_empty(), "no types of the crate: {gone:?}");
}

#[test]
fn every_code_is_in_its_file() {
    let names = |name: &str| -> Vec<String> {
        let text = fs::read_to_string(golden(name)).expect("a file");
        serde_json::from_str(&text).expect("names")
    };
    let all: Vec<_> = ErrorCode::ALL.iter().map(|code| code.name()).collect();
    assert_eq!(names("ErrorCode"), all);
    let all: Vec<_> = RejectionCode::ALL.iter().map(|code| code.name()).collect();
    assert_eq!(names("RejectionCode"), all);
    let all: Vec<_> = AuditCode::ALL.iter().map(|code| code.name()).collect();
    assert_eq!(names("AuditCode"), all);
}

#[test]
fn names_statuses_and_addresses_stay() {
    let statuses: BTreeMap<_, _> = ErrorCode::ALL
        .iter()
        .map(|code| (code.name(), code.status()))
        .collect();
    let events: Vec<_> = StreamEvent::ALL.iter().map(|event| event.name()).collect();
    // As the file has them: a constant that moves or changes its text shows in review.
    let source = concat!(
        include_str!("../src/paths.rs"),
        include_str!("../src/dashboard_paths.rs")
    );
    let consts = source.lines().filter_map(|line| {
        let (name, value) = line.strip_prefix("pub const ")?.split_once(": &str = ")?;
        Some((name, value.trim_matches(['"', ';'])))
    });
    let paths: BTreeMap<_, _> = consts.collect();
    let queries = [
        HistoryParams {
            to: Some(QueryTime::at(1_700_000_000_000)),
            tags: vec![("route".into(), "/a b".into())],
            ..HistoryParams::new("http.requests")
        }
        .address(),
        ColumnsParams {
            metrics: vec!["a.b".into(), "a.c".into()],
            from: QueryTime::at(0),
            to: Some(QueryTime::at(300_000)),
            points: 300,
        }
        .address(),
        StreamParams {
            metrics: vec!["a.b".into(), "a.c".into()],
            rate: 2,
            last_event_id: Some(7),
            once: true,
            definitions: true,
        }
        .address(),
        AnnotationParams {
            from: QueryTime::at(0),
            to: Some(QueryTime::before_now(1_000)),
        }
        .address(),
        PictureParams {
            width: Some(400),
            height: Some(200),
            zone: Some(-60),
            theme: query::Theme::Dark,
            bare: true,
            ..PictureParams::default()
        }
        .address("system", "cpu"),
        AuditParams {
            who: Some("Ada L".into()),
            what: vec![AuditCode::UserAdded, AuditCode::RoleSaved],
            from: Some(QueryTime::before_now(1_000)),
            search: Some("a b".into()),
            before: Some(7),
            limit: 10,
            ..AuditParams::default()
        }
        .address(),
        AuditParams::default().export_address(AuditFormat::Json),
        ClearParams {
            author: "ci job".into(),
        }
        .address(),
        SeriesParams {
            metric: "shop.orders".into(),
            tags: [("city".into(), "a b".into())].into(),
        }
        .address(),
    ];
    hold("statuses", &pretty(&statuses));
    hold("stream_events", &pretty(&events));
    hold("paths", &pretty(&paths));
    hold("queries", &pretty(&queries));
}

fn pretty(value: &impl Serialize) -> String {
    serde_json::to_string_pretty(value).expect("encodes")
}

fn sources(folder: &Path) -> Vec<(String, String)> {
    let mut found = Vec::new();
    for entry in fs::read_dir(folder).expect("a folder") {
        let path = entry.expect("an entry").path();
        if path.is_dir() {
            found.extend(sources(&path));
        } else if path.extension().is_some_and(|e| e == "rs") && !path.ends_with("tests.rs") {
            let text = fs::read_to_string(&path).expect("text");
            found.push((path.display().to_string(), text));
        }
    }
    found
}
