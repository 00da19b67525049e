//! Listens to the spans of one name on the global registry.
//!
//! Invariant: each test names spans that no other test of its program runs meanwhile.

use telemetry::testing::{Capture, OwnedEvent, capture};

/// What one span's events told.
pub struct Told(Capture<'static>);

/// Begins to listen to `name`.
pub fn listen(name: &str) -> Told {
    let events = [".start", ".stop", ".exception"].map(|end| format!("{name}{end}"));
    let events: Vec<&str> = events.iter().map(String::as_str).collect();
    Told(capture(telemetry::global(), &events).expect("a sound name"))
}

impl Told {
    /// The events since the last call.
    pub fn events(&self) -> Vec<OwnedEvent> {
        self.0.take()
    }

    /// The last of exactly two events, a start and `end`, which agree on their metadata.
    pub fn ended(&self, name: &str, end: &str) -> OwnedEvent {
        let mut events = self.events();
        let names: Vec<&str> = events.iter().map(|event| event.name.as_str()).collect();
        assert_eq!(names, [format!("{name}.start"), format!("{name}.{end}")]);
        for (key, value) in &events[0].metadata {
            assert_eq!(events[1].metadata.get(key), Some(value), "{key} of {name}");
        }
        let ended = events.remove(1);
        assert!(ended.measurements["duration"] >= 0.0);
        ended
    }
}

/// Work that ends in a stop with this metadata, beside the span's id.
pub fn check(name: &str, metadata: &[(&str, &str)], work: impl FnOnce()) {
    let told = listen(name);
    work();
    let mut stop = told.ended(name, "stop").metadata;
    assert!(stop.remove("span_id").is_some(), "{name} has an id");
    let expected = metadata
        .iter()
        .map(|(key, value)| (key.to_string(), value.to_string()));
    assert_eq!(stop, expected.collect(), "{name}");
}
