//! `GET /api/widgets/{dashboard}/{widget}.svg`: a widget as a picture, for reports, for chat, and
//! for the page before its scripts run.

use app::kinds::kind;
use app::live::{Resolution, Store};
use app::snapshot::Snapshot;
use app::source::ShownDashboard;
use axum::extract::{Path, Query as Parameters, State};
use axum::http::{HeaderName, HeaderValue, header};
use axum::response::{IntoResponse, Response};
use protocol::{
    Annotation, LogRecord, MetricRef, PictureParams, TextNode, VariableParams, Widget,
    WidgetOverride, paths,
};

use super::extract::Viewer;
use super::{Error, annotations, dashboards, preferences, variables};
use crate::access::Principal;
use crate::clock;
use crate::picture::{PictureData, PictureRequest, svg};
use crate::state::AppState;

/// Nothing is loaded and nothing runs; colours of themes are a style of the document's own.
const POLICY: &str = "default-src 'none'; style-src 'unsafe-inline'; frame-ancestors 'none'";

/// The picture, as this person sees the widget. 400 for parameters that make no sense, 404 for
/// what is not there, 422 when the widget shows more than history answers at once.
pub async fn picture(
    State(app): State<AppState>,
    Viewer(principal): Viewer,
    Path((dashboard, file)): Path<(String, String)>,
    Parameters(parameters): Parameters<Vec<(String, String)>>,
) -> Result<Response, Error> {
    let params = PictureParams::parse(&parameters)?;
    let request = PictureRequest::new(&params, clock::now_ms())?;
    let id = (&*dashboard, &*file);
    let (mut widget, words, own) = widget(&app, &principal, id, params.variables).await?;
    let visible = app.access.visibility(&principal);
    let history = app.pipeline.history();
    let metrics = app.metrics.list();
    let seen = visible.clone();
    let read = history.run(async move |history| {
        let data = PictureData::read(&history, &metrics, &seen, &mut widget, &request).await?;
        Ok::<_, Error>((data, widget, request))
    });
    let (data, widget, request) = read.await?;
    let kind = kind(widget.kind);
    let annotations = if kind.is_time_chart {
        let (from_ms, to_ms) = (request.from_ms, request.to_ms);
        let found = annotations::seen(&app, &visible, from_ms, to_ms).await?;
        found.annotations
    } else {
        Vec::new()
    };
    let recent = if kind.reads_events {
        app.pipeline.hub().recent(&visible)
    } else {
        Vec::new()
    };
    let material = Material {
        data,
        annotations,
        recent,
        widget,
        words,
        own,
        request,
        is_guest: principal.sees_as_guest(),
    };
    // Drawing takes some ms, which streams shall not wait for.
    let drawn = tokio::task::spawn_blocking(move || material.draw());
    let svg = drawn.await.map_err(Error::internal)??;
    let headers: [(HeaderName, HeaderValue); 2] = [
        (
            header::CONTENT_TYPE,
            HeaderValue::from_static("image/svg+xml"),
        ),
        (
            header::CONTENT_SECURITY_POLICY,
            HeaderValue::from_static(POLICY),
        ),
    ];
    Ok((headers, svg).into_response())
}

/// The widget as this person may see it when this is asked for, what its text says, and what they
/// changed about it.
async fn widget(
    app: &AppState,
    principal: &Principal,
    (dashboard, file): (&str, &str),
    asked: VariableParams,
) -> Result<(Widget, Vec<TextNode>, WidgetOverride), Error> {
    let none = || Error::not_found("there is no widget of that id in a dashboard of that id");
    let id = file.strip_suffix(paths::PICTURE_SUFFIX).ok_or_else(none)?;
    let seen = dashboards::seen(app, principal, dashboard).await?;
    let document = seen.ok_or_else(none)?;
    let mut changed = preferences::of_dashboard(app, principal, dashboard).await?;
    let choices = variables::over(&changed, asked);
    let shown = variables::shown(app, principal, document, &choices);
    let ShownDashboard {
        dashboard,
        mut texts,
        ..
    } = shown;
    let mut widgets = dashboard.widgets.into_iter();
    let mut widget = widgets.find(|one| one.id == id).ok_or_else(none)?;
    let words = texts.remove(id).unwrap_or_default();
    let own = changed.widgets.remove(id).unwrap_or_default();
    own.apply(&mut widget.options);
    widget.place = own.place.unwrap_or(widget.place);
    leave_out_hidden(&mut widget);
    Ok((widget, words, own))
}

/// Leaves out references to what this person may not see, which have lost their names. When the
/// widget is about one of those, nothing else is left, and it is shown as withheld.
fn leave_out_hidden(widget: &mut Widget) {
    let about_first = kind(widget.kind).about_first;
    let is_hidden = |one: &MetricRef| one.metric.is_empty();
    let all = widget.metrics.iter().all(is_hidden);
    if all || (about_first && widget.metrics.first().is_some_and(is_hidden)) {
        widget.metrics.truncate(1);
    } else {
        widget.metrics.retain(|one| !is_hidden(one));
    }
}

fn resolution(request: &PictureRequest) -> Resolution {
    Resolution::of(request.to_ms - request.from_ms)
}

/// All that a picture is made of.
struct Material {
    data: PictureData,
    annotations: Vec<Annotation>,
    recent: Vec<LogRecord>,
    widget: Widget,
    /// What it says, if it is a text.
    words: Vec<TextNode>,
    own: WidgetOverride,
    request: PictureRequest,
    /// Whether it is for somebody who is not signed in.
    is_guest: bool,
}

impl Material {
    fn draw(&self) -> Result<String, Error> {
        let Material {
            data,
            request,
            widget,
            ..
        } = self;
        let resolution = resolution(request);
        let store = Store::new(&data.metrics, resolution);
        let mut store = store.past(
            &data.histories,
            request.from_ms,
            request.to_ms,
            resolution,
            0,
        );
        for given in &data.rows {
            store.give(given.series, given.from_ms, given.to_ms, given.row);
        }
        let draft = |theme| Snapshot {
            widget,
            store: &store,
            words: &self.words,
            recent: &self.recent,
            annotations: &self.annotations,
            off: &self.own.off,
            to_ms: request.to_ms,
            span_ms: request.to_ms - request.from_ms,
            size: request.size(&widget.place),
            theme,
            ahead_min: request.ahead_min,
            bare: request.bare,
            is_guest: self.is_guest,
        };
        svg(&draft, request.theme).map_err(Error::internal)
    }
}
