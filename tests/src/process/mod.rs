//! What a real process promises from its start to its end, run against the example of every
//! framework.
//!
//! The examples call [`process_tests!`](crate::process_tests), because cargo builds a binary for
//! the tests of its own crate. A test's name says which framework broke which promise:
//! `axum::a_second_signal_ends_the_delay`.

mod configured;
mod healthcheck;
mod load;
mod promises;
mod service;

pub use configured::*;
pub use healthcheck::*;
pub use load::{Load, Tally};
pub use promises::*;
pub use service::Service;

/// Makes a test of every promise, for the example of one framework; where its own stop does not
/// wait for requests that are out, without those that need that.
#[macro_export]
macro_rules! process_tests {
    ($framework:ident) => {
        $crate::process_tests! {
            $framework, stop_does_not_wait,
            a_request_that_is_out_at_the_end_is_answered,
            what_is_given_up_is_told,
            a_further_signal_ends_the_stop,
        }
    };
    ($framework:ident, stop_does_not_wait $(, $promise:ident)* $(,)?) => {
        $crate::process_tests! {
            $framework:
            $($promise,)*
            readiness_is_503_at_once_and_no_request_fails,
            a_client_that_never_ends_does_not_keep_the_process,
            a_second_signal_ends_the_delay,
            without_kubernetes_there_is_no_delay,
            a_slow_start_never_flickers,
            a_signal_while_starting_drains,
            systemd_hears_of_the_start_and_of_the_end,
            what_is_held_is_finished,
            a_database_that_is_gone_is_503_and_one_line,
            a_healthy_probe_leaves_no_line,
            it_works_as_process_1,
            healthz_toml_is_obeyed,
            a_wrong_healthz_toml_is_refused,
            the_printed_probes_pass_the_lint,
            healthcheck_says_what_readiness_says,
            healthcheck_asks_what_it_is_told,
            healthcheck_reads_nothing_of_the_service,
            healthcheck_is_the_first_argument,
        }
    };
    ($framework:ident: $($promise:ident),+ $(,)?) => {
        #[cfg(unix)]
        mod $framework {
            const BINARY: &str = env!(concat!("CARGO_BIN_EXE_example-", stringify!($framework)));

            $(
                #[test]
                fn $promise() -> std::io::Result<()> {
                    $crate::process::$promise(BINARY)
                }
            )+
        }
    };
}
