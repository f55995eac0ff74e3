"""Conditions as expressions: which records of a group a measure is taken of, said where no filter can stand."""

from typing import Any, Final

from crmcore.query import EVERYTHING, Condition
from crmcore_mongo.grouping import Translate
from crmcore_mongo.urls import Document

__all__ = ["meeting", "where_met"]

_JOINED: Final = {"$and": "$and", "$or": "$or", "$nor": "$or"}
_BELOW: Final = frozenset({"$lt", "$lte"})
"""Comparisons that a missing value meets in an expression, unlike in a filter."""


def where_met(translate: Translate, entity: type[Any], where: Condition, value: Any) -> Any:
    """Answer a value for records that meet a condition, and nothing to add up for all others."""
    if where == EVERYTHING:
        return value
    return {"$cond": [meeting(translate(entity).condition(where)), value, None]}


def meeting(found: Document) -> Document:
    """Answer a filter of plain comparisons as an expression."""
    return {"$and": [_meets(key, wanted) for key, wanted in found.items()]}


def _meets(key: str, wanted: Any) -> Document:
    if key in _JOINED:
        joined = {_JOINED[key]: [meeting(one) for one in wanted]}
        return {"$not": [joined]} if key == "$nor" else joined
    if not isinstance(wanted, dict):
        return _compared(key, "$eq", wanted)
    return {"$and": [_compared(key, operator, value) for operator, value in wanted.items()]}


def _compared(key: str, operator: str, value: Any) -> Document:
    field = {"$ifNull": [f"${key}", None]}
    compared = {operator: [field, {"$literal": value}]}
    return {"$and": [{"$gt": [field, None]}, compared]} if operator in _BELOW else compared
