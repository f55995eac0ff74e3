"""Days as people give them, in filters and forms."""

import datetime as dt

from crmcore.base.checked import FIRST_YEAR, LAST_YEAR
from crmcore.base.errors import Invalid, Problem

__all__ = ["day_of"]


def day_of(value: object, field: str, entity: str = "") -> dt.date:
    """Answer a day that somebody has given, if every store and every zone knows it.

    Args:
        value: What he gave.
        field: What the problem is said to be about.
        entity: Of which record.

    Raises:
        Invalid: It is no day, or out of the years that are known.
    """
    if isinstance(value, dt.datetime) or not isinstance(value, dt.date):
        got = type(value).__name__
        raise Invalid(Problem(field=field, code="value.type", entity=entity, params={"wanted": "date", "got": got}))
    if not FIRST_YEAR <= value.year <= LAST_YEAR:
        years: dict[str, object] = {"min": FIRST_YEAR, "max": LAST_YEAR}
        raise Invalid(Problem(field=field, code="value.year", entity=entity, params=years))
    return value
