"""The derivation that checks of stores run: a notice for each part of a sample."""

import datetime as dt
from typing import Any, Final

from crmcore.query import EVERYTHING, Condition, Derivation, FromJoined, FromSource, Prior, query
from crmcore.query.derivation_checks import check_derivation
from crmcore.testing.samples import Colour, Notice, Part, Sample, number

__all__ = ["NOW", "notices"]

NOW: Final = dt.datetime(2026, 4, 1, 1, 2, 3, 4_000, tzinfo=dt.UTC)


def notices(
    *conditions: Condition, where: Condition = EVERYTHING, unless: tuple[Prior, ...] = (), **values: Any
) -> Derivation:
    """Describe a notice for each part that meets the conditions and belongs to a sample that does."""
    given = {
        "id": FromSource(("id",)),
        "about": FromJoined(("id",)),
        "series": FromSource(("series",)),
        "number": FromSource(("number",)),
        "name": FromJoined(("name",)),
        "label": FromJoined(("label",)),
        "title": "Überfällig ＡＢＣ",
        "rank": FromJoined(("rank",)),
        "ratio": FromJoined(("ratio",)),
        "weight": FromJoined(("weight",)),
        "active": FromJoined(("active",)),
        "day": FromJoined(("day",)),
        "at": NOW,
        "seen": None,
        "parent": FromJoined(("parent",)),
        "colour": Colour.DARK_BLUE,
        "shade": FromJoined(("shade",)),
        "tags": FromJoined(("tags",)),
        "members": (number(1), number(2)),
        "version": 1,
        **values,
    }
    made = Derivation(
        into=Notice,
        source=query(Part).where(*conditions),
        joined=Sample,
        on=("sample",),
        where=where,
        unless=unless,
        values=given,
    )
    check_derivation(made)
    return made
