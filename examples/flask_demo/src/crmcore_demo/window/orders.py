"""The orders of a guest's company, to look at (requirement X-SLF-02)."""

from typing import Final
from uuid import UUID

from flask import Blueprint, render_template, url_for

from crmcore.sales.entity import OrderId
from crmcore.window import my_order, my_orders
from crmcore_demo.display import label, t
from crmcore_demo.listing import read_filter
from crmcore_demo.session import reading
from crmcore_demo.window.visitors import PREFIX

pages = Blueprint("orders", __name__, url_prefix=f"{PREFIX}/orders")
TONES: Final = {"order_status.paid": "good", "order.unpaid": "waiting"}


def payment(state: str) -> str:
    """Say how an order stands in words of whoever pays, not of whoever waits for the money."""
    said = {"order_status.paid": t("window.paid"), "order.unpaid": t("window.to_be_paid")}
    return said.get(state) or label(state)


@pages.get("")
def index() -> str:
    """Show the orders, the newest first."""
    asked = read_filter()
    return render_template(
        "window/orders.html",
        page=my_orders(reading(), **asked.part),
        filter=asked,
        part="orders",
        tones=TONES,
        payment=payment,
    )


@pages.get("/<uuid:id>")
def show(id: UUID) -> str:  # noqa: A002
    """Show one order with its lines."""
    return render_template(
        "window/order.html",
        it=my_order(reading(), OrderId(id)),
        back=url_for("orders.index"),
        part="orders",
        tones=TONES,
        payment=payment,
    )
