"""Carrying out a plan, and how a development ends: won or given up (PLN-03, PLN-04, OPP-09 to 13)."""

from collections.abc import Mapping
from decimal import Decimal
from uuid import UUID

import attrs
from flask import flash, redirect, render_template, request

from crmcore import Conflict, CrmError, Invalid
from crmcore.base.errors import Problem
from crmcore.customers.entity import CustomerId
from crmcore.customers.rules import CustomerExists
from crmcore.dictionary.parameters import PROOF_REQUIRED
from crmcore.opportunities import detail, record_result, terminate, win
from crmcore.opportunities.entity import Opportunity, OpportunityId, PlanItem, PlanItemId
from crmcore.opportunities.rules import may_develop
from crmcore.views import form_for
from crmcore.views.reading import Unreadable, read
from crmcore_demo import possible
from crmcore_demo.actions import Action, Possibilities
from crmcore_demo.addresses import back_to, carry
from crmcore_demo.answers import Answer, pages_of
from crmcore_demo.display import t, today
from crmcore_demo.errors import status_of
from crmcore_demo.forms import VERSION, Form, Shown, Trouble, posted_version, shown_field, troubles
from crmcore_demo.pages.opportunities import plan_of
from crmcore_demo.questions import Question, step_pages
from crmcore_demo.selling_page import currency
from crmcore_demo.session import names_of, perform, person, reading, settings

pages = pages_of("execution", "L0102", "/development")
STEP, CUSTOMER, AMOUNT = "step", "customer", "amount"


def _identifier(name: str) -> UUID | None:
    try:
        return UUID(request.form.get(name, ""))
    except ValueError:
        return None


def _result_field(step: UUID, value: str) -> Shown:
    (control,) = form_for(PlanItem, zone=settings().zone, names=("result",))
    return attrs.evolve(shown_field(control, value), name=f"result-{step}", required=True)


def _result_form(step: PlanItem, sent: str | None, problem: CrmError | None) -> Form:
    value = step.result if sent is None else sent
    form = Form(
        fields=(_result_field(step.id, value),),
        hidden={STEP: str(step.id), VERSION: str(step.version)},
    )
    if problem is None:
        return form
    return form.with_problems(Trouble(words=one.words, field=form.fields[0].name) for one in troubles(problem))


def _page(id: UUID, failed: UUID | None = None, problem: CrmError | None = None) -> str:  # noqa: A002
    work = reading()
    it = detail(work, OpportunityId(id))
    steps = plan_of(it)
    executing = possible.answer(may_develop, it, Action(words=t("plan.execute"), address=""))
    forms: Mapping[UUID, Form] = {}
    if isinstance(executing, Action):
        sent = request.form.get(f"result-{failed}", "")
        forms = {
            step.id: _result_form(step, *((sent, problem) if step.id == failed else (None, None))) for step in steps
        }
    return render_template(
        "development/execute.html",
        it=it,
        names=names_of(it.created_by, it.assignee),
        plan=steps,
        plan_done=sum(bool(step.result) for step in steps),
        today=today(),
        forms=forms,
        may_plan=isinstance(executing, Action),
        possibilities=Possibilities.of(possible.ending(it)),
        back=back_to("development.index"),
    )


@pages.get("/<uuid:id>/execute")
def show(id: UUID) -> Answer:  # noqa: A002
    """Show the plan with a place for what came of each step; without a plan say so (PLN-04)."""
    return _page(id)


@pages.post("/<uuid:id>/execute")
def keep_result(id: UUID) -> Answer:  # noqa: A002
    """Store what came of a step."""
    step = _identifier(STEP)
    if step is None:
        return redirect(carry("execution.show", id=id))
    result = request.form.get(f"result-{step}", "").replace("\r\n", "\n").strip()
    try:
        perform(record_result, None, PlanItemId(step), result=result, expected=posted_version())
    except (Invalid, Conflict) as error:
        return _page(id, step, error), status_of(error)
    flash(t("done.saved"), "done")
    return redirect(carry("execution.show", id=id, _anchor=f"s-{step}"))


def _win_form(it: Opportunity, values: Mapping[str, str], customer: str) -> Form:
    (control,) = form_for(type(it), zone=settings().zone, names=("proof",))
    proof = shown_field(control, values.get("proof", ""))
    hidden = {VERSION: str(it.version), **({CUSTOMER: customer} if customer else {})}
    needed = reading().parameter(PROOF_REQUIRED)
    (control,) = form_for(type(it), zone=settings().zone, names=("expected_amount",))
    known = form_for(type(it), zone=settings().zone, names=("expected_amount",)).fill(it)["expected_amount"]
    brought = attrs.evolve(
        shown_field(control, values.get(AMOUNT, known)), name=AMOUNT, label=t("win.amount"), unit=currency()
    )
    shown = (attrs.evolve(proof, help=t("win.proof_help"), required=needed), brought)
    return Form(fields=shown, hidden=hidden)


def _amount() -> Decimal | None:
    """Read what it brought; None if nothing is said: then as expected (X-OPP-05)."""
    text = request.form.get(AMOUNT, "").strip()
    try:
        return read("decimal", text, settings().zone) if text else None
    except Unreadable as error:
        raise Invalid(Problem(AMOUNT, error.code, "sales_target", {"got": text[:40]})) from None


def _win_page(id: UUID, error: CrmError | None = None) -> Answer:  # noqa: A002
    work = reading()
    it = detail(work, OpportunityId(id))
    may_develop(it, person().actor)
    existing = error.params if isinstance(error, CustomerExists) else None
    form = _win_form(it, request.form, str(existing["id"]) if existing else "")
    page = render_template(
        "development/win.html",
        it=it,
        form=form.with_error(error) if error and not existing else form,
        existing=existing,
        names=names_of(it.assignee),
        back=back_to("opportunities.show", id=id),
    )
    return page, status_of(error) if error else 200


@pages.get("/<uuid:id>/win")
def win_form(id: UUID) -> Answer:  # noqa: A002
    """Show what success will make of the opportunity, and ask for its proof (16.5)."""
    return _win_page(id)


@pages.post("/<uuid:id>/win")
def report_success(id: UUID) -> Answer:  # noqa: A002
    """Report success; a customer of the same name is linked only after the person has seen him (16.4)."""
    proof = request.form.get("proof", "").strip()
    linked = _identifier(CUSTOMER)
    customer = CustomerId(linked) if linked else None
    try:
        amount = _amount()
        perform(win, None, OpportunityId(id), proof=proof, customer=customer, amount=amount, expected=posted_version())
    except (CustomerExists, Invalid, Conflict) as error:
        return _win_page(id, error)
    flash(t("done.done"), "done")
    return redirect(carry("opportunities.show", id=id))


def _asked(id: UUID, step: str) -> Question:  # noqa: A002
    """Ask before a development is given up (GEN-14)."""
    it = detail(reading(), OpportunityId(id))
    may_develop(it, person().actor)
    return Question(
        id=it.id,
        words=f"{step}.step",
        topic="execute",
        back=back_to("opportunities.show", id=id),
        version=it.version,
        gaps={"name": it.customer_name, "title": it.title},
        then=carry("opportunities.show", id=id),
    )


step_pages(pages, {"terminate": terminate}, _asked)
