use proptest::prelude::*;

use super::*;

type Pairs = Vec<(String, String)>;

/// As axum reads the query of an address.
fn pairs(address: &str) -> Pairs {
    let (_, query) = address.split_once('?').unwrap_or((address, ""));
    form_urlencoded::parse(query.as_bytes())
        .into_owned()
        .collect()
}

/// The text of the error, or `right`.
fn text<T>(read: Result<T, ParameterError>) -> String {
    read.map_or_else(|error| error.to_string(), |_| "right".to_owned())
}

#[test]
fn errors_name_the_parameter() {
    let history = |query: &str| text(HistoryParams::parse(&pairs(query)));
    let stream = |query: &str| text(StreamParams::parse(&pairs(query)));
    let annotations = |query: &str| {
        let read = AnnotationParams::parse(&pairs(query));
        text(read.and_then(|read| read.span(1_000_000)))
    };
    let picture = |query: &str| text(PictureParams::parse(&pairs(query)));
    for (text, want) in [
        (history("?metric=a"), "right"),
        (history("?"), "metric: missing: the name of a metric"),
        (
            history("?metric=a&from=x"),
            "from: `x` is not a whole number",
        ),
        (
            history("?metric=a&to=1e9"),
            "to: `1e9` is not a whole number",
        ),
        (history("?metric=a&points=0"), "points: it takes 1 to 5000"),
        (
            history("?metric=a&points=5001"),
            "points: it takes 1 to 5000",
        ),
        (
            history("?metric=a&points=NaN"),
            "points: `NaN` is not a whole number",
        ),
        (
            history("?metric=a&step=5"),
            "step: unknown; there are metric, from, to, points and tag.NAME",
        ),
        (stream("?"), "right"),
        (stream("?rate=10&metrics=a,b"), "right"),
        (stream("?rate=11"), "rate: it takes 1 to 10 frames a second"),
        (stream("?rate=0"), "rate: it takes 1 to 10 frames a second"),
        (
            stream("?last_event_id=-1"),
            "last_event_id: `-1` is not a whole number",
        ),
        (
            stream("?metric=a"),
            "metric: unknown; there are metrics, rate, last_event_id, once and definitions",
        ),
        (annotations("?from=5&to=5"), "right"),
        (
            annotations("?from=6&to=5"),
            "from: it must not be after `to`",
        ),
        (annotations("?to="), "to: `` is not a whole number"),
        (
            annotations("?since=5"),
            "since: unknown; there are from and to",
        ),
        (picture("?bare=1&theme=dark&zone=utc"), "right"),
        (picture("?width=99"), "width: it takes 100 to 2000 pixels"),
        (
            picture("?height=1201"),
            "height: it takes 60 to 1200 pixels",
        ),
        (picture("?theme=red"), "theme: it takes light, dark or auto"),
        (
            picture("?zone=841"),
            "zone: it takes utc, or minutes ahead of it from -840 to 840",
        ),
        (picture("?bare=yes"), "bare: it takes 0 or 1"),
        (
            picture("?size=5"),
            "size: unknown; there are from, to, width, height, theme, zone, bare and var-NAME",
        ),
    ] {
        assert_eq!(text, want);
    }
}

#[test]
fn times_are_absolute_or_before_now() {
    let now = 1_000_000;
    let check = |query: &str, want: (i64, i64)| {
        let read = AnnotationParams::parse(&pairs(query)).expect(query);
        assert_eq!(read.span(now).expect(query), want, "{query}");
    };
    check("?", (700_000, i64::MAX));
    check("?from=-5000&to=-1", (995_000, 999_999));
    let earliest = "?from=-9223372036854775808";
    check(earliest, (i64::MIN + 1_000_000, i64::MAX));
    // A time before the epoch would be read as one before now.
    assert_eq!(QueryTime::at(-5).absolute(now), 0);
    assert_eq!(QueryTime::before_now(0).absolute(now), now - 1);
    assert_eq!(QueryTime::before_now(u32::MAX).absolute(0), -4_294_967_295);
}

#[test]
fn addresses_are_escaped() {
    let history = HistoryParams {
        to: Some(QueryTime::at(5)),
        tags: vec![("path".into(), "/a b?c&d=é+%".into())],
        ..HistoryParams::new("a.b")
    };
    assert_eq!(
        history.address(),
        "/api/history?metric=a.b&from=-300000&to=5&points=600\
         &tag.path=%2Fa%20b%3Fc%26d%3D%C3%A9%2B%25"
    );
    assert_eq!(StreamParams::default().address(), "/api/stream");
    let picture = PictureParams {
        bare: true,
        zone: Some(0),
        ..PictureParams::default()
    };
    assert_eq!(
        picture.address("a b", "c"),
        "/api/widgets/a%20b/c.svg?bare=1&from=-300000&zone=utc"
    );
}

fn any_time() -> impl Strategy<Value = QueryTime> {
    prop_oneof![
        any::<i64>().prop_map(QueryTime::at),
        any::<u32>().prop_map(QueryTime::before_now),
    ]
}

fn any_theme() -> impl Strategy<Value = Theme> {
    proptest::sample::select(&Theme::ALL[..])
}

