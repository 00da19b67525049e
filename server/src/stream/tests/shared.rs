//! What clients share: each row encoded once a flush, one catalogue for an audience.

use super::*;
use crate::stream::encoded_flush::ENCODED_ROWS;

/// The chunks of a client's `hello`.
fn hello_chunks(client: &mut Client) -> [bytes::Bytes; 3] {
    std::array::from_fn(|_| match client.next(20_000) {
        Next::Send(bytes) => bytes,
        Next::Wait => panic!("a hello has three chunks"),
    })
}

#[test]
fn a_row_is_encoded_once_however_many_audiences_and_clients() {
    let mut fed = Fed::new();
    fed.vault();
    fed.run(10);
    let all: Arc<Visible> = Arc::new([SHOWN, SECRET].into_iter().collect());
    let audiences = [
        fed.viewer(),
        fed.hub.audience(all.clone(), None),
        fed.hub
            .audience(all.clone(), Some([SECRET].into_iter().collect())),
        fed.hub.audience(Visible::default(), None),
    ];
    let mut clients: Vec<Client> = (0..40)
        .map(|i| Client::new(fed.hub.clone(), audiences[i % 4].clone(), 10, Some(110)))
        .collect();
    let encoded = || ENCODED_ROWS.with(std::cell::Cell::get);
    let before = encoded();
    for _ in 0..10 {
        fed.vault();
        fed.order(1.0);
        fed.flush(Vec::new());
        let chunks: Vec<_> = clients.iter_mut().map(drain).collect();
        assert_eq!(frames(&chunks[1])[0].rows.len(), 2);
        assert!(chunks.iter().skip(4).zip(&chunks).all(|(a, b)| a == b));
    }
    // Two rows in each of ten flushes, and two in the second that they complete.
    assert_eq!(encoded() - before, 2 * 10 + 2);
}

#[test]
fn clients_of_an_audience_share_the_catalogue_until_a_series_comes() {
    let mut fed = Fed::new();
    fed.run(10);
    // An audience lasts as long as somebody belongs to it.
    let _viewer = fed.viewer();
    let hellos = |fed: &Fed| -> Vec<[bytes::Bytes; 3]> {
        let clients = (0..100).map(|_| hello_chunks(&mut fed.client(10, None)));
        clients.collect()
    };
    let first = hellos(&fed);
    let catalogue = first[0][1].clone();
    assert!(
        first
            .iter()
            .all(|chunks| chunks[1].as_ptr() == catalogue.as_ptr())
    );
    let text = |chunks: &[bytes::Bytes; 3]| String::from_utf8(chunks.concat()).expect("UTF-8");
    assert_eq!(hello(&[text(&first[0])]).series.len(), 1);

    // Other flushes change what is around it, not the catalogue itself.
    fed.flush(vec![log("shop.order", SHOWN)]);
    fed.run(15);
    let later = hellos(&fed);
    assert!(
        later
            .iter()
            .all(|chunks| chunks[1].as_ptr() == catalogue.as_ptr())
    );
    assert!(hello(&[text(&later[0])]).seq > hello(&[text(&first[0])]).seq);
    assert!(text(&later[0]).contains("shop.order happened"));

    // Another audience has its own, and a new series makes a new one for all.
    let all: Arc<Visible> = Arc::new([SHOWN, SECRET].into_iter().collect());
    let admin = fed.hub.audience(all, None);
    let admin_hello =
        |fed: &Fed| hello_chunks(&mut Client::new(fed.hub.clone(), admin.clone(), 10, None));
    assert_ne!(admin_hello(&fed)[1].as_ptr(), catalogue.as_ptr());
    fed.vault();
    fed.flush(Vec::new());
    assert_eq!(hello(&[text(&admin_hello(&fed))]).series.len(), 2);
    let after = hellos(&fed);
    assert!(
        after
            .iter()
            .all(|chunks| chunks[1].as_ptr() == after[0][1].as_ptr())
    );
    assert_eq!(hello(&[text(&after[0])]).series.len(), 1);
}

#[test]
fn a_changed_audience_begins_anew() {
    let mut fed = Fed::new();
    fed.vault();
    fed.run(3);
    let mut client = Client::new(
        fed.hub.clone(),
        fed.hub
            .audience([SHOWN, SECRET].into_iter().collect::<Visible>(), None),
        10,
        None,
    );
    assert!(drain(&mut client).concat().contains("vault"));
    client.change(fed.viewer());
    let chunks = drain(&mut client);
    assert!(hello(&chunks).series.len() == 1 && !chunks.concat().contains("vault"));
    // All that can be seen by now is defined before the hello, and if that is nothing.
    let defined = "event: metrics\ndata: [{\"name\":\"shop.order.price\"";
    assert!(chunks.concat().contains(defined), "{chunks:?}");
    client.change(fed.hub.audience(Visible::default(), None));
    let chunks = drain(&mut client).concat();
    assert!(
        chunks.starts_with("event: metrics\ndata: []\n\nevent: hello"),
        "{chunks}"
    );
}

#[test]
fn a_stream_defines_what_it_shows_only_where_it_is_asked_to() {
    let mut fed = Fed::new();
    fed.run(3);
    let defines = |client: &mut Client| drain(client).concat().contains("event: metrics");
    assert!(!defines(&mut fed.client(10, None)));
    assert!(defines(&mut fed.client(10, None).with_definitions()));
}
