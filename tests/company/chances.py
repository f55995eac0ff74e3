"""Opportunities for tests: what somebody typed in, and short ways to a state."""

import datetime as dt
from typing import Any

from crmcore import opportunities
from crmcore.opportunities.entity import Opportunity, OpportunityFields
from crmcore.storage.crm import Crm

GIVEN: OpportunityFields = {
    "customer_name": "北京华建科技有限公司",
    "title": "采购笔记本电脑意向",
    "success_rate": 60,
    "description": "打算年底前更换两百台办公电脑。",
    "source": "展会",
    "contact_name": "张建国",
    "contact_phone": "010-6551 2233",
}


def recorded(crm: Crm, by: str = "lihua", **changes: Any) -> Opportunity:
    """An opportunity that nobody is assigned to."""
    given: Any = {**GIVEN, **changes}
    return crm.perform(opportunities.create, as_user=by, **given)


def dispatched(crm: Crm, to: str = "wangwei", **changes: Any) -> Opportunity:
    """An opportunity that is being developed."""
    chance = recorded(crm, **changes)
    return crm.perform(opportunities.dispatch, chance.id, to=to, as_user="zhaomin")


def planned(crm: Crm, *days: int, to: str = "wangwei") -> Opportunity:
    """An opportunity with a plan: one item for each day of March 2026."""
    chance = dispatched(crm, to=to)
    for day in days:
        crm.perform(
            opportunities.add_plan_item,
            chance.id,
            plan_date=dt.date(2026, 3, day),
            content=f"第 {day} 日拜访",
            as_user=to,
        )
    return reread(crm, chance)


def won(crm: Crm, to: str = "wangwei", **changes: Any) -> Opportunity:
    """An opportunity that became a customer."""
    return crm.perform(opportunities.win, dispatched(crm, to, **changes).id, as_user=to)


def lost(crm: Crm, to: str = "wangwei", **changes: Any) -> Opportunity:
    """An opportunity that was given up."""
    return crm.perform(opportunities.terminate, dispatched(crm, to, **changes).id, as_user=to)


def reread(crm: Crm, chance: Opportunity) -> Opportunity:
    """The opportunity as it is stored now, whoever may see it."""
    with crm.work(as_user="zhaomin", readonly=True) as work:
        return work.opportunities.get(chance.id)
