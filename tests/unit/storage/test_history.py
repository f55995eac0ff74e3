"""What happened to a record can be read back, in words, as of any time; and tampering shows."""

import datetime as dt
from collections.abc import Sequence
from decimal import Decimal
from typing import Any
from uuid import UUID

import attrs
import pytest

from crmcore import opportunities
from crmcore.access.actor import SYSTEM
from crmcore.access.entity import Credential, User
from crmcore.base.errors import Invalid, NotFound, Refused
from crmcore.base.schema import describe
from crmcore.base.values import Money
from crmcore.opportunities import Opportunity, OpportunityStatus, PlanItem
from crmcore.query import asc, eq, query
from crmcore.storage.changes import digest
from crmcore.storage.codec import compact, differences
from crmcore.storage.crm import Crm
from crmcore.storage.history import FieldChange, as_of, broken_links, history
from crmcore.storage.records import ChangeRecord, Operation
from crmcore.storage.work import Work
from crmcore.testing.samples import Colour, Sample, sample

_c = attrs.fields(ChangeRecord)
WORDS = {"customer_name": "北京华建", "title": "笔记本电脑", "success_rate": 60, "description": "两百台"}


def recorded(crm: Crm) -> Opportunity:
    return crm.perform(opportunities.create, **WORDS, as_user="lihua")  # type: ignore[arg-type]


def records_of(crm: Crm, id_: UUID) -> Sequence[ChangeRecord]:
    with crm.work(SYSTEM, readonly=True) as work:
        wanted = query(ChangeRecord).where(eq(_c.entity_id, id_)).sort(asc(_c.entity_version))
        return work.unscoped(ChangeRecord).find(wanted)


def put(crm: Crm, *records: Any) -> None:
    session = crm.store.begin(write=True)
    session.append(records)
    session.commit()
    session.close()


def test_every_version_tells_who_did_what_when(crm: Crm, clock: Any) -> None:
    begun = clock.now
    chance = recorded(crm)
    changed = clock.advance(hours=1)
    crm.perform(opportunities.edit, chance.id, success_rate=80, title="服务器", as_user="wangwei")
    dispatched = clock.advance(hours=1)
    crm.perform(opportunities.dispatch, chance.id, to="lihua", as_user="zhaomin")
    with crm.work("lihua", readonly=True) as work:
        first, second, third = history(work, Opportunity, chance.id)
    assert (first.operation, first.at, first.by_name, first.version) == (Operation.CREATED, begun, "lihua", 1)
    assert first.action == "opportunities.create"
    assert FieldChange("success_rate", None, 60) in first.changes
    assert (second.operation, second.at, second.by_name) == (Operation.CHANGED, changed, "wangwei")
    assert second.changes == (FieldChange("success_rate", 60, 80), FieldChange("title", "笔记本电脑", "服务器"))
    assert (third.at, third.by_name, third.version) == (dispatched, "zhaomin", 3)
    assert FieldChange("status", OpportunityStatus.UNASSIGNED, OpportunityStatus.ASSIGNED) in third.changes
    assert FieldChange("assigned_at", None, dispatched) in third.changes


def test_a_version_that_only_kept_others_away_is_not_told(crm: Crm) -> None:
    chance = recorded(crm)
    crm.perform(opportunities.dispatch, chance.id, to="lihua", as_user="zhaomin")
    crm.perform(opportunities.add_plan_item, chance.id, plan_date=dt.date(2026, 3, 5), content="拜访", as_user="lihua")
    with crm.work("lihua", readonly=True) as work:
        assert [entry.version for entry in history(work, Opportunity, chance.id)] == [1, 2]
        assert work.opportunities.get(chance.id).version == 3


def test_the_history_of_somebody_elses_record_is_like_that_of_none(crm: Crm) -> None:
    chance = recorded(crm)
    crm.perform(opportunities.dispatch, chance.id, to="lihua", as_user="zhaomin")
    with crm.work("wangwei", readonly=True) as work:
        with pytest.raises(NotFound):
            history(work, Opportunity, chance.id)
        with pytest.raises(NotFound):
            as_of(work, Opportunity, chance.id, work.now)


