//! Where the copies of repeated widgets stand: beside the first one, in rows that wrap, and what is
//! below moves down.
//!
//! Invariant: copies cover nothing, and nothing else moves but down.

use crate::GridPlace;
use crate::dashboard::{COLUMNS, MAX_ROWS};

/// A widget before it is repeated: its place, and how many stand there instead.
#[derive(Clone, Copy, Debug)]
pub(super) struct Block {
    pub(super) place: GridPlace,
    pub(super) copies: usize,
}

fn overlap(a: &GridPlace, b: &GridPlace) -> bool {
    let (ax, bx) = (a.x.saturating_add(a.w), b.x.saturating_add(b.w));
    let (ay, by) = (a.y.saturating_add(a.h), b.y.saturating_add(b.h));
    a.x < bx && b.x < ax && a.y < by && b.y < ay
}

/// The places of all copies of each block, in the order of the blocks.
pub(super) fn places(blocks: &[Block]) -> Vec<Vec<GridPlace>> {
    let mut all: Vec<Vec<GridPlace>> = blocks.iter().map(|one| vec![one.place]).collect();
    if blocks.iter().all(|one| one.copies <= 1) {
        return all;
    }
    let mut order: Vec<usize> = (0..blocks.len()).collect();
    order.sort_by_key(|at| (blocks[*at].place.y, blocks[*at].place.x));
    let mut placed: Vec<GridPlace> = Vec::new();
    let mut down = 0;
    for row in order.chunk_by(|a, b| blocks[*a].place.y == blocks[*b].place.y) {
        let at = |block: usize, down: u16| below(blocks[block].place, down);
        // The row stays together: it moves as far as the widget of it that has to move furthest.
        let is_free = |down: u16| {
            let mut here = row.iter().map(|block| at(*block, down));
            here.all(|place| placed.iter().all(|other| !overlap(&place, other)))
        };
        down = (down..MAX_ROWS).find(|down| is_free(*down)).unwrap_or(down);
        placed.extend(row.iter().map(|block| at(*block, down)));
        for block in row {
            let first = at(*block, down);
            let right = first.x.saturating_add(first.w);
            let level = placed.iter().filter(|other| {
                overlap(
                    other,
                    &GridPlace {
                        x: right,
                        w: COLUMNS,
                        ..first
                    },
                )
            });
            let limit = level.map(|other| other.x.max(right)).min();
            all[*block] = vec![first];
            for copy in 1..blocks[*block].copies {
                let place = beside(first, copy, limit.unwrap_or(COLUMNS), &placed);
                all[*block].push(place);
                placed.push(place);
            }
        }
    }
    all
}

/// The place so many rows below, as far as there are rows.
fn below(place: GridPlace, down: u16) -> GridPlace {
    let last = MAX_ROWS.saturating_sub(place.h);
    GridPlace {
        y: place.y.saturating_add(down).min(last.max(place.y)),
        ..place
    }
}

/// The place of a copy: as many in a row as have room between the first and `limit`, a column.
fn beside(first: GridPlace, copy: usize, limit: u16, placed: &[GridPlace]) -> GridPlace {
    let w = first.w.max(1);
    let in_row = (limit.saturating_sub(first.x) / w).max(1);
    let copy = u16::try_from(copy).unwrap_or(u16::MAX);
    let wished = GridPlace {
        x: first.x + (copy % in_row) * w,
        ..below(first, (copy / in_row).saturating_mul(first.h))
    };
    let free = (0..MAX_ROWS).map(|down| below(wished, down));
    let mut free = free.filter(|place| placed.iter().all(|other| !overlap(place, other)));
    free.next().unwrap_or(wished)
}
