"""The audit trail: what was done and what was refused, for administrators (X-ADM-09)."""

import json
import re
from typing import Any, Final

import attrs
from flask import Blueprint

from crmcore.access import audit_trail
from crmcore.access.actor import SYSTEM
from crmcore.access.attempts import SIGNED_IN_NOW
from crmcore.i18n import has_text, text
from crmcore.storage.records import MENTION, ChangeRecord
from crmcore_demo.display import label, language, t
from crmcore_demo.listing import codes, list_page, read_filter
from crmcore_demo.session import reading

pages = Blueprint("audit", __name__, url_prefix="/audit")
MOST_FIELDS: Final = 6
KINDS: Final = (
    "opportunity",
    "plan_item",
    "customer",
    "contact",
    "interaction",
    "customer_group",
    "customer_merge",
    "custom_field",
    "custom_value",
    "churn_case",
    "service_request",
    "service_contract",
    "service_target",
    "working_calendar",
    "escalation_policy",
    "escalation",
    "care_activity",
    "article",
    "survey",
    "invitation",
    "import_batch",
    "order",
    "product",
    "stock_item",
    "user",
    "credential",
    "role",
    "dictionary_entry",
    "system_parameter",
)
SUBJECTS: Final = {
    "access": "user",
    "agreements": "service_contract",
    "calendars": "working_calendar",
    "care": "care_activity",
    "churn": "churn_case",
    "customers": "customer",
    "dictionary": "dictionary_entry",
    "exchange": "import_batch",
    "knowledge": "article",
    "opportunities": "opportunity",
    "sales": "order",
    "service": "service_request",
    "surveys": "survey",
    "window": "user",
}
"""What an attempt was about of which only the subject is known, because it was refused before a record was named."""
GAP: Final = re.compile(r"\{\w+\}")
REFUSED, DONE = "refused", "done"
SIGNED_IN: Final = f"{MENTION}{SIGNED_IN_NOW}"


@attrs.frozen(kw_only=True)
class Line:
    """One change or refused attempt, in words."""

    record: ChangeRecord
    who: str
    kind: str
    what: str
    why: str


def _named(key: str) -> str:
    return text(key, language()) if has_text(key, language()) else ""


def _fields(record: ChangeRecord) -> str:
    """Name the fields that changed; what they held stands in the history of the record."""
    changed: dict[str, Any] = json.loads(record.changes)
    names = (_named(f"{record.entity}.{name}") for name in changed if name not in {"id", "version", "name_key"})
    told = [t("audit.signed_in")] if SIGNED_IN in changed else [name for name in names if name]
    return t("punctuation.and").join(told[:MOST_FIELDS]) + (" …" if len(told) > MOST_FIELDS else "")


def line_of(record: ChangeRecord) -> Line:
    """Say one record of the trail in words."""
    # The trail keeps why an attempt was refused as a code: what the sentence left open is not known any more.
    why = GAP.sub("…", _named(f"error.{record.code}")) or record.code if record.code else _fields(record)
    who = t("audit.system") if record.actor == SYSTEM.id else record.actor_name
    return Line(
        record=record,
        who=who,
        kind=_named(SUBJECTS.get(record.entity, record.entity)) or record.entity,
        what=label(record.operation),
        why=why,
    )


@pages.get("")
def index() -> str:
    """Show everything that was done or refused, newest first."""
    outcomes = ((DONE, t("audit.done")), (REFUSED, t("audit.refused")))
    asked = read_filter(
        codes("entity", label("change_record.entity"), tuple((kind, label(kind)) for kind in KINDS)),
        codes("outcome", t("audit.outcome"), outcomes),
    )
    denied = {REFUSED: True, DONE: False}.get(asked["outcome"])
    found = audit_trail(reading(), denied=denied, entity=asked["entity"], **asked.part)
    return list_page(
        "audit.html",
        "audit",
        found,
        asked,
        module="L0603",
        title=label("menu.L0603"),
        nothing=t("audit.none"),
        lines=tuple(map(line_of, found.rows)),
    )
