//! Functions under `#[measured]`: what they emit, and that they do what they did.

use std::fmt::Display;
use std::io;
use std::panic::catch_unwind;

use telemetry::{measured, testing::OwnedEvent};

mod told;
use told::{check, listen};

#[measured(name = "plain")]
fn plain(number: u32) -> u32 {
    number + 1
}

#[measured(name = "early")]
fn early(number: i32) -> &'static str {
    if number < 0 {
        return "negative";
    }
    "positive"
}

#[measured(name = "tracked")]
#[track_caller]
fn tracked() -> u32 {
    std::panic::Location::caller().line()
}

#[measured(name = "taken", meta(user, items = cart.len(), ratio, new))]
fn taken(user: String, mut cart: Vec<u32>, ratio: f64, new: bool) -> (String, Vec<u32>) {
    cart.push(7);
    (user, cart)
}

#[measured(name = "shown", meta(%id, of.what = %format!("{:?}", (1, 2)), r#type))]
fn shown(id: impl Display, r#type: &str) -> usize {
    id.to_string().len() + r#type.len()
}

#[measured(name = "patterns", meta(left, size = rest.1, whole = whole.len()))]
fn patterns((left, rest): (i8, (u8, u16)), whole @ [first, ..]: [u64; 3]) -> u64 {
    left as u64 + u64::from(rest.0) + first + whole[2]
}

#[measured(name = "generic", meta(text = text.as_ref()))]
fn generic<'a, T, const N: usize>(text: &'a T, _: [u8; N]) -> impl Iterator<Item = char> + 'a
where
    T: AsRef<str> + ?Sized,
{
    text.as_ref().chars().take(N)
}

#[measured(name = "boxed")]
fn boxed(short: bool) -> Box<dyn Iterator<Item = u8>> {
    if short {
        return Box::new(std::iter::empty());
    }
    Box::new(0..3)
}

#[measured(name = "read")]
fn read(text: &str) -> io::Result<u32> {
    let number: u32 = text.parse().map_err(io::Error::other)?;
    Ok(number)
}

#[derive(Debug, PartialEq)]
enum Refused {
    TooMany,
}

#[measured(name = "refuse", err = Debug)]
fn refuse() -> Result<(), Refused> {
    Err(Refused::TooMany)
}

type Answer = Result<u8, &'static str>;

#[measured(name = "alias", fallible)]
fn alias() -> Answer {
    Err("aliased")
}

#[measured(name = "answered", infallible)]
fn answered() -> Result<u8, Refused> {
    Err(Refused::TooMany)
}

#[measured(name = "either")]
fn either(good: bool) -> Result<impl Iterator<Item = u8>, String> {
    if good {
        Ok(0..3)
    } else {
        Err("bad".to_owned())
    }
}

#[measured(name = "count", meta(down))]
fn count(down: u32) -> u32 {
    if down == 0 { 0 } else { 1 + count(down - 1) }
}

/// Stays a comment.
#[must_use]
#[measured(name = "never")]
fn never() -> ! {
    #![expect(
        unused_variables,
        reason = "an attribute inside of the body stays in force"
    )]
    let unused = 5;
    panic!("no way out")
}

#[measured]
fn unnamed() {}

struct Shop {
    name: String,
    visits: u32,
}

impl Shop {
    #[measured(name = "visit", meta(shop = self.name, before = self.visits))]
    fn visit(&mut self, by: &str) -> &mut u32 {
        self.visits += by.len() as u32;
        &mut self.visits
    }

    #[measured(name = "close", meta(shop = self.name))]
    fn close(self) -> String {
        self.name
    }

    #[measured]
    fn open(name: &str) -> Self {
        Shop {
            name: name.to_owned(),
            visits: 0,
        }
    }
}

trait Greets {
    fn greet(&self) -> String;
}

impl Greets for Shop {
    #[measured(name = "greet")]
    fn greet(&self) -> String {
        format!("welcome to {}", self.name)
    }
}

/// As the documentation of the attribute says.
#[test]
fn a_tracked_caller_ends_at_the_body() {
    let inside = tracked();
    assert!(inside < line!(), "{inside}");
    assert_eq!(tracked(), inside, "not where it is called");
}

#[test]
fn results_and_events() {
    check("plain", &[], || assert_eq!(plain(1), 2));
    check("early", &[], || assert_eq!(early(-1), "negative"));
    check("early", &[], || assert_eq!(early(1), "positive"));
    let metadata = [
        ("user", "ann"),
        ("items", "2"),
        ("ratio", "NaN"),
        ("new", "true"),
    ];
    check("taken", &metadata, || {
        let (user, cart) = taken("ann".to_owned(), vec![1, 2], f64::NAN, true);
        assert_eq!((user.as_str(), cart), ("ann", vec![1, 2, 7]));
    });
    let metadata = [("id", "17"), ("of.what", "(1, 2)"), ("type", "tall")];
    check("shown", &metadata, || assert_eq!(shown(17, "tall"), 6));
    let metadata = [("left", "1"), ("size", "3"), ("whole", "3")];
    check("patterns", &metadata, || {
        assert_eq!(patterns((1, (2, 3)), [4, 5, 6]), 13);
    });
    check("generic", &[("text", "größe")], || {
        assert_eq!(generic("größe", [0; 3]).collect::<String>(), "grö");
    });
    check("boxed", &[], || assert_eq!(boxed(true).count(), 0));
    check("boxed", &[], || assert_eq!(boxed(false).count(), 3));
    let infallible: [(&str, &str); 0] = [];
    check("answered", &infallible, || {
        assert_eq!(answered(), Err(Refused::TooMany));
    });
}

