"""Service contracts: the list with its states, what one covers and has used, made, corrected and ended (X-SRV-01)."""

from collections.abc import Callable, Iterable
from typing import Any, Final
from uuid import UUID

import attrs
from flask import flash, redirect, render_template, request, url_for

from crmcore import Conflict, CrmError, Invalid, Refused
from crmcore.access.actor import Actor
from crmcore.agreements import all_targets, contract_detail, contracts, create_contract, edit_contract, end_contract
from crmcore.agreements.contract_lists import MOST_DAYS
from crmcore.agreements.entity import ContractState, ServiceContract, ServiceContractId
from crmcore.agreements.rules import may_agree, may_change_contract, may_end_contract
from crmcore.customers.entity import Customer, CustomerId
from crmcore.views import Choice, form_for
from crmcore.views import Form as Asked
from crmcore_demo.actions import Action, Possibilities, Refusal
from crmcore_demo.addresses import back_to, carry, onward
from crmcore_demo.answers import Answer, form_page, pages_of
from crmcore_demo.customer_page import customer_of, customer_page
from crmcore_demo.display import entry_words, label, t, today
from crmcore_demo.entries import Entry, entry_pages
from crmcore_demo.forms import VERSION, Form, Shown, posted_version
from crmcore_demo.listing import codes, list_page, read_filter, texts
from crmcore_demo.of_customers import customers_of, whose_page
from crmcore_demo.possible import Leads, allowed, answer
from crmcore_demo.session import names_of, perform, person, reading, settings

pages = pages_of("contracts", "L0308")
ASKED_FOR: Final = (
    "number",
    "title",
    "starts_on",
    "ends_on",
    "covers",
    "products",
    "included_requests",
    "target",
    "remark",
)
LONGEST_REASON: Final = 1000
TONES: Final = {ContractState.FUTURE: "waiting", ContractState.RUNNING: "good", ContractState.ENDED: ""}


def _answers(it: ServiceContract, customer: Customer, lead: Leads) -> Iterable[Action | Refusal]:
    """Ask what can be done with a contract."""

    def changed(_: object, actor: Actor) -> None:
        may_change_contract(it, customer, actor)

    def ended(_: object, actor: Actor) -> None:
        may_end_contract(it, customer, actor, today())

    edit = Action(words=t("contracts.edit"), address=lead("contracts.edit_form", id=it.id), primary=True)
    yield answer(changed, it, edit)
    end = Action(words=t("contracts.end"), address=lead("contracts.ask_end", id=it.id), danger=True)
    yield answer(ended, it, end)


def _in_list(rows: Iterable[ServiceContract], only: Customer | None = None) -> dict[str, Any]:
    """Return what the table needs beside the contracts: those of several customers, or of one who is known."""
    listed = tuple(rows)
    known = customers_of(listed) if only is None else {only.id: only}
    return {
        "customers": known,
        "states": {it.id: it.state(today()) for it in listed},
        "tones": TONES,
        "possible": {
            it.id: Possibilities.of(_answers(it, known[it.customer], onward) if it.customer in known else ())
            for it in listed
        },
    }


def _days(text: str) -> int | None:
    """Read a number of days; what is none does not narrow the list."""
    if not (text.isascii() and text.isdecimal()) or len(text) > len(str(MOST_DAYS)):
        return None
    return min(int(text), MOST_DAYS)


@pages.get("/contracts")
def index() -> str:
    """Show the contracts the person may see, what ends first on top (X-SRV-01)."""
    asked = read_filter(
        *texts("service_contract", "title", "number"),
        Shown(name="customer_name", label=label("service_contract.customer")),
        codes("state", t("contracts.state"), [(one.value, label(one.key)) for one in ContractState]),
        Shown(name="ending_within", label=label("service_contract.ending_within"), kind="number"),
    )
    found = contracts(
        reading(),
        state=asked.chosen("state", ContractState),
        ending_within=_days(asked["ending_within"]),
        **asked.typed,
    )
    new = Action(words=t("contracts.new"), address=url_for("contracts.choose"), primary=True)
    return list_page(
        "contracts/list.html",
        "contracts",
        found,
        asked,
        title=label("menu.L0308"),
        actions=(new,) if person().may("contract.manage") else (),
        **_in_list(found.rows),
    )


@pages.get("/customers/<uuid:id>/contracts")
def of_customer(id: UUID) -> str:  # noqa: A002
    """Show the contracts of one customer, what ends first on top."""
    it = customer_of(CustomerId(id))
    found = contracts(reading(), customer=it.id, **read_filter().part)
    mine = allowed(may_agree, it, person().actor)
    new = Action(words=t("contracts.new"), address=carry("contracts.new", id=it.id), primary=True)
    return customer_page(
        "contracts/of_customer.html",
        it,
        "contracts",
        topic="contracts",
        page=found,
        heading_actions=(new,) if mine else (),
        **_in_list(found.rows, it),
    )


