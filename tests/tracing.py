"""Which tests are traced for coverage: every one but the repeats of a test on a further store.

Tracing doubles what a test costs. A rule goes the same way through the core whatever keeps the records, and what a
store does is told by its own tests (``tests/conformance``, ``tests/unit``), which are all traced on every store. What
is left out here counts as not covered unless a traced test covers it too, so the gates ask for more, not for less.
"""

import functools
import importlib
import pkgutil
from collections.abc import Generator

import pytest

TRACED_KINDS = {
    "differential": frozenset({"memory"}),
    "faults": frozenset({"sqlite"}),
    "races": frozenset({"memory", "sqlite"}),
    "rules": frozenset({"memory", "sqlite"}),
    "security": frozenset({"memory"}),
}
"""The folders of tests whose tests run once for every kind of store, and the kinds on which they are traced."""
STORES = ("shared_store", "store_url", "durable_store_url", "victim")
"""The fixtures whose parameter is the kind of store."""


def is_traced(item: pytest.Item) -> bool:
    """Whether what a test runs counts as covered."""
    traced = TRACED_KINDS.get(item.path.relative_to(item.config.rootpath).parts[1])
    call = getattr(item, "callspec", None)
    if call is None or traced is None:
        return True
    return {call.params[name] for name in STORES if name in call.params} <= traced


class Tracing:
    """Switches tracing on and off between tests, where coverage is measured at all."""

    def __init__(self) -> None:
        try:
            from coverage import Coverage
        except ImportError:
            self._coverage = None
        else:
            self._coverage = Coverage.current()
        self._on = True

    @pytest.hookimpl(wrapper=True, tryfirst=True)
    def pytest_runtest_protocol(self, item: pytest.Item) -> Generator[None, object, object]:
        """Trace the test, or don't; most tests in a row are of one kind, so there is little to switch."""
        self._switch(on=is_traced(item))
        return (yield)

    def pytest_sessionfinish(self) -> None:
        """What comes after the last test is traced."""
        self._switch(on=True)

    def _switch(self, *, on: bool) -> None:
        if self._coverage is None or on is self._on:
            return
        if on:
            self._coverage.start()
        else:
            import_everything()
            self._coverage.stop()
        self._on = on


@functools.cache
def import_everything() -> None:
    """Import all modules while that is traced: what a module says at its first import, it says only once.

    Other tests import them all as well, so nothing counts as covered that would not otherwise.
    """
    for name in ("crmcore", "crmcore_sql", "crmcore_mongo"):
        package = importlib.import_module(name)
        for module in pkgutil.walk_packages(package.__path__, f"{name}."):
            if not module.name.startswith(("crmcore_sql.migrations.", "crmcore.cli.__main__")):
                importlib.import_module(module.name)
