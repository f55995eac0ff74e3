"""Merging two customers, and undoing it: afterwards everything is as it was."""

import datetime as dt
from collections.abc import Callable, Sequence
from decimal import Decimal
from typing import Any

import attrs
import pytest
from attrs import fields
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from company import People
from company.agreements import agreed_with
from company.duels import at_once
from crmcore import access, customers
from crmcore.access.entity import User, Validity
from crmcore.access.rules import NoPermission
from crmcore.base.errors import Conflict, CrmError, Invalid, NotFound
from crmcore.base.kinds import META
from crmcore.base.schema import Entity
from crmcore.churn.entity import ChurnCase, ChurnCaseId
from crmcore.customers.deriving import with_derived
from crmcore.customers.entity import (
    Contact,
    ContactId,
    Customer,
    CustomerId,
    CustomerStatus,
    Interaction,
    InteractionId,
)
from crmcore.customers.grouping import CustomField, CustomFieldId, CustomKind, CustomValue
from crmcore.customers.merging import CustomerMerge, MergeState
from crmcore.customers.relinking import LINKS
from crmcore.customers.rules import CustomerDeleted, CustomerMerged
from crmcore.customers.timelines import TimelineKind
from crmcore.opportunities.entity import Opportunity, OpportunityId
from crmcore.query import query
from crmcore.sales.entity import Order, OrderId, OrderStatus, OrderSummary
from crmcore.sales.summing import sum_up
from crmcore.service.entity import ServiceRequest
from crmcore.storage import history
from crmcore.storage.crm import Crm
from crmcore.storage.history import FieldChange
from crmcore.storage.records import ChangeRecord, OutboxMessage
from crmcore.subjects import ENTITIES
from crmcore.surveys.entity import (
    Invitation,
    InvitationId,
    SurveyAnswer,
    SurveyAnswerId,
    SurveyId,
    SurveyQuestionId,
)

DAY = dt.date(2025, 11, 3)
Contents = dict[tuple[str, Any], dict[str, Any]]


def put(crm: Crm, records: Sequence[Entity]) -> None:
    session = crm.store.begin(write=True)
    session.append(records)
    session.commit()
    session.close()


def everything(crm: Crm) -> Contents:
    """All that is stored, without versions and what is said about it: changes, messages and the merges themselves."""
    session = crm.store.begin(write=False)
    try:
        return {
            (cls.__name__, one.id): attrs.asdict(attrs.evolve(one, version=0), recurse=False)
            for cls in ENTITIES
            if cls not in {ChangeRecord, OutboxMessage, CustomerMerge}
            for one in session.find(query(cls))
        }
    finally:
        session.close()


def stored(crm: Crm, cls: type[Any]) -> list[Any]:
    session = crm.store.begin(write=False)
    try:
        return list(session.find(query(cls)))
    finally:
        session.close()


