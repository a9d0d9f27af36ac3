use std::panic::catch_unwind;

use crate::Serve;

/// Names every promise, and what it is kept over: HTTP/1, HTTP/2 and, as a sample, TLS.
///
/// This is the list that makes the tests and that `README.md` is held to.
#[doc(hidden)]
#[macro_export]
macro_rules! for_every_promise {
    ($callback:ident $($argument:tt)*) => {
        $crate::$callback! {
            [$($argument)*]
            [1 2 tls] checks::flask_healthz_is_matched_byte_for_byte
            [1 2 tls] checks::passing_probe_is_200
            [1 2] checks::endpoint_without_checks_is_200
            [1 2 tls] checks::failing_probe_is_503
            [1 2] checks::failures_are_joined_in_registration_order
            [1 2] checks::failure_without_public_text_names_the_check
            [1 2 tls] checks::panicking_check_is_503
            [1 2] checks::timed_out_check_is_503
            [1 2] checks::optional_failure_is_200
            [1 2] checks::every_probe_asks_afresh
            [1 2] checks::private_text_is_never_sent
            [1 2] checks::long_text_is_cut_below_8_kib
            [1 2] checks::hundred_failures_fit_in_1_kib
            [1 2] checks::report_and_body_agree
            [1 2 tls] names::unknown_endpoint_is_404
            [1 2] names::trailing_slash_is_404
            [1 2] names::further_segments_are_404
            [1 2] names::unknown_name_is_cut_after_100_characters
            [1 2] names::percent_encoding_is_undone_once
            [1 2] names::encoded_slash_stays_in_the_name
            [1 2] names::malformed_escape_is_literal
            [1 2] names::bad_utf8_is_replaced
            [1 2] names::plus_is_a_plus
            [1 2] names::dot_segments_are_names
            [1 2] names::case_matters
            [1 2] names::query_never_changes_the_route
            [1 2] names::every_byte_gets_an_answer
            [1 2] names::name_of_60_000_bytes_gets_an_answer
            [1 2 tls] methods::head_is_get_without_the_body
            [1 2 tls] methods::options_runs_the_checks
            [1 2] methods::options_of_unknown_endpoint_is_404
            [1 2 tls] methods::other_methods_are_405
            [1 2] methods::unknown_methods_are_405
            [1 2] methods::other_methods_are_405_before_the_name_is_read
            [1 2] methods::other_methods_run_no_check
            [1] methods::request_body_is_never_taken_for_a_request
            [1 2 tls] headers::every_answer_has_our_headers_and_no_others
            [1 2 tls] headers::no_answer_is_a_redirect
            [1 2] headers::no_answer_depends_on_the_client
            [1 2] views::overview_sums_up_every_endpoint
            [1 2] views::one_check_alone_is_answered
            [1 2] views::verbose_adds_the_checks
            [1 2] views::text_has_a_line_per_check
            [1 2 tls] views::view_is_chosen_by_format_and_then_by_accept
            [1 2] views::what_is_asked_for_changes_no_status
            [1 2] views::excluded_check_does_not_run
            [1 2] views::metrics_are_200_and_run_nothing
            [1 2] views::head_is_get_in_every_view
            [1 2] views::links_of_the_page_fit_the_path
            [1 2] views::details_are_shown_to_whom_they_may_be
            [1 2] views::long_view_is_cut_below_8_kib
            [1] connections::http_1_0_without_any_header_is_answered
            [1] connections::http_1_0_keep_alive_is_honoured
            [1] connections::connection_close_is_honoured
            [1 2 tls] connections::keep_alive_is_honoured
            [1] connections::pipelined_requests_are_answered_in_order
            [1] connections::absolute_form_is_the_same_route
            [1] connections::asterisk_form_is_the_applications
            [1] connections::request_without_host_is_answered_or_400
            [1] connections::expect_100_continue_is_answered
            [2] connections::streams_are_answered_side_by_side
            [1 2] mounting::custom_prefix_is_served
            [1 2 tls] mounting::nested_routes_are_served
            [1 2] mounting::deeply_nested_routes_are_served
            [1 2] mounting::bad_utf8_is_replaced_when_nested
            [1 2] mounting::custom_prefix_can_be_nested
            [1 2] mounting::empty_prefix_serves_the_endpoints_alone
            [1 2] mounting::own_path_is_served
            [1 2] mounting::lookalike_paths_are_not_ours
            [1 2] mounting::other_routes_are_untouched
            [1 2] mounting::unknown_paths_are_the_applications
            [1 2 tls] clients::client_that_closes_cancels_nothing
            [1 2] clients::client_that_half_closes_cancels_nothing
            [1 2] clients::client_that_resets_cancels_nothing
            [2] clients::client_that_resets_its_streams_cancels_nothing
            [1 2] clients::run_that_everybody_left_comes_to_its_end
            [1 2] clients::ten_thousand_aborted_probes_leave_it_healthy
            [1 2] clients::thousand_simultaneous_probes_run_a_check_once
            [1 2 tls] clients::hung_check_is_503_within_the_budget
            [1 2] clients::hung_check_holds_up_no_other_endpoint
        }
    };
}

