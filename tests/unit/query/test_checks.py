"""A query that a store could misunderstand is refused before any store sees it, naming the field."""

import datetime as dt
from decimal import Decimal
from typing import Any
from uuid import UUID

import attrs
import pytest
from attrs import fields
from hypothesis import given

from crmcore.access.entity import Credential
from crmcore.base.errors import Invalid
from crmcore.base.schema import describe
from crmcore.base.values import Money
from crmcore.query import (
    Banded,
    Fn,
    Measure,
    Op,
    Order,
    Query,
    Tally,
    TallyRow,
    Test,
    Through,
    Top,
    all_of,
    any_of,
    asc,
    banded,
    contains,
    count,
    desc,
    distinct,
    elapsed,
    eq,
    frequency,
    ge,
    gt,
    has,
    in_query,
    is_null,
    largest,
    lt,
    negate,
    one_of,
    only,
    query,
    records_behind,
    smallest,
    starts_with,
    tally,
    through,
    total,
    within,
)
from crmcore.query.checks import MOST_LEVELS, MOST_PARTS, check_at_most, check_query, check_tally
from crmcore.query.groups import key_from
from crmcore.testing.questions import queries, tallies
from crmcore.testing.samples import Colour, Part, Sample, number

s: Any = fields(Sample)
m: Any = fields(Money)
p: Any = fields(Part)
NOW = dt.datetime(2026, 1, 1, tzinfo=dt.UTC)
COUNTED = tally(query(Sample), measures=(count(),))


def found(wanted: Query[Any]) -> set[tuple[str, str]]:
    """Field and code of everything that is wrong with a query."""
    with pytest.raises(Invalid) as caught:
        check_query(wanted)
    return {(one.field, one.code) for one in caught.value.problems}


@pytest.mark.parametrize(
    ("condition", "field", "code"),
    [
        (Test(("nope",), Op.EQ, 1), "nope", "query.unknown_field"),
        (Test(("price", "nope"), Op.EQ, 1), "price.nope", "query.unknown_field"),
        (Test(("price",), Op.NULL), "price", "query.unknown_field"),
        (contains(s.code, "a"), "code", "query.not_searchable"),
        (starts_with(s.count, "a"), "count", "query.not_searchable"),
        (contains(s.name, 5), "name", "query.value"),
        (contains(s.name, "\0"), "name", "query.value"),
        (contains(s.name, "\ud800"), "name", "query.value"),
        (has(s.name, "a"), "name", "query.operator"),
        (eq(s.tags, ("a",)), "tags", "query.operator"),
        (one_of(s.tags, [("a",)]), "tags", "query.operator"),
        (has(s.tags, 5), "tags", "query.value"),
        (has(s.members, "a"), "members", "query.value"),
        (eq(s.count, "1"), "count", "query.value"),
        (eq(s.count, True), "count", "query.value"),
        (eq(s.count, 2**63), "count", "query.value"),
        (eq(s.count, 1.0), "count", "query.value"),
        (eq(s.weight, 1), "weight", "query.value"),
        (eq(s.weight, Decimal("NaN")), "weight", "query.value"),
        (eq(s.weight, Decimal("Infinity")), "weight", "query.value"),
        (eq(s.weight, Decimal(10) ** 18), "weight", "query.value"),
        (eq(s.weight, Decimal("1E-19")), "weight", "query.value"),
        (eq(s.weight, Decimal("1.0000000000000000000000000001")), "weight", "query.value"),
        (eq(s.active, 1), "active", "query.value"),
        (eq(s.day, NOW), "day", "query.value"),
        (eq(s.day, "2026-01-01"), "day", "query.value"),
        (eq(s.day, dt.date(1, 1, 1)), "day", "query.value"),
        (eq(s.at, dt.date(2026, 1, 1)), "at", "query.value"),
        (eq(s.at, dt.datetime(2026, 1, 1)), "at", "query.value"),  # noqa: DTZ001
        (Test(("at",), Op.LT, NOW.replace(microsecond=1)), "at", "query.value"),
        (lt(s.seen, None), "seen", "query.value"),
        (lt(s.until, None), "until", "query.value"),
        (lt(s.rank, None), "rank", "query.value"),
        (eq(s.owner, str(number(1))), "owner", "query.value"),
        (eq(s.colour, "red"), "colour", "query.value"),
        (one_of(s.colour, [Colour.RED, "blue"]), "colour", "query.value"),
        (one_of(s.rank, [1, None]), "rank", "query.value"),
        (eq(s.name, 5), "name", "query.value"),
        (eq(s.name, "\ud800"), "name", "query.value"),
        (in_query(s.name, query(Part)), "name", "query.operator"),
        (in_query(s.members, query(Part)), "members", "query.operator"),
        (in_query(s.tags, query(Part)), "tags", "query.operator"),
        (in_query(s.parent, query(Part).where(eq(p.name, 5))), "name", "query.value"),
    ],
)
def test_refuses(condition: Any, field: str, code: str) -> None:
    assert found(query(Sample).where(condition)) == {(field, code)}


