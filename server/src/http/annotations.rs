//! `/api/annotations`: what somebody says happened, such as a deploy.

use axum::extract::{Path, Query as Parameters, State};
use axum::http::StatusCode;
use protocol::{
    Annotation, AnnotationParams, Annotations, AuditCode, ClearParams, Cleared, ErrorCode,
    NewAnnotation,
};
use tokio::sync::mpsc::OwnedPermit;

use super::extract::{Admin, AnnotationRemover, Annotator, Viewer};
use super::{Error, Json};
use crate::access::{Actor, Change, Mentions, Visible};
use crate::annotations::read;
use crate::clock;
use crate::contract::count_rejected;
use crate::state::AppState;
use crate::storage::AnnotationLimits;
use crate::stream::AnnotationChange;

/// `POST`: 201 with the annotation, its id included, which every open page has within a second.
/// 422 for a field that does not hold or when there are as many as may be, 429 for too many at a
/// time.
pub async fn add(
    State(app): State<AppState>,
    Annotator(principal): Annotator,
    Json(new): Json<NewAnnotation>,
) -> Result<(StatusCode, axum::Json<Annotation>), Error> {
    let keep_ms = i64::from(app.pipeline.config().history_keep_hours) * 3_600_000;
    let new = read(new, &principal.name, clock::now_ms(), keep_ms)
        .map_err(|invalid| Error::new(ErrorCode::BadField, invalid.to_string()))?;
    let place = place(&app)?;
    let limits = AnnotationLimits {
        all: app.config.limits.max_annotations,
        by_author: app.config.limits.max_annotations_per_author,
    };
    let (storage, author) = (app.storage.clone(), principal.name.clone());
    // On its own: when the program hangs up now, what is stored is still told.
    let stored = tokio::spawn(async move {
        let Some(id) = storage.add_annotation(&new, &author, limits).await? else {
            return Ok(None);
        };
        let annotation = Annotation { id, ..new };
        place.send(AnnotationChange::Added(annotation.clone()));
        Ok::<_, Error>(Some(annotation))
    });
    match stored.await.map_err(Error::internal)?? {
        Some(annotation) => Ok((StatusCode::CREATED, axum::Json(annotation))),
        None => {
            count_rejected(&app.registry, "annotation_limit", 1);
            let own = app.storage.annotations_by(&principal.name).await?;
            let message = if own >= limits.by_author {
                format!(
                    "you have {own} annotations already: `limits.max_annotations_per_author`; an \
                     admin can clear them up"
                )
            } else {
                let most = limits.all;
                format!("there are {most} annotations already: `limits.max_annotations`")
            };
            Err(Error::new(ErrorCode::TooManyAnnotations, message))
        }
    }
}

/// `GET`: those that touch `from..=to`. Times are ms since the epoch, negative ones before now;
/// without `to` there is no end, since things may be planned.
pub async fn list(
    State(app): State<AppState>,
    Viewer(principal): Viewer,
    Parameters(parameters): Parameters<Vec<(String, String)>>,
) -> Result<axum::Json<Annotations>, Error> {
    let (from, to) = AnnotationParams::parse(&parameters)?.span(clock::now_ms())?;
    let visible = app.access.visibility(&principal);
    Ok(axum::Json(seen(&app, &visible, from, to).await?))
}

/// Annotations that touch `from..=to`, without those that name what is hidden.
pub(super) async fn seen(
    app: &AppState,
    visible: &Visible,
    from: i64,
    to: i64,
) -> Result<Annotations, Error> {
    let mut found = app.storage.annotations(from, to).await?;
    let metrics = app.metrics.list();
    let is_seen = |one: &Annotation| visible.sees_annotation(&Mentions::of(one, &metrics));
    found.annotations.retain(is_seen);
    Ok(found)
}

/// `DELETE`: clears up what one author made, the oldest first; as many as one flush may announce. The
/// answer says how many are left.
pub async fn clear(
    State(app): State<AppState>,
    _: Admin,
    actor: Actor,
    Parameters(parameters): Parameters<Vec<(String, String)>>,
) -> Result<axum::Json<Cleared>, Error> {
    let author = ClearParams::parse(&parameters)?.author;
    let own = app.storage.annotations_by(&author).await?;
    let mut places = Vec::new();
    while places.len() < own as usize
        && let Ok(place) = place(&app)
    {
        places.push(place);
    }
    if own > 0 && places.is_empty() {
        return Err(too_many());
    }
    let (storage, access) = (app.storage.clone(), app.access.clone());
    // On its own: when the admin hangs up now, what is removed is still announced and recorded.
    let cleared = tokio::spawn(async move {
        let most = u32::try_from(places.len()).unwrap_or(u32::MAX);
        let removed = storage.remove_annotations_by(&author, most).await?;
        for (place, id) in places.into_iter().zip(&removed) {
            place.send(AnnotationChange::Removed(*id));
        }
        let cleared = Cleared {
            removed: removed.len(),
            left: (own as usize).saturating_sub(removed.len()),
        };
        let change = Change::new(AuditCode::AnnotationsCleared, author).after(&cleared);
        access.record(&actor, change).await?;
        Ok::<_, Error>(cleared)
    });
    Ok(axum::Json(cleared.await.map_err(Error::internal)??))
}

/// `DELETE /{id}`: 204, and no open page shows it any more. One that is hidden does not exist.
pub async fn remove(
    State(app): State<AppState>,
    AnnotationRemover(principal): AnnotationRemover,
    actor: Actor,
    Path(id): Path<String>,
) -> Result<StatusCode, Error> {
    let none = || Error::not_found("there is no annotation of that id");
    let id: i64 = id.parse().map_err(|_| none())?;
    let found = app.storage.annotation(id).await?.ok_or_else(none)?;
    let visible = app.access.visibility(&principal);
    if !visible.sees_annotation(&Mentions::of(&found, &app.metrics.list())) {
        return Err(none());
    }
    let place = place(&app)?;
    let (storage, access) = (app.storage.clone(), app.access.clone());
    let removed = tokio::spawn(async move {
        let removed = storage.remove_annotation(id).await?;
        if removed {
            place.send(AnnotationChange::Removed(id));
            let change = Change::new(AuditCode::AnnotationRemoved, id.to_string());
            access.record(&actor, change).await?;
        }
        Ok::<_, Error>(removed)
    });
    if removed.await.map_err(Error::internal)?? {
        Ok(StatusCode::NO_CONTENT)
    } else {
        Err(none())
    }
}

/// A place among what the next flush tells.
fn place(app: &AppState) -> Result<OwnedPermit<AnnotationChange>, Error> {
    let inlet = app.pipeline.annotations().clone();
    inlet.try_reserve_owned().map_err(|_| {
        count_rejected(&app.registry, "annotation_rate", 1);
        too_many()
    })
}

fn too_many() -> Error {
    Error::too_many(
        "too many annotations at a time: `pipeline.annotations_per_flush`",
        1,
    )
}
