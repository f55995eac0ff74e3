"""Puts in the customers that a sample company had before its opportunities: up to three years old, written in bulk.

They are as many as there are opportunities, in companies that are large enough for statistics: with them, a year can be
compared with the year before, and what customers will do be learnt from what they did.
"""

import datetime as dt
import random
from collections.abc import Mapping, Sequence
from typing import Any, Final

from crmcore.access.actor import SYSTEM, Actor
from crmcore.access.entity import ACCOUNT_MANAGER, UserId
from crmcore.base.schema import Entity, describe
from crmcore.customers.actions import create
from crmcore.customers.deriving import with_derived
from crmcore.customers.entity import Contact, ContactId, Customer, CustomerId
from crmcore.customers.opening import PREFIX
from crmcore.customers.rules import name_key
from crmcore.setup.companies import Companies, Company
from crmcore.setup.hours import OfficeHours
from crmcore.setup.staff import Colleague, responsible_for
from crmcore.setup.stage import Stage
from crmcore.setup.words import Words
from crmcore.storage.work import Work

__all__ = ["Regulars", "begun_before"]

_FROM: Final = 100
"""A company with fewer opportunities is young, and all its customers come from them."""
_YOUNG: Final = dt.timedelta(days=372)
_OLD: Final = dt.timedelta(days=1110)
"""So long ago the staff began to work with the CRM: before the oldest of their records."""
_AGES: Final = (1095, 368)
"""Days since the first and the last of these customers was recorded."""
_AT_FIRST: Final = 0.35
"""Part of them that was recorded when the company began to work with the CRM."""
_BEGINNING: Final = 45
_AT_ONCE: Final = 250
_TWO: Final = 0.2
"""Part of them with a second person to speak to."""
_PARTNERS: Final = 0.08
_ENTERED: Final = f"customers.{create.__name__}"
"""The action whose change records are left."""
_INDUSTRIES: Final = (
    *("manufacturing", "it", "health", "logistics", "construction", "manufacturing", "manufacturing", "education"),
    *("other", "trade", "other", "other", "manufacturing", "manufacturing", "manufacturing", "other"),
)
"""Code of the dictionary for each trade of the words."""
_SIZES: Final = ((100, "1-49"), (500, "50-199"), (2000, "200-999"), (10**6, "1000+"))
"""Up to which registered capital a company is how large."""


def begun_before(size: int) -> dt.timedelta:
    """Answer how long ago a company with *size* opportunities began to work with the CRM."""
    return _OLD if size >= _FROM else _YOUNG


class Regulars:
    """The customers of long standing of a sample company."""

    def __init__(
        self,
        stage: Stage,
        words: Words,
        hours: OfficeHours,
        *,
        seed: int,
        staff: Sequence[Colleague],
        actors: Mapping[str, Actor],
    ) -> None:
        """Invent them where the stories have ended.

        Args:
            stage: The CRM at the time of the story.
            words: What texts are made of.
            hours: Tells the present.
            seed: Another number gives other data.
            staff: Who works there.
            actors: User name to who acts.
        """
        self._stage, self._words, self._actors = stage, words, actors
        self._rng = random.Random(f"crmcore:{seed}")  # noqa: S311  # the stories' companies go on: no name comes twice
        self._companies = Companies(words, self._rng)
        self._rng.seed(f"crmcore:regulars:{seed}")
        self._hours = hours.by(self._rng)
        self._managers = [one for one in staff if one.role == ACCOUNT_MANAGER]

    def put_in(self, size: int) -> None:
        """Put in as many as there are opportunities, the oldest first; none if the company is a small one."""
        for first in range(0, size if size >= _FROM else 0, _AT_ONCE):
            self._stage.perform(self._write, range(first, min(first + _AT_ONCE, size)), size, as_user=SYSTEM)

    def _write(self, work: Work, places: range, size: int) -> None:
        work.session.append([record for place in places for record in self._entered(work, place, size)])

    def _entered(self, work: Work, place: int, size: int) -> list[Entity]:
        """Answer the records of one customer, as his account manager has entered them."""
        company = self._companies.company(size + place)
        manager = self._actors[responsible_for(company, self._managers, self._rng).name]
        at = self._hours.ago(self._age((place + self._rng.random()) / size))
        self._stage.enter(size + place, at)
        self._stage.move(work, at, manager)
        work.action = _ENTERED
        customer = Customer(
            id=CustomerId(work.new_id()),
            number=work.new_number(PREFIX),
            name=company.name,
            name_key=name_key(company.name),
            manager=UserId(work.user_id),
            created_by=work.user_id,
            created_at=work.now,
            version=1,
            **self._form(company),
        )
        number = 1 + (self._rng.random() < _TWO)
        people = [self._person(work, customer.id, company, f"{company.brand}{one or ''}") for one in range(number)]
        made: list[Any] = [with_derived(customer, people), *people]
        for one in made:
            work.changes.created(describe(type(one)), one)
        work.action = ""
        return made

    def _age(self, progress: float) -> float:
        """Answer how many days ago somebody was recorded; *progress* runs from 0 for the first to 1 for the last."""
        first, last = _AGES
        if progress < _AT_FIRST:
            return first - _BEGINNING * progress / _AT_FIRST
        since = first - _BEGINNING
        return since - (since - last) * (progress - _AT_FIRST) / (1 - _AT_FIRST)

    def _form(self, company: Company) -> dict[str, Any]:
        """Answer everything that is known of a company one has sold to for years."""
        form = self._companies.profile(company)
        capital = form["registered_capital"]
        return {
            **form,
            "city": company.city.name,
            "industry": _INDUSTRIES[self._words.trades.index(company.trade)],
            "company_size": next(code for most, code in _SIZES if capital <= most),
            "category": "partner" if self._rng.random() < _PARTNERS else "regular",
            "trust": self._rng.choices((1, 2, 3, 4, 5, None), (3, 10, 37, 30, 15, 5))[0],
        }

    def _person(self, work: Work, customer: CustomerId, company: Company, login: str) -> Contact:
        person = self._companies.person()
        return Contact(
            id=ContactId(work.new_id()),
            customer=customer,
            name=person.name,
            office_phone=self._companies.phone(company.city, "phone"),
            email=self._words.patterns["email"].format(login=login),
            version=1,
            **self._companies.contact_details(company, person.gender),
        )
