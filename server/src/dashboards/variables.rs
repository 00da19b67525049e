//! The variables of a dashboard for one asker: what they offer, and what is left of those whose source
//! the asker may not see.
//!
//! Invariant: no value and no name comes from a series or a metric that the asker may not see.

use std::collections::BTreeSet;

use protocol::role_document::fits;
use protocol::variables::{
    ALL, Choices, MAX_OPTIONS, Resolved, choose, is_value, pattern, resolve,
};
use protocol::{
    Dashboard, TagValues, Variable, VariableKind, VariableOptions, VariableState, natural_order,
};
use telemetry::aggregate::{Series, SeriesTable};
use telemetry::{MetricId, MetricList};

use crate::access::Visible;
use app::check::is_source;

/// Where the values of variables come from, as one asker sees it.
#[derive(Clone, Copy)]
pub struct VariableSource<'a> {
    /// Every metric.
    pub metrics: &'a MetricList,
    /// What the asker may see.
    pub visible: &'a Visible,
    /// Every series.
    pub series: &'a SeriesTable,
}

impl VariableSource<'_> {
    /// What is chosen of a dashboard's variables when `asked` is asked for, and what can be.
    pub fn state(&self, dashboard: &Dashboard, asked: &Choices) -> VariableState {
        choose(&dashboard.variables, asked, |variable, filters| {
            self.options(variable, filters)
        })
    }

    /// A dashboard as it is shown when `asked` is asked for.
    pub fn resolved(&self, dashboard: &Dashboard, asked: &Choices) -> (Resolved, VariableState) {
        let state = self.state(dashboard, asked);
        (resolve(dashboard, &state), state)
    }

    /// The values of the variable's tag among the series whose tags have the values of `filters`.
    fn options(&self, variable: &Variable, filters: &[(String, TagValues)]) -> VariableOptions {
        let mut values = self.values(variable, |tag, value| {
            let mut of_tag = filters.iter().filter(|(name, _)| name == tag);
            of_tag.all(|(_, wanted)| wanted.matches(value))
        });
        let all = values.len();
        values.retain(|value| is_value(value) && value != ALL);
        let mut values: Vec<String> = values.into_iter().collect();
        values.sort_by(|a, b| natural_order(a, b));
        values.truncate(MAX_OPTIONS);
        VariableOptions {
            left_off: u32::try_from(all - values.len()).unwrap_or(u32::MAX),
            values,
        }
    }

    /// The values of the variable's tag among the series that the asker sees, and whose tags that the
    /// variable filters by all fulfil `fits`, given their name and value.
    fn values(&self, variable: &Variable, fits: impl Fn(&str, &str) -> bool) -> BTreeSet<String> {
        let mut values = BTreeSet::new();
        let Some(tag) = &variable.tag else {
            return values;
        };
        for (id, metric) in self.metrics.iter() {
            if !self.visible.contains(id) || !is_source(variable, metric) {
                continue;
            }
            let place = |tag: &String| metric.tags.iter().position(|name| name == tag);
            let filters = variable.tags.keys().map(|tag| Some((tag, place(tag)?)));
            let filters: Option<Vec<_>> = filters.collect();
            let (Some(place), Some(filters)) = (place(tag), filters) else {
                continue;
            };
            let has = |series: &Series, place: usize, tag: &String| {
                series.tags.get(place).is_some_and(|value| fits(tag, value))
            };
            // Copied, since whether a series is seen may take a while to decide.
            for series in self.series.of_metric(id) {
                let holds = !series.is_overflow()
                    && filters.iter().all(|(tag, place)| has(&series, *place, tag))
                    && self.visible.sees(&series);
                if let Some(value) = series.tags.get(place).filter(|_| holds)
                    && !values.contains(&**value)
                {
                    values.insert(value.to_string());
                }
            }
        }
        values
    }

    /// What the asker sees of the variables of a stored dashboard.
    pub fn shown(&self, variables: &[Variable]) -> Vec<Variable> {
        variables.iter().map(|one| self.shown_one(one)).collect()
    }

    fn shown_one(&self, variable: &Variable) -> Variable {
        if variable.kind != VariableKind::Tag || self.sees_whole(variable) {
            return variable.clone();
        }
        let values = self.values(variable, |tag, value| {
            let wanted = variable.tags.get(tag).map_or(&[][..], TagValues::all);
            wanted.iter().any(|wanted| fits(&pattern(wanted), value))
        });
        if values.is_empty() {
            return Variable {
                tag: None,
                metric: None,
                category: None,
                tags: Default::default(),
                default: Vec::new(),
                ..variable.clone()
            };
        }
        let mut shown = variable.clone();
        shown
            .default
            .retain(|value| value == ALL || values.contains(value));
        shown
    }

    /// Whether the asker sees all of every metric that the variable takes values from, and there is one.
    fn sees_whole(&self, variable: &Variable) -> bool {
        let has_tag = |tags: &[String]| variable.tag.as_ref().is_some_and(|tag| tags.contains(tag));
        let sources = self.metrics.iter();
        let mut sources = sources
            .filter(|(_, metric)| is_source(variable, metric) && has_tag(&metric.tags))
            .map(|(id, _): (MetricId, _)| self.visible.contains_whole(id))
            .peekable();
        sources.peek().is_some() && sources.all(|whole| whole)
    }

    /// Puts back what the asker could not see of stored variables into those that they edited, and
    /// returns the names of those whose source is the stored one.
    pub fn put_back(&self, edited: &mut [Variable], stored: &[Variable]) -> Vec<String> {
        let mut put_back = Vec::new();
        for variable in edited {
            let Some(stored) = stored.iter().find(|one| one.name == variable.name) else {
                continue;
            };
            let shown = self.shown_one(stored);
            let source = |one: &Variable| {
                let Variable {
                    kind,
                    tag,
                    metric,
                    category,
                    tags,
                    ..
                } = one.clone();
                (kind, tag, metric, category, tags)
            };
            if shown == *stored || source(variable) != source(&shown) {
                continue;
            }
            let untouched = variable.default == shown.default;
            *variable = Variable {
                default: if untouched {
                    stored.default.clone()
                } else {
                    variable.default.clone()
                },
                name: variable.name.clone(),
                label: variable.label.clone(),
                multi: variable.multi,
                all: variable.all,
                ..stored.clone()
            };
            put_back.push(variable.name.clone());
        }
        put_back
    }
}
