//! `GET /api/me`: who asks and what they may do.

use axum::Json;
use protocol::Me;

use crate::access::Principal;

/// The principal, as the page hears of it.
pub async fn me(principal: Principal) -> Json<Me> {
    Json(principal.me())
}
