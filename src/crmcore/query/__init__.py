"""Questions about one kind of record, the same on every store.

::

    from attrs import fields
    from crmcore.query import contains, desc, one_of, query

    o = fields(Opportunity)
    query(Opportunity).where(one_of(o.status, OPEN), contains(o.customer_name, "华建")).sort(desc(o.created_at)).page(
        20
    )
"""

from crmcore.query.behind import records_behind
from crmcore.query.conditions import (
    EVERYTHING,
    NOTHING,
    All,
    AnyOf,
    Condition,
    InQuery,
    Not,
    Op,
    Path,
    Test,
    all_of,
    any_of,
    contains,
    eq,
    ge,
    gt,
    has,
    in_query,
    is_null,
    le,
    lt,
    negate,
    one_of,
    starts_with,
    within,
)
from crmcore.query.derivations import Derivation, FromJoined, FromSource, Prior
from crmcore.query.groups import Banded, Through, banded, through
from crmcore.query.queries import (
    Fn,
    Measure,
    Order,
    Query,
    Tally,
    TallyRow,
    Top,
    asc,
    count,
    desc,
    distinct,
    elapsed,
    largest,
    query,
    smallest,
    tally,
    total,
)

__all__ = [
    "EVERYTHING",
    "NOTHING",
    "All",
    "AnyOf",
    "Banded",
    "Condition",
    "Derivation",
    "Fn",
    "FromJoined",
    "FromSource",
    "InQuery",
    "Measure",
    "Not",
    "Op",
    "Order",
    "Path",
    "Prior",
    "Query",
    "Tally",
    "TallyRow",
    "Test",
    "Through",
    "Top",
    "all_of",
    "any_of",
    "asc",
    "banded",
    "contains",
    "count",
    "desc",
    "distinct",
    "elapsed",
    "eq",
    "ge",
    "gt",
    "has",
    "in_query",
    "is_null",
    "largest",
    "le",
    "lt",
    "negate",
    "one_of",
    "query",
    "records_behind",
    "smallest",
    "starts_with",
    "tally",
    "through",
    "total",
    "within",
]
