"""Puts in what a sample company knows: articles with their reviews, votes and a draft or two (requirement X-SRV-03)."""

import datetime as dt
import random
import tomllib
from collections.abc import Iterable, Mapping, Sequence
from importlib import resources
from typing import Any, Final

from crmcore.access.actor import Actor
from crmcore.i18n import Language
from crmcore.knowledge.actions import create, submit
from crmcore.knowledge.entity import ArticleId
from crmcore.knowledge.judging import vote
from crmcore.knowledge.reviewing import publish
from crmcore.setup.hours import OfficeHours
from crmcore.setup.stage import Stage

__all__ = ["Answers"]

_APART: Final = 14
"""Days between two articles."""
_USEFUL: Final = 0.8
_WRITTEN: Final = ("title", "body", "category", "public")


class Answers:
    """What the staff of a sample company have written down for each other and for customers."""

    def __init__(self, stage: Stage, hours: OfficeHours, *, seed: int, actors: Iterable[Actor]) -> None:
        """Write when and by whom the seed says.

        Args:
            stage: The CRM at the time of the story.
            hours: Tells the present.
            seed: Another number gives other data.
            actors: The staff.
        """
        self._stage = stage
        self._rng = random.Random(f"crmcore:answers:{seed}")  # noqa: S311  # repeatable, guards nothing
        self._hours = hours.by(self._rng)
        staff = list(actors)
        self._readers = [one for one in staff if one.may("knowledge.read")]
        self._writers = [one for one in staff if one.may("knowledge.write") and not one.may("knowledge.review")]
        self._reviewers = [one for one in staff if one.may("knowledge.review")]

    def put_in(self, language: Language) -> int:
        """Put everything in, in the order of time; answer how many articles there are."""
        told = _told(language)
        if not self._writers or not self._reviewers:
            return 0
        for place, one in enumerate(told):
            self._write(place, one, language, days=(len(told) - place) * _APART)
        return len(told)

    def _write(self, place: int, one: Mapping[str, Any], language: Language, *, days: int) -> None:
        state, writer = one.get("state", ""), self._rng.choice(self._writers)
        at = self._hours.ago(days)
        self._stage.enter(place + 1, at)
        fields: dict[str, Any] = {name: one[name] for name in _WRITTEN if name in one}
        draft = self._stage.perform(create, **fields, tags=tuple(one["tags"]), language=language, as_user=writer)
        if state == "draft":
            return
        at = self._hours.after(at, 0.1, 2, until=self._hours.now)
        self._stage.enter(place + 1, at)
        self._stage.perform(submit, draft.article, as_user=writer)
        if state == "review":
            return
        at = self._hours.after(at, 0.5, 5, until=self._hours.now)
        self._stage.enter(place + 1, at)
        self._stage.perform(publish, draft.article, as_user=self._rng.choice(self._reviewers))
        for reader in self._rng.sample(self._readers, self._rng.randrange(min(len(self._readers), 6) + 1)):
            at = self._hours.after(at, 0.5, 5, until=self._hours.now)
            self._vote(draft.article, place, at, reader)

    def _vote(self, article: ArticleId, place: int, at: dt.datetime, reader: Actor) -> None:
        self._stage.enter(place + 1, at)
        self._stage.perform(vote, article, self._rng.random() < _USEFUL, as_user=reader)


def _told(language: Language) -> Sequence[Mapping[str, Any]]:
    source = resources.files("crmcore.setup").joinpath("words", f"answers_{language}.toml")
    articles: list[Mapping[str, Any]] = tomllib.loads(source.read_text(encoding="utf-8"))["article"]
    return articles