class Household:
    """One customer with what belongs to him, as the store keeps it."""

    def __init__(self, crm: Crm, people: People, name: str, **given: Any) -> None:
        self.crm, self.people = crm, people
        id_ = CustomerId(crm.ids())
        self.customer = Customer(
            id=id_,
            number=f"KH-{id_.hex[-16:]}",
            name=name,
            name_key=name.casefold(),
            manager=given.pop("manager", people.lihua.id),
            created_by=people.lihua.id,
            created_at=crm.clock(),
            version=1,
            **given,
        )
        self.records: list[Entity] = []

    def contact(self, phone: str = "13800001111") -> "Household":
        made = Contact(
            id=ContactId(self.crm.ids()), customer=self.customer.id, name=f"张{phone[-1]}", mobile=phone, version=1
        )
        self.records.append(made)
        return self

    def interaction(self) -> "Household":
        self.records.append(
            Interaction(
                id=InteractionId(self.crm.ids()),
                customer=self.customer.id,
                at=self.crm.clock(),
                place="北京",
                title="拜访",
                created_by=self.people.lihua.id,
                created_at=self.crm.clock(),
                version=1,
            )
        )
        return self

    def order(self, days: int = 0, status: OrderStatus = OrderStatus.NEW, amount: str = "10.05") -> "Household":
        id_ = OrderId(self.crm.ids())
        self.records.append(
            Order(
                id=id_,
                source_key=f"SO-{id_.hex}",
                customer=self.customer.id,
                ordered_on=DAY + dt.timedelta(days=days),
                status=status,
                currency="CNY",
                amount=Decimal(amount),
                version=1,
            )
        )
        return self

    def case(self) -> "Household":
        self.records.append(
            ChurnCase(
                id=ChurnCaseId(self.crm.ids()),
                customer=self.customer.id,
                customer_name=self.customer.name,
                manager=self.customer.manager,
                opened_at=self.crm.clock(),
                version=1,
            )
        )
        return self

    def chance(self) -> "Household":
        id_ = OpportunityId(self.crm.ids())
        self.records.append(
            Opportunity(
                id=id_,
                number=f"XS-{id_.hex[-12:]}",
                customer_name=self.customer.name,
                success_rate=50,
                title="t",
                description="d",
                created_by=self.people.lihua.id,
                created_at=self.crm.clock(),
                customer=self.customer.id,
                version=1,
            )
        )
        return self

    def served(self) -> "Household":
        """A contract, something planned, a request, and what was answered to a survey."""
        self.records += agreed_with(self.crm, self.customer).values()
        survey, by, now = SurveyId(self.crm.ids()), self.people.lihua.id, self.crm.clock()
        invited = Invitation(
            id=InvitationId(self.crm.ids()),
            survey=survey,
            customer=self.customer.id,
            token_digest=f"{survey.hex}{survey.hex}",
            invited_by=by,
            invited_at=now,
            expires_at=now,
            version=1,
        )
        answer = SurveyAnswer(
            id=SurveyAnswerId(self.crm.ids()),
            invitation=invited.id,
            question=SurveyQuestionId(self.crm.ids()),
            survey=survey,
            customer=self.customer.id,
            answered_at=now,
            version=1,
        )
        self.records += [invited, answer]
        return self

    def value(self, field: CustomField, text: str) -> "Household":
        self.records.append(
            CustomValue(id=self.crm.ids(), custom_field=field.id, customer=self.customer.id, text=text, version=1)
        )
        return self

    def settle(self) -> CustomerId:
        """Store everything, with what is computed of it."""
        contacts = [one for one in self.records if isinstance(one, Contact)]
        self.customer = with_derived(self.customer, contacts)
        by_kind: dict[type[Any], list[Entity]] = {Customer: [self.customer]}
        for one in self.records:
            by_kind.setdefault(type(one), []).append(one)
        session = self.crm.store.begin(write=True)
        for records in by_kind.values():
            session.append(records)
        session.commit()
        session.close()
        with self.crm.work(as_user=self.people.supervisor.id) as work:
            work.action = "test"
            sum_up(work, (self.customer.id,))
        return self.customer.id


def custom_field(crm: Crm, code: str) -> CustomField:
    made = CustomField(
        id=CustomFieldId(crm.ids()), code=code, label_zh=code, label_en=code, kind=CustomKind.TEXT, version=1
    )
    put(crm, [made])
    return made


def full(crm: Crm, people: People) -> tuple[CustomerId, CustomerId, CustomField]:
    """Two customers with one record of every kind and more."""
    vip = custom_field(crm, "vip")
    kept = Household(crm, people, "北京华建", phone="010-65512233", city="", external_key=None)
    kept.contact("13800001111").interaction().order(0, OrderStatus.PAID).case().value(vip, "金")
    absorbed = Household(
        crm, people, "北京华建科技", manager=people.wangwei.id, city="北京", phone="010-1", external_key="E1"
    )
    absorbed.contact("13900002222").contact("13900003333").interaction().order(5).order(5, OrderStatus.CANCELLED)
    absorbed.order(-5, OrderStatus.PAID, "0.01").case().chance().value(vip, "银")
    absorbed.value(custom_field(crm, "since"), "2019")
    return kept.settle(), absorbed.served().settle(), vip


