"""Customers who may be leaving: the work list, and what is done about each (CHN-07 to 12)."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Final
from uuid import UUID

from attrs import fields
from flask import flash, redirect, render_template, request

from crmcore import Conflict, CrmError, Invalid
from crmcore.access.actor import Actor
from crmcore.churn import CaseDetail, ChurnCase, ChurnCaseId, ChurnStatus, confirm, delay, detail, listing, retain
from crmcore.churn.entity import OPEN
from crmcore.churn.rules import LONGEST_MEASURES, LONGEST_REASON, may_decide, may_retain
from crmcore.customers.entity import Customer, CustomerId
from crmcore.query import one_of, query
from crmcore_demo.actions import Action, Possibilities, Refusal
from crmcore_demo.addresses import back_to, carry, onward
from crmcore_demo.answers import Answer, form_page, pages_of
from crmcore_demo.customer_page import customer_of, customer_page
from crmcore_demo.display import label, t
from crmcore_demo.forms import VERSION, Form, Shown, posted_version
from crmcore_demo.listing import chosen_colleague, colleagues, list_page, read_filter, states, tally_by
from crmcore_demo.outlook_hints import Hint, hints_for
from crmcore_demo.possible import Leads, answer
from crmcore_demo.session import names_of, perform, person, reading

pages = pages_of("churn", "L0202")
STEPS: Final = {"delay": delay, "confirm": confirm, "retain": retain}
FIELDS: Final = {"delay": "measure", "confirm": "reason", "retain": "reason"}


def _answers(case: ChurnCase, customer: Customer, lead: Leads) -> Iterable[Action | Refusal]:
    """Ask what can be done about a case; in lists without looking whether the customer has ordered again."""

    def rule(_: object, actor: Actor) -> None:
        may_decide(case, customer, actor)

    for step in ("delay", "confirm"):
        address = lead("churn.ask", id=case.id, step=step)
        yield answer(rule, case, Action(words=t(f"churn.{step}"), address=address, primary=step == "delay"))


def possible(it: CaseDetail, lead: Leads = carry) -> Possibilities:
    """Return what can be done about a case, and why not the rest."""

    def rule(_: object, actor: Actor) -> None:
        may_retain(it.case, it.customer, actor, it.newer_order_on)

    address = lead("churn.ask", id=it.case.id, step="retain")
    back = answer(rule, it.case, Action(words=t("churn.retain"), address=address))
    return Possibilities.of((*_answers(it.case, it.customer, lead), back))


def _in_list(cases: Sequence[ChurnCase]) -> Mapping[UUID, Possibilities]:
    """Return the row operations; what nobody can decide any more is viewed."""
    wanted = query(Customer).where(one_of(fields(Customer).id, {case.customer for case in cases}))
    mine = person().may("churn.decide") and bool(cases)
    known = {it.id: it for it in reading().customers.find(wanted)} if mine else {}
    found: dict[UUID, Possibilities] = {}
    for case in cases:
        customer = known.get(case.customer)
        answers = Possibilities.of(_answers(case, customer, onward)) if customer else Possibilities()
        view = Action(words=t("churn.view"), address=onward("churn.show", id=case.id))
        found[case.id] = Possibilities(actions=(*answers.actions, view))
    return found


def _hints(cases: Sequence[ChurnCase]) -> Mapping[CustomerId, Hint]:
    """Return what orders suggest of the customers about whom something is still to be decided."""
    return hints_for(case.customer for case in cases if case.status in OPEN)


@pages.get("/churn")
def index() -> str:
    """Show the warnings the person may see, the newest first (CHN-07 to 09)."""
    sees_all = person().may("churn.read_all")
    work = reading()
    people = tally_by(work.churn_cases, fields(ChurnCase).manager) if sees_all else ()
    asked = read_filter(
        Shown(name="customer_name", label=label("churn_case.customer")),
        *(colleagues("manager", label("churn_case.manager"), people) if sees_all else ()),
        states("churn_case", ChurnStatus),
    )
    manager, status = chosen_colleague(asked, "manager"), asked.chosen("status", ChurnStatus)
    found = listing(work, manager=manager, status=status, **asked.typed)
    whose = "all" if sees_all else "own"
    return list_page(
        "churn/list.html",
        "churn",
        found,
        asked,
        title=label("menu.L0202"),
        lead=t(f"churn.lead_{whose}"),
        possible=_in_list(found.rows),
        hints=_hints(found.rows),
        names=names_of(*(row.manager for row in found.rows)),
    )


@pages.get("/customers/<uuid:id>/churn")
def of_customer(id: UUID) -> str:  # noqa: A002
    """Show the warnings about one customer, the newest first."""
    it = customer_of(CustomerId(id))
    found = listing(reading(), customer=it.id, **read_filter().part)
    return customer_page(
        "customers/churn.html",
        it,
        "churn",
        page=found,
        possible=_in_list(found.rows),
        hints=_hints(found.rows),
        names=names_of(*(row.manager for row in found.rows)),
    )


@pages.get("/churn/<uuid:id>")
def show(id: UUID) -> str:  # noqa: A002
    """Show one case with all measures, and what can be done now (CHN-10, CHN-12)."""
    it = detail(reading(), ChurnCaseId(id))
    return render_template(
        "churn/show.html",
        it=it,
        names=names_of(it.case.manager, it.customer.manager),
        hint=_hints([it.case]).get(it.customer.id),
        possibilities=possible(it),
        back=back_to("churn.index"),
    )


def _form(step: str, it: CaseDetail) -> Form:
    name = FIELDS[step]
    shown = Shown(
        name=name,
        label=t(f"churn.{step}_field"),
        kind="long",
        required=step != "retain",
        value=request.form.get(name, ""),
        longest=LONGEST_MEASURES if step == "delay" else LONGEST_REASON,
        help=t(f"churn.{step}_help"),
    )
    return Form(fields=(shown,), hidden={VERSION: str(it.case.version)})


@pages.get("/churn/<uuid:id>/<any(delay, confirm, retain):step>")
def ask(id: UUID, step: str, error: CrmError | None = None) -> Answer:  # noqa: A002
    """Ask what is done, or why the customer is lost or back; all that was done before stands beside it (CHN-10)."""
    it = detail(reading(), ChurnCaseId(id))
    if step == "retain":
        may_retain(it.case, it.customer, person().actor, it.newer_order_on)
    else:
        may_decide(it.case, it.customer, person().actor)
    return form_page(
        "churn/decide.html",
        _form(step, it),
        error,
        it=it,
        step=step,
        names=names_of(it.case.manager),
        confirm=carry("churn.ask", id=it.case.id, step="confirm") if step == "delay" else "",
        back=carry("churn.show", id=it.case.id),
    )


@pages.post("/churn/<uuid:id>/<any(delay, confirm, retain):step>")
def do(id: UUID, step: str) -> Answer:  # noqa: A002
    """Note a measure, confirm the loss, or close the case because the customer is back."""
    words = request.form.get(FIELDS[step], "").replace("\r\n", "\n")
    try:
        perform(STEPS[step], None, ChurnCaseId(id), words, expected=posted_version())
    except (Conflict, Invalid) as error:
        return ask(id, step, error)
    flash(t(f"churn.{step}_done"), "done")
    return redirect(carry("churn.show", id=id))
