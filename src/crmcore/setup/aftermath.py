"""Puts in what came after the sales: products, stock, orders, meetings, and two churn checks with what was decided.

Orders come through the order feed, warnings through the churn check, decisions through the actions, in their order of
time: so the sums, the warnings and the newer orders fit together.
"""

import datetime as dt
from collections.abc import Callable, Iterable, Mapping
from decimal import Decimal
from typing import Any, Final
from uuid import UUID

import attrs
from attrs import fields

from crmcore.access.actor import SYSTEM, Actor
from crmcore.base.schema import Entity, describe
from crmcore.churn.actions import confirm, delay, retain
from crmcore.churn.entity import OPEN, ChurnCase
from crmcore.churn.rules import is_newer
from crmcore.churn.sweeping import open_cases
from crmcore.customers.entity import Contact, Customer, Interaction, InteractionId
from crmcore.query import Query, asc, one_of, query
from crmcore.sales.entity import OrderSummary
from crmcore.sales.importing import import_orders
from crmcore.sales.wares import import_products, import_stock
from crmcore.setup.dealings import Dealing, Dealings
from crmcore.setup.hours import OfficeHours
from crmcore.setup.stage import Stage
from crmcore.setup.words import Words
from crmcore.storage.work import Work

__all__ = ["Aftermath"]

_AT_ONCE: Final = 50
"""Customers or cases in a unit of work."""
_FIRST_CHECK: Final = 40
"""So many days ago the first churn check ran."""
_DELAYED: Final = 0.4
_TWICE: Final = 0.4
_CONFIRMED: Final = 0.7
_RETAINED: Final = 0.5
_NO_STORY: Final = 0
"""Nothing of this has a number that people read out."""
_MET: Final = "customers.add_interaction"
"""The action whose change records are left."""


