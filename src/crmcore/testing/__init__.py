"""What whoever writes a store, or an application on crmcore, needs for testing; extra ``crmcore[testing]``.

::

    from crmcore.testing.kit import StoreKit
    from crmcore.testing.differential import DifferentialKit


    class TestMyStore(StoreKit, DifferentialKit):
        @pytest.fixture
        def store_url(self, tmp_path):
            return f"mystore:///{tmp_path}/data"

Every check says in its docstring which promise of :mod:`crmcore.storage.ports` it proves. Nothing is imported here, so
that the pytest plug-in costs nothing in a run that does not use the kit.
"""