def test_looks_into_every_part() -> None:
    wrong = [eq(s.count, "1"), eq(s.day, "x"), contains(s.code, "a"), eq(s.colour, 1)]
    condition = any_of(all_of(wrong[0], negate(wrong[1])), wrong[2], negate(any_of(wrong[3])))
    assert {field for field, _ in found(query(Sample).where(condition))} == {"count", "day", "code", "colour"}


def test_names_the_kind_of_record() -> None:
    with pytest.raises(Invalid) as caught:
        check_query(query(Sample).where(in_query(s.parent, query(Part).where(eq(p.name, 5)))))
    assert [one.entity for one in caught.value.problems] == ["part"]


@pytest.mark.parametrize(
    "condition",
    [
        eq(s.name, ""),
        eq(s.name, "x" * 5000),
        gt(s.rank, 10**6),
        gt(s.weight, Decimal("0.123456789012345678")),
        eq(s.weight, Decimal("1E+17")),
        one_of(s.rank, []),
        is_null(s.tags),
        is_null(s.aliases),
        has(s.tags, "x" * 500),
        ge(s.at, NOW),
        eq(s.active, False),
        contains(s.name, ""),
        eq(within(s.price, m.amount), Decimal(1)),
        in_query(s.parent, query(Sample).page(3)),
    ],
)
def test_takes(condition: Any) -> None:
    """A filter may name what the field itself could not hold: its type counts, not its bounds."""
    check_query(query(Sample).where(condition))


def test_checks_order_and_page() -> None:
    assert found(query(Sample).sort(Order(("nope",)))) == {("nope", "query.unknown_field")}
    assert found(query(Sample).sort(asc(s.tags))) == {("tags", "query.not_sortable")}
    assert found(query(Sample).sort(desc(s.members))) == {("members", "query.not_sortable")}
    assert found(query(Sample).page(-1)) == {("limit", "value.range")}
    assert found(query(Sample).page(1, -1)) == {("offset", "value.range")}
    assert found(query(Sample).page(2**31, 2**31)) == {("limit", "value.range"), ("offset", "value.range")}
    wrong: Any = "5"
    assert found(query(Sample).page(wrong, wrong)) == {("limit", "value.range"), ("offset", "value.range")}
    check_query(query(Sample).page(0, 2**31 - 1))


@pytest.mark.parametrize(
    ("after", "right"),
    [
        ((1, number(1)), True),
        ((None, number(1)), True),
        ((1,), False),
        ((), False),
        ((1, number(1), 1), False),
        (("1", number(1)), False),
        ((1, str(number(1))), False),
    ],
)
def test_checks_the_position_to_continue_after(after: tuple[Any, ...], right: bool) -> None:
    wanted = attrs.evolve(query(Sample).sort(asc(s.rank)), after=after)
    if right:
        check_query(wanted)
    else:
        assert found(wanted) == {("after", "query.after")}


def test_a_position_in_an_unknown_order_is_wrong_too() -> None:
    wanted = attrs.evolve(query(Sample).sort(Order(("nope",))), after=(1, UUID(int=1)))
    assert found(wanted) == {("nope", "query.unknown_field"), ("after", "query.after")}


@pytest.mark.parametrize(
    ("asked", "field", "code"),
    [
        (tally(query(Sample), measures=(total(s.name),)), "name", "query.not_a_number"),
        (tally(query(Sample), measures=(total(s.at),)), "at", "query.not_a_number"),
        (tally(query(Sample), measures=(smallest(s.tags),)), "tags", "query.operator"),
        (tally(query(Sample), measures=(largest(s.active),)), "active", "query.operator"),
        (tally(query(Sample), measures=(largest(s.owner),)), "owner", "query.operator"),
        (tally(query(Sample), measures=(Measure("x", Fn.SUM, ("nope",)),)), "nope", "query.unknown_field"),
        (tally(query(Sample), by=(s.tags,), measures=(count(),)), "tags", "query.not_sortable"),
        (tally(query(Sample), by=(s.price,), measures=(count(),)), "price", "query.unknown_field"),
        (tally(query(Sample), measures=(count(),), top=Top("total", 3)), "total", "query.unknown_field"),
        (tally(query(Sample).where(eq(s.count, "1")), measures=(count(),)), "count", "query.value"),
    ],
)
def test_checks_tallies(asked: Any, field: str, code: str) -> None:
    with pytest.raises(Invalid) as caught:
        check_tally(asked)
    assert [(one.field, one.code) for one in caught.value.problems] == [(field, code)]


