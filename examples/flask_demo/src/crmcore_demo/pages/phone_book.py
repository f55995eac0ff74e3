"""The people at all customers one may see, to look up and call (X-PHB-01, CON-04)."""

from flask import Blueprint, render_template

from crmcore.customers import phone_book
from crmcore_demo.customer_page import subjects
from crmcore_demo.display import label, t
from crmcore_demo.forms import Shown
from crmcore_demo.listing import read_filter
from crmcore_demo.session import reading

pages = Blueprint("phone_book", __name__, url_prefix="/phone-book")


@pages.get("")
def index() -> str:
    """Show people with phone and address, by name."""
    asked = read_filter(
        Shown(name="text", label=t("customers.keyword")),
        Shown(name="name", label=label("contact.name"), seldom=True),
        Shown(name="phone", label=label("customer.phone"), seldom=True),
        Shown(name="customer", label=label("customer.name"), seldom=True),
    )
    found = phone_book(
        reading(),
        text=asked["text"],
        name=asked["name"],
        phone=asked["phone"],
        customer=asked["customer"],
        page=asked.paging.page,
        size=asked.paging.size,
    )
    return render_template(
        "customers/phone_book.html",
        module="L0201",
        filter=asked,
        page=found,
        beside=subjects("phone_book"),
    )
