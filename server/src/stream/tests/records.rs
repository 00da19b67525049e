//! What streams carry beside rows: log records and annotations.

use protocol::{Annotation, EventFields};

use super::*;

#[test]
fn recent_log_entries_follow_the_hello_once() {
    let mut fed = Fed::new();
    for _ in 0..15 {
        fed.flush(vec![log("shop.order", SHOWN), log("vault.open", SECRET)]);
    }
    let chunks = drain(&mut fed.client(10, None));
    let lists = data(&chunks, "log");
    let entries = lists.iter().map(|text| {
        serde_json::from_str::<Vec<LogRecord>>(text)
            .expect("a list")
            .len()
    });
    assert_eq!(
        entries.sum::<usize>(),
        15,
        "each once: in the hello, or after it"
    );
}

fn added(id: i64) -> AnnotationChange {
    AnnotationChange::Added(Annotation {
        id,
        t: 10_000,
        to: None,
        text: "deployed".into(),
        tags: Vec::new(),
        source: "ci".into(),
    })
}

/// Ids of what was added and removed, in the order in which a page hears of it.
fn noted(chunks: &[String]) -> (Vec<i64>, Vec<i64>) {
    let added = data(chunks, "annotation").into_iter().flat_map(|text| {
        let list: Vec<Annotation> = serde_json::from_str(text).expect("a list");
        list.into_iter().map(|one| one.id)
    });
    let removed = data(chunks, "annotation_removed")
        .into_iter()
        .flat_map(|text| serde_json::from_str::<Vec<i64>>(text).expect("a list"));
    (added.collect(), removed.collect())
}

#[test]
fn annotations_reach_every_audience_once_live_merged_and_resumed() {
    let mut fed = Fed::new();
    fed.run(10);
    let (mut live, mut slow) = (fed.client(10, None), fed.client(1, None));
    let nothing = fed.hub.audience(Visible::default(), None);
    let mut blind = Client::new(fed.hub.clone(), nothing, 10, None);
    for client in [&mut live, &mut slow, &mut blind] {
        drain(client);
    }
    let (mut heard, mut late, mut unseen) = (Vec::new(), Vec::new(), Vec::new());
    for id in 1..=20 {
        fed.annotations.push(added(id));
        if id % 5 == 0 {
            fed.annotations.push(AnnotationChange::Removed(id));
        }
        fed.flush(Vec::new());
        heard.extend(drain(&mut live));
        late.extend(drain(&mut slow));
        unseen.extend(drain(&mut blind));
    }
    let all = ((1..=20).collect::<Vec<i64>>(), vec![5, 10, 15, 20]);
    assert_eq!(noted(&heard), all);
    assert_eq!(noted(&late), all, "two merged chunks");
    assert_eq!(noted(&unseen), all, "without any metric to see");
    let resumed = drain(&mut fed.client(10, Some(120)));
    assert_eq!(noted(&resumed), ((11..=20).collect(), vec![15, 20]));
}

#[test]
fn a_feed_takes_so_many_and_gives_each_once() {
    let (sender, mut feed) = AnnotationFeed::new(2);
    assert!(feed.take().is_empty());
    let place = sender.clone().try_reserve_owned().expect("a place");
    assert!(sender.try_send(added(1)).is_ok());
    assert!(sender.try_send(added(2)).is_err(), "a place is held");
    assert_eq!(feed.take(), [added(1)]);
    place.send(AnnotationChange::Removed(1));
    assert_eq!(feed.take(), [AnnotationChange::Removed(1)]);
    assert!(feed.take().is_empty());
}

#[test]
fn an_event_opens_for_those_who_see_its_series_in_every_metric() {
    let mut fed = Fed::new();
    let event = |id: u64, name: &str, metric: MetricId, tag: &str| {
        let mut logged = log(name, metric);
        logged.record.id = id;
        logged.tags = vec![vec![tag.to_owned()]];
        logged.fields = Arc::new(EventFields {
            left_out: id as u32,
            ..EventFields::default()
        });
        logged
    };
    // One that came before the metric of its event was declared has no tags of it.
    let mut before = event(4, "vault.open", SECRET, "");
    (before.metrics, before.tags) = ([].into(), Vec::new());
    fed.flush(vec![
        event(1, "shop.order", SHOWN, "tea"),
        event(2, "vault.open", SECRET, "front"),
        event(3, "vault.open", SECRET, "back"),
        before,
    ]);
    let front = vec![vec![(0, "fr*".to_owned())]];
    let partly = Visible::new([SHOWN].into_iter().collect(), [(SECRET, front)].into());
    for (visible, opens) in [
        (Visible::default(), vec![]),
        ([SHOWN].into_iter().collect(), vec![1]),
        (partly, vec![1, 2]),
        ([SHOWN, SECRET].into_iter().collect(), vec![1, 2, 3, 4]),
    ] {
        let found = (0..6).filter_map(|id| fed.hub.event_fields(id, &visible));
        let found: Vec<u32> = found.map(|fields| fields.left_out).collect();
        assert_eq!(found, opens, "{visible:?}");
    }
}
