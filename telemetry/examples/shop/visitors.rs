//! Simulated visitors, over the shop's own HTTP: what they do is as real as a person's, only
//! that nobody wanted tea.

use std::hash::{BuildHasher, RandomState};
use std::net::SocketAddr;
use std::thread;
use std::time::{Duration, Instant};

use ureq::Agent;

/// Shorter than it takes to verify a password.
const IMPATIENT: Duration = Duration::from_millis(5);

/// Has so many visitors come and go until the time is over. Without any this never ends, for
/// then the shop stays open.
pub async fn come(shop: SocketAddr, visitors: u32, duration: Duration) {
    if visitors == 0 {
        return std::future::pending().await;
    }
    println!("{visitors} simulated visitors for {duration:?}");
    let until = Instant::now() + duration;
    let visits = (0..visitors).map(|number| {
        tokio::task::spawn_blocking(move || {
            if let Err(error) = Visitor::new(shop, number).stay(until) {
                eprintln!("visitor {number} leaves: {error}");
            }
        })
    });
    for visit in visits.collect::<Vec<_>>() {
        // One that panicked has said so; the others go on.
        let _ = visit.await;
    }
}

struct Visitor {
    shop: String,
    name: String,
    agent: Agent,
    /// What the shop gave to remember it by; empty at first.
    cookie: String,
}

impl Visitor {
    fn new(shop: SocketAddr, number: u32) -> Visitor {
        let config = Agent::config_builder();
        let config = config.http_status_as_error(false).max_redirects(0);
        Visitor {
            shop: format!("http://{shop}"),
            name: format!("visitor{number}"),
            agent: config.build().new_agent(),
            cookie: String::new(),
        }
    }

    /// Signs up, then looks around and signs in and out, not always with success.
    fn stay(&mut self, until: Instant) -> Result<(), ureq::Error> {
        let name = self.name.clone();
        let dice = RandomState::new();
        self.send("/sign-up", &name, "correct horse", None)?;
        for round in 0_u64.. {
            if Instant::now() >= until {
                break;
            }
            let roll = dice.hash_one(round) % 100;
            match roll {
                0..55 => self.look()?,
                55..65 => self.send("/sign-out", "", "", None)?,
                65..82 => self.send("/sign-in", &name, "correct horse", None)?,
                82..92 => self.send("/sign-in", &name, "incorrect horse", None)?,
                92..97 => self.send("/sign-in", "stranger", "correct horse", None)?,
                _ => self.give_up(&name)?,
            }
            thread::sleep(Duration::from_millis(100 + 9 * roll));
        }
        Ok(())
    }

    fn look(&mut self) -> Result<(), ureq::Error> {
        let asked = self.agent.get(&self.shop).header("cookie", &self.cookie);
        asked.call()?.body_mut().read_to_string()?;
        Ok(())
    }

    /// Goes away before the answer, as people do.
    fn give_up(&mut self, name: &str) -> Result<(), ureq::Error> {
        match self.send("/sign-in", name, "correct horse", Some(IMPATIENT)) {
            Err(ureq::Error::Timeout(_)) => Ok(()),
            result => result,
        }
    }

    fn send(
        &mut self,
        path: &str,
        name: &str,
        password: &str,
        patience: Option<Duration>,
    ) -> Result<(), ureq::Error> {
        let form = format!("name={name}&password={password}");
        let asked = self.agent.post(format!("{}{path}", self.shop));
        let asked = asked.config().timeout_global(patience).build();
        let mut answer = asked
            .header("cookie", &self.cookie)
            .header("content-type", "application/x-www-form-urlencoded")
            .send(form)?;
        if let Some(cookie) = answer.headers().get("set-cookie") {
            let pair = cookie.to_str().unwrap_or_default().split(';').next();
            self.cookie = pair.unwrap_or_default().to_owned();
        }
        answer.body_mut().read_to_string()?;
        Ok(())
    }
}
