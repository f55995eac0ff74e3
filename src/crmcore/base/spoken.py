"""Says the facts of an error as people call them: entities, fields, permissions and states by their labels."""

from typing import Final

from crmcore.i18n import Language, has_text, text

__all__ = ["spoken"]

_LONGEST: Final = 200


def spoken(params: dict[str, object], language: Language) -> dict[str, object]:
    """Replace programmers' names in *params* by what people call them."""
    said = {name: _short(value) if isinstance(value, str) else value for name, value in params.items()}
    entity = params.get("entity")
    if isinstance(entity, str) and has_text(entity, language):
        said["entity"] = text(entity, language)
        field = params.get("field")
        if isinstance(field, str) and has_text(f"{entity}.{field}", language):
            said["field"] = text(f"{entity}.{field}", language)
    permission = params.get("permission")
    if isinstance(permission, str) and has_text(f"permission.{permission}", language):
        said["permission"] = text(f"permission.{permission}", language)
    wanted = params.get("wanted")
    if isinstance(wanted, str) and has_text(f"type.{wanted}", language):
        said["wanted"] = text(f"type.{wanted}", language)
    for name, value in params.items():
        if name.startswith(("status", "step")) and isinstance(value, str) and has_text(value, language):
            said[name] = text(value, language)
    return said


def _short(value: str) -> str:
    """Cut what somebody typed to what a sentence bears, and show characters that can't be written."""
    shown = value if len(value) <= _LONGEST else f"{value[:_LONGEST]}…"
    return shown.encode(errors="backslashreplace").decode()
