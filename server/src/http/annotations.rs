//! `/api/annotations`: what somebody says happened, such as a deploy.

use axum::extract::{Path, Query as Parameters, State};
use axum::http::StatusCode;
use protocol::{Annotation, Annotations, NewAnnotation};
use tokio::sync::mpsc::OwnedPermit;

use super::{Error, Json};
use crate::access::{Admin, Contributor, Principal};
use crate::annotations::read;
use crate::clock;
use crate::contract::REFUSED;
use crate::state::AppState;
use crate::stream::Note;

/// What is listed when nobody says from when, in ms before now.
const USUAL_MS: i64 = 300_000;

/// `POST`: 201 with the annotation, its id included, which every open page has within a second.
/// 422 for a field that does not hold or when there are as many as may be, 429 for too many at a
/// time.
pub async fn add(
    State(app): State<AppState>,
    Contributor(principal): Contributor,
    Json(new): Json<NewAnnotation>,
) -> Result<(StatusCode, axum::Json<Annotation>), Error> {
    let keep_ms = i64::from(app.pipeline.config().history_keep_hours) * 3_600_000;
    let new = read(new, &principal.name, clock::now_ms(), keep_ms)
        .map_err(|invalid| Error::unprocessable("bad_field", invalid.to_string()))?;
    let place = place(&app)?;
    let most = app.config.limits.max_annotations;
    let storage = app.storage.clone();
    // On its own: when the program hangs up now, what is stored is still told.
    let stored = tokio::spawn(async move {
        let Some(id) = storage.add_annotation(&new, most).await? else {
            return Ok(None);
        };
        let annotation = Annotation { id, ..new };
        place.send(Note::Added(annotation.clone()));
        Ok::<_, Error>(Some(annotation))
    });
    match stored.await.map_err(Error::internal)?? {
        Some(annotation) => Ok((StatusCode::CREATED, axum::Json(annotation))),
        None => {
            refuse(&app, "annotation_limit");
            let message = format!("there are {most} annotations already: `limits.max_annotations`");
            Err(Error::unprocessable("too_many_annotations", message))
        }
    }
}

/// `GET`: those that touch `from..=to`. Times are ms since the epoch, negative ones before now;
/// without `to` there is no end, since things may be planned.
pub async fn list(
    State(app): State<AppState>,
    _: Principal,
    Parameters(parameters): Parameters<Vec<(String, String)>>,
) -> Result<axum::Json<Annotations>, Error> {
    let (from, to) = times(&parameters, clock::now_ms())?;
    Ok(axum::Json(app.storage.annotations(from, to).await?))
}

/// `DELETE /{id}`: 204, and no open page shows it any more.
pub async fn remove(
    State(app): State<AppState>,
    _: Admin,
    Path(id): Path<String>,
) -> Result<StatusCode, Error> {
    let none = || Error::not_found("there is no annotation of that id");
    let id: i64 = id.parse().map_err(|_| none())?;
    let place = place(&app)?;
    let storage = app.storage.clone();
    let removed = tokio::spawn(async move {
        let removed = storage.remove_annotation(id).await?;
        if removed {
            place.send(Note::Removed(id));
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
fn place(app: &AppState) -> Result<OwnedPermit<Note>, Error> {
    let inlet = app.pipeline.notes().clone();
    inlet.try_reserve_owned().map_err(|_| {
        refuse(app, "annotation_rate");
        Error::too_many(
            "too many annotations at a time: `pipeline.annotations_per_flush`",
            1,
        )
    })
}

fn refuse(app: &AppState, reason: &str) {
    REFUSED.execute_on(
        &app.registry,
        &[("count", 1.0)],
        &[("reason", reason.into()), ("metric", "".into())],
    );
}

fn times(parameters: &[(String, String)], now_ms: i64) -> Result<(i64, i64), Error> {
    let wrong = |message: String| Err(Error::bad_request("bad_parameter", message));
    let (mut from, mut to) = (now_ms - USUAL_MS, i64::MAX);
    for (key, value) in parameters {
        let place = match key.as_str() {
            "from" => &mut from,
            "to" => &mut to,
            _ => return wrong(format!("{key}: unknown; there are from and to")),
        };
        let Ok(t) = value.parse::<i64>() else {
            return wrong(format!("{key}: `{value}` is not a whole number"));
        };
        *place = if t < 0 { now_ms.saturating_add(t) } else { t };
    }
    if from > to {
        return wrong("from: it must not be after `to`".to_owned());
    }
    Ok((from, to))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn parameters() {
        let check = |query: &str, expect: Option<(i64, i64)>| {
            let pairs = query.split('&').filter_map(|pair| pair.split_once('='));
            let pairs: Vec<_> = pairs.map(|(k, v)| (k.to_owned(), v.to_owned())).collect();
            assert_eq!(times(&pairs, 1_000_000).ok(), expect, "{query}");
        };
        check("", Some((700_000, i64::MAX)));
        check("from=5&to=5", Some((5, 5)));
        check("from=-5000&to=-1", Some((995_000, 999_999)));
        check(
            "from=-9223372036854775808",
            Some((i64::MIN + 1_000_000, i64::MAX)),
        );
        check("from=6&to=5", None);
        check("from=1e3", None);
        check("from=NaN", None);
        check("to=", None);
        check("since=5", None);
    }
}