def test_nobody_reads_history_without_signing_in(crm: Crm) -> None:
    chance = recorded(crm)
    with pytest.raises(Refused) as refused, crm.work(readonly=True) as work:
        history(work, Opportunity, chance.id)
    assert refused.value.code == "access.not_signed_in"


def test_a_record_can_be_seen_as_it_was(crm: Crm, clock: Any) -> None:
    before = clock.now - dt.timedelta(seconds=1)
    chance = recorded(crm)
    clock.advance(hours=1)
    edited = crm.perform(opportunities.edit, chance.id, source="展会", as_user="lihua")
    clock.advance(hours=1)
    crm.perform(opportunities.dispatch, chance.id, to="wangwei", as_user="zhaomin")
    with crm.work("zhaomin", readonly=True) as work:
        assert as_of(work, Opportunity, chance.id, before) is None
        assert as_of(work, Opportunity, chance.id, chance.created_at) == chance
        assert as_of(work, Opportunity, chance.id, clock.now - dt.timedelta(milliseconds=1)) == edited
        assert as_of(work, Opportunity, chance.id, clock.now) == work.opportunities.get(chance.id)


def test_a_time_without_its_zone_is_refused(crm: Crm) -> None:
    chance = recorded(crm)
    with pytest.raises(Invalid) as invalid, crm.work("lihua", readonly=True) as work:
        as_of(work, Opportunity, chance.id, dt.datetime(2026, 3, 2))  # noqa: DTZ001
    assert invalid.value.codes == {"value.naive"}


def keep(work: Work, one: Sample) -> Sample:
    """Store a sample, new or changed; not registered, so that the list of actions stays that of the product."""
    work.action = "samples.keep"
    samples = work.of(Sample)
    return samples.add(one) if one.version == 0 else samples.save(one)


def drop(work: Work, one: Sample) -> None:
    """Remove a sample."""
    work.action = "samples.drop"
    work.of(Sample).remove(one)


@pytest.fixture
def samples(clock: Any) -> Crm:
    import crmcore

    return crmcore.open("memory://", clock=clock, entities=[Sample])


FULL = sample(
    1,
    note="",
    label="",
    code="c1",
    rank=0,
    ratio=Decimal("1E+2"),
    weight=Decimal("0.10"),
    checked=False,
    until=dt.date(2026, 12, 31),
    seen=dt.datetime(2026, 3, 1, tzinfo=dt.UTC),
    parent=UUID(int=7),
    shade=Colour.DARK_BLUE,
    tags=("a", "b"),
    members=(UUID(int=1),),
    aliases=(),
    deposit=Money(amount=Decimal("5.00"), currency="EUR"),
    version=0,
)


@pytest.mark.parametrize("one", [sample(1, version=0), FULL], ids=["with little", "with everything"])
def test_every_kind_of_value_comes_back_as_it_was(samples: Crm, clock: Any, one: Sample) -> None:
    first = samples.perform(keep, one, as_user=SYSTEM)
    seen = clock.now
    clock.advance(hours=1)
    second = samples.perform(
        keep, attrs.evolve(FULL, name="later", label=None, deposit=None, version=1), as_user=SYSTEM
    )
    with samples.work(SYSTEM, readonly=True) as work:
        assert as_of(work, Sample, one.id, seen) == first
        assert as_of(work, Sample, one.id, clock.now) == second


def test_a_removed_record_is_gone_from_then_on_and_its_changes_stay(samples: Crm, clock: Any) -> None:
    first = samples.perform(keep, FULL, as_user=SYSTEM)
    samples.perform(drop, first, as_user=SYSTEM)
    with pytest.raises(NotFound), samples.work(SYSTEM, readonly=True) as work:
        history(work, Sample, FULL.id)
    created, removed = records_of(samples, FULL.id)
    assert (created.operation, removed.operation) == (Operation.CREATED, Operation.REMOVED)
    assert (removed.entity_version, removed.previous) == (2, created.hash)
    assert '"code":["c1",null]' in removed.changes


