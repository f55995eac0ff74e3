"""Random questions and histories find planted faults too, without anybody having thought of the case."""

import pytest

from broken import FAULTS, BrokenStore
from crmcore.base.errors import Contention
from crmcore.testing.differential import DifferentialKit

BY_QUESTIONS = (
    "Takes a missing value for less than any other",
    "Leaves records with missing values out of a negated test",
    "Searches text without folding it",
    "Does not escape % and _",
    "Takes A for a, and ignores trailing blanks",
    "Leaves an empty list of values out of the question",
    "Finds a part of a list's item",
    "Sums as floats",
    "Says zero where there is nothing to sum",
    "Cuts the page out before it sorts",
    "Ends a descending order with the id ascending",
    "Sorts missing values highest",
    "Answers the record of the position again",
    "Continues upwards, whatever the direction of the order",
    "Counts without looking at the condition",
    "Leaves equal groups of the top in any order",
    "Takes the records that an inner question finds by their ids, whatever field it names",
)
BY_DERIVATIONS = (
    "Puts derived records over those that have their ids",
    "Derives of every source",
    "Derives without asking what the joined record is like",
    "Counts sources instead of records that were made",
)
BY_HISTORIES = (
    "Replaces whatever version is there",
    "Deletes whatever version is there",
    "Inserts over a record that is there",
    "Replaces only the values that are given",
    "Lets any value be taken twice",
    "Shows what is not committed",
    "Reads what is committed now instead of one snapshot",
    "Overwrites what another session has committed meanwhile",
    "Loses appended records",
    "Keeps only what was appended last",
    "Stores appended records at once, outside the transaction",
    "Commits when it is closed",
    "Rolls everything back when an insert is refused",
    "Does not find its own writes",
)


class Kit(DifferentialKit):
    """Searches on where an ordinary run would stop, so that no test here depends on luck; most faults show at once."""

    __test__ = False
    data_sets = 24
    derivations = 500
    histories = 1_000
    shrinks = False


@pytest.mark.parametrize("fault", BY_QUESTIONS)
def test_questions_find(fault: str) -> None:
    with pytest.raises(AssertionError):
        Kit().test_answers_like_the_reference(BrokenStore(FAULTS[fault]))


@pytest.mark.parametrize("fault", BY_DERIVATIONS)
def test_derivations_find(fault: str) -> None:
    with pytest.raises(AssertionError):
        Kit().test_derives_like_the_reference(BrokenStore(FAULTS[fault]))


@pytest.mark.parametrize("fault", BY_HISTORIES)
def test_histories_find(fault: str) -> None:
    with pytest.raises((AssertionError, Contention)):
        Kit().test_lives_like_the_reference(BrokenStore(FAULTS[fault]))
