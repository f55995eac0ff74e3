"""An entity as JSON schema (draft 2020-12), for APIs and file formats."""

from typing import Any, Final

from crmcore.base.constraints import Digits, Items, Length, Pattern, Range
from crmcore.base.kinds import Kind
from crmcore.base.schema import FieldSpec, describe
from crmcore.i18n import Language, text

__all__ = ["json_schema"]

_TYPES: Final[dict[Kind, dict[str, Any]]] = {
    "text": {"type": "string"},
    "integer": {"type": "integer"},
    "boolean": {"type": "boolean"},
    "decimal": {"type": "string", "format": "decimal"},
    "date": {"type": "string", "format": "date"},
    "instant": {"type": "string", "format": "date-time"},
    "uuid": {"type": "string", "format": "uuid"},
    "enum": {"type": "string"},
    "text_list": {"type": "array", "items": {"type": "string"}},
    "uuid_list": {"type": "array", "items": {"type": "string", "format": "uuid"}},
}


def json_schema(cls: type[Any], language: Language = "en") -> dict[str, Any]:
    """Describe the JSON form of an entity, as ``storage.codec.entity_to_json`` writes it.

    Secret fields are left out.
    """
    schema = describe(cls)
    fields = [spec for spec in schema.fields if not spec.hint.secret]
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": text(schema.name, language),
        "type": "object",
        "properties": {spec.name: _property(spec, schema.name, language) for spec in fields},
        "required": [spec.name for spec in fields if spec.required and not spec.nullable],
        "additionalProperties": False,
    }


def _property(spec: FieldSpec, entity: str, language: Language) -> dict[str, Any]:
    described: dict[str, Any] = {**_TYPES[spec.kind]}
    for constraint in spec.constraints:
        match constraint:
            case Length(least, most):
                described |= {"minLength": least, "maxLength": most}
            case Range(least, most):
                described |= {"minimum": least, "maximum": most}
            case Pattern(regex):
                described["pattern"] = f"^(?:{regex})$"
            case Digits(total, places):
                described["pattern"] = _decimal(total - places, places)
            case Items(count, longest):
                described["maxItems"] = count
                if spec.kind == "text_list":
                    described["items"] = {"type": "string", "maxLength": longest}
    if spec.kind == "enum":
        described["enum"] = [member.value for member in spec.type]
    whole = {"anyOf": [described, {"type": "null"}]} if spec.nullable else described
    return {
        "title": text(f"{entity}.{spec.name}", language),
        **whole,
        **({"readOnly": True} if spec.hint.system else {}),
    }


def _decimal(whole: int, places: int) -> str:
    """Answer the form of a decimal with so many digits before and after the point; zeros at the end do not count."""
    fraction = rf"(\.[0-9]{{1,{places}}}0*)?" if places else r"(\.0+)?"
    return rf"^-?0*[0-9]{{1,{max(whole, 1)}}}{fraction}$"
