//! Simple queries of PromQL as what a widget reads.
//!
//! Invariant: a query means the same numbers here, but for conditions on variables, which are noted; any
//! other is a sentence that says what of it there is no word for.

use std::collections::BTreeMap;

use promql_parser::label::{MatchOp, Matchers};
use promql_parser::parser::{
    self, AggregateExpr, BinaryExpr, Call, Expr, LabelModifier, VectorSelector,
};
use protocol::Field;

/// What a query reads.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Query {
    /// The name in Prometheus, without `_bucket`, `_sum` and `_count`.
    pub name: String,
    /// What the name stands for.
    pub shape: Shape,
    /// Which number.
    pub field: Field,
    /// Conditions on labels; a value that ends in `*` is a prefix.
    pub tags: BTreeMap<String, String>,
    /// One line for each value of this label.
    pub by: Option<String>,
    /// Whether series are put together, by sum or in another way.
    pub merged: bool,
    /// At most so many rows, the largest or the smallest.
    pub rows: Option<(u32, bool)>,
    /// What it is divided by.
    pub share_of: Option<Box<Query>>,
    /// What is left out.
    pub notes: Vec<String>,
}

/// What a name stands for, as far as its use says.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Shape {
    /// A level.
    #[default]
    Level,
    /// What only grows.
    Total,
    /// Samples with a sum, a count and percentiles.
    Samples,
    /// Counts of samples by bucket.
    Buckets,
    /// The sum of samples: the upper half of a mean.
    SumOfSamples,
}

/// Reads a query.
pub fn read(query: &str) -> Result<Query, String> {
    let query = without_variables(query)?;
    let expr = parser::parse(&query).map_err(|error| format!("it cannot be read: {error}"))?;
    of(&expr)
}

/// Times in brackets may be variables: they say how fine a rate is, and are ours here.
fn without_variables(query: &str) -> Result<String, String> {
    let mut text = String::new();
    let mut quote = None;
    let mut rest = query.chars();
    while let Some(c) = rest.next() {
        match (quote, c) {
            (None, '"' | '\'' | '`') => quote = Some(c),
            (Some(end), c) if c == end => quote = None,
            (Some(_), '\\') => {
                text.push(c);
                text.extend(rest.next());
                continue;
            }
            (None, '[') => {
                let inside: String = rest.by_ref().take_while(|c| *c != ']').collect();
                let inside = match inside.contains('$') {
                    true if inside.contains(':') && !inside.starts_with("${") => {
                        return Err("a query within a query".to_owned());
                    }
                    true => "5m".to_owned(),
                    false => inside,
                };
                text.push_str(&format!("[{inside}]"));
                continue;
            }
            (None, '$') => return Err("a variable outside of conditions".to_owned()),
            _ => {}
        }
        text.push(c);
    }
    Ok(text)
}

fn of(expr: &Expr) -> Result<Query, String> {
    match expr {
        Expr::Paren(paren) => of(&paren.expr),
        Expr::VectorSelector(selector) => selected(selector, false),
        Expr::Call(call) => called(call),
        Expr::Aggregate(aggregate) => aggregated(aggregate),
        Expr::Binary(binary) => combined(binary),
        Expr::Subquery(_) => Err("a query within a query".to_owned()),
        Expr::NumberLiteral(_) => Err("a number".to_owned()),
        _ => Err("a sort of expression that no widget has".to_owned()),
    }
}

fn selected(selector: &VectorSelector, is_rate: bool) -> Result<Query, String> {
    if selector.offset.is_some() || selector.at.is_some() {
        return Err("another time than the one that is shown (`offset`)".to_owned());
    }
    let name = selector
        .name
        .clone()
        .ok_or("a query without a name of a metric")?;
    let mut query = Query::default();
    conditions(&selector.matchers, &mut query)?;
    let stripped = |suffix: &str| name.strip_suffix(suffix).map(str::to_owned);
    let (shape, family) = match is_rate {
        true if stripped("_bucket").is_some() => (Shape::Buckets, stripped("_bucket")),
        true if stripped("_count").is_some() => (Shape::Samples, stripped("_count")),
        true if stripped("_sum").is_some() => (Shape::SumOfSamples, stripped("_sum")),
        true => (Shape::Total, None),
        false => (Shape::Level, None),
    };
    query.shape = shape;
    query.name = family.unwrap_or(name);
    if let Some(quantile) = query.tags.remove("quantile").filter(|_| !is_rate) {
        query.shape = Shape::Samples;
        query.field = percentile(quantile.parse().unwrap_or(f64::NAN))?;
    }
    Ok(query)
}

