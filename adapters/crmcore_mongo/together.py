"""What all groups of a tally come to, beside each of them.

Not by ``$setWindowFields``: a server may go through all groups again for each of them, and a thousand took it a minute.
"""

from collections.abc import Sequence
from decimal import localcontext
from typing import Any

from bson import Decimal128

from crmcore.base.numbers import EXACT
from crmcore.query import Tally
from crmcore_mongo.codec import Codec
from crmcore_mongo.tallies import of_all
from crmcore_mongo.urls import Document

__all__ = ["added", "are_all", "stage"]


def stage(codec: Codec, tally: Tally) -> Document:
    """The stage that adds up all groups."""
    return {"$group": {"_id": None, **{name: {"$sum": what} for name, what in of_all(codec, tally).items()}}}


def are_all(tally: Tally, groups: Sequence[Document]) -> bool:
    """Tell whether these are all groups there are, so that nobody has to be asked for the others."""
    return tally.top is None or len(groups) < tally.top.limit


def added(codec: Codec, tally: Tally, groups: Sequence[Document]) -> Document:
    """Add up all groups here, exactly."""
    return {
        name: len(groups) if what == 1 else _sum([group[name] for group in groups])
        for name, what in of_all(codec, tally).items()
    }


def _sum(values: Sequence[Any]) -> Any:
    with localcontext(EXACT):
        return sum(value.to_decimal() if isinstance(value, Decimal128) else value for value in values)
