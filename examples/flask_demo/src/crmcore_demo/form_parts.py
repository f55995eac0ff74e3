"""Long forms in parts: fields that belong together stand below one heading."""

from collections.abc import Iterable, Mapping

import attrs

from crmcore_demo.forms import Form, Shown


@attrs.frozen(kw_only=True)
class Part:
    """Fields that belong together, below one heading."""

    title: str
    fields: tuple[Shown, ...]


def parts_of(form: Form, named: Mapping[str, Iterable[str]]) -> tuple[Part, ...]:
    """Return a form's fields by headings; a field that no heading names stands under the last one."""
    wanted = {title: tuple(names) for title, names in named.items()}
    placed = {name for names in wanted.values() for name in names}
    over = tuple(shown for shown in form.fields if shown.name not in placed)
    found = [
        Part(title=title, fields=tuple(shown for name in names for shown in form.fields if shown.name == name))
        for title, names in wanted.items()
    ]
    found[-1:] = (attrs.evolve(part, fields=part.fields + over) for part in found[-1:])
    return tuple(part for part in found if part.fields)
