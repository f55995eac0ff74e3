"""Fills a store with sample data: a company that has sold for a year (``crmcore demo-data``)."""

import itertools
import random
from collections import Counter
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from typing import Any, Final
from zoneinfo import ZoneInfo

import attrs

from crmcore.access.actions import create_user
from crmcore.access.actor import SYSTEM, Actor
from crmcore.access.credentials import keep_password
from crmcore.access.delivered import delivered_role_id
from crmcore.access.entity import ADMINISTRATOR, User
from crmcore.access.passwords import check_password
from crmcore.access.permissions import DELIVERED_ROLES
from crmcore.base.errors import Invalid, Problem, Refused
from crmcore.base.schema import Entity
from crmcore.base.text import key_of
from crmcore.customers.entity import Customer
from crmcore.dictionary.entity import DictionaryEntry, DictionaryEntryId
from crmcore.i18n import LANGUAGES, Language
from crmcore.opportunities.entity import Opportunity, OpportunityStatus
from crmcore.query import eq
from crmcore.sales.entity import Order, Product, StockItem
from crmcore.setup.aftermath import Aftermath
from crmcore.setup.answers import Answers
from crmcore.setup.attention import Attention
from crmcore.setup.bulk import write_down
from crmcore.setup.delivering import add_entry, deliver
from crmcore.setup.desk import ServiceDesk
from crmcore.setup.hours import OfficeHours
from crmcore.setup.installing import administrators
from crmcore.setup.outlooks import Outlook, begin_process
from crmcore.setup.regulars import Regulars, begun_before
from crmcore.setup.replay import replay
from crmcore.setup.staff import Colleague, staff_for
from crmcore.setup.stage import Stage
from crmcore.setup.stories import Stories, Story
from crmcore.setup.words import Words, words_of
from crmcore.storage.action import SYSTEM_ONLY, action
from crmcore.storage.crm import Crm
from crmcore.storage.records import Seal
from crmcore.storage.work import Work

__all__ = ["NotEmpty", "Progress", "SampleData", "demo_data"]

Progress = Callable[[int, int], None]
"""Told how many opportunities of how many are done."""

Writer = Callable[[Work, Stage, Story, Mapping[str, Actor]], list[Entity]]

_ACTED_OUT: Final = 50
"""Up to so many opportunities are acted out with the real actions; more are written down, which is quicker."""
_LARGEST: Final = 10_000_000
_NONE_YET: Final[tuple[type[Any], ...]] = (Opportunity, Customer, Order, Product, StockItem, Seal)
"""None of these is there before; what is sealed must not get older records slipped in."""
_FEW: Final = 50
_MANY: Final = 250
"""Opportunities in a unit of work: acted out, and written down."""


class NotEmpty(Refused):
    """Sample data go into an empty store only: among a company's own records nobody could tell them apart."""

    code = "sample.not_empty"


@attrs.frozen(kw_only=True)
class SampleData:
    """What was put in."""

    opportunities: Mapping[OpportunityStatus, int]
    """Number of opportunities in each state; each that was won is a customer too."""
    staff: tuple[Colleague, ...]
    """The users, by role: supervisors first."""

    @property
    def size(self) -> int:
        """Number of opportunities."""
        return sum(self.opportunities.values())


def demo_data(
    crm: Crm,
    *,
    size: int = 200,
    language: Language = "zh",
    seed: int = 1,
    password: str | None = None,
    progress: Progress = lambda _done, _of: None,
) -> SampleData:
    """Fill a prepared store with a sample company: staff in every role, a year of selling, and what came of it.

    From 100 opportunities on it has as many customers of long standing too, with orders of two years and a half.

    The same size, language, seed, company zone and day give the same records. Other systems hear nothing of them: the
    outbox stays empty.

    Args:
        crm: An opened CRM whose store has been prepared.
        size: Number of opportunities, 1 to 10 million; memory use does not grow with it.
        language: Language of names and texts.
        seed: Another number gives other data.
        password: Password of all sample users, 8 to 128 characters; None for users who can't log in yet.
        progress: Called now and then.

    Raises:
        NotEmpty: There are opportunities, customers, orders, products or stock already, or sealed records.
        Invalid: Size, language or password breaks a constraint; nothing was written.
    """
    wanted, words = _check(size, language, password), words_of(language)
    stage = Stage(crm, seed=seed, passwords=crm.passwords if password is not None else None)
    now, zone = stage.time, crm.perform(_begin, language, words, as_user=SYSTEM)
    stage.enter(0, now - begun_before(size))
    staff, actors = stage.perform(_hire, wanted, language, password, as_user=SYSTEM)
    stories = Stories(words, staff, size=size, seed=seed, now=now, zone=zone, way=begin_process(stage, language))
    told = _told(stage, stories, size, actors, progress)
    hours = OfficeHours(now, zone, random.Random(f"crmcore:aftermath:{seed}"))  # noqa: S311  # repeatable, guards nothing
    Regulars(stage, words, hours, seed=seed, staff=staff, actors=actors).put_in(size)
    Outlook(stage, hours, seed=seed, actors=actors.values()).put_in(one.territory for one in staff)
    _come_of_it(stage, hours, seed, language, actors.values())
    return SampleData(opportunities=dict(told), staff=staff)


