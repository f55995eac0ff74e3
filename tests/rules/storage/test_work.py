"""Units of work on every store: all or nothing, in somebody's name, never beside the rules."""

import datetime as dt
from typing import Any
from uuid import uuid4

import attrs
import pytest
from attrs import fields

import crmcore
from company import People, SetClock
from company.chances import GIVEN, dispatched, recorded, reread
from crmcore import SYSTEM, opportunities
from crmcore.access.actor import ANONYMOUS, Actor
from crmcore.access.entity import Credential, Role, User
from crmcore.access.rules import NoPermission, NotSignedIn, UserRetired
from crmcore.base.errors import AlreadyExists, Conflict, Contention, Invalid, NotFound, Refused
from crmcore.dictionary import set_parameter
from crmcore.dictionary.parameters import CURRENCY, PAGE_SIZE, ZONE
from crmcore.opportunities.entity import Opportunity
from crmcore.opportunities.rules import AlreadyDispatched
from crmcore.query import asc, count, desc, eq, query
from crmcore.storage.action import action
from crmcore.storage.crm import Crm
from crmcore.storage.records import ChangeRecord, Operation, OutboxMessage, Receipt
from crmcore.storage.work import Ended, OutsideAction, ReadOnly, Unfinished, Unfounded, Work


def kept(crm: Crm, entity: type[Any]) -> list[Any]:
    """All records of a kind, oldest first."""
    with crm.work(as_user=SYSTEM, readonly=True) as work:
        return list(work.unscoped(entity).find(query(entity).sort(asc(fields(entity).id))))


def test_an_error_undoes_everything(crm: Crm) -> None:
    with pytest.raises(ZeroDivisionError), crm.work(as_user="lihua") as work:  # noqa: PT012  # that is the point
        opportunities.create(work, **GIVEN)
        raise ZeroDivisionError
    assert kept(crm, Opportunity) == kept(crm, ChangeRecord) == kept(crm, OutboxMessage) == []


def test_what_is_written_can_be_read_in_the_same_work(crm: Crm) -> None:
    with crm.work(as_user="lihua") as work:
        chance = opportunities.create(work, **GIVEN)
        edited = opportunities.edit(work, chance.id, title="新")
        assert opportunities.detail(work, chance.id) == edited
        assert [one.id for one in opportunities.unassigned(work).rows] == [chance.id]
        assert work.opportunities.count() == 1
    assert reread(crm, chance).version == 2


@pytest.mark.requirement("X-ADM-09")
def test_record_change_and_message_come_together(crm: Crm, people: People) -> None:
    chance = recorded(crm)
    (change,), (message,) = kept(crm, ChangeRecord), kept(crm, OutboxMessage)
    assert (change.operation, change.entity_id, change.entity_version) == (Operation.CREATED, chance.id, 1)
    assert (change.actor, change.actor_name, change.action) == (people.lihua.id, "李华", "opportunities.create")
    assert (message.kind, message.entity_id, message.actor) == ("opportunity_recorded", chance.id, people.lihua.id)
    assert message.at == change.at == chance.created_at


@pytest.mark.requirement("X-ADM-09")
def test_a_refusal_leaves_a_record_of_the_attempt_and_nothing_else(crm: Crm, people: People) -> None:
    chance = recorded(crm, by="lihua")
    before = {entity: kept(crm, entity) for entity in (Opportunity, OutboxMessage, User)}
    with pytest.raises(Refused):
        crm.perform(opportunities.delete, chance.id, as_user="wangwei")
    assert before == {entity: kept(crm, entity) for entity in before}
    denial = kept(crm, ChangeRecord)[-1]
    assert (denial.operation, denial.actor, denial.entity_id) == (Operation.DENIED, people.wangwei.id, chance.id)
    assert (denial.action, denial.code) == ("opportunities.delete", "opportunity.not_the_creator")


def test_an_attempt_at_somebody_elses_record_is_kept_too(crm: Crm) -> None:
    chance = dispatched(crm, to="wangwei", by="zhaomin")
    with pytest.raises(NotFound):
        crm.perform(opportunities.detail, chance.id, as_user="lihua")
    assert kept(crm, ChangeRecord)[-1].code == "access.out_of_scope"


def test_a_refusal_that_is_caught_is_recorded_with_the_rest(crm: Crm) -> None:
    chance = recorded(crm, by="lihua")
    with crm.work(as_user="wangwei") as work:
        other = opportunities.create(work, **GIVEN)
        with pytest.raises(Refused):
            opportunities.delete(work, chance.id)
    assert reread(crm, other) == other
    assert [one.operation for one in kept(crm, ChangeRecord)].count(Operation.DENIED) == 1


