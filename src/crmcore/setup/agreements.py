"""Service contracts of sample customers: some run, some are over, some have not begun (requirement X-SRV-01)."""

import datetime as dt
from collections.abc import Mapping, Sequence
from typing import Any, Final

from crmcore.agreements.contract_actions import create_contract
from crmcore.agreements.entity import ServiceTarget
from crmcore.customers.entity import CustomerId
from crmcore.setup.cases import Cast
from crmcore.setup.clients import Client
from crmcore.setup.habits import is_regular
from crmcore.setup.hours import OfficeHours
from crmcore.storage.work import Work

__all__ = ["Agreements"]

_EVERY: Final = 3
"""One of so many customers has a contract."""
_SIGNED: Final = 20
"""A customer signs so many days after he became one, at most."""
_TERMS: Final = (365, 90, 365, 730)
"""Days a contract runs; some are over by now."""
_RENEWED: Final = 360
"""A customer of long standing signed his present contract so many days ago, at most."""
_SELDOM: Final = 9
"""One of so many of those has a contract."""
_AHEAD: Final = 30
"""Every fourth contract begins only then."""
_INCLUDED: Final = 12


class Agreements:
    """What customers have bought of service."""

    def __init__(self, cast: Cast, hours: OfficeHours, words: Mapping[str, Any], gold: ServiceTarget) -> None:
        """Agree on contracts; the first one of four, with the deadlines of *gold*."""
        self._cast, self._hours, self._words, self._target = cast, hours, words, gold
        self.gold: set[CustomerId] = set()
        """The customers who were promised more than others."""

    def make(self, work: Work, some: Sequence[Client]) -> None:
        """Record the contracts of some customers, each by his account manager."""
        for client in some:
            known_long = is_regular(client.customer, self._hours)
            if client.place % (_SELDOM if known_long else _EVERY) == 1:
                at = self._hours.ago(_RENEWED) if known_long else client.since
                self._make(work, client, client.place // _EVERY % len(_TERMS), at)

    def _make(self, work: Work, client: Client, kind: int, earliest: dt.datetime) -> None:
        at = self._hours.after(earliest, 1, _SIGNED, until=self._hours.now)
        first = self._hours.day_of(at)
        if kind == len(_TERMS) - 1:
            first = max(first, self._hours.today) + dt.timedelta(days=_AHEAD)
        is_gold = kind == 0
        if is_gold:
            self.gold.add(client.customer.id)
        self._cast.stage.enter(client.place + 1, at)
        self._cast.stage.move(work, at, self._cast.managers[client.customer.manager])
        create_contract(
            work,
            customer=client.customer.id,
            title=self._words["gold" if is_gold else "title"],
            starts_on=first,
            ends_on=first + dt.timedelta(days=_TERMS[kind] - 1),
            products=tuple(self._words["products"][: 1 + client.place % 3]),
            included_requests=None if is_gold else _INCLUDED,
            target=self._target.id if is_gold else None,
            remark=self._words["remark"],
        )