@pages.get("/contracts/<uuid:id>")
def show(id: UUID) -> str:  # noqa: A002
    """Show what a contract covers, what of it was used, and what can be done now (X-SRV-01)."""
    it = contract_detail(reading(), ServiceContractId(id))
    customer = customers_of((it.contract,)).get(it.contract.customer)
    return render_template(
        "contracts/show.html",
        it=it,
        customer=customer,
        tones=TONES,
        names=names_of(it.contract.created_by),
        possibilities=Possibilities.of(_answers(it.contract, customer, carry) if customer else ()),
        back=back_to("contracts.index"),
    )


@pages.get("/contracts/new")
def choose() -> str:
    """Ask with which customer a contract is made."""
    person().require("contract.manage")
    whose = None if person().may("contract.read_all") else person().id
    return whose_page("contracts", t("contracts.new"), back_to("contracts.index"), "contracts.new", whose)


def _asked(it: ServiceContract | None) -> Asked:
    """Ask for a contract; the number of a new one may be left to the system."""
    asked = form_for(ServiceContract, zone=settings().zone, names=ASKED_FOR, changing=it is not None)
    held = it.covers if it else ()
    kinds = [entry.code for entry in settings().choices("service_type")]
    kinds += [code for code in held if code not in kinds]
    targets = {str(one.id): one.name for one in all_targets(reading())}
    if it and it.target and str(it.target) not in targets:
        kept = contract_detail(reading(), it.id).target
        targets[str(it.target)] = kept.name if kept else "–"
    asked = asked.with_choices("covers", [Choice(code, entry_words("service_type", code)) for code in kinds])
    asked = asked.with_choices("target", [Choice(value, words) for value, words in targets.items()])
    if it is not None:
        return asked
    free = (attrs.evolve(one, required=one.required and one.name != "number") for one in asked.controls)
    return attrs.evolve(asked, controls=tuple(free))


def _entry(
    action: Callable[..., ServiceContract], customer: Customer, it: ServiceContract | None = None, **more: Any
) -> Entry[ServiceContract]:
    return Entry(
        it=it,
        name=it.title if it else "",
        words="contracts",
        topic="contracts",
        asked=_asked(it),
        action=action,
        lead=f"{customer.number} · {customer.name}",
        then=lambda stored: carry("contracts.show", id=stored.id),
        show="contracts.show",
        **more,
    )


def _new(id: UUID) -> Entry[ServiceContract]:  # noqa: A002
    """Ask what a customer has bought."""
    customer = customer_of(CustomerId(id))
    may_agree(customer, person().actor)
    back = carry("contracts.of_customer", id=customer.id)
    return _entry(create_contract, customer, given={"customer": customer.id}, back=back)


def _kept(id: UUID) -> Entry[ServiceContract]:  # noqa: A002
    """Ask what should be different about a contract."""
    it = reading().service_contracts.get(ServiceContractId(id))
    customer = customer_of(it.customer)
    may_change_contract(it, customer, person().actor)
    return _entry(edit_contract, customer, it, back=carry("contracts.show", id=it.id))


@pages.get("/contracts/<uuid:id>/end")
def ask_end(id: UUID, error: CrmError | None = None) -> Answer:  # noqa: A002
    """Ask why a contract ends before its time (GEN-13)."""
    it = reading().service_contracts.get(ServiceContractId(id))
    may_end_contract(it, customer_of(it.customer), person().actor, today())
    reason = Shown(
        name="reason",
        label=t("contracts.end_reason"),
        kind="long",
        value=request.form.get("reason", ""),
        longest=LONGEST_REASON,
        help=t("contracts.end_help"),
    )
    return form_page(
        "form.html",
        Form(fields=(reason,), hidden={VERSION: str(it.version)}),
        error,
        title=t("contracts.end_title", name=it.title),
        topic="contracts",
        lead=t("contracts.end_lead"),
        button=t("contracts.end_button"),
        back=carry("contracts.show", id=it.id),
    )


@pages.post("/contracts/<uuid:id>/end")
def end(id: UUID) -> Answer:  # noqa: A002
    """End a contract today."""
    reason = request.form.get("reason", "").replace("\r\n", "\n")
    try:
        perform(end_contract, None, ServiceContractId(id), reason, expected=posted_version())
    except (Conflict, Invalid, Refused) as error:
        return ask_end(id, error)
    flash(t("contracts.ended"), "done")
    return redirect(carry("contracts.show", id=id))


entry_pages(pages, _new, _kept, under="/customers/<uuid:id>/contracts", at="/contracts")
