//! In which order variables are chosen: one whose values are filtered by another comes after it.

use super::{Variable, names};

/// The names of the variables that filter the values of this one.
pub fn used_by_filters(variable: &Variable) -> impl Iterator<Item = &str> {
    let values = variable.tags.values().flat_map(|values| values.all());
    values.flat_map(|value| names(value))
}

/// The places of the variables, each after those that filter its values; an error holds the names of
/// those that filter each other in a circle. Names of no variable are passed over.
pub fn in_order(variables: &[Variable]) -> Result<Vec<usize>, Vec<String>> {
    let mut order: Vec<usize> = Vec::with_capacity(variables.len());
    while order.len() < variables.len() {
        let is_done = |name: &str| {
            let found = variables.iter().position(|one| one.name == name);
            found.is_none_or(|place| order.contains(&place))
        };
        let mut open = (0..variables.len()).filter(|place| !order.contains(place));
        let next = open.find(|place| used_by_filters(&variables[*place]).all(is_done));
        match next {
            Some(place) => order.push(place),
            None => {
                let left = (0..variables.len()).filter(|place| !order.contains(place));
                return Err(left.map(|place| variables[place].name.clone()).collect());
            }
        }
    }
    Ok(order)
}
