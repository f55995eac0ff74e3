"""What a snapshot asks of a store, counted: the same whatever the number of opportunities (requirement X-TGT-01)."""

from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest

import crmcore
from crmcore import SYSTEM, pipeline, setup
from crmcore.access import create_user
from crmcore.access.delivered import delivered_role_id
from crmcore.access.entity import ACCOUNT_MANAGER, UserId
from crmcore.opportunities.entity import Opportunity, OpportunityId, OpportunityStatus
from crmcore.storage.crm import Crm

pytestmark = [pytest.mark.extras, pytest.mark.requirement("X-TGT-01")]

SIZES = (3, 400)


def chances(crm: Crm, number: int, by: UserId) -> None:
    """So many open opportunities more of an older version, and one that was won."""
    given: dict[str, Any] = {"customer_name": "客户", "title": "t", "success_rate": 50, "description": "d"}
    made = [
        Opportunity(
            id=OpportunityId(uuid4()),
            number=f"XS{uuid4().hex[:15]}",
            created_by=by,
            created_at=crm.clock(),
            closed_at=None if place else crm.clock(),
            status=OpportunityStatus.ASSIGNED if place else OpportunityStatus.WON,
            version=1,
            **given,
        )
        for place in range(number + 1)
    ]
    session = crm.store.begin(write=True)
    session.append(made)
    session.commit()
    session.close()


@contextmanager
def prepared(url: str) -> Iterator[tuple[Crm, UserId]]:
    with crmcore.open(url, check=False) as crm:
        setup.install(crm)
        crm.perform(setup.standard_process, as_user=SYSTEM)
        roles = (delivered_role_id(ACCOUNT_MANAGER),)
        yield crm, crm.perform(create_user, name="lihua", roles=roles, as_user=SYSTEM).id


class _Counted:
    """A session that notes which verbs are used."""

    def __init__(self, session: Any, said: Counter[str]) -> None:
        self._session, self._said = session, said

    def __getattr__(self, name: str) -> Any:
        verb = getattr(self._session, name)

        def call(*args: Any, **kwargs: Any) -> Any:
            self._said[name] += 1
            return verb(*args, **kwargs)

        return call


def test_a_snapshot_asks_the_same_of_a_store_whatever_the_number_of_opportunities() -> None:
    with prepared("memory://") as (crm, by):
        said: Counter[str] = Counter()
        begin = crm.store.begin
        crm.store.begin = lambda *, write: _Counted(begin(write=write), said)  # type: ignore[method-assign]
        counts = []
        for size in SIZES:
            chances(crm, size, by)
            said.clear()
            assert pipeline.take_snapshot(crm, str(size)).positions == size + 1
            counts.append(Counter(said))
    assert counts[0] == counts[1]
    assert counts[0] == {
        "load": 2,
        "derive": 2,
        "count": 1,
        "find": 1,
        "insert": 1,
        "append": 2,
        "commit": 1,
        "close": 1,
    }


def test_statements_on_sqlite(tmp_path: Path) -> None:
    with prepared(f"sqlite:///{tmp_path / 'crm.db'}") as (crm, by):
        words: list[str] = []
        for size in SIZES:
            chances(crm, size, by)
            link: Any = crm.store.pool._idle[-1]  # type: ignore[attr-defined]
            link.raw.set_trace_callback(lambda text: words.append(text.split()[0]))
            words.clear()
            assert pipeline.take_snapshot(crm, str(size)).positions == size + 1
            # the zone, the snapshot, how many are open, the stages; twice positions, the snapshot, each of five stages,
            # the change record
            assert Counter(words) == {"BEGIN": 1, "SELECT": 4, "INSERT": 9, "COMMIT": 1}