fn called(call: &Call) -> Result<Query, String> {
    let name = call.func.name;
    let argument = |place: usize| call.args.args.get(place).map(|argument| &**argument);
    let ranged = |is_rate: bool| match argument(0).map(unwrapped) {
        Some(Expr::MatrixSelector(matrix)) => selected(&matrix.vs, is_rate),
        Some(Expr::Subquery(_)) => Err("a query within a query".to_owned()),
        _ => Err(format!("`{name}` of something else than a metric")),
    };
    match name {
        "rate" | "irate" => Ok(Query {
            field: Field::Rate,
            ..ranged(true)?
        }),
        "increase" => Ok(Query {
            field: Field::Count,
            ..ranged(true)?
        }),
        "avg_over_time" | "min_over_time" | "max_over_time" => Ok(Query {
            field: match name {
                "avg_over_time" => Field::Avg,
                "min_over_time" => Field::Min,
                _ => Field::Max,
            },
            ..ranged(false)?
        }),
        "histogram_quantile" => {
            let quantile = match argument(0).map(unwrapped) {
                Some(Expr::NumberLiteral(number)) => number.val,
                _ => return Err("a percentile that is no number".to_owned()),
            };
            let of = argument(1).ok_or("a percentile of nothing")?;
            let query = of_buckets(of)?;
            Ok(Query {
                shape: Shape::Samples,
                field: percentile(quantile)?,
                ..query
            })
        }
        "sort" | "sort_desc" => of(argument(0).ok_or("nothing to sort")?),
        other => Err(format!("the function `{other}`")),
    }
}

/// What a percentile is taken of.
fn of_buckets(expr: &Expr) -> Result<Query, String> {
    let query = of(expr)?;
    match query.shape {
        Shape::Buckets => Ok(query),
        _ => Err("a percentile of something else than buckets".to_owned()),
    }
}

fn percentile(quantile: f64) -> Result<Field, String> {
    match quantile {
        0.5 => Ok(Field::P50),
        0.95 => Ok(Field::P95),
        0.99 => Ok(Field::P99),
        other => Err(format!(
            "the percentile {other}; there are 0.5, 0.95 and 0.99"
        )),
    }
}

fn aggregated(aggregate: &AggregateExpr) -> Result<Query, String> {
    let how = aggregate.op.to_string();
    let mut query = of(&aggregate.expr)?;
    if let ("topk" | "bottomk", Some(Expr::NumberLiteral(number))) =
        (&*how, aggregate.param.as_deref())
    {
        query.rows = Some((number.val as u32, how == "bottomk"));
        return Ok(query);
    }
    let labels = match &aggregate.modifier {
        None => Vec::new(),
        Some(LabelModifier::Include(labels)) => labels.labels.clone(),
        Some(LabelModifier::Exclude(_)) => return Err(format!("`{how} without`")),
    };
    let labels: Vec<String> = labels.into_iter().filter(|label| label != "le").collect();
    let adds_up = query.field.adds_up() || query.shape == Shape::Buckets;
    match (&*how, adds_up) {
        ("sum", true) | ("avg", false) => {}
        ("max", false) if query.field == Field::Last => query.field = Field::Max,
        ("min", false) if query.field == Field::Last => query.field = Field::Min,
        ("max", false) if query.field == Field::Max || query.field.is_percentile() => {}
        ("min", false) if query.field == Field::Min => {}
        ("sum", false) => {
            return Err("the sum of levels: several are shown by their mean".to_owned());
        }
        _ => return Err(format!("`{how}` of such numbers")),
    }
    if query.merged {
        return Err(format!("`{how}` of what is put together already"));
    }
    match labels.as_slice() {
        [] => {}
        [one] => query.by = Some(one.clone()),
        [first, rest @ ..] if adds_up => {
            query.by = Some(first.clone());
            let rest = rest.join(", ");
            query
                .notes
                .push(format!("split by {first} alone, and not by {rest}"));
        }
        several => return Err(format!("a split by several labels: {}", several.join(", "))),
    }
    query.merged = true;
    Ok(query)
}

