//! Changes go on when the client hangs up: what is half done would be changed, and not be in the audit
//! log.
//!
//! Invariant: a request whose body has not come whole changes nothing, and ends with its client or its
//! time limit.

use std::pin::Pin;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::task::{Context, Poll};

use axum::body::{Body, Bytes, HttpBody};
use axum::extract::Request;
use axum::response::{IntoResponse, Response};
use hyper::body::{Frame, SizeHint};
use tokio::task::AbortHandle;

use super::Error;

/// Answers a request by `run`, which goes on when nobody waits for it any more, once it has all of the body.
pub async fn finish<F>(request: Request, run: impl FnOnce(Request) -> F) -> Response
where
    F: Future<Output = Response> + Send + 'static,
{
    let is_whole = Arc::new(AtomicBool::new(request.body().is_end_stream()));
    let request = request.map(|body| {
        Body::new(Watched {
            body,
            is_whole: is_whole.clone(),
        })
    });
    let task = tokio::spawn(run(request));
    let _unless_whole = Ended {
        task: task.abort_handle(),
        is_whole,
    };
    match task.await {
        Ok(response) => response,
        Err(error) => Error::internal(error).into_response(),
    }
}

/// Ends a task when nobody waits for it, unless the body has come whole.
struct Ended {
    task: AbortHandle,
    is_whole: Arc<AtomicBool>,
}

impl Drop for Ended {
    fn drop(&mut self) {
        if !self.is_whole.load(Ordering::Acquire) {
            self.task.abort();
        }
    }
}

/// A body that says when it has come whole.
struct Watched {
    body: Body,
    is_whole: Arc<AtomicBool>,
}

impl HttpBody for Watched {
    type Data = Bytes;
    type Error = axum::Error;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, axum::Error>>> {
        let frame = Pin::new(&mut self.body).poll_frame(context);
        if matches!(frame, Poll::Ready(None)) || self.body.is_end_stream() {
            self.is_whole.store(true, Ordering::Release);
        }
        frame
    }

    fn is_end_stream(&self) -> bool {
        self.body.is_end_stream()
    }

    fn size_hint(&self) -> SizeHint {
        self.body.size_hint()
    }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use axum::http::StatusCode;
    use futures::{StreamExt, stream};
    use tokio::sync::{Notify, mpsc};

    use super::*;

    /// Whether a change is made after the client hung up in the middle of it.
    async fn is_made(body: Body) -> bool {
        let (made, mut seen) = mpsc::channel::<()>(1);
        let (read, go_on) = (Arc::new(Notify::new()), Arc::new(Notify::new()));
        let (has_read, may_go_on) = (read.clone(), go_on.clone());
        let change = move |request: Request| async move {
            let mut body = request.into_body().into_data_stream();
            while let Some(chunk) = body.next().await {
                has_read.notify_one();
                chunk.expect("bytes");
            }
            has_read.notify_one();
            may_go_on.notified().await;
            made.send(()).await.expect("somebody looks");
            StatusCode::OK.into_response()
        };
        let answer = finish(Request::new(body), change);
        tokio::select! {
            _ = answer => panic!("it waits"),
            () = async { read.notified().await; tokio::task::yield_now().await } => {}
        }
        go_on.notify_one();
        // The channel closes when the task has ended.
        let made = tokio::time::timeout(Duration::from_secs(60), seen.recv());
        made.await.expect("ends").is_some()
    }

    #[tokio::test]
    async fn a_change_whose_body_came_goes_on_without_its_client_and_another_ends() {
        assert!(is_made(Body::empty()).await);
        assert!(is_made(Body::from("whole")).await);
        let half = stream::iter([Ok::<_, std::io::Error>("half")]).chain(stream::pending());
        assert!(!is_made(Body::from_stream(half)).await);
    }
}
