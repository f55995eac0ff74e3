"""The form of a customer, as it is drawn and read: the same for a new one and for one that is changed (3.1)."""

from collections.abc import Callable, Iterable, Mapping
from typing import Any, Final

import attrs

from crmcore import CrmError, Invalid
from crmcore.base.errors import Problem
from crmcore.customers.custom_forms import CustomProblem
from crmcore.customers.entity import Contact, Customer
from crmcore.customers.rules import REQUIRED_OF_CONTACTS, REQUIRED_OF_CUSTOMERS, CustomerExists
from crmcore.views import Form as Asked
from crmcore.views import form_for
from crmcore_demo.custom import PREFIX as CUSTOM
from crmcore_demo.display import t
from crmcore_demo.forms import Form, Option, Shown, Trouble, shown_form, troubles, with_dictionary
from crmcore_demo.session import settings

PARTS: Final[Mapping[str, tuple[str, ...]]] = {
    "who": ("name", "region", "level", "category", "industry", "company_size", "city"),
    "reach": ("address", "zip", "phone", "fax", "website", "email"),
    "business": (
        "legal_person",
        "bank",
        "bank_account",
        "licence_no",
        "local_tax_no",
        "national_tax_no",
        "registered_capital",
        "annual_turnover",
    ),
    "judgement": ("satisfaction", "credit", "trust", "tags", "needs", "remark"),
}
"""What a customer's form asks for, in the order of the paper form."""
ASKED_FOR: Final = tuple(name for names in PARTS.values() for name in names)
DICTIONARY: Final = ("region", "level", "category", "industry", "company_size")
CONTACT: Final = ("name", "position", "office_phone", "mobile", "email", "gender")
OF_CONTACT: Final = "contact_"


def asked_form(it: Customer | None = None) -> Asked:
    """Return what the form asks for; what a customer holds now stays choosable."""
    asked = form_for(Customer, zone=settings().zone, names=ASKED_FOR, changing=it is not None)
    return with_dictionary(asked, **{name: getattr(it, name) if it else "" for name in DICTIONARY})


def asked_of_contact() -> Asked:
    """Return what is asked about the first contact."""
    return form_for(Contact, zone=settings().zone, names=CONTACT)


def drawn(asked: Asked, values: Mapping[str, str], hidden: Mapping[str, str]) -> Form:
    """Draw the form with these values; what the library requires is marked (14.15)."""
    form = shown_form(asked, values, helps="customers.help", hidden=hidden)
    for name in REQUIRED_OF_CUSTOMERS:
        form = form.with_field(name, required=True)
    for name in ("satisfaction", "credit", "trust"):
        form = form.with_field(name, kind="choice", options=_ratings())
    return form


def _ratings() -> tuple[Option, ...]:
    stars = (Option(value=str(n), words=f"{'★' * n}{'☆' * (5 - n)}") for n in range(5, 0, -1))
    return (Option(value="", words=t("customers.unspecified")), *stars)


def contact_fields(values: Mapping[str, str]) -> tuple[Shown, ...]:
    """Draw the first contact's fields; whoever fills in one of them needs the marked ones."""
    form = shown_form(asked_of_contact(), {name: values.get(OF_CONTACT + name, "") for name in CONTACT})
    return tuple(
        attrs.evolve(one, name=OF_CONTACT + one.name, required=one.name in REQUIRED_OF_CONTACTS) for one in form.fields
    )


def placed(error: CrmError) -> tuple[Trouble, ...]:
    """Say what is wrong, with what concerns the first contact at the contact's fields."""
    if not isinstance(error, Invalid):
        return troubles(error)
    found: list[Trouble] = []
    for problem, trouble in zip(error.problems, troubles(error), strict=False):
        prefix = CUSTOM if isinstance(problem, CustomProblem) else OF_CONTACT if problem.entity == "contact" else ""
        found.append(attrs.evolve(trouble, field=prefix + problem.field))
    return tuple(found)


def at_name(error: CrmError) -> CrmError:
    """Put the refusal of a name that is taken at the field of the name."""
    if isinstance(error, CustomerExists):
        return Invalid(Problem(field="name", code=error.code, entity="customer", params=error.params))
    return error


def gathered(parts: Mapping[str, Callable[[], dict[str, Any]]], missing: Iterable[Problem]) -> dict[str, Any]:
    """Read a form of several parts.

    Args:
        parts: What reads each part, by the name under which the library takes it; none for the customer's own fields.
        missing: What has to be filled in and is not.

    Raises:
        Invalid: Everything that is wrong, in one list.
    """
    problems: list[Problem] = []
    given: dict[str, Any] = {}
    for name, parse in parts.items():
        try:
            found = parse()
        except Invalid as invalid:
            problems += invalid.problems
        else:
            given |= {name: found} if name else found
    named = {(one.entity, one.field) for one in problems}
    problems += [one for one in missing if (one.entity, one.field) not in named]
    if problems:
        raise Invalid(problems)
    return given
