"""Answers that the company has published for its customers: found, read, judged (requirements X-SRV-03, X-SLF-01)."""

from typing import Final
from uuid import UUID

from flask import Blueprint, flash, redirect, render_template, request

from crmcore import Invalid
from crmcore.base.paging import Page
from crmcore.knowledge.entity import ArticleId
from crmcore.window import PublicArticle, article, articles, vote
from crmcore_demo.addresses import back_to, carry
from crmcore_demo.answers import Answer
from crmcore_demo.display import entry_words, label, language, t
from crmcore_demo.forms import Shown
from crmcore_demo.listing import Filter, codes, read_filter
from crmcore_demo.session import perform, reading, settings
from crmcore_demo.window.visitors import PREFIX

pages = Blueprint("articles", __name__, url_prefix=f"{PREFIX}/articles")
VOTES: Final = {"yes": True, "no": False, "": None}


def _asked() -> Filter:
    categories = [
        (one.code, entry_words("article_category", one.code)) for one in settings().choices("article_category")
    ]
    by_category = codes("category", label("article.category"), categories)
    return read_filter(Shown(name="keyword", label=t("window.words")), *((by_category,) if categories else ()))


def any_articles() -> bool:
    """Whether there is anything a customer could read before he asks."""
    return articles(reading(), size=1).total > 0


@pages.get("")
def index() -> Answer:
    """Find articles by words, the most useful first."""
    asked = _asked()
    category = next((str(one.value) for one in asked.fields if one.name == "category"), "")
    try:
        found = articles(reading(), category=category, **asked.typed)
    except Invalid as error:  # more words than anybody needs: the page says so above an empty list
        nothing: Page[PublicArticle] = Page([], 0, 1, asked.paging.size)
        page = render_template(
            "window/articles.html", page=nothing, filter=asked, part="articles", problem=error.explain(language())
        )
        return page, 422
    return render_template("window/articles.html", page=found, filter=asked, part="articles", problem="")


@pages.get("/<uuid:id>")
def show(id: UUID) -> str:  # noqa: A002
    """Show one article, and ask whether it helped."""
    return render_template(
        "window/article.html",
        it=article(reading(), ArticleId(id)),
        back=back_to("articles.index"),
        part="articles",
    )


@pages.post("/<uuid:id>/vote")
def say(id: UUID) -> Answer:  # noqa: A002
    """Say whether the article helped, or take that back; the last word counts."""
    said = request.form.get("helpful", "")
    if said in VOTES:
        perform(vote, None, ArticleId(id), VOTES[said])
        flash(t("window.voted"), "done")
    return redirect(carry("articles.show", id=id))
