"""Answers the tables of a report as pandas data frames, for those who reckon on (X-ANA-05; extra ``pandas``)."""

from typing import Any

from crmcore.access.argon2 import MissingPackage
from crmcore.reports.tables import Table

__all__ = ["as_frame"]


def as_frame(table: Table) -> Any:
    """Answer a pandas ``DataFrame`` with a column for each column, by name, and the keys of the rows as its index.

    Amounts stay exact (``Decimal``), days are days; what is undefined is None. The total is no row of it.

    Raises:
        MissingPackage: pandas is not installed.
    """
    try:
        import pandas as pd
    except ModuleNotFoundError as error:
        raise MissingPackage(package="pandas", extra="pandas") from error
    return pd.DataFrame(
        {
            column.name: pd.Series([row.cells[place].value for row in table.rows], dtype=object)
            for place, column in enumerate(table.columns)
        }
    ).set_axis([row.key for row in table.rows], axis=0)
