//! One message of the stream, read from an event's name and data. Pure.

use protocol::{
    Annotation, Definition, Frame, Hello, LogRecord, Metric, SeriesInfo, StreamEvent, json,
};
use serde::de::DeserializeOwned;

/// A message of the stream.
#[derive(Clone, Debug, PartialEq)]
pub enum Message {
    /// The stream begins: what there is to see.
    Hello(Hello),
    /// The build of the page that the server has.
    Build(String),
    /// Definitions of metrics that the page may not have.
    Metrics(Vec<Metric>),
    /// Series that were added.
    Series(Vec<SeriesInfo>),
    /// What changed in a flush.
    Frame(Frame),
    /// Recent events.
    Log(Vec<LogRecord>),
    /// Annotations that were added.
    Annotations(Vec<Annotation>),
    /// Ids of annotations that were removed.
    AnnotationsRemoved(Vec<i64>),
}

impl Message {
    /// Reads an event; `None` for one of a name that this page does not know, which a newer server
    /// may send.
    pub fn read(event: &str, data: &str) -> Result<Option<Message>, serde_json::Error> {
        let Some(event) = StreamEvent::parse(event) else {
            return Ok(None);
        };
        Ok(Some(match event {
            StreamEvent::Hello => Message::Hello(parsed(data)?),
            StreamEvent::Build => Message::Build(parsed(data)?),
            // About the connection alone, which compares it.
            StreamEvent::Audience => return Ok(None),
            StreamEvent::Metrics => {
                let shown: Vec<Definition> = parsed(data)?;
                Message::Metrics(shown.into_iter().map(Metric::from).collect())
            }
            StreamEvent::Series => Message::Series(parsed(data)?),
            StreamEvent::Frame => Message::Frame(serde_json::from_str(data)?),
            StreamEvent::Log => Message::Log(parsed(data)?),
            StreamEvent::Annotation => Message::Annotations(parsed(data)?),
            StreamEvent::AnnotationRemoved => Message::AnnotationsRemoved(parsed(data)?),
        }))
    }
}

/// One event as it stands in the text of a stream.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct TextEvent {
    /// Empty without one.
    pub id: String,
    /// Its name.
    pub event: String,
    /// Its data; several lines are joined.
    pub data: String,
}

/// The events in the text of a stream that has ended. What was cut off at the end is left out.
pub fn events(text: &str) -> impl Iterator<Item = TextEvent> {
    let whole = text.rfind("\n\n").map_or("", |end| &text[..end]);
    let blocks = whole.split("\n\n").map(|block| {
        let mut read = TextEvent::default();
        for line in block.lines() {
            let (field, value) = line.split_once(':').unwrap_or((line, ""));
            let value = value.strip_prefix(' ').unwrap_or(value);
            match field {
                "id" => value.clone_into(&mut read.id),
                "event" => value.clone_into(&mut read.event),
                "data" if read.data.is_empty() => value.clone_into(&mut read.data),
                "data" => {
                    read.data.push('\n');
                    read.data.push_str(value);
                }
                _ => {}
            }
        }
        read
    });
    blocks.filter(|read| !read.event.is_empty())
}

fn parsed<T: DeserializeOwned>(data: &str) -> Result<T, serde_json::Error> {
    json::read(data)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_event_of_the_protocol_is_read() {
        for event in StreamEvent::ALL {
            let data = match event {
                StreamEvent::Hello => {
                    r#"{"now_ms":1,"seq":2,"live_from_ms":3,"flush_ms":100,"series":[]}"#
                }
                StreamEvent::Build => r#""1a2b""#,
                // Nothing of it goes into the store.
                StreamEvent::Audience => continue,
                StreamEvent::Metrics => r#"[{"name":"a.b","kind":"sum"}]"#,
                StreamEvent::Series | StreamEvent::Log => "[]",
                StreamEvent::Frame => r#"{"seq":1,"t":2,"w":100}"#,
                StreamEvent::Annotation | StreamEvent::AnnotationRemoved => "[]",
            };
            let read = Message::read(event.name(), data).expect("readable");
            let is_right = match (event, read.expect("a known event")) {
                (StreamEvent::Hello, Message::Hello(hello)) => hello.live_from_ms == 3,
                (StreamEvent::Build, Message::Build(build)) => build == "1a2b",
                (StreamEvent::Metrics, Message::Metrics(metrics)) => metrics[0].name == "a.b",
                (StreamEvent::Series, Message::Series(series)) => series.is_empty(),
                (StreamEvent::Frame, Message::Frame(frame)) => frame.t == 2,
                (StreamEvent::Log, Message::Log(log)) => log.is_empty(),
                (StreamEvent::Annotation, Message::Annotations(list)) => list.is_empty(),
                (StreamEvent::AnnotationRemoved, Message::AnnotationsRemoved(ids)) => {
                    ids.is_empty()
                }
                _ => false,
            };
            assert!(is_right, "{}", event.name());
        }
    }

    #[test]
    fn events_of_a_text() {
        let check = |text: &str, want: &[[&str; 3]]| {
            let found: Vec<TextEvent> = events(text).collect();
            let found = found.iter().map(|one| [&*one.id, &*one.event, &*one.data]);
            assert_eq!(found.collect::<Vec<_>>(), want, "{text:?}");
        };
        check("", &[]);
        check(": ping\n\n", &[]);
        check("retry: 5\n\nevent: a\ndata: {}\n\n", &[["", "a", "{}"]]);
        check(
            "id: 7\nevent: frame\ndata: {\"t\":1}\n\nevent:b\ndata:x\ndata:y\n\n",
            &[["7", "frame", "{\"t\":1}"], ["", "b", "x\ny"]],
        );
        check("event: a\ndata: 1\n\nevent: a\ndata: 2", &[["", "a", "1"]]);
    }

    #[test]
    fn another_version_is_an_error_and_an_unknown_event_is_none() {
        for data in ["", "{", "[]", r#"{"seq":"x","t":2,"w":100}"#] {
            assert!(Message::read("frame", data).is_err(), "{data}");
        }
        assert_eq!(Message::read("of_tomorrow", "{").expect("ignored"), None);
    }
}
