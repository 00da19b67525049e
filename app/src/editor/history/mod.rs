//! Every edit of a session, to be undone and redone. Pure: the time is passed in.
//!
//! Invariant: a step keeps what it changed and nothing else, so that what another person saved meanwhile
//! stays when a step before that is undone. Steps are bounded in count and bytes; the oldest go first.

use std::collections::VecDeque;

use protocol::{Dashboard, Widget};

use super::merge;

/// Most steps that are kept.
pub const MOST_STEPS: usize = 1_000;
/// Most bytes, as JSON, that the steps keep together.
pub const MOST_BYTES: usize = 4 * 1024 * 1024;
/// Steps of one kind within this time are one.
const MERGED_MS: f64 = 1_000.0;

/// When an edit was made.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Moment {
    /// Milliseconds of any clock that does not go back.
    pub at_ms: f64,
    /// Names the stay in a field while one has the focus: edits of one stay are one step.
    pub field: Option<u64>,
}

/// The edits of a session.
#[derive(Debug, Default)]
pub struct History {
    past: VecDeque<Step>,
    future: Vec<Step>,
    bytes: usize,
    dropped: u64,
    /// Whether the last step is done with: the next one is another.
    is_sealed: bool,
}

/// One edit.
#[derive(Clone, Debug)]
struct Step {
    label: String,
    moment: Moment,
    undo: Side,
    redo: Side,
    bytes: usize,
}

/// What a document has on one side of a step, where it differs from the other.
#[derive(Clone, Debug, Default, PartialEq)]
struct Side {
    /// Everything but the widgets.
    rest: Option<Box<Dashboard>>,
    /// Widgets by their id; none where there was none.
    widgets: Vec<(String, Option<Widget>)>,
    /// The ids in their order.
    order: Option<Vec<String>>,
}

impl History {
    /// Keeps an edit; false when it changed nothing.
    pub fn push(
        &mut self,
        label: &str,
        moment: Moment,
        before: &Dashboard,
        after: &Dashboard,
    ) -> bool {
        if before == after {
            return false;
        }
        for step in self.future.drain(..) {
            self.bytes -= step.bytes;
        }
        let step = Step::between(label, moment, before, after);
        let merged = self
            .past
            .back()
            .filter(|last| !self.is_sealed && last.goes_on(&step))
            .map(|last| last.undo.applied(before));
        self.is_sealed = false;
        let step = match merged {
            None => Some(step),
            Some(first) => {
                if let Some(last) = self.past.pop_back() {
                    self.bytes -= last.bytes;
                }
                (first != *after).then(|| Step::between(label, moment, &first, after))
            }
        };
        if let Some(step) = step {
            self.bytes += step.bytes;
            self.past.push_back(step);
        }
        while self.past.len() > MOST_STEPS || (self.bytes > MOST_BYTES && self.past.len() > 1) {
            if let Some(oldest) = self.past.pop_front() {
                self.bytes -= oldest.bytes;
                self.dropped += 1;
            }
        }
        true
    }

    /// The document without the last edit, and what that was.
    pub fn undo(&mut self, now: &Dashboard) -> Option<(String, Dashboard)> {
        let step = self.past.pop_back()?;
        self.is_sealed = true;
        let answer = (step.label.clone(), step.undo.applied(now));
        self.future.push(step);
        Some(answer)
    }

    /// The document with the edit that was undone last, and what that is.
    pub fn redo(&mut self, now: &Dashboard) -> Option<(String, Dashboard)> {
        let step = self.future.pop()?;
        self.is_sealed = true;
        let answer = (step.label.clone(), step.redo.applied(now));
        self.past.push_back(step);
        Some(answer)
    }

    /// Has every step as if it had been made over what others saved: what they changed of `base`, and
    /// no step did, is on both sides of each step.
    pub fn rebase(&mut self, base: &Dashboard, theirs: &Dashboard) {
        let steps = self.past.iter_mut().chain(&mut self.future);
        for side in steps.flat_map(|step| [&mut step.undo, &mut step.redo]) {
            if let Some(rest) = &mut side.rest {
                **rest = merge::rebased_rest(base, rest, theirs);
            }
            for (id, widget) in &mut side.widgets {
                let (Some(mine), Some(before)) = (&widget, found(base, id)) else {
                    continue;
                };
                match found(theirs, id) {
                    Some(other) => *widget = Some(merge::rebased(before, mine, other)),
                    None if mine == before => *widget = None,
                    None => {}
                }
            }
        }
        self.is_sealed = true;
    }

