"""A law: whatever customers and contacts hold, what is exported comes in again as it was (X-ADM-08, X-ADM-10)."""

import datetime as dt
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
from crmcore.customers.custom_forms import PLACES
from crmcore.customers.entity import Contact, ContactId, Customer, CustomerId, Gender
from crmcore.customers.grouping import CustomField, CustomFieldId, CustomKind, CustomValue
from crmcore.customers.rules import name_key
from crmcore.customers.tagging import tidy
from crmcore.exchange import ImportPlan
from crmcore.exchange.entity import ExportRecord, ImportBatch, ImportChunk
from crmcore.query import query
from crmcore.storage.crm import Crm
from crmcore.storage.records import ChangeRecord, OutboxMessage
from crmcore.storage.stores import open_store
from crmcore.subjects import ENTITIES

ODD = "=+-@'\"\t\r\n\x0b\x01 ,;|:\\_x0D[]{}<&>\u200f\u202e\u200b\xa0\ufeff\u3000😀人é＝1"
CODES = ("a_b", "ab", "f1", "f_1")
KINDS = (CustomKind.TEXT, CustomKind.NUMBER, CustomKind.DATE, CustomKind.YES_NO)
LABELS = ("电话", "Phone", "custom.f1", "=", "name", "称 呼", "客户状态", "*")
"""The company's own fields may be called as others are."""


def texts(least: int, most: int) -> st.SearchStrategy[str]:
    """Texts that a store keeps, with much of what files have trouble with."""
    kept = st.text(st.one_of(st.sampled_from(ODD), st.characters(exclude_categories=["Cs"])), max_size=min(most, 12))
    kept |= st.builds(lambda one: (one * most)[:most], kept.filter(bool))  # as long as the field
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
OWN: Any = st.tuples(
    texts(1, 500).map(str.strip).filter(is_visible),
    st.decimals(-(10**13), 10**13, places=4),
    st.dates(dt.date(1900, 1, 1), dt.date(2199, 12, 31)),
    st.booleans(),
)


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


def put_own(crm: Crm, customer: CustomerId, labels: list[str], values: Any) -> None:
    """Fields of the company's own with a value each, as far as there are labels for them."""
    session = crm.store.begin(write=True)
    for place, (label, kind, value) in enumerate(zip(labels, KINDS, values, strict=False)):
        id_ = CustomFieldId(crm.ids())
        names: Any = {"label_zh": label, "label_en": LABELS[-place - 1]}
        assert session.insert(CustomField(id=id_, code=CODES[place], kind=kind, version=1, **names))
        said = {PLACES[kind]: value}
        assert session.insert(CustomValue(id=crm.ids(), custom_field=id_, customer=customer, version=1, **said))
    session.commit()
    session.close()


def put(crm: Crm, facts: dict[str, Any]) -> CustomerId:
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
    return customer.id


BOOKS: Any = (ChangeRecord, ImportChunk, ImportBatch, ExportRecord, OutboxMessage)
KEPT: Any = (Customer, Contact, CustomValue)


def known(crm: Crm) -> list[dict[str, Any]]:
    session = crm.store.begin(write=False)
    found = [attrs.asdict(one, recurse=False) for cls in KEPT for one in session.find(query(cls))]
    session.close()
    for one in found:
        for name in ("id", "customer", "version", "created_by", *(n for n in one if n.endswith(("_key", "_core")))):
            if name != "external_key":
                one.pop(name, None)
        one.pop("search_text", None)
    return found


def take(crm: Crm, data: bytes, kind: str, **facts: Any) -> exchange.ImportResult:
    with crm.work(as_user="zhaomin", readonly=True) as work:
        seen = exchange.preview(data, kind=kind, columns=exchange.columns_offered(work, kind))
    done = exchange.import_file(
        crm, data, ImportPlan(mapping=seen.mapping, kind=kind, key="number", **facts), as_user="zhaomin"
    )
    assert done.errors == ()
    return done


@pytest.mark.extras
@pytest.mark.requirement("X-ADM-08", "X-ADM-10", "14.20", "X-CUS-08")
@settings(deadline=None, max_examples=100, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    facts=st.fixed_dictionaries(FIELDS),
    labels=st.lists(st.sampled_from(LABELS), max_size=len(KINDS), unique=True),
    own=OWN,
    way=st.sampled_from(["customer-csv", "customer-xlsx", "contact-csv", "contact-xlsx", "contact-vcard"]),
    language=st.sampled_from([None, "zh", "en"]),
)
def test_what_is_exported_comes_in_again(
    crm: Crm, facts: dict[str, Any], labels: list[str], own: Any, way: str, language: Any
) -> None:
    wipe(crm, *BOOKS, CustomValue, CustomField, Contact, Customer)
    put_own(crm, put(crm, facts), labels, own)
    before = known(crm)
    kind, _, written = way.partition("-")
    to = io.BytesIO()
    exchange.export(crm, kind, to, as_user="zhaomin", format=written, language=language)
    assert take(crm, to.getvalue(), kind, mode="upsert", blank="clear").unchanged == 1
    wipe(crm, Contact, *((CustomValue, Customer) if kind == "customer" else ()))
    take(crm, to.getvalue(), kind)
    assert known(crm) == before
