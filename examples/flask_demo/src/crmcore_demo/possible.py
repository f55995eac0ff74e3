"""What can be done with a record now, asked of the same rules the library enforces."""

from collections.abc import Callable, Iterable
from typing import Any

from crmcore import Refused
from crmcore.access import Validity
from crmcore.access.actor import Actor
from crmcore.customers.entity import Customer, CustomerStatus
from crmcore.opportunities.entity import Opportunity, OpportunityStatus
from crmcore.opportunities.rules import may_delete, may_develop, may_dispatch, may_edit, may_evaluate
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


def may_be_invited(it: Customer) -> bool:
    """Whether the person may invite this customer to a survey, if one is open (X-SRV-04)."""
    who = person()
    his = who.actor.is_user(it.manager) or who.may("survey.read_all")
    return who.may("survey.invite") and his and it.status is not CustomerStatus.DELETED


def _opening(it: Opportunity, lead: Leads) -> Iterable[Action | Refusal]:
    dispatch = Action(words=t("dispatch.action"), address=lead("dispatch.ask", id=it.id), primary=True)
    yield answer(may_dispatch, it, dispatch)
    yield answer(may_edit, it, Action(words=t("opportunities.edit"), address=lead("opportunities.edit_form", id=it.id)))
    address = lead("opportunities.ask", id=it.id, step="delete")
    yield answer(may_delete, it, Action(words=t("opportunities.delete"), address=address, dialog=True, danger=True))


def _developing(it: Opportunity, lead: Leads) -> Iterable[Action | Refusal]:
    plan = Action(words=t("plan.make_short"), address=lead("development.make", id=it.id), primary=True)
    yield answer(may_develop, it, plan)
    yield answer(may_develop, it, Action(words=t("plan.execute"), address=lead("execution.show", id=it.id)))
    yield from ending(it, lead)


def ending(it: Opportunity, lead: Leads = carry) -> Iterable[Action | Refusal]:
    """Ask how a development may end: from the list and from the execute screen (OPP-09)."""
    yield answer(may_develop, it, Action(words=t("win.action"), address=lead("execution.win_form", id=it.id)))
    address = lead("execution.ask", id=it.id, step="terminate")
    yield answer(may_develop, it, Action(words=t("terminate.action"), address=address, dialog=True, danger=True))


def in_opportunity_list(it: Opportunity) -> Iterable[Action | Refusal]:
    """Return the row operations of OPP-05."""
    return _opening(it, onward)


def in_development_list(it: Opportunity) -> Iterable[Action | Refusal]:
    """Return the row operations of OPP-08; what nobody may develop any more is viewed."""
    possible = Possibilities.of(_developing(it, onward)).actions
    return possible or (Action(words=t("opportunities.view"), address=onward("opportunities.show", id=it.id)),)


def in_process(it: Opportunity) -> Iterable[Action | Refusal]:
    """Return what is done to what stands in the sales process (X-OPP-01, X-OPP-02)."""
    yield answer(may_evaluate, it, Action(words=t("progress.evaluate"), address=onward("progress.edit_form", id=it.id)))
    yield answer(may_develop, it, Action(words=t("progress.move"), address=onward("progress.move_form", id=it.id)))
    yield Action(words=t("process.open"), address=onward("progress.show", id=it.id))


def with_opportunity(it: Opportunity) -> Possibilities:
    """Return what can be done on the page of one opportunity, and why not the rest."""
    process = Action(words=t("process.open"), address=carry("progress.show", id=it.id))
    if it.status is OpportunityStatus.UNASSIGNED:
        return Possibilities.of((*_opening(it, carry), process))
    return Possibilities.of((*_developing(it, carry), process, *_opening(it, carry)))


def allowed(rule: Callable[..., None], *facts: Any) -> bool:
    """Whether a rule of the library says yes."""
    try:
        rule(*facts)
    except Refused:
        return False
    return True


def steps_of(pages: str, it: Any, *, retirable: bool = True, removable: bool = False) -> Iterable[Action]:
    """Lead to taking a record out of use, back into it, or away, each asked about in a dialog (GEN-13).

    Args:
        pages: The endpoints that ask, and the sentences: `<pages>.ask`, `<pages>.retire`.
        it: The record, with its state.
        retirable: It may be taken out of use.
        removable: It may be taken away for good.
    """
    steps = ["restore"] if it.status is Validity.RETIRED else ["retire"] * retirable
    for step in (*steps, *["delete"] * removable):
        address = onward(f"{pages}.ask", id=it.id, step=step)
        yield Action(words=t(f"{pages}.{step}"), address=address, dialog=True, danger=step == "delete")
