//! `/api/admin/users`: people, made by admins.

use axum::extract::State;
use axum::http::StatusCode;
use protocol::{Me, NewUser, role};

use super::extract::Admin;
use super::{Error, Json};
use crate::clock;
use crate::state::AppState;

/// `POST`: makes a user and answers 201 with what the user will be told of themselves.
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
