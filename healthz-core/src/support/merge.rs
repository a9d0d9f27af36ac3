use std::collections::BTreeMap;

/// What can be laid over more of its kind.
pub(crate) trait Merge {
    /// Returns what this says and, where it says nothing, what `under` says.
    #[must_use]
    fn over(self, under: Self) -> Self;

    fn says_nothing(&self) -> bool;
}

impl<T> Merge for Option<T> {
    fn over(self, under: Self) -> Self {
        self.or(under)
    }

    fn says_nothing(&self) -> bool {
        self.is_none()
    }
}

impl<T: Merge> Merge for BTreeMap<String, T> {
    fn over(self, mut under: Self) -> Self {
        for (name, value) in self {
            let merged = match under.remove(&name) {
                Some(there) => value.over(there),
                None => value,
            };
            under.insert(name, merged);
        }
        under
    }

    fn says_nothing(&self) -> bool {
        self.is_empty()
    }
}

/// Nothing of a list that is gathered is replaced.
impl<T> Merge for Vec<T> {
    fn over(self, mut under: Self) -> Self {
        under.extend(self);
        under
    }

    fn says_nothing(&self) -> bool {
        self.is_empty()
    }
}

/// Declares a struct of settings whose merge goes field by field, so that no field is forgotten in
/// it; a field that says nothing is not serialised.
macro_rules! settings {
    (
        $(#[$meta:meta])*
        pub struct $name:ident {
            $($(#[$field_meta:meta])* $vis:vis $field:ident: $type:ty,)*
        }
    ) => {
        $(#[$meta])*
        pub struct $name {
            $(
                $(#[$field_meta])*
                #[serde(skip_serializing_if = "crate::support::merge::Merge::says_nothing")]
                $vis $field: $type,
            )*
        }

        impl crate::support::merge::Merge for $name {
            fn over(self, under: Self) -> Self {
                Self { $($field: crate::support::merge::Merge::over(self.$field, under.$field),)* }
            }

            fn says_nothing(&self) -> bool {
                true $(&& crate::support::merge::Merge::says_nothing(&self.$field))*
            }
        }
    };
}

pub(crate) use settings;