fn combined(binary: &BinaryExpr) -> Result<Query, String> {
    let op = binary.op.to_string();
    let (left, right) = (unwrapped(&binary.lhs), unwrapped(&binary.rhs));
    let percent = |share: &Expr, hundred: &Expr| match hundred {
        Expr::NumberLiteral(number) if number.val == 100.0 => Some(of(share)),
        _ => None,
    };
    if op == "*"
        && let Some(share) = percent(left, right).or_else(|| percent(right, left))
    {
        return match share? {
            share if share.share_of.is_some() => Ok(share),
            _ => Err("arithmetic with a number".to_owned()),
        };
    }
    let is_number = |expr: &Expr| matches!(expr, Expr::NumberLiteral(_));
    if is_number(left) || is_number(right) {
        return Err(format!("arithmetic with a number (`{op}`)"));
    }
    if op != "/" {
        return Err(format!("`{op}` of two queries"));
    }
    let (part, whole) = (of(without_hundred(left))?, of(right)?);
    let is_mean = part.shape == Shape::SumOfSamples && whole.shape == Shape::Samples;
    if is_mean && part.name == whole.name && part.by == whole.by && part.tags == whole.tags {
        return Ok(Query {
            shape: Shape::Samples,
            field: Field::Avg,
            ..part
        });
    }
    if whole.by.is_some() || !whole.merged || whole.field != part.field {
        return Err("a quotient that is no share of a whole".to_owned());
    }
    Ok(Query {
        share_of: Some(Box::new(whole)),
        ..part
    })
}

/// What is shown in percent: `100 * a / b` is a quotient of `100 * a`.
fn without_hundred(expr: &Expr) -> &Expr {
    let Expr::Binary(product) = expr else {
        return expr;
    };
    let is_hundred = |expr: &Expr| matches!(expr, Expr::NumberLiteral(one) if one.val == 100.0);
    let (left, right) = (unwrapped(&product.lhs), unwrapped(&product.rhs));
    match product.op.to_string() == "*" {
        true if is_hundred(left) => right,
        true if is_hundred(right) => left,
        _ => expr,
    }
}

fn unwrapped(expr: &Expr) -> &Expr {
    match expr {
        Expr::Paren(paren) => unwrapped(&paren.expr),
        other => other,
    }
}

fn conditions(matchers: &Matchers, query: &mut Query) -> Result<(), String> {
    if !matchers.or_matchers.is_empty() {
        return Err("conditions with `or`".to_owned());
    }
    for matcher in &matchers.matchers {
        let (label, value) = (&matcher.name, &matcher.value);
        if label == "__name__" {
            return Err("a metric that is chosen by a condition".to_owned());
        }
        if value.contains('$') || value.contains("[[") {
            query.notes.push(format!(
                "the condition on {label} by the variable {value} is left out"
            ));
            continue;
        }
        let means_any = matches!(&**value, ".*" | ".+");
        match &matcher.op {
            MatchOp::Equal => {
                query.tags.insert(label.clone(), value.clone());
            }
            MatchOp::Re(_) if means_any => {}
            MatchOp::Re(_) => {
                let prefix = value
                    .strip_suffix(".*")
                    .or_else(|| value.strip_suffix(".+"));
                let wanted = match prefix {
                    Some(prefix) => (prefix, "*"),
                    None => (&**value, ""),
                };
                if wanted.0.contains(|c| r"\.+*?()|[]{}^$".contains(c)) {
                    return Err(format!("the condition {label}=~\"{value}\""));
                }
                query
                    .tags
                    .insert(label.clone(), format!("{}{}", wanted.0, wanted.1));
            }
            MatchOp::NotEqual if value.is_empty() => {}
            _ => return Err(format!("the condition that {label} is not \"{value}\"")),
        }
    }
    Ok(())
}
