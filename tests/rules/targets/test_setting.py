"""Sales targets and plans on every store (requirements X-TGT-01 to 03)."""

import datetime as dt
from decimal import Decimal
from typing import Any

import pytest

from company import People, SetClock
from crmcore import targets
from crmcore.access.rules import NoPermission
from crmcore.base.errors import AlreadyExists, Conflict, Invalid, NotFound
from crmcore.storage.crm import Crm
from crmcore.targets.entity import SalesTarget, TargetSpan
from crmcore.targets.rules import TargetHasParts

JANUARY = dt.date(2026, 1, 1)


def set_(crm: Crm, by: str = "zhaomin", **given: Any) -> SalesTarget:
    target = {"span": TargetSpan.QUARTER, "starts_on": JANUARY, "amount": Decimal(300_000), **given}
    return crm.perform(targets.set_target, as_user=by, **target)


def listed(crm: Crm, by: str = "zhaomin", **only: Any) -> list[Decimal | None]:
    page = crm.perform(targets.targets, as_user=by, size=50, **only)
    assert page.total == len(page.rows)
    return [one.amount for one in page.rows]


@pytest.mark.requirement("X-TGT-01", "X-TGT-03")
def test_targets_are_set_once_for_each_period_and_owner(crm: Crm, people: People) -> None:
    whole = set_(crm, amount=Decimal(1), number=9)
    assert (whole.ends_on, whole.number) == (dt.date(2026, 3, 31), 9)
    own = set_(crm, user=people.lihua.id, amount=Decimal(2))
    set_(crm, user=people.wangwei.id, amount=Decimal(3))
    set_(crm, territory="beijing", amount=Decimal(4))
    month = set_(crm, span=TargetSpan.MONTH, starts_on=dt.date(2026, 2, 1), user=people.lihua.id, amount=Decimal(5))
    assert month.ends_on == dt.date(2026, 2, 28)
    year = set_(crm, span=TargetSpan.YEAR, user=people.lihua.id, amount=None, number=0)
    assert year.ends_on == dt.date(2026, 12, 31)
    for twice in ({}, {"user": people.lihua.id}, {"territory": "beijing"}):
        with pytest.raises(AlreadyExists):
            set_(crm, **twice)
    assert sorted(listed(crm, user=people.lihua.id, span=TargetSpan.QUARTER)) == [2]  # type: ignore[type-var]
    assert (listed(crm, territory="beijing"), listed(crm, company=True)) == ([4], [1])
    assert (
        listed(crm, starts_from=dt.date(2026, 1, 2)) == listed(crm, user=people.lihua.id, span=TargetSpan.MONTH) == [5]
    )
    assert len(listed(crm, "chengang", starts_to=JANUARY)) == 5
    assert [one.id for one in crm.perform(targets.targets_on, dt.date(2026, 2, 28), as_user="lihua")] == [
        month.id,
        own.id,
        year.id,
    ]
    assert len(crm.perform(targets.targets_on, user=people.lihua.id, as_user="zhaomin")) == 2
    changed = crm.perform(targets.edit_target, own.id, amount=Decimal(6), expected=1, as_user="zhaomin")
    assert (changed.amount, changed.slot) == (6, own.slot)
    crm.perform(targets.delete_target, own.id, as_user="zhaomin")
    assert set_(crm, user=people.lihua.id).amount == 300_000


@pytest.mark.requirement("X-TGT-02")
def test_a_year_is_split_into_parts_that_add_up_to_it(crm: Crm, people: People) -> None:
    whole, *parts = crm.perform(
        targets.plan_year, 2026, user=people.lihua.id, amount=Decimal("1000000.01"), number=50, as_user="zhaomin"
    )
    assert (whole.span, len(parts)) == (TargetSpan.YEAR, 12)
    assert sum(one.amount or 0 for one in parts) == whole.amount
    assert sum(one.number or 0 for one in parts) == 50
    assert {one.part_of for one in parts} == {whole.id}
    assert [one.starts_on.month for one in parts] == [*range(1, 13)]
    assert crm.perform(targets.target_parts, whole.id, as_user="lihua") == tuple(parts)
    with pytest.raises(TargetHasParts):
        crm.perform(targets.delete_target, whole.id, as_user="zhaomin")
    with pytest.raises(AlreadyExists):
        crm.perform(targets.plan_year, 2026, into=TargetSpan.QUARTER, user=people.lihua.id, number=4, as_user="zhaomin")
    crm.perform(targets.delete_target, whole.id, parts=True, as_user="zhaomin")
    assert listed(crm) == []
    seasons = crm.perform(
        targets.plan_year, 2026, into=TargetSpan.QUARTER, weights=(1, 2, 3, 0), amount=Decimal(100), as_user="zhaomin"
    )
    assert [one.amount for one in seasons] == [100, Decimal("16.67"), Decimal("33.33"), 50, 0]
    assert [one.number for one in seasons] == [None] * 5