/// Makes one `#[test]` per promise, run against one [`Serve`](crate::Serve), an item of the module
/// that it is called in.
///
/// The tests are in a module that is named for what they speak, so that a test's name says all:
/// `http2::failing_probe_is_503`.
///
/// - `contract!(serve)` is `contract!(http1: serve)` and `contract!(http2: serve)`.
/// - `contract!(http1: serve)` runs every promise that can be kept over HTTP/1.
/// - `contract!(http2: serve)` runs every promise that does not speak of HTTP/1's framing, and
///   those of HTTP/2 alone, without TLS and with prior knowledge.
/// - `contract!(tls: serve)` runs some of each kind over TLS; `serve` says
///   `Server::over(Protocol::Tls(..))`.
///
/// What a framework does not let its adapter keep is named: `contract!(serve, not_kept:
/// [methods::unknown_methods_are_405])`. Its test then fails as soon as the promise is kept.
#[macro_export]
macro_rules! contract {
    ($serve:ident $(, not_kept: $not_kept:tt)?) => {
        $crate::contract!(http1: $serve $(, not_kept: $not_kept)?);
        $crate::contract!(http2: $serve $(, not_kept: $not_kept)?);
    };
    ($protocol:ident: $serve:ident) => {
        $crate::contract!($protocol: $serve, not_kept: []);
    };
    ($protocol:ident: $serve:ident, not_kept: [$($topic:ident::$promise:ident),* $(,)?]) => {
        mod $protocol {
            const SERVE: $crate::Serve = $crate::contract!(@ $protocol $serve);
            const NOT_KEPT: &[&str] = {
                // Only promises can be named.
                $(let _: fn($crate::Serve) = $crate::promises::$topic::$promise;)*
                &[$(stringify!($promise)),*]
            };
            $crate::for_every_promise! { promise_tests $protocol }
        }
    };
    (@ http2 $serve:ident) => {
        |registry, mount| super::$serve(registry, mount).over($crate::Protocol::Http2)
    };
    (@ $protocol:ident $serve:ident) => { super::$serve };
}

#[doc(hidden)]
#[macro_export]
macro_rules! promise_tests {
    ([$protocol:ident] $($over:tt $topic:ident::$promise:ident)*) => {
        $($crate::promise_test! { $protocol $over $topic $promise })*
    };
}

/// Makes a test of a promise that is kept over the protocol, and nothing of another one.
#[doc(hidden)]
#[macro_export]
macro_rules! promise_test {
    (http1 [2] $($promise:tt)*) => {};
    (http2 [1] $($promise:tt)*) => {};
    (tls [1] $($promise:tt)*) => {};
    (tls [2] $($promise:tt)*) => {};
    (tls [1 2] $($promise:tt)*) => {};
    ($protocol:ident $over:tt $topic:ident $promise:ident) => {
        #[test]
        fn $promise() {
            let kept = !NOT_KEPT.contains(&stringify!($promise));
            $crate::hold(kept, $crate::promises::$topic::$promise, SERVE);
        }
    };
}

/// Holds a server to a promise, or to not keeping it.
#[doc(hidden)]
pub fn hold(kept: bool, promise: fn(Serve), serve: Serve) {
    if kept {
        return promise(serve);
    }
    let broken = catch_unwind(|| promise(serve)).is_err();
    assert!(broken, "the promise is kept now, take it out of `not_kept`");
}

#[doc(hidden)]
#[macro_export]
macro_rules! promise_names {
    ([] $([$($over:tt)*] $topic:ident::$promise:ident)*) => {
        &[$($crate::Promise {
            name: stringify!($promise),
            over: &[$(stringify!($over)),*],
        }),*]
    };
}

/// A row of the table in `README.md`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub struct Promise {
    /// Its function, and the test that is made of it.
    pub name: &'static str,
    /// What it is kept over: `1`, `2` or both, and `tls` if it is run over TLS as well.
    pub over: &'static [&'static str],
}

/// All promises, in the order of `README.md`.
pub const PROMISES: &[Promise] = crate::for_every_promise!(promise_names);

#[cfg(test)]
mod tests {
    use super::*;

    const NOBODY: Serve = |_, _| unreachable!("no promise here serves");

    #[test]
    fn what_is_not_kept_fails_once_it_is_kept() {
        hold(true, |_| {}, NOBODY);
        hold(false, |_| panic!("broken"), NOBODY);
        assert!(catch_unwind(|| hold(false, |_| {}, NOBODY)).is_err());
        assert!(catch_unwind(|| hold(true, |_| panic!("broken"), NOBODY)).is_err());
    }
}
