//! What is sent, and who looks: the admin at one series, or people of several roles that each see a part of
//! many series by a condition on a tag.
//!
//! Invariant: every role sees a tenth of the series, so that streams get as many bytes whatever the number
//! of roles is.

use std::fmt::Write as _;

use protocol::{Grant, Role, paths};
use serde_json::json;

use super::{Outcome, PASSWORD};

/// Parts of the series, each for one role.
pub const PARTS: u64 = 10;

/// The configuration of the server for so many series.
pub fn config(series: u64) -> String {
    let tags = if series > 1 {
        "tags = ['part', 'id']\n"
    } else {
        ""
    };
    format!(
        "[[metrics]]\nname = 'load.sent'\nkind = 'summary'\nevent = 'load.run'\n\
         measurement = 'sent'\n{tags}[limits]\nmax_connections = 12000\n\
         max_connections_per_address = 12000\n[pipeline]\nmax_streams = 10000\n\
         max_streams_per_account = 10000\nmax_series = 20000\nmax_series_per_metric = 10000\n\
         max_series_per_source = 20000\n"
    )
}

/// One batch of events, for `count` series from number `first` on.
pub fn events(series: u64, first: u64, count: u64, now_ms: i64) -> String {
    let mut body = String::from("[");
    for number in first..first + count {
        if number > first {
            body.push(',');
        }
        let (part, id) = (number % series % PARTS, number % series / PARTS);
        let metadata = if series > 1 {
            format!(",\"metadata\":{{\"part\":\"part-{part}\",\"id\":\"{id}\"}}")
        } else {
            String::new()
        };
        // Writing to a string cannot fail.
        let _ = write!(
            body,
            "{{\"name\":\"load.run\",\"measurements\":{{\"sent\":{now_ms}}}{metadata}}}"
        );
    }
    body.push(']');
    body
}

/// A browser that this user signed in with.
pub async fn sign_in(url: &str, name: &str) -> Outcome<reqwest::Client> {
    let client = reqwest::Client::builder().cookie_store(true).build()?;
    let body = json!({ "name": name, "password": PASSWORD });
    let answer = client.post(format!("{url}{}", paths::SESSION)).json(&body);
    answer.send().await?.error_for_status()?;
    Ok(client)
}

/// Who looks: one user of each of so many roles; the admin for none.
pub async fn viewers(
    admin: &reqwest::Client,
    url: &str,
    roles: u64,
) -> Outcome<Vec<reqwest::Client>> {
    if roles == 0 {
        return Ok(vec![admin.clone()]);
    }
    let mut viewers = Vec::new();
    for part in 0..roles {
        let name = format!("part-{part}");
        let role = Role {
            name: name.clone(),
            metrics: vec![Grant::pattern("load.*").with("part", &name)],
            ..Role::default()
        };
        let saved = admin.put(format!("{url}{}", paths::admin_role(&name)));
        saved.json(&role).send().await?.error_for_status()?;
        let user = json!({ "name": name, "password": PASSWORD, "roles": [name] });
        let added = admin.post(format!("{url}{}", paths::ADMIN_USERS));
        added.json(&user).send().await?.error_for_status()?;
        viewers.push(sign_in(url, &name).await?);
    }
    Ok(viewers)
}