EDGE = dt.datetime(2026, 1, 1, tzinfo=dt.UTC)
BY_NAME = through(s.parent, Sample, s.name)


def chain(length: int) -> Any:
    """A key over so many references."""
    return s.name if length == 0 else through(s.parent, Sample, chain(length - 1))


@pytest.mark.parametrize(
    ("key", "field", "code"),
    [
        (banded(s.count, []), "count", "query.edges_count"),
        (banded(s.count, range(501)), "count", "query.edges_count"),
        (banded(s.count, [1, 1]), "count", "query.edges_order"),
        (banded(s.count, [2, 1]), "count", "query.edges_order"),
        (banded(s.weight, [Decimal(1), Decimal("1.00")]), "weight", "query.edges_order"),
        (banded(s.at, [EDGE, EDGE + dt.timedelta(microseconds=1)]), "at", "query.edges_order"),
        (banded(s.count, [1, "2"]), "count", "query.value"),
        (banded(s.count, [None]), "count", "query.value"),
        (banded(s.weight, [1]), "weight", "query.value"),
        (banded(s.weight, [Decimal("NaN")]), "weight", "query.value"),
        (banded(s.day, [EDGE]), "day", "query.value"),
        (banded(s.at, [EDGE.replace(tzinfo=None)]), "at", "query.value"),
        (banded(s.colour, [Colour.RED]), "colour", "query.no_bands"),
        (banded(s.active, [True]), "active", "query.no_bands"),
        (banded(s.owner, [number(1)]), "owner", "query.no_bands"),
        (banded(s.tags, ["a"]), "tags", "query.not_sortable"),
        (Banded(("nope",), (1,)), "nope", "query.unknown_field"),
        (Banded(banded(s.count, [1]), (1,)), "by", "query.no_key"),  # type: ignore[arg-type]
        (Through(("parent",), Sample, banded(s.count, [1])), "by", "query.no_key"),  # type: ignore[arg-type]
        (Through(("nope",), Sample, ("name",)), "nope", "query.unknown_field"),
        (through(s.parent, Sample, p.sample), "sample", "query.unknown_field"),
        (through(s.parent, Part, p.name), "parent", "query.no_reference"),
        (through(s.owner, Sample, s.name), "owner", "query.no_reference"),
        (through(s.name, Sample, s.name), "name", "query.no_reference"),
        (Through(("parent",), "sample", ("name",)), "parent", "query.no_reference"),  # type: ignore[arg-type]
        (through(s.parent, Sample, s.tags), "tags", "query.not_sortable"),
        (through(s.parent, Sample, through(s.owner, Sample, s.name)), "owner", "query.no_reference"),
        (chain(5), "parent", "query.too_far"),
        (Through(("parent",), Sample, ("name",), eq(s.count, "1")), "count", "query.value"),
    ],
)
def test_checks_keys(key: Any, field: str, code: str) -> None:
    with pytest.raises(Invalid) as caught:
        check_tally(Tally(of=query(Sample), by=(key_from(key),), measures=(count(),)))
    assert [(one.field, one.code) for one in caught.value.problems] == [(field, code)]


@pytest.mark.parametrize(
    ("measure", "field", "code"),
    [
        (distinct(s.tags), "tags", "query.operator"),
        (Measure("x", Fn.DISTINCT, ("nope",)), "nope", "query.unknown_field"),
        (Measure("x", Fn.ELAPSED, ("at",), ("nope",)), "nope", "query.unknown_field"),
        (Measure("x", Fn.ELAPSED, ("at",)), "", "query.unknown_field"),
        (elapsed(s.at, s.day), "day", "query.not_an_instant"),
        (elapsed(s.count, s.at), "count", "query.not_an_instant"),
    ],
)
def test_checks_measures(measure: Measure, field: str, code: str) -> None:
    with pytest.raises(Invalid) as caught:
        check_tally(tally(query(Sample), measures=(measure,)))
    assert [(one.field, one.code) for one in caught.value.problems] == [(field, code)]


