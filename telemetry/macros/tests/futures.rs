//! Async functions under `#[measured]`: the span is as long as the future.

use std::future::{Future, pending, ready};
use std::pin::pin;
use std::task::{Context, Poll, Waker};

use telemetry::measured;
use tokio::sync::oneshot;
use tokio::task::yield_now;

mod told;
use told::{check, listen};

#[measured(name = "fetch", meta(url, user))]
async fn fetch(url: &str, user: String) -> usize {
    yield_now().await;
    drop(user);
    url.len()
}

#[measured(name = "generic", meta(items = items.as_ref().len()))]
async fn generic<'a, T>(items: &'a T, more: impl Future<Output = usize>) -> (&'a T, usize)
where
    T: AsRef<[u8]>,
{
    let more = more.await;
    (items, more)
}

#[measured(name = "early")]
async fn early(now: bool) -> Box<dyn Iterator<Item = u8> + Send> {
    if now {
        return Box::new(std::iter::empty());
    }
    yield_now().await;
    Box::new(0..3)
}

#[measured(name = "parse")]
async fn parse(text: &str) -> Result<u32, std::num::ParseIntError> {
    yield_now().await;
    let number = text.parse()?;
    Ok(number)
}

#[derive(Debug, PartialEq)]
struct Full(u8);

#[measured(name = "put", err = Debug)]
async fn put(place: u8) -> Result<(), Full> {
    yield_now().await;
    Err(Full(place))
}

#[measured(name = "break", meta(%number))]
async fn break_down(number: u8) -> ! {
    yield_now().await;
    panic!("in the middle")
}

#[measured(name = "wait")]
async fn wait(until: impl Future<Output = ()>) {
    until.await;
}

struct Queue(Vec<u8>);

impl Queue {
    #[measured(name = "push", meta(length = self.0.len()))]
    async fn push(&mut self, item: u8) -> &mut Self {
        yield_now().await;
        self.0.push(item);
        self
    }
}

trait Store {
    fn find(&self, key: u8) -> impl Future<Output = Option<u8>> + Send;
}

impl Store for Queue {
    #[measured(name = "find", meta(key))]
    async fn find(&self, key: u8) -> Option<u8> {
        yield_now().await;
        self.0.iter().copied().find(|&item| item == key)
    }
}

/// Runs a future to its end.
fn run<T>(future: impl Future<Output = T>) -> T {
    let runtime = tokio::runtime::Builder::new_current_thread().build();
    runtime.expect("a runtime").block_on(future)
}

#[test]
fn results_and_events() {
    check("fetch", &[("url", "/"), ("user", "ann")], || {
        assert_eq!(run(fetch("/", "ann".to_owned())), 1);
    });
    check("generic", &[("items", "2")], || {
        assert_eq!(run(generic(&[1, 2], ready(3))), (&[1, 2], 3));
    });
    check("early", &[], || assert_eq!(run(early(true)).count(), 0));
    check("early", &[], || assert_eq!(run(early(false)).count(), 3));
    let mut queue = Queue(vec![1]);
    check("push", &[("length", "1")], || {
        assert_eq!(run(queue.push(2)).0, [1, 2]);
    });
    check("find", &[("key", "2")], || {
        assert_eq!(run(queue.find(2)), Some(2));
    });
}

#[test]
fn a_future_that_is_sent_to_another_thread() {
    #[measured(name = "sent", meta(name))]
    async fn sent(name: String) -> usize {
        yield_now().await;
        name.len()
    }
    check("sent", &[("name", "bob")], || {
        let other = std::thread::spawn(|| run(sent("bob".to_owned())));
        assert_eq!(other.join().ok(), Some(3));
    });
}

#[test]
fn errors_are_exceptions() {
    check("parse", &[], || assert_eq!(run(parse("7")), Ok(7)));
    let told = listen("parse");
    assert!(run(parse("x")).is_err());
    let ended = told.ended("parse", "exception");
    assert_eq!(ended.metadata["kind"], "error");
    assert_eq!(ended.metadata["message"], "invalid digit found in string");

    let told = listen("put");
    assert_eq!(run(put(3)), Err(Full(3)));
    assert_eq!(
        told.ended("put", "exception").metadata["message"],
        "Full(3)"
    );
}

#[test]
fn panics_are_exceptions() {
    let told = listen("break");
    let outcome = std::panic::catch_unwind(|| run(break_down(9)));
    let panic = outcome.expect_err("goes on to the caller");
    assert_eq!(panic.downcast_ref::<&str>(), Some(&"in the middle"));
    let ended = told.ended("break", "exception");
    assert_eq!(ended.metadata["kind"], "panic");
    assert_eq!(ended.metadata["message"], "in the middle");
    assert_eq!(ended.metadata["number"], "9");
}

#[test]
fn a_future_dropped_before_its_end_is_cancelled() {
    let told = listen("wait");
    let poll = |future: &mut (dyn Future<Output = ()> + Unpin)| {
        pin!(future).poll(&mut Context::from_waker(Waker::noop()))
    };
    let mut waiting = Box::pin(wait(pending()));
    assert_eq!(told.events(), [], "nothing runs before the first poll");
    assert_eq!(poll(&mut waiting), Poll::Pending);
    drop(waiting);
    let ended = told.ended("wait", "exception");
    assert_eq!(ended.metadata["kind"], "cancelled");

    drop(Box::pin(wait(pending())));
    assert_eq!(told.events(), [], "what never began does not end");

    let (send, receive) = oneshot::channel::<()>();
    let mut waiting = Box::pin(wait(async { drop(receive.await) }));
    assert_eq!(poll(&mut waiting), Poll::Pending);
    drop(send);
    assert_eq!(poll(&mut waiting), Poll::Ready(()));
    drop(waiting);
    told.ended("wait", "stop");
}

#[test]
fn spans_at_one_time_have_ids_of_their_own() {
    #[measured(name = "twice")]
    async fn twice(turns: u32) {
        for _ in 0..turns {
            yield_now().await;
        }
    }
    let told = listen("twice");
    run(async {
        tokio::join!(twice(1), twice(1));
    });
    let events = told.events();
    let of = |name: &str| {
        let these = events.iter().filter(|event| event.name == name);
        let mut ids: Vec<&str> = these.map(|event| &*event.metadata["span_id"]).collect();
        ids.sort_unstable();
        ids
    };
    assert_eq!(of("twice.start").len(), 2);
    assert_ne!(of("twice.start")[0], of("twice.start")[1]);
    assert_eq!(of("twice.start"), of("twice.stop"));
}