@pytest.mark.requirement("CUS-07", "X-ADM-11")
def test_everything_moves_to_the_kept_customer_and_back(crm: Crm, people: People) -> None:
    kept, absorbed, _ = full(crm, people)
    before = everything(crm)
    choices = {"name": "absorbed", "phone": "kept", "manager": "absorbed", "custom.vip": "absorbed"}
    done = crm.perform(customers.merge, kept, absorbed, choices, as_user="zhaomin")
    one, other = (crm.perform(customers.detail, id_, as_user="zhaomin") for id_ in (kept, absorbed))
    assert (one.name, one.name_key, one.phone) == ("北京华建科技", "北京华建科技", "010-65512233")
    assert (one.city, one.external_key, one.manager) == ("北京", "E1", people.wangwei.id)
    assert one.number == before["Customer", kept]["number"]
    assert all(text in one.search_text for text in ("北京华建科技", "13800001111", "13900003333"))
    assert (other.status, other.merged_into) == (CustomerStatus.DELETED, kept)
    assert (other.name, other.name_key, other.external_key) == ("北京华建科技", None, None), "the kept one took the key"
    for cls, field in LINKS.items():
        wanted = {kept} if cls is not Customer else {None, kept}
        assert {getattr(record, field.name) for record in stored(crm, cls)} == wanted, cls
    values = [(value.customer, value.text) for value in stored(crm, CustomValue)]
    assert sorted(values) == sorted([(kept, "银"), (absorbed, "银"), (kept, "2019")])
    summary, empty = sorted(stored(crm, OrderSummary), key=lambda one: one.id != kept)
    assert (empty.id, empty.order_count, empty.last_order, empty.amount) == (absorbed, 0, None, 0)
    assert (summary.id, summary.order_count, summary.amount, summary.paid_amount) == (
        kept,
        3,
        Decimal("20.11"),
        Decimal("10.06"),
    )
    assert (summary.first_order_on, summary.last_order_on) == (DAY - dt.timedelta(5), DAY + dt.timedelta(5))
    crm.perform(customers.undo_merge, done.id, as_user="zhaomin")
    assert everything(crm) == before
    kinds = [message.kind for message in stored(crm, OutboxMessage)]
    assert kinds == ["customers_merged", "merge_undone"]


@pytest.mark.requirement("X-ADM-11", "X-ADM-09")
def test_a_merge_is_recorded_and_listed(crm: Crm, people: People) -> None:
    kept, absorbed, _ = full(crm, people)
    done = crm.perform(customers.merge, kept, absorbed, as_user="zhaomin")
    (entry,) = crm.perform(customers.merge_history, as_user="zhaomin").rows
    assert (entry.id, entry.done_by, entry.done_at) == (done.id, people.supervisor.id, crm.clock())
    assert (entry.kept.id, entry.absorbed.id, entry.state) == (kept, absorbed, MergeState.DONE)
    assert crm.perform(customers.merge_history, customer=absorbed, as_user="zhaomin").total == 1
    assert crm.perform(customers.merge_history, customer=CustomerId(crm.ids()), as_user="zhaomin").total == 0
    crm.perform(customers.undo_merge, done.id, as_user="zhaomin")
    (entry,) = crm.perform(customers.merge_history, as_user="zhaomin").rows
    assert entry.state is MergeState.UNDONE
    told = [(record.entity, record.action) for record in stored(crm, ChangeRecord) if record.entity != "order_summary"]
    for kind in ("customer", "contact", "interaction", "churn_case", "opportunity", "order", "customer_merge"):
        assert {(kind, "customers.merge"), (kind, "customers.undo_merge")} <= set(told)
    assert not any("13900002222" in record.changes for record in stored(crm, ChangeRecord))


