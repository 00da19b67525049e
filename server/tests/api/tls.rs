//! TLS: answered over https alone, by the certificate of now, with cookies for https.

use std::path::Path;

use rcgen::{BasicConstraints, CertificateParams, CertifiedIssuer, IsCa, KeyPair};
use reqwest::{Certificate, Client, StatusCode};
use serde_json::json;
use server::config::{Config, Settings};

use crate::common::{PASSWORD, TestApp, TestConfig, answer, until};

type Authority = CertifiedIssuer<'static, KeyPair>;

/// Signs certificates; whoever trusts it alone finds out who signed one.
fn authority(name: &str) -> Authority {
    let mut params = CertificateParams::new(Vec::new()).expect("parameters");
    params.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
    params
        .distinguished_name
        .push(rcgen::DnType::CommonName, name);
    let key = KeyPair::generate().expect("a key");
    CertifiedIssuer::self_signed(params, key).expect("signs")
}

/// Certificate and key of `localhost` as PEM.
fn certificate(authority: &Authority) -> (String, String) {
    let names = vec!["localhost".to_owned()];
    let params = CertificateParams::new(names).expect("parameters");
    let key = KeyPair::generate().expect("a key");
    let signed = params.signed_by(&key, authority).expect("signs");
    (signed.pem(), key.serialize_pem())
}

fn write(folder: &Path, (cert, key): &(String, String)) {
    // As certbot does, each file is replaced as a whole.
    for (name, text) in [("key.pem", key), ("cert.pem", cert)] {
        std::fs::write(folder.join("new"), text).expect("writes");
        std::fs::rename(folder.join("new"), folder.join(name)).expect("renames");
    }
}

/// A browser that trusts this authority alone, without connections of before.
fn browser(authority: &Authority) -> Client {
    let root = Certificate::from_pem(authority.pem().as_bytes()).expect("a certificate");
    Client::builder()
        .tls_built_in_root_certs(false)
        .add_root_certificate(root)
        .cookie_store(true)
        .pool_max_idle_per_host(0)
        .build()
        .expect("a client")
}

const TOML: TestConfig = TestConfig {
    toml: "tls_cert = 'cert.pem'\ntls_key = 'key.pem'",
    admin_password: Some(PASSWORD),
};

#[tokio::test]
async fn over_tls_people_sign_in_and_a_renewed_certificate_is_taken_over() {
    let folder = tempfile::tempdir().expect("a folder");
    let (first, second) = (authority("first"), authority("second"));
    write(folder.path(), &certificate(&first));
    let app = TestApp::start_in(folder, TOML).await;
    assert!(app.url.starts_with("https://127.0.0.1:"), "{}", app.url);
    let url = app.url.replace("127.0.0.1", "localhost");
    let client = browser(&first);
    let body = json!({ "name": "admin", "password": PASSWORD });
    let request = client.post(format!("{url}/api/session")).json(&body);
    let signed_in = answer(request.header("origin", &url)).await;
    assert_eq!(signed_in.status, StatusCode::OK, "{signed_in:?}");
    let cookie = signed_in.header("set-cookie");
    assert!(
        cookie.starts_with("__Host-pulseboard_session_") && cookie.ends_with("; Secure"),
        "{cookie}"
    );
    assert_eq!(
        signed_in.header("strict-transport-security"),
        "max-age=31536000"
    );
    let plain = url.replace("https", "http");
    let request = client.post(format!("{url}/api/session")).json(&body);
    let other = answer(request.header("origin", &plain)).await;
    assert_eq!(other.code(), "cross_site");
    let mut stream = client
        .get(format!("{url}/api/stream"))
        .send()
        .await
        .expect("a stream");
    assert_eq!(stream.status(), StatusCode::OK);

    // Nothing is answered without TLS, nor to who trusts another authority.
    assert!(reqwest::get(format!("{plain}/health")).await.is_err());
    let health = format!("{url}/health");
    assert!(browser(&second).get(&health).send().await.is_err());

    let renewed = certificate(&second);
    write(app.folder.path(), &renewed);
    until("the renewed certificate", async || {
        let answer = browser(&second).get(&health).send().await;
        answer.map_err(|error| error.to_string())
    })
    .await;
    assert!(browser(&first).get(&health).send().await.is_err());
    // An open stream goes on with the certificate that it began with.
    assert!(stream.chunk().await.expect("bytes").is_some());
    app.stop().await;
}

#[tokio::test]
async fn what_cannot_be_used_is_named_at_the_start() {
    let folder = tempfile::tempdir().expect("a folder");
    let path = |name: &str| folder.path().join(name);
    let (cert, key) = certificate(&authority("one"));
    let (_, other) = certificate(&authority("other"));
    for (name, text) in [
        ("cert.pem", cert.as_str()),
        ("key.pem", &key),
        ("other.pem", &other),
        ("empty.pem", ""),
    ] {
        std::fs::write(path(name), text).expect("writes");
    }
    let refused = async |cert: &str, key: &str| {
        let config = Config::load(Settings {
            addr: Some("127.0.0.1:0".to_owned()),
            data_dir: Some(path("data")),
            tls_cert: Some(path(cert)),
            tls_key: Some(path(key)),
            ..Settings::default()
        });
        let registry = std::sync::Arc::new(telemetry::Registry::new());
        let options = leptos::config::LeptosOptions::builder()
            .output_name("pulseboard")
            .build();
        let config = config.expect("holds");
        let started = server::supervise::Server::start(config, registry, options).await;
        started
            .err()
            .map(|error| error.to_string())
            .unwrap_or_default()
    };
    for (cert, key, want) in [
        ("missing.pem", "key.pem", "cannot read"),
        (
            "empty.pem",
            "key.pem",
            "empty.pem: holds no PEM of this kind",
        ),
        (
            "cert.pem",
            "cert.pem",
            "cert.pem: holds no PEM of this kind",
        ),
        ("cert.pem", "other.pem", "cannot be used"),
    ] {
        let error = refused(cert, key).await;
        assert!(
            error.contains(want) && error.contains("mend the files"),
            "{cert} {key}: {error}"
        );
    }
    let alone = Config::load(Settings {
        tls_cert: Some(path("cert.pem")),
        ..Settings::default()
    });
    let alone = alone.expect_err("rejected").to_string();
    assert_eq!(alone, "--tls-cert: TLS needs `tls_key` as well");
}
