//! `/api/admin/users`: people, made, given another password and removed by admins.

use axum::extract::{Path, State};
use axum::http::StatusCode;
use protocol::{AuditCode, Disabled, Me, NewPassword, NewUser, OpenOfUser, User, role};
use serde_json::json;

use super::audit::recorded;
use super::extract::Admin;
use super::{Error, Json};
use crate::access::{Actor, Change};
use crate::clock;
use crate::state::AppState;
use crate::storage::StoredUser;
use crate::stream::StreamOwner;

/// `GET`: every user, by name.
pub async fn list(State(app): State<AppState>, _: Admin) -> Result<axum::Json<Vec<User>>, Error> {
    Ok(axum::Json(all(&app).await?))
}

/// Every user, as admins see one, with what each has open.
pub async fn all(app: &AppState) -> Result<Vec<User>, Error> {
    let users = app.access.users().await?;
    let held = app.storage.held_by_users(clock::now_ms()).await?;
    let count = |count: i64| u32::try_from(count).unwrap_or(u32::MAX);
    let with_open = |user: StoredUser| {
        let (sessions, tokens) = held.get(&user.id).copied().unwrap_or_default();
        let streams = app.pipeline.hub().streams_of(StreamOwner::Account(user.id));
        User {
            open: Some(OpenOfUser {
                sessions: count(sessions),
                streams: u32::try_from(streams).unwrap_or(u32::MAX),
                tokens: count(tokens),
            }),
            ..listed(user)
        }
    };
    Ok(users.into_iter().map(with_open).collect())
}

/// A user as admins and the audit log see one.
pub(super) fn listed(user: StoredUser) -> User {
    User {
        id: user.id,
        name: user.name,
        roles: user.roles,
        created_ms: user.created_ms,
        last_seen_ms: user.last_seen_ms,
        disabled: user.disabled,
        second_factor: user.second_factor,
        open: None,
    }
}

/// `POST`: makes a user and answers 201 with what the user's own `/api/me` answers.
pub async fn add(
    State(app): State<AppState>,
    _: Admin,
    actor: Actor,
    Json(new): Json<NewUser>,
) -> Result<(StatusCode, axum::Json<Me>), Error> {
    app.access
        .add_user(&new.name, new.password, &new.roles, clock::now_ms())
        .await?;
    let added = Change::new(AuditCode::UserAdded, &new.name);
    let added = added.after(&json!({ "roles": new.roles }));
    app.access.record(&actor, added).await?;
    Ok((
        StatusCode::CREATED,
        axum::Json(Me {
            name: new.name,
            admin: new.roles.iter().any(|role| role == role::ADMIN),
            rights: app.access.rights(&new.roles).to_vec(),
            roles: new.roles,
            ..Me::default()
        }),
    ))
}

/// `DELETE {id}`: removes a user with all sessions. 409 for the last admin.
pub async fn remove(
    State(app): State<AppState>,
    _: Admin,
    actor: Actor,
    Path(id): Path<i64>,
) -> Result<StatusCode, Error> {
    let user = app.access.user_by_id(id).await?;
    app.access.remove_user(id).await?;
    let removed = Change::new(AuditCode::UserRemoved, &user.name).before(&listed(user));
    recorded(&app, &actor, removed).await
}

/// `PUT {id}/disabled`: whether the user can sign in. Disabling ends all of the user's sessions, and open
/// streams within a second. 409 for the last enabled admin.
pub async fn disable(
    State(app): State<AppState>,
    _: Admin,
    actor: Actor,
    Path(id): Path<i64>,
    Json(Disabled { disabled }): Json<Disabled>,
) -> Result<StatusCode, Error> {
    let user = app.access.user_by_id(id).await?;
    if user.disabled == disabled {
        return Ok(StatusCode::NO_CONTENT);
    }
    let disabled_ms = disabled.then(clock::now_ms);
    app.access.set_disabled(id, disabled_ms).await?;
    let what = match disabled {
        true => AuditCode::UserDisabled,
        false => AuditCode::UserEnabled,
    };
    recorded(&app, &actor, Change::new(what, user.name)).await
}

/// `PUT {id}/password`: gives a user another password, and ends all of the user's sessions.
pub async fn reset_password(
    State(app): State<AppState>,
    _: Admin,
    actor: Actor,
    Path(id): Path<i64>,
    Json(new): Json<NewPassword>,
) -> Result<StatusCode, Error> {
    let user = app.access.user_by_id(id).await?;
    app.access.reset_password(id, new.password).await?;
    let reset = Change::new(AuditCode::PasswordReset, user.name);
    recorded(&app, &actor, reset).await
}
