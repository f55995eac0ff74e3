"""Tests of rules run in a small company with an installed CRM, on every kind of store.

``crm`` is installed and staffed; ``people`` are its users; ``clock`` stands still until a test moves it::

    def test_a_supervisor_dispatches(crm, people):
        with crm.work(as_user="lihua") as work:
            chance = opportunities.create(work, …)
        crm.perform(opportunities.dispatch, chance.id, to="wangwei", as_user=people.supervisor.id)
"""

from company.fixtures import clock, crm, people, shared_store

__all__ = ["clock", "crm", "people", "shared_store"]