def test_refuses_to_group_by_too_much() -> None:
    with pytest.raises(Invalid) as caught:
        check_tally(tally(query(Sample), by=(s.name,) * 13, measures=(count(),)))
    assert [(one.field, one.code) for one in caught.value.problems] == [("by", "query.too_many_keys")]


def test_refuses_to_measure_secrets() -> None:
    secret: Any = next(spec for spec in describe(Credential).fields if spec.hint.secret)
    for asked in (
        Tally(of=query(Credential), by=(Banded(secret.path, ("a",)),), measures=(count(),)),
        Tally(of=query(Credential), by=(), measures=(Measure("x", Fn.DISTINCT, secret.path),)),
    ):
        with pytest.raises(Invalid) as caught:
            check_tally(asked)
        assert {one.code for one in caught.value.problems} <= {"query.secret", "query.not_sortable"}


def test_takes_keys_of_every_kind() -> None:
    keys = [
        *(banded(s.count, [0]), banded(s.weight, [Decimal("0.001")]), banded(s.at, [EDGE]), banded(s.name, ["a", "b"])),
        *(BY_NAME, banded(BY_NAME, ["a"]), chain(4), banded(s.count, range(500)), through(s.parent, Sample, s.owner)),
        *(banded(within(s.price, m.amount), [Decimal(1)]), through(s.parent, Sample, within(s.deposit, m.currency))),
    ]
    check_tally(tally(query(Sample), by=tuple(keys), measures=(distinct(s.owner), elapsed(s.at, s.seen))))


def test_takes_what_every_store_measures() -> None:
    ranked = [s.count, s.weight, s.day, s.at, s.name, s.colour, within(s.price, m.amount)]
    for one in ranked:
        check_tally(
            tally(query(Sample), by=(one,), measures=(smallest(one), largest(one), count("n")), top=Top("n", 1))
        )
    check_tally(tally(query(Sample), by=(s.active, s.owner), measures=(total(s.count), total(s.weight, "w"))))


def test_refuses_what_no_store_tells_apart_by_frequency() -> None:
    """All keys are frequencies of one field, with ascending edges; only its different values are counted."""

    def codes(*by: Any, measures: tuple[Any, ...] = (count(),)) -> set[str]:
        with pytest.raises(Invalid) as caught:
            check_tally(tally(query(Sample), by=by, measures=measures))
        return set(caught.value.codes)

    often = frequency(s.parent, [1])
    assert codes(often, s.colour) == codes(often, frequency(s.owner, [1])) == {"query.mixed_keys"}
    assert codes(often, measures=(distinct(s.owner),)) == {"query.mixed_keys"}
    assert codes(frequency(s.parent, [])) == {"query.edges_count"}
    assert codes(frequency(s.parent, [2, 2])) == {"query.edges_order"}
    assert codes(frequency(s.parent, [0])) == {"query.value"}
    assert codes(frequency(s.tags, [1])) == {"query.not_sortable"}
    assert codes(frequency(s.parent, [1], contains(s.name, "a"))) == {"query.not_plain"}
    assert codes(frequency(s.parent, [1], eq(s.count, "a"))) == {"query.value"}
    check_tally(tally(query(Sample), by=(often, frequency(s.parent, [1, 5], ge(s.count, 1))), measures=(count(),)))


def test_refuses_measures_of_some_records_that_no_store_takes_in_passing() -> None:
    def codes(*measures: Any) -> set[str]:
        with pytest.raises(Invalid) as caught:
            check_tally(tally(query(Sample), measures=measures))
        return set(caught.value.codes)

    assert codes(only(distinct(s.owner), "n", ge(s.count, 1))) == {"query.operator"}
    for asked in (contains(s.name, "a"), has(s.tags, "a"), one_of(s.count, [1]), in_query(s.id, query(Sample))):
        assert codes(only(count(), "n", negate(asked))) == {"query.not_plain"}
    assert codes(only(count(), "n", eq(s.count, "a"))) == {"query.value"}


def test_opens_no_frequency() -> None:
    asked = tally(query(Sample), by=(frequency(s.parent, [1]),), measures=(count(),))
    with pytest.raises(Invalid) as caught:
        records_behind(asked, TallyRow((1,), (3,)))
    assert caught.value.codes == {"query.no_way_back"}


