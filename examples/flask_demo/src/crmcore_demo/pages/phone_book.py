"""The people at all customers one may see, to look up and call (X-PHB-01, CON-04)."""

from flask import Blueprint

from crmcore.customers import phone_book
from crmcore_demo.customer_page import subjects
from crmcore_demo.display import label, t
from crmcore_demo.forms import Shown
from crmcore_demo.listing import list_page, read_filter
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
    return list_page(
        "customers/phone_book.html",
        "phone_book",
        phone_book(reading(), **asked.typed),
        asked,
        module="L0201",
        title=t("customers.beside_phone_book"),
        beside=subjects("phone_book"),
        nothing=t("phone_book.none"),
    )
