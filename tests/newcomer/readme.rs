//! The README's lines.

const README: &str = include_str!("../../README.md");

/// The first block of this language that has this text in it.
fn block(language: &str, text: &str) -> String {
    let blocks = README.split("\n```").filter_map(|block| block.strip_prefix(language));
    let mut blocks = blocks.filter_map(|block| block.split_once('\n'));
    let found = blocks.find(|(_, block)| block.contains(text));
    found.map(|(_, block)| format!("{block}\n")).unwrap()
}

/// The arguments of each `cargo add`.
pub(crate) fn additions() -> Vec<Vec<String>> {
    let shell = block("sh", "cargo add");
    let lines = shell.lines().filter_map(|line| line.strip_prefix("cargo add "));
    let lines = lines.map(|line| line.split('#').next().unwrap_or(line));
    lines.map(|line| line.split_whitespace().map(str::to_owned).collect()).collect()
}

pub(crate) fn axum() -> String {
    block("rust", "#[tokio::main]")
}

pub(crate) fn other_frameworks() -> String {
    block("rust", "healthz_actix::routes")
}

pub(crate) fn configuration() -> String {
    block("rust", "Env::prefixed")
}

/// What on call reads, but for the date.
pub(crate) fn answer() -> String {
    let text = block("text", "HTTP/1.1 503");
    let answer = text.split("\n\nWARN").next().unwrap_or(&text);
    without_date(answer)
}

pub(crate) fn without_date(answer: &str) -> String {
    let lines = answer.lines().map(str::trim_end).filter(|line| !line.starts_with("date: "));
    lines.collect::<Vec<_>>().join("\n")
}

/// The line of the log, but for the time that the run took.
pub(crate) fn log_line() -> String {
    let text = block("text", "HTTP/1.1 503");
    let line = text.lines().find(|line| line.starts_with("WARN")).unwrap();
    line.split(" elapsed=").next().unwrap_or(line).to_owned()
}
