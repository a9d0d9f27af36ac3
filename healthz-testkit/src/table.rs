/// Names every promise: the list that makes the tests and that `README.md` is held to.
#[doc(hidden)]
#[macro_export]
macro_rules! for_every_promise {
    ($callback:ident $($argument:tt)*) => {
        $crate::$callback! {
            [$($argument)*]
            checks::flask_healthz_is_matched_byte_for_byte
            checks::passing_probe_is_200
            checks::endpoint_without_checks_is_200
            checks::failing_probe_is_503
            checks::failures_are_joined_in_registration_order
            checks::failure_without_public_text_names_the_check
            checks::panicking_check_is_503
            checks::timed_out_check_is_503
            checks::optional_failure_is_200
            checks::every_probe_asks_afresh
            checks::private_text_is_never_sent
            checks::long_text_is_cut_below_8_kib
            checks::hundred_failures_fit_in_1_kib
            checks::report_serialises_to_the_body
            names::unknown_endpoint_is_404
            names::prefix_alone_is_404
            names::trailing_slash_is_404
            names::further_segments_are_404
            names::unknown_name_is_cut_after_100_characters
            names::percent_encoding_is_undone_once
            names::encoded_slash_stays_in_the_name
            names::malformed_escape_is_literal
            names::bad_utf8_is_replaced
            names::plus_is_a_plus
            names::dot_segments_are_names
            names::case_matters
            names::query_never_changes_the_route
            names::every_byte_gets_an_answer
            names::name_of_60_000_bytes_gets_an_answer
            methods::head_is_get_without_the_body
            methods::options_runs_the_checks
            methods::options_of_unknown_endpoint_is_404
            methods::other_methods_are_405
            methods::other_methods_are_405_before_the_name_is_read
            methods::other_methods_run_no_check
            methods::request_body_is_never_taken_for_a_request
            headers::every_answer_has_our_headers_and_no_others
            headers::no_answer_is_a_redirect
            headers::no_answer_depends_on_the_client
            connections::http_1_0_without_any_header_is_answered
            connections::http_1_0_keep_alive_is_honoured
            connections::connection_close_is_honoured
            connections::keep_alive_is_honoured
            connections::pipelined_requests_are_answered_in_order
            connections::absolute_form_is_the_same_route
            mounting::custom_prefix_is_served
            mounting::nested_routes_are_served
            mounting::deeply_nested_routes_are_served
            mounting::custom_prefix_can_be_nested
            mounting::lookalike_paths_are_not_ours
            mounting::other_routes_are_untouched
            mounting::unknown_paths_are_the_applications
            clients::client_that_closes_cancels_nothing
            clients::client_that_half_closes_cancels_nothing
            clients::client_that_resets_cancels_nothing
            clients::run_that_everybody_left_comes_to_its_end
            clients::ten_thousand_aborted_probes_leave_it_healthy
            clients::thousand_simultaneous_probes_run_a_check_once
            clients::hung_check_is_503_within_the_budget
            clients::hung_check_holds_up_no_other_endpoint
        }
    };
}

/// Makes one `#[test]` per promise, run against one [`Serve`](crate::Serve).
#[macro_export]
macro_rules! contract {
    ($serve:path) => {
        $crate::for_every_promise! { promise_tests $serve }
    };
}

#[doc(hidden)]
#[macro_export]
macro_rules! promise_tests {
    ([$serve:path] $($topic:ident::$promise:ident)*) => {
        $(
            #[test]
            fn $promise() {
                $crate::promises::$topic::$promise($serve);
            }
        )*
    };
}

#[doc(hidden)]
#[macro_export]
macro_rules! promise_names {
    ([] $($topic:ident::$promise:ident)*) => {
        &[$(stringify!($promise)),*]
    };
}

/// The names of all promises, in the order of `README.md`.
pub const PROMISES: &[&str] = crate::for_every_promise!(promise_names);
