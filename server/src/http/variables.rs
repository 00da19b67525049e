//! `/api/dashboards/{id}/variables`: what can be chosen of a dashboard's variables, as one user may see
//! it; and dashboards as they are shown once something is chosen.

use std::collections::BTreeMap;

use app::source::ShownDashboard;
use axum::extract::{Path, Query as Parameters, State};
use protocol::variables::{Choices, Resolved, resolve_texts};
use protocol::{Dashboard, DashboardPreferences, TextNode, VariableParams, VariableState};

use super::dashboards::{no_dashboard, seen};
use super::extract::Viewer;
use super::{Error, preferences};
use crate::access::{Principal, Visible};
use crate::dashboards::VariableSource;
use crate::markdown;
use crate::state::AppState;

/// `GET`: what is chosen when this is asked for, and what can be. What is not asked for is as the person
/// chose it last.
pub async fn read(
    State(app): State<AppState>,
    Viewer(principal): Viewer,
    Path(id): Path<String>,
    Parameters(parameters): Parameters<Vec<(String, String)>>,
) -> Result<axum::Json<VariableState>, Error> {
    let asked = VariableParams::parse(&parameters)?;
    let dashboard = seen(&app, &principal, &id)
        .await?
        .ok_or_else(no_dashboard)?;
    // A program has no choices of its own.
    let own = match principal.person() {
        Ok(_) => preferences::of_dashboard(&app, &principal, &id).await?,
        Err(_) => DashboardPreferences::default(),
    };
    let visible = app.access.visibility(&principal);
    let metrics = app.metrics.list();
    let source = VariableSource {
        metrics: &metrics,
        visible: &visible,
        series: app.pipeline.hub().table(),
    };
    Ok(axum::Json(source.state(&dashboard, &over(&own, asked))))
}

/// What is asked for, over what the person chose last.
pub(super) fn over(own: &DashboardPreferences, asked: VariableParams) -> Choices {
    let mut choices = own.variables.clone();
    choices.extend(asked.0);
    choices
}

/// A dashboard with what is chosen in the place of its variables, and what that is.
pub(super) fn resolved(
    app: &AppState,
    visible: &Visible,
    dashboard: &Dashboard,
    choices: &Choices,
) -> (Resolved, VariableState) {
    let metrics = app.metrics.list();
    let source = VariableSource {
        metrics: &metrics,
        visible,
        series: app.pipeline.hub().table(),
    };
    source.resolved(dashboard, choices)
}

/// What a page shows of a dashboard when its address asks for this.
pub(super) fn shown(
    app: &AppState,
    principal: &Principal,
    document: Dashboard,
    choices: &Choices,
) -> ShownDashboard {
    let texts = app::texts(&document.widgets, markdown::parse);
    if document.variables.is_empty() {
        return ShownDashboard {
            dashboard: document,
            texts,
            variables: None,
        };
    }
    let visible = app.access.visibility(principal);
    let (resolved, state) = resolved(app, &visible, &document, choices);
    let shown: BTreeMap<String, Vec<TextNode>> = resolve_texts(&resolved, &state, &texts);
    let query = VariableParams(state.choices).query();
    ShownDashboard {
        dashboard: resolved.dashboard,
        texts: shown,
        variables: Some(query),
    }
}
