"""A company that has traded: on SQLite, with records of every kind that reports are made of."""

from collections.abc import Iterator
from decimal import Decimal

import attrs
import pytest

from company.clients import put
from company.noting import NotingStore
from company.past import ZONE, Past, Size
from company.reading import company_with_past
from crmcore.base.schema import describe
from crmcore.sales.entity import Product, ProductId, StockItem, StockItemId
from crmcore.storage.crm import Crm
from crmcore.storage.stores import open_store
from crmcore.subjects import ENTITIES

__all__ = ["Traded", "traded"]


@attrs.frozen
class Traded:
    """The company, and what has happened there."""

    crm: Crm
    """Its store is a :class:`company.noting.NotingStore`."""
    past: Past


@pytest.fixture(scope="session")
def traded(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Traded]:
    """More customers and orders than a page shows, and products that have a cost and lie in stock; only read it."""
    store = open_store(f"sqlite:///{tmp_path_factory.mktemp('traded') / 'crm.db'}", tuple(map(describe, ENTITIES)))
    store.prepare()
    crm, past, _ = company_with_past(store, 11, Size(customers=24, orders=80), ZONE)
    for key in ("P1", "P%"):
        product = Product(id=ProductId(crm.ids()), source_key=key, name=key, unit_cost=Decimal(10), version=1)
        put(crm, product)
        put(crm, StockItem(id=StockItemId(crm.ids()), source_key=key, product=product.id, quantity=3, version=1))
    crm.store = NotingStore(store)
    yield Traded(crm, past)
    store.close()
