//! `/api/admin/roles`: roles, made, changed and removed by admins, and `/api/admin/users/{id}/roles`,
//! which gives them to people.

use axum::extract::{Path, State};
use axum::http::StatusCode;
use protocol::{ErrorCode, Role, Roles, UserRoles};

use super::extract::Admin;
use super::{Error, Json};
use crate::state::AppState;

/// `GET`: every role that a user can have.
pub async fn list(State(app): State<AppState>, _: Admin) -> Result<axum::Json<Roles>, Error> {
    Ok(axum::Json(app.access.roles().await?))
}

/// `GET {name}`: a role that an admin made.
pub async fn one(
    State(app): State<AppState>,
    _: Admin,
    Path(name): Path<String>,
) -> Result<axum::Json<Role>, Error> {
    Ok(axum::Json(app.access.role(&name).await?))
}

/// `PUT {name}`: replaces the version that the role names, 0 for a new one, and answers it under its
/// new version. 409 with the current one for another version.
pub async fn save(
    State(app): State<AppState>,
    _: Admin,
    Path(name): Path<String>,
    Json(role): Json<Role>,
) -> Result<axum::Json<Role>, Error> {
    if role.name != name {
        let message = format!("name: the address says `{}`", name.escape_debug());
        return Err(Error::new(ErrorCode::InvalidDocument, message));
    }
    Ok(axum::Json(app.access.save_role(role).await?))
}

/// `DELETE {name}`: 204. 409 while somebody has it.
pub async fn remove(
    State(app): State<AppState>,
    _: Admin,
    Path(name): Path<String>,
) -> Result<StatusCode, Error> {
    app.access.remove_role(&name).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// `PUT /api/admin/users/{id}/roles`: gives a user exactly these roles, in open streams within a
/// second. 409 for the last admin.
pub async fn assign(
    State(app): State<AppState>,
    _: Admin,
    Path(id): Path<i64>,
    Json(new): Json<UserRoles>,
) -> Result<StatusCode, Error> {
    app.access.set_roles(id, &new.roles).await?;
    Ok(StatusCode::NO_CONTENT)
}