@pytest.mark.requirement("X-TGT-01", "X-TGT-02")
def test_what_makes_no_target_is_refused_by_field(crm: Crm, people: People) -> None:
    wrong: list[tuple[dict[str, Any], set[str]]] = [
        ({"starts_on": dt.date(2026, 2, 1)}, {"starts_on"}),
        ({"span": TargetSpan.YEAR, "starts_on": dt.date(2026, 4, 1)}, {"starts_on"}),
        ({"starts_on": dt.date(1000, 1, 1)}, {"starts_on"}),  # no report has a period there
        ({"starts_on": dt.date(9998, 1, 1)}, {"starts_on"}),
        ({"amount": None}, {"amount"}),
        ({"amount": Decimal(-1)}, {"amount"}),
        ({"number": -1}, {"number"}),
        ({"user": people.lihua.id, "territory": "beijing"}, {"territory"}),
        ({"user": people.retired.id}, {"user"}),
        ({"territory": "atlantis"}, {"territory"}),
        ({"span": "year"}, {"span"}),
        ({"ends_on": JANUARY}, {"ends_on"}),
    ]
    for given, fields in wrong:
        with pytest.raises(Invalid) as error:
            set_(crm, **given)
        assert error.value.fields == fields
    plans: list[tuple[Any, dict[str, Any], str]] = [
        (0, {}, "year"),
        (1000, {}, "year"),
        (9998, {}, "year"),
        ("2026", {}, "year"),
        (2026, {"into": TargetSpan.YEAR}, "into"),
        (2026, {"weights": (1, 2)}, "weights"),
        (2026, {"weights": (0,) * 12}, "weights"),
        (2026, {"weights": (1.5,) * 12}, "weights"),
        (2026, {"amount": None}, "amount"),
    ]
    for year, given, field in plans:
        with pytest.raises(Invalid) as error:
            crm.perform(targets.plan_year, year, as_user="zhaomin", **{"amount": Decimal(1), **given})
        assert error.value.fields == {field}
    assert listed(crm) == []
    target = set_(crm)
    for given, field in (({"amount": None}, "amount"), ({"user": people.lihua.id}, "user")):
        with pytest.raises(Invalid) as error:
            crm.perform(targets.edit_target, target.id, as_user="zhaomin", **given)
        assert error.value.fields == {field}


@pytest.mark.requirement("X-TGT-01", "9")
def test_who_sets_and_who_sees_targets(crm: Crm, people: People, clock: SetClock) -> None:
    own, theirs, whole = (
        set_(crm, user=people.lihua.id, amount=Decimal(1)),
        set_(crm, user=people.wangwei.id, amount=Decimal(2)),
        set_(crm, amount=Decimal(3)),
    )
    for who in ("lihua", "chengang", "admin"):
        with pytest.raises(NoPermission):
            set_(crm, by=who, user=people.lihua.id)
        with pytest.raises(NoPermission):
            crm.perform(targets.edit_target, own.id, amount=Decimal(9), as_user=who)
    assert (listed(crm, "lihua"), listed(crm, "wangwei")) == ([1], [2])
    assert sorted(listed(crm, "chengang")) == [1, 2, 3]  # type: ignore[type-var]
    with pytest.raises(NotFound):
        crm.perform(targets.target, theirs.id, as_user="lihua")
    with pytest.raises(NotFound):
        crm.perform(targets.target_parts, whole.id, as_user="lihua")
    assert crm.perform(targets.target, whole.id, as_user="chengang") == whole
    crm.perform(targets.edit_target, whole.id, amount=Decimal(4), as_user="zhaomin")
    with pytest.raises(Conflict):
        crm.perform(targets.edit_target, whole.id, amount=Decimal(5), expected=1, as_user="zhaomin")