proptest! {
    #[test]
    fn history_reads_what_it_wrote(
        metric in any::<String>(),
        from in any_time(),
        to in proptest::option::of(any_time()),
        points in HistoryParams::POINTS,
        tags in proptest::collection::vec((any::<String>(), any::<String>()), 0..4),
    ) {
        let params = HistoryParams { metric, from, to, points, tags };
        prop_assert_eq!(HistoryParams::parse(&pairs(&params.address())), Ok(params));
    }

    #[test]
    fn columns_read_what_they_wrote(
        metrics in proptest::collection::vec("[^,]{1,20}", 1..4),
        from in any_time(),
        to in proptest::option::of(any_time()),
        points in HistoryParams::POINTS,
    ) {
        let params = ColumnsParams { metrics, from, to, points };
        prop_assert_eq!(ColumnsParams::parse(&pairs(&params.address())), Ok(params));
    }

    #[test]
    fn stream_reads_what_it_wrote(
        metrics in proptest::collection::vec("[^,]{1,20}", 0..4),
        rate in StreamParams::RATES,
        last_event_id in any::<Option<u64>>(),
        once: bool,
        definitions: bool,
    ) {
        let params = StreamParams { metrics, rate, last_event_id, once, definitions };
        prop_assert_eq!(StreamParams::parse(&pairs(&params.address())), Ok(params));
    }

    #[test]
    fn annotations_read_what_they_wrote(
        from in any_time(),
        to in proptest::option::of(any_time()),
    ) {
        let params = AnnotationParams { from, to };
        prop_assert_eq!(AnnotationParams::parse(&pairs(&params.address())), Ok(params));
    }

    #[test]
    fn pictures_read_what_they_wrote(
        from in any_time(),
        to in proptest::option::of(any_time()),
        width in proptest::option::of(PictureParams::WIDTHS),
        height in proptest::option::of(PictureParams::HEIGHTS),
        theme in any_theme(),
        zone in proptest::option::of(PictureParams::ZONES),
        bare: bool,
        dashboard in any::<String>(),
    ) {
        let params = PictureParams { from, to, width, height, theme, zone, bare, ..PictureParams::default() };
        let address = params.address(&dashboard, "w");
        prop_assert_eq!(PictureParams::parse(&pairs(&address)), Ok(params));
    }
}

#[test]
fn what_is_cleared_is_named() {
    let check = |query: &str, expect: Result<(&str, usize), &str>| {
        let read = SeriesParams::parse(&pairs(query));
        let read = read.as_ref().map(|read| (&*read.metric, read.tags.len()));
        assert_eq!(read.map_err(|error| &*error.parameter), expect, "{query}");
    };
    check("?metric=a.b", Ok(("a.b", 0)));
    check("?metric=a.b&tag.x=1&tag.y=", Ok(("a.b", 2)));
    check("?tag.x=1", Err("metric"));
    check("?metric=a.b&x=1", Err("x"));
    let read = ClearParams::parse(&pairs("?author=ci%20job"));
    assert_eq!(read.map(|read| read.author), Ok("ci job".to_owned()));
    assert!(ClearParams::parse(&[]).is_err());
}

#[test]
fn choices_of_variables_are_named() {
    let read = |query: &str| text(VariableParams::parse(&pairs(query)));
    for (query, want) in [
        ("?", "right"),
        ("?var-service=a&var-service=b&var-all=*", "right"),
        ("?var-service=", "right"),
        ("?service=a", "service: unknown; there are var-NAME"),
        (
            "?var-Service=a",
            "var-Service: a variable is named by a-z, then a-z, 0-9 and _",
        ),
        (
            "?var-=a",
            "var-: a variable is named by a-z, then a-z, 0-9 and _",
        ),
        (
            "?var-a=%07",
            "var-a: a value has at most 128 characters and no control characters",
        ),
    ] {
        assert_eq!(read(query), want, "{query}");
    }
    let many: Vec<String> = (0..101).map(|i| format!("var-a={i}")).collect();
    let many = format!("?{}", many.join("&"));
    assert_eq!(read(&many), "var-a: at most 100 values are chosen");
    let of_page = VariableParams::of_page([("range", "60"), ("var-a", "1"), ("var-B", "2")]);
    assert_eq!(of_page.query(), "var-a=1");
    assert_eq!(of_page.address("d"), "/api/dashboards/d/variables?var-a=1");
}

proptest! {
    #[test]
    fn choices_are_read_as_they_are_written(
        chosen in prop::collection::btree_map("[a-z][a-z0-9_]{0,6}", prop::collection::btree_set("[^\\p{Cc}*]{0,9}", 1..4), 0..4),
    ) {
        let chosen = chosen.into_iter().map(|(name, all)| (name, all.into_iter().collect()));
        let params = VariableParams(chosen.collect());
        prop_assert_eq!(VariableParams::parse(&pairs(&params.address("d"))), Ok(params.clone()));
        let picture = PictureParams { variables: params.clone(), ..PictureParams::default() };
        prop_assert_eq!(PictureParams::parse(&pairs(&picture.address("d", "w"))), Ok(picture));
        let page = pairs(&format!("?{}", params.query()));
        let page = VariableParams::of_page(page.iter().map(|(k, v)| (&**k, &**v)));
        prop_assert_eq!(page, params);
    }
}
