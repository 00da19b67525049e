//! An axum program whose requests are measured by a layer. It asks itself a few times, and ends:
//!
//! ```sh
//! cargo run -p telemetry --features http --example http
//! ```

use std::error::Error;

use axum::Router;
use axum::extract::Path;
use axum::http::StatusCode;
use axum::routing::get;
use telemetry::RequestTelemetry;
use tokio::net::TcpListener;

async fn order(Path(id): Path<u32>) -> Result<String, StatusCode> {
    if id > 100 {
        return Err(StatusCode::NOT_FOUND);
    }
    Ok(format!("order {id}\n"))
}

#[tokio::main]
async fn main() -> Result<(), Box<dyn Error>> {
    telemetry::attach("print", "http.request.stop", |event| {
        let duration = event.measurement("duration").unwrap_or(f64::NAN);
        let bytes = event.measurement("response_bytes").unwrap_or(f64::NAN);
        print!("{:6.2} ms {bytes:3} bytes", duration * 1000.0);
        for (key, value) in event.metadata {
            print!("  {key}={value}");
        }
        println!();
    })?;
    let router = Router::new()
        .route("/orders/{id}", get(order))
        .layer(RequestTelemetry::new(telemetry::global().clone()));
    let listener = TcpListener::bind("127.0.0.1:0").await?;
    let here = listener.local_addr()?;
    let serving = tokio::spawn(async move { axum::serve(listener, router).await });

    let asking = tokio::task::spawn_blocking(move || {
        for path in ["orders/7", "orders/1000", "nowhere"] {
            match ureq::get(format!("http://{here}/{path}")).call() {
                Ok(answer) => println!("{path}: {}", answer.status()),
                Err(error) => println!("{path}: {error}"),
            }
        }
    });
    asking.await?;
    serving.abort();
    Ok(())
}
