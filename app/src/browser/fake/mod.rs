//! A [`Host`] for tests: its clock is moved by hand, its server is a function, its streams are sent
//! by the test. Nothing happens by itself, so every test is deterministic.

mod script;

use std::cell::{Cell, RefCell};
use std::collections::BTreeMap;
use std::rc::Rc;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::task::{Context, Poll, Wake, Waker};

use futures::channel::mpsc::unbounded;

use crate::view::Zone;

pub use script::{Opened, Reply};

use super::host::{Answer, Events, EventsState, Host, Local, Request, install};

/// Rounds after which tasks that wake each other for ever are a fault of the test.
const MAX_ROUNDS: usize = 10_000;

type Server = Box<dyn FnMut(&Request) -> Reply>;

/// The fake surroundings of one test.
pub struct Fake {
    now_ms: Cell<f64>,
    server: RefCell<Server>,
    tasks: RefCell<Vec<Local<()>>>,
    spawned: RefCell<Vec<Local<()>>>,
    sleepers: RefCell<Vec<(f64, Waker)>>,
    /// Every request since the start or the last [`Fake::take_requests`].
    requests: RefCell<Vec<Request>>,
    streams: RefCell<Vec<Rc<Opened>>>,
    went: RefCell<Vec<String>>,
    address: RefCell<String>,
    storage: RefCell<BTreeMap<String, String>>,
    shared: RefCell<BTreeMap<String, String>>,
    hidden: Cell<bool>,
    offset_min: Cell<fn(f64) -> i32>,
    watchers: RefCell<Vec<Waker>>,
    frame: Cell<Option<fn()>>,
    scrolled_px: Cell<f64>,
    asks: Cell<bool>,
}

impl Fake {
    /// Replaces the surroundings of this test. Without a server there is no answer.
    pub fn install() -> &'static Fake {
        let fake: &'static Fake = Box::leak(Box::new(Fake {
            now_ms: Cell::new(0.0),
            server: RefCell::new(Box::new(|_| Reply::NoAnswer)),
            tasks: RefCell::default(),
            spawned: RefCell::default(),
            sleepers: RefCell::default(),
            requests: RefCell::default(),
            streams: RefCell::default(),
            went: RefCell::default(),
            address: RefCell::new("/".into()),
            storage: RefCell::default(),
            shared: RefCell::default(),
            hidden: Cell::new(false),
            offset_min: Cell::new(|_| 0),
            watchers: RefCell::default(),
            frame: Cell::new(None),
            scrolled_px: Cell::new(0.0),
            asks: Cell::new(false),
        }));
        install(Box::leak(Box::new(fake)));
        fake
    }

    /// From now on this answers.
    pub fn serve(&self, server: impl FnMut(&Request) -> Reply + 'static) {
        *self.server.borrow_mut() = Box::new(server);
    }

    /// Moves the clock, and runs whatever is due on the way at its time.
    pub fn advance(&self, ms: u32) {
        self.run();
        let end = self.now_ms.get() + f64::from(ms);
        loop {
            let due = self
                .sleepers
                .borrow()
                .iter()
                .map(|one| one.0)
                .fold(f64::INFINITY, f64::min);
            if due > end {
                break;
            }
            self.now_ms.set(due.max(self.now_ms.get()));
            self.sleepers.borrow_mut().retain(|(at, waker)| {
                let later = *at > due;
                if !later {
                    waker.wake_by_ref();
                }
                later
            });
            self.run();
        }
        self.now_ms.set(end);
    }

    /// Runs all tasks until each waits for something.
    pub fn run(&self) {
        let flag = Arc::new(Flag::default());
        let waker = Waker::from(Arc::clone(&flag));
        for _ in 0..MAX_ROUNDS {
            flag.0.store(false, Ordering::Relaxed);
            let mut tasks = self.tasks.take();
            tasks.append(&mut self.spawned.borrow_mut());
            tasks.retain_mut(|task| {
                task.as_mut()
                    .poll(&mut Context::from_waker(&waker))
                    .is_pending()
            });
            *self.tasks.borrow_mut() = tasks;
            if self.spawned.borrow().is_empty() && !flag.0.load(Ordering::Relaxed) {
                return;
            }
        }
        panic!("tasks wake each other for ever");
    }

    /// The output of a future that needs no time.
    pub fn now<T: 'static>(&self, future: impl Future<Output = T> + 'static) -> T {
        let answer = Rc::new(Cell::new(None));
        let place = Rc::clone(&answer);
        let task = async move { place.set(Some(future.await)) };
        self.spawned.borrow_mut().push(Box::pin(task));
        self.run();
        answer.take().expect("a future that does not wait")
    }

    /// The requests since the last call: method and path.
    pub fn take_requests(&self) -> Vec<Request> {
        self.requests.take()
    }

    /// The stream that was opened last.
    pub fn stream(&self) -> Rc<Opened> {
        Rc::clone(self.streams.borrow().last().expect("an open stream"))
    }

    /// How many streams were opened.
    pub fn opened(&self) -> usize {
        self.streams.borrow().len()
    }

    /// Where the page was led to.
    pub fn went(&self) -> Vec<String> {
        self.went.borrow().clone()
    }

    /// Sets path and query of the page.
    pub fn set_address(&self, address: &str) {
        *self.address.borrow_mut() = address.into();
    }

    /// Sets the clocks of every zone but UTC: minutes ahead of it at a time.
    pub fn set_clocks(&self, offset_min: fn(f64) -> i32) {
        self.offset_min.set(offset_min);
    }

    /// Hides the page, or shows it again.
    pub fn set_hidden(&self, hidden: bool) {
        self.hidden.set(hidden);
        self.watchers.take().iter().for_each(Waker::wake_by_ref);
        self.run();
    }

    /// What another tab shares under a key, or with `None` no longer.
    pub fn set_shared(&self, key: &str, text: Option<&str>) {
        let mut shared = self.shared.borrow_mut();
        match text {
            Some(text) => shared.insert(key.into(), text.into()),
            None => shared.remove(key),
        };
    }

    /// Whether anything is shared under a key.
    pub fn is_shared(&self, key: &str) -> bool {
        self.shared.borrow().contains_key(key)
    }

    /// Whether the tab keeps something under a key.
    pub fn host_remembers(&self, key: &str) -> bool {
        self.storage.borrow().contains_key(key)
    }

    /// Whether the browser would ask before the page is closed.
    pub fn asks(&self) -> bool {
        self.asks.get()
    }

    /// Runs the animation frame that was asked for. Whether one was.
    pub fn paint(&self) -> bool {
        let frame = self.frame.take();
        if let Some(frame) = frame {
            frame();
        }
        frame.is_some()
    }
}

