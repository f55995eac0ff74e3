"""Finding and reading articles, saying whether they helped, and their editions (X-SRV-03)."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any, Final
from uuid import UUID

import attrs
from attrs import fields
from flask import current_app, flash, redirect, render_template, request, url_for

from crmcore import NotFound
from crmcore.base.paging import Page
from crmcore.knowledge import (
    Article,
    ArticleDetail,
    ArticleEdition,
    ArticleFilter,
    ArticleId,
    ArticleStatus,
    ArticleUse,
    article_tags,
    detail,
    editions,
    most_used,
    most_useful,
    never_used,
    search,
    vote,
)
from crmcore.query import desc, eq, one_of, query
from crmcore.service.entity import ServiceRequest, ServiceRequestId
from crmcore_demo.actions import Action
from crmcore_demo.addresses import back_to, carry
from crmcore_demo.answers import Answer, pages_of
from crmcore_demo.customer_page import Tab
from crmcore_demo.display import entry_words, label, t
from crmcore_demo.forms import Option, Shown
from crmcore_demo.knowledge_steps import possible
from crmcore_demo.listing import Filter, codes, list_page, read_filter
from crmcore_demo.session import names_of, perform, person, reading, settings

pages = pages_of("knowledge", "L0306", "/knowledge")
LISTS: Final[Mapping[str, Callable[..., Page[Article]]]] = {
    "useful": most_useful,
    "used": most_used,
    "unused": never_used,
}
"""The lists beside the search, by the name of what they order by."""
MOST_SOLVED: Final = 20
"""So many of the requests that an article has solved are shown with it."""
MOST_TAGS: Final = 100
VOTES: Final = {"yes": True, "no": False, "": None}


def beside(here: str) -> Sequence[Tab]:
    """List the pages of the knowledge base that the person may open."""
    wanted = [("list", "knowledge.index")]
    if person().may("knowledge.write"):
        wanted.append(("drafts", "knowledge_writing.mine"))
    if person().may("knowledge.review"):
        wanted.append(("review", "knowledge_reviewing.waiting"))
    return tuple(
        Tab(words=t(f"knowledge.beside_{name}"), address=url_for(endpoint), here=name == here)
        for name, endpoint in wanted
    )


def languages() -> Sequence[tuple[str, str]]:
    """List the languages that articles are written in."""
    return [("zh", t("language.zh")), ("en", t("language.en"))]


def _asked() -> Filter:
    categories = [
        (one.code, entry_words("article_category", one.code)) for one in settings().choices("article_category")
    ]
    tags = tuple(Option(value=one.tag, words=f"{one.tag} ({one.count})") for one in article_tags(reading())[:MOST_TAGS])
    seldom = (
        codes("language", label("article.language"), languages()),
        codes("public", label("article.public"), [("yes", t("word.yes")), ("no", t("word.no"))]),
        codes("state", label("article.status"), [("archived", label(ArticleStatus.ARCHIVED))]),
    )
    return read_filter(
        Shown(name="words", label=t("knowledge.words")),
        codes("category", label("article.category"), categories),
        *((Shown(name="tag", label=label("article.tags"), kind="choice", options=tags),) if tags else ()),
        codes("order", t("knowledge.order"), [(name, t(f"knowledge.order_{name}")) for name in LISTS]),
        *(attrs.evolve(one, seldom=True) for one in seldom),
    )


@pages.get("")
def index() -> str:
    """Find articles by words, and by what became of them (X-SRV-03)."""
    asked = _asked()
    only = ArticleFilter(
        words=asked["words"],
        category=asked["category"],
        tag=next((str(one.value) for one in asked.fields if one.name == "tag"), ""),
        language=asked["language"],
        public=VOTES.get(asked["public"]),
        archived=bool(asked["state"]),
    )
    new = Action(words=t("knowledge.new"), address=url_for("knowledge_writing.new"), primary=True)
    return list_page(
        "knowledge/list.html",
        "knowledge",
        LISTS.get(asked["order"], search)(reading(), only, **asked.part),
        asked,
        title=label("menu.L0306"),
        actions=(new,) if person().may("knowledge.write") else (),
        beside=beside("list"),
    )


def title_of(it: ArticleDetail) -> str:
    """Return what people call an article: one that was never published is called what its draft is."""
    return it.draft.title if it.article.edition == 0 and it.draft else it.article.title


def solved(article: ArticleId) -> Sequence[ServiceRequest]:
    """Return the requests that an article solved, of those the person may see, the last ones."""
    if not person().may("service.read", "service.read_all"):
        return ()
    use = fields(ArticleUse)
    uses = query(ArticleUse).where(eq(use.article, article)).sort(desc(use.linked_at)).page(MOST_SOLVED)
    ids = [one.request for one in reading().article_uses.find(uses)]
    if not ids:
        return ()
    found = reading().service_requests.find(query(ServiceRequest).where(one_of(fields(ServiceRequest).id, ids)))
    return sorted(found, key=lambda one: ids.index(one.id))


def request_address(id: ServiceRequestId) -> str:  # noqa: A002
    """Return where a request is shown; empty where this application has no page of it."""
    return url_for("service.show", id=id) if "service.show" in current_app.view_functions else ""


@pages.get("/<uuid:id>")
def show(id: UUID, problem: str = "", typed: str = "") -> Answer:  # noqa: A002
    """Show an article as readers read it, and what is written of its next edition to those who may see that."""
    it = detail(reading(), ArticleId(id))
    page = render_template(
        "knowledge/show.html",
        it=it,
        title=title_of(it),
        possibilities=possible(it),
        votable=it.article.status is ArticleStatus.PUBLISHED,
        linkable=it.article.status is ArticleStatus.PUBLISHED and person().may("service.handle", "service.assign"),
        solved=solved(it.article.id),
        request_address=request_address,
        problem=problem,
        typed=typed,
        names=names_of(it.article.author, it.draft.writer if it.draft else None),
        back=back_to("knowledge.index"),
    )
    return (page, 422) if problem else page


@pages.post("/<uuid:id>/vote")
def say(id: UUID) -> Answer:  # noqa: A002
    """Say whether the article helped, or take that back; the last word counts."""
    said = request.form.get("helpful", "")
    if said in VOTES:
        perform(vote, None, ArticleId(id), VOTES[said])
        flash(t("knowledge.voted"), "done")
    return redirect(carry("knowledge.show", id=id))


@pages.get("/<uuid:id>/editions")
def of_article(id: UUID) -> str:  # noqa: A002
    """List an article as it was published each time, the last edition first."""
    it = detail(reading(), ArticleId(id))
    found = editions(reading(), it.article.id, **read_filter().part)
    return render_template(
        "knowledge/editions.html",
        title=title_of(it),
        article=it.article,
        page=found,
        names=names_of(*_people(found.rows)),
        back=carry("knowledge.show", id=id),
    )


@pages.get("/<uuid:id>/editions/<int:number>")
def edition(id: UUID, number: int) -> str:  # noqa: A002
    """Show an article as it was published once."""
    wanted = fields(ArticleEdition)
    found = reading().article_editions.first(eq(wanted.article, ArticleId(id)), eq(wanted.number, number))
    if found is None:
        raise NotFound(entity="article_edition", id=id)
    return render_template(
        "knowledge/edition.html",
        it=found,
        names=names_of(*_people([found])),
        back=carry("knowledge.of_article", id=id),
    )


def _people(found: Iterable[ArticleEdition]) -> Iterable[Any]:
    for one in found:
        yield from (one.writer, one.published_by)
