use std::{
    io,
    sync::{
        Arc,
        atomic::{AtomicUsize, Ordering},
    },
};

use healthz_core::{CheckExt, Details, HealthError, Registry, adapter::Answer};
use proptest::prelude::*;

use crate::support::{VIEWS, ask, ask_as, body, registry};

const UNHEALTHY: &str = r#"{"status": 503, "title": "Service Unavailable"}"#;

/// Words of a user's, each where only it goes.
#[derive(Debug, Clone)]
struct Words {
    name: String,
    text: String,
    cause: String,
    panic: String,
    service: String,
}

/// A registry whose checks fail in every way.
fn telling(details: Details, words: &Words) -> Registry {
    let Words { name, text, cause, panic, service } = words.clone();
    let (public, private) = (text.clone(), cause.clone());
    let fail = move || {
        let cause = io::Error::other(private.clone());
        Err(HealthError::new(public.clone()).caused_by(cause))
    };
    let warn =
        move || Err(HealthError::warn(text.clone()).caused_by(io::Error::other(cause.clone())));
    let private = words.cause.clone();
    let error = move || Err(HealthError::from(io::Error::other(private.clone())));
    let names = ["", "-optional", "-warn", "-error", "-panic"].map(|end| format!("{name}{end}"));
    Registry::builder()
        .check(&*names[0], fail.clone())
        .check(&*names[1], fail.optional())
        .check(&*names[2], warn)
        .check(&*names[3], error)
        .check(&*names[4], move || panic!("{panic}"))
        .readiness("ready", names.to_vec())
        .service_id(&*service)
        .version(&*service)
        .release_id(&*service)
        .description(service)
        .details(details)
        .build()
        .unwrap()
}

/// Signs that some view escapes, around what is looked for.
const SIGNS: [&str; 9] = ["", "<", "\"", "\\", "\n", "'", "&", "\u{e9}", "\0"];

fn words() -> impl Strategy<Value = Words> {
    let parts = (
        "na[a-zA-Z0-9]{10}",
        "te[a-zA-Z0-9]{10}",
        "ca[a-zA-Z0-9]{10}",
        "pa[a-zA-Z0-9]{10}",
        "se[a-zA-Z0-9]{10}",
    );
    (parts, prop::sample::select(&SIGNS[..])).prop_map(
        |((name, text, cause, panic, service), sign)| {
            let around = |word: String| format!("{sign}{word}{sign}");
            Words {
                name: around(name),
                text: around(text),
                cause: around(cause),
                panic: around(panic),
                service: around(service),
            }
        },
    )
}

fn core(word: &str) -> String {
    word.chars().filter(char::is_ascii_alphanumeric).collect()
}

/// Every answer there is, with what was asked.
fn answers(registry: &Registry) -> Vec<(String, Answer)> {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_time().build().unwrap();
    let mut answers = Vec::new();
    for tail in ["", "ready", "nope"] {
        for view in VIEWS {
            for more in ["", "&verbose", "&exclude=nope"] {
                let path = format!("{tail}?{view}{more}");
                // The second has a history.
                for _ in 0..2 {
                    let answer = runtime.block_on(ask(registry, &path));
                    answers.push((path.clone(), answer));
                }
            }
        }
    }
    answers
}

fn says(answer: &Answer, word: &str) -> bool {
    let fields = answer.headers().fields().iter().flat_map(|(name, value)| [*name, *value]);
    body(answer).contains(&core(word))
        || fields.into_iter().any(|field| field.contains(&core(word)))
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(24))]

    #[test]
    fn under_never_no_word_of_the_users_is_in_any_byte(words in words()) {
        let registry = telling(Details::Never, &words);
        for (path, answer) in answers(&registry) {
            for word in [&words.name, &words.text, &words.cause, &words.panic, &words.service] {
                prop_assert!(!says(&answer, word), "{word:?} in {path}: {}", body(&answer));
            }
        }
    }

    #[test]
    fn causes_and_panics_are_shown_under_no_setting(words in words()) {
        let registry = telling(Details::Always, &words);
        let mut told = [false; 3];
        for (path, answer) in answers(&registry) {
            for word in [&words.cause, &words.panic] {
                prop_assert!(!says(&answer, word), "{word:?} in {path}: {}", body(&answer));
            }
            for (told, word) in told.iter_mut().zip([&words.name, &words.text, &words.service]) {
                *told |= says(&answer, word);
            }
        }
        prop_assert_eq!(told, [true; 3], "what may be shown is");
    }
}