def test_reading_only_means_that(crm: Crm) -> None:
    with pytest.raises(ReadOnly), crm.work(as_user="lihua", readonly=True) as work:
        opportunities.create(work, **GIVEN)
    assert kept(crm, Opportunity) == []
    assert kept(crm, ChangeRecord)[-1].code == "work.read_only"


def test_who_only_reads_may_go_by_settings_read_before(crm: Crm) -> None:
    crm.perform(set_parameter, "company.currency", "EUR", as_user="admin")
    with crm.work(as_user="lihua", readonly=True) as work:
        assert work.parameter(CURRENCY) == "EUR"
        work.presume({CURRENCY: "CHF"})
        assert (work.parameter(CURRENCY), work.parameter(PAGE_SIZE)) == ("CHF", PAGE_SIZE.default)
    with crm.work(as_user="lihua") as work:
        with pytest.raises(Unfounded):
            work.presume({CURRENCY: "CHF"})
        assert work.parameter(CURRENCY) == "EUR"


def test_records_are_written_by_actions_alone(crm: Crm) -> None:
    chance = recorded(crm)
    with crm.work(as_user="lihua") as work:
        for write in (work.opportunities.save, work.opportunities.remove, work.opportunities.touch):
            with pytest.raises(OutsideAction):
                write(chance)
        with pytest.raises(OutsideAction):
            work.opportunities.add(attrs.evolve(chance, id=uuid4()))
    assert reread(crm, chance) == chance


def test_an_action_that_failed_half_way_spoils_the_work_even_if_its_error_is_caught(crm: Crm) -> None:
    @action("opportunity.create")
    def record_and_fail(work: Work) -> None:
        """Record something, then fail."""
        opportunities.create(work, **GIVEN)
        raise ZeroDivisionError

    with pytest.raises(Unfinished), crm.work(as_user="lihua") as work, pytest.raises(ZeroDivisionError):
        record_and_fail(work)
    assert kept(crm, Opportunity) == []


@pytest.mark.requirement("USR-02")
def test_who_may_open_a_unit_of_work(crm: Crm, people: People) -> None:
    for person in ("lihua", "LIHUA", people.lihua.id, Actor(id=people.lihua.id, name="anything")):
        with crm.work(as_user=person, readonly=True) as work:
            assert (work.actor.id, work.actor.name) == (people.lihua.id, "李华")
    with pytest.raises(UserRetired):
        crm.work(as_user="sunli")
    for nobody in ("nobody", uuid4()):
        with pytest.raises(NotFound):
            crm.work(as_user=nobody)
    with crm.work(as_user=ANONYMOUS) as work:
        assert work.actor.id is None
        with pytest.raises(NotSignedIn):
            work.opportunities.find()
        with pytest.raises(NotSignedIn):
            _ = work.user_id


def test_an_actors_own_word_gives_no_rights(crm: Crm, people: People) -> None:
    boastful = Actor(id=people.executive.id, name="x", permissions=frozenset({"opportunity.create"}))
    with pytest.raises(NoPermission):
        crm.perform(opportunities.create, as_user=boastful, **GIVEN)


def test_the_rights_of_a_retired_role_are_gone(crm: Crm, people: People) -> None:
    session = crm.store.begin(write=True)
    role = session.load(Role, people.lihua.roles[0])
    assert role is not None
    from crmcore.access.entity import Validity

    assert session.replace(attrs.evolve(role, status=Validity.RETIRED, version=role.version + 1), role.version)
    session.commit()
    session.close()
    with pytest.raises(NoPermission):
        recorded(crm, by="lihua")


def test_only_the_core_reads_credentials_changes_and_messages(crm: Crm) -> None:
    for entity in (Credential, ChangeRecord, OutboxMessage, Receipt):
        for who in ("admin", "zhaomin"):
            with crm.work(as_user=who, readonly=True) as work, pytest.raises(NoPermission):
                work.of(entity).find()
        with crm.work(as_user=SYSTEM, readonly=True) as work:
            work.of(entity).find()


