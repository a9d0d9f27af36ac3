//! What the tables say, and what a case may cost.

/// A row of a table.
#[derive(Debug)]
pub(crate) struct Row {
    pub(crate) name: String,
    pub(crate) case: String,
    /// The case that it is set beside.
    pub(crate) minus: Option<String>,
    /// How many times what the row names is in the difference.
    pub(crate) per: i64,
    pub(crate) goal: Option<u32>,
}

const FRAMEWORKS: [&str; 5] = ["axum", "axum-served", "actix", "warp", "hyper"];

/// The states, and how many instructions each may add to the bare handler's, by framework.
const STATES: [(&str, [u32; 5]); 5] = [
    ("live", [100, 100, 100, 150, 150]),
    ("cached-1000", [200, 200, 200, 250, 250]),
    ("background-1000", [200, 200, 200, 250, 250]),
    ("check_fn-10", [800, 800, 800, 850, 850]),
    ("async_trait-10", [3200, 3200, 3200, 3300, 3300]),
];

/// The states of core alone, each with what it may cost.
const CORE: [(&str, Option<u32>); 11] = [
    ("live", None),
    ("cached-1000", None),
    ("background-1000", None),
    ("check_fn-10", None),
    ("async_trait-10", None),
    ("pending-1-of-10", Some(11_000)),
    ("flips-elsewhere", Some(1500)),
    ("flips-here", Some(300_000)),
    ("fails-for-good", Some(1500)),
    ("fresh-failure-beside-1000", Some(20_000)),
    ("build-10000", Some(100_000_000)),
];

/// What is added to a request, and to a connection.
pub(crate) fn of_frameworks() -> Vec<Row> {
    if cfg!(not(feature = "frameworks")) {
        return Vec::new();
    }
    let mut rows = Vec::new();
    for (at, framework) in FRAMEWORKS.iter().enumerate() {
        let bare = format!("{framework} bare");
        rows.push(all_of(&bare, None));
        for (state, goals) in STATES {
            rows.push(added(&format!("{framework} {state}"), &bare, goals[at]));
        }
    }
    rows.push(all_of("axum-connection bare", None));
    for (endpoints, goal) in [(2, 6000), (1000, 30_000)] {
        let case = format!("axum-connection {endpoints}");
        rows.push(added(&case, "axum-connection bare", goal));
    }
    rows
}

/// What core costs, all of it.
pub(crate) fn of_core() -> Vec<Row> {
    let mut rows: Vec<Row> =
        CORE.iter().map(|(state, goal)| all_of(&format!("core {state}"), *goal)).collect();
    for (kind, goal) in [("check_fn", 45), ("async_trait", 300)] {
        rows.push(Row {
            name: format!("core each further {kind}"),
            case: format!("core {kind}-110"),
            minus: Some(format!("core {kind}-10")),
            per: 100,
            goal: Some(goal),
        });
    }
    rows
}

fn all_of(case: &str, goal: Option<u32>) -> Row {
    Row { name: case.to_owned(), case: case.to_owned(), minus: None, per: 1, goal }
}

fn added(case: &str, bare: &str, goal: u32) -> Row {
    Row { minus: Some(bare.to_owned()), ..all_of(case, Some(goal)) }
}