#[test]
fn methods() {
    let mut shop = Shop::open("corner");
    check("visit", &[("shop", "corner"), ("before", "0")], || {
        *shop.visit("bob") += 1;
    });
    assert_eq!(shop.visits, 4);
    check("greet", &[], || {
        assert_eq!(shop.greet(), "welcome to corner")
    });
    check("close", &[("shop", "corner")], || {
        assert_eq!(shop.close(), "corner")
    });
}

#[test]
fn errors_are_exceptions() {
    let check = |name: &str, message: &str, work: &dyn Fn()| {
        let told = listen(name);
        work();
        let ended = told.ended(name, "exception");
        assert_eq!(ended.metadata["kind"], "error", "{name}");
        assert_eq!(ended.metadata["message"], message);
    };
    check("read", "invalid digit found in string", &|| {
        assert!(read("x").is_err());
    });
    check("refuse", "TooMany", &|| {
        assert_eq!(refuse(), Err(Refused::TooMany))
    });
    check("alias", "aliased", &|| assert_eq!(alias(), Err("aliased")));
    check("either", "bad", &|| assert!(either(false).is_err()));
    told::check("either", &[], || {
        assert_eq!(either(true).map(Iterator::count), Ok(3));
    });
    let told = listen("read");
    assert_eq!(read("7").ok(), Some(7));
    told.ended("read", "stop");
}

#[test]
fn panics_are_exceptions() {
    let told = listen("never");
    let panic = catch_unwind(|| never()).expect_err("goes on to the caller");
    assert_eq!(panic.downcast_ref::<&str>(), Some(&"no way out"));
    let ended = told.ended("never", "exception");
    assert_eq!(ended.metadata["kind"], "panic");
    assert_eq!(ended.metadata["message"], "no way out");
}

#[test]
fn calls_within_calls_are_spans_of_their_own() {
    let told = listen("count");
    assert_eq!(count(2), 2);
    let events = told.events();
    let told: Vec<(&str, &str)> = events.iter().map(row).collect();
    let expected = [
        ("count.start", "2"),
        ("count.start", "1"),
        ("count.start", "0"),
        ("count.stop", "0"),
        ("count.stop", "1"),
        ("count.stop", "2"),
    ];
    assert_eq!(told, expected);
    let id = |at: usize| &events[at].metadata["span_id"];
    for outer in 0..3 {
        assert_eq!(id(outer), id(5 - outer), "one id in start and stop");
        assert_ne!(id(outer), id((outer + 1) % 3), "and another in each call");
    }
}

fn row(event: &OwnedEvent) -> (&str, &str) {
    (&event.name, &event.metadata["down"])
}

#[test]
fn a_function_without_a_name_is_called_by_its_path() {
    check("functions.unnamed", &[], unnamed);
    check("functions.open", &[], || drop(Shop::open("")));
    mod inner {
        #[telemetry::measured]
        pub fn r#type() {}
    }
    check("functions.inner.type", &[], inner::r#type);
}

#[test]
fn metadata_is_not_looked_at_while_nobody_listens() {
    #[measured(name = "unheard", meta(number = number()))]
    fn unheard(number: fn() -> i32) {}
    unheard(|| unreachable!("nobody listens"));
    let told = listen("unheard");
    unheard(|| 5);
    assert_eq!(told.ended("unheard", "stop").metadata["number"], "5");
}

#[test]
fn a_registry_of_ones_own() {
    use std::sync::Arc;
    use telemetry::{Registry, testing::capture};

    struct Own {
        registry: Arc<Registry>,
        calls: u32,
    }
    impl Own {
        #[measured(name = "own", registry = self.registry)]
        fn call(&mut self) {
            self.calls += 1;
        }
    }
    #[measured(name = "lent", registry = registry)]
    fn lent(registry: &Arc<Registry>) -> usize {
        Arc::strong_count(registry)
    }
    let registry = Arc::new(Registry::new());
    let capture = capture(&registry, &["own.stop", "lent.stop"]).expect("free");
    let mut own = Own {
        registry: registry.clone(),
        calls: 0,
    };
    own.call();
    assert_eq!(own.calls, 1);
    assert!(lent(&registry) >= 2);
    let names: Vec<String> = capture.take().into_iter().map(|event| event.name).collect();
    assert_eq!(names, ["own.stop", "lent.stop"]);
}
