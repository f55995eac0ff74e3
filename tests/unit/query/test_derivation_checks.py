"""A derivation that could make half a record is refused before any store sees it, naming the field."""

import datetime as dt
from collections.abc import Callable
from decimal import Decimal
from typing import Any

import attrs
import pytest
from attrs import fields

from crmcore.access.entity import Credential
from crmcore.base.errors import Invalid
from crmcore.query import Derivation, FromJoined, FromSource, Op, Prior, contains, eq, query
from crmcore.query.derivation_checks import check_derivation
from crmcore.testing.notices import NOW, notices
from crmcore.testing.samples import Colour, Mark, Part, Sample, number

s: Any = fields(Sample)
p: Any = fields(Part)
GOOD = notices(eq(p.name, "x"), where=contains(s.name, "y"), unless=(Prior(("about",), Op.EQ, ("sample",)),))


def found(wanted: Derivation) -> set[tuple[str, str]]:
    with pytest.raises(Invalid) as caught:
        check_derivation(wanted)
    return {(problem.field, problem.code) for problem in caught.value.problems}


def giving(**values: Any) -> Derivation:
    return attrs.evolve(GOOD, values={**GOOD.values, **values})


def unless(*priors: Prior) -> Derivation:
    return attrs.evolve(GOOD, unless=priors)


def test_takes_a_good_one() -> None:
    check_derivation(GOOD)
    check_derivation(giving(seen=NOW, rank=None, weight=Decimal("0.01"), shade=Colour.RED, tags=("a",)))
    check_derivation(unless())


def test_wants_every_field() -> None:
    values = {name: value for name, value in GOOD.values.items() if name not in {"day", "rank"}}
    assert found(attrs.evolve(GOOD, values=values)) == {("day", "value.missing"), ("rank", "value.missing")}
    assert found(giving(nothing=1)) == {("nothing", "query.unknown_field")}


@pytest.mark.parametrize(
    ("values", "problem"),
    [
        ({"number": "1"}, ("number", "value.type")),
        ({"rank": 11}, ("rank", "value.range")),
        ({"day": None}, ("day", "value.missing")),
        ({"title": "x" * 41}, ("title", "value.too_long")),
        ({"at": NOW + dt.timedelta(microseconds=1)}, ("at", "query.value")),
        ({"id": number(1)}, ("id", "query.value")),
        ({"id": FromSource(("number",))}, ("id", "query.value")),
        ({"number": FromSource(("nothing",))}, ("nothing", "query.unknown_field")),
        ({"number": FromJoined(("number",))}, ("number", "query.unknown_field")),
        ({"rank": FromSource(("number",))}, ("rank", "query.value")),
        ({"label": FromJoined(("name",))}, ("label", "query.value")),
        ({"label": FromJoined(("note",))}, ("label", "query.value")),
        ({"title": FromJoined(("code",))}, ("code", "query.not_searchable")),
        ({"weight": FromJoined(("ratio",))}, ("weight", "query.value")),
        ({"ratio": FromJoined(("price", "amount"))}, ("ratio", "query.value")),
        ({"at": FromJoined(("day",))}, ("at", "query.value")),
    ],
)
def test_refuses_values_that_do_not_fit(values: dict[str, Any], problem: tuple[str, str]) -> None:
    assert found(giving(**values)) == {problem}


def test_takes_values_from_inside_others() -> None:
    check_derivation(giving(weight=FromJoined(("price", "amount"))))


@pytest.mark.parametrize(
    ("make", "problem"),
    [
        (lambda: unless(Prior(("nothing",), Op.EQ, ("sample",))), ("nothing", "query.unknown_field")),
        (lambda: unless(Prior(("about",), Op.EQ, ("nothing",))), ("nothing", "query.unknown_field")),
        (lambda: unless(Prior(("about",), Op.EQ, ("number",))), ("about", "query.operator")),
        (lambda: unless(Prior(("about",), Op.GE, ("sample",)), *GOOD.unless), ("about", "query.operator")),
        (lambda: unless(Prior(("number",), Op.LT, ("number",)), *GOOD.unless), ("number", "query.operator")),
        (lambda: unless(Prior(("number",), Op.GE, ("number",))), ("unless", "query.operator")),
        (lambda: attrs.evolve(GOOD, on=("number",)), ("number", "query.operator")),
        (lambda: attrs.evolve(GOOD, on=("nothing",)), ("nothing", "query.unknown_field")),
        (
            lambda: attrs.evolve(GOOD, source=query(Part).where(eq(s.ratio, Decimal(1)))),
            ("ratio", "query.unknown_field"),
        ),
        (lambda: attrs.evolve(GOOD, where=eq(p.number, 1)), ("number", "query.unknown_field")),
    ],
)
def test_refuses_what_no_store_could_ask(make: Callable[[], Derivation], problem: tuple[str, str]) -> None:
    assert problem in found(make())


def test_makes_no_records_with_unique_values() -> None:
    """What is unique would have to be looked for in every record that is there."""
    assert ("into", "query.kind") in found(attrs.evolve(GOOD, into=Part))


def test_gives_no_secrets_away() -> None:
    made = Derivation(
        into=Mark,
        source=query(Credential),
        joined=Credential,
        on=("id",),
        values={"id": FromSource(("id",)), "about": None, "text": FromSource(("password_hash",)), "version": 1},
    )
    assert ("password_hash", "query.secret") in found(made)


def test_says_what_must_be_there() -> None:
    assert GOOD.needed() == ()
    assert giving(about=FromJoined(("parent",)), number=FromSource(("series",))).needed() == (
        FromJoined(("parent",)),
        FromSource(("series",)),
    )
