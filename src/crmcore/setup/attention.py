"""Puts in what a sample company does unasked: care for customers, a survey, and guests of its customer window."""

import datetime as dt
import random
from collections.abc import Iterable, Mapping, Sequence
from typing import Any, Final

from crmcore.access.actor import SYSTEM, Actor
from crmcore.access.entity import CUSTOMER_CONTACT
from crmcore.access.permissions import DELIVERED_ROLES
from crmcore.base.tokens import digest_of
from crmcore.care import actions as care
from crmcore.dictionary.setting_actions import set_parameter
from crmcore.i18n import Language
from crmcore.setup.clients import Client, batches
from crmcore.setup.desk import Served
from crmcore.setup.hours import OfficeHours
from crmcore.setup.stage import Stage
from crmcore.setup.standard import service_words
from crmcore.storage.work import Work
from crmcore.surveys import actions as surveys
from crmcore.surveys.collecting import take_answers
from crmcore.surveys.entity import QuestionKind, Survey, SurveyQuestion
from crmcore.surveys.inviting import invite
from crmcore.surveys.questions import add_question
from crmcore.window import inviting as window
from crmcore.window import requests as guests

__all__ = ["Attention"]

_SETTLED: Final = dt.timedelta(days=45)
"""Only who has been a customer for so long is cared for, asked and invited."""
_MOST_CARED: Final = 60
_MOST_ASKED: Final = 24
_SINCE: Final = (60, 460)
"""So many days ago the company began to ask; the second is about one that gave service a year before."""
_LAST_YEAR: Final = dt.timedelta(days=450)
"""Who was given service before that was asked a year ago."""
_SILENT: Final = 3
"""One of so many who are asked says nothing yet."""
_GUESTS: Final = 2
_WINDOW_FROM: Final = 145
"""A company with fewer customers knows them all by telephone, and has no customer window."""
_STORY: Final = 5_000_000
"""From this number on, so that a guest's requests have numbers of their own."""
_CONTENT: Final = (4, 5, 5, 3, 5, 2)
_LIKELY: Final = (9, 10, 8, 10, 7, 4)


