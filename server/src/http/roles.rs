//! `/api/admin/roles`: roles, made, changed and removed by admins, and `/api/admin/users/{id}/roles`,
//! which gives them to people.

use axum::extract::{Path, State};
use axum::http::StatusCode;
use protocol::{AuditCode, ErrorCode, Role, Roles, UserRoles};

use super::audit::recorded;
use super::extract::Admin;
use super::{Error, Json};
use crate::access::{Actor, Change, RoleError};
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
    actor: Actor,
    Path(name): Path<String>,
    Json(role): Json<Role>,
) -> Result<axum::Json<Role>, Error> {
    if role.name != name {
        let message = format!("name: the address says `{}`", name.escape_debug());
        return Err(Error::new(ErrorCode::InvalidDocument, message));
    }
    let former = match role.version {
        0 => None,
        _ => match app.access.role(&name).await {
            Ok(former) => Some(former),
            Err(RoleError::Unknown) => None,
            Err(error) => return Err(error.into()),
        },
    };
    let role = app.access.save_role(role).await?;
    let saved = Change::new(AuditCode::RoleSaved, name).after(&role);
    // A version that replaced another one is the only one to have seen it.
    let saved = match &former {
        Some(former) => saved.before(former),
        None => saved,
    };
    app.access.record(&actor, saved).await?;
    Ok(axum::Json(role))
}

/// `DELETE {name}`: 204. 409 while somebody has it.
pub async fn remove(
    State(app): State<AppState>,
    _: Admin,
    actor: Actor,
    Path(name): Path<String>,
) -> Result<StatusCode, Error> {
    let role = app.access.role(&name).await?;
    app.access.remove_role(&name).await?;
    let removed = Change::new(AuditCode::RoleRemoved, name).before(&role);
    recorded(&app, &actor, removed).await
}

/// `PUT /api/admin/users/{id}/roles`: gives a user exactly these roles, in open streams within a
/// second. 409 for the last admin.
pub async fn assign(
    State(app): State<AppState>,
    _: Admin,
    actor: Actor,
    Path(id): Path<i64>,
    Json(new): Json<UserRoles>,
) -> Result<StatusCode, Error> {
    let user = app.access.user_by_id(id).await?;
    app.access.set_roles(id, &new.roles).await?;
    let former = UserRoles { roles: user.roles };
    let set = Change::new(AuditCode::UserRolesSet, user.name);
    let set = set.before(&former).after(&new);
    recorded(&app, &actor, set).await
}
