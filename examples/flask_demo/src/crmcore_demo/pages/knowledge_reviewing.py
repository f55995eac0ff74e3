"""Reviewing what colleagues have written: published, sent back, archived, brought back (X-SRV-03)."""

from uuid import UUID

from flask import flash, redirect, request

from crmcore import Conflict, CrmError, Invalid, Refused
from crmcore.base.constraints import Length
from crmcore.base.schema import describe
from crmcore.knowledge import ArticleDraft, ArticleId, detail, for_review, reject
from crmcore_demo.addresses import carry
from crmcore_demo.answers import Answer, form_page, pages_of
from crmcore_demo.display import label, t
from crmcore_demo.forms import MANY_LINES, VERSION, Form, Shown, posted_version
from crmcore_demo.knowledge_steps import REVIEWING, rule_of
from crmcore_demo.listing import read_filter
from crmcore_demo.pages.knowledge import title_of
from crmcore_demo.pages.knowledge_writing import ask_about, list_drafts
from crmcore_demo.questions import step_pages
from crmcore_demo.session import perform, person, reading

pages = pages_of("knowledge_reviewing", "L0306", "/knowledge")
LONGEST = describe(ArticleDraft).by_name["remark"].constraint(Length)


@pages.get("/review")
def waiting() -> str:
    """List what colleagues have handed in, what waits longest first (X-SRV-03)."""
    return list_drafts("knowledge_review", "review", for_review(reading(), **read_filter().part))


@pages.get("/<uuid:id>/reject")
def reject_form(id: UUID, error: CrmError | None = None) -> Answer:  # noqa: A002
    """Ask what the writer should change."""
    it = detail(reading(), ArticleId(id))
    if error is None:
        rule_of(it, "reject")(it, person().actor)
    remark = Shown(
        name="remark",
        label=label("article_draft.remark"),
        kind="long",
        rows=MANY_LINES,
        required=True,
        longest=LONGEST.max if LONGEST else None,
        value=request.form.get("remark", ""),
    )
    seen = posted_version() if request.method == "POST" else it.draft.version if it.draft else 0
    return form_page(
        "confirm.html",
        Form(fields=(remark,), hidden={VERSION: str(seen)}),
        error,
        topic="article",
        title=t("knowledge.reject_title"),
        question=t("knowledge.reject_question", title=title_of(it)),
        consequence=t("knowledge.reject_consequence"),
        button=t("knowledge.reject_button"),
        kind="primary",
        back=carry("knowledge.show", id=id),
    )


@pages.post("/<uuid:id>/reject")
def do_reject(id: UUID) -> Answer:  # noqa: A002
    """Give the draft back to its writer with what is to be changed."""
    remark = request.form.get("remark", "").replace("\r\n", "\n")
    try:
        perform(reject, None, ArticleId(id), remark, expected=posted_version())
    except (Conflict, Invalid, Refused) as error:
        return reject_form(id, error)
    flash(t("knowledge.rejected"), "done")
    return redirect(carry("knowledge.show", id=id))


step_pages(pages, REVIEWING, ask_about)