#[tokio::test(start_paused = true)]
async fn never_changes_no_status_and_no_healthy_answer() {
    let words = Words {
        name: "database".into(),
        text: "down".into(),
        cause: "cause".into(),
        panic: "panic".into(),
        service: "notes".into(),
    };
    let (never, always) = (telling(Details::Never, &words), telling(Details::Always, &words));
    for path in ["", "ready", "ready/database", "ready/database-warn", "ready/database-optional"] {
        for view in VIEWS {
            let path = format!("{path}?{view}");
            let (hidden, shown) = (ask(&never, &path).await, ask(&always, &path).await);
            assert_eq!(hidden.code(), shown.code(), "{path}");
            assert_eq!(hidden.headers(), shown.headers(), "{path}");
        }
    }
    assert_eq!(body(&ask(&never, "ready").await), UNHEALTHY);
    assert_eq!(body(&ask(&never, "").await), UNHEALTHY);
    assert_eq!(body(&ask(&never, "ready?format=text").await), "ready check failed\n");
    assert_eq!(body(&ask(&never, "ready?format=spring").await), r#"{"status": "DOWN"}"#);
    let metrics = body(&ask(&never, "?format=openmetrics").await);
    assert!(metrics.contains("healthz_endpoint_up{") && !metrics.contains("{check="));
}

#[tokio::test(start_paused = true)]
async fn the_lifecycle_is_no_detail() {
    let builder = Registry::builder().readiness("ready", []).details(Details::Never);
    let registry = builder.starting().build().unwrap();
    let expected = r#"{"status": 503, "title": "Starting"}"#;
    assert_eq!(body(&ask(&registry, "ready").await), expected);
}

#[tokio::test]
async fn a_hook_decides_per_request_and_is_asked_once() {
    let asked = Arc::new(AtomicUsize::new(0));
    let counted = asked.clone();
    let details = Details::hook(move |headers| {
        counted.fetch_add(1, Ordering::Relaxed);
        headers.get("x-role") == Some(b"operator")
    });
    let down = || Err(HealthError::new("full disk"));
    let builder = Registry::builder().check("broken", down).liveness("live", []);
    let registry = builder.endpoint("ready", ["broken"]).details(details).build().unwrap();
    for tail in ["", "ready", "ready/broken"] {
        for view in &VIEWS[..7] {
            let path = format!("{tail}?{view}");
            for (role, sees) in [("operator", true), ("guest", false), ("", false)] {
                let before = asked.load(Ordering::Relaxed);
                let answer = ask_as(&registry, &path, &[("x-role", role)]).await;
                assert_eq!(body(&answer).contains("full disk"), sees, "{path} {role}");
                assert_eq!(asked.load(Ordering::Relaxed), before + 1, "{path}");
            }
        }
    }
    let before = asked.load(Ordering::Relaxed);
    assert_eq!(ask(&registry, "live").await.code(), 200);
    assert_eq!(asked.load(Ordering::Relaxed), before, "a plain pass hides nothing");
}

#[tokio::test]
async fn a_panic_in_the_hook_means_no() {
    struct Bomb;
    impl Drop for Bomb {
        fn drop(&mut self) {
            panic!("again");
        }
    }
    let details = Details::hook(|_| std::panic::panic_any(Bomb));
    let down = || Err(HealthError::new("full disk"));
    let registry = Registry::builder().endpoint("ready", down).details(details).build().unwrap();
    for view in VIEWS {
        let answer = ask(&registry, &format!("ready?{view}")).await;
        assert!(!body(&answer).contains("full disk"), "{view}");
    }
}

#[tokio::test(start_paused = true)]
async fn details_are_shown_unless_something_is_said() {
    assert!(body(&ask(&registry(), "down?verbose").await).contains("broken"));
}