impl Host for &'static Fake {
    fn now_ms(&self) -> f64 {
        self.now_ms.get()
    }

    fn sleep(&self, ms: u32) -> Local<()> {
        let (fake, until) = (*self, self.now_ms.get() + f64::from(ms));
        Box::pin(std::future::poll_fn(move |context| {
            if fake.now_ms.get() >= until {
                return Poll::Ready(());
            }
            let waker = context.waker().clone();
            fake.sleepers.borrow_mut().push((until, waker));
            Poll::Pending
        }))
    }

    fn spawn(&self, task: Local<()>) {
        self.spawned.borrow_mut().push(task);
    }

    fn fetch(&self, request: Request) -> Local<Option<Answer>> {
        let fake = *self;
        Box::pin(async move {
            fake.requests.borrow_mut().push(request.clone());
            let reply = (fake.server.borrow_mut())(&request);
            match reply {
                Reply::Now(status, text) => Some(Answer { status, text }),
                Reply::After(ms, status, text) => {
                    fake.sleep(ms).await;
                    Some(Answer { status, text })
                }
                Reply::NoAnswer => None,
            }
        })
    }

    fn open(&self, url: &str, _events: &[&str]) -> Option<Events> {
        let (sender, incoming) = unbounded();
        let state = Rc::new(Cell::new(EventsState::Connecting));
        let opened = Opened {
            url: url.into(),
            sender,
            state: Rc::clone(&state),
        };
        self.streams.borrow_mut().push(Rc::new(opened));
        Some(Events {
            incoming: Box::pin(incoming),
            state: Box::new(move || state.get()),
        })
    }

    fn go(&self, path: &str) {
        self.went.borrow_mut().push(path.into());
    }

    fn is_leaving(&self) -> bool {
        !self.went.borrow().is_empty()
    }

    fn ask_before_leaving(&self, asks: bool) {
        self.asks.set(asks);
    }

    fn scrolled_px(&self) -> f64 {
        self.scrolled_px.get()
    }

    fn scroll_to(&self, y_px: f64) {
        self.scrolled_px.set(y_px);
    }

    fn address(&self) -> String {
        self.address.borrow().clone()
    }

    fn remembered(&self, key: &str) -> Option<String> {
        self.storage.borrow().get(key).cloned()
    }

    fn remember(&self, key: &str, text: Option<&str>) -> bool {
        let mut storage = self.storage.borrow_mut();
        match text {
            Some(text) => storage.insert(key.into(), text.into()),
            None => storage.remove(key),
        };
        true
    }

    fn is_hidden(&self) -> bool {
        self.hidden.get()
    }

    fn shown(&self) -> Local<()> {
        let fake = *self;
        Box::pin(std::future::poll_fn(move |context| {
            if !fake.hidden.get() {
                return Poll::Ready(());
            }
            fake.watchers.borrow_mut().push(context.waker().clone());
            Poll::Pending
        }))
    }

    fn is_multiplexed(&self) -> bool {
        false
    }

    fn wall_ms(&self) -> f64 {
        1_700_000_000_000.0 + self.now_ms.get()
    }

    fn offset_min(&self, zone: &Zone, at_ms: f64) -> i32 {
        match zone {
            Zone::Utc => 0,
            Zone::Local | Zone::Named(_) => self.offset_min.get()(at_ms),
        }
    }

    fn random(&self) -> f64 {
        0.5
    }

    fn shared(&self, key: &str) -> Option<String> {
        self.shared.borrow().get(key).cloned()
    }

    fn share(&self, key: &str, text: Option<&str>) -> bool {
        self.set_shared(key, text);
        true
    }

    fn request_frame(&self, frame: fn()) -> bool {
        self.frame.set(Some(frame));
        true
    }
}

/// Whether some task can go on.
#[derive(Default)]
struct Flag(AtomicBool);

impl Wake for Flag {
    fn wake(self: Arc<Self>) {
        self.0.store(true, Ordering::Relaxed);
    }
}
