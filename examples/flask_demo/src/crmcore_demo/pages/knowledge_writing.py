"""Writing articles: begun, changed, handed in, taken back, thrown away, and written anew (X-SRV-03)."""

from collections.abc import Callable, Sequence
from typing import Any, Final
from uuid import UUID

from attrs import fields
from flask import url_for

from crmcore.base.paging import Page
from crmcore.knowledge import Article, ArticleDraft, ArticleId, create, detail, drafts, edit
from crmcore.knowledge.rules import NothingWritten
from crmcore.query import one_of, query
from crmcore.views import Choice, form_for
from crmcore.views import Form as Asked
from crmcore_demo.actions import Action
from crmcore_demo.addresses import back_to, carry
from crmcore_demo.answers import pages_of
from crmcore_demo.display import language, t
from crmcore_demo.entries import Entry, entry_pages
from crmcore_demo.forms import Form, with_dictionary
from crmcore_demo.knowledge_steps import OF_ARTICLES, WRITING, rule_of
from crmcore_demo.listing import list_page, read_filter
from crmcore_demo.pages.knowledge import beside, languages, title_of
from crmcore_demo.questions import Question, step_pages
from crmcore_demo.session import names_of, person, reading, settings

pages = pages_of("knowledge_writing", "L0306", "/knowledge")
ASKED_FOR: Final = ("title", "category", "tags", "language", "public", "body")
ROWS: Final = 16
TAG_ROWS: Final = 3


def list_drafts(words: str, here: str, found: Page[ArticleDraft]) -> str:
    """Draw a list of drafts with the numbers of their articles."""
    ids = {one.article for one in found.rows}
    articles: Sequence[Article] = (
        reading().articles.find(query(Article).where(one_of(fields(Article).id, ids))) if ids else ()
    )
    new = Action(words=t("knowledge.new"), address=url_for("knowledge_writing.new"), primary=True)
    return list_page(
        "knowledge/drafts.html",
        words,
        found,
        read_filter(),
        topic="article",
        actions=(new,) if person().may("knowledge.write") else (),
        beside=beside(here),
        articles={one.id: one for one in articles},
        names=names_of(*(one.writer for one in found.rows)),
    )


@pages.get("/drafts")
def mine() -> str:
    """List what one is writing or has handed in (X-SRV-03)."""
    return list_drafts("knowledge_drafts", "drafts", drafts(reading(), **read_filter().part))


def _asked(it: ArticleDraft | None) -> Asked:
    asked = form_for(ArticleDraft, zone=settings().zone, names=ASKED_FOR, changing=it is not None)
    asked = asked.with_choices("language", (Choice(code, words) for code, words in languages()))
    return with_dictionary(asked, category=it.category if it else "")


def _drawn(form: Form) -> Form:
    return form.with_field("body", rows=ROWS).with_field("tags", rows=TAG_ROWS)


def _entry(action: Callable[..., ArticleDraft], it: ArticleDraft | None = None, **more: Any) -> Entry[ArticleDraft]:
    return Entry(
        it=it,
        name=it.title if it else "",
        words="knowledge",
        topic="article",
        asked=_asked(it),
        action=action,
        template="form.html",
        drawn=_drawn,
        then=lambda draft: carry("knowledge.show", id=draft.article),
        show="knowledge.show",
        **more,
    )


def _new() -> Entry[ArticleDraft]:
    """Ask for a new article."""
    person().require("knowledge.write")
    return _entry(create, known={"language": language()}, lead=t("knowledge.new_lead"), back=back_to("knowledge.index"))


def _kept(id: UUID) -> Entry[ArticleDraft]:  # noqa: A002
    """Ask what should be different about what one is writing."""
    it = detail(reading(), ArticleId(id))
    rule_of(it, "edit")(it, person().actor)
    if it.draft is None:
        raise NothingWritten(number=it.article.number)
    remark = t("knowledge.rejected_with", remark=it.draft.remark) if it.draft.remark else None
    return _entry(edit, it.draft, known_as=it.article.id, lead=remark, back=carry("knowledge.show", id=id))


def ask_about(id: UUID, step: str) -> Question:  # noqa: A002
    """Ask before a step is done with an article, of those who may do it (GEN-13)."""
    it = detail(reading(), ArticleId(id))
    rule_of(it, step)(it, person().actor)
    gone = step == "discard" and it.article.edition == 0
    show = carry("knowledge.show", id=id)
    return Question(
        id=it.article.id,
        words=f"knowledge.{step}",
        topic="article",
        back=show,
        version=None if step in OF_ARTICLES or it.draft is None else it.draft.version,
        gaps={"title": title_of(it)},
        then=url_for("knowledge.index") if gone else _after(step, id) or show,
        kind="solid" if step in {"discard", "archive"} else "primary",
    )


def _after(step: str, id: UUID) -> str:  # noqa: A002
    """Return where a step goes on to; empty for the article."""
    return carry("knowledge_writing.edit_form", id=id) if step == "revise" else ""


entry_pages(pages, _new, _kept)
step_pages(pages, WRITING, ask_about)
