"""JSON schema of every entity, in English."""

import json

from crmcore.base.schema import describe
from crmcore.base.values import Money
from crmcore.subjects import ENTITIES
from crmcore.views import json_schema

__all__ = ["schema_files"]


def schema_files() -> dict[str, str]:
    """Answer one file for each entity and value."""
    return {
        f"tests/golden/kept/json_schema/{describe(cls).name}.json": json.dumps(
            json_schema(cls), ensure_ascii=False, indent=2
        )
        + "\n"
        for cls in (*ENTITIES, Money)
    }