@pytest.mark.requirement("X-ADM-11", "X-CUS-12", "X-ADM-09")
def test_the_kept_customer_tells_of_the_merge_and_the_absorbed_one_leads_to_him(crm: Crm, people: People) -> None:
    kept, absorbed = (Household(crm, people, "华建").settle(), Household(crm, people, "华建科技").settle())
    number = crm.perform(customers.detail, absorbed, as_user="lihua").number
    done = crm.perform(customers.merge, kept, absorbed, as_user="zhaomin")
    (told,) = [
        one for one in crm.perform(customers.timeline, kept, as_user="lihua").rows if one.kind is TimelineKind.MERGED
    ]
    assert (told.at, told.by, told.record) == (crm.clock(), people.supervisor.id, kept)
    assert told.title == f"与“{number} 华建科技”合并，两者为同一客户"
    entry = crm.perform(history.history, Customer, kept, as_user="lihua")[-1]
    assert (entry.by, entry.at, entry.changes) == (
        people.supervisor.id,
        crm.clock(),
        (FieldChange("absorbed", None, f"{number} 华建科技"),),
    ), "nothing of his own has changed"
    assert crm.perform(customers.remaining, absorbed, as_user="lihua").id == kept
    assert crm.perform(customers.remaining, kept, as_user="lihua").id == kept
    with pytest.raises(CustomerMerged) as refusal:
        crm.perform(customers.add_tag, absorbed, "重点", as_user="lihua")
    assert refusal.value.params["kept"] == kept
    crm.perform(customers.assign, kept, to="wangwei", as_user="zhaomin")
    assert crm.perform(customers.remaining, absorbed, as_user="lihua") is None, "he may not see that one"
    crm.perform(customers.assign, kept, to="lihua", as_user="zhaomin")
    crm.perform(customers.undo_merge, done.id, as_user="zhaomin")
    entry = crm.perform(history.history, Customer, kept, as_user="lihua")[-1]
    assert entry.changes == (FieldChange("absorbed", f"{number} 华建科技", None),)
    assert crm.perform(customers.remaining, absorbed, as_user="lihua").id == absorbed


@pytest.mark.requirement("X-ADM-11")
def test_the_preview_says_what_there_is_to_choose_and_what_moves(crm: Crm, people: People) -> None:
    kept, absorbed, _ = full(crm, people)
    preview = crm.perform(customers.merge_preview, kept, absorbed, as_user="zhaomin")
    shown = {one.field: (one.kept, one.absorbed, one.default) for one in preview.fields if one.differs}
    assert shown == {
        "name": ("北京华建", "北京华建科技", "kept"),
        "manager": (people.lihua.id, people.wangwei.id, "kept"),
        "phone": ("010-65512233", "010-1", "kept"),
        "city": ("", "北京", "absorbed"),
        "external_key": (None, "E1", "absorbed"),
        "custom.vip": ("金", "银", "kept"),
        "custom.since": (None, "2019", "absorbed"),
    }
    moving = {"contact": 2, "interaction": 1, "order": 3, "churn_case": 1, "opportunity": 1, "customer": 0}
    served = dict.fromkeys(("service_request", "service_contract", "invitation", "survey_answer"), 1)
    served["care_activity"] = 2
    assert preview.moving == moving | served
    assert (preview.kept.id, preview.absorbed.id) == (kept, absorbed)
    crm.perform(customers.merge, kept, absorbed, as_user="zhaomin")
    one = crm.perform(customers.detail, kept, as_user="zhaomin")
    assert (one.name, one.phone, one.city, one.external_key) == ("北京华建", "010-65512233", "北京", "E1")


def refused(crm: Crm, action: Callable[..., Any], *args: Any, as_user: str = "zhaomin", **given: Any) -> str:
    """The code of the refusal, which left everything as it was."""
    before = everything(crm)
    with pytest.raises(CrmError) as caught:
        crm.perform(action, *args, as_user=as_user, **given)
    assert everything(crm) == before
    assert caught.value.explain("zh") != caught.value.explain("en")
    return next(iter(caught.value.codes)) if isinstance(caught.value, Invalid) else caught.value.code


