use super::*;

fn names(text: &str) -> Vec<String> {
    text.split_whitespace().map(String::from).collect()
}

#[test]
fn switches() {
    let check = |off: &str, label: &str, alone: bool, want: &str| {
        let next = switched(&names("a b c"), &names(off), label, alone);
        assert_eq!(next, names(want), "{off}: {label} {alone}");
    };
    check("", "b", false, "b");
    check("b", "b", false, "");
    check("b", "c", false, "b c");
    check("a b", "c", false, "a b c");
    check("a b c", "c", false, "a b");
    check("", "b", true, "a c");
    check("a c", "b", true, "");
    check("a c", "a", true, "b c");
    check("a b c", "a", true, "b c");
    // A line that went away.
    check("gone", "a", false, "a");
    check("gone a c", "b", true, "");
}

#[test]
fn a_line_is_found_by_a_part_of_its_name_and_the_largest_come_first() {
    let entry = |(name, larger): (&str, usize)| Entry {
        label: name.into(),
        name: name.into(),
        value: String::new(),
        age: None,
        larger,
        on: true,
        summary: None,
    };
    let legend = Legend {
        entries: [("/Api", 2), ("/b", 0), ("others (18)", 0)]
            .map(entry)
            .into(),
        ..Legend::default()
    };
    let check = |wanted: &str, by_size: bool, want: &[usize]| {
        let found = legend.found(wanted, by_size, str::to_lowercase);
        assert_eq!(found, want, "{wanted} {by_size}");
    };
    check("", false, &[0, 1, 2]);
    check("", true, &[1, 2, 0]);
    check("api", false, &[0]);
    check("18", true, &[2]);
    check("none", false, &[]);
}

#[test]
fn what_is_not_shown_for_itself_is_said_beside_the_title() {
    let check = |units: &str, largest, want: &str| {
        let legend = Legend {
            units: units.into(),
            largest,
            ..Legend::default()
        };
        assert_eq!(legend.beside_title(), want);
    };
    check("ms", None, "ms");
    check("", None, "");
    check("", Some((23, 41)), "largest 23 of 41");
    check("/s", Some((23, 41)), "/s · largest 23 of 41");
}

#[test]
fn a_value_that_gets_longer_or_shorter_moves_nothing() {
    use crate::format::Format;
    use telemetry::Unit;
    for unit in [Unit::Percent, Unit::Millisecond, Unit::Byte] {
        for value in [100.0, 99.5, 9.6, 0.25, 0.0, 12.0] {
            let text = Format::of(unit, false, value, None).number(value);
            assert_eq!(room(ROOM_CH, Some(&text)), ROOM_CH, "{text}");
        }
    }
    assert_eq!(room(ROOM_CH, None), ROOM_CH);
    let wide = room(ROOM_CH, Some("1,284"));
    assert!(wide > ROOM_CH);
    assert_eq!(
        room(wide, Some("1")),
        wide,
        "room that was needed once stays"
    );
}

#[test]
fn one_line_or_none() {
    assert_eq!(switched(&names("a"), &[], "a", true), names(""));
    assert_eq!(switched(&names("a"), &names("a"), "a", false), names(""));
    assert_eq!(switched(&[], &names("a"), "a", false), names(""));
}
