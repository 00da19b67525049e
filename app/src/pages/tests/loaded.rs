//! What pages begin with.

use protocol::{Boot, DashboardBoot, WidgetKind};

use super::server::{Server, load};
use crate::testing::{metrics, widget, words};

#[test]
fn a_dashboard_begins_with_the_metrics_that_it_names() {
    let names = |kinds: &[WidgetKind]| -> Vec<String> {
        let server = Server::new(kinds.iter().copied().map(widget).collect());
        let loaded = load(&server, "/d/shop")
            .expect("it loads")
            .expect("an answer");
        let boot: Boot<DashboardBoot> = serde_json::from_str(&loaded.json).expect("a boot");
        boot.page
            .metrics
            .into_iter()
            .map(|metric| metric.name)
            .collect()
    };
    assert!(metrics().len() > 2);
    assert_eq!(names(&[WidgetKind::Text]), [""; 0]);
    assert_eq!(names(&[WidgetKind::Line, WidgetKind::Gauge]), ["used"]);
    assert_eq!(names(&[WidgetKind::Histogram]), ["wait"]);
}

#[test]
fn a_dashboard_begins_with_the_nodes_of_its_texts() {
    let server = Server::new([WidgetKind::Text, WidgetKind::Line].map(widget).into());
    let loaded = load(&server, "/d/shop")
        .expect("it loads")
        .expect("an answer");
    let boot: Boot<DashboardBoot> = serde_json::from_str(&loaded.json).expect("a boot");
    let texts: Vec<_> = boot.page.texts.into_iter().collect();
    assert_eq!(texts, [("w-text".to_owned(), words())]);
}