@pytest.mark.requirement("X-ADM-11", "CUS-08", "RBA-13")
def test_what_can_not_be_merged_is_refused(crm: Crm, people: People) -> None:
    kept, absorbed, _ = full(crm, people)
    third = Household(crm, people, "上海远望", status=CustomerStatus.LOST).settle()
    gone = Household(crm, people, "已删除", status=CustomerStatus.DELETED).settle()
    assert refused(crm, customers.merge, kept, kept) == "customer.merge_same"
    assert (
        refused(crm, customers.merge, kept, gone) == refused(crm, customers.merge, gone, kept) == CustomerDeleted.code
    )
    assert refused(crm, customers.merge, kept, CustomerId(crm.ids())) == NotFound.code
    assert refused(crm, customers.merge, kept, absorbed, as_user="lihua") == NoPermission.code
    assert refused(crm, customers.merge, kept, absorbed, {"number": "kept"}) == "value.unknown_field"
    assert refused(crm, customers.merge, kept, absorbed, {"custom.gold": "kept"}) == "value.unknown_field"
    assert refused(crm, customers.merge, kept, absorbed, {"phone": "both"}) == "value.choice"
    crm.perform(customers.merge, third, kept, as_user="zhaomin")
    assert crm.perform(customers.detail, third, as_user="zhaomin").status is CustomerStatus.NORMAL
    assert refused(crm, customers.merge, absorbed, third, kept_expected=7) == Conflict.code
    assert refused(crm, customers.merge, absorbed, third, absorbed_expected=1) == Conflict.code


@pytest.mark.requirement("X-ADM-11", "NFR-15")
def test_of_two_who_merge_the_same_customers_at_once_one_wins(crm: Crm, people: People) -> None:
    one, other, _ = full(crm, people)

    def merging(kept: CustomerId, absorbed: CustomerId) -> Callable[[], Any]:
        return lambda: crm.perform(customers.merge, kept, absorbed, as_user="zhaomin")

    outcomes = at_once([merging(one, other), merging(other, one)])
    (won,) = (outcome for outcome in outcomes if isinstance(outcome, CustomerMerge))
    (lost,) = (outcome for outcome in outcomes if outcome is not won)
    assert isinstance(lost, CustomerDeleted)
    assert {contact.customer for contact in stored(crm, Contact)} == {won.kept}


@pytest.mark.requirement("CUS-05", "RBA-13")
def test_whoever_merges_his_own_customers_merges_nobody_elses(crm: Crm, people: People) -> None:
    kept, absorbed, _ = full(crm, people)
    own = Household(crm, people, "上海远望").settle()
    done = crm.perform(customers.merge, kept, absorbed, as_user="zhaomin")
    mine = crm.perform(customers.merge, kept, own, as_user="zhaomin")
    with crm.work(as_user="admin") as work:
        role = next(one for one in access.roles(work).rows if one.code == "account_manager")
        access.set_permissions(work, role.id, (*role.permissions, "customer.merge"))
    for action in (customers.merge, customers.merge_preview):
        assert refused(crm, action, kept, absorbed, as_user="lihua") == NotFound.code
        assert refused(crm, action, absorbed, kept, as_user="lihua") == NotFound.code
    assert refused(crm, customers.undo_merge, done.id, as_user="lihua") == NotFound.code
    assert [entry.absorbed for entry in crm.perform(customers.merge_history, as_user="lihua").rows][1:] == [None]
    assert crm.perform(customers.merge_history, as_user="wangwei").total == 0
    with crm.work(as_user="lihua", readonly=True) as work:
        assert [one.id for one in work.of(CustomerMerge).find()] == [mine.id], "the other keeps what wangwei's was"
    crm.perform(customers.undo_merge, mine.id, as_user="lihua")


