"""No action but the feed's writes orders, products or stock."""

import inspect

import pytest

from crmcore.storage.action import registered


@pytest.mark.requirement("ORD-01", "PRD-02", "INV-02", "GEN-02")
def test_no_other_action_writes_sales_data() -> None:
    feeding = {one.name for one in registered() if "order.import" in one.permissions}
    shown = {"order.read", "order.read_all", "product.read", "stock.read"}
    looking = {one.name for one in registered() if shown & set(one.permissions)}
    assert not feeding & looking
    written = ("bulk.add", "bulk.renew", "bulk.remove", ".save(", ".add(", ".remove(", "session.")
    for one in registered():
        if one.name in looking:
            source = inspect.getsource(inspect.unwrap(one.function))
            source = source.replace("work.saved_reports.", "saved reports: ")  # names and filters, no sales data
            assert not [verb for verb in written if verb in source], one.name
