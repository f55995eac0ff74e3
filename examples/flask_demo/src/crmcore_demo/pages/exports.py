"""Taking customers, contacts, orders and opportunities out: a right of its own, and on record (X-ADM-08)."""

import tempfile
from typing import Any, Final

from flask import Blueprint, render_template, request, send_file
from werkzeug.wrappers import Response

from crmcore import CrmError
from crmcore.customers import listing
from crmcore.exchange import export
from crmcore_demo.addresses import with_filters
from crmcore_demo.customer_filters import asked_filter, wanted
from crmcore_demo.display import language, t, today
from crmcore_demo.errors import status_of
from crmcore_demo.forms import Form, Option, Shown
from crmcore_demo.pages.groups import said
from crmcore_demo.session import crm, person, reading, stop_reading

pages = Blueprint("exports", __name__, url_prefix="/exports")
Answer = str | Response | tuple[str, int]
KINDS: Final = ("customer", "contact", "order", "opportunity")
NEEDED: Final = {"order": ("order.read", "order.read_all"), "opportunity": ("opportunity.read", "opportunity.read_all")}
"""Rights without which there is nothing of a kind to take out."""
FORMATS: Final = {
    "csv": ("csv", "text/csv"),
    "xlsx": ("xlsx", "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"),
    "vcard": ("vcf", "text/vcard"),
}
IN_MEMORY: Final = 4 * 1024 * 1024


@pages.context_processor
def _module() -> dict[str, str]:
    return {"module": "L0204"}


def _picked(name: str, values: Any, value: str) -> Shown:
    options = tuple(Option(value=one, words=t(f"exports.{name}_{one}")) for one in values)
    return Shown(
        name=name,
        label=t(f"exports.{name}"),
        kind="pick",
        required=True,
        options=options,
        value=request.form.get(name) or request.args.get(name) or value,
        help=t(f"exports.{name}_help"),
    )


@pages.get("")
def ask(error: CrmError | None = None) -> Answer:
    """Ask what is taken out, and in which format; the conditions of the list of customers count."""
    person().require("customer.export")
    kinds = [one for one in KINDS if one not in NEEDED or person().may(*NEEDED[one])]
    form = Form(fields=(_picked("kind", kinds, "customer"), _picked("format", FORMATS, "csv")))
    filters = wanted(asked_filter(reading()))
    page = render_template(
        "exchange/export.html",
        form=form.with_error(error) if error else form,
        said=said(filters),  # type: ignore[arg-type]  # as the list takes them
        number=listing(reading(), size=1, **filters).total,
        back=with_filters("customers.index"),
    )
    return page, status_of(error) if error else 200


@pages.post("")
def take() -> Answer:
    """Hand out the file; it is on record who took it, and how many rows."""
    person().require("customer.export")
    kind, form = request.form.get("kind", ""), request.form.get("format", "")
    filters = wanted(asked_filter(reading()))
    user, words = person().id, language()
    name = f"{t(f'exports.kind_{kind}') if kind in KINDS else 'export'}-{today().isoformat()}"
    stop_reading()
    file = tempfile.SpooledTemporaryFile(max_size=IN_MEMORY)  # noqa: SIM115  # closed when it has been sent
    try:
        export(crm(), kind, file, as_user=user, format=form, language=words, filters=filters)  # type: ignore[arg-type]
    except CrmError as error:
        file.close()
        return ask(error)
    file.seek(0)
    ending, media_type = FORMATS[form]
    response = send_file(file, mimetype=media_type, as_attachment=True, download_name=f"{name}.{ending}")
    response.call_on_close(file.close)
    return response
