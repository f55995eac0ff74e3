"""Any past, any reader, any zone: the laws of reports, in memory alone, with everything that reports can be asked.

What other stores answer is compared with this in ``test_laws``.
"""

from collections.abc import Sequence

import pytest
from hypothesis import Phase, given, settings
from hypothesis import strategies as st

from company.asking import narrowed, ways
from company.in_memory import shared_store
from company.install import people_of
from company.laws import Missing, Reading, Refused, asked
from company.past import ZONE, Size
from company.reading import READERS, company_with_past, seen_by
from crmcore import reports
from crmcore.reports import Learnt, catalogue
from crmcore.storage.ports import Store

__all__ = ["shared_store"]

ZONES = ("Asia/Shanghai", ZONE, "Asia/Kolkata", "America/St_Johns")
SIZES = st.builds(
    Size,
    customers=st.integers(0, 6),
    orders=st.integers(0, 20),
    requests=st.integers(0, 14),
    answers=st.integers(0, 8),
    opportunities=st.integers(0, 14),
)


def check(store: Store, seed: int, size: Size, zone: str, names: Sequence[str]) -> None:
    """Ask everything of a past, in the name of each reader."""
    crm, past, readers = company_with_past(store, seed, size, zone)
    for name in names:
        with crm.work(as_user=name, readonly=True) as work:
            reading = Reading(work, readers[name], seen_by(past, readers[name]))
            for way in ways(past, people_of(crm)):
                reading.check(way, asked(work, way))


@pytest.mark.requirement("RPT-01", "RPT-02", "RPT-03", "RPT-04", "9", "16.1", "16.8")
@settings(max_examples=5, phases=(Phase.generate,))  # a past is one number: there is nothing to shrink
@given(seed=st.integers(0, 2**32), size=SIZES, zone=st.sampled_from(ZONES), name=st.sampled_from(READERS))
def test_whatever_happened_every_number_opens_to_what_it_counts(
    shared_store: Store, seed: int, size: Size, zone: str, name: str
) -> None:
    check(shared_store, seed, size, zone, [name])


@pytest.mark.requirement("RPT-01", "9", "16.1")
def test_everybody_asks_everything(shared_store: Store) -> None:
    check(shared_store, 3, Size(), ZONE, READERS)


@pytest.mark.requirement("RPT-06", "X-ANA-05", "9", "16.1")
def test_every_cell_of_the_catalogue_opens(shared_store: Store) -> None:
    crm, past, readers = company_with_past(shared_store, 11, Size(), ZONE)
    for name in ("chengang", "lihua"):
        with crm.work(as_user=name, readonly=True) as work:
            reading = Reading(work, readers[name], seen_by(past, readers[name]))
            for kind in catalogue.offered(work.actor):
                for given_ in narrowed(kind):
                    reading.open((kind.name, given_), kind.run(work, given_, "en", whole=True))
            assert len(reading.opened) > 300


@pytest.mark.requirement("9", "14.7")
def test_who_sees_no_records_gets_no_report_of_them(shared_store: Store) -> None:
    """Rights to reports alone tell nothing but how a prediction was learnt: neither numbers nor that there are any."""
    crm, past, _ = company_with_past(shared_store, 3, Size(), ZONE)
    for name in ("reports", "admin"):
        with crm.work(as_user=name, readonly=True) as work:
            for way in ways(past, people_of(crm)):
                found = asked(work, way)
                assert isinstance(found, Refused | Missing | Learnt), f"{name}: {way}"
    assert past.model.expected_orders is not None
    for name, told in (("zhaomin", past.model.expected_orders), ("lihua", None), ("reports", None)):
        learnt = crm.perform(reports.prediction_model, as_user=name)
        assert learnt is not None
        assert (name, learnt.expected_orders, learnt.expected_amount) == (name, told, None)
