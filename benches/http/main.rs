//! Probes over sockets: servers in processes of their own and pinned to one core, the load from
//! another, in interleaved rounds.
//!
//! `cargo bench -p healthz-benches --bench http --features peers [-- GROUP]`; needs Linux and
//! `taskset`.

#![expect(clippy::expect_used, reason = "a bench that cannot go on says why")]

mod child;
mod client;
mod moments;
#[cfg(feature = "peers")]
mod peers;
mod rounds;
mod serve;
mod slow;
mod summary;

use std::{
    env,
    io::{self, Write},
};

use child::Server;
use healthz_benches::state::PATH;
use rounds::Target;
use summary::Summary;

fn main() -> io::Result<()> {
    let arguments: Vec<String> = env::args().skip(1).filter(|a| !a.starts_with("--")).collect();
    if let [serve, case] = &arguments[..]
        && serve == "serve"
    {
        return serve::serve(case);
    }
    let group = arguments.first().map_or("", String::as_str);
    if !child::pin_generator() {
        return writeln!(io::stdout(), "skipped: `taskset` pins servers and generator, and cannot");
    }
    rlimit::increase_nofile_limit(16_384)?;
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
    runtime.block_on(measure(group))
}

async fn measure(group: &str) -> io::Result<()> {
    let mut out = io::stdout();
    let wanted = |name: &str| name.contains(group);
    if wanted("throughput") {
        for framework in ["axum", "actix", "warp"] {
            let mut states = vec!["bare", "live", "async_trait-1", "async_trait-10"];
            states.extend(["cached-1000", "background-1000"]);
            let cases: Vec<String> =
                states.iter().map(|state| format!("{framework} {state}")).collect();
            let cases: Vec<&str> = cases.iter().map(String::as_str).collect();
            print(&rounds::compare(&cases).await?)?;
        }
    }
    if cfg!(feature = "peers") && wanted("peers") {
        let cases = ["axum bare", "axum-health 1", "health-checks 1", "axum async_trait-1"];
        print(&rounds::compare(&cases).await?)?;
        let cases = ["axum bare", "axum-health 10", "health-checks 10", "axum async_trait-10"];
        print(&rounds::compare(&cases).await?)?;
    }
    if wanted("connection") {
        let medians = moments::medians(&["axum bare", "axum async_trait-10"]).await?;
        let added: Summary = [medians[1].median() - medians[0].median()].into_iter().collect();
        writeln!(out, "one connection, bare: {:.2} us at the median", medians[0])?;
        writeln!(out, "one connection, 10 checks: {:.2} us at the median", medians[1])?;
        writeln!(out, "one connection, added: {:.2} us", added.median())?;
    }
    if wanted("ten") {
        let answers = moments::answers("axum ten-of-10-ms", 200, 200).await?;
        writeln!(out, "10 checks of 10 ms: {answers:.2} ms")?;
    }
    if wanted("hung") {
        let answers = moments::answers("axum hung", 10, 503).await?;
        writeln!(out, "hung check, budget 800 ms: {answers:.2} ms")?;
        writeln!(out, "hung check, answer: {}", moments::body("axum hung").await?)?;
    }
    if wanted("stampede") {
        for _ in 0..5 {
            let (runs, last) = moments::stampede("axum one-of-50-ms", 1000).await?;
            writeln!(out, "1,000 probes of a 50 ms check: {runs} runs, last answer {last:.1} ms")?;
        }
    }
    if wanted("quiet") {
        let cases = ["axum logged", "axum quiet", "axum logged"];
        let mut targets = Vec::new();
        for case in cases {
            targets.push(Target { path: "/", ..Target::case(case)? });
        }
        print(&rounds::compare_targets(&targets).await?)?;
    }
    if wanted("memory") {
        for case in ["axum bare", "axum live", "axum async_trait-10", "axum background-1000"] {
            let target = Target::case(case)?;
            for _ in 0..10 {
                rounds::exercise(&target).await?;
            }
            writeln!(out, "resident memory of {case}: {} KiB", target.server.memory("Rss")?)?;
        }
    }
    if wanted("flask") {
        flask().await?;
    }
    Ok(())
}

/// Compares with the ancestor, if `GUNICORN` says where there is one.
async fn flask() -> io::Result<()> {
    let mut out = io::stdout();
    let Ok(gunicorn) = env::var("GUNICORN") else {
        return writeln!(out, "flask-healthz: skipped, for `GUNICORN` names no gunicorn");
    };
    let server = Server::gunicorn(&gunicorn)?;
    let name = "flask-healthz, 2 sync workers".to_owned();
    let ancestor = Target { name, server, path: PATH, closing: true };
    let name = "axum async_trait-1, a connection each".to_owned();
    let closing = Target { name, closing: true, ..Target::case("axum async_trait-1")? };
    let targets = [ancestor, closing, Target::case("axum async_trait-1")?];
    print(&rounds::compare_targets(&targets).await?)?;
    for target in &targets {
        let (resident, own) = (target.server.memory("Rss")?, target.server.memory("Pss")?);
        writeln!(out, "memory of {}: {resident} KiB resident, {own} proportional", target.name)?;
    }
    Ok(())
}

fn print(compared: &[rounds::Beside]) -> io::Result<()> {
    let mut out = io::stdout();
    writeln!(out, "| case | requests/s | ratio | ratio per core | us of the core |")?;
    writeln!(out, "|---|---|---|---|---|")?;
    for beside in compared {
        writeln!(
            out,
            "| {} | {:.0} | {:.3} | {:.3} | {:.2} |",
            beside.case, beside.per_second, beside.ratio, beside.core_ratio, beside.microseconds
        )?;
    }
    writeln!(out)
}