@pytest.mark.requirement("X-ADM-11")
def test_what_came_later_stays_and_what_was_changed_since_stands_in_the_way(crm: Crm, people: People) -> None:
    kept, absorbed, _ = full(crm, people)
    done = crm.perform(customers.merge, kept, absorbed, as_user="zhaomin")
    later = Household(crm, people, "新来的").order(30).interaction()
    put(crm, [attrs.evolve(one, customer=kept) for one in later.records if isinstance(one, Order)])
    put(crm, [attrs.evolve(one, customer=kept) for one in later.records if isinstance(one, Interaction)])
    moved = next(one for one in stored(crm, Contact) if one.mobile == "13900002222")
    _edited(crm, people, attrs.evolve(moved, position="经理"))
    assert refused(crm, customers.undo_merge, done.id) == "customer.merge_changed"
    _restored(crm, moved)
    one = crm.perform(customers.detail, kept, as_user="zhaomin")
    _edited(crm, people, attrs.evolve(one, city="天津"))
    assert refused(crm, customers.undo_merge, done.id) == "customer.merge_changed"
    one = crm.perform(customers.detail, kept, as_user="zhaomin")
    _edited(crm, people, attrs.evolve(one, city="北京", remark="后来"))
    (asked,) = stored(crm, ServiceRequest)
    _edited(crm, people, attrs.evolve(asked, title="处理中"))
    crm.perform(customers.undo_merge, done.id, as_user="zhaomin")
    assert crm.perform(customers.detail, kept, as_user="zhaomin").remark == "后来"
    assert [(one.customer, one.title) for one in stored(crm, ServiceRequest)] == [(absorbed, "处理中")]
    orders = {order.customer: 0 for order in stored(crm, Order)}
    for order in stored(crm, Order):
        orders[order.customer] += 1
    assert orders == {kept: 2, absorbed: 3}
    summaries = {summary.id: summary for summary in stored(crm, OrderSummary)}
    assert summaries[kept].last_order_on == DAY + dt.timedelta(30)
    assert refused(crm, customers.undo_merge, done.id) == "customer.merge_undone"


def _edited(crm: Crm, people: People, record: Any) -> None:
    with crm.work(as_user=people.supervisor.id) as work:
        work.action = "test"
        work.unscoped(type(record)).save(record)


def _restored(crm: Crm, record: Any) -> None:
    """Put the very version back, as if nothing had happened."""
    session = crm.store.begin(write=True)
    (now,) = (one for one in session.find(query(type(record))) if one.id == record.id)
    assert session.delete(type(record), record.id, now.version)
    session.commit()
    session.close()
    put(crm, [record])


@pytest.mark.requirement("X-ADM-11", "CUS-07", "USR-06")
def test_a_merge_is_not_undone_into_what_can_not_be(crm: Crm, people: People) -> None:
    kept, absorbed, _ = full(crm, people)
    done = crm.perform(customers.merge, kept, absorbed, as_user="zhaomin")
    taken = Household(crm, people, "北京华建科技").settle()
    assert refused(crm, customers.undo_merge, done.id) == "customer.merge_name_taken"
    crm.perform(customers.merge, taken, kept, {"name": "absorbed"}, as_user="zhaomin")
    assert crm.perform(customers.detail, absorbed, as_user="zhaomin").merged_into == taken
    assert refused(crm, customers.undo_merge, done.id) == "customer.merge_superseded"
    last = crm.perform(customers.merge_history, as_user="zhaomin").rows[0]
    crm.perform(customers.undo_merge, last.id, as_user="zhaomin")
    assert crm.perform(customers.detail, absorbed, as_user="zhaomin").merged_into == kept
    _edited(crm, people, attrs.evolve(_only(crm, Customer, taken), name="别的", name_key="别的"))
    _edited(crm, people, attrs.evolve(_only(crm, User, people.wangwei.id), status=Validity.RETIRED))
    assert refused(crm, customers.undo_merge, done.id) == "customer.merge_manager_left"
    _edited(crm, people, attrs.evolve(_only(crm, User, people.wangwei.id), status=Validity.VALID))
    crm.perform(customers.undo_merge, done.id, as_user="zhaomin")


def _only(crm: Crm, cls: type[Any], id_: Any) -> Any:
    return next(one for one in stored(crm, cls) if one.id == id_)


