"""Which columns a file may have, with the company's own fields, and an empty file to fill in (X-ADM-10, X-CUS-08)."""

import csv
import io

from crmcore.customers.custom_forms import fields_in_use
from crmcore.exchange.guarding import guarded
from crmcore.exchange.kinds import Column, columns_of
from crmcore.exchange.tables import headings_of
from crmcore.i18n import Language
from crmcore.storage.action import action
from crmcore.storage.work import Work

__all__ = ["columns_offered", "template"]


@action("customer.import", "customer.export")
def columns_offered(work: Work, kind: str = "customer") -> dict[str, Column]:
    """Answer the columns that rows of a kind may have, with the company's own fields that are asked for (X-CUS-08).

    Args:
        work: The unit of work.
        kind: ``customer`` or ``contact``.

    Raises:
        Invalid: No rows of that kind are imported.
    """
    return columns_of(kind, fields_in_use(work).values())


@action("customer.import", "customer.export")
def template(work: Work, kind: str = "customer", *, language: Language | None = None) -> bytes:
    """Answer an empty file to fill in: separated values with a heading for each column, UTF-8 with its mark.

    Args:
        work: The unit of work.
        kind: ``customer`` or ``contact``.
        language: Language of the headings; None for names, as programs want them.

    Raises:
        Invalid: No rows of that kind are imported.
    """
    columns = tuple(columns_offered(work, kind).values())
    to = io.StringIO(newline="")
    csv.writer(to).writerow([guarded(one) for one in headings_of(kind, columns, language)])
    return to.getvalue().encode("utf-8-sig")
