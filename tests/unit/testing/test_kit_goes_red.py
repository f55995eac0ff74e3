"""The kit catches planted faults: each fault names the check that found it."""

import inspect
from collections.abc import Callable
from typing import Any

import pytest

from broken import FAULTS, BrokenStore
from crmcore.memory.store import MemorySession
from crmcore.testing.kit import StoreKit

CAUGHT = {
    "Trims trailing blanks": "test_keeps_every_character",
    "Takes the empty text for a missing one": "test_tells_an_empty_value_from_a_missing_one",
    "Cuts instants to seconds": "test_compares_instants_to_the_millisecond",
    "Forgets the zone of instants": "test_keeps_instants",
    "Shifts dates by the server's zone": "test_keeps_days",
    "Keeps decimals as floats": "test_keeps_decimals",
    "Keeps booleans as integers": "test_keeps_a_record_with_every_value",
    "Keeps large integers as floats": "test_keeps_integers",
    "Keeps lists sorted and without doubles": "test_keeps_order_and_doubles",
    "Takes an empty list for a missing one": "test_tells_an_empty_value_from_a_missing_one",
    "Makes a zero out of a missing amount of money": "test_keeps_a_record_without_optional_values",
    "Cuts long text": "test_has_room_for_the_longest_text",
    "Replaces only the values that are given": "test_replaces_every_value",
    "Replaces whatever version is there": "test_refuses_to_replace_another_version",
    "Deletes whatever version is there": "test_refuses_to_delete_another_version",
    "Inserts over a record that is there": "test_refuses_a_taken_id",
    "Replaces a record that is not there": "test_refuses_to_replace_a_missing_record",
    "Counts changed rows instead of found ones": "test_replaces_by_the_very_same_record",
    "Lets any value be taken twice": "test_refuses_a_taken_value",
    "Takes A for a where values are unique": "test_compares_values_by_code_point",
    "Takes a missing value for a value that is taken": "test_does_not_count_missing_values",
    "Takes what is unique within others for unique everywhere": "test_is_unique_within_other_fields",
    "Answers False where a replaced record's value is taken": "test_reports_a_taken_value_on_replace",
    "Takes a missing value for less than any other": "test_never_compares",
    "Leaves records with missing values out of a negated test": "test_never_compares",
    "Searches text without folding it": "test_finds_folded_text",
    "Lowers text where it should fold it": "test_finds_folded_beginnings",
    "Does not escape % and _": "test_finds_folded_text",
    "Does not escape what means something in a regular expression": "test_finds_folded_beginnings",
    "Takes A for a, and ignores trailing blanks": "test_compares_by_code_point",
    "Leaves an empty list of values out of the question": "test_knows_everything_and_nothing",
    "Finds a part of a list's item": "test_finds_whole_items",
    "Lets the page of an inner question count": "test_ignores_order_and_page_inside",
    "Takes the records that an inner question finds by their ids, whatever field it names": (
        "test_finds_by_what_others_name"
    ),
    "Takes a missing value for the same as a missing value of a record that an inner question finds": (
        "test_finds_nothing_by_missing_names"
    ),
    "Renews whatever version is there": "test_renews_only_the_version_before",
    "Renews the records that it finds and says nothing about the others": "test_renews_no_missing_record",
    "Renews a thousand records and forgets the rest": "test_appends_and_renews_many",
    "Takes all records for the kind of the first one": "test_renews_several_kinds",
    "Does not look at unique values when it renews": "test_renews_to_no_taken_value",
    "Stores a thousand appended records and forgets the rest": "test_appends_and_renews_many",
    "Looks at the last thousand values of a list only": "test_looks_for_many_values",
    "Puts derived records over those that have their ids": "test_makes_nothing_twice",
    "Derives as if nothing had been made before": "test_leaves_out_what_was_made_before",
    "Derives nothing where an earlier record meets a part of what it must not meet": (
        "test_leaves_out_what_was_made_before"
    ),
    "Derives of every source": "test_looks_at_both_sides",
    "Derives without asking what the joined record is like": "test_looks_at_both_sides",
    "Joins a source with another record where its own is missing": "test_makes_records_of_joined_records",
    "Takes values of the joined record from the source where that has a field of the name": (
        "test_makes_records_of_joined_records"
    ),
    "Takes a missing value for the same as another missing one when it looks for earlier records": (
        "test_never_compares_missing_values_with_earlier_ones"
    ),
    "Counts sources instead of records that were made": "test_makes_nothing_twice",
    "Sums as floats": "test_sums_decimals_exactly",
    "Says zero where there is nothing to sum": "test_measures_nothing",
    "Answers the code of a choice instead of the choice": "test_groups",
    "Cuts the page out before it sorts": "test_takes_a_page",
    "Leaves ties in the order of storage": "test_ends_every_order_with_the_id",
    "Ends a descending order with the id ascending": "test_ends_every_order_with_the_id",
    "Sorts missing values highest": "test_sorts_lowest",
    "Sorts choices by the order of their members": "test_sorts_by_several_keys",
    "Answers the record of the position again": "test_continues_after_a_position",
    "Continues upwards, whatever the direction of the order": "test_continues_after_a_position",
    "Never continues with a record whose key is missing": "test_continues_after_a_missing_value",
    "Counts without looking at the condition": "test_counts_without_order_and_page",
    "Counts the records on the page": "test_counts_without_order_and_page",
    "Counts past the bound": "test_stops_counting",
    "Answers no row where there are no records": "test_measures_nothing",
    "Leaves groups in the order of storage": "test_groups",
    "Leaves equal groups of the top in any order": "test_takes_the_top",
    "Leaves out the group of records without a value": "test_groups_by_itself",
    "Groups by records that are not to be seen": "test_leaves_out_what_is_not_to_be_seen",
    "Looks at what the first reference must meet, and not at the second one": "test_leaves_out_what_is_not_to_be_seen",
    "Takes the first hundred edges of bands": "test_bands_by_hundreds_of_edges",
    "Leaves out records whose reference names nothing": "test_groups_through_a_reference",
    "Puts what equals an edge into the band below it": "test_puts_an_edge_into_the_band_above",
    "Takes a missing value for one in the lowest band": "test_puts_an_edge_into_the_band_above",
    "Rounds edges to what the field keeps": "test_bands_decimals",
    "Compares instants by their day": "test_bands_days_and_instants",
    "Takes capital letters for small ones in bands": "test_bands_texts_by_code_point",
    "Counts all records that share a value, whether they are asked for or not": (
        "test_counts_how_often_within_the_question"
    ),
    "Takes records without a value for such as share nothing": "test_groups_by_how_many_share_a_value",
    "Counts all records that share a value, whatever they have to meet": "test_groups_by_who_came_back",
    "Measures all records of a group, whatever they have to meet": "test_measures_some_of_a_group",
    "Measures no record with a missing value, neither by a comparison nor by its opposite": (
        "test_compares_as_conditions_do"
    ),
    "Counts a missing value as one of the different ones": "test_counts_different_values",
    "Counts texts that differ by case or blanks at the end as one": "test_counts_different_values",
    "Adds up how many different values each named record has": "test_counts_a_value_once_through_a_reference",
    "Counts time in whole seconds": "test_adds_up_time",
    "Forgets the days of a duration": "test_adds_up_time",
    "Takes time that runs backwards for time that passes": "test_takes_time_away_that_runs_backwards",
    "Takes a missing end for no time at all": "test_needs_both_ends",
    "Adds up time as floats": "test_adds_up_time",
    "Shows what is not committed": "test_shows_nothing_uncommitted",
    "Reads what is committed now instead of one snapshot": "test_keeps_its_snapshot",
    "Takes a snapshot of each kind of record when it first reads it": "test_reads_different_kinds_from_one_snapshot",
    "Overwrites what another session has committed meanwhile": "test_refuses_a_change_based_on_an_old_snapshot",
    "Looks at unique values when writing, but not when committing": "test_reports_a_taken_value_on_append",
    "Loses appended records": "test_commits_everything_together",
    "Keeps only what was appended last": "test_commits_everything_together",
    "Stores appended records at once, outside the transaction": "test_forgets_what_is_not_committed",
    "Overwrites a record whose id an appended one has": "test_reports_a_taken_id_on_append",
    "Leaves the records before the one at which a commit fails": "test_takes_all_back_when_the_commit_fails",
    "Commits when it is closed": "test_forgets_what_is_not_committed",
    "Rolls everything back when an insert is refused": "test_goes_on_with_its_writes_after_a_refusal",
    "Can't go on after a refused write": "test_refuses_to_replace_another_version",
    "Does not find its own writes": "test_sees_its_own_writes",
    "Changes the record it has answered before": "test_leaves_earlier_answers_alone",
    "Fails when it is closed again": "test_closes_a_session_as_often_as_asked",
    "Raises something that is not safe to run again when it loses a race": (
        "test_refuses_a_change_based_on_an_old_snapshot"
    ),
}
"""What is wrong with a store, and the check that says so."""
CHECKS = sorted(name for name in dir(StoreKit) if name.startswith("test_"))


