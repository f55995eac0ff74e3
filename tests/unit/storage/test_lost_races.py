"""What somebody else wrote first is not overwritten, whichever way a record is written."""

from collections.abc import Callable
from typing import Any

import attrs
import pytest

from crmcore import opportunities
from crmcore.access.actor import SYSTEM
from crmcore.access.entity import Credential, User
from crmcore.base.errors import Contention, Invalid
from crmcore.opportunities import Opportunity
from crmcore.query import query
from crmcore.storage.action import action
from crmcore.storage.crm import Crm
from crmcore.storage.history import broken_links
from crmcore.storage.receipts import once
from crmcore.storage.records import ChangeRecord
from crmcore.storage.work import Work

WORDS: dict[str, Any] = {"customer_name": "北京华建", "title": "t", "success_rate": 60, "description": "d"}

Deed = Callable[[Work, Opportunity], object]


@action("opportunity.create")
def overtaken(work: Work, known: Opportunity, deed: Deed) -> None:
    """Read a record, have somebody else store the next version, and then do something with what was read."""
    work.changes.remember(known)
    assert work.session.replace(attrs.evolve(known, title="first", version=known.version + 1), known.version)
    deed(work, known)


@pytest.mark.parametrize(
    "deed",
    [
        lambda work, late: work.opportunities.save(attrs.evolve(late, title="too late")),
        lambda work, late: work.opportunities.touch(late),
        lambda work, late: work.opportunities.remove(late),
        lambda work, late: work.bulk.remove([late]),
        lambda work, late: work.bulk.renew([attrs.evolve(late, title="too late")]),
        lambda work, late: work.bulk.restore([(attrs.evolve(late, title="as it was"), late)], []),
    ],
    ids=["save", "touch", "remove", "bulk.remove", "bulk.renew", "bulk.restore"],
)
def test_a_version_that_is_the_last_no_more_is_not_written_over(crm: Crm, deed: Deed) -> None:
    chance = crm.perform(opportunities.create, **WORDS, as_user="lihua")
    with pytest.raises(Contention) as lost, crm.work(SYSTEM) as work:
        overtaken(work, chance, deed)
    assert (lost.value.params["entity"], lost.value.params["id"]) == ("opportunity", chance.id)
    session = crm.store.begin(write=False)
    assert list(session.find(query(Opportunity))) == [chance]
    session.close()


def test_changing_nothing_in_bulk_asks_and_writes_nothing(crm: Crm) -> None:
    @action("opportunity.create")
    def change_nothing(work: Work) -> list[Any]:
        """Write no records at all, in every way there is."""
        work.bulk.remove([])
        work.bulk.restore([], [])
        return [work.bulk.add([]), work.bulk.renew([]), work.bulk.change([]), work.changes.count]

    assert crm.perform(change_nothing, as_user="lihua") == [[], [], [], 0]


def renamed(work: Work, user: User, name: str) -> User:
    return work.unscoped(User).save(attrs.evolve(user, full_name=name))


@action("user.edit")
def rename_in_bulk(work: Work, user: User, *names: str) -> User:
    """Give a user a name by hand, and then others in bulk."""
    for name in names[:1]:
        user = renamed(work, user, name)
    for name in names[1:]:
        (user,) = work.bulk.change([(user, attrs.evolve(user, full_name=name))])
    return user


@action("user.edit")
def give_password(work: Work, user: User) -> None:
    """Give a user a password, which is kept under his own id."""
    credential = Credential(id=user.id, password_hash="x", changed_at=work.now, version=1)
    work.unscoped(Credential).save(attrs.evolve(work.unscoped(Credential).add(credential), password_hash="y"))


@pytest.mark.requirement("X-ADM-09")
def test_changes_in_bulk_are_chained_to_the_last_of_the_same_record(crm: Crm) -> None:
    with crm.work(SYSTEM) as work:
        user = work.unscoped(User).get(next(one.id for one in work.unscoped(User).find() if one.name == "lihua"))
        user = rename_in_bulk(work, user, "李华一")
        give_password(work, user)
    with crm.work(SYSTEM) as work:
        user = rename_in_bulk(work, user, "李华二", "李华三", "李华四")
    assert (user.full_name, user.version) == ("李华四", 5)
    session = crm.store.begin(write=False)
    made = session.find(query(ChangeRecord))
    session.close()
    told = sorted((one for one in made if one.entity == "user"), key=lambda one: one.entity_version)
    assert [one.entity_version for one in told] == [2, 3, 4, 5]
    assert not list(broken_links(told))


def test_a_request_that_comes_again_within_itself_is_done_once(crm: Crm) -> None:
    turns: list[Work] = []

    @action("opportunity.create")
    def record(work: Work) -> Opportunity:
        """Record an opportunity; the first time, the same request is answered before that."""
        turns.append(work)
        if len(turns) == 1:
            once(work, "row 7", record, (), {})
        return opportunities.create(work, **WORDS)

    done = crm.perform(record, as_user="lihua", key="row 7")
    session = crm.store.begin(write=False)
    assert list(session.find(query(Opportunity))) == [done]
    session.close()


@pytest.mark.parametrize("size", [0, -1, True, "5", 1.5])
def test_going_through_records_takes_a_number_of_them_at_a_time(crm: Crm, size: Any) -> None:
    with crm.work("lihua", readonly=True) as work, pytest.raises(Invalid) as refused:
        list(work.opportunities.scan(size=size))
    assert refused.value.fields == {"size"}


def test_only_kinds_of_records_can_be_asked_for(crm: Crm) -> None:
    kind: Any = str
    with crm.work("lihua", readonly=True) as work, pytest.raises(Invalid) as refused:
        work.of(kind)
    assert refused.value.codes == {"query.kind"}


@pytest.mark.requirement("X-ADM-09")
def test_a_change_follows_the_last_version_even_if_another_machines_clock_was_behind(crm: Crm) -> None:
    @action("opportunity.create")
    def change(work: Work, title: str) -> None:
        """Change the record in bulk, read again as an import reads it."""
        known = work.opportunities.get(chance.id)
        work.bulk.change([(known, attrs.evolve(known, title=title))])

    def told() -> list[ChangeRecord]:
        session = crm.store.begin(write=False)
        made = [one for one in session.find(query(ChangeRecord)) if one.entity_id == chance.id]
        session.close()
        return sorted(made, key=lambda one: one.entity_version)

    chance = crm.perform(opportunities.create, **WORDS, as_user="lihua")
    crm.perform(change, "second", as_user="lihua")
    first, second = told()
    session = crm.store.begin(write=True)
    for one in (first, second):
        assert session.delete(ChangeRecord, one.id, one.version)
    session.commit()
    session.close()
    session = crm.store.begin(write=True)
    session.append([attrs.evolve(first, id=second.id), attrs.evolve(second, id=first.id)])
    session.commit()
    session.close()
    with crm.work(SYSTEM) as work:
        work.action = "tests"
        renewed = attrs.evolve(work.opportunities.get(chance.id), title="renewed")
        (renewed,) = work.bulk.renew([renewed])
    crm.perform(change, "third", as_user="lihua")
    assert [one.entity_version for one in told()] == [1, 2, 4]
    assert told()[-1].previous == second.hash