class Aftermath:
    """What became of the customers of a sample company."""

    def __init__(self, stage: Stage, words: Words, hours: OfficeHours, *, seed: int, actors: Iterable[Actor]) -> None:
        """Go on where the stories have ended.

        Args:
            stage: The CRM at the time of the story.
            words: What texts are made of.
            hours: Tells the present.
            seed: Another number gives other data.
            actors: The staff.
        """
        self._stage, self._words, self._hours = stage, words, hours
        self._actors = {one.id: one for one in actors}
        nights = [day for day in (hours.today, hours.today - dt.timedelta(days=1)) if hours.night_of(day) <= hours.now]
        self._last = nights[0]
        self._first = self._last - dt.timedelta(days=_FIRST_CHECK)
        self._dealings = Dealings(words, hours, seed=seed, first_check=self._first)

    def put_in(self) -> None:
        """Put everything in, in the order of time."""
        self._at_night(self._first, lambda work: import_products(work, self._products(), all_or_nothing=True))
        self._at_night(self._first, lambda work: import_stock(work, self._stock(), all_or_nothing=True))
        self._feed(dt.date.min, self._first)
        self._at_night(self._first, lambda work: open_cases(work, self._first))
        self._decide(self._after_a_warning)
        self._feed(self._first, self._last)
        self._at_night(self._last, lambda work: open_cases(work, self._last))
        self._decide(self._after_an_order)
        self._meet()

    def _at_night(self, day: dt.date, deed: Callable[[Work], Any]) -> Any:
        """Do something when the nightly jobs of a day run, in nobody's name."""
        self._stage.enter(_NO_STORY, self._hours.night_of(day))
        return self._stage.perform(deed, as_user=SYSTEM)

    def _products(self) -> list[dict[str, Any]]:
        grades = self._words.lists["grades"]
        return [
            {
                "source_key": f"P{place:03d}",
                "name": one.name,
                "model": f"{'ABCDEFGH'[place % 8]}{100 + 20 * place}",
                "batch": grades[place % len(grades)],
                "unit": one.measure,
                "price": Decimal(one.hundreds * 100),
                "unit_cost": Decimal(one.hundreds * (58 + place * 7 % 23)),
            }
            for place, one in enumerate(self._words.products, start=1)
        ]

    def _stock(self) -> list[dict[str, Any]]:
        return [
            {
                "product": f"P{place:03d}",
                "warehouse": warehouse,
                "location": f"{'ABC'[number]}-{place:02d}",
                "quantity": (place * 37 + number * 53) % (one.most * 2),
            }
            for place, one in enumerate(self._words.products, start=1)
            for number, warehouse in enumerate(self._words.lists["warehouses"])
        ]

    def _feed(self, since: dt.date, until: dt.date) -> None:
        """Let the sales system send the orders of some days."""

        def take_over(work: Work, customers: list[Customer]) -> None:
            rows = [row for one in customers for row in self._dealings.of(one).orders(since, until)]
            if rows:
                import_orders(work, rows, all_or_nothing=True)

        self._through(Customer, lambda: self._hours.night_of(until), take_over)

    def _meet(self) -> None:
        """Let account managers write down whom they have met."""

        def write_down(work: Work, customers: list[Customer]) -> None:
            ids = [one.id for one in customers]
            found = work.session.find(query(Contact).where(one_of(fields(Contact).customer, ids)))
            contacts = {one.customer: one.id for one in reversed(found)}
            met = [one for customer in customers for one in self._met(work, customer, contacts)]
            work.session.append(met)

        self._through(Customer, lambda: self._hours.now, write_down)

    def _met(self, work: Work, customer: Customer, contacts: Mapping[Any, Any]) -> Iterable[Entity]:
        schema = describe(Interaction)
        for one in self._dealings.of(customer).exchanges:
            self._stage.enter(_NO_STORY, one.at)
            self._stage.move(work, one.at, self._actors[customer.manager])
            made = Interaction(
                id=InteractionId(work.new_id()),
                customer=customer.id,
                at=one.at,
                contact=contacts.get(customer.id),
                created_by=customer.manager,
                created_at=one.at,
                version=1,
                **one.facts,
            )
            work.action = _MET
            work.changes.created(schema, made)
            work.action = ""
            yield made

    def _decide(self, decide: Callable[[Work, ChurnCase, Customer, dt.date | None], None]) -> None:
        """Let account managers treat the cases that are open."""

        def treat(work: Work, cases: list[ChurnCase]) -> None:
            ids = [one.customer for one in cases]
            customers = {one.id: one for one in work.session.find(_these(Customer, ids))}
            latest = {one.id: one.last_order_on for one in work.session.find(_these(OrderSummary, ids))}
            for case in cases:
                if case.status in OPEN:
                    decide(work, case, customers[case.customer], latest.get(case.customer))

        self._through(ChurnCase, lambda: self._hours.now, treat)

    def _after_a_warning(self, work: Work, case: ChurnCase, customer: Customer, _latest: dt.date | None) -> None:
        """Do something to keep the customer, give him up, or leave the warning as it is."""
        dealing = self._dealings.of(customer)
        hours, roll = self._hours.by(dealing.rng), dealing.rng.random()
        back = next((day for day in dealing.days if day >= self._first), None)
        until = hours.now if back is None else hours.start_of(back)
        at = hours.after(case.opened_at, 0.3, 12, until=until)
        if back is not None or roll < _DELAYED:
            self._act(work, at, customer, lambda: delay(work, case.id, self._say(dealing, "measures")))
            if dealing.rng.random() < _TWICE:
                at = hours.after(at, 4, 20, until=until)
                self._act(work, at, customer, lambda: delay(work, case.id, self._say(dealing, "measures")))
        elif roll < _CONFIRMED:
            self._act(work, at, customer, lambda: confirm(work, case.id, self._say(dealing, "losses")))

    def _after_an_order(self, work: Work, case: ChurnCase, customer: Customer, latest: dt.date | None) -> None:
        """Close every second case of customers who have ordered again; the others show the newer order."""
        dealing = self._dealings.of(customer)
        if latest is not None and is_newer(case, latest) and dealing.rng.random() < _RETAINED:
            hours = self._hours.by(dealing.rng)
            at = hours.after(hours.start_of(latest), 0.5, 6, until=hours.now)
            self._act(work, at, customer, lambda: retain(work, case.id, self._say(dealing, "returns")))

    def _act(self, work: Work, at: dt.datetime, customer: Customer, deed: Callable[[], Any]) -> None:
        """Do something in the name of the customer's account manager."""
        self._stage.enter(_NO_STORY, at)
        self._stage.move(work, at, self._actors[customer.manager])
        deed()

    def _say(self, dealing: Dealing, what: str) -> str:
        return dealing.rng.choice(self._words.lists[what])

    def _through(
        self, kind: type[Any], time: Callable[[], dt.datetime], deed: Callable[[Work, list[Any]], None]
    ) -> None:
        """Go through all records of a kind, some in a unit of work; memory use does not grow with their number."""
        wanted: Query[Any] = query(kind).sort(asc(fields(kind).id)).page(_AT_ONCE)
        found: list[Any] = []

        def some(work: Work) -> None:
            found[:] = work.session.find(wanted)
            if found:
                deed(work, list(found))

        while True:
            self._stage.enter(_NO_STORY, time())
            self._stage.perform(some, as_user=SYSTEM)
            if len(found) < _AT_ONCE:
                return
            wanted = attrs.evolve(wanted, after=(found[-1].id,))


def _these(kind: type[Any], ids: list[Any]) -> Query[Any]:
    wanted: Iterable[UUID] = ids
    return query(kind).where(one_of(fields(kind).id, wanted))
