//! What a test scripts: the server's answers, and what arrives on streams.

use std::cell::Cell;
use std::rc::Rc;

use futures::channel::mpsc::UnboundedSender;
use protocol::{ApiError, ErrorBody};

use crate::browser::host::{EventsState, Incoming};

/// What the scripted server does with a request.
#[derive(Clone, Debug)]
pub enum Reply {
    /// A status and a body.
    Now(u16, String),
    /// The same after so many ms of the fake clock.
    After(u32, u16, String),
    /// Nothing: the network is away.
    NoAnswer,
}

impl Reply {
    /// 200 with a document.
    pub fn json(document: &impl serde::Serialize) -> Reply {
        Reply::Now(200, serde_json::to_string(document).expect("JSON"))
    }

    /// An error as the server writes it.
    pub fn error(status: u16, error: ApiError) -> Reply {
        let body = serde_json::to_string(&ErrorBody { error });
        Reply::Now(status, body.expect("JSON"))
    }
}

/// A stream that the page opened.
pub struct Opened {
    /// Where.
    pub url: String,
    pub(super) sender: UnboundedSender<Incoming>,
    pub(super) state: Rc<Cell<EventsState>>,
}

impl Opened {
    /// Sends an event of this name.
    pub fn send(&self, event: &str, document: &impl serde::Serialize) {
        let data = serde_json::to_string(document).expect("JSON");
        self.send_text(event, &data);
    }

    /// Sends an event whose data need not be JSON.
    pub fn send_text(&self, event: &str, data: &str) {
        self.send_numbered("", event, data);
    }

    /// Sends an event with an id.
    pub fn send_numbered(&self, id: &str, event: &str, data: &str) {
        self.state.set(EventsState::Open);
        self.put(Incoming::Message {
            event: event.into(),
            data: data.into(),
            id: id.into(),
        });
    }

    /// Loses the connection; the browser reconnects, or gives up.
    pub fn lose(&self, state: EventsState) {
        self.state.set(state);
        self.put(Incoming::Lost);
    }

    /// Whether the page has dropped it.
    pub fn is_closed(&self) -> bool {
        self.sender.is_closed()
    }

    fn put(&self, incoming: Incoming) {
        self.sender
            .unbounded_send(incoming)
            .expect("a stream that the page still reads");
    }
}
