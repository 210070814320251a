//! The table "Survival of events" of the README: every row has its tests.

use std::{collections::BTreeSet, fs};

use telemetry_tests::{markdown::rows, sources::tests, vectors::workspace};

/// The start of the first cell of each row, and the tests that enforce the row.
const ROWS: [(&str, &[&str]); 9] = [
    (
        "`main` returns, or a panic unwinds it",
        &[
            "row_37_a_program_that_records_and_returns_has_sent",
            "row_35_an_owner_dropped_while_unwinding_delivers",
            "row_39_a_shutdown_does_not_wait_for_a_request_if_everything_is_stored",
            "with_everything_stored_a_shutdown_sends_nothing",
            "an_accepted_event_is_in_a_file_before_the_call_returns_and_no_longer_once_it_is_delivered",
            "events_arrive_although_the_program_has_ended",
            "the_event_of_a_run_with_a_collector_arrives_after_its_exit",
            "row_32_stored_events_outlive_every_end_of_a_program",
            "row_39_no_exit_waits_for_a_collector_that_does_not_respond",
        ],
    ),
    (
        "offline, or the collector does not respond",
        &[
            "no_endpoint_holds_a_call_beyond_its_deadline",
            "events_that_cannot_be_delivered_stay_in_a_file",
            "a_later_run_sends_the_events_that_status_announced",
            "stored_events_are_dropped_at_their_age_limit",
            "the_event_of_a_run_without_a_collector_waits_in_a_file_and_is_shown_and_removed",
            "with_any_dead_collector_the_sender_ends_and_the_events_stay",
            "row_46_events_expire_after_seven_days_but_not_because_the_clock_jumps",
            "row_39_without_a_network_no_exit_waits_and_a_later_run_sends_the_events",
        ],
    ),
    (
        "`std::process::exit`, `abort`, an unhandled signal",
        &[
            "row_32_events_outlive_the_spool_that_stored_them",
            "row_32_events_of_an_ended_process_are_adopted_once_in_their_order",
            "row_32_stored_events_outlive_every_end_of_a_program",
            "row_34_stored_events_outlive_signals_without_a_handler",
        ],
    ),
    (
        "SIGKILL, or the system is out of memory",
        &[
            "row_33_killed_writers_lose_no_stored_event",
            "row_33_processes_that_die_at_random_lose_and_repeat_no_stored_event",
            "events_of_killed_programs_arrive_with_the_sender_of_a_later_one",
            "row_33_every_durable_event_of_a_killed_host_arrives_or_is_counted",
            "row_33_stored_events_outlive_a_kill_by_the_system_for_memory",
            "row_33_stored_events_outlive_a_process_without_memory",
            "row_33_events_in_memory_only_are_lost_with_their_process",
        ],
    ),
    (
        "loss of power",
        &["row_55_the_loss_of_data_that_was_not_written_back_invents_no_event"],
    ),
    (
        "the user refuses",
        &[
            "row_64_opting_out_while_a_batch_is_in_flight_ends_everything_but_the_log",
            "an_opt_out_removes_the_files",
            "row_65_after_a_refusal_by_another_process_nothing_is_adopted_and_the_files_are_removed",
            "row_72_after_a_refusal_and_a_new_agreement_no_event_from_before_is_sent_from_a_file",
            "a_later_run_that_the_user_refuses_removes_the_files",
            "row_65_disable_removes_held_events_and_a_running_client_stores_none_again",
            "purge_removes_held_events_of_every_place_and_reports_them",
            "after_a_refusal_no_sender_is_started",
            "a_sender_that_is_started_after_a_refusal_removes_the_events_and_sends_none",
            "a_refusal_while_the_sender_runs_stops_it_and_removes_the_events",
            "row_65_a_refusal_in_a_running_process_removes_the_events_of_all_processes",
            "row_65_a_process_that_starts_after_a_refusal_removes_the_events_of_all_processes",
            "row_65_a_refusal_by_a_variable_removes_the_events_of_all_processes",
        ],
    ),
    (
        "damage to the file",
        &[
            "row_60_one_changed_bit_anywhere_costs_at_most_its_record_and_those_after_it",
            "row_60_arbitrary_damage_never_invents_an_event",
            "row_60_a_damaged_record_is_named_and_no_event_is_invented",
            "row_60_a_later_run_sends_the_events_before_the_damage_of_a_file_and_invents_none",
        ],
    ),
    (
        "a request without an answer",
        &[
            "row_33_an_intent_without_an_acknowledgement_is_ambiguous",
            "events_of_an_unanswered_request_are_sent_again_only_if_the_policy_says_so",
            "row_03_the_policy_decides_about_silence",
            "row_33_a_request_without_an_answer_at_the_end_is_repeated_only_if_the_policy_says_so",
        ],
    ),
    (
        "the disk is full, fails, is slow, or the folder is not private",
        &[
            "row_54_no_space_at_any_byte_stores_whole_events_only_and_recovers",
            "row_55_an_error_of_any_operation_never_loses_a_stored_event",
            "row_62_a_slow_write_pauses_the_callers_until_the_worker_finds_the_disk_quick",
            "row_57_a_folder_that_is_a_link_or_open_to_others_is_not_used_and_status_says_why",
            "row_54_on_a_full_disk_whole_events_are_stored_and_the_others_are_in_memory",
            "row_54_a_limit_on_the_size_of_files_ends_no_process_and_loses_no_stored_event",
        ],
    ),
];

