"""Orders whose customer nobody knows: looked at, tried again, or given up (ORD-04)."""

from collections.abc import Iterable
from uuid import UUID

from flask import flash, redirect, url_for

from crmcore import sales
from crmcore.query import query
from crmcore.sales import UnmatchedOrder
from crmcore_demo.actions import Action
from crmcore_demo.addresses import onward
from crmcore_demo.answers import Answer, pages_of
from crmcore_demo.display import label, t
from crmcore_demo.listing import LONGEST_FILTER, codes, list_page, read_filter, texts
from crmcore_demo.pages.sales import beside
from crmcore_demo.questions import DONE, Question, step_pages
from crmcore_demo.session import perform, person, reading

pages = pages_of("unmatched", "L0203", "/orders/unmatched")
REASONS = {"unknown": "unknown", "ambiguous": "ambiguous", "deleted": "customer_deleted"}


def _answers(it: UnmatchedOrder) -> Iterable[Action]:
    """Lead to the customer it may mean, who is entered or mended so that the next try finds him."""
    known = it.customer_name or it.customer_key
    if known and person().may("customer.read_all"):
        yield Action(words=t("unmatched.look"), address=url_for("customers.index", keyword=known[:LONGEST_FILTER]))
    address = onward("unmatched.ask", id=it.id, step="discard")
    yield Action(words=t("unmatched.discard"), address=address, dialog=True, danger=True)


@pages.get("")
def index() -> str:
    """Show the orders that wait for their customer, those that came last first."""
    reasons = [(one, label(f"unmatched_order.{words}")) for one, words in REASONS.items()]
    asked = read_filter(
        *texts("unmatched_order", "customer_name"), codes("reason", label("unmatched_order.reason"), reasons)
    )
    found = sales.unmatched_orders(reading(), reason=asked["reason"], **asked.typed)
    return list_page(
        "sales/unmatched.html",
        "unmatched",
        found,
        asked,
        _answers,
        beside=beside("unmatched"),
        reason_key=sales.reason_key,
    )


@pages.post("/again")
def try_again() -> Answer:
    """Look for the customers of all waiting orders once more, a chunk at a time."""
    person().require("order.import")
    waiting, last, over = _waiting(), None, False
    while not over:
        last = perform(sales.rematch, None, after=last).last
        over = last is None
    left = _waiting()
    matched = waiting - left
    flash(t("unmatched.tried", n=matched, m=left), "done" if matched else "warn")
    return redirect(url_for("unmatched.index"))


def _waiting() -> int:
    return reading().of(UnmatchedOrder).count(query(UnmatchedOrder))


def _asked(id: UUID, step: str) -> Question:  # noqa: A002
    """Ask before an order is given up (GEN-13)."""
    person().require("order.import")
    it = reading().of(UnmatchedOrder).get(id)
    return Question(
        id=it.id,
        words=f"unmatched.{step}",
        topic="unmatched",
        back=url_for("unmatched.index"),
        version=it.version,
        gaps={"number": it.source_key, "name": it.customer_name or it.customer_key},
        done=DONE["delete"],
    )


step_pages(pages, {"discard": sales.discard_unmatched}, _asked)
