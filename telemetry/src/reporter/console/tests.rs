//! What is printed, letter by letter.

use super::*;
use crate::reporter::start;
use crate::{Match, Registry, Unit};

/// Text that a test can read while the console writes it.
#[derive(Clone, Default)]
struct Screen(Arc<Mutex<Vec<u8>>>);

impl Screen {
    fn text(&self) -> String {
        let bytes = self.0.lock().expect("no test panics here");
        String::from_utf8(bytes.clone()).expect("text")
    }
}

impl Write for Screen {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.0.lock().expect("no test panics here").write(bytes)
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

fn list(metrics: Vec<Metric>) -> Arc<MetricList> {
    Arc::new(MetricList::new(metrics).expect("a list"))
}

fn request(registry: &Registry, duration: f64, route: &str) {
    registry.execute(
        "http.stop",
        &[("duration", duration)],
        &[("route", route.into()), ("status", 200.into())],
    );
}

#[test]
fn golden() {
    let metrics = list(vec![
        Metric::count_events("http.stop"),
        Metric::summary("http.stop.duration")
            .tags(["route", "status"])
            .unit_from(Unit::Second, Unit::Millisecond),
        Metric::distribution("http.stop.duration", [0.1])
            .named("of_the_api")
            .keep(Match::new().key("route", ["/api/*"])),
        Metric::sum("http.stop.size"),
        Metric::sum("http.stop.duration")
            .named("but_the_root")
            .drop_if(|event| event.meta("route") == Some("/".into())),
        Metric::last_value("http.stop.duration")
            .named("by_user")
            .tags(["route", "user"]),
        Metric::counter("http.stop.duration")
            .named("often")
            .sampling_rate(0.5),
    ]);
    let (registry, screen) = (Arc::new(Registry::new()), Screen::default());
    let mut console = Console::to(metrics, screen.clone());
    // One that chooses the same events whenever this runs.
    console.takes[6].sampler = Some(Mutex::new(Sampler::new(0.5, 6)));
    let console = Arc::new(console);
    let running = start(&registry, console.clone()).expect("starts");
    request(&registry, 0.25, "/");
    request(&registry, f64::NAN, "/api/\u{1b}[2J\n");
    request(&registry, 0.0, "");
    registry.execute("http.stop", &[], &[]);
    drop(running);
    request(&registry, 1.0, "/");
    assert_eq!(screen.text(), include_str!("golden.txt"));
    let by_user = console.metrics().find("by_user").expect("is there");
    assert_eq!(console.refusals().get(by_user, Refusal::MissingTag), 2);
    assert_eq!(console.refusals().get(by_user, Refusal::NotANumber), 1);
    assert_eq!(console.lost(), 0);
}

#[test]
fn numbers() {
    let check = |number: f64, text: &str| assert_eq!(Number(number).to_string(), text);
    check(0.0, "0");
    check(-0.0, "-0");
    check(12.0, "12");
    check(-0.25, "-0.25");
    check(1e15, "1e15");
    check(1e-7, "1e-7");
    check(-f64::MAX, "-1.7976931348623157e308");
    check(f64::NAN, "NaN");
    check(f64::NEG_INFINITY, "-inf");
}

struct Broken;

impl Write for Broken {
    fn write(&mut self, _: &[u8]) -> io::Result<usize> {
        Err(io::ErrorKind::BrokenPipe.into())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

#[test]
fn what_cannot_be_written_is_counted() {
    let registry = Arc::new(Registry::new());
    let console = Console::to(list(vec![Metric::count_events("http.stop")]), Broken);
    let console = Arc::new(console);
    let _running = start(&registry, console.clone()).expect("starts");
    request(&registry, 1.0, "/");
    request(&registry, 1.0, "/");
    assert_eq!((console.lost(), registry.failures()), (2, 0));
}

struct Emits(Arc<Registry>);

impl Write for Emits {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        request(&self.0, 1.0, "/");
        request(&self.0, 1.0, "/");
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

#[test]
fn a_writer_that_emits_does_not_wait_for_itself() {
    let registry = Arc::new(Registry::new());
    let metrics = list(vec![Metric::count_events("http.stop")]);
    let console = Arc::new(Console::to(metrics, Emits(registry.clone())));
    let _running = start(&registry, console.clone()).expect("starts");
    request(&registry, 1.0, "/");
    request(&registry, 1.0, "/");
    assert_eq!(console.lost(), 4);
}

#[test]
fn events_of_many_threads_are_printed_whole() {
    let (registry, screen) = (Arc::new(Registry::new()), Screen::default());
    let metrics = list(vec![Metric::sum("http.stop.duration").tags(["route"])]);
    let console = Arc::new(Console::to(metrics, screen.clone()));
    let running = start(&registry, console.clone()).expect("starts");
    std::thread::scope(|scope| {
        for route in ["/a", "/b", "/c"] {
            let registry = &registry;
            scope.spawn(move || (0..100).for_each(|_| request(registry, 1.0, route)));
        }
    });
    drop(running);
    let text = screen.text();
    let lines: Vec<&str> = text.lines().collect();
    assert_eq!((lines.len(), console.lost()), (600, 0));
    for event in lines.chunks(2) {
        let route = event[0].split('"').nth(1).expect("a route");
        let expect = format!("  http.stop.duration (sum): 1 {{route: \"{route}\"}}");
        assert_eq!(event[1], expect);
    }
}
