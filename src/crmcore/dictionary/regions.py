"""Fills the list of regions from the administrative divisions of a country (requirements 6.1, X-CUS-03, 16.9)."""

import re
from collections.abc import Iterable, Iterator, Mapping
from typing import Any, Final

import attrs
from attrs import fields

from crmcore.base.constraints import Length
from crmcore.base.errors import Invalid, Problem
from crmcore.base.schema import describe
from crmcore.base.text import is_storable, is_visible
from crmcore.dictionary.entity import DictionaryEntry, DictionaryEntryId
from crmcore.query import eq, query
from crmcore.storage.action import action
from crmcore.storage.work import Work

__all__ = ["RegionLoad", "load_regions"]

_CATEGORY: Final = "region"
_FIRST_POSITION: Final = 1000
"""After the delivered regions, and what a company has put among them."""
_MOST: Final = 90_000
_MOST_LEVELS: Final = 10
_LABELS: Final = describe(DictionaryEntry).by_name["label_zh"].constraint(Length) or Length(1, 50)
_CODES: Final = describe(DictionaryEntry).by_name["code"].constraint(Length) or Length(1, 50)
_d: Final = fields(DictionaryEntry)


@attrs.frozen(kw_only=True)
class RegionLoad:
    """What loading regions did."""

    created: int = 0
    changed: int = 0
    unchanged: int = 0


@action("dictionary.manage")
def load_regions(work: Work, divisions: Iterable[Mapping[str, Any]]) -> RegionLoad:
    """Take administrative divisions into the list of regions, each with its code; again changes nothing (16.9).

    The label is the full path, so that two districts of the same name can be told apart: ``广东省 / 深圳市 / 南山区``.
    There is no English name in such files, so the English label is the Chinese one. Entries that the list has beside
    these stay as they are, and so do the labels of regions that were retired.

    Args:
        work: The unit of work.
        divisions: Mappings with ``code``, ``name`` and, where it has parts, ``children``, nested to any level:
            province, city, district.

    Raises:
        Invalid: A division lacks code or name, or a code or path comes twice; nothing is written.
    """
    wanted = _checked(divisions)
    known = {one.code: one for one in work.dictionary.find(query(DictionaryEntry).where(eq(_d.category, _CATEGORY)))}
    labels = {one.label_zh: one.code for one in known.values()}
    new: list[DictionaryEntry] = []
    changed: list[DictionaryEntry] = []
    for place, (code, label) in enumerate(wanted.items(), start=_FIRST_POSITION):
        if labels.get(label, code) != code:
            raise Invalid(_wrong("name", "dictionary.label_taken", got=label, value=labels[label]))
        entry = known.get(code)
        if entry is None:
            new.append(_region(DictionaryEntryId(work.new_id()), code, label, place))
        elif (entry.label_zh, entry.label_en) != (label, label) and entry.editable:
            changed.append(attrs.evolve(entry, label_zh=label, label_en=label))
    work.bulk.renew(changed)
    work.bulk.add(new)
    if new or changed:
        counts = {"created": len(new), "changed": len(changed)}
        work.bulk.note(DictionaryEntry, None, {name: [None, count] for name, count in counts.items() if count})
    return RegionLoad(created=len(new), changed=len(changed), unchanged=len(wanted) - len(new) - len(changed))


def _region(id_: DictionaryEntryId, code: str, label: str, place: int) -> DictionaryEntry:
    return DictionaryEntry(id=id_, category=_CATEGORY, code=code, label_zh=label, label_en=label, position=place)


def _checked(divisions: Iterable[Mapping[str, Any]]) -> dict[str, str]:
    """Answer code to label of all divisions, or tell what is wrong with the first few."""
    found: dict[str, str] = {}
    labels: set[str] = set()
    problems: list[Problem] = []
    for code, label in _flat(divisions, (), 1):
        if not _is_text(code, _CODES) or re.search(r"\s", code):
            problems.append(_wrong("code", "dictionary.division_code", got=str(code)[:50]))
        elif not _is_text(label, _LABELS):
            problems.append(
                _wrong("name", "dictionary.division_name", got=str(label)[:50], value=code, max=_LABELS.max)
            )
        elif code in found or label in labels:
            problems.append(_wrong("code", "dictionary.division_twice", got=code, name=label))
        else:
            found[code] = label
            labels.add(label)
        if len(problems) > 20 or len(found) > _MOST:  # noqa: PLR2004  # enough to see what kind of file it is
            break
    if len(found) > _MOST:
        problems.append(_wrong("divisions", "value.too_many", max=_MOST, got=len(found)))
    if problems:
        raise Invalid(problems)
    return found


def _flat(divisions: object, above: tuple[str, ...], level: int) -> Iterator[tuple[Any, Any]]:
    """Answer code and full path of each division, those of a province together."""
    if not isinstance(divisions, Iterable) or isinstance(divisions, str | Mapping) or level > _MOST_LEVELS:
        raise Invalid(_wrong("divisions", "value.type", wanted="list", got=type(divisions).__name__))
    for one in divisions:
        if not isinstance(one, Mapping):
            raise Invalid(_wrong("divisions", "value.type", wanted="mapping", got=type(one).__name__))
        name = one.get("name")
        path = (*above, name if isinstance(name, str) else "")
        yield one.get("code"), " / ".join(path) if isinstance(name, str) and name.strip() else None
        if one.get("children"):
            yield from _flat(one["children"], path, level + 1)


def _is_text(value: object, length: Length) -> bool:
    return isinstance(value, str) and len(value) <= length.max and is_storable(value) and is_visible(value)


def _wrong(field: str, code: str, **params: object) -> Problem:
    return Problem(field=field, code=code, params=params)
