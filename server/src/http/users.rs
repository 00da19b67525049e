//! `/api/admin/users`: people, made, given another password and removed by admins.

use axum::extract::{Path, State};
use axum::http::StatusCode;
use protocol::{Me, NewPassword, NewUser, User, role};

use super::extract::Admin;
use super::{Error, Json};
use crate::clock;
use crate::state::AppState;

/// `GET`: every user, by name.
pub async fn list(State(app): State<AppState>, _: Admin) -> Result<axum::Json<Vec<User>>, Error> {
    let users = app.access.users().await?.into_iter().map(|user| User {
        id: user.id,
        name: user.name,
        roles: user.roles,
        created_ms: user.created_ms,
    });
    Ok(axum::Json(users.collect()))
}

/// `POST`: makes a user and answers 201 with what the user's own `/api/me` answers.
pub async fn add(
    State(app): State<AppState>,
    _: Admin,
    Json(new): Json<NewUser>,
) -> Result<(StatusCode, axum::Json<Me>), Error> {
    app.access
        .add_user(&new.name, new.password, &new.roles, clock::now_ms())
        .await?;
    let admin = new.roles.iter().any(|role| role == role::ADMIN);
    Ok((
        StatusCode::CREATED,
        axum::Json(Me {
            name: new.name,
            roles: new.roles,
            admin,
        }),
    ))
}

/// `DELETE {id}`: removes a user with all sessions. 409 for the last admin.
pub async fn remove(
    State(app): State<AppState>,
    _: Admin,
    Path(id): Path<i64>,
) -> Result<StatusCode, Error> {
    app.access.remove_user(id).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// `PUT {id}/password`: gives a user another password, and ends all of the user's sessions.
pub async fn reset_password(
    State(app): State<AppState>,
    _: Admin,
    Path(id): Path<i64>,
    Json(new): Json<NewPassword>,
) -> Result<StatusCode, Error> {
    app.access.reset_password(id, new.password).await?;
    Ok(StatusCode::NO_CONTENT)
}
