"""What a search asks an index of keywords for, and what it looks at more closely in what was found."""

from typing import Any

import pytest
from attrs import fields

from crmcore.base.schema import describe
from crmcore.query import EVERYTHING, All, Condition, any_of, contains, desc, eq, negate, query
from crmcore.service.entity import ServiceRequest
from crmcore_sql.mapping import map_entity
from crmcore_sql.products import SQLITE
from crmcore_sql.sought import search_of

_r = fields(ServiceRequest)
WORDS, TITLE, NUMBER = contains(_r.search_text, "亮点"), contains(_r.title, "亮点"), contains(_r.number, "FW")
TYPE = eq(_r.type, "complaint")


def _flat(condition: Condition) -> list[Any]:
    return [one for part in condition.parts for one in _flat(part)] if isinstance(condition, All) else [condition]


@pytest.mark.requirement("SVC-02", "GEN-16")
@pytest.mark.parametrize(
    ("asked", "part", "rest"),
    [
        ((WORDS,), [WORDS], []),
        ((WORDS, TYPE), [WORDS], [TYPE]),
        ((WORDS, TITLE), [WORDS, TITLE], []),
        ((TYPE, NUMBER, WORDS, TITLE), [WORDS, NUMBER, TITLE], [TYPE]),
        ((All((TYPE, All((TITLE, EVERYTHING)))), WORDS), [WORDS, TITLE], [TYPE]),
        ((WORDS, negate(TITLE)), [WORDS], [negate(TITLE)]),
        ((WORDS, any_of(TITLE, NUMBER)), [WORDS], [any_of(TITLE, NUMBER)]),
    ],
)
def test_parts_of_texts_are_looked_for_in_what_the_index_found(
    asked: tuple[Condition, ...], part: list[Condition], rest: list[Condition]
) -> None:
    """Otherwise the first records of a list would be the first that have them: for rare ones, all there are."""
    search = search_of(
        query(ServiceRequest).where(*asked).sort(desc(_r.created_at)), map_entity(describe(ServiceRequest), SQLITE)
    )
    assert search is not None
    assert (_flat(search.part), _flat(search.rest.condition)) == (part, rest)
    assert search.tests == (WORDS,)
    assert list(search.leads) == [one for one in rest if one == TYPE]
