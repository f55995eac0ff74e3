"""Orders, products and stock as the sales system says: nothing here can be changed (ORD-01 to 04, PRD, INV)."""

import datetime as dt
from typing import Any
from uuid import UUID

from flask import Blueprint, render_template, url_for

from crmcore import sales
from crmcore.base.checked import FIRST_YEAR, LAST_YEAR
from crmcore.customers.entity import CustomerId
from crmcore.sales import Order, OrderId, OrderStatus, payment_of
from crmcore_demo.addresses import back_to
from crmcore_demo.customer_page import Tab, customer_of, customer_page
from crmcore_demo.display import label, t
from crmcore_demo.forms import Shown
from crmcore_demo.listing import Filter, codes, list_page, read_filter, texts
from crmcore_demo.session import person, reading

pages = Blueprint("sales", __name__)


def paid_words(order: Order) -> str:
    """Say whether an order is paid; that is all people need of its state in a list (ORD-02)."""
    return label(payment_of(order))


def paid_tone(order: Order) -> str:
    """Choose the look of that."""
    return {OrderStatus.PAID: "good", OrderStatus.CANCELLED: ""}.get(order.status, "waiting")


@pages.context_processor
def _words() -> dict[str, Any]:
    return {"paid_words": paid_words, "paid_tone": paid_tone, "module": "L0203"}


def beside(here: str) -> tuple[Tab, ...]:
    """List the pages of orders, for whoever may look after those that found no customer."""
    if not person().may("order.import"):
        return ()
    wanted = {"orders": "sales.orders", "unmatched": "unmatched.index"}
    return tuple(
        Tab(words=t(f"sales.beside_{name}"), address=url_for(endpoint), here=name == here)
        for name, endpoint in wanted.items()
    )


def _day(asked: Filter, name: str) -> dt.date | None:
    try:
        day = dt.date.fromisoformat(asked[name])
    except ValueError:
        return None
    return day if FIRST_YEAR <= day.year <= LAST_YEAR else None


@pages.get("/orders")
def orders() -> str:
    """Show the orders of all customers the person may see, the newest first (ORD-01)."""
    asked = read_filter(
        Shown(name="customer_name", label=label("order.customer")),
        Shown(name="number", label=label("order.source_key")),
        codes("paid", t("sales.payment"), (("yes", label("order_status.paid")), ("no", label("order.unpaid")))),
        Shown(name="since", label=t("sales.since"), kind="date", seldom=True),
        Shown(name="until", label=t("sales.until"), kind="date", seldom=True),
    )
    found = sales.orders(
        reading(),
        ordered_from=_day(asked, "since"),
        ordered_to=_day(asked, "until"),
        paid={"yes": True, "no": False}.get(asked["paid"]),
        **asked.typed,
    )
    return list_page(
        "sales/orders.html",
        "orders",
        found,
        asked,
        title=label("menu.L0203"),
        lead=t("sales.orders_lead"),
        nothing=t("sales.none_found" if asked.active else "sales.no_orders"),
        beside=beside("orders"),
        customers=sales.customer_names(reading(), [row.customer for row in found.rows]),
    )


@pages.get("/customers/<uuid:id>/orders")
def of_customer(id: UUID) -> str:  # noqa: A002
    """Show what one customer has bought, in sum and order by order (ORD-02)."""
    it = customer_of(CustomerId(id))
    return customer_page(
        "customers/orders.html",
        it,
        "orders",
        page=sales.orders(reading(), customer=it.id, **read_filter().part),
        summary=sales.summary(reading(), it.id),
        customers=None,
    )


@pages.get("/orders/<uuid:id>")
def order(id: UUID) -> str:  # noqa: A002
    """Show one order with its lines (ORD-03)."""
    it = sales.order_detail(reading(), OrderId(id))
    return render_template(
        "sales/order.html",
        it=it,
        order=it.order,
        sees_customer=person().may("customer.read", "customer.read_all"),
        back=back_to("sales.of_customer", id=it.order.customer),
    )


@pages.get("/products")
def products() -> str:
    """Show what the company sells (PRD-01, PRD-02)."""
    asked = read_filter(*texts("product", "name", "model", "batch"))
    return list_page(
        "sales/products.html",
        "products",
        sales.products(reading(), **asked.typed),
        asked,
        module="L0502",
        title=label("menu.L0502"),
        lead=t("sales.products_lead"),
        nothing=t("sales.none_found" if asked.active else "sales.no_products"),
        sees_stock=person().may("stock.read"),
    )


@pages.get("/stock")
def stock() -> str:
    """Show how much of each product lies where (INV-01, INV-02)."""
    asked = read_filter(*texts("stock_item", "product", "warehouse"))
    found = sales.stock(reading(), **asked.typed)
    return list_page(
        "sales/stock.html",
        "stock",
        found,
        asked,
        module="L0503",
        title=label("menu.L0503"),
        lead=t("sales.stock_lead"),
        nothing=t("sales.none_found" if asked.active else "sales.no_stock"),
        products=sales.product_names(reading(), [row.product for row in found.rows]),
    )