class Attention:
    """What the staff does for customers without being asked."""

    def __init__(
        self, stage: Stage, hours: OfficeHours, *, seed: int, actors: Iterable[Actor], language: Language
    ) -> None:
        """Do it when and by whom the seed says.

        Args:
            stage: The CRM at the time of the story.
            hours: Tells the present.
            seed: Another number gives other data.
            actors: The staff.
            language: Language of the texts.
        """
        self._rng = random.Random(f"crmcore:attention:{seed}")  # noqa: S311  # repeatable, guards nothing
        self._stage, self._hours, self._language = stage, hours.by(self._rng), language
        self._words = service_words(language)
        staff = list(actors)
        self._managers = {one.id: one for one in staff if one.may("care.manage")}
        self._supervisors = [one for one in staff if one.may("survey.manage")]

    def put_in(self, served: Served) -> None:
        """Put everything in."""
        settled = [one for one in served.clients if one.since < self._hours.now - _SETTLED]
        for some in batches(settled[:_MOST_CARED]):
            self._stage.perform(self._care, some, as_user=SYSTEM)
        self._ask([one for one in settled if one.customer.id in served.requests], served)
        if len(served.clients) >= _WINDOW_FROM:
            self._stage.perform(self._open_window, settled, as_user=SYSTEM)

    def _care(self, work: Work, some: Sequence[Client]) -> None:
        """Plan something for every customer: done, overdue, with a reminder due, still ahead, or called off."""
        for client in some:
            line = self._words["care"][client.place % len(self._words["care"])]
            kind, today = client.place % len(_CARE), self._hours.today
            days, remind = _CARE[kind]
            self._move(work, client, self._hours.ago(40))
            made = care.plan(
                work,
                client.customer.id,
                kind=line["kind"],
                content=line["content"],
                channel=line["channel"],
                contact=client.contact,
                planned_on=today + dt.timedelta(days=days),
                remind_days=remind,
                repeats_months=line.get("repeats_months"),
            )
            if kind == _DONE:
                self._move(work, client, self._hours.between(self._hours.ago(12), self._hours.ago(2)))
                care.complete(work, made.id, result=line["result"], opinion=line["opinion"])
            elif kind == _CALLED_OFF:
                self._move(work, client, self._hours.ago(3))
                care.cancel(work, made.id)

    def _ask(self, asked: Sequence[Client], served: Served) -> None:
        """Ask customers what they think of the service they had; most of them have answered."""
        words, editor = self._words["survey"], self._supervisors[0]
        long_ago = self._hours.now - _LAST_YEAR
        earlier, lately = (
            [one for one in asked if (served.ended[one.customer.id] < long_ago) is before][:_MOST_ASKED]
            for before in (True, False)
        )
        self._stage.enter(0, self._hours.ago(_SINCE[bool(earlier)]))
        survey: Survey = self._stage.perform(
            surveys.create, title=words["title"], introduction=words["introduction"], valid_days=60, as_user=editor
        )
        questions: list[SurveyQuestion] = self._stage.perform(_questions, survey, words, as_user=editor)
        self._stage.perform(surveys.open_survey, survey.id, as_user=editor)
        for some, span in ((earlier, (_SINCE[1] - 10, 370)), (lately, (50, 3))):
            for part in batches(some):
                self._stage.perform(self._answered, part, span, served, survey, questions, as_user=SYSTEM)
        self._stage.enter(0, self._hours.ago(4))
        self._stage.perform(surveys.create, title=words["draft"], as_user=editor)

    def _answered(
        self,
        work: Work,
        some: Sequence[Client],
        span: tuple[float, float],
        served: Served,
        survey: Survey,
        questions: Sequence[SurveyQuestion],
    ) -> None:
        """Invite some customers, each by his account manager, and let them answer; nobody keeps the tokens."""
        for client in some:
            at = self._hours.between(*map(self._hours.ago, span))
            self._move(work, client, at)
            request = served.requests[client.customer.id]
            invited = invite(work, survey.id, customer=client.customer.id, contact=client.contact, request=request)
            if client.place % _SILENT == _SILENT - 1:
                continue
            self._stage.move(work, self._hours.after(at, 0.1, 4, until=self._hours.now), SYSTEM)
            place = self._rng.randrange(len(_CONTENT))
            said = [
                _CONTENT[place],
                _LIKELY[place],
                self._rng.randint(1, 4),
                self._rng.choice(self._words["survey"]["said"]),
            ]
            answers = {question.id: answer for question, answer in zip(questions, said, strict=True)}
            take_answers(work, digest_of(invited.token), answers)

    def _open_window(self, work: Work, settled: Sequence[Client]) -> None:
        """Open the customer window, and let a few contacts use it; each has filed a request lately."""
        words = self._words["window"]
        self._stage.move(work, self._hours.ago(30), SYSTEM)
        set_parameter(work, "window.open", "yes")
        some = [one for one in settled if one.contact is not None][:_GUESTS]
        for place, client in enumerate(some):
            at = self._hours.ago(20 - place)
            self._move(work, client, at)
            assert client.contact is not None  # noqa: S101  # chosen so
            guest = window.invite(work, client.contact, language=self._language)
            actor = Actor(
                id=guest.id,
                name=client.customer.name,
                permissions=frozenset(DELIVERED_ROLES[CUSTOMER_CONTACT]),
                roles=frozenset({CUSTOMER_CONTACT}),
                language=self._language,
            )
            at = self._hours.ago(1.2 * (1 - place))
            self._stage.enter(_STORY + place, at)
            self._stage.move(work, at, actor)
            guests.file(work, type="inquiry", title=words["title"], request=words["request"])

    def _move(self, work: Work, client: Client, at: dt.datetime) -> None:
        """Go on at an instant, in the name of a customer's account manager."""
        self._stage.enter(client.place + 1, at)
        self._stage.move(work, at, self._managers[client.customer.manager])


_CARE: Final = ((3, 7), (-8, 3), (-2, 2), (35, None), (10, 1))
"""When it is planned, in days from today, and how many days before a reminder appears."""
_DONE: Final = 1
_CALLED_OFF: Final = 4


def _questions(work: Work, survey: Survey, words: Mapping[str, Any]) -> list[SurveyQuestion]:
    kinds = (QuestionKind.SATISFACTION, QuestionKind.RECOMMENDATION, QuestionKind.CHOICE, QuestionKind.TEXT)
    return [
        add_question(
            work,
            survey.id,
            kind=kind,
            text=words[kind.value],
            choices=tuple(words["reasons"]) if kind is QuestionKind.CHOICE else (),
            required=kind is not QuestionKind.TEXT,
        )
        for kind in kinds
    ]
