"""The history of a record: who changed what from what to what, in words."""

from collections.abc import Mapping
from typing import Any, Final
from uuid import UUID

from flask import Blueprint, abort, render_template

from crmcore.access.entity import Role, User
from crmcore.base.schema import describe
from crmcore.customers.entity import Customer
from crmcore.dictionary.entity import DictionaryEntry
from crmcore.opportunities.entity import Opportunity
from crmcore.service.entity import ServiceRequest
from crmcore.storage.history import history
from crmcore_demo.addresses import back_to
from crmcore_demo.display import label
from crmcore_demo.history import told_of
from crmcore_demo.session import reading

pages = Blueprint("history", __name__, url_prefix="/history")
KINDS: Final[Mapping[str, tuple[type[Any], str, str]]] = {
    "opportunity": (Opportunity, "opportunities.show", "customer_name"),
    "service_request": (ServiceRequest, "service.show", "title"),
    "customer": (Customer, "customers.show", "name"),
    "user": (User, "users.show", "name"),
    "role": (Role, "roles.edit_form", "name"),
    "dictionary": (DictionaryEntry, "dictionary.edit_form", "label_zh"),
}
"""What has a history page: its kind, its own page, and the field that names it."""


@pages.get("/<kind>/<uuid:id>")
def show(kind: str, id: UUID) -> str:  # noqa: A002
    """Show everything that happened to a record the person may see, the newest first."""
    if kind not in KINDS:
        abort(404)
    entity, endpoint, naming = KINDS[kind]
    schema = describe(entity)
    entries = history(reading(), entity, id)
    named = [change.new for entry in entries for change in entry.changes if change.field == naming]
    return render_template(
        "history.html",
        name=named[-1] if named else label(schema.name),
        entries=told_of(entity, entries),
        back=back_to(endpoint, id=id),
    )
