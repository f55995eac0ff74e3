"""Tells which new customers of a file may be known ones under another name (requirement CUS-07)."""

from collections.abc import Sequence

from crmcore.customers.duplicates import duplicates_of_many
from crmcore.exchange.contact_rows import ContactRows
from crmcore.exchange.customer_rows import CustomerRows
from crmcore.exchange.outcomes import Resemblance
from crmcore.exchange.plans import ImportPlan
from crmcore.exchange.sources import Row
from crmcore.storage.work import Work

__all__ = ["resembling"]


def resembling(
    work: Work, plan: ImportPlan, decided: CustomerRows | ContactRows, rows: Sequence[Row]
) -> tuple[Resemblance, ...]:
    """Answer the rows of new customers that resemble customers who are known, if that is asked for."""
    if plan.duplicates != "warn" or isinstance(decided, ContactRows) or not decided.made:
        return ()
    asked = [
        {name: decided.draft.value(id_, name) for name in ("name", "phone", "licence_no")}
        for id_ in decided.made.values()
    ]
    found = duplicates_of_many(work, asked)
    return tuple(
        Resemblance(rows[place][0], tuple(each.customer.number for each in one.found))
        for place, one in zip(decided.made, found, strict=True)
        if one
    )
