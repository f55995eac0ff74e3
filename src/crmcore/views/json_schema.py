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
    described = {**_TYPES[spec.kind], **_bounds(spec)}
    if spec.kind == "enum":
        described["enum"] = [member.value for member in spec.type]
    whole = {"anyOf": [described, {"type": "null"}]} if spec.nullable else described
    return {
        "title": text(f"{entity}.{spec.name}", language),
        **whole,
        **({"readOnly": True} if spec.hint.system else {}),
    }


def _bounds(spec: FieldSpec) -> dict[str, Any]:
    bounds: dict[str, Any] = {}
    if length := spec.constraint(Length):
        bounds |= {"minLength": length.min, "maxLength": length.max}
    if within := spec.constraint(Range):
        bounds |= {"minimum": within.min, "maximum": within.max}
    if pattern := spec.constraint(Pattern):
        bounds["pattern"] = f"^(?:{pattern.regex})$"
    if digits := spec.constraint(Digits):
        bounds["pattern"] = _decimal(digits.total - digits.places, digits.places)
    if items := spec.constraint(Items):
        bounds["maxItems"] = items.count
        if spec.kind == "text_list":
            bounds["items"] = {"type": "string", "maxLength": items.length}
    return bounds


def _decimal(whole: int, places: int) -> str:
    """Answer the form of a decimal with so many digits before and after the point; zeros at the end do not count."""
    fraction = rf"(\.[0-9]{{1,{places}}}0*)?" if places else r"(\.0+)?"
    return rf"^-?{f'0*[0-9]{{1,{whole}}}' if whole else '0+'}{fraction}$"