def test_scan_goes_through_everything_in_order(crm: Crm, clock: SetClock) -> None:
    o = fields(Opportunity)
    for place in range(25):
        recorded(crm, title=f"{place % 3}", success_rate=place)
        clock.advance(seconds=place % 2)
    with crm.work(as_user="zhaomin", readonly=True) as work:
        for order in ((), (asc(o.title),), (desc(o.created_at),), (asc(o.title), desc(o.success_rate))):
            wanted = query(Opportunity).sort(*order)
            assert list(work.opportunities.scan(wanted, size=4)) == list(work.opportunities.find(wanted))
        assert len(list(work.opportunities.scan(size=25))) == 25
        assert len(list(work.opportunities.scan(query(Opportunity).page(7), size=3))) == 7
        (row,) = work.opportunities.tally(measures=(count(),))
        assert row.values == (25,)
        assert work.opportunities.count(at_most=7) == 7


def test_a_query_that_makes_no_sense_is_refused_before_the_store_sees_it(crm: Crm) -> None:
    o = fields(Opportunity)
    with crm.work(as_user="zhaomin", readonly=True) as work:
        for wanted in (
            query(Opportunity).where(eq(fields(User).full_name, "x")),
            query(Opportunity).where(eq(o.success_rate, "60")),  # type: ignore[arg-type]
            query(Opportunity).page(-1),
        ):
            with pytest.raises(Invalid):
                work.opportunities.find(wanted)
            with pytest.raises(Invalid):
                list(work.opportunities.scan(wanted))


@action("opportunity.create")
def rewrite(work: Work, change: str, record: Any) -> Any:
    """Do something to a record as a careless action might."""
    return getattr(work.unscoped(type(record)), change)(record)


def test_writing_goes_wrong_with_one_clear_error(crm: Crm, people: People) -> None:
    chance = recorded(crm)
    newer = crm.perform(opportunities.edit, chance.id, as_user="lihua", title="新")
    for change in ("save", "touch", "remove"):
        with pytest.raises(Conflict):
            crm.perform(rewrite, change, attrs.evolve(chance, title="旧"), as_user="lihua")
        with pytest.raises(NotFound):
            crm.perform(rewrite, change, attrs.evolve(chance, id=uuid4()), as_user="lihua")
    with pytest.raises(Conflict) as caught:
        crm.perform(rewrite, "add", newer, as_user="lihua")
    assert not isinstance(caught.value, Contention)
    with pytest.raises(AlreadyExists) as taken:
        crm.perform(rewrite, "add", attrs.evolve(people.lihua, id=uuid4()), as_user="lihua")
    assert taken.value.params["field"] == "name"
    with pytest.raises(AlreadyExists):
        crm.perform(rewrite, "save", attrs.evolve(people.wangwei, name_key="lihua"), as_user="lihua")
    assert reread(crm, chance) == newer


def test_a_number_that_is_taken_is_somebody_elses_luck(crm: Crm) -> None:
    chance = recorded(crm)
    crm.patience = 0.05
    with pytest.raises(Contention):
        crm.perform(rewrite, "add", attrs.evolve(chance, id=uuid4()), as_user="lihua")
    assert kept(crm, Opportunity) == [chance]


def test_the_same_key_does_the_work_once(crm: Crm) -> None:
    first = crm.perform(opportunities.create, as_user="lihua", key="row 7", **GIVEN)
    again = crm.perform(opportunities.create, as_user="lihua", key="row 7", **GIVEN)
    assert again == first
    assert kept(crm, Opportunity) == [first]
    other = crm.perform(opportunities.create, as_user="lihua", key="row 8", **GIVEN)
    by_other = crm.perform(opportunities.create, as_user="wangwei", key="row 7", **GIVEN)
    assert len({first.id, other.id, by_other.id}) == 3


def test_a_key_of_an_action_without_an_answer(crm: Crm) -> None:
    chance = recorded(crm)
    for _ in range(2):
        assert crm.perform(opportunities.delete, chance.id, as_user="lihua", key="k") is None


def test_a_refused_request_may_be_repeated_with_its_key(crm: Crm) -> None:
    with pytest.raises(Invalid):
        crm.perform(opportunities.create, as_user="lihua", key="k", **{**GIVEN, "title": ""})
    assert crm.perform(opportunities.create, as_user="lihua", key="k", **GIVEN).title == GIVEN["title"]


def test_two_who_write_the_same_record(crm: Crm) -> None:
    if crm.store.info()["product"].lower().startswith("sqlite"):
        pytest.skip("SQLite lets one writer in at a time: there is nothing to interleave")
    chance = recorded(crm)
    first, second = crm.work(as_user="zhaomin"), crm.work(as_user="zhaomin")
    opportunities.detail(first, chance.id)
    opportunities.detail(second, chance.id)
    with first:
        opportunities.dispatch(first, chance.id, to="lihua")
    with pytest.raises(Conflict), second:
        opportunities.dispatch(second, chance.id, to="wangwei")
    with pytest.raises(AlreadyDispatched):  # running it again finds out why
        crm.perform(opportunities.dispatch, chance.id, to="wangwei", as_user="zhaomin")