@given(queries(Sample, (Sample, Part)))
def test_takes_what_the_kit_asks(wanted: Query[Any]) -> None:
    check_query(wanted)


@given(tallies(Sample, (Part,)))
def test_takes_what_the_kit_tallies(asked: Any) -> None:
    check_tally(asked)


class TestWhatNoTypeCheckerSaw:
    """Not every caller has a type checker: a script's mistake is one typed error, not a crash in some store."""

    def test_refuses_what_is_no_query(self) -> None:
        nothing: Any = "sample"
        with pytest.raises(Invalid) as caught:
            check_query(nothing)
        assert caught.value.codes == {"query.kind"}

    def test_refuses_a_query_for_another_kind(self) -> None:
        for check in (lambda: check_query(query(Part), Sample), lambda: check_tally(COUNTED, Part)):
            with pytest.raises(Invalid) as caught:
                check()
            assert caught.value.codes == {"query.kind"}
        check_query(query(Part), Part)
        check_tally(COUNTED, Sample)

    @pytest.mark.parametrize("part", ["name", None, 5, Order(("name",))])
    def test_refuses_what_is_no_condition(self, part: Any) -> None:
        assert found(query(Sample).where(part)) == {("query", "query.no_condition")}
        assert found(query(Sample).where(negate(any_of(part)))) == {("query", "query.no_condition")}

    @pytest.mark.parametrize("inner", ["part", None, Part])
    def test_refuses_a_semi_join_with_what_is_no_query(self, inner: Any) -> None:
        assert found(query(Sample).where(in_query(s.parent, inner))) == {("query", "query.kind")}
        assert found(query(Sample).where(in_query(s.parent, inner, on=p.sample))) == {("query", "query.kind")}

    def test_refuses_what_is_no_order(self) -> None:
        wrong: Any = (s.name,)
        with pytest.raises(Invalid) as caught:
            check_query(attrs.evolve(query(Sample), order=wrong))
        assert caught.value.codes == {"query.no_condition"}

    @pytest.mark.parametrize("number", [-1, True, "5", 1.5, 2**31])
    def test_refuses_what_is_no_number_of_records(self, number: Any) -> None:
        with pytest.raises(Invalid) as caught:
            check_at_most(number)
        assert [(one.field, one.code) for one in caught.value.problems] == [("at_most", "value.range")]
        with pytest.raises(Invalid) as caught:
            check_tally(attrs.evolve(COUNTED, top=Top("count", number)))
        assert [(one.field, one.code) for one in caught.value.problems] == [("limit", "value.range")]

    def test_takes_a_number_of_records(self) -> None:
        check_at_most(None)
        check_at_most(0)
        check_tally(attrs.evolve(COUNTED, top=Top("count", 0)))


def test_refuses_a_condition_of_too_many_parts() -> None:
    """Every store has its bound; the core's is below them all."""
    wide = any_of(*(eq(s.count, number) for number in range(MOST_PARTS)))
    for condition in (wide, in_query(s.parent, query(Sample).where(wide))):
        assert found(query(Sample).where(condition)) == {("query", "query.too_large")}
    check_query(query(Sample).where(any_of(*(eq(s.count, number) for number in range(MOST_PARTS - 2)))))


def test_refuses_a_condition_of_too_many_levels() -> None:
    deep = eq(s.count, 1)
    for _ in range(MOST_LEVELS - 2):
        deep = negate(deep)
    check_query(query(Sample).where(deep))
    assert found(query(Sample).where(negate(deep))) == {("query", "query.too_deep")}
    assert found(query(Sample).where(all_of(any_of(deep)))) == {("query", "query.too_deep")}
    for _ in range(MOST_PARTS):
        deep = negate(deep)
    assert found(query(Sample).where(deep)) == {("query", "query.too_large")}


def test_secrets_are_not_asked_for() -> None:
    """Whoever could compare a secret could guess it, sort by it, or take the least."""
    k: Any = fields(Credential)
    assert found(query(Credential).where(eq(k.password_hash, "x"))) == {("password_hash", "query.secret")}
    assert found(query(Credential).sort(asc(k.password_hash))) == {("password_hash", "query.not_sortable")}
    for asked, code in (
        (tally(query(Credential), measures=(smallest(k.password_hash),)), "query.secret"),
        (tally(query(Credential), by=(k.password_hash,), measures=(count(),)), "query.not_sortable"),
    ):
        with pytest.raises(Invalid) as caught:
            check_tally(asked)
        assert caught.value.codes == {code}