def test_a_removed_and_restored_record_did_not_exist_in_between(samples: Crm, clock: Any) -> None:
    first = samples.perform(keep, FULL, as_user=SYSTEM)
    clock.advance(hours=1)
    samples.perform(drop, first, as_user=SYSTEM)
    gone = clock.now
    with samples.work(SYSTEM, readonly=True) as work:
        work.session.insert(attrs.evolve(first, version=3))  # put back by other means than an action
        assert as_of(work, Sample, FULL.id, gone) is None
        assert as_of(work, Sample, FULL.id, gone - dt.timedelta(milliseconds=1)) == first


def test_a_field_that_came_with_a_later_version_has_its_default_before(samples: Crm, clock: Any) -> None:
    one = sample(1, version=0, count=3)
    said = differences(describe(Sample), None, one)
    for name in ("count", "colour", "active", "tags", "label"):
        said.pop(name, None)
    facts = (UUID(int=9), clock.now, None, "x", "a", Operation.CREATED, "sample", one.id, 1, compact(said), "", "")
    made = describe(ChangeRecord).hydrate((*facts, digest(facts), 1))
    put(samples, attrs.evolve(one, version=1), made)
    with samples.work(SYSTEM, readonly=True) as work:
        then = as_of(work, Sample, one.id, clock.now)
    assert (then.count, then.colour, then.active, then.tags, then.label) == (0, Colour.RED, False, (), None)


def test_a_field_that_is_no_more_is_not_told(samples: Crm, clock: Any) -> None:
    one = sample(1, version=0)
    said = differences(describe(Sample), None, one) | {"nickname": [None, "old"]}
    facts = (UUID(int=9), clock.now, None, "x", "a", Operation.CREATED, "sample", one.id, 1, compact(said), "", "")
    put(samples, attrs.evolve(one, version=1), describe(ChangeRecord).hydrate((*facts, digest(facts), 1)))
    with samples.work(SYSTEM, readonly=True) as work:
        (entry,) = history(work, Sample, one.id)
        assert as_of(work, Sample, one.id, clock.now) == attrs.evolve(one, version=1)
    assert "nickname" not in {change.field for change in entry.changes}


def set_password_hash(work: Work, person: User, hashed: str) -> Credential:
    """Store a user's credential, new or changed."""
    work.action = "tests.set_password_hash"
    kept = work.unscoped(Credential)
    known = kept.first(eq(attrs.fields(Credential).id, person.id))
    if known is None:
        return kept.add(Credential(id=person.id, password_hash=hashed, changed_at=work.now))
    return kept.save(attrs.evolve(known, password_hash=hashed))


def rename(work: Work, person: User, name: str) -> User:
    """Give a user another full name."""
    work.action = "tests.rename"
    users = work.unscoped(User)
    return users.save(attrs.evolve(users.get(person.id), full_name=name))


def test_a_secret_never_reaches_a_change_record(crm: Crm) -> None:
    with crm.work("lihua", readonly=True) as work:
        person = work.session.load(User, work.user_id)
    assert person is not None
    crm.perform(set_password_hash, person, "hash-one", as_user="lihua")
    crm.perform(set_password_hash, person, "hash-two", as_user="lihua")
    kept = [record for record in records_of(crm, person.id) if record.entity == "credential"]
    assert ['"password_hash":[null,"***"]' in kept[0].changes, kept[1].changes] == [
        True,
        '{"password_hash":["***","***"]}',
    ]
    assert not any("hash-" in record.changes for record in kept)


