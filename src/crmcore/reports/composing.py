"""How many customers of each kind there are (RPT-02, menu L0402)."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

import attrs
from attrs import fields

from crmcore.access.entity import Validity
from crmcore.customers.entity import Customer, CustomerStatus
from crmcore.dictionary.entity import DictionaryEntry
from crmcore.query import Condition, TallyRow, any_of, asc, eq, one_of, query
from crmcore.reports.asking import chosen
from crmcore.statistics.figures import Figure
from crmcore.statistics.parts import CATEGORIES, COMPLETE, STARS, CompositionBy, Part, by_feature, in_order, parts
from crmcore.statistics.sums import number_of
from crmcore.storage.action import action
from crmcore.storage.work import Work

__all__ = ["CompositionReport", "code_names", "composition", "entries_of", "labels_of"]

_c = fields(Customer)
_d = fields(DictionaryEntry)


@attrs.frozen(kw_only=True)
class CompositionReport:
    """The customer composition analysis."""

    by: CompositionBy
    customers: Figure[int]
    """All customers that were counted."""
    rows: tuple[Part, ...]
    """In the order of the dictionary, or by stars ascending; what is not specified comes last."""
    labels: Mapping[str, str]
    """What the codes mean in the reader's language; empty for stars."""


@action("report.composition")
def composition(work: Work, by: CompositionBy = CompositionBy.LEVEL) -> CompositionReport:
    """Answer how many active customers there are of each level, credit, satisfaction, region or industry (RPT-02).

    Every level and every number of stars appears, with 0 if no customer has it; of other lists, what customers have.

    Args:
        work: The unit of work.
        by: What they are counted by.

    Raises:
        Invalid: They can't be counted by that.
    """
    kind: CompositionBy = chosen(by, CompositionBy, "by")
    active = query(Customer).where(eq(_c.status, CustomerStatus.NORMAL))
    asked = by_feature(active, kind)
    rows = work.customers.groups(asked)
    entries: Sequence[DictionaryEntry] = ()
    if kind in CATEGORIES:
        entries = entries_of(work, CATEGORIES[kind], rows, complete=kind in COMPLETE)
        expected: Sequence[Any] = [one.code for one in entries if one.status is Validity.VALID]
        places: Sequence[Any] = [one.code for one in entries]
    else:
        expected = places = STARS
    rows = in_order(rows, places, expected if kind in COMPLETE else ())
    whole = number_of(rows, active, "customer")
    return CompositionReport(by=kind, customers=whole, rows=parts(asked, rows, whole), labels=labels_of(work, entries))


def entries_of(
    work: Work, category: str, rows: Sequence[TallyRow], *, complete: bool = False
) -> Sequence[DictionaryEntry]:
    """Answer the dictionary's entries for the codes of a tally, in their order; if *complete*, all of the category."""
    codes = one_of(_d.code, [row.key[0] for row in rows if row.key[0]])
    which: list[Condition] = [eq(_d.category, category)]
    which.append(any_of(codes, eq(_d.status, Validity.VALID)) if complete else codes)
    return work.dictionary.find(query(DictionaryEntry).where(*which).sort(asc(_d.position)))


def code_names(work: Work, category: str, codes: Iterable[str]) -> Mapping[str, str]:
    """Answer what codes of a category mean; retired ones, too. One statement, or none."""
    wanted = sorted({code for code in codes if code})
    if not wanted:
        return {}
    entries = query(DictionaryEntry).where(eq(_d.category, category), one_of(_d.code, wanted))
    return labels_of(work, work.dictionary.find(entries))


def labels_of(work: Work, entries: Sequence[DictionaryEntry]) -> dict[str, str]:
    """Answer what codes mean in the reader's language."""
    chinese = work.actor.language == "zh"
    return {one.code: one.label_zh if chinese else one.label_en for one in entries}
