"""What the records behind a number refer to: named as far as the reader may see it, without a trace of the rest."""

from typing import Any

import pytest
from attrs import fields

from company.chances import recorded
from company.trade import customer
from crmcore import SYSTEM, Crm, reports
from crmcore.base.errors import Invalid
from crmcore.customers.entity import Customer
from crmcore.opportunities.entity import Opportunity
from crmcore.query import eq, query
from crmcore.storage.records import ChangeRecord, Operation


def seen(crm: Crm, by: str, kind: type[Any], *ids: Any) -> set[Any]:
    return {one.id for one in crm.perform(reports.referred, kind, ids, as_user=by)}


@pytest.mark.requirement("9", "RPT-06")
def test_what_records_refer_to_is_named_for_whom_reports_show_it(crm: Crm) -> None:
    chance = recorded(crm)
    mine, other = customer(crm, "自己的", manager="lihua"), customer(crm, "别人的", manager="wangwei")
    assert seen(crm, "lihua", Customer, mine.id, other.id, chance.id) == {mine.id}
    assert seen(crm, "zhaomin", Customer, mine.id, other.id) == {mine.id, other.id}
    assert seen(crm, "chengang", Opportunity, chance.id) == {chance.id}, "reports show executives what no list does"
    assert seen(crm, "chengang", ChangeRecord, chance.id) == set()
    assert seen(crm, "lihua", Customer) == set()
    with crm.work(as_user=SYSTEM, readonly=True) as work:
        denied = query(ChangeRecord).where(eq(fields(ChangeRecord).operation, Operation.DENIED))
        assert work.unscoped(ChangeRecord).count(denied) == 0, "a page that names records is no attempt to see them"
    with pytest.raises(Invalid) as refused:
        seen(crm, "lihua", int, mine.id)
    assert refused.value.fields == {"kind"}
