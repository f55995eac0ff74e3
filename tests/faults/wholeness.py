"""Nothing is half there: every version has its change record and its message, every success its customer."""

from collections import Counter
from typing import Any
from uuid import UUID

from attrs import fields

from crmcore.customers.entity import Contact, Customer
from crmcore.opportunities.entity import Opportunity, OpportunityStatus
from crmcore.query import eq, one_of, query
from crmcore.storage.ports import Session, Store
from crmcore.storage.records import ChangeRecord, OutboxMessage

KINDS = ["opportunity_recorded", "opportunity_dispatched", "opportunity_won"]
"""The message of each version of an opportunity that is recorded, dispatched and won."""
o: Any = fields(Opportunity)
c: Any = fields(ChangeRecord)
m: Any = fields(OutboxMessage)
k: Any = fields(Customer)


def check_life(store: Store, name: str, acknowledged: dict[UUID, int]) -> int:
    """Check everything that a child of this name left; answer how many versions it stored."""
    session = store.begin(write=False)
    try:
        chances = {one.id: one for one in session.find(query(Opportunity).where(eq(o.title, name)))}
        for id_, version in acknowledged.items():
            assert id_ in chances, f"{id_} was acknowledged and is gone"
            assert chances[id_].version >= version, f"version {version} of {id_} was acknowledged and is gone"
        for chance in chances.values():
            check_whole(session, chance)
        return sum(one.version for one in chances.values())
    finally:
        session.close()


def check_whole(session: Session, chance: Opportunity) -> None:
    """Check that all the records of an opportunity's versions are there."""
    changes = session.find(query(ChangeRecord).where(eq(c.entity_id, chance.id)))
    assert sorted(one.entity_version for one in changes) == list(range(1, chance.version + 1))
    messages = session.find(query(OutboxMessage).where(eq(m.entity_id, chance.id)))
    assert Counter(one.kind for one in messages) == Counter(KINDS[: chance.version])
    customers = session.find(query(Customer).where(eq(k.name, chance.customer_name)))
    won = chance.status is OpportunityStatus.WON
    assert len(customers) == won
    if won:
        ids = [one.id for one in customers]
        assert session.count(query(Contact).where(one_of(fields(Contact).customer, ids))) == 1


def check_all(store: Store) -> None:
    """Check that no record speaks of something that is not there."""
    session = store.begin(write=False)
    try:
        chances = session.find(query(Opportunity))
        assert session.count(query(ChangeRecord).where(eq(c.entity, "opportunity"))) == sum(o.version for o in chances)
        assert session.count(query(OutboxMessage)) == sum(one.version for one in chances)
        won = sum(one.status is OpportunityStatus.WON for one in chances)
        assert session.count(query(Customer)) == session.count(query(Contact)) == won
    finally:
        session.close()