class Kit(StoreKit):
    __test__ = False
    keeps_data = False


def run(check: str, session: type[MemorySession] = MemorySession) -> None:
    """Run one check of the kit on a new store whose sessions are of a class."""
    method: Callable[..., None] = getattr(Kit(), check)
    given: dict[str, Any] = {
        "store": BrokenStore(session),
        "open_store": lambda: BrokenStore(session),
        "store_url": "memory://",
    }
    method(**{name: given[name] for name in inspect.signature(method).parameters})


def test_every_fault_is_caught_by_a_check() -> None:
    assert CAUGHT.keys() == FAULTS.keys()
    assert len(FAULTS) >= 20


@pytest.mark.parametrize("fault", CAUGHT)
def test_goes_red(fault: str) -> None:
    """The check fails on a store with that fault."""
    with pytest.raises((Exception, pytest.fail.Exception)):
        run(CAUGHT[fault], FAULTS[fault])


@pytest.mark.parametrize("check", CHECKS)
def test_stays_green(check: str) -> None:
    """The same check passes on the same store without a fault, so that it is the fault that it finds."""
    run(check)


def test_no_check_hides_another_of_its_name() -> None:
    """Classes that are put together must not have a method of the same name."""
    owners = [cls for cls in StoreKit.__mro__ if cls.__module__.startswith("crmcore.testing.checks")]
    assert len(CHECKS) == sum(name.startswith("test_") for cls in owners for name in vars(cls))
