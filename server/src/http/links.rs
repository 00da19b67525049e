//! One-time links: invitations, and links for a new password.

use axum::extract::{ConnectInfo, Path, State};
use axum::http::{HeaderMap, StatusCode};
use axum::response::{IntoResponse, Redirect, Response};
use protocol::{
    AcceptInvitation, AuditCode, Invitation, LinkCreated, NewInvitation, ResetPassword, paths,
};
use serde_json::json;

use super::body::JsonOrForm;
use super::extract::{Admin, Inviter};
use super::origin::site_origin;
use super::session::{caller, end_former, signed_in, signed_in_to};
use super::{Error, Json, Peer};
use crate::access::{Actor, Change, NewLink, NewSession, Principal};
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
    let stored = app.access.invitations(made_by, clock::now_ms()).await?;
    let listed = stored.into_iter().map(|one| Invitation {
        id: one.id,
        roles: one.roles,
        note: one.note,
        made_by: one.made_by,
        created_ms: one.created_ms,
        expires_ms: one.expires_ms,
    });
    Ok(listed.collect())
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
    Ok((
        StatusCode::CREATED,
        axum::Json(created(&app, &headers, link, &page)),
    ))
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
    app.access.record(&actor, removed).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// `POST /api/invitation`: makes the user of an invitation and signs in. The link works once.
pub async fn accept(
    State(app): State<AppState>,
    connection: ConnectInfo<Peer>,
    headers: HeaderMap,
    body: JsonOrForm<AcceptInvitation>,
) -> Result<Response, Error> {
    match body {
        JsonOrForm::Json(given) => {
            let session = accepted(&app, &headers, &connection, given).await?;
            Ok(signed_in(&app, &headers, session))
        }
        JsonOrForm::Form(given) => {
            let again = paths::invitation_again(&given.token, &given.name);
            match accepted(&app, &headers, &connection, given).await {
                Ok(session) => Ok(signed_in_to(&app, &headers, &session, paths::HOME_PAGE)),
                Err(error) => once_more(error, &again),
            }
        }
    }
}

async fn accepted(
    app: &AppState,
    headers: &HeaderMap,
    connection: &ConnectInfo<Peer>,
    given: AcceptInvitation,
) -> Result<NewSession, Error> {
    let caller = caller(app, headers, connection);
    let AcceptInvitation {
        token,
        name,
        password,
    } = given;
    let now_ms = clock::now_ms();
    let session = app
        .access
        .accept_invitation(&token, &name, password, &caller, now_ms)
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
    Ok((
        StatusCode::CREATED,
        axum::Json(created(&app, &headers, link, &page)),
    ))
}

/// `POST /api/password-reset`: replaces the password, and ends all sessions of the user. The link works
/// once. A form is sent on to the sign-in page.
pub async fn reset(
    State(app): State<AppState>,
    connection: ConnectInfo<Peer>,
    headers: HeaderMap,
    actor: Actor,
    body: JsonOrForm<ResetPassword>,
) -> Result<Response, Error> {
    let caller = caller(&app, &headers, &connection);
    let (ResetPassword { token, password }, is_form) = match body {
        JsonOrForm::Json(given) => (given, false),
        JsonOrForm::Form(given) => (given, true),
    };
    let used = app
        .access
        .use_reset_link(&token, password, &caller, clock::now_ms())
        .await;
    let name = match used {
        Ok(name) => name,
        Err(error) if is_form => return once_more(error.into(), &paths::reset_again(&token)),
        Err(error) => return Err(error.into()),
    };
    let change = Change::new(AuditCode::ResetLinkUsed, name);
    app.access.record(&actor, change).await?;
    Ok(match is_form {
        true => Redirect::to(paths::SIGN_IN_PAGE).into_response(),
        false => StatusCode::NO_CONTENT.into_response(),
    })
}

/// Back to the form, unless the fault is the server's.
fn once_more(error: Error, page: &str) -> Result<Response, Error> {
    if error.status().is_server_error() {
        return Err(error);
    }
    Ok(Redirect::to(page).into_response())
}

/// Admins have to do with everybody's invitations, others with their own.
fn maker(principal: &Principal) -> Option<i64> {
    principal.user_id().filter(|_| !principal.is_admin())
}

fn created(app: &AppState, headers: &HeaderMap, link: NewLink, page: &str) -> LinkCreated {
    let origin = site_origin(&app.config, headers);
    LinkCreated {
        id: link.id,
        url: format!("{origin}{}{page}", app.config.base_path),
        secret: link.secret,
        expires_ms: link.expires_ms,
    }
}