def _come_of_it(stage: Stage, hours: OfficeHours, seed: int, language: Language, staff: Collection[Actor]) -> None:
    """Write down what came of selling: customers, orders and losses, and whom the service desk helped."""
    Aftermath(stage, words_of(language), hours, seed=seed, actors=staff).put_in()
    Answers(stage, hours, seed=seed, actors=staff).put_in(language)
    desk = ServiceDesk(stage, hours, seed=seed, actors=staff, language=language)
    Attention(stage, hours, seed=seed, actors=staff, language=language).put_in(desk.put_in())
    desk.tell_of_delays()


def _told(
    stage: Stage, stories: Stories, size: int, actors: Mapping[str, Actor], progress: Progress
) -> Counter[OpportunityStatus]:
    """Write all stories down, some at a time; answer how many ended in which state."""
    told: Counter[OpportunityStatus] = Counter()
    write, batch_size = (replay, _FEW) if size <= _ACTED_OUT else (write_down, _MANY)
    for batch in _batches(stories, batch_size):
        stage.perform(_write, write, stage, batch, actors, as_user=SYSTEM)
        told.update(story.status for story in batch)
        progress(told.total(), size)
    return told


@action(SYSTEM_ONLY)
def add_regions(work: Work, words: Words) -> None:
    """Add the regions in which the sample customers are, where the delivered ones do not do."""
    places = itertools.count(110, 10)
    for one in words.regions:
        if one.label_zh:
            entry = DictionaryEntry(
                id=DictionaryEntryId(work.new_id()),
                category="region",
                code=one.code,
                label_zh=one.label_zh,
                label_en=one.label_en,
                position=next(places),
            )
            add_entry(work, entry)


@action(SYSTEM_ONLY)
def hire(work: Work, one: Colleague, *, language: Language, password: str | None) -> User:
    """Record a sample user, who can log in at once if there is a password."""
    user = create_user(
        work,
        name=one.name,
        full_name=one.full_name,
        roles=(delivered_role_id(one.role),),
        territory=one.territory,
        speciality=one.speciality,
        email=words_of(language).patterns["email"].format(login=one.name),
        organisation=words_of(language).patterns["organisation"],
        language=language,
    )
    if password is not None:
        good = check_password(password, name=user.name)
        keep_password(work, user.id, work.crm.passwords.hash(good), must_change=False)
    return user


def _check(size: int, language: Language, password: str | None) -> tuple[Colleague, ...]:
    """Refuse what can't be before anything is written; answer who is to be hired."""
    problems = []
    if not 1 <= size <= _LARGEST:
        problems.append(Problem(field="size", code="value.range", params={"min": 1, "max": _LARGEST, "got": size}))
    if language not in LANGUAGES:
        problems.append(Problem(field="language", code="value.choice", params={"got": language}))
    if problems:
        raise Invalid(problems)
    wanted = staff_for(words_of(language), size)
    for one in wanted if password is not None else ():
        check_password(password, name=one.name)
    return wanted


def _begin(work: Work, language: Language, words: Words) -> ZoneInfo:
    """Make sure that the store is empty, and has what the sample data refer to."""
    for entity in _NONE_YET:
        if work.unscoped(entity).count(at_most=1):
            raise NotEmpty
    deliver(work, language=language)
    add_regions(work, words)
    return work.zone


def _hire(
    work: Work, wanted: Sequence[Colleague], language: Language, password: str | None
) -> tuple[tuple[Colleague, ...], dict[str, Actor]]:
    """Record the staff; an administrator only where there is none, and no user name twice."""
    staff, actors = [], {}
    there_is_one = bool(administrators(work))
    for one in wanted:
        if one.role == ADMINISTRATOR and there_is_one:
            continue
        colleague = attrs.evolve(one, name=_free_name(work, one.name))
        user = hire(work, colleague, language=language, password=password)
        staff.append(colleague)
        actors[colleague.name] = Actor(
            id=user.id,
            name=user.display_name,
            permissions=frozenset(DELIVERED_ROLES[one.role]),
            roles=frozenset({one.role}),
            language=language,
        )
    return tuple(staff), actors


def _free_name(work: Work, name: str) -> str:
    names, users = itertools.chain((name,), (f"{name}{number}" for number in itertools.count(2))), work.unscoped(User)
    return next(one for one in names if users.first(eq(attrs.fields(User).name_key, key_of(one))) is None)


def _batches(stories: Iterable[Story], size: int) -> Iterator[list[Story]]:
    rest = iter(stories)
    while batch := list(itertools.islice(rest, size)):
        yield batch


def _write(work: Work, write: Writer, stage: Stage, batch: Sequence[Story], actors: Mapping[str, Actor]) -> None:
    if records := [record for story in batch for record in write(work, stage, story, actors)]:
        work.session.append(records)
