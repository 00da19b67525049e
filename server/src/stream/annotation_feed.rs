//! Changes of annotations, on their way to open streams.
//!
//! Invariant: a request reserves a place in the queue before it stores or removes an annotation, so
//! every change reaches every stream; without a free place the request is rejected.

use protocol::Annotation;
use tokio::sync::mpsc;

/// A change of one annotation.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum AnnotationChange {
    /// It is new.
    Added(Annotation),
    /// The one of this id was removed.
    Removed(i64),
}

/// Sends changes, which go out with the next flush.
pub type AnnotationSender = mpsc::Sender<AnnotationChange>;

/// Receives the changes since the last flush.
pub struct AnnotationFeed(mpsc::Receiver<AnnotationChange>);

impl AnnotationFeed {
    /// A queue for at most `per_flush` changes a flush.
    pub fn new(per_flush: usize) -> (AnnotationSender, AnnotationFeed) {
        let (sender, changes) = mpsc::channel(per_flush);
        (sender, AnnotationFeed(changes))
    }

    /// Changes since the last call, in order.
    pub fn take(&mut self) -> Vec<AnnotationChange> {
        // Counted once: what is sent meanwhile goes out with the next flush.
        let waiting = self.0.len();
        (0..waiting).map_while(|_| self.0.try_recv().ok()).collect()
    }
}
