//! Sets of rights.

use protocol::Right;

/// A set of [`Right`]s.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Rights(u8);

const _: () = assert!(Right::ALL.len() <= 8);

impl Rights {
    /// No right.
    pub const NONE: Rights = Rights(0);

    /// Every right: what admins may.
    pub fn all() -> Rights {
        Right::ALL.into_iter().collect()
    }

    /// What people of built-in roles and of those of the configuration may.
    pub fn usual() -> Rights {
        [Right::Annotate].into_iter().collect()
    }

    /// Whether the right is in the set.
    pub fn contains(self, right: Right) -> bool {
        self.0 & 1 << right as u8 != 0
    }

    /// What is in either.
    pub fn union(self, other: Rights) -> Rights {
        Rights(self.0 | other.0)
    }

    /// The rights in it, in the order of [`Right::ALL`].
    pub fn to_vec(self) -> Vec<Right> {
        let all = Right::ALL.into_iter();
        all.filter(|right| self.contains(*right)).collect()
    }
}

impl FromIterator<Right> for Rights {
    fn from_iter<I: IntoIterator<Item = Right>>(rights: I) -> Rights {
        let bits = rights.into_iter().map(|right| 1 << right as u8);
        Rights(bits.fold(0, |all, bit| all | bit))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_set_holds_what_was_put_in() {
        let set: Rights = [Right::Operate, Right::Annotate].into_iter().collect();
        assert_eq!(set.to_vec(), [Right::Annotate, Right::Operate]);
        assert_eq!(Rights::all().to_vec(), Right::ALL);
        assert_eq!(set.union(Rights::usual()), set);
        assert!(
            Right::ALL
                .iter()
                .all(|right| !Rights::NONE.contains(*right))
        );
    }
}
