"""What salespeople would write about one prospect: title, description, plan and results that fit together."""

import datetime as dt
import random
from collections.abc import Sequence
from typing import Any, Final

import attrs

from crmcore.customers.entity import Gender
from crmcore.setup.companies import Companies, Company
from crmcore.setup.hours import OfficeHours, workday
from crmcore.setup.words import Words

__all__ = ["PlannedStep", "Plot", "planned_steps", "talk"]

_KNOWN_BY_NAME: Final = 0.75
_KNOWN_AT_ALL: Final = 0.94
_CARRIED_OUT: Final = 0.88
_SETBACK: Final = 0.12
_PHONE_WITHOUT_NAME: Final = 0.5
_ROUNDED_FROM: Final = 20


class Plot:
    """What one prospect wants, of whom, and how it is spoken of."""

    def __init__(
        self, words: Words, rng: random.Random, companies: Companies, company: Company, *, named: bool = False
    ) -> None:
        """Decide what *company* wants and who speaks for it; *named* says that somebody has to (CON-03)."""
        self.words, self.rng, self.company = words, rng, company
        self._companies = companies
        product = rng.choice(words.products)
        count = rng.randint(product.least, product.most)
        count -= count % 5 if count > _ROUNDED_FROM else 0  # people round what they estimate
        self.worth = count * product.hundreds * 100
        """What it would amount to at the list price, in the company's currency."""
        self.contact, self._gender = self._speaker(named=named)
        self.said: dict[str, Any] = {
            "product": product.name,
            "measure": product.measure,
            "count": count,
            "budget": max(1, round(count * product.hundreds / (100 if product.measure else 10))),
            "contact": self.contact or company.name,
        }

    def say(self, choices: Sequence[str], **more: Any) -> str:
        """Answer one of some sentences, with this prospect's facts filled in."""
        return self.fill(self.rng.choice(choices), **more)

    def fill(self, sentence: str, **more: Any) -> str:
        """Fill this prospect's facts into a sentence."""
        said = sentence.format(**self.said, **more)
        return said[:1].upper() + said[1:]

    def phone(self) -> str:
        """Answer the number of the person who speaks for the prospect; now and then nobody wrote it down."""
        known = self.contact or self.rng.random() < _PHONE_WITHOUT_NAME
        return self._companies.phone(self.company.city) if known else ""

    def completion(self) -> dict[str, Any]:
        """Answer what is written on the customer's and the contact's forms once the prospect is won."""
        return {
            "customer": self._companies.profile(self.company),
            "contact": self._companies.contact_details(self.company, self._gender),
        }

    def _speaker(self, *, named: bool) -> tuple[str, Gender]:
        known = self.rng.random()
        person = self._companies.person()
        if known < _KNOWN_BY_NAME:
            return person.name, person.gender
        if named or known < _KNOWN_AT_ALL:
            return self._companies.known_as(person.gender), person.gender
        return "", person.gender


def talk(plot: Plot, *, quarter: int) -> dict[str, Any]:
    """Answer the fields of an opportunity as somebody in sales fills them in."""
    lists = plot.words.lists
    sentences = [plot.say(lists[part], quarter=quarter) for part in ("needs", "budgets", "timings", "rivals")]
    blank = "" if plot.said["measure"] else " "
    return {
        "customer_name": plot.company.name,
        "title": plot.say(lists["titles"], quarter=quarter),
        "source": plot.rng.choice(lists["sources"]),
        "contact_name": plot.contact,
        "contact_phone": plot.phone(),
        "description": blank.join(filter(None, sentences)),
    }


@attrs.frozen
class PlannedStep:
    """A step of a plan, and what will come of it; empty if it is not carried out."""

    date: dt.date
    content: str
    result: str


def planned_steps(
    plot: Plot, hours: OfficeHours, planned: dt.datetime, closed: dt.datetime | None, *, won: bool
) -> tuple[PlannedStep, ...]:
    """Make the plan: dates go up from the day it was planned; one that failed ends with bad news.

    Args:
        plot: What the prospect wants.
        hours: Tells which day an instant is.
        planned: When the plan was made.
        closed: When development ended; None if it goes on, then part of the plan lies ahead.
        won: Whether it ended well.
    """
    rng = plot.rng
    first = hours.day_of(planned)
    days = (hours.day_of(closed) - first).days if closed else rng.randint(8, 45)
    count = rng.randint(2, 5) if closed else rng.randint(0, 4)
    open_steps = len(plot.words.steps) - (0 if closed else 1)  # the last step is the contract
    steps = sorted(rng.sample(range(open_steps), count))
    made = []
    for place, which in enumerate(steps):
        step = plot.words.steps[which]
        date = max(first, workday(first + dt.timedelta(days=round(days * (place + rng.random()) / count))))
        the_end = closed is not None and not won and place == count - 1
        way = rng.randrange(len(step.content))
        result = (step.bad if the_end or rng.random() < _SETBACK else step.good)[way]
        done = the_end or rng.random() < _CARRIED_OUT
        made.append(PlannedStep(date, plot.fill(step.content[way]), plot.fill(result) if done else ""))
    return tuple(made)