def test_a_record_is_kept_from_others_by_one_version_however_often_it_is_touched(crm: Crm) -> None:
    chance = dispatched(crm, to="wangwei")
    with crm.work(as_user="wangwei") as work:
        for day in (9, 10, 11):
            opportunities.add_plan_item(work, chance.id, plan_date=dt.date(2026, 3, day), content="拜访")
    assert reread(crm, chance).version == chance.version + 1
    assert [one.entity_version for one in kept(crm, ChangeRecord) if one.entity_id == chance.id] == [1, 2, 3]


def test_perform_runs_an_action_again_that_lost(crm: Crm) -> None:
    tries = []

    @action("opportunity.create")
    def lose_twice(work: Work) -> int:
        """Lose, lose, win."""
        tries.append(work)
        if len(tries) < 3:
            raise Contention
        return len(tries)

    assert crm.perform(lose_twice, as_user="lihua") == 3
    assert len(set(map(id, tries))) == 3


def test_a_crm_closes_its_store(crm: Crm) -> None:
    with crmcore.open("memory://") as opened:
        assert opened.store.state().value == "current"


def test_nothing_happens_after_the_end(crm: Crm) -> None:
    with crm.work(as_user="lihua") as work:
        chance = opportunities.create(work, **GIVEN)
        rows = work.opportunities.scan(size=1)
    for late in (
        lambda: opportunities.create(work, **GIVEN),
        lambda: opportunities.detail(work, chance.id),
        work.opportunities.find,
        lambda: next(rows),
        lambda: work.parameter(ZONE),
        work.commit,
    ):
        with pytest.raises(Ended):
            late()
    assert kept(crm, Opportunity) == [chance]
    assert len(kept(crm, ChangeRecord)) == 1


def test_a_work_committed_early_is_committed_once(crm: Crm) -> None:
    with crm.work(as_user="lihua") as work:
        opportunities.create(work, **GIVEN)
        work.commit()
    assert len(kept(crm, Opportunity)) == len(kept(crm, ChangeRecord)) == len(kept(crm, OutboxMessage)) == 1


def test_messages_are_sent_by_actions_alone(crm: Crm, people: People) -> None:
    with crm.work(as_user="lihua") as work, pytest.raises(OutsideAction):
        work.record(people.lihua, about=people.lihua.id)


@pytest.mark.parametrize("key", ["", "k" * 201, "\0", "\ud800", 7])
def test_a_key_that_cannot_be_kept_is_refused(crm: Crm, key: Any) -> None:
    with pytest.raises(Invalid) as caught:
        crm.perform(opportunities.create, as_user="lihua", key=key, **GIVEN)
    assert caught.value.fields == {"key"}
    assert kept(crm, Opportunity) == []


def test_a_key_is_for_one_request(crm: Crm) -> None:
    crm.perform(opportunities.create, as_user="lihua", key="k", **GIVEN)
    with pytest.raises(Invalid) as caught:
        crm.perform(opportunities.create, as_user="lihua", key="k", **{**GIVEN, "title": "另一个"})
    assert caught.value.codes == {"value.key_reused"}


def test_a_repeated_request_shows_only_what_the_person_may_still_see(crm: Crm) -> None:
    chance = crm.perform(opportunities.create, as_user="lihua", key="k", **GIVEN)
    crm.perform(opportunities.delete, chance.id, as_user="lihua")
    with pytest.raises(NotFound):
        crm.perform(opportunities.create, as_user="lihua", key="k", **GIVEN)


def test_versions_that_changed_nothing_do_not_spoil_a_form(crm: Crm, people: People) -> None:
    dispatched(crm, to="wangwei")  # touches the account manager
    with crm.work(as_user="admin", readonly=True) as work:
        assert work.users.get(people.wangwei.id).version > people.wangwei.version
        assert work.users.get(people.wangwei.id, expected=people.wangwei.version).name == "wangwei"
        with pytest.raises(Invalid) as refused:
            work.users.get(people.wangwei.id, expected="1")  # type: ignore[arg-type]
    assert [one.field for one in refused.value.problems] == ["expected"]


@pytest.mark.parametrize("person", [5, True, [], b"lihua", "\ud800", "a\0b"])
def test_what_is_no_person_is_nobody(crm: Crm, person: Any) -> None:
    with pytest.raises(NotFound):
        crm.work(as_user=person)
