"""The search above every page: customers, opportunities, service requests and articles, by name, title or number."""

import enum
from collections.abc import Callable, Iterable, Sequence
from typing import Final
from uuid import UUID

import attrs
from attrs import fields
from flask import Blueprint, jsonify, render_template, request, url_for
from werkzeug.wrappers import Response

from crmcore.customers.entity import Customer, CustomerStatus
from crmcore.knowledge import Article, ArticleStatus
from crmcore.opportunities.entity import Opportunity
from crmcore.query import any_of, contains, desc, eq, negate, query
from crmcore.service import ServiceRequest
from crmcore_demo.display import label
from crmcore_demo.listing import typed
from crmcore_demo.session import person, reading

pages = Blueprint("search", __name__, url_prefix="/search")
SHOWN, SUGGESTED = 10, 4


@attrs.frozen(kw_only=True)
class Found:
    """One record that fits."""

    id: UUID
    address: str
    name: str
    words: str
    number: str
    status: enum.Enum


@attrs.frozen(kw_only=True)
class Group:
    """What was found of one kind."""

    title: str
    records: Sequence[Found]
    address: str


def _customers(words: str, most: int) -> Group:
    c = fields(Customer)
    asked = query(Customer).where(contains(c.name, words), negate(eq(c.status, CustomerStatus.DELETED)))
    records = tuple(
        Found(
            id=it.id,
            address=url_for("customers.show", id=it.id),
            name=it.name,
            words="",
            number=it.number,
            status=it.status,
        )
        for it in reading().customers.find(asked.sort(desc(c.created_at)).page(most))
    )
    return Group(title=label("customer"), records=records, address=url_for("customers.index", name=words))


def _opportunities(words: str, most: int) -> Group:
    o = fields(Opportunity)
    asked = query(Opportunity).where(any_of(contains(o.customer_name, words), contains(o.title, words)))
    records = tuple(
        Found(
            id=it.id,
            address=url_for("opportunities.show", id=it.id),
            name=it.customer_name,
            words=it.title,
            number=it.number,
            status=it.status,
        )
        for it in reading().opportunities.find(asked.sort(desc(o.created_at)).page(most))
    )
    return Group(title=label("opportunity"), records=records, address="")


def _requests(words: str, most: int) -> Group:
    """Find requests, by the number too: customers read it out on the telephone."""
    r = fields(ServiceRequest)
    named = contains(r.search_text, words)
    records = tuple(
        Found(
            id=it.id,
            address=url_for("service.show", id=it.id),
            name=it.customer_name,
            words=it.title,
            number=it.number,
            status=it.status,
        )
        for it in reading().service_requests.find(
            query(ServiceRequest).where(named).sort(desc(r.created_at)).page(most)
        )
    )
    return Group(title=label("service_request"), records=records, address="")


def _articles(words: str, most: int) -> Group:
    """Find what was published, by title; the knowledge base looks through the texts."""
    a = fields(Article)
    asked = query(Article).where(contains(a.title, words), eq(a.status, ArticleStatus.PUBLISHED)).page(most)
    records = tuple(
        Found(
            id=it.id,
            address=url_for("knowledge.show", id=it.id),
            name=it.title,
            words="",
            number=it.number,
            status=it.status,
        )
        for it in reading().articles.find(asked)
    )
    return Group(title=label("article"), records=records, address=url_for("knowledge.index", words=words))


KINDS: Final[Sequence[tuple[Callable[[str, int], Group], Sequence[str]]]] = (
    (_customers, ("customer.read", "customer.read_all")),
    (_opportunities, ("opportunity.read", "opportunity.read_all", "plan.read")),
    (_requests, ("service.read", "service.read_all")),
    (_articles, ("knowledge.read",)),
)
"""What is looked through, for those with any of the permissions."""


def searchable() -> bool:
    """Whether the person may see anything the search looks through."""
    return any(person().may(*permissions) for _, permissions in KINDS)


def _groups(words: str, most: int) -> Iterable[Group]:
    return (find(words, most) for find, permissions in KINDS if words and person().may(*permissions))


@pages.get("")
def search() -> str:
    """Show what has these words in its name, title or number."""
    words = typed(request.args.get("q", ""))
    groups = tuple(group for group in _groups(words, SHOWN) if group.records)
    return render_template("search.html", searched_for=words, groups=groups)


@pages.get("/suggest")
def suggest() -> Response:
    """Answer a few records for the list under the search box."""
    groups = _groups(typed(request.args.get("q", "")), SUGGESTED)
    records = [
        {"address": found.address, "name": found.name, "kind": group.title, "words": found.words}
        for group in groups
        for found in group.records
    ]
    return jsonify(records=records)
