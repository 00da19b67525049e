use super::*;

fn second(t: i64, rows: usize) -> Arc<PackedSecond> {
    let row = |id: usize| PackedRow {
        series: SeriesId(id as u32),
        metric: MetricId(0),
        packed: Packed {
            count: 1,
            sum: 0.0,
            min: 0.0,
            max: 0.0,
            last: 0.0,
            detail: [0; 8].into(),
        },
    };
    Arc::new(PackedSecond {
        t,
        rows: (0..rows).map(row).collect(),
    })
}

fn kept(memory: &Memory) -> Vec<i64> {
    memory.snapshot().iter().map(|second| second.t).collect()
}

#[test]
fn seconds_are_in_order_and_bounded() {
    let check = |pushed: &[i64], expect: &[i64]| {
        let memory = Memory::new(Limits {
            max_seconds: 2,
            min_seconds: 2,
            max_bytes: 0,
            max_waiting: 2,
        });
        for t in pushed {
            memory.push(second(*t, 0));
        }
        assert_eq!(kept(&memory), expect);
    };
    check(&[], &[]);
    check(&[1000], &[1000]);
    check(&[1000, 1000, 500], &[1000]);
    check(&[1000, 2000, 3000], &[2000, 3000]);
}

#[test]
fn bytes_shorten_it_down_to_what_is_not_written_yet() {
    let one = second(0, 10).bytes();
    assert!(one >= 10 * (size_of::<PackedRow>() + 8));
    let memory = Memory::new(Limits {
        max_seconds: 9,
        min_seconds: 2,
        max_bytes: 3 * one,
        max_waiting: 9,
    });
    for t in 1..=9 {
        memory.push(second(t, 10));
    }
    assert_eq!((kept(&memory), memory.bytes()), (vec![7, 8, 9], 3 * one));
    memory.push(second(10, 40));
    assert_eq!(kept(&memory), [9, 10]);
    for t in 11..=12 {
        memory.push(second(t, 0));
    }
    assert!(memory.bytes() < one);
    for t in 13..=30 {
        memory.push(second(t, 0));
    }
    assert_eq!(kept(&memory).len(), 9);
}

/// Pushes seconds of one row.
fn push(memory: &Memory, ends: impl IntoIterator<Item = i64>) -> usize {
    let lost = ends.into_iter().map(|t| memory.push(second(t * 1_000, 1)));
    lost.sum()
}

fn roomy(max_waiting: usize) -> Memory {
    Memory::new(Limits {
        max_seconds: 3,
        min_seconds: 2,
        max_bytes: usize::MAX,
        max_waiting,
    })
}

#[test]
fn what_waits_for_the_database_stays_beyond_what_memory_keeps() {
    let memory = roomy(9);
    assert_eq!(push(&memory, 1..=8), 0);
    assert_eq!((kept(&memory).len(), memory.waiting()), (8, (8, 8)));
    let written = || {
        let next = memory.next().expect("waits");
        memory.written(&next);
        next.second.t
    };
    assert_eq!((written(), written()), (1_000, 2_000));
    assert_eq!(memory.waiting(), (6, 6));
    // What is written goes first, and nothing was lost.
    assert_eq!(push(&memory, 9..=10), 0);
    assert_eq!(kept(&memory)[0], 3_000);
    while memory.next().is_some() {
        written();
    }
    assert_eq!(kept(&memory), [8_000, 9_000, 10_000]);
    assert_eq!(memory.gaps(), []);
}

#[test]
fn a_second_that_finds_no_room_is_counted_and_its_time_is_a_gap() {
    let memory = roomy(4);
    push(&memory, [1]);
    memory.written(&memory.next().expect("waits"));
    assert_eq!(push(&memory, 2..=8), 3);
    assert_eq!(memory.gaps(), [(1_000, 4_000)]);
    let next = memory.next().expect("waits");
    assert_eq!((next.second.t, &*next.gaps), (5_000, &[(1_000, 4_000)][..]));
    // While it is being written it has to go, and is written all the same.
    assert_eq!(push(&memory, 9..=10), 2);
    assert_eq!(memory.gaps(), [(1_000, 6_000)]);
    memory.written(&next);
    assert_eq!(memory.next().expect("waits").second.t, 7_000);
    let next = memory.next().expect("waits");
    memory.written(&next);
    assert_eq!((memory.gaps(), memory.waiting().0), (vec![], 3));
}

#[test]
fn time_without_a_second_is_a_gap() {
    let check = |ends: &[i64], expect: &[Gap]| {
        let memory = roomy(9);
        push(&memory, ends.iter().copied());
        assert_eq!(memory.gaps(), expect, "{ends:?}");
    };
    check(&[1, 2, 3], &[]);
    // Flushes that came late have what was measured meanwhile.
    check(&[1, 3, 6], &[]);
    check(&[1, 5, 6], &[(1_000, 4_000)]);
    check(&[1, 16, 17, 60], &[(1_000, 15_000), (17_000, 59_000)]);
}

#[test]
fn time_begins_again_where_the_clock_is_set_back() {
    let memory = Memory::new(Limits {
        max_seconds: 9,
        min_seconds: 2,
        max_bytes: 1 << 20,
        max_waiting: 9,
    });
    for t in [100_000, 101_000] {
        assert_eq!(memory.push(second(t, 3)), 0);
    }
    let before = memory.next().expect("waits");
    assert_eq!((before.second.t, before.begins_ms), (100_000, None));
    // Hardly older is not set back.
    assert_eq!(memory.push(second(99_000, 1)), 0);
    assert_eq!(memory.push(second(50_000, 1)), 6);
    assert_eq!(memory.push(second(51_000, 1)), 0);
    assert_eq!(memory.begun_ms(), Some(49_000));
    // What was on its way then says nothing of what waits now.
    memory.written(&before);
    assert_eq!(
        (kept(&memory), memory.waiting().0),
        (vec![50_000, 51_000], 2)
    );
    let first = memory.next().expect("waits");
    assert_eq!((first.second.t, first.begins_ms), (50_000, Some(49_000)));
    memory.written(&first);
    let second = memory.next().expect("waits");
    assert_eq!((second.second.t, second.begins_ms), (51_000, None));
}
