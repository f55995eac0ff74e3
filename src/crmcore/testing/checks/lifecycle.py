"""Opening, preparing, describing and closing a store."""

from urllib.parse import unquote, urlsplit

from crmcore.query import query
from crmcore.storage.ports import SchemaState, Store
from crmcore.testing.fixtures import OpenStore, StoreFixtures
from crmcore.testing.rivals import Background
from crmcore.testing.samples import Sample, sample
from crmcore.testing.sessions import find, put

__all__ = ["LifecycleChecks"]


class LifecycleChecks(StoreFixtures):
    """``prepare``, ``state``, ``info`` and ``close``."""

    def test_is_current_once_prepared(self, open_store: OpenStore) -> None:
        """``state`` says MISSING before ``prepare``, or CURRENT if nothing is to be made, and CURRENT afterwards."""
        store = open_store()
        try:
            assert store.state() in {SchemaState.MISSING, SchemaState.CURRENT}
            store.prepare()
            assert store.state() is SchemaState.CURRENT
        finally:
            store.close()

    def test_prepares_again_without_change(self, store: Store) -> None:
        """``prepare`` on a prepared store keeps every record."""
        put(store, sample(1))
        store.prepare()
        assert store.state() is SchemaState.CURRENT
        assert find(store, query(Sample)) == [sample(1)]

    def test_keeps_its_records(self, open_store: OpenStore) -> None:
        """What was committed is there when the store is opened again."""
        first = open_store()
        first.prepare()
        put(first, sample(1))
        first.close()
        if not self.keeps_data:
            return
        second = open_store()
        try:
            assert second.state() is SchemaState.CURRENT
            assert find(second, query(Sample)) == [sample(1)]
        finally:
            second.close()

    def test_shares_its_records(self, open_store: OpenStore) -> None:
        """Two stores opened on the same place see each other's commits."""
        if not self.keeps_data:
            return
        first, second = open_store(), open_store()
        try:
            first.prepare()
            put(first, sample(1))
            assert find(second, query(Sample)) == [sample(1)]
            put(second, sample(2))
            assert find(first, query(Sample)) == [sample(1), sample(2)]
        finally:
            first.close()
            second.close()

    def test_prepares_twice_at_the_same_time(self, open_store: OpenStore) -> None:
        """Two processes that prepare the same empty place at once do not harm each other; either may have to repeat."""
        stores = [open_store(), open_store()]
        try:
            for running in [Background(store.prepare) for store in stores]:
                running.result()
            assert [store.state() for store in stores] == [SchemaState.CURRENT] * 2
        finally:
            for store in stores:
                store.close()

    def test_describes_itself(self, store: Store, store_url: str) -> None:
        """``info`` answers texts, names the product, and never the password."""
        facts = store.info()
        assert facts["product"]
        assert {type(word) for pair in facts.items() for word in pair} == {str}
        password = urlsplit(store_url).password
        assert not password or unquote(password) not in "".join(facts.values())

    def test_closes_as_often_as_asked(self, open_store: OpenStore) -> None:
        """Closing a store again does nothing."""
        store = open_store()
        store.prepare()
        store.close()
        store.close()

    def test_is_used_by_several_threads(self, store: Store) -> None:
        """A store may be used by threads other than the one that opened it."""
        Background(lambda: put(store, sample(1))).result()
        assert Background(lambda: find(store, query(Sample))).result() == [sample(1)]
