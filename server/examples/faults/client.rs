//! What people and programs ask of a server.

use std::time::Duration;

use protocol::{History, TokenCreated, paths};
use reqwest::{Method, Response};
use serde_json::{Value, json};

use crate::home::{METRIC, PASSWORD};
use crate::outcome::Result;

/// Longest time of a request.
const PATIENCE: Duration = Duration::from_secs(60);

/// Somebody who is signed in.
#[derive(Clone)]
pub struct Client {
    pub url: String,
    client: reqwest::Client,
}

impl Client {
    pub async fn sign_in(url: &str, name: &str) -> Result<Client> {
        let client = reqwest::Client::builder()
            .cookie_store(true)
            .timeout(PATIENCE)
            .build()?;
        let body = json!({ "name": name, "password": PASSWORD });
        let sign_in = client.post(format!("{url}{}", paths::SESSION)).json(&body);
        sign_in.send().await?.error_for_status()?;
        let url = url.to_owned();
        Ok(Client { url, client })
    }

    pub async fn send(&self, method: Method, path: &str, body: Option<Value>) -> Result<Response> {
        let mut request = self.client.request(method, format!("{}{path}", self.url));
        if let Some(body) = body {
            request = request.json(&body);
        }
        Ok(request.send().await?)
    }

    pub async fn get(&self, path: &str) -> Result<Value> {
        let answer = self.send(Method::GET, path, None).await?;
        let text = answer.error_for_status()?.text().await?;
        Ok(serde_json::from_str(&text)?)
    }

    /// The secret of a new token that may send events.
    pub async fn token(&self) -> Result<String> {
        let body = json!({ "name": "faults", "scopes": ["ingest"] });
        let answer = self.send(Method::POST, paths::ADMIN_TOKENS, Some(body));
        let text = answer.await?.error_for_status()?.text().await?;
        let token: TokenCreated = serde_json::from_str(&text)?;
        Ok(token.secret)
    }

    /// A user with the role `viewer`.
    pub async fn add_viewer(&self, name: &str) -> Result<()> {
        let body = json!({ "name": name, "password": PASSWORD, "roles": ["viewer"] });
        let answer = self.send(Method::POST, paths::ADMIN_USERS, Some(body));
        answer.await?.error_for_status()?;
        Ok(())
    }

    /// What history has of the events that were sent. Negative times are ms before the server's now.
    pub async fn history(&self, from: i64, to: Option<i64>) -> Result<History> {
        let to = to.map_or_else(String::new, |to| format!("&to={to}"));
        let path = format!(
            "{}?metric={METRIC}&points=5000&from={from}{to}",
            paths::HISTORY
        );
        let answer = self.send(Method::GET, &path, None).await?;
        let status = answer.status();
        let text = answer.text().await?;
        if !status.is_success() {
            return Err(format!("history is answered with {status}: {text}").into());
        }
        Ok(serde_json::from_str(&text)?)
    }

    /// Saves a new dashboard; whether the server says that it is saved.
    pub async fn save_dashboard(&self, id: &str) -> bool {
        let body = json!({ "id": id, "title": id, "version": 0, "widgets": [] });
        let path = format!("/api/dashboards/{id}");
        let saved = self.send(Method::PUT, &path, Some(body));
        saved.await.is_ok_and(|answer| answer.status().is_success())
    }

    pub async fn has_dashboard(&self, id: &str) -> bool {
        let path = format!("/api/dashboards/{id}");
        let asked = self.send(Method::GET, &path, None);
        asked.await.is_ok_and(|answer| answer.status().is_success())
    }

    /// Adds an annotation; whether the server says that it is added.
    pub async fn annotate(&self, text: &str) -> bool {
        let added = self.send(
            Method::POST,
            paths::ANNOTATIONS,
            Some(json!({ "text": text })),
        );
        added.await.is_ok_and(|answer| answer.status().is_success())
    }

    pub async fn has_annotation(&self, text: &str) -> Result<bool> {
        let all = self.get(paths::ANNOTATIONS).await?;
        let all = all["annotations"].as_array().cloned().unwrap_or_default();
        Ok(all.iter().any(|one| one["text"] == text))
    }
}

/// How many events there are in a history.
pub fn count(history: &History) -> u64 {
    let steps = history.series.iter().flat_map(|series| &series.steps);
    steps.filter_map(|step| step.1.first()).sum::<f64>() as u64
}
