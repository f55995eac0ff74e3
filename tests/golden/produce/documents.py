"""The collections, validators and indexes of every entity as MongoDB is told to make them."""

from bson.json_util import CANONICAL_JSON_OPTIONS, JSONOptions, dumps

from crmcore.base.schema import describe
from crmcore.subjects import ENTITIES
from crmcore_mongo.collections import plan_of

__all__ = ["document_files"]

_OPTIONS: JSONOptions = CANONICAL_JSON_OPTIONS


def document_files() -> dict[str, str]:
    """Answer one file for each collection."""
    plans = [plan_of(describe(cls)) for cls in ENTITIES]
    return {
        f"tests/golden/kept/mongodb/{plan.collection}.json": dumps(
            {"validator": plan.validator, "indexes": [index.as_document() for index in plan.indexes]},
            json_options=_OPTIONS,
            ensure_ascii=False,
            indent=2,
        )
        + "\n"
        for plan in plans
    }
