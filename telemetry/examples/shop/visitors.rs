//! Simulated visitors, over the shop's own HTTP: what they do is as real as a person's, only
//! that nobody wanted tea.

use std::hash::{BuildHasher, RandomState};
use std::net::SocketAddr;
use std::thread;
use std::time::{Duration, Instant};

/// Has so many visitors come and go until the time is over. Without any this never ends, for
/// then the shop stays open.
pub async fn come(shop: SocketAddr, visitors: u32, duration: Duration) {
    if visitors == 0 {
        return std::future::pending().await;
    }
    println!("{visitors} simulated visitors for {duration:?}");
    let until = Instant::now() + duration;
    let visits = (0..visitors).map(|number| {
        tokio::task::spawn_blocking(move || visit(&format!("http://{shop}"), number, until))
    });
    for visit in visits.collect::<Vec<_>>() {
        // One that panicked has said so; the others go on.
        let _ = visit.await;
    }
}

/// One visitor: signs up, then looks around and signs in, not always with success.
fn visit(shop: &str, number: u32, until: Instant) {
    let config = ureq::Agent::config_builder();
    let agent = config
        .http_status_as_error(false)
        .max_redirects(0)
        .build()
        .new_agent();
    let send = |path: &str, name: &str, password: &str| {
        let form = format!("name={name}&password={password}");
        agent
            .post(format!("{shop}{path}"))
            .header("content-type", "application/x-www-form-urlencoded")
            .send(form)
    };
    let dice = RandomState::new();
    let name = format!("visitor{number}");
    let mut last = send("/sign-up", &name, "correct horse");
    for round in 0_u64.. {
        if Instant::now() >= until {
            return;
        }
        if let Err(error) = last {
            eprintln!("visitor {number} leaves: {error}");
            return;
        }
        let roll = dice.hash_one(round) % 100;
        last = match roll {
            0..60 => agent.get(shop).call(),
            60..85 => send("/sign-in", &name, "correct horse"),
            85..95 => send("/sign-in", &name, "incorrect horse"),
            _ => send("/sign-in", "stranger", "correct horse"),
        };
        thread::sleep(Duration::from_millis(100 + 9 * roll));
    }
}
