//! A receiver of OTLP on loopback: keeps what it was sent, and answers as it was told.

use std::collections::VecDeque;
use std::io::{BufRead, BufReader, Read, Write};
use std::net::{SocketAddr, TcpListener, TcpStream};
use std::sync::{Arc, Mutex};
use std::thread::{self, JoinHandle};

use opentelemetry_proto::tonic::collector::metrics::v1::{
    ExportMetricsPartialSuccess, ExportMetricsServiceRequest, ExportMetricsServiceResponse,
};
use prost::Message;

/// Listens until it is dropped.
pub struct Receiver {
    address: SocketAddr,
    shared: Arc<Mutex<Shared>>,
    thread: Option<JoinHandle<()>>,
}

/// One request.
#[derive(Clone)]
pub struct Taken {
    headers: Vec<(String, String)>,
    pub request: ExportMetricsServiceRequest,
}

impl Taken {
    /// A header's value; names in lower case.
    pub fn header(&self, name: &str) -> Option<&str> {
        let mut headers = self.headers.iter();
        headers
            .find(|(known, _)| known == name)
            .map(|(_, value)| value.as_str())
    }
}

#[derive(Default)]
struct Shared {
    statuses: VecDeque<u16>,
    rejects: i64,
    taken: Vec<Taken>,
    closing: bool,
}

impl Receiver {
    /// Answers these statuses, and then 200.
    pub fn start<const N: usize>(statuses: [u16; N]) -> Receiver {
        let listener = TcpListener::bind("127.0.0.1:0").expect("a port");
        let address = listener.local_addr().expect("an address");
        let shared = Arc::new(Mutex::new(Shared {
            statuses: statuses.into(),
            ..Shared::default()
        }));
        let serving = shared.clone();
        let thread = thread::spawn(move || {
            for stream in listener.incoming() {
                if serving.lock().expect("no panic").closing {
                    break;
                }
                serve(&stream.expect("a connection"), &serving);
            }
        });
        Receiver {
            address,
            shared,
            thread: Some(thread),
        }
    }

    /// Where to post to.
    pub fn url(&self) -> String {
        format!("http://{}/v1/metrics", self.address)
    }

    /// Rejects so many points of every request that it takes.
    pub fn reject_points(&self, points: i64) {
        self.shared.lock().expect("no panic").rejects = points;
    }

    /// Everything that came, also what was turned away.
    pub fn taken(&self) -> Vec<Taken> {
        self.shared.lock().expect("no panic").taken.clone()
    }

    /// Stops listening; an address at which nobody is.
    pub fn into_address_of_nobody(self) -> String {
        self.url()
    }
}

impl Drop for Receiver {
    fn drop(&mut self) {
        self.shared.lock().expect("no panic").closing = true;
        // Wakes the thread, which waits for a connection.
        drop(TcpStream::connect(self.address));
        if let Some(thread) = self.thread.take() {
            thread.join().expect("no panic");
        }
    }
}

/// One request a connection, so that one thread is enough.
fn serve(stream: &TcpStream, shared: &Mutex<Shared>) {
    let mut lines = BufReader::new(stream);
    let mut first = String::new();
    lines.read_line(&mut first).expect("a request");
    assert_eq!(first, "POST /v1/metrics HTTP/1.1\r\n");
    let mut headers = Vec::new();
    loop {
        let mut line = String::new();
        lines.read_line(&mut line).expect("a header");
        let Some((name, value)) = line.trim_end().split_once(": ") else {
            break;
        };
        headers.push((name.to_lowercase(), value.to_owned()));
    }
    let length = headers.iter().find(|(name, _)| name == "content-length");
    let length = length.map(|(_, value)| value.parse().expect("a number"));
    let mut body = vec![0; length.expect("a length")];
    lines.read_exact(&mut body).expect("a body");
    let request = ExportMetricsServiceRequest::decode(&*body).expect("a message");

    let mut shared = shared.lock().expect("no panic");
    let status = shared.statuses.pop_front().unwrap_or(200);
    let partial_success =
        (status == 200 && shared.rejects > 0).then(|| ExportMetricsPartialSuccess {
            rejected_data_points: shared.rejects,
            error_message: "no such metric".to_owned(),
        });
    shared.taken.push(Taken { headers, request });
    drop(shared);
    let body = ExportMetricsServiceResponse { partial_success }.encode_to_vec();
    let head = format!(
        "HTTP/1.1 {status} Status\r\ncontent-length: {}\r\nconnection: close\r\nlocation: /\r\nretry-after: 0\r\n\r\n",
        body.len()
    );
    let mut stream = stream;
    stream.write_all(head.as_bytes()).expect("written");
    stream.write_all(&body).expect("written");
}
