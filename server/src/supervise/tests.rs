//! What ends a server beside a signal.

use std::future::pending;

use super::*;
use crate::config::Settings;

async fn server(folder: &std::path::Path) -> Server {
    let file = folder.join("pulseboard.toml");
    std::fs::write(&file, "").expect("writes");
    let config = Config::load(Settings {
        file: Some(file),
        addr: Some("127.0.0.1:0".to_owned()),
        data_dir: Some(folder.join("data")),
        ..Settings::default()
    });
    let leptos = LeptosOptions::builder().output_name("pulseboard").build();
    Server::start(config.expect("holds"), Arc::new(Registry::new()), leptos)
        .await
        .expect("starts")
}

#[tokio::test]
async fn a_flush_loop_that_ends_by_itself_ends_the_server_with_an_error() {
    let folder = tempfile::tempdir().expect("a folder");
    let server = server(folder.path()).await;
    server.flush_loop.abort();
    let error = server.run(pending()).await.expect_err("ends by itself");
    let text = error.to_string();
    assert!(text.starts_with("the flush loop ended: task "), "{text}");
}

#[tokio::test]
async fn a_server_that_is_told_to_end_ends_well() {
    let folder = tempfile::tempdir().expect("a folder");
    let server = server(folder.path()).await;
    server.run(async {}).await.expect("no fault");
}
