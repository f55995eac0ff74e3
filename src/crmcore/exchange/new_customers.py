"""The values of new customers, row by row, out of the columns of a file: quick for very many (requirement X-ADM-10)."""

import itertools
from collections.abc import Iterable, Mapping, Sequence
from typing import Any, Final

import attrs

from crmcore.base.schema import describe
from crmcore.customers.entity import Customer

__all__ = ["rows_of"]

_CUSTOMER: Final = describe(Customer)
_DEFAULTS: Final[list[Any]] = [None if spec.default is attrs.NOTHING else spec.default for spec in _CUSTOMER.fields]


def rows_of(columns: Mapping[str, Sequence[Any]], count: int) -> list[list[Any]]:
    """Answer the values of new customers, one list for each row, in the order of the fields.

    Where nothing is given, a field holds its default if it can't be without a value.

    Args:
        columns: Field to what the rows hold, checked; the folded name among them.
        count: How many rows there are.
    """
    whole: list[Iterable[Any]] = []
    for spec, default in zip(_CUSTOMER.fields, _DEFAULTS, strict=True):
        column = columns.get(spec.name)
        if column is None:
            whole.append(itertools.repeat(default, count))
        elif spec.nullable:
            whole.append(column)
        else:
            whole.append([default if value is None else value for value in column])
    return [*map(list, zip(*whole, strict=True))]
