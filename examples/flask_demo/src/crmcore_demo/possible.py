"""What can be done with a record now, asked of the same rules the library enforces."""

from collections.abc import Callable, Iterable, Mapping
from typing import Any
from uuid import UUID

from crmcore import Refused
from crmcore.access.actor import Actor
from crmcore.opportunities.entity import Opportunity, OpportunityStatus
from crmcore.opportunities.rules import may_delete, may_develop, may_dispatch, may_edit
from crmcore_demo.actions import Action, Possibilities, Refusal
from crmcore_demo.addresses import carry, onward
from crmcore_demo.display import language, t
from crmcore_demo.session import person

Rule = Callable[[Any, Actor], None]
Leads = Callable[..., str]


def answer(rule: Rule, record: Any, action: Action) -> Action | Refusal:
    """Ask a rule: the action, or why not."""
    try:
        rule(record, person().actor)
    except Refused as refused:
        return Refusal(words=action.words, why=refused.explain(language()))
    return action


def _opening(it: Opportunity, lead: Leads) -> Iterable[Action | Refusal]:
    dispatch = Action(words=t("dispatch.action"), address=lead("dispatch.ask", id=it.id), primary=True)
    yield answer(may_dispatch, it, dispatch)
    yield answer(may_edit, it, Action(words=t("opportunities.edit"), address=lead("opportunities.edit_form", id=it.id)))
    address = lead("opportunities.ask_delete", id=it.id)
    yield answer(may_delete, it, Action(words=t("opportunities.delete"), address=address, dialog=True, danger=True))


def _developing(it: Opportunity, lead: Leads) -> Iterable[Action | Refusal]:
    plan = Action(words=t("plan.make_short"), address=lead("development.make", id=it.id), primary=True)
    yield answer(may_develop, it, plan)
    yield answer(may_develop, it, Action(words=t("plan.execute"), address=lead("execution.show", id=it.id)))
    yield from ending(it, lead)


def ending(it: Opportunity, lead: Leads = carry) -> Iterable[Action | Refusal]:
    """Ask how a development may end: from the list and from the execute screen (OPP-09)."""
    yield answer(may_develop, it, Action(words=t("win.action"), address=lead("execution.win_form", id=it.id)))
    address = lead("execution.ask_terminate", id=it.id)
    yield answer(may_develop, it, Action(words=t("terminate.action"), address=address, dialog=True, danger=True))


def in_opportunity_list(rows: Iterable[Opportunity]) -> Mapping[UUID, Possibilities]:
    """Return the row operations of OPP-05."""
    return {it.id: Possibilities.of(_opening(it, onward)) for it in rows}


def in_development_list(rows: Iterable[Opportunity]) -> Mapping[UUID, Possibilities]:
    """Return the row operations of OPP-08; what nobody may develop any more is viewed."""
    found: dict[UUID, Possibilities] = {}
    for it in rows:
        possible = Possibilities.of(_developing(it, onward))
        view = Action(words=t("opportunities.view"), address=onward("opportunities.show", id=it.id))
        found[it.id] = possible if possible.actions else Possibilities(actions=(view,))
    return found


def with_opportunity(it: Opportunity) -> Possibilities:
    """Return what can be done on the page of one opportunity, and why not the rest."""
    if it.status is OpportunityStatus.UNASSIGNED:
        return Possibilities.of(_opening(it, carry))
    return Possibilities.of((*_developing(it, carry), *_opening(it, carry)))


def allowed(rule: Callable[..., None], *facts: Any) -> bool:
    """Whether a rule of the library says yes."""
    try:
        rule(*facts)
    except Refused:
        return False
    return True
