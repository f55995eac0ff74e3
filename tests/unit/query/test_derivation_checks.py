"""A derivation that could make half a record is refused before any store sees it, naming the field."""

import datetime as dt
from collections.abc import Callable
from decimal import Decimal
from typing import Any
from uuid import UUID

import attrs
import pytest
from attrs import fields

from crmcore.access.entity import Credential
from crmcore.base.checked import checked
from crmcore.base.constraints import Length, Pattern, Range
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


def test_makes_no_records_with_several_values_in_a_field_or_with_keywords() -> None:
    """What a field is made of, and what is found by keyword, only a single record's own writing keeps in step."""
    problems = found(attrs.evolve(GOOD, into=Sample))
    assert {("price.amount", "query.kind"), ("tags", "query.kind"), ("label", "query.kind")} <= problems
    assert ("colour", "query.kind") not in problems


@attrs.frozen(kw_only=True, field_transformer=checked)
class Labelled:
    """Holds a text of a certain form only."""

    id: UUID
    code: str = attrs.field(default="A1", validator=(Length(1, 40), Pattern("[A-Z][0-9]+")))
    version: int = attrs.field(default=1, validator=Range(0, 2**31))


@attrs.frozen(kw_only=True, field_transformer=checked)
class Loose:
    """Holds any text."""

    id: UUID
    code: str = attrs.field(default="A1", validator=Length(1, 40))
    version: int = attrs.field(default=1, validator=Range(0, 2**31))


def test_copies_into_a_field_of_a_certain_form_only_what_has_that_form_already() -> None:
    made = Derivation(
        into=Labelled,
        source=query(Labelled),
        joined=Loose,
        on=("id",),
        values={"id": FromSource(("id",)), "code": FromSource(("code",)), "version": 1},
    )
    check_derivation(made)
    loose = attrs.evolve(made, values={**made.values, "code": FromJoined(("code",))})
    assert found(loose) == {("code", "query.value")}


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
