"""Which columns a tally reads, so that it is known whether an index has them all."""

from collections.abc import Iterator

from crmcore.query import All, AnyOf, Banded, Frequency, InQuery, Not, Op, Tally, Test
from crmcore.query.groups import origin_of, references_of

__all__ = ["columns_of"]


def columns_of(tally: Tally) -> Iterator[str]:
    """Name the columns that a tally reads of each record, besides those of plain keys."""
    paths = [path for one in tally.measures for path in (one.path, one.until) if path]
    paths += [
        origin_of(key, tally.of.entity)[1] for key in tally.by if isinstance(key, Banded) and not references_of(key)
    ]
    paths += [key.path for key in tally.by if isinstance(key, Frequency)]
    yield from ("_".join(path) for path in paths)
    waiting = [tally.of.condition, *(one.where for one in tally.measures)]
    waiting += [key.where for key in tally.by if isinstance(key, Frequency)]
    for part in waiting:
        match part:
            case All(parts) | AnyOf(parts):
                waiting.extend(parts)
            case Not(inner):
                waiting.append(inner)
            case InQuery(path):
                yield "_".join(path)
            case Test(path, op):
                yield "_".join(path) + ("_fold" if op in {Op.CONTAINS, Op.STARTS} else "")
