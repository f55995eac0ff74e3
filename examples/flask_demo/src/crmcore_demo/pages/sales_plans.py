"""Planning a year: what is to be sold, and how it is split over its quarters or months (X-TGT-02)."""

from collections.abc import Mapping
from typing import Final

import attrs
from flask import flash, redirect, request

from crmcore import CrmError, Invalid, Refused
from crmcore.targets import SalesTarget, TargetSpan, plan_year
from crmcore.views import Form as Asked
from crmcore.views import form_for
from crmcore_demo.addresses import back_to, carry
from crmcore_demo.answers import Answer, form_page, pages_of
from crmcore_demo.display import t, today
from crmcore_demo.forms import Option, Shown, fresh_key, kept_key, posted, posted_key, shown_form
from crmcore_demo.pages.sales_targets import or_nobody, with_owners
from crmcore_demo.paging import whole_number
from crmcore_demo.selling_page import currency
from crmcore_demo.session import perform, person, settings

pages = pages_of("sales_plans", "L0104", "/sales-targets/plan")
PLANNED: Final = ("user", "territory", "amount", "number", "remark")
INTO: Final = (TargetSpan.QUARTER, TargetSpan.MONTH)


def _plan_asked() -> Asked:
    return with_owners(form_for(SalesTarget, zone=settings().zone, names=PLANNED))


def _plan_page(values: Mapping[str, str], hidden: Mapping[str, str], problem: CrmError | None = None) -> Answer:
    form = or_nobody(shown_form(_plan_asked(), values, helps="sales_targets.help", hidden=hidden))
    year = request.form.get("year", str(today().year + 1))
    spans = tuple(Option(value=one.value, words=t(f"sales_targets.into_{one.value}")) for one in INTO)
    into = request.form.get("into", INTO[0].value)
    first = (
        Shown(name="year", label=t("sales_targets.year"), kind="number", value=year[:10], required=True),
        Shown(name="into", label=t("sales_targets.into"), kind="pick", value=into, required=True, options=spans),
    )
    weights = Shown(
        name="weights",
        label=t("sales_targets.weights"),
        value=request.form.get("weights", "")[:100],
        help=t("sales_targets.weights_help"),
    )
    return form_page(
        "form.html",
        attrs.evolve(form, fields=(*first, *form.fields, weights)),
        problem,
        title=t("sales_targets.plan"),
        topic="sales_targets",
        lead=t("sales_targets.plan_lead", currency=currency()),
        button=t("sales_targets.plan_button"),
        back=back_to("sales_targets.index"),
    )


@pages.get("")
def ask() -> Answer:
    """Ask what is to be sold in a year, and how it is split (X-TGT-02)."""
    person().require("target.manage")
    return _plan_page(_plan_asked().fill(), fresh_key())


@pages.post("")
def plan() -> Answer:
    """Set the year and its parts, which add up to it."""
    person().require("target.manage")
    asked = _plan_asked()
    values = posted(asked)
    into = next((one for one in INTO if one.value == request.form.get("into")), None)
    year = whole_number(request.form.get("year"), 0, largest=9999)
    try:
        given = {**asked.parse(values), "into": into, "weights": _weights()}
        whole, *_ = perform(plan_year, posted_key(), year, **given)
    except (Invalid, Refused) as error:
        return _plan_page(values, kept_key(error), error)
    flash(t("done.saved"), "done")
    return redirect(carry("sales_targets.show", id=whole.id))


def _weights() -> tuple[int, ...]:
    """Read the weights: whole numbers with anything between them; what is none makes the library refuse."""
    parts = request.form.get("weights", "").replace(",", " ").replace("，", " ").split()
    return tuple(int(one) if one.isdecimal() and len(one) < 8 else -1 for one in parts)  # noqa: PLR2004  # a million
