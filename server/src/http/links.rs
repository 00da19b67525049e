//! One-time links: invitations, and links for a new password.

use axum::extract::{Path, State};
use axum::http::{HeaderMap, StatusCode};
use axum::response::{IntoResponse, Redirect, Response};
use protocol::{
    AcceptInvitation, AuditCode, Invitation, LinkCreated, NewInvitation, ResetPassword, paths,
};
use serde_json::json;

use super::audit::recorded;
use super::body::JsonOrForm;
use super::extract::{Admin, Inviter};
use super::origin::site_origin;
use super::session::{came_in, end_former, form_again};
use super::{Error, Json};
use crate::access::{Actor, Caller, Change, NewLink, NewSession, Principal};
use crate::clock;
use crate::state::AppState;

/// `GET /api/admin/invitations`: those that still work, newest first; who is no admin sees their own.
pub async fn list(
    State(app): State<AppState>,
    Inviter(principal): Inviter,
) -> Result<axum::Json<Vec<Invitation>>, Error> {
    Ok(axum::Json(open_to(&app, &principal).await?))
}

/// Invitations that still work and that this user may see, newest first.
pub(super) async fn open_to(
    app: &AppState,
    principal: &Principal,
) -> Result<Vec<Invitation>, Error> {
    let made_by = maker(principal);
    Ok(app.access.invitations(made_by, clock::now_ms()).await?)
}

/// `POST /api/admin/invitations`: makes one and answers 201 with its secret, which nobody can see again.
pub async fn add(
    State(app): State<AppState>,
    Inviter(principal): Inviter,
    actor: Actor,
    headers: HeaderMap,
    Json(new): Json<NewInvitation>,
) -> Result<(StatusCode, axum::Json<LinkCreated>), Error> {
    let now_ms = clock::now_ms();
    let link = app
        .access
        .add_invitation(&new, Some(&principal), now_ms)
        .await?;
    let made = Change::new(AuditCode::InvitationMade, link.id.to_string());
    app.access.record(&actor, made.after(&new)).await?;
    let page = paths::invitation_page(&link.secret);
    Ok(created(&app, &headers, link, &page))
}

/// `DELETE /api/admin/invitations/{id}`: revokes one; who is no admin, their own.
pub async fn revoke(
    State(app): State<AppState>,
    Inviter(principal): Inviter,
    actor: Actor,
    Path(id): Path<i64>,
) -> Result<StatusCode, Error> {
    if !app.access.revoke_invitation(id, maker(&principal)).await? {
        return Err(Error::not_found("there is no invitation with this id"));
    }
    let removed = Change::new(AuditCode::InvitationRemoved, id.to_string());
    recorded(&app, &actor, removed).await
}

/// `POST /api/invitation`: makes the user of an invitation and signs in. The link works once.
pub async fn accept(
    State(app): State<AppState>,
    caller: Caller,
    headers: HeaderMap,
    body: JsonOrForm<AcceptInvitation>,
) -> Result<Response, Error> {
    let (given, is_form) = body.into_parts();
    let again = is_form.then(|| paths::invitation_again(&given.token, &given.name));
    let session = accepted(&app, &headers, &caller, given).await;
    came_in(&app, &headers, session, again)
}

async fn accepted(
    app: &AppState,
    headers: &HeaderMap,
    caller: &Caller,
    given: AcceptInvitation,
) -> Result<NewSession, Error> {
    let AcceptInvitation {
        token,
        name,
        password,
    } = given;
    let now_ms = clock::now_ms();
    let session = app
        .access
        .accept_invitation(&token, &name, password, caller, now_ms)
        .await?;
    let actor = Actor::of(&session.principal, caller.address);
    let used = Change::new(AuditCode::InvitationUsed, &session.principal.name);
    let used = used.after(&json!({ "roles": *session.principal.roles }));
    app.access.record(&actor, used).await?;
    end_former(app, headers).await?;
    Ok(session)
}

/// `POST /api/admin/users/{id}/reset-link`: a link by which a user chooses a new password. An older one
/// stops working.
pub async fn add_reset(
    State(app): State<AppState>,
    _: Admin,
    principal: Principal,
    actor: Actor,
    headers: HeaderMap,
    Path(id): Path<i64>,
) -> Result<(StatusCode, axum::Json<LinkCreated>), Error> {
    let user = app.access.user_by_id(id).await?;
    let made_by = principal.user_id();
    let link = app
        .access
        .add_reset_link(id, made_by, clock::now_ms())
        .await?;
    let made = Change::new(AuditCode::ResetLinkMade, user.name);
    app.access.record(&actor, made).await?;
    let page = paths::reset_page(&link.secret);
    Ok(created(&app, &headers, link, &page))
}

/// `POST /api/password-reset`: replaces the password, and ends all sessions of the user. The link works
/// once. A form is sent on to the sign-in page.
pub async fn reset(
    State(app): State<AppState>,
    caller: Caller,
    actor: Actor,
    body: JsonOrForm<ResetPassword>,
) -> Result<Response, Error> {
    let (ResetPassword { token, password }, is_form) = body.into_parts();
    let used = app
        .access
        .use_reset_link(&token, password, &caller, clock::now_ms())
        .await;
    let name = match used {
        Ok(name) => name,
        Err(error) if is_form => return form_again(error.into(), &paths::reset_again(&token)),
        Err(error) => return Err(error.into()),
    };
    let change = Change::new(AuditCode::ResetLinkUsed, name);
    app.access.record(&actor, change).await?;
    Ok(match is_form {
        true => Redirect::to(paths::SIGN_IN_PAGE).into_response(),
        false => StatusCode::NO_CONTENT.into_response(),
    })
}

/// Admins have to do with everybody's invitations, others with their own.
fn maker(principal: &Principal) -> Option<i64> {
    principal.user_id().filter(|_| !principal.is_admin())
}

/// 201 with the address of the link, which nobody can see again.
fn created(
    app: &AppState,
    headers: &HeaderMap,
    link: NewLink,
    page: &str,
) -> (StatusCode, axum::Json<LinkCreated>) {
    let origin = site_origin(&app.config, headers);
    let created = LinkCreated {
        id: link.id,
        url: format!("{origin}{}{page}", app.config.base_path),
        secret: link.secret,
        expires_ms: link.expires_ms,
    };
    (StatusCode::CREATED, axum::Json(created))
}
