"""A law: whatever customers and contacts hold, what is exported comes in again as it was (X-ADM-08, X-ADM-10)."""

import io
from typing import Any

import attrs
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from company.clock import SetClock
from company.install import fresh_crm
from crmcore import exchange
from crmcore.access.entity import User
from crmcore.base.schema import describe
from crmcore.base.text import is_storable, is_visible
from crmcore.customers.entity import Contact, ContactId, Customer, CustomerId, Gender
from crmcore.customers.rules import name_key
from crmcore.customers.tagging import tidy
from crmcore.exchange import ImportPlan
from crmcore.query import query
from crmcore.storage.crm import Crm
from crmcore.storage.stores import open_store
from crmcore.subjects import ENTITIES

ODD = "=+-@'\"\t\r\n\x0b\x01 ,;|:\\_x0D[]{}<&>\u200f\u202e\ufeff\u3000😀人é＝1"


def texts(least: int, most: int) -> st.SearchStrategy[str]:
    """Texts that a store keeps, with much of what files have trouble with."""
    kept = st.text(st.one_of(st.sampled_from(ODD), st.characters(exclude_categories=["Cs"])), max_size=min(most, 12))
    return kept.filter(lambda one: is_storable(one) and (not least or is_visible(one)))


FIELDS: Any = {
    "name": texts(1, 100),
    "phone": texts(0, 50),
    "remark": texts(0, 2000),
    "tags": st.lists(texts(0, 30), max_size=3).map(tidy),
    "satisfaction": st.none() | st.integers(1, 5),
    "registered_capital": st.integers(0, 10**12),
    "external_key": st.none() | texts(1, 100),
    "contact_name": texts(1, 50),
    "memo": texts(0, 300),
    "mobile": texts(0, 50),
    "gender": st.sampled_from([None, *Gender]),
}


@pytest.fixture(scope="module")
def crm() -> Crm:
    """On memory alone: files know nothing of stores."""
    return fresh_crm(open_store("memory://", tuple(map(describe, ENTITIES))), SetClock())


def wipe(crm: Crm, *kinds: type[Any]) -> None:
    session = crm.store.begin(write=True)
    for cls in kinds:
        for one in session.find(query(cls)):
            assert session.delete(cls, one.id, one.version)
    session.commit()
    session.close()


def put(crm: Crm, facts: dict[str, Any]) -> None:
    session = crm.store.begin(write=True)
    owner = next(one.id for one in session.find(query(User)) if one.name == "lihua")
    own = {name: value for name, value in facts.items() if name in describe(Customer).by_name and name != "memo"}
    customer = Customer(
        id=CustomerId(crm.ids()),
        number="KH1",
        name_key=name_key(facts["name"]),
        manager=owner,
        created_by=owner,
        created_at=crm.clock(),
        version=1,
        **own,
    )
    contact = {name: facts[name] for name in ("memo", "mobile", "gender")}
    assert session.insert(customer)
    assert session.insert(
        Contact(id=ContactId(crm.ids()), customer=customer.id, name=facts["contact_name"], version=1, **contact)
    )
    session.commit()
    session.close()


def known(crm: Crm) -> list[dict[str, Any]]:
    session = crm.store.begin(write=False)
    found = [attrs.asdict(one, recurse=False) for cls in (Customer, Contact) for one in session.find(query(cls))]
    session.close()
    for one in found:
        for name in ("id", "customer", "version", "created_by", *(n for n in one if n.endswith(("_key", "_core")))):
            if name != "external_key":
                one.pop(name, None)
        one.pop("search_text", None)
    return found


def take(crm: Crm, data: bytes, kind: str) -> None:
    plan = ImportPlan(mapping=exchange.preview(data, kind=kind).mapping, kind=kind, key="number")
    assert exchange.import_file(crm, data, plan, as_user="zhaomin").errors == ()


@pytest.mark.extras
@pytest.mark.requirement("X-ADM-08", "X-ADM-10", "14.20")
@settings(deadline=None, max_examples=150, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(facts=st.fixed_dictionaries(FIELDS), written=st.sampled_from(["csv", "xlsx", "vcard"]))
def test_what_is_exported_comes_in_again(crm: Crm, facts: dict[str, Any], written: str) -> None:
    wipe(crm, Contact, Customer)
    put(crm, facts)
    before = known(crm)
    to = io.BytesIO()
    kind, gone = ("contact", [Contact]) if written == "vcard" else ("customer", [Contact, Customer])
    exchange.export(crm, kind, to, as_user="zhaomin", format=written)
    wipe(crm, *gone)
    take(crm, to.getvalue(), kind)
    assert known(crm) == before
