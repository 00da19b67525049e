//! What becomes of annotations, on its way to open streams.
//!
//! Invariant: whoever stores or removes an annotation holds a place in the queue before, so what
//! was stored is told to every stream; without a place the request is refused.

use protocol::Annotation;
use tokio::sync::mpsc;

/// What became of one annotation.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Note {
    /// It is new.
    Added(Annotation),
    /// There is none of this id any more.
    Removed(i64),
}

/// Takes what the next flush tells.
pub type NoteInlet = mpsc::Sender<Note>;

/// Gives what came since the last flush.
pub struct NoteBook(mpsc::Receiver<Note>);

impl NoteBook {
    /// A book, and the way into it, for at most `per_flush` notes a flush.
    pub fn new(per_flush: usize) -> (NoteInlet, NoteBook) {
        let (inlet, notes) = mpsc::channel(per_flush);
        (inlet, NoteBook(notes))
    }

    /// What came since the last call, in order.
    pub fn take(&mut self) -> Vec<Note> {
        // Counted once: who writes meanwhile is told by the next flush.
        let waiting = self.0.len();
        (0..waiting).map_while(|_| self.0.try_recv().ok()).collect()
    }
}