@pytest.mark.requirement("X-ADM-11")
def test_any_number_of_orders_moves_in_portions(crm: Crm, people: People, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("crmcore.customers.relinking._AT_ONCE", 50)
    kept, house = Household(crm, people, "甲").settle(), Household(crm, people, "乙")
    for number in range(120):
        house.order(number % 30)
    absorbed = house.settle()
    done = crm.perform(customers.merge, kept, absorbed, as_user="zhaomin")
    assert {order.customer for order in stored(crm, Order)} == {kept}
    assert sorted(one.order_count for one in stored(crm, OrderSummary)) == [0, 120]
    crm.perform(customers.undo_merge, done.id, as_user="zhaomin")
    assert {order.customer for order in stored(crm, Order)} == {absorbed}
    monkeypatch.setattr("crmcore.customers.relinking.MOST_ORDERS", 119)
    for action in (customers.merge_preview, customers.merge):
        assert refused(crm, action, kept, absorbed) == "customer.merge_too_large"


def test_whatever_is_linked_to_a_customer_is_moved() -> None:
    """A new kind of record with a link to a customer has to say here what becomes of it."""
    linked = {
        (cls, attribute.name)
        for cls in ENTITIES
        for attribute in fields(cls)
        if META in attribute.metadata and attribute.metadata[META].ref == "customer"
    }
    apart = {
        (CustomValue, "customer"),  # by the choices
        (OrderSummary, "id"),  # summed up again
        (CustomerMerge, "kept"),  # what happened stays as it happened
        (CustomerMerge, "absorbed"),
    }
    assert linked == {(cls, field.name) for cls, field in LINKS.items()} | apart


SIDES = st.sampled_from(("kept", "absorbed"))
CHOICES = st.dictionaries(
    st.sampled_from(("name", "phone", "manager", "status", "external_key", "tags", "credit", "custom.vip")), SIDES
)
GIVEN = st.fixed_dictionaries(
    {
        "phone": st.sampled_from(("", "010-65512233")),
        "external_key": st.sampled_from((True, False)),
        "tags": st.sampled_from(((), ("vip",))),
        "credit": st.sampled_from((None, 1)),
        "status": st.sampled_from((CustomerStatus.NORMAL, CustomerStatus.LOST)),
    }
)
PARTS = st.lists(st.sampled_from(("contact", "interaction", "order", "case", "chance")), max_size=6)


@pytest.mark.requirement("X-ADM-11")
@settings(max_examples=8, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow])
@given(households=st.tuples(*[st.tuples(GIVEN, PARTS, st.booleans())] * 3), choices=st.tuples(CHOICES, CHOICES))
def test_undoing_a_merge_restores_whatever_there_was(crm: Crm, people: People, households: Any, choices: Any) -> None:
    run = crm.ids().hex[-6:]
    vip = custom_field(crm, f"vip{run}")
    ids = []
    for place, (told, parts, valued) in enumerate(households):
        key = f"{run}{place}" if told["external_key"] else None
        house = Household(crm, people, f"{run}号{place}", **{**told, "external_key": key})
        for part in parts:
            getattr(house, part)()
        if valued:
            house.value(vip, f"{place}")
        ids.append(house.settle())
    known = {f"custom.{vip.code}"} if households[0][2] or households[1][2] else set()
    chosen = [
        {name: side for name, side in _renamed(one, vip).items() if name in known or not name.startswith("custom")}
        for one in choices
    ]
    chosen[1].pop(f"custom.{vip.code}", None)
    states = [everything(crm)]
    merges = []
    for place, absorbed in ((0, ids[1]), (1, ids[0])):
        kept = ids[0] if place == 0 else ids[2]
        merges.append(crm.perform(customers.merge, kept, absorbed, chosen[place], as_user="zhaomin"))
        states.append(everything(crm))
    for done in reversed(merges):
        states.pop()
        crm.perform(customers.undo_merge, done.id, as_user="zhaomin")
        assert everything(crm) == states[-1]


def _renamed(choices: dict[str, str], vip: CustomField) -> dict[str, str]:
    return {f"custom.{vip.code}" if name == "custom.vip" else name: side for name, side in choices.items()}
