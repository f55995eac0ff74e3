"""Customers looked for by the company's own fields."""

import datetime as dt
from typing import Any

import pytest

from company.clients import entered
from crmcore import customers
from crmcore.base.errors import Invalid
from crmcore.customers.grouping import CustomKind
from crmcore.storage.crm import Crm


@pytest.mark.requirement("X-CUS-08", "X-CUS-04", "GEN-16")
def test_own_fields_are_searched_from_and_to_and_an_empty_filter_asks_for_nothing(crm: Crm) -> None:
    for code, kind in (("income", CustomKind.NUMBER), ("birthday", CustomKind.DATE), ("member", CustomKind.YES_NO)):
        given: Any = {"code": code, "label_zh": code, "label_en": code, "kind": kind, "choices": ""}
        crm.perform(customers.add_custom_field, **given, as_user="admin")
    entered(crm, name="甲", custom={"income": 10, "birthday": dt.date(1980, 5, 6), "member": True})
    entered(crm, name="乙", custom={"income": 20, "birthday": dt.date(1990, 1, 1), "member": False})

    def found(**custom: Any) -> str:
        rows = crm.perform(customers.listing, custom=custom, as_user="zhaomin").rows
        return "".join(sorted(one.name for one in rows))

    assert [found(income=(11, None)), found(income=(None, 10)), found(income=(10, 20))] == ["乙", "甲", "乙甲"]
    assert [found(birthday=(dt.date(1980, 5, 7), None)), found(birthday=(None, dt.date(1989, 12, 31)))] == ["乙", "甲"]
    assert [found(member=True), found(member=None), found(member="")] == ["甲", "乙甲", "乙甲"]
    assert [found(income=(None, None)), found(birthday=("", None))] == ["乙甲", "乙甲"]
    with pytest.raises(Invalid) as refused:
        found(member="yes")
    assert [(one.field, one.code) for one in refused.value.problems] == [("member", "value.type")]
