"""Giving what a colleague writes to somebody else, because he has left perhaps (X-SRV-03)."""

from uuid import UUID

from attrs import fields
from flask import flash, redirect, request

from crmcore import Conflict, Invalid
from crmcore.access.entity import UserId
from crmcore.knowledge import Article, ArticleDetail, ArticleDraft, ArticleId, hand_over
from crmcore.knowledge.rules import NotAWriter
from crmcore.query import eq
from crmcore_demo.addresses import carry
from crmcore_demo.answers import Answer, Problem, form_page, pages_of
from crmcore_demo.display import t
from crmcore_demo.forms import VERSION, Form, Option, Shown, Trouble, posted_version
from crmcore_demo.knowledge_steps import rule_of
from crmcore_demo.listing import tally_by
from crmcore_demo.pages.knowledge import title_of
from crmcore_demo.session import company, names_of, perform, person, reading

pages = pages_of("knowledge_handing_over", "L0306", "/knowledge")
GIVERS = ("customer.hand_over", "opportunity.dispatch", "service.assign")
"""Who gives work to account managers may see who they are."""


def _written(id_: ArticleId) -> ArticleDetail:
    """Return an article with what is written at it; nobody's vote is asked for here."""
    article = reading().articles.get(id_)
    draft = reading().article_drafts.first(eq(fields(ArticleDraft).article, id_))
    return ArticleDetail(article=article, draft=draft, vote=None)


def _colleagues(it: ArticleDetail) -> dict[UserId, str]:
    """Name whoever may write on: account managers, and everybody who has written; the library looks again."""
    ids = set(tally_by(reading().articles, fields(Article).author))
    if person().may(*GIVERS):
        ids |= {one.id for one in company().account_managers(reading())}
    but = it.draft.writer if it.draft else None
    return {UserId(one): words for one, words in names_of(*ids - {but}).items()}


def _field(known: dict[UserId, str]) -> Shown:
    listed = sorted(known.items(), key=lambda pair: pair[1])
    return Shown(
        name="to",
        label=t("knowledge.hand_over_to"),
        kind="choice",
        required=True,
        value=request.form.get("to", ""),
        options=(
            Option(value="", words=t("form.choose")),
            *(Option(value=str(one), words=words) for one, words in listed),
        ),
    )


@pages.get("/<uuid:id>/hand_over")
def ask(id: UUID, problem: Problem = None) -> Answer:  # noqa: A002
    """Ask who writes on."""
    person().require("knowledge.review")
    it = _written(ArticleId(id))
    if problem is None:
        rule_of(it, "hand_over")(it, person().actor)
    seen = posted_version() if request.method == "POST" else it.draft.version if it.draft else 0
    return form_page(
        "form.html",
        Form(fields=(_field(_colleagues(it)),), hidden={VERSION: str(seen)}),
        problem,
        topic="article",
        title=t("knowledge.hand_over"),
        lead=t("knowledge.hand_over_lead", title=title_of(it)),
        button=t("knowledge.hand_over_button"),
        button_to=t("knowledge.hand_over_button_to"),
        button_of="to",
        back=carry("knowledge.show", id=id),
    )


@pages.post("/<uuid:id>/hand_over")
def give(id: UUID) -> Answer:  # noqa: A002
    """Let whom was chosen write on; what was submitted goes back to writing."""
    try:
        chosen = UserId(UUID(request.form.get("to", "")))
    except ValueError:
        return ask(id, Trouble(words=t("knowledge.hand_over_whom"), field="to"))
    try:
        perform(hand_over, None, ArticleId(id), to=chosen, expected=posted_version())
    except (Conflict, Invalid, NotAWriter) as error:
        return ask(id, error)
    flash(t("knowledge.handed_over", name=names_of(chosen).get(chosen, "")), "done")
    return redirect(carry("knowledge.show", id=id))