/// The sentences below the table.
const SENTENCES: [(&str, &[&str]); 4] = [
    (
        "with the same address and version of the consent question",
        &[
            "row_76_a_segment_of_another_recipient_or_consent_is_not_adopted",
            "events_for_another_recipient_or_another_prompt_are_not_sent",
        ],
    ),
    (
        "It sends each file once, even if 200 processes start at once.",
        &[
            "row_47_each_segment_is_adopted_by_one_of_many_processes",
            "row_47_each_segment_is_adopted_by_one_of_200_processes",
            "row_47_200_processes_that_start_at_once_send_each_stored_event_once",
        ],
    ),
    (
        "It is never started after a refusal, on a build server or for a client with an endpoint of its own",
        &[
            "after_a_refusal_no_sender_is_started",
            "a_build_server_or_a_test_runner_starts_no_sender_even_if_telemetry_is_enabled",
            "a_client_whose_events_the_sender_cannot_send_starts_none",
        ],
    ),
    (
        "`telemetry status` reports what is held and which run sends it, `telemetry show` prints each event, and \
         `telemetry purge` removes them.",
        &[
            "status_names_the_run_that_sends_held_events",
            "show_prints_each_held_event_as_it_is_sent",
            "purge_removes_held_events_of_every_place_and_reports_them",
        ],
    ),
];

#[test]
fn each_row_about_survival_is_enforced_by_tests_that_exist() {
    let readme = fs::read_to_string(workspace().join("README.md")).unwrap();
    let (_, section) = readme.split_once("\n### Survival of events\n").unwrap();
    let section = section.split("\n#").next().unwrap();
    let mut listed: Vec<_> = rows(section).map(|cells| cells[0].to_owned()).collect();
    listed.retain(|cell| cell != "situation");
    assert_eq!(listed.len(), ROWS.len(), "{listed:#?}");
    for (cell, (start, _)) in listed.iter().zip(ROWS) {
        assert!(cell.starts_with(start), "{cell}: expected {start}");
    }
    let words: Vec<_> = section.split_whitespace().collect();
    let text = words.join(" ");
    for (sentence, _) in SENTENCES {
        assert!(text.contains(sentence), "{sentence}\n{text}");
    }
    let known: BTreeSet<String> = tests();
    for (row, names) in ROWS.into_iter().chain(SENTENCES) {
        assert!(!names.is_empty(), "{row}");
        for name in names {
            assert!(known.contains(*name), "{row}: there is no test {name}");
        }
    }
}
