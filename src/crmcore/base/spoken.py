"""Says the facts of an error as people call them: entities, fields, permissions and states by their labels."""

from crmcore.i18n import Language, has_text, text

__all__ = ["spoken"]


def spoken(params: dict[str, object], language: Language) -> dict[str, object]:
    """Replace programmers' names in *params* by what people call them."""
    said = dict(params)
    entity = params.get("entity")
    if isinstance(entity, str) and has_text(entity, language):
        said["entity"] = text(entity, language)
        field = params.get("field")
        if isinstance(field, str) and has_text(f"{entity}.{field}", language):
            said["field"] = text(f"{entity}.{field}", language)
    permission = params.get("permission")
    if isinstance(permission, str) and has_text(f"permission.{permission}", language):
        said["permission"] = text(f"permission.{permission}", language)
    for name, value in params.items():
        if name.startswith("status") and isinstance(value, str) and has_text(value, language):
            said[name] = text(value, language)
    return said
