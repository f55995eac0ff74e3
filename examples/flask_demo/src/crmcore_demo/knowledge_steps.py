"""What can be done with an article now, asked of the rules that the library enforces (X-SRV-03)."""

from collections.abc import Callable, Iterable, Mapping
from typing import Final
from uuid import UUID

from crmcore.access.actor import Actor
from crmcore.access.rules import may
from crmcore.knowledge import (
    ArticleDetail,
    ArticleStatus,
    DraftState,
    archive,
    discard,
    publish,
    restore,
    revise,
    submit,
    withdraw,
)
from crmcore.knowledge.rules import (
    NothingWritten,
    may_archive,
    may_discard,
    may_restore,
    may_review,
    may_revise,
    may_withdraw,
    may_write,
)
from crmcore_demo.actions import Action, Possibilities, Refusal
from crmcore_demo.addresses import carry
from crmcore_demo.display import t
from crmcore_demo.possible import answer
from crmcore_demo.session import person

WRITING: Final[Mapping[str, Callable[..., object]]] = {
    "submit": submit,
    "withdraw": withdraw,
    "discard": discard,
    "revise": revise,
}
REVIEWING: Final[Mapping[str, Callable[..., object]]] = {
    "publish": publish,
    "archive": archive,
    "restore": restore,
}
OF_ARTICLES: Final = {"revise", "archive", "restore"}
"""Steps that are done with what readers read; the others with what is being written."""


def rule_of(it: ArticleDetail, step: str) -> Callable[[object, Actor], None]:
    """Return the rule that a step has to pass, asked of this article."""
    article, draft = it.article, it.draft

    def rule(_: object, actor: Actor) -> None:
        if step == "revise":
            may_revise(article, draft, actor)
        elif step == "archive":
            may_archive(article, draft, actor)
        elif step == "restore":
            may_restore(article, actor)
        elif draft is None:
            may(actor, "knowledge.write" if step in {*WRITING, "edit"} else "knowledge.review")
            raise NothingWritten(number=article.number)
        elif step == "hand_over":
            may(actor, "knowledge.review")
        else:
            checks = {"withdraw": may_withdraw, "discard": may_discard, "publish": may_review, "reject": may_review}
            checks.get(step, may_write)(article, draft, actor)

    return rule


def _steps(it: ArticleDetail) -> Iterable[str]:
    """Name the steps that come into question in the state of an article, the likeliest first."""
    who = person()
    if it.draft is not None:
        if who.may("knowledge.write"):
            yield from ("edit", "submit") if it.draft.state is DraftState.DRAFT else ("withdraw",)
        if who.may("knowledge.review") and it.draft.state is DraftState.REVIEW:
            yield from ("publish", "reject")
        if who.may("knowledge.review"):
            yield "hand_over"
        yield "discard"
    elif it.article.status is ArticleStatus.PUBLISHED and who.may("knowledge.write"):
        yield "revise"
    if it.article.status is ArticleStatus.ARCHIVED:
        yield "restore"
    elif it.article.edition and who.may("knowledge.review"):
        yield "archive"


def _endpoint(step: str) -> str:
    if step == "edit":
        return "knowledge_writing.edit_form"
    if step == "reject":
        return "knowledge_reviewing.reject_form"
    if step == "hand_over":
        return "knowledge_handing_over.ask"
    return "knowledge_writing.ask" if step in WRITING else "knowledge_reviewing.ask"


def _answers(it: ArticleDetail) -> Iterable[Action | Refusal]:
    id_: UUID = it.article.id
    if not person().may("knowledge.write", "knowledge.review"):
        return
    for step in _steps(it):
        asked = {} if step in {"edit", "reject", "hand_over"} else {"step": step}
        action = Action(
            words=t(f"knowledge.{step}"),
            address=carry(_endpoint(step), id=id_, **asked),
            dialog=step != "edit",
            danger=step == "discard",
            primary=step in {"submit", "publish"},
        )
        yield answer(rule_of(it, step), it, action)


def possible(it: ArticleDetail) -> Possibilities:
    """Return what can be done with an article, and why not the rest."""
    return Possibilities.of(_answers(it))