    /// The next edit is a step of its own, whatever it is.
    pub fn seal(&mut self) {
        self.is_sealed = true;
    }

    /// What undo and redo would do.
    pub fn next(&self) -> (Option<&str>, Option<&str>) {
        (
            self.past.back().map(|step| &*step.label),
            self.future.last().map(|step| &*step.label),
        )
    }

    /// Steps that were too many or too large to be kept.
    pub fn dropped(&self) -> u64 {
        self.dropped
    }
}

impl Step {
    fn between(label: &str, moment: Moment, before: &Dashboard, after: &Dashboard) -> Step {
        let [undo, redo] = Side::both(before, after);
        let bytes = undo.bytes() + redo.bytes() + label.len();
        Step {
            label: label.to_owned(),
            moment,
            undo,
            redo,
            bytes,
        }
    }

    /// Whether the next edit is the same one, going on.
    fn goes_on(&self, next: &Step) -> bool {
        let ids = |step: &Step| -> Vec<String> {
            step.redo.widgets.iter().map(|(id, _)| id.clone()).collect()
        };
        let is_soon = next.moment.at_ms - self.moment.at_ms <= MERGED_MS;
        let is_same_stay = next.moment.field.is_some() && next.moment.field == self.moment.field;
        self.label == next.label
            && ids(self) == ids(next)
            && self.redo.order.is_none()
            && next.redo.order.is_none()
            && (is_soon || is_same_stay)
    }
}

impl Side {
    /// What each of two documents has where they differ.
    fn both(a: &Dashboard, b: &Dashboard) -> [Side; 2] {
        let mut sides = [Side::default(), Side::default()];
        let rest = |one: &Dashboard| Dashboard {
            widgets: Vec::new(),
            ..one.clone()
        };
        let (rest_a, rest_b) = (rest(a), rest(b));
        if rest_a != rest_b {
            sides[0].rest = Some(Box::new(rest_a));
            sides[1].rest = Some(Box::new(rest_b));
        }
        let ids = |one: &Dashboard| -> Vec<String> {
            one.widgets.iter().map(|widget| widget.id.clone()).collect()
        };
        let (ids_a, ids_b) = (ids(a), ids(b));
        let mut all = ids_a.clone();
        all.extend(ids_b.iter().filter(|id| !ids_a.contains(id)).cloned());
        for id in all {
            let (of_a, of_b) = (found(a, &id), found(b, &id));
            if of_a != of_b {
                sides[0].widgets.push((id.clone(), of_a.cloned()));
                sides[1].widgets.push((id, of_b.cloned()));
            }
        }
        if ids_a != ids_b {
            sides[0].order = Some(ids_a);
            sides[1].order = Some(ids_b);
        }
        sides
    }

    /// The document with this side of the step.
    fn applied(&self, now: &Dashboard) -> Dashboard {
        let mut next = match &self.rest {
            None => now.clone(),
            Some(rest) => Dashboard {
                widgets: now.widgets.clone(),
                version: now.version,
                ..(**rest).clone()
            },
        };
        for (id, widget) in &self.widgets {
            let at = next.widgets.iter().position(|one| one.id == *id);
            match (at, widget) {
                (Some(at), Some(widget)) => next.widgets[at] = widget.clone(),
                (Some(at), None) => drop(next.widgets.remove(at)),
                (None, Some(widget)) => next.widgets.push(widget.clone()),
                (None, None) => {}
            }
        }
        if let Some(order) = &self.order {
            // What this step does not know keeps its place behind the others.
            let place = |widget: &Widget| order.iter().position(|id| *id == widget.id);
            next.widgets
                .sort_by_key(|widget| place(widget).unwrap_or(usize::MAX));
        }
        next
    }

    fn bytes(&self) -> usize {
        let length = |json: Result<String, _>| json.map_or(0, |json: String| json.len());
        let rest = self
            .rest
            .as_ref()
            .map_or(0, |rest| length(serde_json::to_string(rest)));
        let widgets = self.widgets.iter().map(|(id, widget)| {
            id.len()
                + widget
                    .as_ref()
                    .map_or(0, |widget| length(serde_json::to_string(widget)))
        });
        let order = self.order.iter().flatten().map(String::len);
        rest + widgets.sum::<usize>() + order.sum::<usize>()
    }
}

fn found<'a>(dashboard: &'a Dashboard, id: &str) -> Option<&'a Widget> {
    dashboard.widgets.iter().find(|widget| widget.id == id)
}

#[cfg(test)]
mod tests;
