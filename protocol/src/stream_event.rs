//! The events of `GET /api/stream`, by name.

/// One sort of server-sent event. The name stands in the `event:` field.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum StreamEvent {
    /// A text that names the build of the page's files on the server: it comes first, and a page
    /// of another build is of another version than the server.
    Build,
    /// A text that is another one when this user may see something else: after `build`. A client that
    /// goes on where another stream ended, and finds another text than then, has to begin again.
    Audience,
    /// A [`Hello`](super::Hello): the stream begins, and replaces what the client has.
    Hello,
    /// A list of [`Definition`](super::Definition)s. Before the first `hello` of a stream: those that
    /// its page may not have, since the list grew. Before a later one, or where the client asks for it:
    /// all that the stream shows, since this user may see something else than before. What is not in
    /// it is hidden by now; it may be empty.
    Metrics,
    /// A list of [`SeriesInfo`](super::SeriesInfo): series that are new since the hello.
    Series,
    /// A [`Frame`](super::Frame).
    Frame,
    /// A list of [`LogRecord`](super::LogRecord)s, oldest first.
    Log,
    /// A list of [`Annotation`](super::Annotation)s that were added.
    Annotation,
    /// A list of the ids of annotations that were removed.
    AnnotationRemoved,
}

impl StreamEvent {
    /// Every event.
    pub const ALL: [StreamEvent; 9] = [
        StreamEvent::Build,
        StreamEvent::Audience,
        StreamEvent::Hello,
        StreamEvent::Metrics,
        StreamEvent::Series,
        StreamEvent::Frame,
        StreamEvent::Log,
        StreamEvent::Annotation,
        StreamEvent::AnnotationRemoved,
    ];

    /// The name on the stream.
    pub const fn name(self) -> &'static str {
        match self {
            StreamEvent::Build => "build",
            StreamEvent::Audience => "audience",
            StreamEvent::Hello => "hello",
            StreamEvent::Metrics => "metrics",
            StreamEvent::Series => "series",
            StreamEvent::Frame => "frame",
            StreamEvent::Log => "log",
            StreamEvent::Annotation => "annotation",
            StreamEvent::AnnotationRemoved => "annotation_removed",
        }
    }

    /// The event of this name; none for events of a newer server, which are to be ignored.
    pub fn parse(name: &str) -> Option<StreamEvent> {
        let mut all = StreamEvent::ALL.into_iter();
        all.find(|event| event.name() == name)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_read_back() {
        for event in StreamEvent::ALL {
            assert_eq!(StreamEvent::parse(event.name()), Some(event));
        }
        assert_eq!(StreamEvent::parse("of_tomorrow"), None);
        assert_eq!(StreamEvent::parse(""), None);
    }
}