def test_a_user_and_his_credential_have_histories_of_their_own(crm: Crm) -> None:
    """They have the same id."""
    with crm.work("lihua", readonly=True) as work:
        person = work.session.load(User, work.user_id)
    assert person is not None
    for place in range(5):
        crm.perform(set_password_hash, person, f"hash-{place}", as_user="lihua")
    for place in range(3):
        crm.perform(rename, person, f"李华{place}", as_user="lihua")
    with crm.work(SYSTEM, readonly=True) as work:
        told = history(work, User, person.id)
        assert [entry.changes[0].new for entry in told] == ["李华0", "李华1", "李华2"]
        assert as_of(work, User, person.id, work.now).version == 4
    kept = records_of(crm, person.id)
    assert not list(broken_links(one for one in kept if one.entity == "credential"))


def test_an_untouched_chain_has_no_break(crm: Crm) -> None:
    chance = recorded(crm)
    crm.perform(opportunities.edit, chance.id, success_rate=70, as_user="lihua")
    crm.perform(opportunities.dispatch, chance.id, to="lihua", as_user="zhaomin")
    assert len(records_of(crm, chance.id)) == 3
    assert list(broken_links(records_of(crm, chance.id))) == []


@pytest.mark.parametrize(
    "forged",
    [
        {"actor_name": "wangwei"},
        {"action": "opportunities.edit"},
        {"at": dt.datetime(2020, 1, 1, tzinfo=dt.UTC)},
        {"actor": UUID(int=5)},
        {"changes": "{}"},
        {"code": "x"},
        {"entity_version": 9},
        {"operation": Operation.CHANGED},
        {"hash": "0" * 64},
    ],
    ids=lambda forged: next(iter(forged)),
)
def test_an_altered_record_breaks_the_chain(crm: Crm, forged: dict[str, Any]) -> None:
    chance = recorded(crm)
    crm.perform(opportunities.edit, chance.id, success_rate=70, as_user="lihua")
    first, second = records_of(crm, chance.id)
    altered = attrs.evolve(first, **forged)
    assert altered in list(broken_links([altered, second]))


def test_text_cannot_be_moved_from_one_part_of_a_record_to_another() -> None:
    facts = (UUID(int=1), dt.datetime(2026, 1, 1, tzinfo=dt.UTC), None, "a|b", "c", Operation.CREATED)
    moved = (*facts[:3], "a", "b|c", Operation.CREATED)
    rest = ("e", UUID(int=2), 1, "{}", "", "")
    assert digest((*facts, *rest)) != digest((*moved, *rest))


def test_a_missing_record_breaks_the_chain_at_the_next(crm: Crm) -> None:
    chance = recorded(crm)
    for rate in (70, 80, 90):
        crm.perform(opportunities.edit, chance.id, success_rate=rate, as_user="lihua")
    first, _, third, fourth = records_of(crm, chance.id)
    assert list(broken_links([first, third, fourth])) == [third]


def test_two_changes_in_one_unit_of_work_are_chained(crm: Crm) -> None:
    with crm.work("lihua") as work:
        chance = opportunities.create(work, **WORDS)  # type: ignore[arg-type]
        opportunities.edit(work, chance.id, success_rate=10)
        opportunities.edit(work, chance.id, success_rate=20)
    kept = records_of(crm, chance.id)
    assert [record.entity_version for record in kept] == [1, 2, 3]
    assert list(broken_links(kept)) == []


def test_plan_items_have_their_own_history(crm: Crm) -> None:
    chance = recorded(crm)
    crm.perform(opportunities.dispatch, chance.id, to="lihua", as_user="zhaomin")
    item = crm.perform(
        opportunities.add_plan_item, chance.id, plan_date=dt.date(2026, 3, 5), content="拜访", as_user="lihua"
    )
    crm.perform(opportunities.record_result, item.id, result="有兴趣", as_user="lihua")
    with crm.work("lihua", readonly=True) as work:
        made, done = history(work, PlanItem, item.id)
    assert FieldChange("plan_date", None, dt.date(2026, 3, 5)) in made.changes
    assert done.changes == (FieldChange("result", "", "有兴趣"),)
