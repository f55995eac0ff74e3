"""A store that notices a lost race only when it writes: everything above says so as it does of any other."""

from typing import Any

import pytest

from company import SetClock, fresh_crm
from company.chances import GIVEN, recorded, reread
from crmcore import opportunities
from crmcore.base.errors import Contention
from crmcore.base.schema import describe
from crmcore.memory import MemoryStore
from crmcore.memory.store import MemorySession
from crmcore.storage.crm import Crm
from crmcore.storage.records import Receipt
from crmcore.subjects import ENTITIES

pytestmark = pytest.mark.extras  # the staff of the company have passwords


@pytest.fixture
def crm() -> Crm:
    crm = fresh_crm(MemoryStore(tuple(map(describe, ENTITIES))), SetClock())
    crm.patience = 0
    return crm


@pytest.mark.parametrize(
    ("method", "action", "more"),
    [("replace", opportunities.edit, {"title": "新"}), ("delete", opportunities.delete, {})],
)
def test_a_version_that_has_gone_when_it_is_written(
    crm: Crm, monkeypatch: pytest.MonkeyPatch, method: str, action: Any, more: dict[str, Any]
) -> None:
    chance = recorded(crm)
    monkeypatch.setattr(MemorySession, method, lambda *_: False)
    with pytest.raises(Contention):
        crm.perform(action, chance.id, as_user="lihua", **more)
    monkeypatch.undo()
    assert reread(crm, chance) == chance


def test_a_receipt_that_somebody_else_wrote_meanwhile(crm: Crm, monkeypatch: pytest.MonkeyPatch) -> None:
    real = MemorySession.insert
    monkeypatch.setattr(MemorySession, "insert", lambda self, one: not isinstance(one, Receipt) and real(self, one))
    with pytest.raises(Contention):
        crm.perform(opportunities.create, as_user="lihua", key="k", **GIVEN)
    with crm.work(as_user="zhaomin", readonly=True) as work:
        assert work.opportunities.count() == 0
