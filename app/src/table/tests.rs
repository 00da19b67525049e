use proptest::prelude::*;

use super::model::*;

const ROWS: [(&str, &str, u32); 5] = [
    ("web", "requests", 3),
    ("", "loose", 9),
    ("db", "queries", 1),
    ("web", "latency", 3),
    ("db", "pool", 2),
];

fn named(search: &str, by: SortBy) -> Vec<String> {
    let search = Search::new(search);
    let lines = lines(
        ROWS.len(),
        |row| search.matches(ROWS[row].1),
        (|row| ROWS[row].0, ""),
        |a, b| {
            let order = match by.column {
                Some(0) => ROWS[a].1.cmp(ROWS[b].1),
                Some(_) => ROWS[a].2.cmp(&ROWS[b].2),
                None => std::cmp::Ordering::Equal,
            };
            if by.descending {
                order.reverse()
            } else {
                order
            }
        },
    );
    let word = |line: Line| match line {
        Line::Heading(name, rows) => format!("[{name} {rows}]"),
        Line::Row(row) => ROWS[row].1.to_string(),
    };
    lines.into_iter().map(word).collect()
}

#[test]
fn groups_and_order() {
    let given = SortBy::default();
    let by_name = given.clicked(0);
    let check = |search, by, want: &[&str]| assert_eq!(named(search, by), want, "{search} {by:?}");
    let all = [
        "[db 2]", "queries", "pool", "[web 2]", "requests", "latency", "[ 1]", "loose",
    ];
    check("", given, &all);
    let sorted = [
        "[db 2]", "pool", "queries", "[web 2]", "latency", "requests", "[ 1]", "loose",
    ];
    check("", by_name, &sorted);
    // Equal rows stand as given, turned around or not.
    let most = [
        "[db 2]", "pool", "queries", "[web 2]", "requests", "latency", "[ 1]", "loose",
    ];
    check("", given.clicked(1).clicked(1), &most);
    check(
        "E  ",
        by_name,
        &[
            "[db 1]", "queries", "[web 2]", "latency", "requests", "[ 1]", "loose",
        ],
    );
    check("qu er", by_name, &["[db 1]", "queries"]);
    check("nothing", by_name, &[]);
}

#[test]
fn groups_stand_by_name_whatever_the_case_and_rows_without_one_have_no_heading() {
    let headings = |groups: &[&str]| {
        let lines = lines(
            groups.len(),
            |_| true,
            (|row| groups[row], ""),
            |_, _| std::cmp::Ordering::Equal,
        );
        let names = lines.into_iter().filter_map(|line| match line {
            Line::Heading(name, _) => Some(name),
            Line::Row(_) => None,
        });
        names.collect::<Vec<_>>()
    };
    assert_eq!(
        headings(&["Zoë", "ada", "Ben", "ada"]),
        ["ada", "Ben", "Zoë"]
    );
    assert_eq!(headings(&["", ""]), [""; 0]);
    assert_eq!(headings(&["", "a"]), ["a", ""]);
}

#[test]
fn three_clicks_are_none() {
    let sorts = [0, 1, 2, 3].map(|clicks| {
        (0..clicks)
            .fold(SortBy::default(), |sort, _| sort.clicked(2))
            .aria(2)
    });
    assert_eq!(sorts, ["none", "ascending", "descending", "none"]);
    assert_eq!(SortBy::default().clicked(1).clicked(2).aria(2), "ascending");
    assert_eq!(SortBy::default().clicked(1).aria(2), "none");
}

#[test]
fn keys() {
    let lines = [
        Line::Heading("a".into(), 2),
        Line::Row(0),
        Line::Row(1),
        Line::Heading("b".into(), 2),
        Line::Row(2),
        Line::Row(3),
    ];
    for (key, at, want) in [
        ("ArrowDown", None, Some(1)),
        ("ArrowDown", Some(1), Some(2)),
        ("ArrowDown", Some(2), Some(4)),
        ("ArrowDown", Some(5), Some(5)),
        ("ArrowUp", Some(4), Some(2)),
        ("ArrowUp", Some(1), Some(1)),
        ("ArrowUp", None, Some(1)),
        ("Home", Some(5), Some(1)),
        ("End", Some(1), Some(5)),
        ("End", None, Some(5)),
        ("PageDown", Some(1), Some(4)),
        ("PageDown", Some(4), Some(5)),
        ("PageUp", Some(5), Some(2)),
        ("PageUp", Some(2), Some(1)),
        ("Enter", Some(1), None),
        ("x", Some(1), None),
    ] {
        assert_eq!(stepped(key, at, &lines, 2), want, "{key} {at:?}");
    }
    assert_eq!(stepped("Home", None, &[], 2), None);
    assert_eq!(stepped("ArrowDown", Some(7), &lines, 2), Some(7));
}

#[test]
fn scrolls_no_farther_than_needed() {
    for (line, want) in [
        (0, Some(0.0)),
        (2, Some(80.0)),
        (3, None),
        (5, None),
        (6, Some(140.0)),
    ] {
        assert_eq!(scroll_to(line, 40.0, 100.0, 140.0), want, "{line}");
    }
}

proptest! {
    #[test]
    fn what_is_shown_is_there(count in 0usize..20_000, top in 0f64..900_000.0, height in 0f64..3_000.0) {
        let there = visible(count, 44.0, top, height);
        prop_assert!(there.end <= count && there.start <= there.end);
        // However long the list is, few lines are in the page.
        prop_assert!(there.len() <= (height / 44.0) as usize + 2 + 16 + 1);
        for line in 0..count {
            let (start, end) = (line as f64 * 44.0, (line + 1) as f64 * 44.0);
            if end > top && start < top + height {
                prop_assert!(there.contains(&line), "{line} of {there:?}");
            }
        }
    }

    #[test]
    fn a_key_leads_to_a_row(kinds in prop::collection::vec(any::<bool>(), 0..40), at in 0usize..40, page in 1usize..10) {
        let lines: Vec<Line> = kinds
            .iter()
            .enumerate()
            .map(|(i, row)| if *row { Line::Row(i) } else { Line::Heading(String::new(), 1) })
            .collect();
        let at = Some(at).filter(|at| matches!(lines.get(*at), Some(Line::Row(_))));
        for key in ["ArrowDown", "ArrowUp", "Home", "End", "PageDown", "PageUp"] {
            match stepped(key, at, &lines, page) {
                Some(line) => prop_assert!(matches!(lines[line], Line::Row(_)), "{key}"),
                None => prop_assert!(lines.iter().all(|line| matches!(line, Line::Heading(..)))),
            }
        }
    }
}
