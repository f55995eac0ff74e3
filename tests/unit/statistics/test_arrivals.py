"""The requests that came and those that came back, told apart by what is said of them (X-SRV-17)."""

import pytest

from crmcore.query import TallyRow
from crmcore.service.entity import ServiceStatus
from crmcore.statistics.arrivals import arrivals


@pytest.mark.requirement("X-SRV-17")
def test_what_came_and_what_came_back_is_told_apart() -> None:
    came = [TallyRow(("inquiry",), (7, 5, 3, 9000, 4)), TallyRow(("complaint",), (2, 0, 0, None, 0))]
    back = [TallyRow(("inquiry", None), (1,)), TallyRow(("inquiry", ServiceStatus.ARCHIVED), (2,))]
    found = arrivals(came, back)
    assert [(row.key, row.values) for row in found.came] == [(("inquiry",), (7,)), (("complaint",), (2,))]
    measured = [row for row in found.answered if row.key[1] is not None]
    others = [row for row in found.answered if row.key[1] is None]
    assert [row.values for row in measured] == [(3, 9000), (0, None)]
    assert [row.values for row in others] == [(2, None), (0, None)]
    assert [(row.key, row.values[0]) for row in found.reopened] == [(("inquiry",), 1), (("inquiry",), 2)]


@pytest.mark.requirement("X-SRV-17")
def test_what_is_archived_again_is_finished_once() -> None:
    """Four are archived now, two of them after they had been opened again; one that was opened again is open still."""
    back = [TallyRow((None,), (1,)), TallyRow((ServiceStatus.ARCHIVED,), (2,))]
    found = arrivals([TallyRow((), (7, 5, 3, 9000, 4))], back)
    assert sum(row.values[0] for row in found.finished) == 5
